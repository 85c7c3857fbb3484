"""Volume in whole millilitres."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Litres:
    """A volume in whole millilitres. A pump shows hundredths of a litre, a totaliser may show more."""

    millilitres: int = 0

    def __post_init__(self) -> None:
        if type(self.millilitres) is not int:
            raise TypeError(f"millilitres must be a whole number, not {self.millilitres!r}")

    def __add__(self, other: Self) -> "Litres":
        return Litres(self.millilitres + other.millilitres)

    def __sub__(self, other: Self) -> "Litres":
        return Litres(self.millilitres - other.millilitres)

    def __bool__(self) -> bool:
        return self.millilitres != 0


NO_LITRES = Litres(0)
