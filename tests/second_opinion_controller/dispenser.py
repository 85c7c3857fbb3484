"""A dispenser as it stands on the forecourt: hoses, counters and a motor that know nothing of jsonPTS.

What flowed here is the truth, whatever anybody wrote down of it.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Poured:
    """What one lifted nozzle gave, by the dispenser's own display. Volume in millilitres, money in fen, price in li a litre."""

    pump: int
    nozzle: int
    volume: int
    amount: int
    price: int
    counter_before: int
    counter_after: int
    unasked: bool  # by the dispenser's own key, with no controller in charge


@dataclass
class Leave:
    """What a controller allows: these hoses, up to this dose (millilitres, fen, or as much as goes in)."""

    nozzles: tuple[int, ...]
    kind: str = "FullTank"
    dose: int = 0


@dataclass
class Hose:
    """One nozzle with its price and its two counters."""

    price: int
    volume_counter: int = 0
    amount_counter: int = 0


@dataclass
class Dispenser:
    """One side of an island. Steps are driven by hand: lift, squeeze, hang up."""

    number: int
    hoses: dict[int, Hose]
    truth: list[Poured]
    step: int = 10  # the smallest volume that its display shows, millilitres
    on_the_cable: bool = True
    manual: bool = False  # the attendant's key: it pours without leave
    up: int = 0
    leave: Leave | None = None
    paused: bool = False
    running: bool = False
    volume: int = 0
    amount: int = 0
    price: int = 0
    finished: Poured | None = None  # the last sale, still on the display
    _begun_by_key: bool = field(default=False, repr=False)
    _hose: int = field(default=0, repr=False)

    def allow(self, leave: Leave) -> None:
        """The controller lets it pour."""
        self.leave, self.paused = leave, False
        self._start()

    def lift(self, nozzle: int) -> None:
        """Somebody takes a nozzle."""
        assert not self.up
        self.up = nozzle
        self._start()

    def squeeze(self, volume: int) -> int:
        """The trigger is held until so much more flowed, or the dose is reached; what really flowed."""
        if not self.running or self.paused:
            return 0
        wanted = min(self.volume + volume, self._ceiling())
        if wanted < self._ceiling():
            wanted -= wanted % self.step
        poured = max(0, wanted - self.volume)
        self.volume += poured
        self.amount = self._money()
        return poured

    def hang_up(self) -> None:
        """The nozzle goes back: the sale is final."""
        self.up = 0
        if self.running:
            self._end()

    def halt(self) -> None:
        """The controller stops it: a promise is gone, a sale is final."""
        self.leave = None
        if self.running:
            self._end()

    def reached(self) -> bool:
        """Whether the dose is in the tank and the valve shut."""
        return self.running and self.volume >= self._ceiling()

    def _start(self) -> None:
        by_key = self.manual and self.leave is None
        allowed = by_key or (self.leave is not None and self.up in self.leave.nozzles)
        if self.up and allowed and not self.running:
            self.running, self.volume, self.amount = True, 0, 0
            self.price, self.finished = self.hoses[self.up].price, None
            self._begun_by_key, self._hose = by_key, self.up

    def _end(self) -> None:
        hose = self.hoses[self._hose]
        before = hose.volume_counter
        hose.volume_counter += self.volume
        hose.amount_counter += self.amount
        if self.volume:
            self.finished = Poured(
                self.number, self._hose, self.volume, self.amount, self.price, before, hose.volume_counter,
                self._begun_by_key,
            )  # fmt: skip
            self.truth.append(self.finished)
        self.running, self.leave, self.paused = False, None, False

    def _ceiling(self) -> int:
        if self.leave is None or self.leave.kind == "FullTank":
            return 9_999_000
        if self.leave.kind == "Volume":
            return self.leave.dose
        exact = Decimal(self.leave.dose) * 10_000 / self.price
        return int((exact / self.step).to_integral_value(ROUND_HALF_UP)) * self.step

    def _money(self) -> int:
        if self.leave is not None and self.leave.kind == "Amount" and self.volume >= self._ceiling():
            return self.leave.dose
        return int((Decimal(self.volume) * self.price / 10_000).to_integral_value(ROUND_HALF_UP))
