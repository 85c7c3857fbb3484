"""What the pumps are doing, which fills wait to be paid, and leave to fill."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.domain.emergency import EmergencyStop
from core.domain.events.pumps import PumpAuthorisationEnded
from core.domain.fill import Fill
from core.domain.ids import GradeCode, NozzleNumber, OrderId, PumpNumber, StaffId
from core.domain.litres import Litres
from core.domain.money import Money, total
from core.domain.prepay import Prepay, PrepayState
from core.domain.price import UnitPrice
from core.domain.pump import FREE, Preset, PresetKind, PumpReading, PumpState
from core.qt.background import Runs
from core.qt.notices import Notices
from core.qt.reading import Reading

if TYPE_CHECKING:
    from core.services.forecourt.desk import ForecourtDesk
    from core.services.forecourt.manual import ManualDesk
    from core.services.forecourt.wall import PumpView

DELIVERING = (PumpState.STARTED, PumpState.FUELLING, PumpState.SUSPENDED)
_TOGETHER_MS = 60
_OURS_TO_KNOW = "not_promised"  # a promise that somebody took back; whoever did so knows


@dataclass(frozen=True, slots=True)
class Hose:
    """One nozzle of a tile with its grade and what a litre costs there."""

    number: NozzleNumber
    grade: GradeCode
    price: UnitPrice | None


@dataclass(frozen=True, slots=True)
class Tile:
    """One pump as a screen shows it."""

    number: PumpNumber
    hoses: tuple[Hose, ...]
    reading: PumpReading | None = None
    promised: bool = False
    asked: bool = False  # written down, the controller has not answered yet
    order: OrderId | None = None
    preset: Preset | None = None
    unpaid: tuple[Fill, ...] = ()
    prepay: Prepay | None = None  # paid before it flows, with something of it still owed
    blocked: frozenset[NozzleNumber] = (
        frozenset()
    )  # nothing is released there: the price in force is not in them
    claimed: tuple[str, ...] = ()  # tills that have a fill of it on an open bill
    by_hand: bool = False  # nobody is connected to it: it is keyed, and stopped at its own switch

    @property
    def state(self) -> PumpState:
        """What it is doing; unknown until it has been heard of."""
        return self.reading.state if self.reading else PumpState.UNKNOWN

    @property
    def delivers(self) -> bool:
        """Whether its figures are running."""
        return self.state in DELIVERING

    @property
    def was_cut_off(self) -> bool:
        """Whether its line was lost in the middle of a fill: its figures are the last ones seen, and it may still run."""
        booked = any((fill.volume, fill.amount) == (self.volume, self.amount) for fill in self.unpaid)
        return self.state is PumpState.OFFLINE and bool(self.volume) and not booked

    @property
    def may_be_released(self) -> bool:
        """Whether leave to fill could be given now."""
        return self.state in FREE and not self.promised and self.prepay is None

    @property
    def hose(self) -> Hose | None:
        """The nozzle in use, or the only one there is."""
        number = self.reading.nozzle if self.reading else None
        lifted = next((hose for hose in self.hoses if hose.number == number), None)
        return lifted or (self.hoses[0] if len(self.hoses) == 1 else None)

    @property
    def volume(self) -> Litres:
        """The running litres."""
        return self.reading.volume if self.reading else Litres()

    @property
    def amount(self) -> Money:
        """The running yuan."""
        return self.reading.amount if self.reading else Money()

    @property
    def permille(self) -> int:
        """How far towards its preset, 0 to 1000; 0 without one."""
        if not self.delivers or self.preset is None:
            return 0
        if self.preset.kind is PresetKind.AMOUNT:
            return min(1000, self.amount.fen * 1000 // self.preset.amount.fen)
        if self.preset.kind is PresetKind.VOLUME:
            return min(1000, self.volume.millilitres * 1000 // self.preset.volume.millilitres)
        return 0


@dataclass(frozen=True, slots=True)
class PumpsState:
    """Every pump and every unpaid fill."""

    tiles: tuple[Tile, ...] = ()
    loaded: bool = False
    busy: frozenset[PumpNumber] = frozenset()
    stopped: EmergencyStop | None = None  # nothing is released until somebody ends it

    @property
    def by_hand(self) -> tuple[PumpNumber, ...]:
        """Pumps that nobody is connected to: an emergency stop does not reach them."""
        return tuple(tile.number for tile in self.tiles if tile.by_hand)

    @property
    def unpaid(self) -> tuple[Fill, ...]:
        """Fills that wait at the counter, oldest first."""
        fills = (fill for tile in self.tiles for fill in tile.unpaid)
        return tuple(sorted(fills, key=lambda fill: fill.ended_at))

    @property
    def to_return(self) -> tuple[Prepay, ...]:
        """Prepays that were filled with money left for a customer who waits for it."""
        found = (tile.prepay for tile in self.tiles if tile.prepay is not None)
        return tuple(prepay for prepay in found if prepay.state is PrepayState.FILLED)

    @property
    def unpaid_amount(self) -> Money:
        """What they come to."""
        return total(fill.amount for fill in self.unpaid)

    def tile(self, pump: PumpNumber) -> Tile | None:
        """The pump's tile, or None."""
        return next((tile for tile in self.tiles if tile.number == pump), None)


class PumpsPresenter(QObject):
    """Signals: changed; release_failed(pump, reason code); all_stopped; all_released."""

    changed = Signal()
    release_failed = Signal(int, str)
    all_stopped = Signal()
    all_released = Signal()

    def __init__(
        self,
        forecourt: "ForecourtDesk",
        background: Runs,
        notices: Notices,
        manual: "ManualDesk | None" = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._manual = manual
        self._forecourt = forecourt
        self._background = background
        self._notices = notices
        self._by = StaffId("")
        self._reading = Reading(background, self._look, self._loaded, notices.fault)
        self._live: dict[PumpNumber, PumpReading] = {}
        self._state = PumpsState()
        self._fresh: set[PumpNumber] = set()  # whose newest figures are not in the state yet
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self._show_fresh)

    @property
    def state(self) -> PumpsState:
        """Every pump as it was last heard of."""
        if self._fresh:
            fresh = {pump: self._live[pump] for pump in self._fresh}
            self._fresh.clear()
            tiles = tuple(
                replace(tile, reading=fresh[tile.number]) if tile.number in fresh else tile
                for tile in self._state.tiles
            )
            self._state = replace(self._state, tiles=tiles)
        return self._state

    def serve(self, person: StaffId) -> None:
        """Whoever is signed in does what is asked from now on."""
        self._by = person
        self.reload()

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    def reload(self) -> None:
        """The wall fresh from the database; asked many times at once, it is read once more only."""
        self._reading.again()

    def read(self, reading: PumpReading) -> None:
        """A live reading came.

        What a pump does is shown at once. Figures that run at many pumps come in a burst with each poll: the first of them
        is shown at once, the others together with it a moment later.
        """
        before = self._live.get(reading.pump)
        self._live[reading.pump] = reading
        self._fresh.add(reading.pump)
        runs_on = before is not None and (before.state, before.nozzle) == (reading.state, reading.nozzle)
        if runs_on and self._soon.isActive():
            return
        self._soon.start()
        self._show_fresh()

    def release(self, pump: PumpNumber, nozzle: NozzleNumber | None, preset: Preset) -> None:
        """Let the pump fill up to the preset."""
        by = self._by
        self._begin(pump)
        self._background.run(
            lambda: self._forecourt.request(pump, nozzle, preset, by),
            lambda _authorisation: self._end(pump),
            lambda error: self._failed(pump, error),
        )

    def take_back(self, pump: PumpNumber) -> None:
        """Take back the pump's leave to fill, or end its running fill."""
        by = self._by
        self._begin(pump)
        self._background.run(
            lambda: self._forecourt.cancel(pump, by),
            lambda _nothing: self._end(pump),
            lambda error: self._failed(pump, error),
        )

    def stop_all(self) -> None:
        """Emergency: every pump, at once."""
        by = self._by
        self._background.run(
            lambda: self._forecourt.stop_all(by),
            lambda _nothing: self.all_stopped.emit(),
            self._notices.fault,
        )

    def release_all(self) -> None:
        """The emergency is over."""
        by = self._by
        self._background.run(
            lambda: self._forecourt.release_all(by),
            lambda _nothing: self.all_released.emit(),
            self._notices.fault,
        )

    def authorisation_ended(self, event: PumpAuthorisationEnded) -> None:
        """A release was refused or taken back."""
        self.reload()
        if event.reason != _OURS_TO_KNOW:
            self.release_failed.emit(event.pump, event.reason)

    def _look(self) -> "tuple[Sequence[PumpView], EmergencyStop | None]":
        return self._forecourt.wall(), self._forecourt.stopped()

    def _loaded(self, seen: "tuple[Sequence[PumpView], EmergencyStop | None]") -> None:
        wall, stopped = seen
        tiles = tuple(self._tile(view) for view in wall)
        self._show(replace(self.state, tiles=tiles, loaded=True, stopped=stopped))

    def _tile(self, view: "PumpView") -> Tile:
        number = view.pump.number
        live = self._live.get(number)
        stored = view.reading
        newest = max(
            (each for each in (live, stored) if each is not None), key=lambda each: each.at, default=None
        )
        promise = view.authorisation
        return Tile(
            number=number,
            hoses=tuple(
                Hose(nozzle.number, nozzle.grade, view.prices.get(nozzle.number))
                for nozzle in view.pump.nozzles
            ),
            reading=newest,
            promised=promise is not None,
            asked=promise is not None and promise.transaction is None,
            order=promise.order if promise else None,
            preset=promise.preset if promise else None,
            unpaid=view.unpaid,
            prepay=view.prepay,
            blocked=view.blocked,
            claimed=view.claimed,
            by_hand=self._manual is not None and number in self._manual.pumps,
        )

    def _begin(self, pump: PumpNumber) -> None:
        self._show(replace(self.state, busy=self.state.busy | {pump}))

    def _end(self, pump: PumpNumber) -> None:
        self._show(replace(self.state, busy=self.state.busy - {pump}))
        self.reload()

    def _failed(self, pump: PumpNumber, error: Exception) -> None:
        self._end(pump)
        self._notices.fault(error)

    def _show_fresh(self) -> None:
        if self._fresh:
            self.changed.emit()

    def _show(self, state: PumpsState) -> None:
        self._fresh.clear()  # made of the newest state, or of the newest readings
        self._state = state
        self.changed.emit()
