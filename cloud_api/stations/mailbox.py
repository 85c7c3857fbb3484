"""Numbered messages waiting for a station; the truth behind the doorbell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Select, insert, select, update

from cloud_api.clock import Clock
from cloud_api.database import Work
from cloud_api.identifiers import new_id, new_ids
from cloud_api.sets import Writes, one_of
from cloud_api.stations import persons
from cloud_api.stations.tables import mailbox, stations
from core.protocol.codec import wrap
from core.protocol.from_cloud import FromCloud
from core.protocol.moments import moment_text


class Mailbox:
    """Where anybody inside the cloud leaves a message for a station."""

    def __init__(self, clock: Clock, ring: Callable[[str], None]) -> None:
        self._clock = clock
        self._ring = ring

    def post(self, work: Work, station_id: str, message: FromCloud) -> None:
        """Puts a message in under the next number, in the caller's transaction, and rings once it is safe.

        The number is counted up in the station's own row: whoever posts next waits there until this transaction ends,
        so a number never becomes visible after a later one ("after=N" would skip it).
        """
        now = self._clock.now()
        number = work.connection.execute(
            update(stations)
            .where(stations.c.id == station_id)
            .values(mailbox_latest=stations.c.mailbox_latest + 1)
            .returning(stations.c.mailbox_latest)
        ).scalar_one()
        envelope = wrap(message, new_id(now), now, number)
        kept = envelope.model_dump(mode="json")
        work.connection.execute(
            insert(mailbox).values(
                station_id=station_id,
                number=number,
                message_id=envelope.id,
                kind=envelope.kind,
                envelope={**kept, "body": persons.left_out(envelope.kind, kept["body"])},
                at=now,
            )
        )
        work.after_commit(lambda: self._ring(station_id))

    def post_all(
        self,
        work: Work,
        writes: Writes,
        numbers: Iterable[Any],
        kind: type[FromCloud],
        bodies: Sequence[tuple[str, Mapping[str, Any]]],
    ) -> None:
        """The same for many of one kind, with what else is to be written: for each station in their order, without gaps.

        `numbers` are the rows of `last_numbers`, asked in this transaction; a body is what its message would be in JSON.
        """
        now = self._clock.now()
        at, ids = moment_text(now), new_ids(now, len(bodies))
        told = {station_id for station_id, _body in bodies}
        latest: dict[str, int] = {row.id: row.mailbox_latest for row in numbers if row.id in told}
        rows = []
        for (station_id, body), message_id in zip(bodies, ids, strict=True):
            number = latest[station_id] = latest[station_id] + 1
            envelope = {
                "id": message_id,
                "kind": kind.kind,
                "version": kind.version,
                "number": number,
                "at": at,
                "body": persons.left_out(kind.kind, body),
            }
            rows.append(
                {
                    "station_id": station_id,
                    "number": number,
                    "message_id": message_id,
                    "envelope": to_json(envelope).decode(),
                }
            )
        writes.update(stations, "id", [{"id": one, "mailbox_latest": last} for one, last in latest.items()])
        writes.insert(mailbox, rows, {"kind": kind.kind, "at": now})
        for station_id in latest:
            work.after_commit(partial(self._ring, station_id))


@lru_cache
def last_numbers(dialect: str) -> Select[Any]:
    """The last number of each of `stations`; whoever posts there next waits, whoever only names the station does not."""
    return (
        select(stations.c.id, stations.c.mailbox_latest)
        .where(one_of(dialect, stations.c.id, "stations"))
        .order_by(stations.c.id)
        .with_for_update(key_share=True)
    )


def after(connection: Connection, station_id: str, number: int, limit: int) -> list[dict[str, Any]]:
    """The messages behind this number, in order, with whom they are about."""
    rows = connection.execute(
        select(mailbox.c.envelope)
        .where(mailbox.c.station_id == station_id, mailbox.c.number > number)
        .order_by(mailbox.c.number)
        .limit(limit)
    )
    return persons.said(connection, [row.envelope for row in rows])


def latest_and_safe(connection: Connection, station_id: str, *, lock: bool = False) -> tuple[int, int]:
    """The last number given out, and the last that is safe at the station; 0 for none. `lock` keeps them so."""
    query = select(stations.c.mailbox_latest, stations.c.mailbox_safe).where(stations.c.id == station_id)
    row = connection.execute(query.with_for_update() if lock else query).one()
    return row.mailbox_latest, row.mailbox_safe


def go_on_behind(connection: Connection, station_id: str, number: int) -> None:
    """What is not known to be safe at the station is numbered anew, behind a number that it had from a later life of ours."""
    _latest, safe = latest_and_safe(connection, station_id)
    by = number - safe
    waiting = connection.execute(
        select(mailbox.c.number, mailbox.c.envelope)
        .where(mailbox.c.station_id == station_id, mailbox.c.number > safe)
        .order_by(mailbox.c.number.desc())
    ).all()
    for row in waiting:
        connection.execute(
            update(mailbox)
            .where(mailbox.c.station_id == station_id, mailbox.c.number == row.number)
            .values(number=row.number + by, envelope={**row.envelope, "number": row.number + by})
        )
    connection.execute(
        update(stations)
        .where(stations.c.id == station_id)
        .values(mailbox_latest=stations.c.mailbox_latest + by, mailbox_safe=number)
    )


def mark_safe(connection: Connection, station_id: str, number: int) -> None:
    """Everything up to this number is on the station's own disk."""
    connection.execute(
        update(stations)
        .where(
            stations.c.id == station_id,
            stations.c.mailbox_safe < number,
            stations.c.mailbox_latest >= number,
        )
        .values(mailbox_safe=number)
    )
