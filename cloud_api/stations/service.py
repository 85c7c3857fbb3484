"""Rules of the directory, of enrolment, and of taking in what a station reports, once each."""

import hashlib
import logging
import math
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from cloud_api import access
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.identifiers import is_id, new_id
from cloud_api.prices import service as prices
from cloud_api.prices.service import GradeOnBoard
from cloud_api.settings import Settings
from cloud_api.stations import mailbox, repository
from cloud_api.stations.repository import NozzleRow, StationRow
from core.domain.coordinates import Point
from core.domain.refusals.cloud import (
    MalformedRequest,
    PairingCodeWrong,
    StationNotFound,
    TooManyTries,
    UnknownMessage,
)
from core.domain.refusals.refusal import Refusal
from core.domain.scan import cleaned
from core.protocol.codec import Message, from_fields, unwrap
from core.protocol.from_cloud import CloudForgot
from core.protocol.from_station import (
    PrepaidFilled,
    PricesChanged,
    RefundCompleted,
    SaleCompleted,
    ShiftClosed,
    StationDescribed,
)

_log = logging.getLogger(__name__)

# Takes one message of a station in; raises a refusal when it cannot be.
Taker = Callable[[Work, str, Any], None]

_LINKED = timedelta(minutes=2)
_NOTE_SEEN_EVERY = timedelta(seconds=30)
# A station says again also what it said so long before the last thing that we know of it.
_SURELY_KNOWN = timedelta(minutes=10)
# More messages than any station was sent between a copy and the day on which it was needed.
_SURELY_NOT_GIVEN_OUT = 1_000_000
# No station gets so many; who claims to have more would use up the numbers that a message can have (two thousand million).
_NEVER_GIVEN_OUT = 1_000_000_000
_PAIRING_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class ListedStation:
    """A station of the directory, as far from the one who asks as the crow flies."""

    row: StationRow
    is_open: bool
    distance_m: int | None
    prices: list[GradeOnBoard]


@dataclass(frozen=True, slots=True)
class Taken:
    """Which messages were taken in, and which were refused and why."""

    accepted: list[str]
    refused: list[tuple[str, Refusal]]


class Stations:
    """The directory for drivers, and the cloud's end of every station's link."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        takers: Mapping[type[Any], Taker],
        listeners: Mapping[type[Any], Sequence[Taker]] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._takers: dict[type[Any], Taker] = {
            StationDescribed: self._take_description,
            SaleCompleted: self._take_sale,
            PrepaidFilled: self._take_prepaid_fill,
            RefundCompleted: self._take_refund,
            ShiftClosed: self._take_shift,
            **takers,
        }
        # Rooms that a report means something to, beside its being kept; in the same transaction.
        self._listeners = dict(listeners or {})
        self._seen: dict[str, datetime] = {}
        # Nobody is rung for what goes out with the answer at once.
        self._mailbox = mailbox.Mailbox(clock, lambda _station_id: None)

    # --- directory ---

    async def directory(
        self, lat: float | None, lng: float | None, grade: str | None, limit: int
    ) -> list[ListedStation]:
        """Nearest first where a place is given, else by age."""
        now = self._clock.now()
        listed = await self._database.read(
            lambda c: self._listed(c, repository.all_stations(c), lat, lng, now)
        )
        if grade is not None:
            listed = [one for one in listed if any(price.grade == grade for price in one.prices)]
        if lat is not None and lng is not None:
            listed.sort(key=lambda one: (one.distance_m or 0, one.row.id))
        return listed[:limit]

    async def station(
        self, station_id: str, lat: float | None = None, lng: float | None = None
    ) -> tuple[ListedStation, list[NozzleRow]]:
        """Raises StationNotFound."""
        now = self._clock.now()

        def load(connection: Connection) -> tuple[ListedStation, list[NozzleRow]]:
            row = repository.station(connection, station_id)
            if row is None:
                raise StationNotFound
            [listed] = self._listed(connection, [row], lat, lng, now)
            return listed, repository.nozzles_of(connection, station_id)

        return await self._database.read(load)

    def _listed(
        self,
        connection: Connection,
        rows: list[StationRow],
        lat: float | None,
        lng: float | None,
        now: datetime,
    ) -> list[ListedStation]:
        boards = prices.boards(connection, [row.id for row in rows], now)
        return [
            ListedStation(
                row,
                row.seen_at is not None and now - row.seen_at <= _LINKED,
                None if lat is None or lng is None else Point(lat, lng).metres_to(Point(row.lat, row.lng)),
                boards[row.id],
            )
            for row in rows
        ]

    # --- enrolment ---

    def add(self, work: Work, name: str, address: str, lat: float, lng: float) -> tuple[str, str]:
        """A new station and its pairing code."""
        now = self._clock.now()
        station_id = new_id(now)
        row = StationRow(station_id, name, address, lat, lng, "forbidden", None)
        repository.add_station(work.connection, row, now)
        return station_id, self.new_pairing_code(work, station_id)

    def new_pairing_code(self, work: Work, station_id: str) -> str:
        """A new code to pair one machine with. Raises StationNotFound."""
        if repository.station(work.connection, station_id) is None:
            raise StationNotFound
        letters = "".join(secrets.choice(_PAIRING_LETTERS) for _ in range(8))
        until = self._clock.now() + timedelta(seconds=self._settings.pairing_code_seconds)
        repository.add_pairing_code(work.connection, _code_hash(letters), station_id, until)
        return f"{letters[:4]}-{letters[4:]}"

    async def enrol(self, pairing_code: str, address: str) -> tuple[StationRow, str]:
        """The station of this code and its new token. Raises PairingCodeWrong, TooManyTries."""
        token = access.new_station_token()
        # A wrong try must be counted, so the refusal is raised only after the commit.
        row = await self._database.write(
            lambda work: self._enrol(work, cleaned(pairing_code), address, token)
        )
        if row is None:
            raise PairingCodeWrong
        return row, token

    def _enrol(self, work: Work, code: str, address: str, token: str) -> StationRow | None:
        now = self._clock.now()
        window = timedelta(seconds=self._settings.pairing_code_seconds)
        count, first = repository.pairing_tries_since(work.connection, address, now - window)
        if count >= self._settings.pairing_tries and first is not None:
            raise TooManyTries(max(1, math.ceil((first + window - now).total_seconds())))
        station_id = repository.use_pairing_code(work.connection, _code_hash(code), now)
        if station_id is None:
            repository.count_pairing_try(work.connection, new_id(now), address, now)
            return None
        repository.replace_token(work.connection, station_id, access.hash_of(token), now)
        return repository.station(work.connection, station_id)

    async def station_of(self, token_hash: str) -> access.Station | None:
        row = await self._database.read(lambda c: repository.station_of_token(c, token_hash))
        return access.Station(row.id, row.name) if row else None

    # --- mailbox ---

    async def fetch(self, station_id: str, after: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """The messages behind `after`, and the latest number; what was fetched before is safe at the station."""
        messages, latest, safe = await self._database.read(
            lambda c: self._waiting(c, station_id, after, limit)
        )
        if safe < after <= latest:
            await self._database.write(lambda work: mailbox.mark_safe(work.connection, station_id, after))
        if after > latest:
            await self._database.write(lambda work: self._remember(work, station_id, after))
            messages, latest, _safe = await self._database.read(
                lambda c: self._waiting(c, station_id, after, limit)
            )
        await self.note_seen(station_id)
        return messages, latest

    def came_from_a_copy(self, work: Work) -> int:
        """The database is an older copy of itself: each station says again what was forgotten, and no number comes twice.

        Once after every such copy was put in place, before anybody is served. Answers how many stations there are.
        """
        rows = repository.all_stations(work.connection)
        for row in rows:
            latest, _safe = mailbox.latest_and_safe(work.connection, row.id, lock=True)
            self._ask_again(work, row.id, latest + _SURELY_NOT_GIVEN_OUT)
        return len(rows)

    def _remember(self, work: Work, station_id: str, after: int) -> None:
        """The station has more of us than we know: we are an older copy of ourselves, and ask for what it said since."""
        latest, _safe = mailbox.latest_and_safe(work.connection, station_id, lock=True)
        if after <= latest:
            return
        if after > _NEVER_GIVEN_OUT:
            raise MalformedRequest(({"field": "after", "why": "no such message"},))
        _log.warning("station %s has message %d of us, and we know of %d", station_id, after, latest)
        self._ask_again(work, station_id, after)

    def _ask_again(self, work: Work, station_id: str, number: int) -> None:
        mailbox.go_on_behind(work.connection, station_id, number)
        known = repository.newest_message(work.connection, station_id, _SURELY_KNOWN)
        self._mailbox.post(work, station_id, CloudForgot(known_id=known))

    @staticmethod
    def _waiting(
        connection: Connection, station_id: str, after: int, limit: int
    ) -> tuple[list[dict[str, Any]], int, int]:
        latest, safe = mailbox.latest_and_safe(connection, station_id)
        return mailbox.after(connection, station_id, after, limit), latest, safe

    async def latest_number(self, station_id: str) -> int:
        await self.note_seen(station_id)
        latest, _safe = await self._database.read(lambda c: mailbox.latest_and_safe(c, station_id))
        return latest

    async def note_seen(self, station_id: str) -> None:
        """The station is linked; written down now and then, not each time."""
        now = self._clock.now()
        noted = self._seen.get(station_id)
        if noted is not None and timedelta(0) <= now - noted < _NOTE_SEEN_EVERY:
            return
        self._seen[station_id] = now
        await self._database.write(lambda work: repository.mark_seen(work.connection, station_id, now))

    # --- what the station reports ---

    async def take(self, station_id: str, messages: list[dict[str, Any]]) -> Taken:
        """Takes messages in, in order, once each by their id. A refused one does not stop the others."""
        taken = await self._database.write(lambda work: self._take_all(work, station_id, messages))
        await self.note_seen(station_id)
        return taken

    def _take_all(self, work: Work, station_id: str, messages: list[dict[str, Any]]) -> Taken:
        taken = Taken([], [])
        for fields in messages:
            named = fields.get("id")
            message_id = named if isinstance(named, str) and is_id(named) else ""
            try:
                with work.connection.begin_nested():
                    self._take_one(work, station_id, fields)
            except Refusal as refusal:
                taken.refused.append((message_id, refusal))
                self._note_refused(work, station_id, message_id, fields, refusal.code)
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001
                # A bug of ours in one message must not hold up everything behind it; the trace says which.
                _log.exception("message %s of station %s could not be taken in", message_id, station_id)
                broken = UnknownMessage(str(fields.get("kind"))[:60], type(error).__name__)
                taken.refused.append((message_id, broken))
            else:
                taken.accepted.append(message_id)
        return taken

    def _take_one(self, work: Work, station_id: str, fields: dict[str, Any]) -> None:
        envelope = from_fields(fields)
        taken = repository.is_taken(work.connection, station_id, envelope.id)
        if taken:
            return
        message = unwrap(envelope)
        if isinstance(message, PricesChanged):
            # What was refused once and is tried again may have been overtaken. Nothing else can be: a station sends in
            # order, and the same again is known. Its clock alone proves nothing, as somebody may set it.
            prices.take_board(work, station_id, envelope.at, message, may_be_late=taken is False)
        else:
            self._taker_of(message)(work, station_id, message)
            for listener in self._listeners.get(type(message), ()):
                listener(work, station_id, message)
        repository.note_message(
            work.connection,
            station_id,
            envelope.id,
            kind=envelope.kind,
            now=self._clock.now(),
            refusal=None,
        )

    def _taker_of(self, message: Message) -> Taker:
        taker = self._takers.get(type(message))
        if taker is None:
            raise UnknownMessage(message.kind, "a station does not send this")
        return taker

    def _note_refused(
        self, work: Work, station_id: str, message_id: str, fields: dict[str, Any], code: str
    ) -> None:
        if message_id:
            kind = str(fields.get("kind", "")).encode("ascii", "replace").decode()[:60].replace("\x00", "")
            repository.note_message(
                work.connection, station_id, message_id, kind=kind, now=self._clock.now(), refusal=code
            )

    def _take_description(self, work: Work, station_id: str, described: StationDescribed) -> None:
        nozzles = {
            (pump.pump, nozzle.nozzle): NozzleRow(pump.pump, nozzle.nozzle, nozzle.grade)
            for pump in described.pumps
            for nozzle in pump.nozzles
        }
        row = StationRow(
            station_id,
            described.name,
            described.address,
            described.lat,
            described.lng,
            described.phone_policy,
            None,
        )
        repository.describe(work.connection, row, list(nozzles.values()))

    def _take_sale(self, work: Work, station_id: str, sale: SaleCompleted) -> None:
        body = sale.model_dump(mode="json")
        repository.add_report(
            work.connection, station_id, sale.kind, sale.sale_id, at=sale.completed_at, body=body
        )

    def _take_prepaid_fill(self, work: Work, station_id: str, filled: PrepaidFilled) -> None:
        """Kept as it came, and the litres put into the bill's line, where that bill was told."""
        body = filled.model_dump(mode="json")
        repository.add_report(
            work.connection, station_id, filled.kind, filled.prepay_id, at=filled.filled_at, body=body
        )
        sale = repository.report(work.connection, station_id, SaleCompleted.kind, filled.sale_id)
        if sale is None:
            return
        known = {name: body[name] for name in ("fill_id", "volume_ml", "price_li")}
        lines = [
            {**line, **known} if line.get("line_id") == filled.line_id else line for line in sale["lines"]
        ]
        repository.change_report(
            work.connection, station_id, SaleCompleted.kind, filled.sale_id, body={**sale, "lines": lines}
        )

    def _take_refund(self, work: Work, station_id: str, refund: RefundCompleted) -> None:
        body = refund.model_dump(mode="json")
        repository.add_report(
            work.connection, station_id, refund.kind, refund.refund_id, at=refund.completed_at, body=body
        )

    def _take_shift(self, work: Work, station_id: str, shift: ShiftClosed) -> None:
        body = shift.model_dump(mode="json")
        repository.add_report(
            work.connection, station_id, shift.kind, shift.shift_id, at=shift.closed_at, body=body
        )


def _code_hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
