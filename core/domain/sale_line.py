"""SaleLine: one line of a bill; and what a bill's lines come to."""

from dataclasses import dataclass

from core.domain.copying import replace
from core.domain.ids import FillId, GoodsId, GradeCode, LineId, PrepayId
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.once import Once
from core.domain.price import UnitPrice


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line of the bill: a fill or goods. `gross` is the pump's amount or pieces times price."""

    id: LineId
    title: str  # the goods' name; for fuel the grade's code, named by core.wording.names
    gross: Money
    discount: Money = ZERO
    # fuel
    fill: FillId | None = None
    grade: GradeCode | None = None
    pump: int | None = None
    nozzle: int | None = None
    volume: Litres = NO_LITRES
    fuel_price: UnitPrice | None = None
    # goods
    goods: GoodsId | None = None
    quantity: int = 1
    piece_price: Money = ZERO
    keyed: bool = False  # goods without a place in the catalogue: title and price were typed
    listed_price: Money | None = (
        None  # what a piece costs in the catalogue, where somebody changed it on this bill
    )
    by_hand: Money = ZERO  # what somebody wanted off this line; what came off is in `discount`
    reason: str = ""  # why the price was changed or something taken off by hand
    prepay: PrepayId | None = None  # fuel that is paid before it flows
    overrun: PrepayId | None = None  # fuel that its pump delivered beyond what had been paid

    @property
    def is_goods(self) -> bool:
        """Whether it is sold by the piece."""
        return self.fill is None and self.prepay is None and self.overrun is None

    @property
    def stands_apart(self) -> bool:
        """Whether offers, coupons, points and rounding leave it alone: its amount is the pump's bound, or beyond it."""
        return self.prepay is not None or self.overrun is not None

    @property
    def net(self) -> Money:
        """What the line costs after its part of the discount."""
        return self.gross - self.discount


@Once
def come_to(lines: tuple[SaleLine, ...]) -> tuple[int, int]:
    """What the lines cost before and after discounts, in fen."""
    gross = sum([line.gross.fen for line in lines])
    return gross, gross - sum([line.discount.fen for line in lines])


def priced(line: SaleLine, price: Money, quantity: int) -> SaleLine:
    """The line with this price and quantity; what was taken off by hand never exceeds what it now costs."""
    gross = price * quantity
    by_hand = min(line.by_hand, gross)
    return replace(line, piece_price=price, quantity=quantity, gross=gross, by_hand=by_hand)
