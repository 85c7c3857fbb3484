"""Pumps in memory that obey the port and move when told to; for tests of what stands above the port."""

from collections.abc import Callable, Mapping

from core.domain.faults import PumpAnswerLost, PumpLineDown
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.price import UnitPrice
from core.domain.pump import Authorisation, EndedFill, PresetKind, PumpReading, PumpState
from core.domain.refusals.pumps import PumpBusy
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener, TransactionStatus


class MemoryForecourt:
    """Implements core.ports.forecourt.Forecourt. `down` makes it silent; `lose_answers` loses the next so many.

    `keep_open` refuses to close what has ended; of an `unheard` pump only the controller's own records are known; pumps
    stop by `overrun` later than their preset says;
    `before_promise` is done once while the next authorisation is on its way, `after_promise` once when it has arrived.
    """

    def __init__(self, clock: Clock, prices: Mapping[PumpNumber, Mapping[NozzleNumber, UnitPrice]]) -> None:
        self._clock = clock
        self._prices = {pump: dict(nozzles) for pump, nozzles in prices.items()}
        self._promised: dict[PumpNumber, tuple[int, Authorisation]] = {}
        self._ended: dict[tuple[PumpNumber, int], EndedFill] = {}
        self._open: dict[PumpNumber, EndedFill] = {}
        self._filling: set[PumpNumber] = set()
        self._next = 1
        self._listener: ForecourtListener | None = None
        self.down = False
        self.lose_answers = 0
        self.keep_open = False
        self.overrun = ZERO
        self.unheard: set[PumpNumber] = set()
        self.before_promise: Callable[[], object] = _nothing
        self.after_promise: Callable[[], object] = _nothing

    def start(self, listener: ForecourtListener) -> None:
        """Tell the listener that every pump is idle."""
        self._listener = listener
        listener.line(up=True, why="")
        for pump in self._prices:
            self.tell(pump, PumpState.IDLE)

    def stop(self) -> None:
        """Nothing more is told."""
        self._listener = None

    def authorise(self, authorisation: Authorisation) -> int:
        """Promise the pump."""
        self._answer()
        pump = authorisation.pump
        if pump in self._promised or pump in self._open:
            raise PumpBusy(pump, PumpState.AUTHORISED)
        before, self.before_promise = self.before_promise, _nothing
        before()
        number = self._next
        self._next += 1
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
        ended = self._ended.get((pump, transaction))
        if ended is not None:
            return TransactionStatus(pump, transaction, running=False, ended=ended)
        running = pump in self._promised and self._promised[pump][0] == transaction
        return TransactionStatus(pump, transaction, running=True, ended=None) if running else None

    def cancel(self, pump: PumpNumber) -> None:
        """Take the promise back."""
        self._answer()
        if pump not in self._filling:
            self._promised.pop(pump, None)
            self.tell(pump, PumpState.IDLE)

    def stop_all(self) -> None:
        """Take every promise back."""
        for pump in list(self._promised):
            self.cancel(pump)

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
        self._prices[pump].update(prices)

    def prices(self, pump: PumpNumber) -> Mapping[NozzleNumber, UnitPrice]:
        """The prices in the pump."""
        self._answer()
        return dict(self._prices[pump])

    # --- the hand of the test ------------------------------------------------------------------------------------------

    def tell(
        self, pump: PumpNumber, state: PumpState, volume: Litres = NO_LITRES, amount: Money = ZERO
    ) -> None:
        """Report a reading."""
        if self._listener is not None and not self.down:
            self._listener.read(PumpReading(pump, state, self._clock.now(), volume=volume, amount=amount))

    def fuel(self, pump: PumpNumber, amount: Money) -> None:
        """Fuel is flowing up to this amount."""
        self._filling.add(pump)
        self.tell(pump, PumpState.FUELLING, amount=amount)

    def finish(
        self, pump: PumpNumber, nozzle: NozzleNumber, wanted: Money, *, told: bool = True
    ) -> EndedFill:
        """End a fill with what was wanted or, where it is less, with the preset; the listener may not hear of it yet."""
        promised = self._promised.pop(pump, None)
        self._filling.discard(pump)
        number = promised[0] if promised else self._next
        self._next += 0 if promised else 1
        price = self._prices[pump][nozzle]
        amount = wanted
        if promised is not None:
            authorisation = promised[1]
            price = authorisation.price or price
            if authorisation.preset.kind is PresetKind.AMOUNT:
                amount = min(wanted, authorisation.preset.amount + self.overrun)
        now = self._clock.now()
        ended = EndedFill(pump, nozzle, number, price.volume_for(amount), price, amount, now, now)
        self._ended[pump, number] = ended
        self._open[pump] = ended
        if self._listener is not None and told and not self.down:
            self._listener.ended(ended)
        return ended

    def _answer(self) -> None:
        if self.down:
            raise PumpLineDown


def _nothing() -> None:
    """What usually happens in between."""
