"""What is of a person is sealed: phones, names, plates; and consents, copies, WeChat's ids.

Revision ID: 20261123_12_people
Revises: 20261123_11_invoices
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment
from cloud_api.sealing import ring_of

revision = "20261123_12_people"
down_revision = "20261123_11_invoices"
branch_labels = None
depends_on = None

_INDEX = 32
_ROWS_AT_ONCE = 1_000
_OF_WECHAT = ("openid", "unionid")


def upgrade() -> None:
    _drivers()
    _vehicles()
    _sign_in()
    _papers()


def downgrade() -> None:
    for table in ("person_copies", "driver_consents", "sign_in_sends", "sign_in_codes"):
        op.drop_table(table)
    _codes_before()
    _vehicles_before()
    _drivers_before()


def _drivers() -> None:
    with op.batch_alter_table("drivers") as batch:
        batch.drop_constraint(op.f("uq_drivers_phone"), type_="unique")
        batch.alter_column("phone", type_=sa.Text, existing_type=sa.String(16), nullable=True)
        batch.alter_column(
            "name", type_=sa.Text, existing_type=sa.String(40), nullable=True, server_default=None
        )
        batch.add_column(sa.Column("phone_index", sa.String(_INDEX)))
        for name in _OF_WECHAT:
            batch.add_column(sa.Column(name, sa.Text))
            batch.add_column(sa.Column(f"{name}_index", sa.String(_INDEX)))
        batch.add_column(sa.Column("erased_at", Moment))
        batch.create_unique_constraint(op.f("uq_drivers_phone_index"), ["phone_index"])
        batch.create_unique_constraint(op.f("uq_drivers_openid_index"), ["openid_index"])
    op.create_index(op.f("ix_drivers_unionid_index"), "drivers", ["unionid_index"])
    with op.batch_alter_table("driver_tokens") as batch:
        batch.add_column(sa.Column("agent", sa.String(200)))
    known = _rows("SELECT id, phone, name FROM drivers")
    if not known:
        return
    ring = ring_of(op.get_bind())
    _many(
        "UPDATE drivers SET phone = :phone, phone_index = :mark, name = :name WHERE id = :id",
        [
            {
                "id": row.id,
                "phone": ring.seal(row.phone, "drivers.phone"),
                "mark": ring.blind_index(row.phone, "phone"),
                "name": ring.seal(row.name, "drivers.name") if row.name else None,
            }
            for row in known
        ],
    )


def _drivers_before() -> None:
    gone = "DELETE FROM drivers WHERE phone IS NULL"
    known = _rows("SELECT id, phone, name FROM drivers WHERE phone IS NOT NULL")
    op.drop_index(op.f("ix_drivers_unionid_index"), "drivers")
    with op.batch_alter_table("driver_tokens") as batch:
        batch.drop_column("agent")
    op.execute(gone)
    if known:
        ring = ring_of(op.get_bind())
        _many(
            "UPDATE drivers SET phone = :phone, name = :name WHERE id = :id",
            [
                {
                    "id": row.id,
                    "phone": ring.unseal(row.phone, "drivers.phone"),
                    "name": ring.unseal(row.name, "drivers.name") if row.name else "",
                }
                for row in known
            ],
        )
    with op.batch_alter_table("drivers") as batch:
        batch.drop_constraint(op.f("uq_drivers_openid_index"), type_="unique")
        batch.drop_constraint(op.f("uq_drivers_phone_index"), type_="unique")
        for name in ("erased_at", "phone_index", *_OF_WECHAT, *(f"{name}_index" for name in _OF_WECHAT)):
            batch.drop_column(name)
        batch.alter_column("phone", type_=sa.String(16), existing_type=sa.Text, nullable=False)
        batch.alter_column(
            "name", type_=sa.String(40), existing_type=sa.Text, nullable=False, server_default=""
        )
        batch.create_unique_constraint(op.f("uq_drivers_phone"), ["phone"])


def _vehicles() -> None:
    known = _rows("SELECT driver_id, plate, car, usual_grade, created_at FROM vehicles")
    op.drop_index(op.f("ix_vehicles_plate"), "vehicles")
    op.drop_table("vehicles")
    op.create_table(
        "vehicles",
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("plate_index", sa.String(_INDEX), nullable=False),
        sa.Column("plate", sa.Text, nullable=False),
        *_of_a_car(),
        sa.PrimaryKeyConstraint("driver_id", "plate_index", name=op.f("pk_vehicles")),
    )
    op.create_index(op.f("ix_vehicles_plate_index"), "vehicles", ["plate_index"])
    if not known:
        return
    ring = ring_of(op.get_bind())
    _many(
        "INSERT INTO vehicles (driver_id, plate_index, plate, car, usual_grade, created_at)"
        " VALUES (:driver_id, :mark, :plate, :car, :usual_grade, :created_at)",
        [
            {
                **row._mapping,
                "mark": ring.blind_index(row.plate, "plate"),
                "plate": ring.seal(row.plate, "vehicles.plate"),
            }
            for row in known
        ],
    )


def _vehicles_before() -> None:
    known = _rows("SELECT driver_id, plate, car, usual_grade, created_at FROM vehicles")
    op.drop_index(op.f("ix_vehicles_plate_index"), "vehicles")
    op.drop_table("vehicles")
    op.create_table(
        "vehicles",
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("plate", sa.String(16), nullable=False),
        *_of_a_car(),
        sa.PrimaryKeyConstraint("driver_id", "plate", name=op.f("pk_vehicles")),
    )
    op.create_index(op.f("ix_vehicles_plate"), "vehicles", ["plate"])
    if not known:
        return
    ring = ring_of(op.get_bind())
    _many(
        "INSERT INTO vehicles (driver_id, plate, car, usual_grade, created_at)"
        " VALUES (:driver_id, :plate, :car, :usual_grade, :created_at)",
        [{**row._mapping, "plate": ring.unseal(row.plate, "vehicles.plate")} for row in known],
    )


def _of_a_car() -> tuple[sa.Column[Any] | sa.ForeignKeyConstraint, ...]:
    return (
        sa.Column("car", sa.String(60), nullable=False),
        sa.Column("usual_grade", sa.String(12)),
        sa.Column("created_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_vehicles_driver_id_drivers")),
    )


def _sign_in() -> None:
    """Codes live for minutes: they are asked for again."""
    op.drop_table("sign_in_codes")
    op.drop_table("sign_in_sends")
    op.create_table(
        "sign_in_codes",
        sa.Column("phone_index", sa.String(_INDEX), nullable=False),
        *_of_a_code(),
        sa.PrimaryKeyConstraint("phone_index", name=op.f("pk_sign_in_codes")),
    )
    op.create_table(
        "sign_in_sends",
        sa.Column("id", Id(), nullable=False),
        sa.Column("phone_index", sa.String(_INDEX), nullable=False),
        sa.Column("address_index", sa.String(_INDEX), nullable=False),
        sa.Column("device_index", sa.String(_INDEX)),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sends")),
    )
    for name in ("phone_index", "address_index", "device_index"):
        op.create_index(op.f(f"ix_sign_in_sends_{name}_at"), "sign_in_sends", [name, "at"])


def _codes_before() -> None:
    op.create_table(
        "sign_in_codes",
        sa.Column("phone", sa.String(16), nullable=False),
        *_of_a_code(),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_sign_in_codes")),
    )
    op.create_table(
        "sign_in_sends",
        sa.Column("id", Id(), nullable=False),
        sa.Column("phone", sa.String(16), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sends")),
    )
    for name in ("phone", "address"):
        op.create_index(op.f(f"ix_sign_in_sends_{name}_at"), "sign_in_sends", [name, "at"])


def _of_a_code() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sent_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
    )


def _papers() -> None:
    op.create_table(
        "driver_consents",
        sa.Column("id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("given_at", Moment, nullable=False),
        sa.Column("withdrawn_at", Moment),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_driver_consents_driver_id_drivers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver_consents")),
    )
    op.create_index(op.f("ix_driver_consents_driver_id_purpose"), "driver_consents", ["driver_id", "purpose"])
    op.create_table(
        "person_copies",
        sa.Column("id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("content", sa.Text),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_person_copies_driver_id_drivers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_copies")),
    )
    op.create_index(op.f("ix_person_copies_driver_id"), "person_copies", ["driver_id"])
    op.create_index(op.f("ix_person_copies_state_asked_at"), "person_copies", ["state", "asked_at"])


def _rows(query: str) -> Sequence[sa.Row[Any]]:
    return op.get_bind().execute(sa.text(query)).all()


def _many(statement: str, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        op.get_bind().execute(sa.text(statement), list(rows[start : start + _ROWS_AT_ONCE]))
