"""Rows written and asked by sets come to the same on both databases, and what goes wrong spoils nothing that follows."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import JSON, Column, Integer, LargeBinary, MetaData, String, Table, Text, cast, select

from cloud_api.database import Database, Work
from cloud_api.identifiers import ids_from, is_id, new_ids
from cloud_api.metadata import Moment
from cloud_api.orders.together import codes_from
from cloud_api.sets import Reads, Writes, one_of

_AT = datetime(2026, 11, 23, 8, 0, 0, 250_000, tzinfo=UTC)
_things = Table(
    "things",
    MetaData(),
    Column("name", String(40), primary_key=True),
    Column("count", Integer),
    Column("told", JSON),
    Column("raw", LargeBinary),
    Column("at", Moment),
    Column("note", Text, server_default="unsaid"),
)
_WORDS = ("plain", 'with "quotes", {braces} and \\', "中文 100%", "$1")


@pytest.fixture
def database(either_url: str) -> Iterator[Database]:
    database = Database(either_url)
    database.write_now(lambda work: _things.create(work.connection))
    yield database
    database.close()


def _write(work: Work) -> None:
    writes = Writes(work.connection)
    rows = [
        {"name": word, "count": None, "told": json.dumps({"b": word, "a": 1}), "raw": b"\x00\xff"}
        for word in _WORDS
    ]
    writes.insert(_things, rows, {"at": _AT})
    writes.update(
        _things, "name", [{"name": word, "count": len(word)} for word in _WORDS], {"note": "changed"}
    )
    writes.insert(_things, [])
    writes.send()


def test_what_is_written_by_sets_is_found_by_sets(database: Database) -> None:
    database.write_now(_write)

    def ask(work: Work) -> list[list[tuple[object, ...]]]:
        dialect = work.connection.dialect.name
        wanted = one_of(dialect, _things.c.name, "names")
        told = cast(_things.c.told, Text).label("told")
        all_of_it = select(_things.c.name, _things.c.count, _things.c.raw, _things.c.at, _things.c.note, told)
        names = select(_things.c.name).where(wanted, _things.c.count > 4).order_by(_things.c.name)
        found = Reads(work.connection).ask(
            {"names": list(_WORDS[:3]), "unused": 1},
            all_of_it.where(wanted),
            names,
            names.where(_things.c.count < 0),
        )
        return [[tuple(row) for row in rows] for rows in found]

    rows, names, nothing = database.write_now(ask)
    # The JSON comes back letter by letter, as answers that are given again have to.
    assert sorted(map(repr, rows)) == sorted(
        repr((word, len(word), b"\x00\xff", _AT, "changed", json.dumps({"b": word, "a": 1})))
        for word in _WORDS[:3]
    )
    assert [name for (name,) in names] == sorted(word for word in _WORDS[:3] if len(word) > 4)
    assert nothing == []


def test_a_set_that_is_refused_leaves_nothing_and_what_follows_works(database: Database) -> None:
    def together(work: Work, names: Sequence[str]) -> list[str | Exception]:
        writes = Writes(work.connection)
        writes.insert(_things, [{"name": name} for name in names])
        writes.insert(_things, [{"name": f"{name} as well"} for name in names])
        writes.send(and_commit=work.is_whole)
        return list(names)

    async def ask(*names: str) -> list[object]:
        asked = (database.write_together(together, name) for name in names)
        return list(await asyncio.gather(*asked, return_exceptions=True))

    assert asyncio.run(ask("one")) == ["one"]
    again = asyncio.run(ask("one", "two"))
    assert isinstance(again[0], Exception)
    assert again[1] == "two"
    found = database.read_now(lambda c: set(c.execute(select(_things.c.name)).scalars()))
    assert found == {"one", "one as well", "two", "two as well"}


def test_ids_made_at_once_are_ids_of_their_moment_and_all_different() -> None:
    made = new_ids(_AT, 200)
    assert len(set(made)) == 200
    assert all(is_id(one) and one[12] == "7" and one[16] in "89ab" for one in made)
    assert {int(one[:12], 16) for one in made} == {int(_AT.timestamp() * 1000)}
    assert ids_from(_AT, b"\xff" * 10)[0].endswith("7fffbfffffffffffffff")


def test_codes_have_six_digits() -> None:
    assert codes_from((123).to_bytes(8, "little") + (7_000_001).to_bytes(8, "little")) == ["000123", "000001"]
