"""Reads the fields of a jsonPTS answer, trusting none: right type, possible value, or a complaint with the field's name."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice

# The vendor's own examples write a number in quotation marks here and there, and some take it at its word.
_SPELLED = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,6})?")

# Far beyond anything a pump can show, and small enough to count with.
_LARGEST = Decimal(10) ** 12


class AnswerUnfit(Exception):
    """What came back is not jsonPTS."""


class Fields:
    """One object of an answer; `where` names it in complaints."""

    def __init__(self, values: object, where: str) -> None:
        if not isinstance(values, Mapping):
            raise AnswerUnfit(f"{where} is not an object")
        self._values = values
        self._where = where

    def has(self, name: str) -> bool:
        """Whether the field is there with any value but null."""
        return self._values.get(name) is not None

    def raw(self, name: str) -> object:
        """The field as it came, None where it is absent."""
        return self._values.get(name)

    def is_text(self, name: str) -> bool:
        """Whether the field holds a text."""
        return isinstance(self._values.get(name), str)

    def list_or_none(self, name: str) -> list[object] | None:
        """An array, or None where the field is absent."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, list):
            raise self._unfit(name)
        return value

    def whole(self, name: str, lowest: int, highest: int) -> int:
        """A whole number within these bounds."""
        value = self._numeric(name)
        if isinstance(value, Decimal) and value.adjusted() <= 12 and value == value.to_integral_value():
            value = int(value)
        if type(value) is not int or not lowest <= value <= highest:
            raise self._unfit(name)
        return value

    def whole_or(self, name: str, lowest: int, highest: int, otherwise: int) -> int:
        """A whole number, or the other value where the field is absent."""
        return self.whole(name, lowest, highest) if self.has(name) else otherwise

    def number(self, name: str) -> Decimal:
        """A number that is not negative."""
        value = self.signed(name)
        if value < 0:
            raise self._unfit(name)
        return abs(value)

    def signed(self, name: str) -> Decimal:
        """A number that may be negative, such as a temperature."""
        value = self._numeric(name)
        if type(value) is int:
            value = Decimal(value)
        # Compared by sign and size first: turning 1E+999999999 into a whole number would fill the memory.
        possible = (
            isinstance(value, Decimal)
            and value.is_finite()
            and value.adjusted() <= 12
            and abs(value) <= _LARGEST
        )
        if not isinstance(value, Decimal) or not possible:
            raise self._unfit(name)
        return value

    def flag(self, name: str) -> bool:
        """True or false; false where the field is absent."""
        value = self._values.get(name)
        if value is None:
            return False
        # The text writes the two values in quotation marks, and some take it at its word.
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise self._unfit(name)
        return value

    def text(self, name: str) -> str:
        """A text; empty where the field is absent."""
        value = self._values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._unfit(name)
        return value[:200]

    def moment(self, name: str) -> datetime | None:
        """A moment on the controller's own wall clock; None where it has none or was never set."""
        words = self.text(name)[:19].replace(" ", "T")
        if not words.strip("0T:-"):
            return None
        try:
            moment = datetime.strptime(words, "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007  the controller writes no zone; its offset comes apart
        except ValueError:
            raise self._unfit(name) from None
        return moment if 2000 <= moment.year <= 2099 else None

    def numbers(self, name: str) -> tuple[Decimal, ...]:
        """An array of numbers."""
        value = self._values.get(name)
        if not isinstance(value, list) or len(value) > 64:
            raise self._unfit(name)
        return tuple(Fields({name: each}, self._where).number(name) for each in value)

    def volume(self, name: str) -> Litres:
        """Litres with up to three decimals."""
        return Litres(_shifted(self.number(name), 3))

    def money(self, name: str) -> Money:
        """Yuan; a third decimal is rounded half up."""
        return Money(_shifted(self.number(name), 2))

    def price(self, name: str) -> UnitPrice:
        """Yuan per litre."""
        return UnitPrice(_shifted(self.number(name), 3))

    def prices(self, name: str) -> tuple[UnitPrice, ...]:
        """An array of prices."""
        return tuple(UnitPrice(_shifted(each, 3)) for each in self.numbers(name))

    def _numeric(self, name: str) -> object:
        value = self._values.get(name)
        if isinstance(value, str) and _SPELLED.fullmatch(value):
            return Decimal(value)
        return value

    def _unfit(self, name: str) -> AnswerUnfit:
        return AnswerUnfit(f"{self._where}: {name} is {str(self._values.get(name))[:60]!r}")


def _shifted(value: Decimal, places: int) -> int:
    return int(value.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_UP))
