"""A car's plate as it is compared and stored: upper case, narrow letters, without dots and spaces."""

import re
import unicodedata

from core.domain.refusals.typed import PlateUnfit

# 31 provinces, an issuing letter, then 5 characters (the last may name a special use) or 6 of a new-energy plate; no I, no O.
# (shared facts, china.md section 6)
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_ORDINARY = re.compile(rf"[{_PROVINCE}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]")
_NEW_ENERGY = re.compile(rf"[{_PROVINCE}][A-HJ-NP-Z](?:[A-HJK][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[A-HJK])")
_BETWEEN = re.compile(r"[\s·•‧・.\-]")


def plate_of(text: str) -> str:
    """The plate in its one spelling: `云a·12345` and `云Ａ 12345` are 云A12345. Raises PlateUnfit."""
    plate = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not _ORDINARY.fullmatch(plate) and not _NEW_ENERGY.fullmatch(plate):
        raise PlateUnfit(text[:20])
    return plate
