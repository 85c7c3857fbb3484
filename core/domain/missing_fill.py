"""MissingFill: the counter moved and no fill is booked for it; a person says what it was."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.copying import replace
from core.domain.counter import TOLERANCE, Finding
from core.domain.fill import Fill
from core.domain.ids import FillId, GradeCode, MissingFillId, NozzleNumber, PumpNumber, StaffId
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import EndedFill
from core.domain.refusals.pumps import CounterNotFill, MissingFillClosed


class MissingState(StrEnum):
    """proposed -> accepted (a fill is booked), rejected (with a reason), or found (its own record came after all)."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class MissingFill:
    """Litres that flowed by a nozzle's counter, and what they would cost.

    `told` are the records that came in afterwards and turned out to be (a part of) it, by the controller's number and
    figures: neither of them is ever booked a second time.
    """

    id: MissingFillId
    pump: PumpNumber
    nozzle: NozzleNumber
    grade: GradeCode
    finding: Finding
    volume: Litres
    price: UnitPrice
    amount: Money
    since: datetime  # it flowed between
    until: datetime
    counter: Litres  # what the nozzle's counter showed then
    agreed: Litres  # what it had shown when the books agreed last
    state: MissingState = MissingState.PROPOSED
    fill: FillId | None = None
    ended_at: datetime | None = None
    ended_by: StaffId | None = None
    reason: str = ""
    told: str = ""
    told_volume: Litres = NO_LITRES

    def accepted(self, fill: FillId, at: datetime, by: StaffId) -> "MissingFill":
        """Booked as that fill. Raises MissingFillClosed, CounterNotFill."""
        self._must_wait()
        if self.finding is not Finding.MISSING:
            raise CounterNotFill(self.pump, self.nozzle)
        return replace(self, state=MissingState.ACCEPTED, fill=fill, ended_at=at, ended_by=by)

    def rejected(self, reason: str, at: datetime, by: StaffId) -> "MissingFill":
        """No fill. Raises MissingFillClosed."""
        self._must_wait()
        return replace(self, state=MissingState.REJECTED, reason=reason, ended_at=at, ended_by=by)

    def tells_of(self, ended: EndedFill) -> bool:
        """Whether this record was told before as a part of what is booked for it; else the fill itself is known."""
        return self.state is MissingState.ACCEPTED and _name_of(ended) in self.told.split()

    def may_hold(self, ended: EndedFill) -> bool:
        """Whether this record can be what moved the counter: by nozzle, moment and litres, and room left for it."""
        if self.finding is not Finding.MISSING or (self.pump, self.nozzle) != (ended.pump, ended.nozzle):
            return False
        if ended.timed and not self.since <= ended.ended_at <= self.until:
            return False
        if ended.totaliser is not None:
            after, before = ended.totaliser, ended.totaliser - ended.volume
            if self.agreed <= self.counter and not (
                self.agreed - TOLERANCE <= before and after <= self.counter + TOLERANCE
            ):
                return False
        return self.told_volume + ended.volume <= self.volume + TOLERANCE

    def with_told(self, ended: EndedFill, fill: Fill, at: datetime) -> "MissingFill":
        """After the record came in that it was waiting for, or a part of it; while it waits, the rest of it stays."""
        told = f"{self.told} {_name_of(ended)}".strip()
        if self.state is not MissingState.PROPOSED:
            return replace(self, told=told, told_volume=self.told_volume + ended.volume)
        rest = self.volume - ended.volume
        if rest > TOLERANCE:
            return replace(self, told=told, volume=rest, amount=self.price.amount_for(rest))
        return replace(self, told=told, state=MissingState.FOUND, fill=fill.id, ended_at=at)

    def _must_wait(self) -> None:
        if self.state is not MissingState.PROPOSED:
            raise MissingFillClosed(self.id, self.state)


def _name_of(ended: EndedFill) -> str:
    """Numbers and figures come again: the counter, or else the moment, tells which one it is."""
    when = int(ended.ended_at.timestamp()) if ended.timed else ""
    which = ended.totaliser.millilitres if ended.totaliser is not None else when
    return f"{ended.transaction}/{ended.volume.millilitres}/{ended.amount.fen}/{which}"
