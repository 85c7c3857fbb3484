"""Every code says by its shape alone what it is, and no shape is two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.scan import CodeKind, cleaned, what_is

_SHAPES = {
    CodeKind.WECHAT: r"1[0-5][0-9]{16}",
    CodeKind.ALIPAY: r"(2[5-9]|30)[0-9]{14,22}",
    CodeKind.UNIONPAY: r"62[0-9]{17}",
    CodeKind.GOODS: r"[0-9]{8}|[0-9]{12,14}",
    CodeKind.COUPON: r"YZ[2-9A-HJ-NP-Z]{10}",
    CodeKind.MEMBER: r"YM[0-9A-Z]{18}",
    CodeKind.RECHARGE_CARD: r"YC[0-9A-Z]{6,22}",
    CodeKind.STAFF_CARD: r"YS[0-9A-Z]{4,30}",
    CodeKind.PHONE: r"1[3-9][0-9]{9}",
    CodeKind.BILL: r"20[0-9]{6}-[0-9]{4}",
    CodeKind.REFUND: r"T20[0-9]{6}-[0-9]{4}",
}


@pytest.mark.parametrize("kind", _SHAPES)
@given(data=st.data())
def test_a_shape_is_one_kind_and_no_other(kind: CodeKind, data: st.DataObject):
    assert what_is(data.draw(st.from_regex(_SHAPES[kind], fullmatch=True))) is kind


@pytest.mark.parametrize("typed", ["云A12345", "云a·12345", "川AF99881", "粤B1234学"])
def test_a_plate_is_a_plate_however_it_is_typed(typed: str):
    assert what_is(typed) is CodeKind.PLATE


@pytest.mark.parametrize("typed", ["138 0000 1234", "138-0000-1234", "１３８００００１２３４"])
def test_a_phone_number_is_one_with_spaces_dashes_and_wide_figures(typed: str):
    assert what_is(typed) is CodeKind.PHONE
    assert cleaned(typed) == "13800001234"


@given(st.text(max_size=60))
def test_whatever_a_scanner_sends_is_some_kind(text: str):
    assert what_is(text) in CodeKind
