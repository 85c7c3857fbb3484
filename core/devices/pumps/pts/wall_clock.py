"""The controller's own clock: which zone it keeps, how far it is from ours, and its moments in UTC."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from core.devices.pumps.pts.fields import Fields
from core.domain.controller import CLOCKS_APART
from core.ports.clock import Clock

_log = logging.getLogger(__name__)

_BEIJING = timedelta(hours=8)
_FITTING_DIFFERENCE = timedelta(minutes=5)


class WallClock:
    """What was last learned of the controller's clock; Beijing time as long as it has told none."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._offset = _BEIJING
        self._apart: timedelta | None = None
        self._synchronises = False
        self._told = False

    @property
    def apart(self) -> timedelta | None:
        """The controller's clock minus ours when it was last asked; None where it was never set."""
        return self._apart

    def learn(self, fields: Fields) -> None:
        """Take the answer to GetDateTime. Raises AnswerUnfit."""
        moment = fields.moment("DateTime")
        declared = timedelta(minutes=fields.whole_or("UTCOffset", -1440, 1440, 480))
        with self._lock:
            self._synchronises = fields.flag("AutoSynchronize")
            if moment is None:
                self._offset, self._apart = declared, None
                return
            wall = moment.replace(tzinfo=UTC) - self._clock.now()
            # Many leave the offset as it came, and others set the clock itself to UTC: what the clock shows tells which.
            likely = (declared, _BEIJING, timedelta(0))
            self._offset = next(
                (each for each in likely if abs(wall - each) <= _FITTING_DIFFERENCE), declared
            )
            self._apart = wall - self._offset
            self._complain(self._apart)

    def moment(self, on_its_clock: datetime) -> datetime:
        """A moment on the controller's wall clock in UTC."""
        return (on_its_clock - self._offset).replace(tzinfo=UTC)

    def on_its_clock(self, moment: datetime) -> datetime:
        """A moment of ours as the controller's wall clock shows it, wrong as it may go."""
        return moment.astimezone(UTC).replace(tzinfo=None) + self._offset + (self._apart or timedelta(0))

    def right(self) -> dict[str, object]:
        """What SetDateTime asks for: our time in the zone that the controller keeps, everything else as it was."""
        with self._lock:
            moment = (self._clock.now().astimezone(UTC) + self._offset).replace(tzinfo=None, microsecond=0)
            return {
                "DateTime": moment.isoformat(),
                "AutoSynchronize": self._synchronises,
                "UTCOffset": round(self._offset.total_seconds() / 60),
            }

    def _complain(self, apart: timedelta) -> None:
        if abs(apart) <= CLOCKS_APART:
            self._told = False
        elif not self._told:
            self._told = True
            _log.warning(
                "the pump controller's clock is %d seconds from ours; set it right", apart.total_seconds()
            )
