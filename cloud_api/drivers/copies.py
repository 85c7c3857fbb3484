"""A copy of everything we hold of somebody: asked for, made in the background, fetched within some days (PIPL 45)."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, delete, insert, select, update

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.drivers.everything import everything_of
from cloud_api.drivers.tables import person_copies
from core.domain.refusals.cloud import NotFound
from core.domain.refusals.persons import CopyNotReady
from core.wording.catalogue import _

_LIVES = timedelta(days=7)
_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class CopyRow:
    id: str
    state: str
    asked_at: datetime
    expires_at: datetime


class Copies:
    """Copies of people's own data."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ask(self, driver_id: str, copy_id: str) -> CopyRow:
        """The same again, and another while one is being made, is the one that is there."""

        def ask(work: Work) -> CopyRow:
            now = self._clock.now()
            there = _copies(work.connection, driver_id)
            for row in there:
                if row.id == copy_id or row.state == "asked":
                    return row
            row = CopyRow(copy_id, "asked", now, now + _LIVES)
            work.connection.execute(
                insert(person_copies).values(
                    id=row.id,
                    driver_id=driver_id,
                    state=row.state,
                    asked_at=row.asked_at,
                    expires_at=row.expires_at,
                )
            )
            return row

        return await self._database.write(ask)

    async def copies(self, driver_id: str) -> list[CopyRow]:
        return await self._database.read(lambda c: _copies(c, driver_id))

    async def file(self, driver_id: str, copy_id: str) -> bytes:
        """A zip. Raises NotFound, CopyNotReady."""
        copies, now = person_copies.c, self._clock.now()
        row = await self._database.read(
            lambda c: c.execute(
                select(copies.state, copies.content).where(
                    copies.id == copy_id, copies.driver_id == driver_id, copies.expires_at > now
                )
            ).one_or_none()
        )
        if row is None:
            raise NotFound
        if row.state != "ready" or row.content is None:
            raise CopyNotReady
        return _zip(row.content)

    async def make_asked(self) -> None:
        """A chore: makes what was asked for, and forgets what nobody fetched in time."""
        waiting = await self._database.read(self._waiting)
        for copy_id, driver_id in waiting:
            told = await self._database.read(partial(everything_of, driver_id=driver_id))
            content = json.dumps(told, ensure_ascii=False, indent=1)
            await self._database.write(partial(_keep, copy_id=copy_id, content=content))
        now = self._clock.now()
        if await self._database.read(lambda c: _has_old(c, now)):
            await self._database.write(
                lambda work: work.connection.execute(
                    delete(person_copies).where(person_copies.c.expires_at <= now)
                )
            )

    @staticmethod
    def _waiting(connection: Connection) -> list[tuple[str, str]]:
        rows = connection.execute(
            select(person_copies.c.id, person_copies.c.driver_id)
            .where(person_copies.c.state == "asked")
            .order_by(person_copies.c.asked_at)
            .limit(_AT_ONCE)
        )
        return [(row.id, row.driver_id) for row in rows]


def _copies(connection: Connection, driver_id: str) -> list[CopyRow]:
    copies = person_copies.c
    rows = connection.execute(
        select(copies.id, copies.state, copies.asked_at, copies.expires_at)
        .where(copies.driver_id == driver_id)
        .order_by(copies.asked_at.desc())
    )
    return [CopyRow(*row) for row in rows]


def _has_old(connection: Connection, now: datetime) -> bool:
    return (
        connection.execute(
            select(person_copies.c.id).where(person_copies.c.expires_at <= now).limit(1)
        ).first()
        is not None
    )


def _keep(work: Work, copy_id: str, content: str) -> None:
    work.connection.execute(
        update(person_copies)
        .where(person_copies.c.id == copy_id, person_copies.c.state == "asked")
        .values(state="ready", content=content)
    )


def _zip(content: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", content)
        archive.writestr(
            "readme.txt",
            _(
                "Everything that Youzhan keeps of you, table by table. Amounts are in fen, volumes in millilitres."
            ),
        )
    return packed.getvalue()
