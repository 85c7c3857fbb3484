"""Reads the named values of a message, trusting none: right form, possible value, or a complaint with the name."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from core.devices.pumps.fusion.messages import MessageUnfit
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice

_LARGEST = Decimal(10) ** 12
_LONGEST = 24  # figures that a number is written with


class Fields:
    """The values of one message; `where` names it in complaints, `ending` is what each name ends with."""

    def __init__(self, values: Mapping[str, str], where: str, ending: str = "") -> None:
        self._values = values
        self._where = where
        self._ending = ending

    def has(self, name: str) -> bool:
        """Whether there is anything under this name."""
        return bool(self.text(name))

    def text(self, name: str) -> str:
        """The words under this name; empty where there are none."""
        return self._values.get(name + self._ending, "").strip()[:200]

    def whole(self, name: str, lowest: int, highest: int) -> int:
        """A whole number within these bounds."""
        words = self.text(name)
        if not (words.isascii() and words.isdecimal()) or len(words) > _LONGEST:
            raise self._unfit(name)
        number = int(words)
        if not lowest <= number <= highest:
            raise self._unfit(name)
        return number

    def whole_or(self, name: str, lowest: int, highest: int, otherwise: int) -> int:
        """A whole number, or the other value where there is none."""
        return self.whole(name, lowest, highest) if self.has(name) else otherwise

    def volume(self, name: str) -> Litres:
        """Litres with up to three decimals."""
        return Litres(self._shifted(name, 3))

    def money(self, name: str) -> Money:
        """Yuan; a third decimal is rounded half up."""
        return Money(self._shifted(name, 2))

    def price(self, name: str) -> UnitPrice:
        """Yuan per litre."""
        return UnitPrice(self._shifted(name, 3))

    def moment(self, day: str, time: str, zone: tzinfo) -> datetime | None:
        """A moment on the controller's wall clock, YYYYMMDD and HHMMSS; None where it has none."""
        words = self.text(day) + self.text(time)
        if not words.strip("0"):
            return None
        if len(words) != 14 or not (words.isascii() and words.isdecimal()):
            raise self._unfit(day)
        try:
            return datetime.strptime(words, "%Y%m%d%H%M%S").replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self._unfit(day) from None

    def _shifted(self, name: str, places: int) -> int:
        words = self.text(name)
        if not words or not words.isascii() or len(words) > _LONGEST:
            raise self._unfit(name)
        try:
            number = Decimal(words)
        except InvalidOperation:
            raise self._unfit(name) from None
        # Compared by size first: turning 1E+999999999 into a whole number would fill the memory.
        if not number.is_finite() or number.adjusted() > 12 or not 0 <= number <= _LARGEST:
            raise self._unfit(name)
        return int(number.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def _unfit(self, name: str) -> MessageUnfit:
        return MessageUnfit(f"{self._where}: {name}{self._ending} is {self.text(name)[:60]!r}")
