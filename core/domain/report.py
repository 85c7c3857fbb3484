"""ShiftReport and DayFigures: figures only, no layout."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.cash import CashMovement
from core.domain.count import NOTHING_COUNTED, Count, Variance
from core.domain.ids import GradeCode
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.price import UnitPrice
from core.domain.shift import MeterCut, Shift, ShiftCorrection, ShiftState


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
    """All that a shift's paper says: an X while the shift is open, its Z once it is closed.

    `printed_at` and `corrections` come after the Z and are no part of it; the station's name stands in the letterhead.
    """

    shift: Shift
    opened_by: str
    closed_by: str = ""
    checked_by: str = ""
    followed_by: int = 0  # number of the shift that took over, 0 for none
    sales: int = 0
    gross: Money = ZERO
    discount: Money = ZERO
    rounding: Money = ZERO
    refunds: int = 0
    voids: int = 0
    refunded: Money = ZERO
    fuel: tuple[FuelFigure, ...] = ()
    refunded_fuel: tuple[FuelFigure, ...] = ()
    goods_pieces: int = 0
    goods_amount: Money = ZERO
    tenders: tuple[TenderFigure, ...] = ()
    movements: tuple[CashMovement, ...] = ()
    expected_cash: Money = ZERO
    variances: tuple[Variance, ...] = ()
    pieces: Count = NOTHING_COUNTED
    meters: tuple[MeterCut, ...] = ()
    orders: int = 0  # online orders completed
    orders_volume: Litres = NO_LITRES
    orders_amount: Money = ZERO  # what their drivers owed in the end
    unpaid_fills: int = 0
    unpaid_amount: Money = ZERO
    open_bills: int = 0  # carried over to the next shift
    open_amount: Money = ZERO
    corrections: tuple[ShiftCorrection, ...] = ()
    printed_at: datetime | None = None
    station: str = ""
    journal: str = ""  # the first 16 hex digits of the journal's head when the shift closed

    @property
    def net(self) -> Money:
        """What customers owed for what they took, before refunds."""
        return self.gross - self.discount - self.rounding

    @property
    def takings(self) -> Money:
        """Sales less refunds."""
        return self.net - self.refunded

    @property
    def is_z(self) -> bool:
        """Whether this is the Z of a closed shift."""
        return self.shift.state is ShiftState.CLOSED


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
