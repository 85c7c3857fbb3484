"""EmergencyStop: every pump was stopped, and none is released until somebody says so."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.ids import EmergencyId, StaffId


@dataclass(frozen=True, slots=True)
class EmergencyStop:
    """Whoever was there stopped the pumps; who ended it is asked for the right to release pumps."""

    id: EmergencyId
    at: datetime
    by: StaffId
    ended_at: datetime | None = None
    ended_by: StaffId | None = None

    def ended(self, by: StaffId, at: datetime) -> "EmergencyStop":
        """Pumps may be released again; nothing starts by itself."""
        return replace(self, ended_at=at, ended_by=by)
