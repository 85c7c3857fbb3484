"""ShiftReport and DayFigures: figures only, no layout."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.ids import GradeCode
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.price import UnitPrice
from core.domain.shift import Shift


@dataclass(frozen=True, slots=True)
class FuelFigure:
    """Fuel of one grade at one price."""

    grade: GradeCode
    price: UnitPrice
    fills: int
    volume: Litres
    amount: Money


@dataclass(frozen=True, slots=True)
class TenderFigure:
    """What came in by one tender."""

    tender: Tender
    count: int
    amount: Money
    refunds: int = 0
    refunded: Money = ZERO

    @property
    def net(self) -> Money:
        """What came in less what went back."""
        return self.amount - self.refunded


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """All that a shift's paper says."""

    station: str
    shift: Shift
    opened_by: str
    closed_by: str
    printed_at: datetime
    sales: int
    gross: Money
    discount: Money
    net: Money
    fuel: tuple[FuelFigure, ...]
    goods_pieces: int
    goods_amount: Money
    tenders: tuple[TenderFigure, ...]
    orders: int  # online orders completed
    orders_volume: Litres
    orders_amount: Money  # what their drivers owed in the end
    unpaid_fills: int
    unpaid_amount: Money


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Four figures and their parts for a stretch of time, for the manager's overview."""

    amount: Money = ZERO
    volume: Litres = NO_LITRES
    fills: int = 0
    sales: int = 0
    by_hour: tuple[tuple[int, GradeCode, Litres], ...] = ()  # local hour, grade, litres
    tenders: tuple[TenderFigure, ...] = ()

    @property
    def average(self) -> Money:
        """Yuan a fill, rounded half up; zero for none."""
        return self.amount.part(1, self.fills) if self.fills else ZERO
