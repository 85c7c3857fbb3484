"""ShiftReport and DayFigures: figures only, no layout."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.blocker import Blocker, BlockerKind
from core.domain.cash import CashMovement
from core.domain.count import NOTHING_COUNTED, Count, Variance
from core.domain.fill_step import StepFigure
from core.domain.ids import GradeCode
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money, total
from core.domain.payment import Tender
from core.domain.price import UnitPrice
from core.domain.shift import MeterCut, MeterFigure, Shift, ShiftCorrection, ShiftState


@dataclass(frozen=True, slots=True)
class FuelFigure:
    """Fuel of one grade at one price."""

    grade: GradeCode
    price: UnitPrice
    fills: int
    volume: Litres
    amount: Money


@dataclass(frozen=True, slots=True)
class GradeFigure:
    """Fuel of one grade at all its prices."""

    grade: GradeCode
    fills: int
    volume: Litres
    amount: Money


def sums_of_grades(fuel: Iterable[FuelFigure]) -> Mapping[GradeCode, GradeFigure]:
    """What the parts of each grade that was sold at several prices come to; a grade of one price is its own sum."""
    parts: dict[GradeCode, list[FuelFigure]] = {}
    for figure in fuel:
        parts.setdefault(figure.grade, []).append(figure)
    return {
        grade: GradeFigure(
            grade,
            sum(each.fills for each in each_price),
            Litres(sum(each.volume.millilitres for each in each_price)),
            total(each.amount for each in each_price),
        )
        for grade, each_price in parts.items()
        if len(each_price) > 1
    }


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
class PrepayFigure:
    """Money for fuel that was neither filled nor given back when the paper was written."""

    number: str
    pump: int
    left: Money
    deposit: bool = False  # its customer has gone
    plate: str = ""


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
    settled: tuple[
        TenderFigure, ...
    ] = ()  # what account customers paid of what they owed; cash is a movement, too
    unfinished: tuple[
        TenderFigure, ...
    ] = ()  # money in bills that are not paid to the end: taken, and not yet sold
    brought: tuple[TenderFigure, ...] = ()  # the same of the shift before, which its bills brought along
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
    is_blind: bool = False
    nozzles: tuple[MeterFigure, ...] = ()
    carried: tuple[Blocker, ...] = ()  # what was still under way when the shift closed
    note: str = ""  # what the person who closed it wrote about that
    prepaid: Money = ZERO  # paid in this shift for fuel still to flow; what flowed of it is in `fuel`
    prepaid_filled: Money = ZERO  # of prepays of whatever shift, filled in this one
    prepaid_returned: Money = ZERO  # of prepays of whatever shift, given back in this one; within `refunded`
    prepays: tuple[PrepayFigure, ...] = ()  # open ones, which the next shift takes over
    steps: tuple[StepFigure, ...] = ()  # what was decided of fills that were not simply paid: never takings
    owed_fills: int = 0  # by customers who have gone, of whatever shift
    owed_amount: Money = ZERO
    journal: str = ""  # the first 16 hex digits of the journal's head when the shift closed

    @property
    def net(self) -> Money:
        """What customers owed for what they took, before refunds."""
        return self.gross - self.discount - self.rounding

    @property
    def owed_in_fuel(self) -> Money:
        """What open prepays come to: still to be filled, or to go back."""
        return total(each.left for each in self.prepays)

    @property
    def takings(self) -> Money:
        """Sales less refunds."""
        return self.net - self.refunded

    def expected(self) -> Mapping[Tender, Money]:
        """What the books say of each tender that moved; of cash, what should lie in the drawer."""
        found = {figure.tender: figure.net for figure in self.tenders}
        for figure in (*self.settled, *self.unfinished):
            found[figure.tender] = found.get(figure.tender, ZERO) + figure.amount
        for figure in self.brought:
            found[figure.tender] = found.get(figure.tender, ZERO) - figure.amount
        return {**found, Tender.CASH: self.expected_cash}

    @property
    def unsent(self) -> int:
        """Messages that the cloud did not have yet when the shift closed."""
        return sum(int(each.label) for each in self.carried if each.kind is BlockerKind.UNSENT)

    @property
    def is_z(self) -> bool:
        """Whether this is the Z of a closed shift."""
        return self.shift.state is ShiftState.CLOSED


def blind(report: ShiftReport) -> ShiftReport:
    """The figures of an open shift without anything that tells what the drawer should hold."""
    return replace(
        report,
        tenders=(),
        settled=(),
        unfinished=(),
        brought=(),
        expected_cash=ZERO,
        variances=(),
        is_blind=True,
    )


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
