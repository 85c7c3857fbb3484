"""A cloud that has been at work is upgraded: what it has written stays, also what hangs on a table that is copied."""

from datetime import UTC, datetime

from alembic import command
from sqlalchemy import Connection, text

from cloud_api.database import Database
from cloud_api.payments import repository
from cloud_api.upgrade import alembic_config, changing_tables, upgrade

BEFORE = "20261122_03_called_off"
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
_PAYMENT = text(
    "INSERT INTO payments (id, station_id, sale_id, provider, channel, amount_fen, description, state, refunded_fen,"
    " created_at, expires_at, looks) VALUES (:id, :station, :sale, 'wechat', 'code', 26512, '95', 'captured', 512,"
    " :now, :now, 0)"
)
_REFUND = text(
    "INSERT INTO payment_refunds (id, payment_id, wanted_by, amount_fen, reason, state, created_at, looks)"
    " VALUES (:id, :payment, 'station', 512, '', 'refunded', :now, 0)"
)
_EVENT = text(
    "INSERT INTO payment_events (payment_id, at, what, detail) VALUES (:payment, :now, 'asked', '')"
)


def test_payments_and_what_hangs_on_them_survive(either_url: str):
    database = Database(either_url)
    with changing_tables(database.writing_engine) as connection:
        command.upgrade(alembic_config(connection), BEFORE)
    database.write_now(lambda work: _at_work(work.connection))
    upgrade(database)
    with database.writing_engine.begin() as connection:
        row = repository.payment(connection, "a" * 32)
        assert row is not None
        assert (row.provider, row.amount_fen, row.refunded_fen, row.available_fen) == (
            "wechat",
            26512,
            512,
            None,
        )
        refund = repository.refund(connection, "b" * 32)
        assert refund is not None
        assert refund.payment_id == "a" * 32
        assert [what for what, _ in repository.events_of(connection, "a" * 32)] == ["asked"]
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    with changing_tables(database.writing_engine) as connection:
        command.downgrade(alembic_config(connection), BEFORE)
    database.close()


def _at_work(connection: Connection) -> None:
    now = NOW.replace(tzinfo=None) if connection.dialect.name == "sqlite" else NOW
    connection.execute(_PAYMENT, {"id": "a" * 32, "station": "1" * 32, "sale": "5" * 32, "now": str(now)})
    connection.execute(_REFUND, {"id": "b" * 32, "payment": "a" * 32, "now": str(now)})
    connection.execute(_EVENT, {"payment": "a" * 32, "now": str(now)})
