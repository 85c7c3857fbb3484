"""UnionPay's answers: name=value pairs as they are, signed over all of them."""

import base64
import hashlib
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cloud_api.payments.unionpay_signatures import AnswerUnfit, UnionPaySignatures

_OURS, _THEIRS = (rsa.generate_private_key(65537, 2048) for _ in range(2))
_SIGNATURES = UnionPaySignatures(
    key=_OURS, cert_id="1", unionpay_key=_THEIRS.public_key(), unionpay_cert_id="2"
)


def _signed(fields: dict[str, str]) -> dict[str, str]:
    whole = {**fields, "signMethod": "01", "certId": "2"}
    line = "&".join(f"{name}={whole[name]}" for name in sorted(whole) if whole[name])
    digest = hashlib.sha256(line.encode()).hexdigest().encode()
    signature = _THEIRS.sign(digest, padding.PKCS1v15(), hashes.SHA256())
    return {**whole, "signature": base64.b64encode(signature).decode()}


def _with_plus() -> dict[str, str]:
    """An answer whose signature holds a plus sign, as nearly all do."""
    tries = (
        _signed({"respCode": "00", "respMsg": f"成功[{one}]", "reserved": "{a=1&b=2}", "empty": ""})
        for one in range(99)
    )
    return next(one for one in tries if "+" in one["signature"])


def test_an_answer_is_read_as_unionpay_writes_it() -> None:
    fields = _with_plus()
    assert _SIGNATURES.verified("&".join(f"{name}={value}" for name, value in fields.items())) == fields


def test_an_answer_that_is_escaped_like_a_form_is_read_too() -> None:
    fields = _with_plus()
    assert _SIGNATURES.verified(urlencode(fields)) == fields


@pytest.mark.parametrize("text", ["", "respCode=00", "{}", "&&=", "certId=2&signMethod=01&signature=AAAA"])
def test_what_is_not_signed_is_no_answer(text: str) -> None:
    with pytest.raises(AnswerUnfit):
        _SIGNATURES.verified(text)


def test_a_changed_answer_is_no_answer() -> None:
    fields = _with_plus() | {"respCode": "05"}
    with pytest.raises(AnswerUnfit):
        _SIGNATURES.verified("&".join(f"{name}={value}" for name, value in fields.items()))
