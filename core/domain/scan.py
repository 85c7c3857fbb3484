"""What a scanned or typed code is: goods, a coupon, or a payer's code."""

import re
from enum import StrEnum


class CodeKind(StrEnum):
    """What a code stands for."""

    GOODS = "goods"
    COUPON = "coupon"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNKNOWN = "unknown"


# WeChat Pay: 18 digits, 10 to 15 first. Alipay: 16 to 24 digits, 25 to 30 first. (shared facts, devices section 5)
_WECHAT = re.compile(r"1[0-5]\d{16}")
_ALIPAY = re.compile(r"(?:2[5-9]|30)\d{14,22}")
_GOODS = re.compile(r"\d{8}|\d{12,14}")
# Ours: no letters that look like digits, so that it can be read aloud and typed.
_COUPON = re.compile(r"YZ[2-9A-HJ-NP-Z]{10}")


def cleaned(text: str) -> str:
    """The code without what scanners and hurried fingers add: spaces, dashes, small letters, full-width digits."""
    narrow = text.translate({wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)})
    return re.sub(r"[\s\-]", "", narrow).upper()


def what_is(text: str) -> CodeKind:
    """Which kind of code this is, by its shape alone."""
    code = cleaned(text)
    if not code.isascii():
        return CodeKind.UNKNOWN
    for pattern, kind in (
        (_WECHAT, CodeKind.WECHAT),
        (_ALIPAY, CodeKind.ALIPAY),
        (_GOODS, CodeKind.GOODS),
        (_COUPON, CodeKind.COUPON),
    ):
        if pattern.fullmatch(code):
            return kind
    return CodeKind.UNKNOWN


def masked(payment_code: str) -> str:
    """A payer's code as it may be written down: never in full."""
    return payment_code[:2] + "*" * max(0, len(payment_code) - 6) + payment_code[-4:]
