"""Rules of abuse: what is counted, the verdict on it, and the cases with their appeals and answers."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloud_api.abuse import repository
from cloud_api.abuse.circumstances import Circumstances
from cloud_api.abuse.repository import CaseRow, StaffDayRow
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.sealing import ring_of
from core.domain.abuse import CLAIM_RULES, SoftAction, Verdict, is_of_virtual_operator, verdict
from core.domain.refusals.abuse import CaseIsAnswered, CaseUnknown
from core.domain.refusals.cloud import TooManyTries

_SEEN_WITHIN = timedelta(days=30)
_HOUR = timedelta(hours=1)
_MOST_MISSES_AN_HOUR = 10
WAITING = ("open", "appealed")

# What becomes of the thing that a case is about, once it is answered: lifted or not.
Decided = Callable[[Work, CaseRow, bool], None]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a driver with their phone, plates and since when they are known."""

    driver_id: str
    phone: str
    plates: Sequence[str] = ()
    known_since: datetime | None = None


class Abuse:
    """Judges who asks, keeps what looked odd with its reasons, and lets people say something about it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._decided: list[Decided] = []
        self._forget_next = clock.now()

    def tell(self, decided: Decided) -> None:
        """Whom to tell, inside its transaction, when a case is answered."""
        self._decided.append(decided)

    # --- judging ---

    async def judge(self, asker: Asker, circumstances: Circumstances) -> Verdict:
        """The verdict on a claim. The try is counted whatever becomes of the claim, in a transaction of its own."""
        return await self._database.write(lambda work: self._judge(work.connection, asker, circumstances))

    def _judge(self, connection: Connection, asker: Asker, circumstances: Circumstances) -> Verdict:
        now = self._clock.now()
        found = {
            "no_device_told": int(not circumstances.device_id),
            "program_instead_of_app": int(not circumstances.is_app),
            "phone_of_virtual_operator": int(is_of_virtual_operator(asker.phone)),
            "account_of_this_hour": int(asker.known_since is not None and now - asker.known_since < _HOUR),
            "claims_of_driver_in_ten_minutes": repository.count(
                connection, "claim 10m", asker.driver_id, _window(now, 10), now + _HOUR
            ),
        }
        if circumstances.device_id:
            key = hashed(connection, "device", circumstances.device_id)
            found["accounts_on_device"] = self._seen(connection, "device", key, asker.driver_id)
        for plate in asker.plates:
            key = hashed(connection, "plate", plate)
            seen = self._seen(connection, "plate", key, asker.driver_id)
            found["accounts_with_plate"] = max(seen, found.get("accounts_with_plate", 0))
        payers = repository.keys_of(connection, "payer", asker.driver_id)
        found["accounts_of_payer"] = max(
            (repository.drivers_seen_with(connection, "payer", key, now - _SEEN_WITHIN) for key in payers),
            default=0,
        )
        if circumstances.network:
            # The busiest row, so it comes last.
            key = hashed(connection, "network", circumstances.network)
            found["claims_from_network_in_an_hour"] = repository.count(
                connection, "claim 1h net", key, _window(now, 60), now + 2 * _HOUR
            )
        return verdict(CLAIM_RULES, found)

    def _seen(self, connection: Connection, kind: str, key: str, driver_id: str) -> int:
        now = self._clock.now()
        repository.see(connection, kind, key, driver_id, now)
        return repository.drivers_seen_with(connection, kind, key, now - _SEEN_WITHIN)

    async def check_guesses(self, driver_id: str) -> None:
        """Raises TooManyTries for who types codes that there are not, again and again."""
        now = self._clock.now()
        missed = await self._database.read(
            lambda c: repository.counted(c, "code missed", driver_id, _window(now, 60))
        )
        if missed >= _MOST_MISSES_AN_HOUR:
            raise TooManyTries(60 * (60 - now.minute))

    async def note_miss(self, driver_id: str) -> None:
        """A code that there is not was typed."""
        now = self._clock.now()
        await self._database.write(
            lambda work: repository.count(
                work.connection, "code missed", driver_id, _window(now, 60), now + 2 * _HOUR
            )
        )

    # --- cases ---

    def keep(  # noqa: PLR0917 - the facts of a case
        self,
        work: Work,
        found: Verdict,
        deed: str,
        driver_id: str,
        campaign_id: str,
        coupon_id: str,
    ) -> None:
        """Writes down what was done about a driver's claim and why; what waits for somebody is open."""
        if found.action is SoftAction.ALLOW:
            return
        now = self._clock.now()
        state = "open" if found.action is SoftAction.REVIEW else "noted"
        row = CaseRow(
            new_id(now),
            now,
            "driver",
            driver_id,
            None,
            deed,
            found.score,
            found.action.value,
            [asdict(reason) for reason in found.reasons],
            campaign_id,
            coupon_id,
            state,
        )
        repository.add_case(work.connection, row)

    async def cases(
        self, states: Sequence[str], about: str | None, limit: int, before: str | None
    ) -> list[CaseRow]:
        """Newest first."""
        return await self._database.read(lambda c: repository.cases(c, states, about, limit, before))

    async def case_of_coupon(self, driver_id: str, coupon_id: str) -> CaseRow:
        """What was done about a driver's own coupon, and why. Raises CaseUnknown."""
        row = await self._database.read(lambda c: repository.case_of_coupon(c, coupon_id))
        if row is None or row.subject != driver_id:
            raise CaseUnknown
        return row

    async def appeal(self, driver_id: str, coupon_id: str, words: str) -> CaseRow:
        """The driver says something about it; the last words stand until somebody answers. Raises CaseUnknown, CaseIsAnswered."""

        def appeal(work: Work) -> CaseRow:
            found = repository.case_of_coupon(work.connection, coupon_id)
            row = None if found is None else repository.case(work.connection, found.id)
            if row is None or row.subject != driver_id:
                raise CaseUnknown
            if row.answered_at is not None:
                raise CaseIsAnswered
            now = self._clock.now()
            repository.change_case(work.connection, row.id, state="appealed", appeal=words, appealed_at=now)
            return replace(row, state="appealed", appeal=words, appealed_at=now)

        return await self._database.write(appeal)

    def answer(self, work: Work, case_id: str, by: str, *, lift: bool, words: str) -> CaseRow:
        """Somebody has looked: what was done is lifted, or stands. Once. Raises CaseUnknown, CaseIsAnswered."""
        row = repository.case(work.connection, case_id)
        if row is None:
            raise CaseUnknown
        if row.answered_at is not None:
            raise CaseIsAnswered
        now, state = self._clock.now(), "lifted" if lift else "upheld"
        repository.change_case(
            work.connection, case_id, state=state, answer=words, answered_by=by, answered_at=now
        )
        answered = replace(row, state=state, answer=words, answered_by=by, answered_at=now)
        for tell in self._decided:
            tell(work, answered, lift)
        return answered

    async def staff_on(self, station_id: str | None, day: str) -> list[StaffDayRow]:
        """What stations' staff did on a day of the station's zone."""
        return await self._database.read(lambda c: repository.deeds_on(c, station_id, day))

    async def forget(self) -> None:
        """Chore: counters of windows that are over, looked for now and then."""
        now = self._clock.now()
        if now < self._forget_next:
            return
        self._forget_next = now + _HOUR
        await self._database.write(lambda work: repository.forget(work.connection, now))


def hashed(connection: Connection, kind: str, value: str) -> str:
    """What is kept of a device, plate, phone, payer or network: the same for the same, and nothing to who has no key."""
    return ring_of(connection).blind_index(value, f"abuse {kind}")


def _window(now: datetime, minutes: int) -> str:
    """The window that this moment lies in, named by its beginning."""
    start = now - timedelta(minutes=(now.hour * 60 + now.minute) % minutes)
    return start.strftime("%Y-%m-%dT%H:%M")
