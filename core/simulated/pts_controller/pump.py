"""One pump: nozzles, what it was authorised for, the fill that runs, and the customer who holds the nozzle."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.simulated.pts_controller import flow, numbers
from core.simulated.pts_controller.errors import NotPossible

SETTLING_MS = 1_000
"""From lifting the nozzle to pulling the trigger, and from the last drop to hanging up half of it."""
SHUT_OFF_UL = 60_000_000
"""A car's tank is full at the latest here, and the nozzle's own shut-off falls."""
HIGHEST_TRANSACTION = 65_535


class State(StrEnum):
    IDLE = "idle"
    AUTHORISED = "authorised"
    FILLING = "filling"
    ENDED = "ended"


@dataclass(slots=True)
class Nozzle:
    grade_id: int
    price_li: int
    """What the pump itself has in its memory."""
    totaliser_ml: int
    totaliser_fen: int


@dataclass(frozen=True, slots=True)
class Order:
    """What an authorisation allows."""

    transaction: int
    nozzles: tuple[int, ...]
    one_nozzle: bool
    """The request named one nozzle, not a choice."""
    kind: str
    """Volume, Amount or FullTank."""
    dose: int
    """Millilitres or fen; 0 for FullTank."""
    prices_li: tuple[int, ...]
    """For each nozzle of nozzles."""
    auto_close: bool
    user_id: int
    tag: str = ""


@dataclass(slots=True)
class Fill:
    """What ran since the nozzle was lifted under an order."""

    nozzle: int
    grade_id: int
    price_li: int
    started_at: datetime
    totaliser_before_ml: int
    run_ul: int = 0
    stop_ul: int = SHUT_OFF_UL
    stop_amount_fen: int | None = None
    """Where the stop is an amount: what the display shows when it is reached."""
    rate_ml_a_minute: int = 0
    highest_rate_ml_a_minute: int = 0
    trigger_pulled: bool = False
    suspended: bool = False
    ended_at: datetime | None = None
    recorded: bool = False

    @property
    def volume_ml(self) -> int:
        return numbers.shown_millilitres(self.run_ul)

    @property
    def amount_fen(self) -> int:
        if self.stop_amount_fen is None:
            return numbers.amount_fen(self.volume_ml, self.price_li)
        if self.run_ul >= self.stop_ul:
            return self.stop_amount_fen
        return min(self.stop_amount_fen, numbers.amount_fen(self.volume_ml, self.price_li))

    @property
    def flows(self) -> bool:
        return self.trigger_pulled and not self.suspended and self.run_ul < self.stop_ul


class Step(StrEnum):
    WAITING = "waiting"
    SETTLING = "settling"
    FILLING = "filling"
    LEAVING = "leaving"


@dataclass(slots=True)
class Customer:
    """Somebody who holds the lifted nozzle, waits for the release, fills, and hangs up again or is told to."""

    volume_ml: int | None = None
    amount_fen: int | None = None
    overrun_ml: int = 0
    hangs_up: bool = True
    step: Step = Step.WAITING
    waited_ms: int = 0

    def turn_to(self, step: Step) -> None:
        self.step = step
        self.waited_ms = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the pump answers later, on a status request: totals or prices."""

    ready_at_seconds: float
    type: str
    data: dict[str, object]


@dataclass(slots=True)
class Pump:
    id: int
    nozzles: list[Nozzle]
    next_transaction: int
    state: State = State.IDLE
    nozzle_up: int = 0
    online: bool = True
    """Whether the controller hears the pump; the pump goes on either way."""
    order: Order | None = None
    fill: Fill | None = None
    user: str = ""
    request: str = ""
    customer: Customer | None = None
    answers: list[Answer] = field(default_factory=list)

    # -- by hand, at the pump ------------------------------------------------------------------------------------

    def lift(self, nozzle: int, now: datetime) -> None:
        if not 1 <= nozzle <= len(self.nozzles):
            raise NotPossible(f"pump {self.id} has no nozzle {nozzle}")
        if self.nozzle_up:
            raise NotPossible(f"nozzle {self.nozzle_up} of pump {self.id} is already lifted")
        self.nozzle_up = nozzle
        self._start_if_allowed(now)

    def hang_up(self, now: datetime) -> None:
        if not self.nozzle_up:
            raise NotPossible(f"no nozzle of pump {self.id} is lifted")
        self.nozzle_up = 0
        self.customer = None
        if self.state is State.FILLING:
            self.end(now)

    def pull_trigger(self, wish: Customer) -> None:
        """Dispense as soon as the pump allows it, until the dose or what the customer wishes."""
        if not self.nozzle_up:
            raise NotPossible(f"no nozzle of pump {self.id} is lifted")
        self.customer = wish

    # -- from the controller --------------------------------------------------------------------------------------

    def take_transaction(self) -> int:
        number = self.next_transaction
        self.next_transaction = number % HIGHEST_TRANSACTION + 1
        return number

    def authorise(self, order: Order, now: datetime) -> None:
        self.order = order
        self.state = State.AUTHORISED
        self._start_if_allowed(now)

    def withdraw(self) -> None:
        """Take an authorisation back that nobody has used yet."""
        self.order = None
        self.state = State.IDLE
        self.user = self.request = ""

    def end(self, now: datetime) -> None:
        assert self.fill is not None
        assert self.order is not None
        fill = self.fill
        fill.trigger_pulled = fill.suspended = False
        fill.rate_ml_a_minute = 0
        fill.ended_at = now
        nozzle = self.nozzles[fill.nozzle - 1]
        nozzle.totaliser_ml += fill.volume_ml
        nozzle.totaliser_fen += fill.amount_fen
        self.state = State.ENDED
        self.request = ""

    def close(self) -> None:
        self.order = None
        self.fill = None
        self.state = State.IDLE
        self.user = self.request = ""

    # -- as time goes by ------------------------------------------------------------------------------------------

    @property
    def needs_time(self) -> bool:
        """Whether anything at this pump changes by waiting."""
        if self.customer is not None:
            return self.customer.step is not Step.WAITING or self.state is State.FILLING
        return self.state is State.FILLING and self.fill is not None and self.fill.flows

    def advance(self, milliseconds: int, now: Callable[[], datetime]) -> None:
        while milliseconds > 0 and self.needs_time:
            part = min(flow.STEP_MS, milliseconds)
            milliseconds -= part
            if self.state is State.FILLING and self.fill is not None:
                _run(self.fill, part)
            if self.customer is not None:
                self._act(self.customer, part, now)

    def _act(self, customer: Customer, milliseconds: int, now: Callable[[], datetime]) -> None:
        filling = self.state is State.FILLING
        customer.waited_ms += milliseconds
        if customer.step is Step.WAITING:
            if filling:
                customer.turn_to(Step.SETTLING)
        elif customer.step is not Step.LEAVING and not filling:
            customer.turn_to(Step.LEAVING)
        elif customer.step is Step.SETTLING:
            if customer.waited_ms >= SETTLING_MS or not customer.hangs_up:
                self._pull(customer)
                customer.turn_to(Step.FILLING)
        elif customer.step is Step.FILLING:
            if self.fill is not None and not self.fill.flows and not self.fill.suspended:
                customer.turn_to(Step.LEAVING)
        elif not customer.hangs_up:
            self.customer = None
        elif customer.waited_ms >= SETTLING_MS // 2:
            self.hang_up(now())

    def _pull(self, customer: Customer) -> None:
        fill = self.fill
        assert fill is not None
        stop_ul, amount = self._dose_stop(fill)
        wished: tuple[int, int | None] | None = None
        if customer.volume_ml is not None:
            wished = customer.volume_ml * 1000, None
        elif customer.amount_fen is not None:
            wished = numbers.microlitres_for(customer.amount_fen, fill.price_li), customer.amount_fen
        if wished is not None and wished[0] < stop_ul:
            stop_ul, amount = wished
        elif customer.overrun_ml:
            stop_ul, amount = stop_ul + customer.overrun_ml * 1000, None
        if stop_ul > fill.run_ul:
            fill.stop_ul, fill.stop_amount_fen = stop_ul, amount
            fill.trigger_pulled = True

    def _dose_stop(self, fill: Fill) -> tuple[int, int | None]:
        order = self.order
        assert order is not None
        if order.kind == "Volume":
            return order.dose * 1000, None
        if order.kind == "Amount":
            return numbers.microlitres_for(order.dose, fill.price_li), order.dose
        return SHUT_OFF_UL, None

    def _start_if_allowed(self, now: datetime) -> None:
        order = self.order
        if self.state is not State.AUTHORISED or order is None or self.nozzle_up not in order.nozzles:
            return
        nozzle = self.nozzles[self.nozzle_up - 1]
        price = order.prices_li[order.nozzles.index(self.nozzle_up)]
        nozzle.price_li = price
        self.state = State.FILLING
        self.fill = Fill(self.nozzle_up, nozzle.grade_id, price, now, nozzle.totaliser_ml)


def _run(fill: Fill, milliseconds: int) -> None:
    if not fill.flows:
        fill.rate_ml_a_minute = 0
        return
    fill.run_ul, fill.rate_ml_a_minute = flow.step(fill.run_ul, fill.stop_ul, milliseconds)
    fill.highest_rate_ml_a_minute = max(fill.highest_rate_ml_a_minute, fill.rate_ml_a_minute)
    if fill.run_ul >= fill.stop_ul:
        fill.trigger_pulled = False
        fill.rate_ml_a_minute = 0
