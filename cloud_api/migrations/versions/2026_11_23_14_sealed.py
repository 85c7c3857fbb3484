"""What else is of a person is sealed: which car an order is for, who paid from where, kept answers, papers, plates of coupons.

Whose order it is leaves the messages to stations. Every row is written once more: beside a crowd of orders that takes a while.

Revision ID: 20261123_14_sealed
Revises: 20261123_13_codes
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from cloud_api.sealing import Keyring, ring_of
from core.domain.masking import masked_phone

revision = "20261123_14_sealed"
down_revision = "20261123_13_codes"
branch_labels = None
depends_on = None

_ROWS_AT_ONCE = 1_000
# By table: the key by which its rows are walked, and what each column was before.
_TEXTS: Mapping[str, tuple[tuple[str, ...], Mapping[str, sa.types.TypeEngine[Any]]]] = {
    "orders": (("id",), {"plate": sa.String(16), "car": sa.String(60)}),
    "vehicles": (("driver_id", "plate_index"), {"car": sa.String(60)}),
    "driver_tokens": (("token_hash",), {"device_id": sa.String(100), "agent": sa.String(200)}),
    "payments": (("id",), {"payer_ip": sa.String(45), "payer_openid": sa.String(64)}),
    "abuse_cases": (("id",), {"appeal": sa.String(500), "answer": sa.String(500)}),
    "wallet_refunds": (("id",), {"note": sa.String(200)}),
    "wallet_refund_items": (("id",), {"reference": sa.String(100)}),
    "first_answers": (("asker", "route", "key"), {"fingerprint": sa.String(64), "answer": sa.JSON()}),
}
_TERMS = {"campaigns": ("id",), "campaign_versions": ("campaign_id", "version"), "coupons": ("id",)}
_WITH_NO_WORDS = "abuse_cases"
_OF_A_PERSON = ("plate", "car", "driver_phone_masked")
_Change = Callable[[str, Any], Any]


def upgrade() -> None:
    ring = _Ring()
    for table, (keys, columns) in _TEXTS.items():
        _alter(table, columns, is_sealed=True)
        _each(table, keys, tuple(columns), ring.seal)
    _each("invoice_papers", ("invoice_id", "form"), ("body",), ring.seal_paper, sa.LargeBinary())
    for table, keys in _TERMS.items():
        _each(table, keys, ("terms",), ring.seal_plates, sa.JSON(), _with_plates())
    if op.get_bind().dialect.name == "postgresql":
        shorter = "CAST(envelope AS jsonb)" + "".join(f" #- '{{body,{name}}}'" for name in _OF_A_PERSON)
        op.execute(f"UPDATE mailbox SET envelope = CAST({shorter} AS json) WHERE kind = 'order_placed'")  # noqa: S608
    else:
        paths = ", ".join(f"'$.body.{name}'" for name in _OF_A_PERSON)
        op.execute(
            f"UPDATE mailbox SET envelope = json_remove(envelope, {paths}) WHERE kind = 'order_placed'"  # noqa: S608
        )


def downgrade() -> None:
    ring = _Ring()
    for table, (keys, columns) in _TEXTS.items():
        _each(table, keys, tuple(columns), ring.unseal)
        _alter(table, columns, is_sealed=False)
    _each("invoice_papers", ("invoice_id", "form"), ("body",), ring.unseal_paper, sa.LargeBinary())
    for table, keys in _TERMS.items():
        _each(table, keys, ("terms",), ring.unseal_plates, sa.JSON(), _with_plates())
    placed = sa.text("kind = 'order_placed'")
    _each("mailbox", ("station_id", "number"), ("envelope",), ring.say_whom, sa.JSON(), placed)


class _Ring:
    """The keys, asked for at the first row that needs them: a new cloud that has none yet may be made without."""

    def __init__(self) -> None:
        self._bind = op.get_bind()
        self._ring: Keyring | None = None

    @property
    def keys(self) -> Keyring:
        self._ring = self._ring or ring_of(self._bind)
        return self._ring

    def seal(self, about: str, value: str) -> str:
        return self.keys.seal(value, about) if value else value

    def unseal(self, about: str, value: str) -> str:
        return self.keys.unseal(value, about) if value else value

    def seal_paper(self, about: str, value: bytes) -> bytes:
        return self.keys.seal_bytes(bytes(value), about)

    def unseal_paper(self, about: str, value: bytes) -> bytes:
        return self.keys.unseal_bytes(bytes(value), about)

    def seal_plates(self, about: str, terms: dict[str, Any]) -> dict[str, Any]:
        return {**terms, "plates": [self.keys.seal(plate, about) for plate in terms["plates"]]}

    def unseal_plates(self, about: str, terms: dict[str, Any]) -> dict[str, Any]:
        return {**terms, "plates": [self.keys.unseal(plate, about) for plate in terms["plates"]]}

    def say_whom(self, _about: str, envelope: dict[str, Any]) -> dict[str, Any]:
        row = self._bind.execute(
            sa.text(
                "SELECT plate, car, phone FROM orders JOIN drivers ON drivers.id = orders.driver_id"
                " WHERE orders.id = :id"
            ),
            {"id": envelope["body"]["order_id"]},
        ).one()
        phone = self.keys.unseal(row.phone, "drivers.phone") if row.phone else ""
        whom = {"plate": row.plate, "car": row.car, "driver_phone_masked": masked_phone(phone)}
        return {**envelope, "body": {**envelope["body"], **whom}}


def _alter(table: str, columns: Mapping[str, sa.types.TypeEngine[Any]], *, is_sealed: bool) -> None:
    with op.batch_alter_table(table) as batch:
        for name, before in columns.items():
            is_json = isinstance(before, sa.JSON)
            options: dict[str, Any] = {}
            if is_json:
                options["postgresql_using"] = f"{name}::text" if is_sealed else f"{name}::json"
            if table == _WITH_NO_WORDS:
                options["server_default"] = None if is_sealed else ""
            batch.alter_column(
                name,
                type_=sa.Text() if is_sealed else before,
                existing_type=before if is_sealed else sa.Text(),
                **options,
            )


def _with_plates() -> sa.TextClause:
    """Terms that are for certain plates: few are."""
    return sa.text(
        """CAST(terms AS TEXT) LIKE '%"plates"%' AND CAST(terms AS TEXT) NOT LIKE '%"plates": []%'"""
    )


def _each(  # noqa: PLR0917 - a table, what of it, and how
    table: str,
    keys: Sequence[str],
    columns: Sequence[str],
    change: _Change,
    kind: sa.types.TypeEngine[Any] | None = None,
    which: sa.TextClause | None = None,
) -> None:
    """Every row's columns, where they hold something; some rows at a time, in the order of their key."""
    of = sa.table(table, *map(sa.column, keys), *(sa.column(name, kind or sa.Text()) for name in columns))
    own = [of.c[name] for name in keys]
    query = sa.select(*own, *(of.c[name] for name in columns)).order_by(*own).limit(_ROWS_AT_ONCE)
    if which is not None:
        query = query.where(which)
    writing = (
        sa.update(of)
        .where(*(of.c[name] == sa.bindparam(f"the_{name}") for name in keys))
        .values({name: sa.bindparam(f"new_{name}", type_=of.c[name].type) for name in columns})
    )
    bind, rows = op.get_bind(), op.get_bind().execute(query).all()
    while rows:
        bind.execute(writing, [_changed(table, row._mapping, keys, columns, change) for row in rows])
        last = tuple(rows[-1][: len(keys)])
        rows = bind.execute(query.where(sa.tuple_(*own) > sa.tuple_(*last))).all()


def _changed(
    table: str, row: Mapping[Any, Any], keys: Sequence[str], columns: Sequence[str], change: _Change
) -> dict[str, Any]:
    new = {
        f"new_{name}": None if row[name] is None else change(f"{table}.{name}", row[name]) for name in columns
    }
    return {**{f"the_{name}": row[name] for name in keys}, **new}
