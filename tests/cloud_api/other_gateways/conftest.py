"""Keys of both sides, and a day that is ended after its test."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.cloud_api.other_gateways.day import API_V3_KEY, Keys


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("other-gateways")
    merchant, vendor = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    pem = serialization.Encoding.PEM
    (folder / "merchant.pem").write_bytes(
        merchant.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "vendor.pem").write_bytes(
        vendor.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    (folder / "key.txt").write_text(API_V3_KEY)
    return Keys(merchant, vendor, folder)


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken lines are told in the log as they should be; here there are many of them."""
    for name in (
        "payments.wechat",
        "payments.alipay",
        "payments.endpoints",
        "payments.online",
        "payments.counter",
        # The chore asks for a bill just as hours pass: an answer from before is stale.
        "bills.service",
    ):
        monkeypatch.setattr(logging.getLogger(f"cloud_api.{name}"), "disabled", True)


@pytest.fixture
def open_() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack
