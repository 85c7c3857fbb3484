"""A vehicle's plate as it is compared and stored: upper case, narrow letters, without dots and spaces; and what kind it is."""

import re
import unicodedata
from enum import StrEnum

from core.domain.refusals.typed import PlateUnfit


class PlateKind(StrEnum):
    """What a plate says of its vehicle (GA 36). A small new-energy car may well fill petrol: it can be a hybrid."""

    ORDINARY = "ordinary"
    NEW_ENERGY_SMALL = "new_energy_small"
    NEW_ENERGY_LARGE = "new_energy_large"
    POLICE = "police"
    TRAILER = "trailer"
    COACH = "coach"
    HONG_KONG = "hong_kong"
    MACAU = "macau"
    EMBASSY = "embassy"
    CONSULATE = "consulate"
    TEMPORARY = "temporary"
    ARMED_POLICE = "armed_police"
    MILITARY = "military"


# The 31 provinces; then an issuing letter, never I or O; then letters and digits, never I or O.
# (shared facts, china.md section 6)
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_FROM = rf"[{_PROVINCE}][A-HJ-NP-Z]"
_SIGN = "[A-HJ-NP-Z0-9]"
# Battery cars D A B C E, others F G H J K: first before five (small), or last after five digits (large).
_ENERGY = "[A-HJK]"
_LAST = {
    PlateKind.POLICE: "警",
    PlateKind.TRAILER: "挂",
    PlateKind.COACH: "学",
    PlateKind.HONG_KONG: "港",
    PlateKind.MACAU: "澳",
}
_KINDS = {
    PlateKind.ORDINARY: rf"{_FROM}{_SIGN}{{5}}",
    PlateKind.NEW_ENERGY_SMALL: rf"{_FROM}{_ENERGY}{_SIGN}\d{{4}}",
    PlateKind.NEW_ENERGY_LARGE: rf"{_FROM}\d{{5}}{_ENERGY}",
    **{kind: rf"{_FROM}{_SIGN}{{4}}{last}" for kind, last in _LAST.items()},
    # Three digits of the country, three of the car; the older form has the word first.
    PlateKind.EMBASSY: r"使\d{6}|\d{6}使",
    PlateKind.CONSULATE: rf"{_FROM}{_SIGN}{{4}}领|[{_PROVINCE}]\d{{4,6}}领|[{_PROVINCE}]领\d{{4,6}}",
    # A paper behind the windscreen of a car that has no plate yet.
    PlateKind.TEMPORARY: rf"{_FROM}{_SIGN}{{4,6}}临|临{_FROM}{_SIGN}{{4,6}}",
    PlateKind.ARMED_POLICE: rf"WJ[{_PROVINCE}]?\d{{4}}[0-9BDHJSTX]|WJ\d{{7}}",
    # The army's districts and services by two letters; the older form by a word and a letter.
    PlateKind.MILITARY: r"[VKHBSLJNGCZ][A-Z]\d{5}|[军空海北沈兰济南广成][A-Z]\d{5}",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_BETWEEN = re.compile(r"[\s·•‧・.\-]")
# Letters of other alphabets that look the same, and the same words in the older writing.
_LOOK_ALIKE = str.maketrans(
    "АВЕКМНОРСТУХΑΒΕΖΗΚΜΝΟΡΤΥΧ雲遼魯蘇贛陝閩貴寧瓊滬領學掛臨軍渝",
    "ABEKMHOPCTYXABEZHKMNOPTYX云辽鲁苏赣陕闽贵宁琼沪领学挂临军渝",
)
# Neither letter is ever on a plate after its issuing letter: whoever types one means the digit.
_DIGITS = str.maketrans("IO", "10")


def plate_of(text: str) -> str:
    """The plate in its one spelling: `云a·12345`, `云Ａ 12345` and `云AI2345` are 云A12345. Raises PlateUnfit."""
    if _PATTERNS[PlateKind.ORDINARY].fullmatch(text):
        # Nothing in it has another spelling.
        return text
    plate = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_LOOK_ALIKE)
    if plate[:1] in _PROVINCE:
        plate = plate[:2] + plate[2:].translate(_DIGITS)
    if _kind(plate) is None:
        raise PlateUnfit(text[:20])
    return plate


def kind_of(plate: str) -> PlateKind:
    """The kind of a plate in its one spelling. Raises PlateUnfit."""
    kind = _kind(plate)
    if kind is None:
        raise PlateUnfit(plate[:20])
    return kind


def _kind(plate: str) -> PlateKind | None:
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.fullmatch(plate)), None)
