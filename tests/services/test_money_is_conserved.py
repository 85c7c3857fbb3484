"""Random days at the counter with lost answers and power cuts: every fen is where it belongs."""

import tempfile
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.count import cash_count
from core.domain.faults import Fault
from core.domain.ids import SaleId
from core.domain.money import ZERO, Money, total
from core.domain.payment import PaymentState, Tender
from core.domain.pump import Preset, PresetKind
from core.domain.refusals import Refusal
from core.domain.sale import SaleState
from tests.services.small_station import (
    COUPON,
    FLOAT,
    NOZZLE_1,
    PUMP_1,
    PUMP_2,
    WATER,
    WECHAT_CODE,
    SmallStation,
)


class Counterday(RuleBasedStateMachine):
    """What a cashier, customers, a coupon, a gateway and the mains can do to a till."""

    @initialize()
    def open(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="counterday-")
        self.station = SmallStation(Path(self._folder.name) / "station.db")
        self.station.open_shift()
        self.station.issue_coupon()
        self.filled: list[Money] = []
        self.counted_into_drawer = FLOAT

    def teardown(self) -> None:
        if hasattr(self, "station"):
            self.station.close()
            self._folder.cleanup()

    @property
    def bill(self) -> SaleId:
        return (
            self.station.sales.current(self.station.cashier) or self.station.sales.open(self.station.cashier)
        ).id

    def attempt(self, call: object) -> None:
        """Do it; a refusal or a fault is an answer too."""
        with suppress(Refusal, Fault):
            call()  # type: ignore[operator]

    @rule(pump=st.sampled_from([PUMP_1, PUMP_2]), fen=st.integers(0, 50_000), heard=st.booleans())
    def customer_fills(self, pump: int, fen: int, heard: bool) -> None:
        station = self.station
        unpaid = [fill for fill in station.forecourt.unpaid() if fill.pump == pump]
        if len(unpaid) >= 2 or station.pumps.promised(pump) is not None:  # type: ignore[arg-type]
            return
        station.forecourt.request(pump, NOZZLE_1, Preset(PresetKind.FULL), station.cashier)  # type: ignore[arg-type]
        if not heard:
            station.pumps.stop()
        station.pumps.finish(pump, NOZZLE_1, Money(fen))  # type: ignore[arg-type]
        self.filled.append(Money(fen))
        if not heard:
            station.restart()

    @rule()
    def fill_onto_bill(self) -> None:
        unpaid = self.station.forecourt.unpaid()
        if unpaid:
            self.attempt(lambda: self.station.sales.add_fill(self.bill, unpaid[0].id, self.station.cashier))

    @rule(pieces=st.integers(1, 20))
    def goods_onto_bill(self, pieces: int) -> None:
        self.attempt(lambda: self.station.sales.add_goods(self.bill, WATER, pieces, self.station.cashier))

    @rule()
    def line_off_bill(self) -> None:
        bill = self.station.sales.get(self.bill)
        if bill.lines:
            self.attempt(
                lambda: self.station.sales.remove_line(bill.id, bill.lines[0].id, self.station.cashier)
            )

    @rule(away=st.booleans())
    def coupon_onto_bill(self, away: bool) -> None:
        self.station.coupon_desk.down = away
        self.attempt(lambda: self.station.sales.apply_coupon(self.bill, COUPON, self.station.cashier))

    @rule()
    def coupon_off_bill(self) -> None:
        self.attempt(lambda: self.station.sales.remove_coupon(self.bill, self.station.cashier))

    @rule(more=st.integers(-500, 5_000))
    def pay_cash(self, more: int) -> None:
        bill = self.station.sales.get(self.bill)
        tendered = bill.due + Money(more)
        self.attempt(lambda: self.station.payments.take_cash(bill.id, tendered, self.station.cashier))
        after = self.station.sales.get(bill.id)
        cash = [p for p in after.payments if p.tender is Tender.CASH and p.state is PaymentState.CAPTURED]
        self.counted_into_drawer += total(p.tendered - p.change for p in cash)

    @rule(
        state=st.sampled_from([PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.PENDING]),
        lost=st.booleans(),
        away=st.booleans(),
        cut=st.booleans(),
    )
    def pay_by_code(self, state: PaymentState, lost: bool, away: bool, cut: bool) -> None:
        gateway = self.station.gateway
        gateway.next_state, gateway.lose_answer, gateway.down = state, lost and not away, away
        self.attempt(lambda: self.station.payments.take_code(self.bill, WECHAT_CODE, self.station.cashier))
        gateway.lose_answer = False
        if cut:
            self.station.restart()

    @rule()
    def payer_types_his_password(self) -> None:
        with self.station.work.reading() as work:
            for payment in work.sales.unclear_payments():
                if (
                    payment.id in self.station.gateway.answers
                    and payment.id not in self.station.gateway.charged
                ):
                    self.station.gateway.payer_pays(payment.id, payment.amount)

    @rule(seconds=st.integers(1, 120))
    def time_passes_and_chores_run(self, seconds: int) -> None:
        self.station.clock.move(timedelta(seconds=seconds))
        self.station.gateway.down = self.station.coupon_desk.down = False
        self.station.payments.settle_pending()
        self.station.sales.settle_coupons()

    @rule()
    def power_cut(self) -> None:
        self.station.restart()

    @rule()
    def bill_thrown_away(self) -> None:
        self.attempt(lambda: self.station.sales.cancel(self.bill, self.station.cashier))

    @precondition(lambda self: hasattr(self, "station"))
    @rule()
    def shift_handed_over(self) -> None:
        with self.station.work.reading() as work:
            shift = work.shifts.current()
            assert shift is not None
            busy = bool(work.sales.unclear_payments()) or any(
                sale.lines or sale.coupon or sale.payments for sale in work.sales.open_ones(shift.id)
            )
        if busy:
            return
        closed = self.station.shifts.close(cash_count(self.counted_into_drawer), self.station.cashier)
        assert closed.difference == ZERO
        self.station.open_shift()
        self.counted_into_drawer = FLOAT

    @invariant()
    def every_fen_is_where_it_belongs(self) -> None:
        if not hasattr(self, "station"):
            return
        with self.station.work.reading() as work:
            sold = work.sales.recent(10_000)
            unclear = work.sales.unclear_payments()
            fills = work.fills.recent(10_000)
        for sale in sold:
            assert sale.state is SaleState.COMPLETED
            assert sale.paid == sale.total == total(line.gross - line.discount for line in sale.lines)
            assert all(ZERO <= line.discount <= line.gross for line in sale.lines)
        numbers = sorted(sale.number for sale in sold)
        assert numbers == [f"20261122-{place:04d}" for place in range(1, len(numbers) + 1)]
        assert Counter(fill.amount for fill in fills) == Counter(self.filled)
        on_bills = [line.fill for sale in sold for line in sale.lines if line.fill]
        assert len(on_bills) == len(set(on_bills))
        captured = {p.id: p.amount for sale in sold for p in sale.payments if p.tender is not Tender.CASH
                    and p.state is PaymentState.CAPTURED}  # fmt: skip
        not_known_yet = {payment.id for payment in unclear}
        assert captured == {k: v for k, v in self.station.gateway.charged.items() if k not in not_known_yet}
        redeemed = [sale for sale in sold if sale.coupon is not None]
        assert len(redeemed) <= 1
        assert all(sale.discount == Money(800) for sale in redeemed)


TestCounterday = Counterday.TestCase
TestCounterday.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
