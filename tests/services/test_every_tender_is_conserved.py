"""Random days with every way to pay, splits, refunds, voids and power cuts between any two steps: no fen is lost or made.

What customers, the drawer and the provider hold is kept beside the station by this test alone; the books must agree.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.domain.account import EntryKind
from core.domain.count import Count
from core.domain.faults import Fault
from core.domain.ids import PaymentId, SaleId
from core.domain.money import ZERO, Money, total
from core.domain.payment import ELECTRONIC, Payment, PaymentState, Tender
from core.domain.pump import Preset, PresetKind
from core.domain.refund import LegState, Refund, RefundReason, Wanted, left_of
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.shifts import ShiftHasOpenWork
from core.domain.sale import Sale, SaleState
from core.ports.payment_gateway import RefundState
from core.simulated.payment_gateway import MemoryPaymentGateway
from tests.services.small_station import FLOAT, NOZZLE_1, PUMP_1, WATER, WECHAT_CODE, SmallStation

CODES = (
    WECHAT_CODE,
    "281234567890123456",
    "6212345678901234567",
    "YM123456789012345678",
    "YC12345678",
)
PLATE = "云A12345"
LIMIT = Money(100_000)
SHARES = st.sampled_from([1, 1, 2, 3])


class PowerCut(BaseException):
    """The mains are gone, in the middle of whatever runs."""


class CutGateway(MemoryPaymentGateway):
    """A gateway at whose next call the power is cut: before the question leaves, or after it was carried out."""

    cut = ""

    def _hear(self) -> None:
        if self.cut == "before":
            self.cut = ""
            raise PowerCut
        super()._hear()

    def _answer(self) -> None:
        if self.cut == "after":
            self.cut = ""
            raise PowerCut
        super()._answer()


class MoneyDay(RuleBasedStateMachine):
    """A cashier, customers with every kind of purse, a gateway and the mains."""

    @initialize()
    def open(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="money-day-")
        self.station = SmallStation(Path(self._folder.name) / "station.db")
        self.gateway = self.station.gateway = CutGateway()
        self.station.restart()
        self.station.open_shift()
        self.account = self.station.accounts.open("云南顺达物流", [PLATE], LIMIT, self.station.manager)
        self.drawer = FLOAT
        self.slips = 0

    def teardown(self) -> None:
        if hasattr(self, "station"):
            self.station.close()
            self._folder.cleanup()

    # --- what people do ------------------------------------------------------------------------------------------------

    @property
    def bill(self) -> Sale:
        found = self.station.sales.current(self.station.cashier)
        return found or self.station.sales.open(self.station.cashier)

    def attempt(self, call: Callable[[], Any]) -> Any:
        """Do it; a refusal or a fault is an answer too, and after a power cut the till starts again."""
        try:
            with suppress(Refusal, Fault):
                return call()
        except PowerCut:
            self.station.restart()
        self.gateway.lose_answer, self.gateway.cut = False, ""
        return None

    def outside(self, trouble: str) -> None:
        self.gateway.down = trouble == "down"
        self.gateway.lose_answer = trouble == "lost"
        self.gateway.cut = trouble if trouble in ("before", "after") else ""

    trouble = st.sampled_from(["", "", "", "lost", "down", "before", "after"])

    @rule(pieces=st.integers(1, 9))
    def goods(self, pieces: int) -> None:
        self.attempt(lambda: self.station.sales.add_goods(self.bill.id, WATER, pieces, self.station.cashier))

    @rule(fen=st.integers(1, 30_000))
    def fuel(self, fen: int) -> None:
        station = self.station
        if not station.forecourt.unpaid():
            station.forecourt.request(PUMP_1, NOZZLE_1, Preset(PresetKind.FULL), station.cashier)
            station.pumps.finish(PUMP_1, NOZZLE_1, Money(fen))
        waiting = station.forecourt.unpaid()[0].id
        self.attempt(lambda: station.sales.add_fill(self.bill.id, waiting, station.cashier))

    @rule(pieces=st.integers(1, 5), first=st.sampled_from(CODES), second=st.sampled_from([*CODES, ""]))
    def a_customer_without_trouble(self, pieces: int, first: str, second: str) -> None:
        """Most are; half the bill by one purse, the rest by another or in cash."""
        station, by = self.station, self.station.cashier
        self.chores_run(400)
        if self.bill.unclear_payment is not None:
            return
        self.goods(pieces)
        bill = station.sale(self.bill.id)
        self.gateway.next_state = PaymentState.CAPTURED
        station.payments.take_code(bill.id, first, by, amount=bill.due.part(1, 2))
        if second:
            station.payments.take_code(bill.id, second, by)
        else:
            rest = station.sale(bill.id).due
            station.payments.take_cash(bill.id, rest, by)
            self.drawer += rest

    @rule(share=SHARES, more=st.integers(-1, 3_000))
    def cash(self, share: int, more: int) -> None:
        bill = self.bill
        part = bill.due.part(1, share)
        after = self.attempt(
            lambda: self.station.payments.take_cash(
                bill.id, part + Money(more), self.station.cashier, amount=part
            )
        )
        if after is not None:
            taken = after.payments[-1]
            assert taken.tendered - taken.change == taken.amount
            self.drawer += taken.amount

    @rule(
        code=st.sampled_from(CODES),
        share=SHARES,
        state=st.sampled_from([PaymentState.CAPTURED, PaymentState.CAPTURED, PaymentState.PENDING]),
        trouble=trouble,
    )
    def code(self, code: str, share: int, state: PaymentState, trouble: str) -> None:
        bill = self.bill
        self.gateway.next_state = state
        self.outside(trouble)
        part = bill.due.part(1, share)
        self.attempt(
            lambda: self.station.payments.take_code(bill.id, code, self.station.cashier, amount=part)
        )

    @rule(trouble=trouble)
    def qr(self, trouble: str) -> None:
        bill = self.bill
        self.outside(trouble)
        self.attempt(
            lambda: self.station.payments.start_qr(bill.id, self.station.cashier, tender=Tender.ALIPAY)
        )

    @rule(share=SHARES)
    def bank_card(self, share: int) -> None:
        bill = self.bill
        self.slips += 1
        part, slip = bill.due.part(1, share), f"{self.slips:06d}"
        self.attempt(lambda: self.station.payments.take_bank_card(bill.id, part, slip, self.station.cashier))

    @rule(share=SHARES)
    def credit(self, share: int) -> None:
        bill = self.bill
        part = bill.due.part(1, share)
        self.attempt(
            lambda: self.station.payments.take_on_credit(
                bill.id, self.account.id, part, PLATE, self.station.cashier
            )
        )

    @rule(fen=st.integers(1, 20_000))
    def customer_settles(self, fen: int) -> None:
        paid = self.attempt(
            lambda: self.station.accounts.settle(
                self.account.id, Money(fen), Tender.CASH, self.station.manager
            )
        )
        if paid is not None:
            self.drawer += Money(fen)

    @rule(
        place=st.integers(0, 3),
        trouble=trouble,
        answer=st.sampled_from(
            [RefundState.DONE, RefundState.DONE, RefundState.PENDING, RefundState.REFUSED]
        ),
    )
    def leg_taken_back(self, place: int, trouble: str, answer: RefundState) -> None:
        legs = self.bill.legs
        if not legs:
            return
        leg = legs[place % len(legs)]
        self.gateway.next_refund = answer
        self.outside(trouble)
        after = self.attempt(lambda: self.station.payments.take_back(leg.id, self.station.manager))
        if after is not None and leg.tender is Tender.CASH:
            self.drawer -= leg.amount

    @rule()
    def bill_thrown_away(self) -> None:
        self.attempt(lambda: self.station.sales.cancel(self.bill.id, self.station.cashier))

    @rule(
        place=st.integers(0, 5),
        line=st.integers(0, 3),
        quantity=st.integers(0, 4),
        fen=st.integers(0, 3_000),
        trouble=trouble,
        answer=st.sampled_from(
            [RefundState.DONE, RefundState.DONE, RefundState.PENDING, RefundState.REFUSED]
        ),
        reinstate=st.booleans(),
    )
    def refund(
        self,
        place: int,
        line: int,
        quantity: int,
        fen: int,
        trouble: str,
        answer: RefundState,
        reinstate: bool,
    ) -> None:
        sold = self.station.refunds.recent(6)
        if not sold:
            return
        bill = sold[place % len(sold)].sale
        wanted = [Wanted(bill.lines[line % len(bill.lines)].id, quantity, None if quantity else Money(fen))]
        self.gateway.next_refund = answer
        self.outside(trouble)
        self._goes_back(
            bill.id,
            lambda: self.station.refunds.refund(
                bill.id, wanted, RefundReason.OTHER, self.station.manager, reinstate=reinstate
            ),
        )

    @rule(place=st.integers(0, 2), trouble=trouble)
    def void(self, place: int, trouble: str) -> None:
        sold = self.station.refunds.recent(3)
        if not sold:
            return
        bill = sold[place % len(sold)].sale
        self.gateway.next_refund = RefundState.DONE
        self.outside(trouble)
        self._goes_back(
            bill.id,
            lambda: self.station.refunds.void(bill.id, RefundReason.WRONG_TENDER, self.station.manager),
        )

    def _goes_back(self, sale: SaleId, call: Callable[[], Refund]) -> None:
        """Cash is handed out as soon as the refund is written down, whatever becomes of the rest of it."""
        before = {refund.id for refund in self.station.refunds.get(sale).refunds}
        self.attempt(call)
        for refund in self.station.refunds.get(sale).refunds:
            if refund.id not in before:
                self.drawer -= total(leg.amount for leg in refund.legs if leg.tender is Tender.CASH)

    @rule()
    def refused_legs_are_paid_in_cash(self) -> None:
        for refund in self.station.refunds.unsettled():
            for leg in refund.legs:
                if leg.state is LegState.REFUSED:
                    self.station.refunds.pay_in_cash(leg.id, self.station.manager)
                    self.drawer -= leg.amount

    @rule()
    def terminal_gives_back(self) -> None:
        for refund in self.station.refunds.unsettled():
            for leg in refund.legs:
                if leg.tender is Tender.BANK_CARD and leg.state is LegState.PENDING:
                    self.slips += 1
                    self.station.refunds.confirm_slip(leg.id, f"{self.slips:06d}", self.station.cashier)

    # --- what happens by itself ------------------------------------------------------------------------------------------

    @rule()
    def payers_pay(self) -> None:
        for payment_id, answer in list(self.gateway.answers.items()):
            if answer.state is PaymentState.PENDING:
                with self.station.work.reading() as work:
                    amount = work.sales.payment(payment_id).amount
                self.gateway.payer_pays(payment_id, amount)

    @rule(well=st.booleans())
    def slow_refunds_end(self, well: bool) -> None:
        for refund, answer in list(self.gateway.refunds.items()):
            if answer.state is RefundState.PENDING:
                (self.gateway.refund_arrives if well else self.gateway.refund_fails)(refund)

    @rule(seconds=st.sampled_from([3, 100, 400]))
    def chores_run(self, seconds: int) -> None:
        self.station.clock.move(timedelta(seconds=seconds))
        self.outside("")
        self.station.payments.settle_pending()
        self.station.refunds.settle_pending()

    @rule()
    def power_cut(self) -> None:
        self.station.restart()

    @rule()
    def shift_is_counted(self) -> None:
        with self.station.work.reading() as work:
            shift = work.shifts.current()
            assert shift is not None
            busy = work.sales.unclear_payments() or any(
                sale.lines or sale.payments for sale in work.sales.open_ones(shift.id)
            )
        if self.drawer < ZERO:
            return
        if busy or self.station.refunds.unsettled():
            with pytest.raises(ShiftHasOpenWork):
                self.station.shifts.close(Count(loose=self.drawer), self.station.cashier)
            return
        closed = self.station.shifts.close(Count(loose=self.drawer), self.station.cashier)
        assert closed.difference == ZERO
        self.station.open_shift()
        self.drawer = FLOAT

    # --- what must hold, always ------------------------------------------------------------------------------------------

    @invariant()
    def every_fen_is_where_it_belongs(self) -> None:
        if not hasattr(self, "station"):
            return
        with self.station.work.reading() as work:
            shift = work.shifts.current()
            assert shift is not None
            sold = work.sales.recent(10_000)
            rest = [sale for each in work.shifts.recent(100) for sale in work.sales.open_ones(each.id)]
            back = {sale.id: tuple(work.refunds.of_sale(sale.id)) for sale in sold}
            account = work.accounts.get(self.account.id)
            entries = work.accounts.entries(account.id, shift.opened_at.min.replace(tzinfo=shift.opened_at.tzinfo),
                                            self.station.clock.now() + timedelta(days=1))  # fmt: skip
        refunds = [refund for each in back.values() for refund in each]
        self._bills_are_paid_to_the_fen(sold)
        self._numbers_run_without_gaps([sale.number for sale in sold], "20261122-")
        self._numbers_run_without_gaps([refund.number for refund in refunds], "T20261122-")
        for sale in sold:
            self._no_more_goes_back_than_came(sale, back[sale.id])
        self._the_provider_says_the_same([*sold, *rest], refunds)
        owed = total(e.amount if e.kind is EntryKind.CHARGE else -e.amount for e in entries)
        assert account.owed == owed <= LIMIT
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        self._sums_are_what_they_sum(sold, refunds)

    @staticmethod
    def _bills_are_paid_to_the_fen(sold: Sequence[Sale]) -> None:
        for sale in sold:
            assert sale.state is SaleState.COMPLETED
            assert sale.unclear_payment is None
            assert total(leg.amount for leg in sale.legs) == sale.total

    @staticmethod
    def _numbers_run_without_gaps(numbers: list[str], day: str) -> None:
        assert sorted(numbers) == [f"{day}{place:04d}" for place in range(1, len(numbers) + 1)]

    @staticmethod
    def _no_more_goes_back_than_came(sale: Sale, refunds: tuple[Refund, ...]) -> None:
        for left in left_of(sale, refunds).values():
            assert 0 <= left.quantity <= left.sold_quantity
            assert ZERO <= left.amount <= left.sold
        given: dict[PaymentId, Money] = defaultdict(Money)
        for refund in refunds:
            assert total(leg.amount for leg in refund.legs) == refund.total
            for leg in refund.legs:
                given[leg.of] += leg.amount
        took = {leg.id: leg.amount for leg in sale.legs}
        assert all(amount <= took[payment] for payment, amount in given.items())

    def _the_provider_says_the_same(self, sales: list[Sale], refunds: list[Refund]) -> None:
        """Of everything that is clear: whose money moved, and whose came back."""
        payments = [p for sale in sales for p in sale.payments if p.tender in ELECTRONIC]
        unclear = {p.id for p in payments if p.state is PaymentState.PENDING}
        ours = {p.id: p.amount for p in payments if p.reverses is None and _captured(p)}
        theirs = {p: amount for p, amount in self.gateway.charged.items() if p not in unclear}
        assert ours == theirs
        legs = [leg for refund in refunds for leg in refund.legs if leg.tender in ELECTRONIC]
        unclear |= {leg.id for leg in legs if leg.state is LegState.PENDING}
        returned = {p.id: -p.amount for p in payments if p.reverses is not None and _captured(p)}
        returned |= {leg.id: leg.amount for leg in legs if leg.state is LegState.DONE}
        gave = {leg: amount for leg, (_of, amount) in self.gateway.returned.items() if leg not in unclear}
        assert returned == gave

    def _sums_are_what_they_sum(self, sold: Sequence[Sale], refunds: list[Refund]) -> None:
        taken: dict[tuple[str, Tender], Money] = defaultdict(Money)
        given: dict[tuple[str, Tender], Money] = defaultdict(Money)
        for sale in sold:
            for leg in sale.legs:
                taken[sale.shift, leg.tender] += leg.amount
        for refund in refunds:
            for back in refund.legs:
                if back.is_paid:
                    given[back.shift or "", back.paid_by] += back.amount
        for shift in self.station.shifts.recent(100):
            for figure in self.station.totals.tenders(shift.id):
                assert figure.amount == taken.pop((shift.id, figure.tender), ZERO)
                assert figure.refunded == given.pop((shift.id, figure.tender), ZERO)
        assert not taken
        assert not given


def _captured(payment: Payment) -> bool:
    return payment.state is PaymentState.CAPTURED


TestMoneyDay = MoneyDay.TestCase
TestMoneyDay.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
