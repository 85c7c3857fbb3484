"""A shift's paper: put together while the shift is open, kept as its Z once it is closed, read back word for word."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from core.domain.blocker import Blocker
from core.domain.cash import in_drawer
from core.domain.count import NOTHING_COUNTED
from core.domain.ids import ShiftId, StaffId
from core.domain.journal import canonical
from core.domain.money import ZERO, Money, total
from core.domain.payment import PaymentState, Tender
from core.domain.read_back import read_back
from core.domain.refusals.shifts import ZReportDamaged
from core.domain.report import PrepayFigure, ShiftReport, TenderFigure
from core.domain.sale import Sale
from core.domain.shift import Shift, ShiftState
from core.persistence.repositories.counters import SqlCounters
from core.persistence.repositories.fill_steps import SqlDebts, SqlFillSteps
from core.persistence.repositories.meters import SqlMeters
from core.persistence.shift_sums import ShiftSums
from core.persistence.transaction import Transaction
from core.ports.people import Staff
from core.ports.prepays import Prepays
from core.ports.repositories import Fills, Forecourt, Sales
from core.ports.shifts import CashBook, Shifts


class SqlShiftReports:
    """Port ShiftReports."""

    def __init__(  # noqa: PLR0917 - it reads what six repositories know
        self,
        transaction: Transaction,
        shifts: Shifts,
        staff: Staff,
        sales: Sales,
        fills: Fills,
        cash: CashBook,
        forecourt: Forecourt,
        prepays: Prepays,
    ) -> None:
        self._transaction = transaction
        self._shifts = shifts
        self._staff = staff
        self._sales = sales
        self._fills = fills
        self._cash = cash
        self._prepays = prepays
        self._meters = SqlMeters(shifts, forecourt, SqlCounters(transaction))

    def of(self, shift: ShiftId) -> ShiftReport:
        subject = self._shifts.get(shift)
        kept = self._shifts.z(shift)
        if kept is None:
            return self._put_together(subject)
        content, digest = kept
        if _digest(content) != digest:
            raise ZReportDamaged(subject.number)
        return replace(read_back(ShiftReport, content), corrections=tuple(self._shifts.corrections(shift)))

    def keep(
        self, shift: Shift, at: datetime, journal: str, carried: Sequence[Blocker] = (), note: str = ""
    ) -> ShiftReport:
        report = replace(self._put_together(shift), journal=journal, carried=tuple(carried), note=note)
        content = canonical(report)
        self._shifts.keep_z(shift, content, _digest(content), at)
        return report

    def _put_together(self, shift: Shift) -> ShiftReport:
        sums = ShiftSums(self._transaction, shift.id)
        sold, refunds, orders, tenders = sums.sales(), sums.refunds(), sums.orders(), sums.tenders()
        is_closed = shift.state is ShiftState.CLOSED
        unpaid = self._fills.unpaid()
        owed = SqlDebts(self._transaction).open_ones()
        bills = [sale for sale in self._sales.open_ones(shift.id) if not sale.is_blank]
        movements = tuple(self._cash.of(shift.id))
        unfinished, brought = _unfinished(bills), self._brought(shift)
        in_bills = _cash_of(unfinished)[0] - _cash_of(brought)[0]
        return ShiftReport(
            shift=shift,
            opened_by=self._name(shift.opened_by),
            closed_by=self._name(shift.closed_by),
            checked_by=self._name(shift.checked_by),
            followed_by=shift.number + 1 if shift.followed_by else 0,
            sales=sold.sales,
            gross=sold.gross,
            discount=sold.discount,
            rounding=sold.rounding,
            refunds=refunds.refunds,
            voids=refunds.voids,
            refunded=refunds.amount,
            fuel=sums.fuel(),
            refunded_fuel=sums.refunded_fuel(),
            goods_pieces=sold.pieces - refunds.pieces,
            goods_amount=sold.goods - refunds.goods,
            tenders=tenders,
            settled=sums.settled(),
            unfinished=unfinished,
            brought=brought,
            movements=movements,
            expected_cash=in_drawer(shift.opening_float, *_cash_of(tenders), movements) + in_bills,
            variances=tuple(self._shifts.variances(shift.id)),
            pieces=self._shifts.pieces(shift.id) if is_closed else NOTHING_COUNTED,
            meters=tuple(self._shifts.meters(shift.id)),
            nozzles=self._meters.of(shift, sums),
            prepaid=sold.prepaid,
            prepaid_filled=sold.prepaid_filled,
            prepaid_returned=refunds.prepaid,
            prepays=tuple(
                PrepayFigure(each.number, each.pump, each.to_return, each.deposit, each.plate)
                for each in self._prepays.open_ones()
                if not each.owed
            ),
            steps=SqlFillSteps(self._transaction).figures(shift.id),
            owed_fills=len(owed),
            owed_amount=total(debt.amount for debt in owed),
            orders=orders.orders,
            orders_volume=orders.volume,
            orders_amount=orders.owed,
            unpaid_fills=len(unpaid),
            unpaid_amount=total(fill.amount for fill in unpaid),
            open_bills=len(bills),
            open_amount=total(sale.total for sale in bills),
        )

    def _brought(self, shift: Shift) -> tuple[TenderFigure, ...]:
        """Money that lay in unfinished bills when the shift before ended; its Z has kept it."""
        before = self._shifts.before(shift.number)
        kept = self._shifts.z(before.id) if before is not None else None
        # A Z that was tampered with is told to whoever looks at it; it must not keep the next shift from being counted.
        try:
            return read_back(ShiftReport, kept[0]).unfinished if kept is not None else ()
        except (ValueError, TypeError):
            return ()

    def _name(self, staff: StaffId | None) -> str:
        return self._staff.get(staff).name if staff else ""


def _unfinished(bills: Sequence[Sale]) -> tuple[TenderFigure, ...]:
    found: dict[Tender, Money] = {}
    for payment in (payment for bill in bills for payment in bill.payments):
        if payment.state is PaymentState.CAPTURED:
            found[payment.tender] = found.get(payment.tender, ZERO) + payment.amount
    return tuple(TenderFigure(tender, 1, found[tender]) for tender in Tender if found.get(tender))


def _cash_of(tenders: tuple[TenderFigure, ...]) -> tuple[Money, Money]:
    for figure in tenders:
        if figure.tender is Tender.CASH:
            return figure.amount, figure.refunded
    return ZERO, ZERO


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()
