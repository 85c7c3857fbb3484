"""What station.toml says about pump controllers, and which pumps each of them serves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.ids import PumpNumber

CONTROLLER_KINDS = ("none", "pts", "fusion")


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """Where a pump controller is. `kind` is "pts", "fusion" or "none"; `serves` names its pumps where it has not all."""

    kind: str
    address: str
    user: str
    password: str
    auth: str
    fingerprint: str
    poll_seconds: float
    serves: tuple[int, ...] = ()
    by_grade: bool = False  # leave names fuels in place of nozzles


@dataclass(frozen=True, slots=True)
class PumpSettings:
    """The pump controllers, and the pumps that nobody is connected to.

    The fields of the first one stand here: most stations have no other.
    """

    kind: str
    address: str
    user: str
    password: str
    auth: str
    fingerprint: str
    poll_seconds: float
    unpaid_fills: int = 2  # so many of a pump may wait to be paid before it takes another customer
    serves: tuple[int, ...] = ()
    manual: tuple[int, ...] = ()  # what they show is read by a person and keyed
    by_grade: bool = False
    second: ControllerSettings | None = None

    @property
    def controllers(self) -> tuple[ControllerSettings, ...]:
        """Those that there are."""
        first = ControllerSettings(
            self.kind,
            self.address,
            self.user,
            self.password,
            self.auth,
            self.fingerprint,
            self.poll_seconds,
            self.serves,
            self.by_grade,
        )
        return tuple(each for each in (first, self.second) if each is not None and each.kind != "none")

    def served_by(self, controller: ControllerSettings, pumps: Sequence[PumpNumber]) -> frozenset[PumpNumber]:
        """Which of these pumps are on this controller: those named, or all that are named nowhere else."""
        if controller.serves:
            return frozenset(pump for pump in pumps if pump in controller.serves)
        elsewhere = {*self.manual, *(pump for each in self.controllers for pump in each.serves)}
        return frozenset(pump for pump in pumps if pump not in elsewhere)


def pump_settings(values: Mapping[str, Mapping[str, Any]]) -> PumpSettings:
    """From the sections [pumps] and [second_pumps], checked before."""
    first, second = dict(values["pumps"]), dict(values["second_pumps"])
    serves, manual = tuple(first.pop("serves")), tuple(first.pop("manual"))
    other = ControllerSettings(serves=tuple(second.pop("serves")), **second)
    return PumpSettings(**first, serves=serves, manual=manual, second=other if other.kind != "none" else None)
