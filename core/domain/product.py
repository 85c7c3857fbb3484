"""FuelGrade and Goods: what the station sells."""

from dataclasses import dataclass

from core.domain.ids import GoodsId, GradeCode
from core.domain.money import Money

G92 = GradeCode("G92")
G95 = GradeCode("G95")
G98 = GradeCode("G98")
D0 = GradeCode("D0")

# The theme's colours that mean neither act nor watch nor normal; QUICK_PLACES keys fill one page.
QUICK_COLOURS = ("", "chart_1", "chart_2", "chart_3", "chart_4")
QUICK_PLACES = 12
QUICK_PAGES = 9


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
    initials: str = ""  # of the name in pinyin, lower case, made when the goods are saved: "nfsq"
    # A place among the counter's quick keys; page 0 is none.
    quick_page: int = 0
    quick_place: int = 0
    quick_colour: str = ""  # one of QUICK_COLOURS

    def is_meant_by(self, text: str) -> bool:
        """Whether somebody who types this is looking for these goods: part of name, barcode or initials."""
        wanted = text.strip().lower()
        return wanted in self.name.lower() or wanted in self.barcode or wanted in self.initials
