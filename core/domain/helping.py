"""HelpCall: somebody on the forecourt wants a colleague there; and HandedFill: a fill whose customer walks to the counter."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.ids import FillId, HelpCallId, OrderId, PumpNumber, StaffId


@dataclass(frozen=True, slots=True)
class HelpCall:
    """Rings at every till and desk until somebody answers it. Without a pump it is wanted anywhere on the forecourt."""

    id: HelpCallId
    called_by: StaffId
    called_at: datetime
    pump: PumpNumber | None = None
    order: OrderId | None = None
    answered_by: StaffId | None = None
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answered_at is None

    def answered(self, by: StaffId, at: datetime) -> "HelpCall":
        """Somebody comes; whoever answers second changes nothing."""
        return replace(self, answered_by=by, answered_at=at) if self.is_open else self


@dataclass(frozen=True, slots=True)
class HandedFill:
    """An unpaid fill that an attendant named for the counter: its customer is on the way there."""

    fill: FillId
    by: StaffId
    at: datetime
