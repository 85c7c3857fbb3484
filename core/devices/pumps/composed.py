"""Several forecourts as one: two controllers, or a controller and pumps that nobody is connected to."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.faults import Fault
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.price import UnitPrice
from core.domain.pump import Authorisation, EndedFill, Pump, PumpReading
from core.domain.refusals.pumps import PumpNotFound, PumpRefused
from core.domain.refusals.refusal import Refusal
from core.ports.forecourt import Forecourt, ForecourtListener, TransactionStatus


class ComposedForecourt:
    """Every pump belongs to one of the parts; what is for all pumps goes to all parts, and none of it waits for another."""

    def __init__(self, parts: Sequence[tuple[Sequence[Pump], Forecourt]]) -> None:
        self._parts = [part for _pumps, part in parts]
        self._by_pump = {pump.number: part for pumps, part in parts for pump in pumps}
        if len(self._by_pump) != sum(len(pumps) for pumps, _part in parts):
            raise ValueError("a pump belongs to one forecourt")
        self._pumps = [frozenset(pump.number for pump in pumps) for pumps, _part in parts]

    def start(self, listener: ForecourtListener) -> None:
        """Begin to listen to all of them."""
        gathering = _Gathering(listener, len(self._parts))
        for place, part in enumerate(self._parts):
            part.start(_Part(gathering, place, self._pumps[place]))

    def stop(self) -> None:
        """End listening."""
        for part in self._parts:
            part.stop()

    def authorise(self, authorisation: Authorisation) -> int:
        """By the pump's own part."""
        return self._of(authorisation.pump).authorise(authorisation)

    def promised(self, pump: PumpNumber) -> TransactionStatus | None:
        """By the pump's own part."""
        return self._of(pump).promised(pump)

    def transaction(self, pump: PumpNumber, transaction: int) -> TransactionStatus | None:
        """By the pump's own part."""
        return self._of(pump).transaction(pump, transaction)

    def history(
        self, since: datetime, until: datetime, pump: PumpNumber | None = None
    ) -> Sequence[EndedFill]:
        """What all of them have stored, oldest first. A part that is silent keeps nobody else's past from being told."""
        if pump is not None:
            return self._of(pump).history(since, until, pump)
        told: list[EndedFill] = []
        troubles: list[Refusal] = []
        for part in self._parts:
            try:
                told += part.history(since, until)
            except Refusal as trouble:
                troubles.append(trouble)
        if troubles and not told:
            raise troubles[0]
        return sorted(told, key=lambda fill: fill.ended_at)

    def cancel(self, pump: PumpNumber) -> None:
        """By the pump's own part."""
        self._of(pump).cancel(pump)

    def suspend(self, pump: PumpNumber) -> None:
        """By the pump's own part."""
        self._of(pump).suspend(pump)

    def resume(self, pump: PumpNumber) -> None:
        """By the pump's own part."""
        self._of(pump).resume(pump)

    def lock(self, pump: PumpNumber) -> None:
        """By the pump's own part."""
        self._of(pump).lock(pump)

    def unlock(self, pump: PumpNumber) -> None:
        """By the pump's own part."""
        self._of(pump).unlock(pump)

    def stop_all(self) -> None:
        """Emergency: every part at once, in parallel. Raises the fault of one that could not be told, after all were."""
        faults: list[Fault] = []

        def stop(part: Forecourt) -> None:
            try:
                part.stop_all()
            except Fault as fault:
                faults.append(fault)

        threads = [threading.Thread(target=stop, args=(part,), name="stop pumps") for part in self._parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]

    def release_all(self) -> None:
        """After an emergency, all of them."""
        self._each(lambda part: part.release_all())

    def close(self, pump: PumpNumber, transaction: int) -> None:
        """By the pump's own part."""
        self._of(pump).close(pump, transaction)

    def set_prices(self, pump: PumpNumber, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        """By the pump's own part."""
        self._of(pump).set_prices(pump, prices)

    def prices(self, pump: PumpNumber) -> Mapping[NozzleNumber, UnitPrice]:
        """By the pump's own part."""
        return self._of(pump).prices(pump)

    def totals(self, pump: PumpNumber) -> Mapping[NozzleNumber, Totals]:
        """By the pump's own part."""
        return self._of(pump).totals(pump)

    def clock_difference(self) -> timedelta:
        """Of the clock that is furthest from ours. Raises a part's refusal where none tells its time."""
        told: list[timedelta] = []
        refused: list[PumpRefused] = []
        for part in self._parts:
            try:
                told.append(part.clock_difference())
            except PumpRefused as refusal:
                refused.append(refusal)
        if not told:
            raise refused[0]
        return max(told, key=abs)

    def set_clock(self) -> None:
        """Every clock that can be set. Raises the first refusal, after all were asked."""
        self._each(lambda part: part.set_clock())

    def configuration(self) -> ControllerSetup:
        """How all of them are set up, of their own pumps."""
        return _joined(
            [_only(part.configuration(), pumps) for part, pumps in zip(self._parts, self._pumps, strict=True)]
        )

    def _of(self, pump: PumpNumber) -> Forecourt:
        part = self._by_pump.get(pump)
        if part is None:
            raise PumpNotFound(pump)
        return part

    def _each(self, call: Callable[[Forecourt], object]) -> None:
        troubles: list[Refusal] = []
        for part in self._parts:
            try:
                call(part)
            except Refusal as trouble:
                troubles.append(trouble)
        if troubles:
            raise troubles[0]


class _Gathering:
    """What the parts tell of the whole: the line is up while all of theirs are."""

    def __init__(self, listener: ForecourtListener, parts: int) -> None:
        self.listener = listener
        self._lock = threading.Lock()
        self._lines: list[tuple[bool, str] | None] = [None] * parts
        self._setups: list[ControllerSetup | None] = [None] * parts

    def line(self, place: int, up: bool, why: str) -> None:
        with self._lock:
            self._lines[place] = (up, why)
            known = [line for line in self._lines if line is not None]
            down = next((line for line in known if not line[0]), None)
            complete = len(known) == len(self._lines)
        if down is not None:
            self.listener.line(False, down[1])
        elif complete:
            self.listener.line(True, "")

    def set_up(self, place: int, setup: ControllerSetup) -> None:
        with self._lock:
            self._setups[place] = setup
            known = [each for each in self._setups if each is not None]
        self.listener.set_up(_joined(known))


class _Part:
    """Listens to one of them."""

    def __init__(self, gathering: _Gathering, place: int, pumps: frozenset[PumpNumber]) -> None:
        self._gathering = gathering
        self._place = place
        self._pumps = pumps

    def read(self, reading: PumpReading) -> None:
        self._gathering.listener.read(reading)

    def ended(self, fill: EndedFill) -> None:
        self._gathering.listener.ended(fill)

    def line(self, up: bool, why: str) -> None:
        self._gathering.line(self._place, up, why)

    def counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: Counted) -> None:
        self._gathering.listener.counted(pump, nozzle, totals, why)

    def set_up(self, setup: ControllerSetup) -> None:
        self._gathering.set_up(self._place, _only(setup, self._pumps))


def _only(setup: ControllerSetup, pumps: frozenset[PumpNumber]) -> ControllerSetup:
    """Without the pumps that another part serves: a controller may have a place for them as well."""
    return ControllerSetup(
        setup.pumps & pumps if setup.pumps else pumps,
        {pump: nozzles for pump, nozzles in setup.nozzles.items() if pump in pumps},
        setup.grades,
        setup.clock_difference,
        setup.name,
    )


def _joined(setups: Sequence[ControllerSetup]) -> ControllerSetup:
    clocks = [setup.clock_difference for setup in setups if setup.clock_difference is not None]
    return ControllerSetup(
        frozenset[PumpNumber]().union(*(setup.pumps for setup in setups)),
        {pump: nozzles for setup in setups for pump, nozzles in setup.nozzles.items()},
        tuple(grade for setup in setups for grade in setup.grades),
        max(clocks, key=abs) if clocks else None,
        ", ".join(setup.name for setup in setups if setup.name),
    )
