"""Tables that grow with every order are partitioned by month on PostgreSQL; SQLite stays as it is.

An id's first 12 digits are its millisecond, so a range of ids is a month, a primary key stays an id, and a question by id finds
its month. Ids that somebody else made are in the partition `<table>_rest`. Partitions lie in the schema `months`.

Revision ID: 20261123_15_months
Revises: 20261123_14_sealed
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

revision = "20261123_15_months"
down_revision = "20261123_14_sealed"
branch_labels = None
depends_on = None

# Each with the id that tells its month.
_KEYS = {
    "orders": "id",
    "order_timeline": "order_id",
    "order_tenders": "order_id",
    "stored_charges": "payment_id",
    "ledger_postings": "id",
    "ledger_entries": "posting_id",
    "ledger_lot_parts": "use_id",
    "payments": "id",
    "payment_events": "payment_id",
    "first_answers": "key",
}
# What no index across partitions can hold: whose two columns have one value at most once. Rows of their own hold it.
_ONCE = ("fill_id", "refund_id")
# A row that names one of these is written in the same transaction as the row that it names. To check each in a table of many
# parts costs more than to write it.
_NOT_CHECKED = {
    "order_timeline": ("order_id", "orders", "id"),
    "ledger_entries": ("posting_id", "ledger_postings", "id"),
    "payment_events": ("payment_id", "payments", "id"),
}
# These come later than what they name, and are few.
_CHECKED = {
    "stored_refunds": ("payment_id", "stored_charges", "payment_id"),
    "payment_refunds": ("payment_id", "payments", "id"),
}
_NARROW = {"ledger_entries": "number", "payment_events": "number"}
_AHEAD = 1

# What is parted, and what a part is called.
_PARTED = """
CREATE VIEW months.parted AS
SELECT oid::regclass AS parent FROM pg_class WHERE relkind = 'p' AND NOT relispartition
"""
_NAME_OF = """
CREATE FUNCTION months.name_of(parent regclass, month timestamp) RETURNS text STABLE LANGUAGE sql AS $$
SELECT format('months.%I', relname || to_char(month, '_YYYY_MM')) FROM pg_class WHERE oid = parent
$$
"""
_MAKE = """
CREATE FUNCTION months.make(parent regclass, month timestamp) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  name text := months.name_of(parent, month);
  rest text := format('months.%I', (SELECT relname FROM pg_class WHERE oid = parent) || '_rest');
  key text := (SELECT attname FROM pg_attribute JOIN pg_partitioned_table ON partrelid = attrelid
               WHERE attrelid = parent AND attnum = partattrs[0]);
  from_id text := lpad(to_hex((extract(epoch FROM month) * 1000)::bigint), 12, '0');
  to_id text := lpad(to_hex((extract(epoch FROM month + interval '1 month') * 1000)::bigint), 12, '0');
  is_late boolean;
  names record;
  again text[] := '{}';
  statement text;
BEGIN
  IF month <> date_trunc('month', month) THEN
    RAISE EXCEPTION 'a month begins at its first day';
  END IF;
  IF to_regclass(name) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, parent);
  -- Nobody may add to the rest what belongs to the month while that moves.
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', rest);
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s WHERE %I >= %L AND %I < %L)', rest, key, from_id, key, to_id) INTO is_late;
  IF is_late THEN
    -- A row on its way is in no part, so that whoever names it would refuse: each is asked again once it has come.
    FOR names IN SELECT conrelid::regclass AS on_table, conname, pg_get_constraintdef(oid) AS made FROM pg_constraint
                 WHERE contype = 'f' AND conparentid = 0 AND confrelid = parent LOOP
      again := again || format('ALTER TABLE %s ADD CONSTRAINT %I %s', names.on_table, names.conname, names.made);
      EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', names.on_table, names.conname);
    END LOOP;
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', rest);
    EXECUTE format('WITH moved AS (DELETE FROM %s WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %s SELECT * FROM moved',
                   rest, key, from_id, key, to_id, name);
    EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', rest);
  END IF;
  EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', parent, name, from_id, to_id);
  PERFORM months.guard(parent, name);
  FOREACH statement IN ARRAY again LOOP
    EXECUTE statement;
  END LOOP;
  RETURN true;
END $$
"""
# Triggers for each row come with the partition; those for a whole statement, which refuse TRUNCATE, have to be made.
_GUARD = """
CREATE FUNCTION months.guard(parent regclass, partition text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE trigger record;
BEGIN
  FOR trigger IN SELECT pg_get_triggerdef(oid) AS made FROM pg_trigger
                 WHERE tgrelid = parent AND NOT tgisinternal AND tgtype & 1 = 0 LOOP
    EXECUTE regexp_replace(trigger.made, ' ON \\S+ ', format(' ON %s ', partition));
  END LOOP;
END $$
"""
_HOLD_ONCE = """
CREATE FUNCTION months.hold_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM months.order_guards WHERE id IN (OLD.fill_id, OLD.refund_id) AND order_id = OLD.id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO months.order_guards (id, what, order_id)
    SELECT one.id, one.what, NEW.id FROM (VALUES (NEW.fill_id, 'fill_id'), (NEW.refund_id, 'refund_id')) AS one (id, what)
    WHERE one.id IS NOT NULL;
  END IF;
  RETURN NULL;
END $$
"""
_ONCE_TRIGGERS = {
    "orders_once_new": "INSERT ON orders FOR EACH ROW WHEN (NEW.fill_id IS NOT NULL OR NEW.refund_id IS NOT NULL)",
    "orders_once_changed": "UPDATE OF fill_id, refund_id ON orders FOR EACH ROW"
    " WHEN (OLD.fill_id IS DISTINCT FROM NEW.fill_id OR OLD.refund_id IS DISTINCT FROM NEW.refund_id)",
    "orders_once_gone": "DELETE ON orders FOR EACH ROW WHEN (OLD.fill_id IS NOT NULL OR OLD.refund_id IS NOT NULL)",
}


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a table has beside its columns and checks, as statements to make it again."""

    constraints: Sequence[tuple[str, str]]
    indexes: Sequence[str]
    triggers: Sequence[str]
    sequence: str | None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for statement in ("CREATE SCHEMA months", _PARTED, _NAME_OF, _GUARD, _MAKE, _HOLD_ONCE):
        op.execute(statement)
    op.execute(
        "CREATE TABLE months.order_guards (id varchar(32) NOT NULL, what varchar(9) NOT NULL, order_id varchar(32) NOT NULL)"
        " PARTITION BY RANGE (id)"
    )
    op.execute("CREATE TABLE months.order_guards_rest PARTITION OF months.order_guards DEFAULT")
    for table, (column, named, _key) in (_NOT_CHECKED | _CHECKED).items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_{column}_{named}")
    for table, key in _KEYS.items():
        _turn(table, key)
    _point(_CHECKED)
    _make_months("months.order_guards", _months_of("orders", "id"))
    for column in _ONCE:
        op.execute(
            f"INSERT INTO months.order_guards SELECT {column}, '{column}', id FROM orders WHERE {column} IS NOT NULL"  # noqa: S608
        )
    op.execute("ALTER TABLE months.order_guards ADD CONSTRAINT pk_order_guards PRIMARY KEY (id, what)")
    for name, when in _ONCE_TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} AFTER {when} EXECUTE FUNCTION months.hold_once()")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in _ONCE_TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON orders")
    for table, (column, named, _key) in _CHECKED.items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_{column}_{named}")
    for table in _KEYS:
        _turn_back(table)
    for column in _ONCE:
        op.create_unique_constraint(op.f(f"uq_orders_{column}"), "orders", [column])
    _point(_NOT_CHECKED | _CHECKED)
    op.execute("DROP SCHEMA months CASCADE")


def _point(pointing: Mapping[str, tuple[str, str, str]]) -> None:
    for table, (column, named, key) in pointing.items():
        op.create_foreign_key(op.f(f"fk_{table}_{column}_{named}"), table, named, [column], [key])


def _turn(table: str, key: str) -> None:
    """The table in months, with every row that it has; indexes are made once the rows are there, which is quicker."""
    months, shape = _months_of(table, key), _shape_of(table)
    _set_aside(table, shape)
    op.execute(
        f"CREATE TABLE {table} (LIKE months.{table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE ({key})"
    )
    op.execute(f"CREATE TABLE months.{table}_rest PARTITION OF {table} DEFAULT")
    _make_months(table, months)
    _fill(table, shape)
    for name, made in shape.constraints:
        columns = made[made.index("(") + 1 : made.index(")")].split(", ")
        if made.startswith("PRIMARY KEY") and key not in columns:
            op.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} PRIMARY KEY ({', '.join([*columns, key])})"
            )
        elif not (made.startswith("UNIQUE") and key not in columns):
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}")
    _finish(table, shape)
    for name in _texts(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:named AS regclass)", table
    ):
        op.execute(f"SELECT months.guard('{table}', '{name}')")


def _turn_back(table: str) -> None:
    shape = _shape_of(table)
    _set_aside(table, shape)
    op.execute(
        f"CREATE TABLE {table} (LIKE months.{table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)"
    )
    _fill(table, shape)
    narrow = _NARROW.get(table)
    for name, made in shape.constraints:
        is_wider = made.startswith("PRIMARY KEY") and narrow is not None
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {f'PRIMARY KEY ({narrow})' if is_wider else made}"
        )
    _finish(table, shape)


def _set_aside(table: str, shape: _Shape) -> None:
    """Into the schema of months, with its indexes, so that their names are free; the sequence of its numbers stays."""
    if shape.sequence is not None:
        op.execute(f"ALTER SEQUENCE {shape.sequence} OWNED BY NONE")
    op.execute(f"ALTER TABLE {table} SET SCHEMA months")


def _fill(table: str, shape: _Shape) -> None:
    op.execute(f"INSERT INTO {table} SELECT * FROM months.{table}")  # noqa: S608
    if shape.sequence is not None:
        op.execute(f"ALTER SEQUENCE {shape.sequence} OWNED BY {table}.number")
    op.execute(f"DROP TABLE months.{table}")


def _finish(table: str, shape: _Shape) -> None:
    for statement in (*shape.indexes, *shape.triggers, f"ANALYZE {table}"):
        op.execute(statement)


def _shape_of(table: str) -> _Shape:
    """As the server tells it, so that nothing is lost of what earlier steps made. Names of ours have no schema in it."""
    constraints = (
        op.get_bind()
        .execute(
            sa.text(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = CAST(:named AS regclass)"
                " AND contype IN ('p', 'u', 'f') AND conparentid = 0 ORDER BY contype DESC, conname"
            ),
            {"named": table},
        )
        .all()
    )
    indexes = _texts(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = CAST(:named AS regclass)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))",
        table,
    )
    triggers = _texts(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = CAST(:named AS regclass) AND NOT tgisinternal",
        table,
    )
    is_numbered = _texts(
        "SELECT pg_get_serial_sequence(:named, attname) FROM pg_attribute"
        " WHERE attrelid = CAST(:named AS regclass) AND attname = 'number'"
        " AND pg_get_serial_sequence(:named, attname) IS NOT NULL",
        table,
    )
    return _Shape(
        [(row[0], row[1]) for row in constraints],
        [made.replace(" ON ONLY ", " ON ") for made in indexes],
        triggers,
        is_numbered[0] if is_numbered else None,
    )


def _months_of(table: str, key: str) -> list[str]:
    """The first days of the months that its rows are of, and of this one and the next, as ISO dates."""
    # A tick is the 65.536 s that an id's first 8 digits tell; a month that begins within one is found by the tick after it.
    return _texts(
        f"SELECT to_char(month, 'YYYY-MM-DD') FROM (SELECT DISTINCT date_trunc('month', to_timestamp("  # noqa: S608
        "  (('x' || tick)::bit(32)::bigint + later) * 65.536) AT TIME ZONE 'UTC') AS month"
        f" FROM (SELECT DISTINCT substr({key}, 1, 8) AS tick FROM {table} WHERE {key} ~ '^0[0-9a-f]{{7}}') AS ticks,"
        "  (VALUES (0), (1)) AS turns (later)) AS found"
        " WHERE month >= '2020-01-01' AND month <= now() AT TIME ZONE 'UTC'"
        " UNION SELECT to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + ahead * interval '1 month', 'YYYY-MM-DD')"
        f" FROM generate_series(0, {_AHEAD}) AS ahead ORDER BY 1"
    )


def _make_months(table: str, months: Sequence[str]) -> None:
    for month in months:
        op.execute(f"SELECT months.make('{table}', '{month}')")


def _texts(question: str, table: str = "") -> list[str]:
    return [str(one) for one in op.get_bind().execute(sa.text(question), {"named": table}).scalars()]
