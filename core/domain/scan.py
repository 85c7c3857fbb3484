"""What a scanned or typed code is: goods, a coupon, a payer's code, a member, a card, or the number of a bill."""

import re
from enum import StrEnum

from core.domain.plate import plate_of
from core.domain.refusals.typed import PlateUnfit


class CodeKind(StrEnum):
    """What a code stands for."""

    GOODS = "goods"
    COUPON = "coupon"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
    MEMBER = "member"  # names a member, and pays from his balance
    RECHARGE_CARD = "recharge_card"
    STAFF_CARD = "staff_card"
    PHONE = "phone"
    PLATE = "plate"
    BILL = "bill"  # the number of a bill
    REFUND = "refund"  # the number of a refund
    UNKNOWN = "unknown"


# WeChat Pay: 18 digits, 10 to 15 first. Alipay: 16 to 24 digits, 25 to 30 first. (shared facts, devices section 5)
_WECHAT = re.compile(r"1[0-5]\d{16}")
_ALIPAY = re.compile(r"(?:2[5-9]|30)\d{14,22}")
# UnionPay: 19 digits, 62 first. (QuickPass payer codes)
_UNIONPAY = re.compile(r"62\d{17}")
_PHONE = re.compile(r"1[3-9]\d{9}")
_GOODS = re.compile(r"\d{8}|\d{12,14}")
# Ours: no letters that look like digits, so that it can be read aloud and typed.
_COUPON = re.compile(r"YZ(?:[2-9A-HJ-NP-Z]{10}|[2-9A-HJ-NP-Z]{16})")
_MEMBER = re.compile(r"YM[0-9A-Z]{18}")
_RECHARGE_CARD = re.compile(r"YC[0-9A-Z]{6,22}")
_STAFF_CARD = re.compile(r"YS[0-9A-Z]{4,30}")
# Their dash tells them from a barcode, so it is looked for before codes are cleaned.
_BILL = re.compile(r"\d{8}-\d{4,6}")
_REFUND = re.compile(r"[Tt]\d{8}-\d{4,6}")


def cleaned(text: str) -> str:
    """The code without what scanners and hurried fingers add: spaces, dashes, small letters, full-width digits."""
    narrow = text.translate({wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)})
    return re.sub(r"[\s\-]", "", narrow).upper()


def what_is(text: str) -> CodeKind:
    """Which kind of code this is, by its shape alone."""
    numbered = text.strip()
    if _BILL.fullmatch(numbered):
        return CodeKind.BILL
    if _REFUND.fullmatch(numbered):
        return CodeKind.REFUND
    code = cleaned(text)
    if not code.isascii():
        return CodeKind.PLATE if _is_plate(text) else CodeKind.UNKNOWN
    for pattern, kind in (
        (_WECHAT, CodeKind.WECHAT),
        (_ALIPAY, CodeKind.ALIPAY),
        (_UNIONPAY, CodeKind.UNIONPAY),
        (_GOODS, CodeKind.GOODS),
        (_COUPON, CodeKind.COUPON),
        (_MEMBER, CodeKind.MEMBER),
        (_RECHARGE_CARD, CodeKind.RECHARGE_CARD),
        (_STAFF_CARD, CodeKind.STAFF_CARD),
        (_PHONE, CodeKind.PHONE),
    ):
        if pattern.fullmatch(code):
            return kind
    return CodeKind.UNKNOWN


def masked(payment_code: str) -> str:
    """A payer's code as it may be written down: never in full."""
    return payment_code[:2] + "*" * max(0, len(payment_code) - 6) + payment_code[-4:]


def _is_plate(text: str) -> bool:
    try:
        plate_of(text)
    except PlateUnfit:
        return False
    return True
