"""Plates: every kind of the standard in its one spelling, however it was typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.plate import PlateKind, kind_of, plate_of
from core.domain.refusals.typed import PlateUnfit

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SIGNS = LETTERS + "0123456789"


def _of(letters: str, count: int = 1) -> st.SearchStrategy[str]:
    return st.text(letters, min_size=count, max_size=count)


def _joined(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


FROM = _joined(_of(PROVINCES), _of(LETTERS))
DIGITS = "0123456789"
KINDS = {
    PlateKind.ORDINARY: _joined(FROM, _of(SIGNS, 5)),
    PlateKind.NEW_ENERGY_SMALL: _joined(FROM, _of("ABCDEFGHJK"), _of(SIGNS), _of(DIGITS, 4)),
    PlateKind.NEW_ENERGY_LARGE: _joined(FROM, _of(DIGITS, 5), _of("ABCDEFGHJK")),
    PlateKind.POLICE: _joined(FROM, _of(SIGNS, 4), "警"),
    PlateKind.TRAILER: _joined(FROM, _of(SIGNS, 4), "挂"),
    PlateKind.COACH: _joined(FROM, _of(SIGNS, 4), "学"),
    PlateKind.HONG_KONG: _joined("粤Z", _of(SIGNS, 4), "港"),
    PlateKind.MACAU: _joined("粤Z", _of(SIGNS, 4), "澳"),
    PlateKind.EMBASSY: _joined(_of(DIGITS, 6), "使"),
    PlateKind.CONSULATE: _joined(FROM, _of(SIGNS, 4), "领"),
    PlateKind.TEMPORARY: _joined(FROM, _of(SIGNS, 5), "临"),
    PlateKind.ARMED_POLICE: _joined("WJ", _of(PROVINCES), _of(DIGITS, 4), _of(DIGITS + "BDHJSTX")),
    PlateKind.MILITARY: _joined(_of("VKHBSLJNGCZ"), _of(LETTERS), _of(DIGITS, 5)),
}
ANY = st.one_of(*(st.tuples(st.just(kind), plates) for kind, plates in KINDS.items()))


def _wide(plate: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in plate)


@settings(max_examples=150)
@given(ANY, st.sampled_from([str, str.lower, _wide, lambda plate: f" {plate[:2]}·{plate[2:]} "]))
def test_every_kind_is_known_however_it_is_typed(kind_and_plate, typed):
    kind, plate = kind_and_plate
    assert plate_of(typed(plate)) == plate
    assert kind_of(plate) is kind


@settings(max_examples=60)
@given(st.text(max_size=12))
def test_whatever_is_taken_for_a_plate_stays_the_same_plate(text):
    try:
        plate = plate_of(text)
    except PlateUnfit:
        return
    assert plate_of(plate) == plate
    assert kind_of(plate) in PlateKind


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("云AI2345", "云A12345"),
        ("云A1234O", "云A12340"),
        ("雲A12345", "云A12345"),
        ("云А12345", "云A12345"),  # a Cyrillic А
        ("粤z·1234港", "粤Z1234港"),
        ("使014-578", "使014578"),
        ("沪A0023領", "沪A0023领"),
        ("wj京1234x", "WJ京1234X"),
        ("京A12345臨", "京A12345临"),
    ],
)
def test_what_looks_alike_is_the_same(typed, plate):
    assert plate_of(typed) == plate


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "A12345",
        "云12345",
        "云I12345",
        "云O12345",
        "云A1234",
        "云A123456",
        "云AA1234警",
        "中A12345",
        "云A12345警",
    ],
)
def test_what_is_no_plate_is_refused(typed):
    with pytest.raises(PlateUnfit):
        plate_of(typed)
