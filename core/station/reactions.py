"""Which event makes which use case run: the wiring between use cases that must not know each other."""

import logging
from collections.abc import Callable

from core.domain.counter import CounterWhy
from core.domain.events.event import Event
from core.domain.events.orders import OrderMoved
from core.domain.events.papers import PrintJobPosted
from core.domain.events.prepays import PrepayMoved, PrepayPaid
from core.domain.events.prices import NozzleTriedAgain, PriceApproved, PriceScheduled
from core.domain.events.pumps import (
    FillFinished,
    PumpAuthorisationRequested,
    PumpsReleased,
    PumpStopRequested,
)
from core.domain.events.sales import SaleCancelled, SaleChanged, SaleCompleted, SaleRefunded
from core.domain.events.shifts import CashMoved, ShiftClosed
from core.domain.faults import Fault
from core.domain.ids import AuthorisationId, OrderId, PrepayId, PumpNumber, SaleId, ShiftId
from core.domain.refusals.refusal import Refusal
from core.domain.station_order import ServiceState
from core.services.forecourt.desk import ForecourtDesk
from core.services.orders.desk import OrderDesk
from core.services.pole import PoleDesk
from core.services.prepays import PrepayDesk
from core.services.receipts.desk import ReceiptDesk
from core.services.tanks.reconciliation import ReconciliationDesk
from core.station.chores import Chores
from core.station.event_bus import EventBus
from core.station.workers import Workers

_log = logging.getLogger(__name__)


class Reactions:
    """Listens to the bus. What only the pumps' owner does asks `is_owner` first; paper is printed where it was sold."""

    def __init__(  # noqa: PLR0917 - built in one place
        self,
        workers: Workers,
        chores: Chores,
        forecourt: ForecourtDesk,
        receipts: ReceiptDesk,
        is_owner: Callable[[], bool],
        prepays: PrepayDesk,
        orders: OrderDesk,
        reconciliation: ReconciliationDesk,
    ) -> None:
        self._workers = workers
        self._chores = chores
        self._forecourt = forecourt
        self._receipts = receipts
        self._is_owner = is_owner
        self._prepays = prepays
        self._orders = orders
        self._reconciliation = reconciliation

    def listen(self, bus: EventBus) -> None:
        """Begin."""
        bus.subscribe(PumpAuthorisationRequested, self._authorisation_requested)
        bus.subscribe(PumpStopRequested, self._stop_requested)
        bus.subscribe(PumpsReleased, self._pumps_released)
        bus.subscribe(PrepayPaid, self._prepay_ready, only_ours=True)
        bus.subscribe(PrepayMoved, self._prepay_ready, only_ours=True)
        bus.subscribe(SaleCompleted, self._sale_completed, only_ours=True)
        for posts_paper in (SaleCompleted, SaleRefunded, CashMoved, ShiftClosed, PrintJobPosted):
            bus.subscribe(posts_paper, lambda _event: self._chores.ring("printing"))
        bus.subscribe(ShiftClosed, self._shift_closed, only_ours=True)
        bus.subscribe(ShiftClosed, self._counters_at_the_cut)
        bus.subscribe(SaleCancelled, lambda _event: self._chores.ring("coupons"))
        bus.subscribe(SaleRefunded, self._sale_refunded, only_ours=True)
        bus.subscribe(CashMoved, self._cash_moved, only_ours=True)
        bus.subscribe(OrderMoved, self._order_moved)
        for gives_prices in (PriceScheduled, PriceApproved, NozzleTriedAgain, FillFinished):
            bus.subscribe(gives_prices, lambda _event: self._chores.ring("prices"))
        bus.subscribe(Event, lambda _event: self._chores.ring("send"))

    def announce(self) -> None:
        """Begin of this program: the others learn where its papers come out."""
        self._outside(self._receipts.announce)

    def show_on(self, pole: PoleDesk, bus: EventBus) -> None:
        """The customer sees on the pole what this till is busy with."""
        bus.subscribe(
            SaleChanged,
            lambda event: self._outside(lambda: pole.show_sale(SaleId(event.sale))),
            only_ours=True,
        )
        bus.subscribe(
            SaleCompleted,
            lambda event: self._outside(lambda: pole.show_end(SaleId(event.sale))),
            only_ours=True,
        )
        bus.subscribe(SaleCancelled, lambda _event: pole.clear(), only_ours=True)

    def took_over(self) -> None:
        """This program owns the pumps from now on: an emergency that the owner before may not have lived to see is seen to."""
        self._outside(self._forecourt.keep_stopped)

    def _authorisation_requested(self, event: PumpAuthorisationRequested) -> None:
        if self._is_owner():
            self._outside(lambda: self._forecourt.carry_out(AuthorisationId(event.authorisation)))

    def _stop_requested(self, event: PumpStopRequested) -> None:
        if self._is_owner():
            pump, only_promise = PumpNumber(event.pump), event.only_promise
            self._outside(lambda: self._forecourt.carry_out_stop(pump, only_promise=only_promise))

    def _pumps_released(self, _event: PumpsReleased) -> None:
        if self._is_owner():
            self._outside(self._forecourt.carry_out_release)

    def _prepay_ready(self, event: PrepayPaid | PrepayMoved) -> None:
        self._outside(lambda: self._prepays.release_by_itself(PrepayId(event.prepay)))

    def _sale_completed(self, event: SaleCompleted) -> None:
        # The receipt was posted with the sale; the drawer is another matter: a cashier who gives change does not wait.
        self._outside(lambda: self._receipts.open_drawer_for(SaleId(event.sale)))
        self._chores.ring("coupons")

    def _shift_closed(self, event: ShiftClosed) -> None:
        self._outside(lambda: self._reconciliation.write_down(ShiftId(event.shift)))

    def _sale_refunded(self, event: SaleRefunded) -> None:
        if event.cash_fen:
            self._outside(self._receipts.open_drawer_for_cash)
        self._chores.ring("refunds")
        self._chores.ring("printing")

    def _counters_at_the_cut(self, _event: ShiftClosed) -> None:
        if self._is_owner():
            self._outside(lambda: self._forecourt.heal(CounterWhy.SHIFT_CUT))

    def _cash_moved(self, _event: CashMoved) -> None:
        self._outside(self._receipts.open_drawer_for_cash)
        self._chores.ring("printing")

    def _order_moved(self, event: OrderMoved) -> None:
        if event.state == ServiceState.COMPLETED:
            self._chores.ring("printing")
        if event.state == ServiceState.PLATE_CHECKED and self._is_owner():
            self._outside(lambda: self._orders.turning.go_on(OrderId(event.order)))
        if event.state == ServiceState.FILLED:
            self._chores.ring("standing_orders")

    def _outside(self, call: Callable[[], object]) -> None:
        def logged() -> None:
            try:
                call()
            except Fault as fault:
                _log.info("%s", fault)  # the service has recorded it where somebody will see it
            except Refusal as refusal:
                _log.warning("%s", refusal)
            except Exception:
                _log.exception("a reaction failed")

        try:
            self._workers.outside(logged)
        except RuntimeError:
            _log.info("stopping: what was asked is found again at the next start")
