"""How the station's surroundings are, as the manager's desk can know: it owns no pumps and no cloud link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from core.domain.ids import PumpNumber, TankNumber
from core.domain.pump import PumpReading, PumpState
from core.domain.tanks.reading import ProbeStatus
from core.ports.tanks import KeptReading

OUT_OF_REACH = (PumpState.OFFLINE, PumpState.UNKNOWN, PumpState.INOPERATIVE)
MANY_UNSENT = 50
GAUGE_TELLS_WITHIN = timedelta(minutes=10)  # a reading is kept every five


class Conditions(Protocol):
    """What this program itself knows; each word is a fault's code, or empty when all is well."""

    @property
    def printer(self) -> str: ...
    @property
    def paper_near_end(self) -> bool: ...
    @property
    def printer_known(self) -> bool: ...
    @property
    def papers_waiting(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the presenters are handed beside the services."""

    conditions: Callable[[], Conditions]
    pumps_owner: Callable[[], str]
    paired: bool
    printer_set: bool
    gauge_set: bool = False


class GaugeState(Enum):
    """How the tank gauge is, told from what was kept of it: the till that listens to it is another program."""

    NOT_SET = auto()
    MEASURES = auto()
    SILENT = auto()  # it reaches no tank
    UNHEARD = auto()  # nothing of it was kept lately: nobody listens, or people dip meanwhile


@dataclass(frozen=True, slots=True)
class PumpCondition:
    """One pump as its owner last heard of it."""

    pump: PumpNumber
    state: PumpState
    heard_at: datetime | None

    @property
    def is_out_of_reach(self) -> bool:
        """Whether nobody can say what it does, or it does not work."""
        return self.state in OUT_OF_REACH


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that a manager asks when something is wrong."""

    printer: str = ""  # a fault's code, or empty
    printer_set: bool = True
    paper_near_end: bool = False
    printer_known: bool = True  # a cheap one prints and never says how it is
    papers_waiting: int = 0
    owner: str = ""  # the program that owns the pumps and the cloud link
    pumps: tuple[PumpCondition, ...] = ()
    gauge: GaugeState = GaugeState.NOT_SET
    paired: bool = True
    unsent: int = 0
    unsent_since: datetime | None = None
    aside: int = 0  # refused by the cloud, and nobody has seen to it

    @property
    def lost_pumps(self) -> tuple[PumpCondition, ...]:
        """Pumps out of reach, while somebody is there to hear them."""
        return tuple(pump for pump in self.pumps if pump.is_out_of_reach) if self.owner else ()


def condition(pump: PumpNumber, reading: PumpReading | None) -> PumpCondition:
    """A pump's condition from its last reading."""
    if reading is None:
        return PumpCondition(pump, PumpState.UNKNOWN, None)
    return PumpCondition(pump, reading.state, reading.at)


def gauge_state(latest: Mapping[TankNumber, KeptReading | None], now: datetime) -> GaugeState:
    """The gauge's state from every tank's newest reading."""
    if not latest:
        return GaugeState.NOT_SET
    told = [kept.reading for kept in latest.values() if kept is not None and kept.by is None]
    reached = [reading for reading in told if reading.status is not ProbeStatus.OFFLINE]
    if any(now - reading.at <= GAUGE_TELLS_WITHIN for reading in reached):
        return GaugeState.MEASURES
    return GaugeState.SILENT if len(reached) < len(told) else GaugeState.UNHEARD
