"""Puts a payment into its bill; the payment that leaves nothing due completes the bill in the same transaction."""

from dataclasses import replace
from datetime import datetime

from core.domain.account import EntryKind, account_entry
from core.domain.coupon import CouponUseState
from core.domain.events.prepays import PrepayOverrunPaid, PrepayPaid
from core.domain.events.sales import PaymentChanged, SaleChanged, SaleCompleted
from core.domain.ids import AccountEntryId, NozzleNumber, PrepayId, PumpNumber, StaffId
from core.domain.payment import Payment, PaymentState, Tender
from core.domain.points import PointsUseState
from core.domain.prepay import Prepay
from core.domain.print_job import PaperKind
from core.domain.sale import Sale
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import Work
from core.protocol.plain import sale_completed
from core.services.payments.collecting import collect


class Booking:
    """The only way in which money comes into a bill, or out of it again before it is complete."""

    def __init__(self, clock: Clock, ids: Identity) -> None:
        self._clock = clock
        self._ids = ids

    def enter(
        self, work: Work, bill: Sale, payment: Payment, by: StaffId, approver: StaffId | None = None
    ) -> Sale:
        """The bill with this payment, or with its new state."""
        bill = bill.with_payment(payment)
        captured = payment.state is PaymentState.CAPTURED
        completes = captured and payment.reverses is None and bill.due.fen <= 0
        if not completes or payment.tender is not Tender.CASH or approver is not None:
            # Cash that completes a bill is told of, and pinned, by the bill's own event.
            work.record(PaymentChanged(payment.id, bill.id, payment.state), actor=by, approver=approver)
        if captured and payment.tender is Tender.CREDIT:
            self._owe(work, bill, payment, by)
        if completes:
            return self.complete(work, bill, by)
        work.sales.save(bill)
        work.record(SaleChanged(bill.id), actor=by)
        return bill

    def complete(self, work: Work, bill: Sale, by: StaffId) -> Sale:
        """The bill paid: numbered, its fills paid, its goods off the shelf, its paper posted, the cloud told."""
        now = self._clock.now()
        sale = bill.completed(work.sales.next_number(now), now)
        if bill.coupon is not None and sale.coupon is None:
            # It took nothing off: it is not used up.
            work.coupon_uses.save(replace(bill.coupon, state=CouponUseState.RELEASED))
        if bill.points is not None and sale.points is None:
            work.points_uses.save(replace(bill.points, state=PointsUseState.RELEASED))
        for line in sale.lines:
            if line.fill is not None:
                fill = work.fills.get(line.fill).paid(sale.id)
                work.fills.save(fill)
                collect(work, fill, sale, by, self._ids)
            if line.overrun is not None:
                _pay_overrun(work, sale, line.overrun, now, by)
            if line.goods is not None:
                work.catalogue.take_stock(line.goods, line.quantity)
        work.sales.save(sale)
        for prepay in prepays_of(sale, by):
            work.prepays.save(prepay)
            paid = PrepayPaid(prepay.id, prepay.number, sale.id, prepay.pump, prepay.amount.fen)
            work.record(paid, actor=by)
        work.record(SaleCompleted(sale.id, sale.number, sale.total.fen), actor=by)
        work.messages.post(sale_completed(sale, self._ids(), now))
        # Where it was sold, though another program may be the one that hears of the money.
        work.printing.add(PaperKind.SALE_RECEIPT, sale.id, by, sale.place)
        return sale

    def _owe(self, work: Work, bill: Sale, payment: Payment, by: StaffId) -> None:
        """An account customer owes this payment, or no longer does."""
        if payment.account is None:
            raise ValueError("credit is somebody's")
        account = work.accounts.get(payment.account)
        if payment.reverses is None:
            kind, owing = EntryKind.CHARGE, account.charged(payment.amount, payment.plate)
        else:
            kind, owing = EntryKind.TAKEN_BACK, account.given_back(-payment.amount)
        number = work.accounts.next_number(account.id)
        entry = account_entry(
            AccountEntryId(self._ids()), account, owing, kind, number=number, at=payment.at, by=by
        )
        work.accounts.enter(
            owing,
            replace(entry, shift=bill.shift, sale=bill.id, payment=payment.id, plate=payment.plate),
        )


def _pay_overrun(work: Work, sale: Sale, prepay: PrepayId, at: datetime, by: StaffId) -> None:
    """What a pump delivered beyond a prepay is paid by this bill."""
    owing = work.prepays.get(prepay)
    work.prepays.save(owing.overrun_paid(sale.id, at))
    if owing.fill is not None:
        work.fills.save(work.fills.get(owing.fill).settled())
    work.record(PrepayOverrunPaid(owing.id, owing.number, sale.id, owing.owed.fen), actor=by)


def prepays_of(sale: Sale, by: StaffId) -> list[Prepay]:
    """What a completed sale has been paid for and is still to be filled."""
    assert sale.completed_at is not None
    found: list[Prepay] = []
    for line in sale.lines:
        if line.prepay is None or line.pump is None or line.nozzle is None or line.grade is None:
            continue
        found.append(
            Prepay(
                line.prepay,
                f"P{sale.number}-{len(found) + 1}",
                sale.id,
                line.id,
                line.net,
                sale.completed_at,
                by,
                PumpNumber(line.pump),
                NozzleNumber(line.nozzle),
                line.grade,
                ready_at=sale.completed_at,
                plate=sale.member.plate if sale.member is not None else "",
            )
        )
    return found
