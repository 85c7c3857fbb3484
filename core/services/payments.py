"""Take cash or a payer's code, settle the pending, take back; the payment that leaves nothing due completes the sale."""

import logging
from dataclasses import replace
from datetime import timedelta

from core.domain.coupon import CouponUseState
from core.domain.events import FillChanged, PaymentChanged, SaleChanged, SaleCompleted
from core.domain.faults import CloudAnswerLost, CloudUnreachable, Fault
from core.domain.ids import PaymentId, SaleId, StaffId
from core.domain.money import ZERO, Money
from core.domain.payment import Payment, PaymentState, Tender, cash_payment
from core.domain.print_job import PaperKind
from core.domain.refusals import NotAPaymentCode, NothingDue, PaymentNotFound, Refusal, SaleIsEmpty
from core.domain.sale import Sale
from core.domain.scan import CodeKind, cleaned, masked, what_is
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.payment_gateway import ChargeAnswer, PaymentGateway
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_station
from core.protocol.codec import wrap
from core.wording.catalogue import _

_log = logging.getLogger(__name__)

_TENDERS = {CodeKind.WECHAT: Tender.WECHAT, CodeKind.ALIPAY: Tender.ALIPAY}
# Longer than a charge is usually on its way: only then is one that the cloud never heard of taken back.
_ON_ITS_WAY = timedelta(seconds=30)
# WeChat itself gives a payer 45 s to type his password; after this the charge is reversed.
_PATIENCE = timedelta(seconds=90)


class PaymentDesk:
    """Money for bills."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity, gateway: PaymentGateway) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._gateway = gateway
        self._in_flight: set[PaymentId] = set()

    def take_cash(self, sale: SaleId, tendered: Money, by: StaffId) -> Sale:
        """Cash for all that is due; completes the bill. Raises NotEnoughCash, AmountUnfit, PaymentUnclear."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = work.sales.get(sale)
            bill.check_payable()
            if bill.due <= ZERO:
                raise NothingDue
            payment = cash_payment(
                PaymentId(self._ids()), sale, bill.due, tendered=tendered, at=self._clock.now(), taken_by=by
            )
            return self._with_payment(work, bill, payment, by)

    def finish_free(self, sale: SaleId, by: StaffId) -> Sale:
        """Complete a bill that a discount has brought to zero. Raises SaleIsEmpty, PaymentUnclear."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = work.sales.get(sale)
            bill.check_payable()
            if bill.due > ZERO:
                raise SaleIsEmpty
            return self._completed(work, bill, by)

    def take_code(self, sale: SaleId, payer_code: str, by: StaffId) -> Sale:
        """Charge the payer whose code was scanned for all that is due.

        The last payment of the returned bill says how it went: captured (the bill is complete), declined, or pending
        with who is being waited for. Raises NotAPaymentCode, CloudUnreachable (nothing was charged), PaymentUnclear.
        """
        code = cleaned(payer_code)
        tender = _TENDERS.get(what_is(code))
        if tender is None:
            raise NotAPaymentCode
        payment_id = PaymentId(self._ids())
        self._in_flight.add(payment_id)
        try:
            with self._work() as work:
                work.staff.get(by).must(Permission.SELL)
                bill = work.sales.get(sale)
                bill.check_payable()
                payment = Payment(
                    payment_id, sale, tender, bill.due, self._clock.now(), by, payer_code=masked(code)
                )
                self._with_payment(work, bill, payment, by)
            return self._charged(payment, code, by)
        finally:
            self._in_flight.discard(payment_id)

    def check(self, payment: PaymentId, by: StaffId) -> Sale:
        """Ask now what became of a pending payment."""
        with self._work.reading() as work:
            pending = work.sales.payment(payment)
        return self._settled(pending, by)

    def cancel(self, payment: PaymentId, by: StaffId) -> Sale:
        """Take a pending payment back; what was charged after all is returned by its provider.

        The answer may still be pending. Raises CloudUnreachable, CloudAnswerLost.
        """
        with self._work.reading() as work:
            pending = work.sales.payment(payment)
        return self._taken_back(pending, by)

    def settle_pending(self) -> None:
        """Chore: ask about every pending payment; reverse one that has been unclear for too long."""
        with self._work.reading() as work:
            pending = work.sales.unclear_payments()
        for payment in pending:
            if payment.id in self._in_flight:
                continue
            try:
                self._settled(payment, payment.taken_by)
                if self._clock.now() - payment.at > _PATIENCE:
                    self._give_up(payment)
            except Fault:
                return  # The cloud is away; the next chore goes on here.
            except Refusal as refusal:
                _log.warning("payment %s could not be settled: %s", payment.id, refusal)

    def _charged(self, payment: Payment, code: str, by: StaffId) -> Sale:
        try:
            answer = self._gateway.charge(payment.id, payment.sale, payment.amount, code, _("Fuel and goods"))
        except CloudAnswerLost:
            answer = ChargeAnswer(PaymentState.PENDING, payment.tender, waiting_for="provider")
        except CloudUnreachable as fault:
            self._take_answer(
                payment.id, ChargeAnswer(PaymentState.CANCELLED, payment.tender, reason=fault.code), by
            )
            raise
        except Refusal as refusal:
            self._take_answer(
                payment.id, ChargeAnswer(PaymentState.DECLINED, payment.tender, reason=refusal.code), by
            )
            raise
        return self._take_answer(payment.id, answer, by)

    def _settled(self, payment: Payment, by: StaffId) -> Sale:
        answer = self._gateway.query(payment.id)
        if answer is None:
            if self._clock.now() - payment.at >= _ON_ITS_WAY:
                return self._taken_back(payment, by)
            answer = ChargeAnswer(PaymentState.PENDING, payment.tender, waiting_for="provider")
        return self._take_answer(payment.id, answer, by)

    def _give_up(self, payment: Payment) -> None:
        """Asked a moment ago, and it may have been answered: only one that is still pending is taken back."""
        with self._work.reading() as work:
            current = work.sales.payment(payment.id)
        if current.state is PaymentState.PENDING:
            self._taken_back(current, payment.taken_by)

    def _taken_back(self, payment: Payment, by: StaffId) -> Sale:
        try:
            answer = self._gateway.cancel(payment.id)
        except PaymentNotFound:
            # Not charged; and should the charge still be on its way, the cloud remembers not to make it.
            answer = ChargeAnswer(PaymentState.CANCELLED, payment.tender, reason="never_charged")
        return self._take_answer(payment.id, answer, by)

    def _take_answer(self, payment_id: PaymentId, answer: ChargeAnswer, by: StaffId) -> Sale:
        with self._work() as work:
            payment = work.sales.payment(payment_id)
            bill = work.sales.get(payment.sale)
            if payment.state is not PaymentState.PENDING:
                return bill  # The chore or the other button was first.
            return self._with_payment(work, bill, _answered(payment, answer), by)

    def _with_payment(self, work: Work, bill: Sale, payment: Payment, by: StaffId) -> Sale:
        bill = bill.with_payment(payment)
        work.record(PaymentChanged(payment.id, bill.id, payment.state), actor=by)
        if payment.state is PaymentState.CAPTURED and bill.due <= ZERO:
            return self._completed(work, bill, by)
        work.sales.save(bill)
        work.record(SaleChanged(bill.id), actor=by)
        return bill

    def _completed(self, work: Work, bill: Sale, by: StaffId) -> Sale:
        now = self._clock.now()
        if bill.coupon is not None and not bill.discount:
            # It took nothing off: it is not used up.
            work.coupon_uses.save(replace(bill.coupon, state=CouponUseState.RELEASED))
            bill = replace(bill, coupon=None)
        sale = bill.completed(work.sales.next_number(now), now)
        for line in sale.lines:
            if line.fill is not None:
                fill = work.fills.get(line.fill).paid(sale.id)
                work.fills.save(fill)
                work.record(FillChanged(fill.id, fill.state), actor=by)
            if line.goods is not None:
                work.catalogue.take_stock(line.goods, line.quantity)
        work.sales.save(sale)
        work.record(SaleCompleted(sale.id, sale.number, sale.total.fen), actor=by)
        work.messages.post(wrap(_message(sale), self._ids(), now))
        work.printing.add(PaperKind.SALE_RECEIPT, sale.id, by)
        return sale


def _answered(payment: Payment, answer: ChargeAnswer) -> Payment:
    match answer.state:
        case PaymentState.CAPTURED:
            return payment.captured(answer.provider_ref)
        case PaymentState.DECLINED:
            return payment.declined(answer.reason)
        case PaymentState.CANCELLED:
            return payment.cancelled(answer.reason)
        case PaymentState.PENDING:
            return payment.waiting(answer.waiting_for)


def _message(sale: Sale) -> from_station.SaleCompleted:
    assert sale.completed_at is not None
    return from_station.SaleCompleted(
        sale_id=sale.id,
        number=sale.number,
        shift_id=sale.shift,
        completed_at=sale.completed_at,
        lines=[
            from_station.SoldLine(
                line_id=line.id,
                what="fuel" if line.fill else "goods",
                name=line.title,
                grade=line.grade,
                fill_id=line.fill,
                quantity=line.quantity,
                volume_ml=line.volume.millilitres if line.fill else None,
                price_li=line.fuel_price.li if line.fuel_price else None,
                gross_fen=line.gross.fen,
                discount_fen=line.discount.fen,
            )
            for line in sale.lines
        ],
        payments=[
            from_station.TakenPayment(
                payment_id=payment.id,
                method=payment.tender,
                amount_fen=payment.amount.fen,
                provider_ref=payment.provider_ref or None,
            )
            for payment in sale.payments
            if payment.state is PaymentState.CAPTURED
        ],
        discount_fen=sale.discount.fen,
        total_fen=sale.total.fen,
    )
