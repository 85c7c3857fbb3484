"""What is worth saying aloud: orders, money that came in, fills to be paid, an emergency."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from core.domain.events.orders import OrderCarAnswered, OrderStandsStill
from core.domain.events.prepays import PrepayOverran
from core.domain.events.pumps import FillFinished, PumpStopRequested
from core.domain.ids import PaymentId
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.sale import Sale
from core.domain.station_order import ServiceState, StationOrder
from core.qt.event_bridge import EventBridge
from core.qt.speech.announcer import Announcer
from core.wording import spoken
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.payment.presenter import PaymentPresenter
from pos_app.helping.presenter import HelpPresenter
from pos_app.orders.presenter import OrdersPresenter
from pos_app.pumps.presenter import PumpsPresenter

_REMEMBERED = 20


class Announcements(QObject):
    """Listens to the till's presenters and to the station."""

    def __init__(
        self,
        announcer: Announcer,
        presenters: tuple[CounterPresenter, PaymentPresenter, PumpsPresenter, OrdersPresenter, HelpPresenter],
    ) -> None:
        super().__init__()
        self._say: Callable[[spoken.Announcement], None] = announcer.say
        counter, payment, self._pumps, self._orders, helping = presenters
        self._heard: dict[str, set[PaymentId]] = {}
        self._finished: dict[str, FillFinished] = {}
        self._orders.arrived.connect(self._order_arrived)
        self._orders.ring.connect(self._order_waits)
        helping.ring.connect(self._help_wanted)
        helping.sent.connect(self._customer_sent)
        payment.sale_seen.connect(self._money_seen)
        counter.completed.connect(self._money_seen)
        counter.parked_ended.connect(self._money_seen)
        self._pumps.changed.connect(self._fills_seen)

    def listen(self, bridge: EventBridge) -> None:
        """From now on hear of pumps as well."""
        bridge.on(FillFinished, self.fill_finished)
        bridge.on(PumpStopRequested, self.stop_requested)
        bridge.on(OrderStandsStill, self.order_stands_still)
        bridge.on(OrderCarAnswered, self.car_answered)
        bridge.on(PrepayOverran, lambda _event: self._say(spoken.alarm()))

    def fill_finished(self, event: FillFinished) -> None:
        """A fill was booked; whether it waits to be paid, the wall will tell when it has been read again."""
        if event.amount_fen:
            self._finished[event.fill] = event
            _forget_oldest(self._finished)

    def stop_requested(self, event: PumpStopRequested) -> None:
        """A pump is to stop; every pump is an emergency."""
        if event.pump == 0:
            self._say(spoken.emergency_stop())

    def _fills_seen(self) -> None:
        if not self._finished:
            return
        for fill in self._pumps.state.unpaid:
            event = self._finished.pop(fill.id, None)
            if event is not None:
                self._say(spoken.to_pay(event.pump, Money(event.amount_fen)))

    def _order_arrived(self, order: StationOrder) -> None:
        much = order.volume if order.by_volume else order.ordered
        self._say(spoken.order(order.pump, order.grade, much))

    def _order_waits(self) -> None:
        """The one that waits longest: first an alarm, then over whatever is being said and even where sound is off."""
        late = next((view for view in self._orders.state.orders if view.late), None)
        if late is not None:
            urgent = late.waited >= 2 * self._orders.late_after
            self._say(spoken.order_waits(late.order.pump, urgent=urgent))

    def order_stands_still(self, event: OrderStandsStill) -> None:
        """Nobody came to a pump; that nobody accepts is said by the second."""
        if event.state != ServiceState.WAITING:
            self._say(spoken.nobody_came(event.pump))

    def car_answered(self, event: OrderCarAnswered) -> None:
        """The driver said whether it is his car."""
        view = next((view for view in self._orders.state.orders if view.order.id == event.order), None)
        if view is not None:
            self._say(spoken.car_answered(view.order.pump, mine=event.mine))

    def _help_wanted(self, pump: int) -> None:
        self._say(spoken.help_wanted(pump))

    def _customer_sent(self, pump: int, amount: Money) -> None:
        self._say(spoken.to_counter(pump, amount))

    def _money_seen(self, sale: Sale) -> None:
        """Say each payment once, when it has come in."""
        heard = self._heard.setdefault(sale.id, set())
        _forget_oldest(self._heard)
        for leg in sale.legs:
            if leg.id in heard:
                continue
            heard.add(leg.id)
            if leg.tender is Tender.CREDIT:
                continue  # nothing has come in
            if leg.change > ZERO:
                self._say(spoken.received_cash(leg.tendered, leg.change))
            else:
                self._say(spoken.received(leg.amount))


def _forget_oldest(remembered: dict[str, Any]) -> None:
    while len(remembered) > _REMEMBERED:
        del remembered[next(iter(remembered))]
