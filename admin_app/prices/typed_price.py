"""A price as it is typed, and how far it is from another."""

import re
from dataclasses import dataclass

from core.domain.money import half_up
from core.domain.price import UnitPrice

PATTERN = r"\d{0,2}(\.\d{0,3})?"
_TYPED = re.compile(r"(\d{1,2})(?:\.(\d{0,3}))?")


def price_of(text: str) -> UnitPrice | None:
    """Yuan a litre with at most three decimals; None where that is not (yet) a price."""
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        return None
    whole, decimals = match.groups()
    return UnitPrice(int(whole) * 1_000 + int((decimals or "").ljust(3, "0")))


@dataclass(frozen=True, slots=True)
class Difference:
    """From one price to another."""

    li: int
    hundredths_of_percent: int

    @property
    def is_large(self) -> bool:
        """More than a tenth: a slip of the finger is likely."""
        return abs(self.hundredths_of_percent) > 1_000

    @property
    def yuan(self) -> str:
        """``+0.14``, ``-0.005``."""
        whole, below = divmod(abs(self.li), 1_000)
        return f"{_sign(self.li)}{whole}.{f'{below:03}'.removesuffix('0')}"

    @property
    def percent(self) -> str:
        """``+1.79%``."""
        whole, below = divmod(abs(self.hundredths_of_percent), 100)
        return f"{_sign(self.li)}{whole}.{below:02}%"


def difference(before: UnitPrice, after: UnitPrice) -> Difference:
    """How far it is; the percentage is rounded half up, and zero where there was no price."""
    li = after.li - before.li
    return Difference(li, half_up(li * 10_000, before.li) if before.li else 0)


def _sign(number: int) -> str:
    return "+" if number > 0 else "-" if number < 0 else "±"
