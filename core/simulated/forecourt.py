"""Pumps in memory that obey the port and move when told to; for tests of what stands above the port."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.faults import PumpAnswerLost, PumpLineDown
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.price import UnitPrice
from core.domain.pump import Authorisation, EndedFill, PresetKind, PumpReading, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpRefused
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener, TransactionStatus


class MemoryForecourt:
    """Implements core.ports.forecourt.Forecourt. `down` makes it silent; `lose_answers` loses the next so many.

    `keep_open` refuses to close what has ended; of an `unheard` pump only the controller's own records are known; pumps
    stop by `overrun` later than their preset says; after `numbers` transactions it begins with 1 again. A pump that gets
    a price may refuse it (`price_refusers`), say that it took it and not have done so (`price_liars`), or take it and not
    say so (`price_mutes`). `setup` and `clock_apart` are what the controller tells of itself; `before_promise` is done
    once while the next authorisation is on its way, `after_promise` once when it has arrived.
    """

    def __init__(self, clock: Clock, prices: Mapping[PumpNumber, Mapping[NozzleNumber, UnitPrice]]) -> None:
        self._clock = clock
        self._prices = {pump: dict(nozzles) for pump, nozzles in prices.items()}
        self._promised: dict[PumpNumber, tuple[int, Authorisation]] = {}
        self._stored: list[EndedFill] = []
        self._open: dict[PumpNumber, EndedFill] = {}
        self._filling: set[PumpNumber] = set()
        self._paused: set[PumpNumber] = set()
        self._held: set[PumpNumber] = set()  # by us
        self._stopped_all = False
        self._counters = {
            (pump, nozzle): Totals(NO_LITRES, ZERO) for pump, nozzles in prices.items() for nozzle in nozzles
        }
        self._next = 1
        self._listener: ForecourtListener | None = None
        self.down = False
        self.lose_answers = 0
        self.keep_open = False
        self.numbers = 65_535
        self.overrun = ZERO
        self.unheard: set[PumpNumber] = set()
        self.held_by_others: set[PumpNumber] = set()
        self.price_refusers: set[PumpNumber] = set()
        self.price_liars: set[PumpNumber] = set()
        self.price_mutes: set[PumpNumber] = set()
        self.setup = ControllerSetup()
        self.clock_apart = timedelta(0)
        self.before_promise: Callable[[], object] = _nothing
        self.after_promise: Callable[[], object] = _nothing

    def start(self, listener: ForecourtListener) -> None:
        """Tell the listener that every pump is idle."""
        self._listener = listener
        if self.down:
            listener.line(up=False, why=PumpLineDown().code)
            return
        listener.line(up=True, why="")
        listener.set_up(self.configuration())
        for pump in self._prices:
            self.tell(pump, PumpState.IDLE)
        self._tell_counters(Counted.START)

    def stop(self) -> None:
        """Nothing more is told."""
        self._listener = None

    def authorise(self, authorisation: Authorisation) -> int:
        """Promise the pump."""
        self._answer()
        pump = authorisation.pump
        self._must_be_ours(pump)
        if self._stopped_all:
            raise PumpBusy(pump, PumpState.CLOSED)
        if pump in self._promised or pump in self._open:
            raise PumpBusy(pump, PumpState.AUTHORISED)
        before, self.before_promise = self.before_promise, _nothing
        before()
        number = self._number()
        self._promised[pump] = (number, authorisation)
        after, self.after_promise = self.after_promise, _nothing
        after()
        if self.lose_answers:
            self.lose_answers -= 1
            raise PumpAnswerLost
        self.tell(pump, PumpState.AUTHORISED)
        return number

    def promised(self, pump: PumpNumber) -> TransactionStatus | None:
        """What is promised or ended and open on the pump."""
        self._answer()
        if pump in self.unheard:
            return None
        if pump in self._open:
            ended = self._open[pump]
            return TransactionStatus(pump, ended.transaction, running=False, ended=ended)
        if pump in self._promised:
            return TransactionStatus(pump, self._promised[pump][0], running=True, ended=None)
        return None

    def transaction(self, pump: PumpNumber, transaction: int) -> TransactionStatus | None:
        """What became of it."""
        self._answer()
        asked = (pump, transaction)
        ended = next((f for f in reversed(self._stored) if (f.pump, f.transaction) == asked), None)
        if ended is not None:
            return TransactionStatus(pump, transaction, running=False, ended=ended)
        running = pump in self._promised and self._promised[pump][0] == transaction
        return TransactionStatus(pump, transaction, running=True, ended=None) if running else None

    def history(
        self, since: datetime, until: datetime, pump: PumpNumber | None = None
    ) -> Sequence[EndedFill]:
        """Every fill that ended in this time, oldest first."""
        self._answer()
        fills = [fill for fill in self._stored if since <= fill.ended_at <= until]
        return sorted((fill for fill in fills if pump in {None, fill.pump}), key=lambda fill: fill.ended_at)

    def suspend(self, pump: PumpNumber) -> None:
        """Let the fill pause."""
        self._pause(pump, PumpState.SUSPENDED)
        self._paused.add(pump)

    def resume(self, pump: PumpNumber) -> None:
        """Let the fill go on."""
        self._pause(pump, PumpState.FUELLING)
        self._paused.discard(pump)

    def lock(self, pump: PumpNumber) -> None:
        """Keep the pump for us."""
        self._answer()
        self._must_be_ours(pump)
        self._held.add(pump)

    def unlock(self, pump: PumpNumber) -> None:
        """Let others have it."""
        self._answer()
        self._must_be_ours(pump)
        self._held.discard(pump)

    def cancel(self, pump: PumpNumber) -> None:
        """Take the promise back."""
        self._answer()
        if pump not in self._filling:
            self._promised.pop(pump, None)
            self.tell(pump, PumpState.IDLE)

    def stop_all(self) -> None:
        """Take every promise back."""
        self._stopped_all = True
        for pump in list(self._promised):
            self.cancel(pump)

    def release_all(self) -> None:
        """Pumps may be promised again."""
        self._answer()
        self._stopped_all = False

    def close(self, pump: PumpNumber, transaction: int) -> None:
        """The fill is booked."""
        self._answer()
        if self.keep_open:
            raise PumpBusy(pump, PumpState.FUELLING)
        if pump in self._open and self._open[pump].transaction == transaction:
            del self._open[pump]
            self.tell(pump, PumpState.IDLE)

    def set_prices(self, pump: PumpNumber, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        """Take prices while nothing is promised."""
        self._answer()
        if pump in self._promised:
            raise PumpBusy(pump, PumpState.FUELLING)
        if pump in self.price_refusers:
            raise PumpRefused(pump, 32, "price refused")
        if pump not in self.price_liars:
            self._prices[pump].update(prices)
        if pump in self.price_mutes:
            raise PumpAnswerLost

    def prices(self, pump: PumpNumber) -> Mapping[NozzleNumber, UnitPrice]:
        """The prices in the pump."""
        self._answer()
        return dict(self._prices[pump])

    def totals(self, pump: PumpNumber) -> Mapping[NozzleNumber, Totals]:
        """The counters in the pump."""
        self._answer()
        if pump in self._filling:
            raise PumpBusy(pump, PumpState.FUELLING)
        return {nozzle: totals for (at, nozzle), totals in self._counters.items() if at == pump}

    def clock_difference(self) -> timedelta:
        """As the test has it."""
        self._answer()
        return self.clock_apart

    def set_clock(self) -> None:
        """Both clocks show the same from now on."""
        self._answer()
        self.clock_apart = timedelta(0)

    def configuration(self) -> ControllerSetup:
        """As the test has it."""
        self._answer()
        return replace(self.setup, clock_difference=self.clock_apart)

    # --- the hand of the test ------------------------------------------------------------------------------------------

    def tell(
        self, pump: PumpNumber, state: PumpState, volume: Litres = NO_LITRES, amount: Money = ZERO
    ) -> None:
        """Report a reading."""
        if self._listener is not None and not self.down:
            self._listener.read(PumpReading(pump, state, self._clock.now(), volume=volume, amount=amount))

    def fuel(self, pump: PumpNumber, amount: Money) -> None:
        """Fuel is flowing up to this amount."""
        self._paused.discard(pump)
        self._filling.add(pump)
        self.tell(pump, PumpState.FUELLING, amount=amount)

    def finish(
        self,
        pump: PumpNumber,
        nozzle: NozzleNumber,
        wanted: Money,
        *,
        told: bool = True,
        offline: bool = False,
    ) -> EndedFill:
        """End a fill with what was wanted or, where it is less, with the preset; the listener may not hear of it yet."""
        self._paused.discard(pump)
        promised = self._promised.pop(pump, None)
        self._filling.discard(pump)
        number = promised[0] if promised else self._number()
        price = self._prices[pump][nozzle]
        amount = wanted
        if promised is not None:
            authorisation = promised[1]
            price = authorisation.price or price
            if authorisation.preset.kind is PresetKind.AMOUNT:
                amount = min(wanted, authorisation.preset.amount + self.overrun)
        now = self._clock.now()
        volume = price.volume_for(amount)
        before = self._counters[pump, nozzle]
        after = Totals(before.volume + volume, (before.amount or ZERO) + amount)
        self._counters[pump, nozzle] = after
        ended = EndedFill(
            pump, nozzle, number, volume, price, amount, now, now, totaliser=after.volume, offline=offline
        )
        self._stored.append(ended)
        self._open[pump] = ended
        if self._listener is not None and told and not self.down:
            self._listener.ended(ended)
        return ended

    def tell_again(self) -> None:
        """What has ended and was not closed, as a poller tells it with each of its rounds."""
        for ended in list(self._open.values()):
            if self._listener is not None and not self.down:
                self._listener.ended(ended)

    def flowed(self, pump: PumpNumber, nozzle: NozzleNumber) -> Litres:
        """What the nozzle's counter shows."""
        return self._counters[pump, nozzle].volume

    def came_back(self) -> None:
        """The line was silent and is back: everything is told again."""
        self.down = False
        if self._listener is not None:
            self._listener.line(up=True, why="")
            self._listener.set_up(self.configuration())
            self._tell_counters(Counted.RECONNECT)

    def count(self, pump: PumpNumber, nozzle: NozzleNumber, volume: Litres) -> None:
        """Fuel ran through the nozzle that no record tells of."""
        before = self._counters[pump, nozzle]
        self._counters[pump, nozzle] = replace(before, volume=before.volume + volume)

    def set_counter(self, pump: PumpNumber, nozzle: NozzleNumber, volume: Litres) -> Litres:
        """The nozzle's counter shows this from now on; what it showed before."""
        before = self._counters[pump, nozzle]
        self._counters[pump, nozzle] = replace(before, volume=volume)
        return before.volume

    def forget(self, only: EndedFill | None = None) -> None:
        """Nothing is stored any more of what was closed, or of this one fill."""
        kept = list(self._open.values())
        self._stored = [fill for fill in self._stored if fill in kept or only not in {None, fill}]

    def restart(self) -> None:
        """The controller lost power: what was promised is gone, and it may number its transactions anew."""
        self._promised.clear()
        self._filling.clear()
        self._paused.clear()
        self._held.clear()
        self._next = 1

    def _number(self) -> int:
        number = self._next
        self._next = number % self.numbers + 1
        return number

    def _tell_counters(self, why: Counted) -> None:
        if self._listener is not None:
            for (pump, nozzle), totals in self._counters.items():
                self._listener.counted(pump, nozzle, totals, why)

    def _pause(self, pump: PumpNumber, state: PumpState) -> None:
        self._answer()
        self._must_be_ours(pump)
        if pump not in self._filling:
            raise PumpRefused(pump, 43, "nothing runs")
        self.tell(pump, state)

    def _must_be_ours(self, pump: PumpNumber) -> None:
        if pump in self.held_by_others:
            raise PumpBusy(pump, PumpState.CLOSED)

    def _answer(self) -> None:
        if self.down:
            raise PumpLineDown


def _nothing() -> None:
    """What usually happens in between."""
