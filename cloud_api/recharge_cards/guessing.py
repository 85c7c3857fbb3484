"""Who may not try codes for a while: by station, person, device and network, each longer from time to time."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Work
from cloud_api.recharge_cards import repository
from cloud_api.sealing import blind_index
from core.domain.guessing import Guesses, GuessLimits, after_a_wrong_one, seconds_to_wait

_LIMITS = GuessLimits()
# Many people share a network: it is locked later than a person, and sooner than a machine would find anything.
_OF_A_NETWORK = GuessLimits(most=50, within=timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Guesser:
    """Where a try comes from; what is not known is left out."""

    station: str | None = None
    person: str | None = None
    device: str | None = None
    network: str | None = None

    def marks(self, connection: Connection) -> dict[str, GuessLimits]:
        """What is kept of each, none of which can be read back, and its limits."""
        # Ids of stations and of people are never the same, and whoever counts need not know whose one is.
        known = (
            ("asker", self.station, _LIMITS),
            ("asker", self.person, _LIMITS),
            ("device", self.device, _LIMITS),
            ("network", self.network, _OF_A_NETWORK),
        )
        return {
            blind_index(connection, f"{what} {value}", "card guesser"): limits
            for what, value, limits in known
            if value
        }


class Guessing:
    """Looks and counts inside the transaction of whoever tries."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def seconds_to_wait(self, connection: Connection, guesser: Guesser) -> int:
        """The longest wait of all that is known of this try; 0 where it may go on."""
        now = self._clock.now()
        known = repository.guesses(connection, list(guesser.marks(connection)))
        return max((seconds_to_wait(one, now) for one in known.values()), default=0)

    def count_wrong(self, work: Work, guesser: Guesser) -> None:
        now, marks = self._clock.now(), guesser.marks(work.connection)
        known = repository.guesses(work.connection, list(marks), lock=True)
        for mark in sorted(marks):
            after = after_a_wrong_one(known.get(mark, Guesses()), now, marks[mark])
            repository.keep_guesses(work.connection, mark, after)
