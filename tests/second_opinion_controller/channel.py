"""One pump as the controller runs it: who has it, which transaction is open, which request is under way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tests.second_opinion_controller.dispenser import Dispenser, Leave, Poured
from tests.second_opinion_controller.errors import Refused
from tests.second_opinion_controller.store import Card, Record

SYSTEM_USER = "PTS"
LAST_NUMBER = 65_535
WAITING, AUTHORISED, FILLING, ENDED = (
    "WaitingNozzleUpForAuthorization",
    "Authorized",
    "Filling",
    "EndOfTransaction",
)


@dataclass
class Order:
    """What PumpAuthorize asked for."""

    nozzles: tuple[int, ...]
    listed: bool  # in Nozzles, not in Nozzle
    leave: Leave
    price: int | None
    close_by_itself: bool


@dataclass
class Channel:
    """Requests are confirmed at once and carried out some status polls later, as on a slow pump cable."""

    dispenser: Dispenser
    card: Card
    now: Callable[[], datetime]
    polls_a_request_takes: int = 1
    number: int = 0  # the last that was given
    user: str = ""
    stage: str = ""
    order: Order | None = None
    request: str = ""
    news: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    record: Record | None = None  # of the transaction that ended and is not closed
    last: Record | None = None
    last_counted: tuple[int, int, int] | None = None
    tells_live: tuple[int, int, int] = (0, 0, 0)  # nozzle, volume, amount as last seen on the cable
    began: datetime | None = None
    seen: int = 0  # sales of the dispenser that the controller knows of
    takes_orders_offline: bool = False
    _polls_left: int = 0
    _deed: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.seen = self._sales()

    # --- the cable -------------------------------------------------------------------------------------------------------

    @property
    def reachable(self) -> bool:
        """Whether the pump answers the controller."""
        return self.dispenser.on_the_cable

    def polled(self) -> None:
        """One round of the controller at this pump."""
        if self._deed is not None and self.reachable:
            self._polls_left -= 1
            if self._polls_left <= 0:
                deed, self._deed, self.request = self._deed, None, ""
                deed()
        self.look()

    def look(self) -> None:
        """See what the pump has done meanwhile."""
        pump = self.dispenser
        if not self.reachable:
            return
        if self.stage == AUTHORISED and pump.running:
            self.stage, self.began = FILLING, self.now()
        if self.stage in {AUTHORISED, FILLING} and not pump.running:
            self._see_the_end()
        else:
            self._see_what_nobody_asked_for()
        if pump.running:
            self.tells_live = (pump.up, pump.volume, pump.amount)

    def _see_the_end(self) -> None:
        sales = self._unseen()
        if len(sales) == 1 and not sales[0].unasked:
            self.seen = self._sales()
            self._end_with(sales[0])
        elif self.dispenser.leave is None:  # nothing flowed, or what did is known by its counter alone
            self._free()
            self._see_what_nobody_asked_for()

    def _see_what_nobody_asked_for(self) -> None:
        sales = self._unseen()
        self.seen = self._sales()
        if sales:  # the display has the last one only
            self.number = self.number % LAST_NUMBER + 1
            self._keep(sales[-1], self.now(), offline=True)

    def _unseen(self) -> list[Poured]:
        return [each for each in self.dispenser.truth if each.pump == self.dispenser.number][self.seen :]

    def _sales(self) -> int:
        return sum(1 for each in self.dispenser.truth if each.pump == self.dispenser.number)

    def _end_with(self, sale: Poured) -> None:
        assert self.order is not None
        self.record = self._keep(sale, self.began or self.now())
        self.stage = ENDED
        if self.order.close_by_itself:
            self._free()

    def _keep(self, sale: Poured, began: datetime, *, offline: bool = False) -> Record:
        hose = self.dispenser.hoses[sale.nozzle]
        self.last = Record(
            self.dispenser.number, sale.nozzle, self.number, sale.volume, sale.amount, sale.price, sale.counter_after,
            hose.amount_counter, began, self.now(), self.user or SYSTEM_USER, offline,
        )  # fmt: skip
        self.card.keep(self.last)
        return self.last

    def _free(self) -> None:
        self.stage, self.user, self.order, self.record, self.began = "", "", None, None, None

    # --- requests --------------------------------------------------------------------------------------------------------

    def authorise(self, order: Order, user: str, number: int) -> int:
        """PumpAuthorize: the transaction's number."""
        self._not_of_another(user)
        if self.stage in {FILLING, ENDED}:
            raise Refused("PUMP_BUSY_FILLING")
        if self.stage:
            different = self.order is not None and self.order.price != order.price
            raise Refused(
                "REPEATED_AUTHORIZE_PUMP_PRICE_DIFFERENT" if different else "DUPLICATED_AUTHORIZATION_REQUEST"
            )
        self._not_while_busy()
        if not self.reachable and not self.takes_orders_offline:
            raise Refused("OPERATION_ERROR")
        self.number = number or self.number % LAST_NUMBER + 1
        self.user, self.order, self.stage = user, order, WAITING if not self.reachable else AUTHORISED
        self.began = None
        self._later("PumpAuthorize", self._allow)
        return self.number

    def _allow(self) -> None:
        order = self.order
        if order is None:
            return
        self.stage = AUTHORISED
        for nozzle in order.nozzles:
            if order.price is not None:
                self.dispenser.hoses[nozzle].price = order.price
        self.dispenser.allow(order.leave)

    def stop(self, user: str) -> None:
        """PumpStop."""
        self._not_of_another(user)
        self._halt("PumpStop")

    def emergency_stop(self) -> None:
        """PumpEmergencyStop: whoever has the pump, has it no more; what was ended is closed."""
        if self.stage == ENDED:
            self._free()
        self._halt("PumpEmergencyStop")
        self.user = SYSTEM_USER if self.stage else ""

    def _halt(self, name: str) -> None:
        def halt() -> None:
            self.dispenser.halt()
            if self.stage in {WAITING, AUTHORISED}:
                self._free()

        if not self.reachable:
            raise Refused("OPERATION_ERROR")
        if self.request == "PumpAuthorize":  # not yet given to the pump
            self._deed = None
            self._free()
        if self.stage or self.dispenser.running:
            self._later(name, halt)

    def pause(self, user: str, paused: bool) -> None:
        """PumpSuspend and PumpResume."""
        self._not_of_another(user)
        if self.stage != FILLING or not self.reachable:
            raise Refused("PUMP_NOT_IN_FILLING_PROCESS")
        self._not_while_busy()

        def set_pause() -> None:
            self.dispenser.paused = paused

        self._later("PumpSuspend" if paused else "PumpResume", set_pause)

    def close(self, user: str, number: int) -> None:
        """PumpCloseTransaction."""
        if self.stage != ENDED:
            raise Refused("PUMP_STATUS_NOT_END_OF_TRANSACTION")
        if number != self.number:
            raise Refused("TRANSACTION_NUMBER_NOT_MATCH")
        if user != self.user:
            raise Refused("USER_NOT_MATCH")
        self._free()

    def lock(self, user: str) -> None:
        """PumpLock."""
        if self.stage in {FILLING, ENDED}:
            if self.user not in {user, SYSTEM_USER}:
                self._not_of_another(user)
        else:
            self._not_of_another(user)
        self.user = user

    def unlock(self, user: str) -> None:
        """PumpUnlock."""
        if self.user != user:
            raise Refused("PUMP_IS_NOT_LOCKED_BY_USER")
        self.user = SYSTEM_USER if self.stage or self.request else ""

    def count(self, user: str, nozzle: int) -> None:
        """PumpGetTotals: the answer comes with a later PumpGetStatus."""
        self._ready_for(user)

        def tell() -> None:
            hose = self.dispenser.hoses[nozzle]
            self.last_counted = (nozzle, hose.volume_counter, hose.amount_counter)
            self.news.append(
                (
                    "PumpTotals",
                    {
                        "nozzle": nozzle,
                        "volume": hose.volume_counter,
                        "amount": hose.amount_counter,
                        "user": user,
                    },
                )
            )

        self._later("PumpGetTotals", tell)

    def prices(self, user: str, wanted: dict[int, int] | None) -> None:
        """PumpSetPrices, and PumpGetPrices where nothing is wanted."""
        self._ready_for(user)

        def tell() -> None:
            for nozzle, price in (wanted or {}).items():
                self.dispenser.hoses[nozzle].price = price
            self.news.append(("PumpPrices", {"user": user}))

        self._later("PumpSetPrices" if wanted is not None else "PumpGetPrices", tell)

    def forget_what_is_volatile(self) -> None:
        """The controller was restarted: requests under way are gone; a transaction that ended is closed on the card."""
        self._deed, self.request, self.news = None, "", []
        if self.stage in {WAITING, ENDED}:
            self._free()

    def _ready_for(self, user: str) -> None:
        self._not_of_another(user)
        self._not_while_busy()
        if self.dispenser.running:
            raise Refused("PUMP_BUSY_FILLING")
        if not self.reachable:
            raise Refused("OPERATION_ERROR")

    def _later(self, name: str, deed: Callable[[], None]) -> None:
        self.request, self._deed, self._polls_left = name, deed, self.polls_a_request_takes

    def _not_of_another(self, user: str) -> None:
        if self.user not in {"", user}:
            raise Refused("PUMP_BUSY_OTHER_USER", Pump=self.dispenser.number, User=self.user)

    def _not_while_busy(self) -> None:
        if self.request:
            raise Refused(
                "PUMP_BUSY_OTHER_REQUEST_EXECUTED", Pump=self.dispenser.number, Request=self.request
            )
