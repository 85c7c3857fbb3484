"""Paid online orders: accept, check the plate, release the pump, confirm, decline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.events.orders import OrderReceived
from core.domain.events.pumps import FillFinished
from core.domain.ids import FillId, NozzleNumber, OrderId, PumpNumber, StaffId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.order import CancelReason
from core.domain.pump import PumpReading
from core.domain.station_order import ServiceState, StationOrder
from core.ports.clock import Clock
from core.qt.background import Runs
from core.qt.notices import Notices
from core.qt.reading import Reading

if TYPE_CHECKING:
    from core.services.orders.desk import OrderDesk

_RING_AGAIN = timedelta(seconds=15)
_S = ServiceState
_BY_ITSELF = (_S.CLAIMING, _S.AUTHORISING, _S.AUTHORISED, _S.FUELLING)
_RETURNABLE = (_S.WAITING, _S.ACCEPTED, _S.OTHER_CAR, _S.PLATE_CHECKED, _S.AUTHORISED)


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order as a card shows it."""

    order: StationOrder
    waited: timedelta
    busy: bool = False
    volume: Litres = field(default_factory=Litres)  # running, or as filled
    amount: Money = field(default_factory=Money)
    stayed_empty: bool = False  # certainly nothing was filled
    late: bool = False  # nobody has accepted it for so long that it is everybody's business
    nobody_came: bool = False  # it was accepted long ago, and no fuel flows

    @property
    def has_step(self) -> bool:
        """Whether there is something for a person to do next."""
        return self.order.state not in _BY_ITSELF and not self.is_held

    @property
    def is_foremost(self) -> bool:
        """Whether that is now, and not only when somebody else has answered."""
        return self.has_step and self.order.state is not _S.OTHER_CAR

    @property
    def is_held(self) -> bool:
        """Whether nothing can be done with it just now."""
        return self.busy or self.order.is_turning

    @property
    def may_be_declined(self) -> bool:
        """Whether it can still go back to the driver, or to another pump."""
        return (self.order.state in _RETURNABLE or self.stayed_empty) and not self.is_held

    @property
    def may_be_ended(self) -> bool:
        """Whether its running fill can be ended."""
        return self.order.state is _S.FUELLING and not self.busy

    @property
    def permille(self) -> int:
        """How far the fill is, 0 to 1000."""
        if self.order.by_volume:
            return min(1000, self.volume.millilitres * 1000 // max(1, self.order.volume.millilitres))
        return min(1000, self.amount.fen * 1000 // max(1, self.order.ordered.fen))


@dataclass(frozen=True, slots=True)
class OrdersState:
    """Every order that is not ended, the longest paid first."""

    orders: tuple[OrderView, ...] = ()
    loaded: bool = False


class OrdersPresenter(QObject):
    """Signals: changed; arrived(StationOrder), to be announced; ring, again and again while one waits too long."""

    changed = Signal()
    arrived = Signal(object)
    ring = Signal()

    def __init__(
        self,
        orders: "OrderDesk",
        background: Runs,
        notices: Notices,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = orders
        self._background = background
        self._notices = notices
        self._clock = clock
        self._by = StaffId("")
        self._orders: tuple[StationOrder, ...] = ()
        self._busy: frozenset[OrderId] = frozenset()
        self._announce: set[str] = set()
        self._readings: dict[PumpNumber, PumpReading] = {}
        self._filled: dict[FillId, tuple[Litres, Money]] = {}
        self._rang_at: datetime | None = None
        self._loaded_once = False
        self._reading = Reading(background, orders.open_orders, self._loaded, notices.fault)
        self.state = OrdersState()

    @property
    def late_after(self) -> timedelta:
        """How long an order may wait to be accepted."""
        return self._desk.rules.late_after

    def serve(self, person: StaffId) -> None:
        """Whoever is signed in does what is asked from now on."""
        self._by = person
        self.reload()

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    def reload(self) -> None:
        """The orders fresh from the database; asked many times at once, they are read once more only."""
        self._reading.again()

    def received(self, event: OrderReceived) -> None:
        """A paid order came in: announce it once it is known."""
        self._announce.add(event.order)
        self.reload()

    def fill_finished(self, event: FillFinished) -> None:
        """Remember what was filled, for the order's card."""
        self._filled[FillId(event.fill)] = (Litres(event.volume_ml), Money(event.amount_fen))
        self.reload()

    def read(self, reading: PumpReading) -> None:
        """A live reading came."""
        self._readings[reading.pump] = reading
        if any(order.pump == reading.pump and order.state is _S.FUELLING for order in self._orders):
            self._paint()

    def tick(self) -> None:
        """A second has passed."""
        if not self._orders:
            return
        self._paint()
        if any(view.late for view in self.state.orders):
            now = self._clock.now()
            if self._rang_at is None or now - self._rang_at >= _RING_AGAIN:
                self._rang_at = now
                self.ring.emit()

    def next_step(self, order_id: OrderId) -> None:
        """Do what comes next with this order."""
        view = self._view(order_id)
        if view is None or not view.has_step:
            return
        by = self._by
        match view.order.state:
            case _S.WAITING:
                self._begin(order_id)
                self._background.run_outside(
                    lambda: self._desk.accept(order_id, by), self._moved, self._otherwise(order_id)
                )
            case _S.ACCEPTED | _S.OTHER_CAR:
                self._do(order_id, lambda: self._desk.check_plate(order_id, by))
            case _S.PLATE_CHECKED:
                self._do(order_id, lambda: self._desk.authorise(order_id, by))
            case _S.FILLED:
                self._do(order_id, lambda: self._desk.confirm(order_id, by))
            case _:
                return

    def decline(self, order_id: OrderId, reason: CancelReason) -> None:
        """Send the order back; all the money returns to the driver. A released pump is taken back first."""
        by = self._by
        self._do(order_id, lambda: self._desk.turning.give_back(order_id, reason, by))

    def ask_driver(self, order_id: OrderId, differs: str) -> None:
        """Another car stands there: its driver is asked on the phone. `differs` is places in the plate."""
        by = self._by
        self._do(order_id, lambda: self._desk.turning.car_differs(order_id, differs, by))

    def move(self, order_id: OrderId, pump: PumpNumber, nozzle: NozzleNumber) -> None:
        """Serve it at another nozzle of its fuel."""
        by = self._by
        self._do(order_id, lambda: self._desk.turning.move(order_id, pump, nozzle, by))

    def _do(self, order_id: OrderId, call: Callable[[], StationOrder]) -> None:
        self._begin(order_id)
        self._background.run(call, self._moved, self._otherwise(order_id))

    def _begin(self, order_id: OrderId) -> None:
        self._busy |= {order_id}
        self._paint()

    def _moved(self, order: StationOrder) -> None:
        self._busy -= {order.id}
        self._orders = tuple(order if known.id == order.id else known for known in self._orders)
        self.reload()

    def _otherwise(self, order_id: OrderId) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            self._busy -= {order_id}
            self._notices.fault(error)
            self.reload()

        return failed

    def _loaded(self, orders: Sequence[StationOrder]) -> None:
        self._loaded_once = True
        self._orders = tuple(orders)
        self._paint()
        for order in self._orders:
            if order.id in self._announce:
                self._announce.discard(order.id)
                if order.state is _S.WAITING:
                    self._rang_at = self._clock.now()
                    self.arrived.emit(order)

    def _view(self, order_id: OrderId) -> OrderView | None:
        return next((view for view in self.state.orders if view.order.id == order_id), None)

    def _paint(self) -> None:
        now = self._clock.now()
        views = tuple(self._viewed(order, now) for order in self._orders)
        self.state = replace(self.state, orders=views, loaded=self._loaded_once)
        self.changed.emit()

    def _viewed(self, order: StationOrder, now: datetime) -> OrderView:
        volume, amount = Litres(), Money()
        reading = self._readings.get(order.pump)
        stayed_empty = False
        if order.fill is not None:
            volume, amount = self._filled.get(order.fill, (volume, amount))
            stayed_empty = (
                order.state is _S.FILLED and order.fill in self._filled and not volume and not amount
            )
        elif order.state is _S.FUELLING and reading is not None:
            volume, amount = reading.volume, reading.amount
        waited = max(timedelta(), now - order.paid_at)
        rules = self._desk.rules
        late = order.state is _S.WAITING and waited >= rules.late_after
        nobody_came = (
            order.waits_for_car()
            and order.accepted_at is not None
            and rules.remind_after is not None
            and now - order.accepted_at >= rules.remind_after
        )
        return OrderView(
            order, waited, order.id in self._busy, volume, amount, stayed_empty, late, nobody_came
        )
