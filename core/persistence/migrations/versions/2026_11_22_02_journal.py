"""Every event is tied to all before it by a hash, names who approved it, and pins down what it tells of."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from core.domain.journal import BEFORE_THE_FIRST, chained

revision = "20261122_02_journal"
down_revision = "20261122_01_station"
branch_labels = None
depends_on = None

_AT_ONCE = 2_000
_OLD = ("number", "id", "kind", "body", "program", "actor", "at")
_NEW = (*_OLD, "approver", "content", "hash")
_SQLITE_TRIGGERS = (
    "CREATE TRIGGER events_keep BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'an event never changes'); END",
    "CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _anew(_columns(journal=True))
        _copy_chained()
        _drop_before()
    else:
        _chain_in_place()
    condition = sa.text("kind = 'ShiftClosed'")
    op.create_index(
        "ix_events_shift_closed", "events", ["number"], sqlite_where=condition, postgresql_where=condition
    )


def downgrade() -> None:
    op.drop_index("ix_events_shift_closed", "events")
    if op.get_bind().dialect.name == "sqlite":
        _anew(_columns(journal=False))
        names = ", ".join(_OLD)
        op.execute(f"INSERT INTO events ({names}) SELECT {names} FROM events_before ORDER BY number")  # noqa: S608 - our own names
        _drop_before()
    else:
        for column in ("hash", "content", "approver"):
            op.drop_column("events", column)


def _columns(*, journal: bool) -> list[Any]:
    columns: list[Any] = [
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    ]
    if journal:
        columns += [
            sa.Column("approver", sa.String(length=60), nullable=False),
            sa.Column("content", sa.LargeBinary(), nullable=False),
            sa.Column("hash", sa.LargeBinary(), nullable=False),
        ]
    return [*columns, sa.PrimaryKeyConstraint("number", name=op.f("pk_events"))]


def _anew(columns: list[Any]) -> None:
    """SQLite cannot alter much in place: a new table takes the rows over."""
    op.execute("DROP TRIGGER events_keep")
    op.execute("DROP TRIGGER events_stay")
    op.rename_table("events", "events_before")
    op.create_table("events", *columns)


def _drop_before() -> None:
    op.drop_table("events_before")
    for trigger in _SQLITE_TRIGGERS:
        op.execute(trigger)


def _copy_chained() -> None:
    places = ", ".join(f":{name}" for name in _NEW)
    insert = sa.text(f"INSERT INTO events ({', '.join(_NEW)}) VALUES ({places})")  # noqa: S608 - our own names
    for rows in _chained_rows("events_before"):
        op.get_bind().execute(insert, rows)


def _chain_in_place() -> None:
    op.execute("ALTER TABLE events DISABLE TRIGGER events_keep")
    op.add_column("events", sa.Column("approver", sa.String(length=60), nullable=True))
    op.add_column("events", sa.Column("content", sa.LargeBinary(), nullable=True))
    op.add_column("events", sa.Column("hash", sa.LargeBinary(), nullable=True))
    update = sa.text(
        "UPDATE events SET approver = :approver, content = :content, hash = :hash WHERE number = :number"
    )
    for rows in _chained_rows("events"):
        op.get_bind().execute(update, rows)
    for column in ("approver", "content", "hash"):
        op.alter_column("events", column, nullable=False)
    op.execute("ALTER TABLE events ENABLE TRIGGER events_keep")


def _chained_rows(table: str) -> Iterator[list[dict[str, Any]]]:
    """The rows with what they lack, in order and a few at once. Money of before this step is not pinned down."""
    after = sa.text(
        f"SELECT {', '.join(_OLD)} FROM {table} WHERE number > :number ORDER BY number LIMIT {_AT_ONCE}"  # noqa: S608 - our own names
    )
    number, last = -1, BEFORE_THE_FIRST
    while rows := op.get_bind().execute(after, {"number": number}).mappings().all():
        fresh: list[dict[str, Any]] = []
        for row in rows:
            number = row["number"]
            told = (number, row["at"], row["id"], row["program"], row["actor"], "", row["kind"])
            last = chained(last, told, b"", row["body"])
            fresh.append({**row, "approver": "", "content": b"", "hash": last})
        yield fresh
