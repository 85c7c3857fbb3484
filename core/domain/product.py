"""FuelGrade and Goods: what the station sells."""

from dataclasses import dataclass

from core.domain.ids import GoodsId, GradeCode
from core.domain.money import Money

G92 = GradeCode("G92")
G95 = GradeCode("G95")
G98 = GradeCode("G98")
D0 = GradeCode("D0")


@dataclass(frozen=True, slots=True)
class FuelGrade:
    """A fuel that the station sells; its name in words comes from core.wording.names."""

    code: GradeCode
    controller_grade: int  # the grade's number in the pump controller


@dataclass(frozen=True, slots=True)
class Goods:
    """Something on the shelf, sold by the piece."""

    id: GoodsId
    barcode: str
    name: str
    price: Money
    stock: int
    on_sale: bool = True
