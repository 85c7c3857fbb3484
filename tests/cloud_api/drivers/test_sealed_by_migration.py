"""A cloud that knew drivers before their data was sealed: everybody is found as before, and the database reads as nothing."""

import json

from alembic import command
from sqlalchemy import Connection, select, text

from cloud_api import first_answers
from cloud_api.abuse.tables import abuse_cases
from cloud_api.coupons.tables import campaigns
from cloud_api.database import Database
from cloud_api.drivers import repository
from cloud_api.drivers.tables import driver_tokens
from cloud_api.invoices import repository as invoices
from cloud_api.orders import repository as orders
from cloud_api.payments import repository as payments
from cloud_api.sealing import ring_of
from cloud_api.stations import mailbox
from cloud_api.upgrade import alembic_config, changing_tables, upgrade

BEFORE = "20261123_11_invoices"
AT = "2026-11-20 07:00:00"
_DRIVER = text("INSERT INTO drivers (id, phone, name, created_at) VALUES (:id, :phone, :name, :at)")
_CAR = text("INSERT INTO vehicles (driver_id, plate, car, created_at) VALUES (:id, '云A12345', '白色', :at)")


def test_drivers_and_their_cars_are_sealed_and_found_and_opened_again(either_url: str):
    database = Database(either_url)
    with changing_tables(database.writing_engine) as connection:
        command.upgrade(alembic_config(connection), BEFORE)
        for place, (phone, name) in enumerate([("13812345678", "张小明"), ("13912345678", "")]):
            own_id = str(place) * 32
            connection.execute(_DRIVER, {"id": own_id, "phone": phone, "name": name, "at": AT})
            connection.execute(_CAR, {"id": own_id, "at": AT})
    upgrade(database)
    with database.writing_engine.begin() as connection:
        written = str(connection.execute(text("SELECT * FROM drivers")).all())
        written += str(connection.execute(text("SELECT * FROM vehicles")).all())
        by_phone = repository.people(connection, phone="13812345678")
        by_plate = repository.people(connection, plate="云A12345")
        nameless = repository.people(connection, phone="13912345678")[0].name
    assert not any(word in written for word in ("13812345678", "13912345678", "张小明", "云A12345"))
    assert [(person.id, person.phone, person.name) for person in by_phone] == [
        ("0" * 32, "13812345678", "张小明")
    ]
    assert ([person.id for person in by_plate], nameless) == (["0" * 32, "1" * 32], "")
    with changing_tables(database.writing_engine) as connection:
        command.downgrade(alembic_config(connection), BEFORE)
        phones = connection.execute(text("SELECT phone, name FROM drivers ORDER BY phone")).all()
        plates = connection.execute(text("SELECT DISTINCT plate FROM vehicles")).scalars().all()
    assert [tuple(row) for row in phones] == [("13812345678", "张小明"), ("13912345678", "")]
    assert plates == ["云A12345"]
    database.close()


BEFORE_ORDERS = "20261123_13_codes"
_DRIVER_BEFORE = "INSERT INTO drivers (id, phone, phone_index, created_at) VALUES (:d, :phone, :mark, :at)"
_ROWS = (
    (
        "INSERT INTO stations (id, name, address, lat, lng, phone_policy, created_at, mailbox_latest, mailbox_safe)"
        " VALUES (:s, 'Kunming', '', 0, 0, 'forbidden', :at, 2, 0)"
    ),
    (
        "INSERT INTO orders (id, driver_id, station_id, code, state, pump, nozzle, grade, price_li, by_what, amount_fen,"
        " discount_fen, paid_fen, plate, car, created_at, pay_before, refund_fen, refund_state, payments_to_close)"
        " VALUES (:o, :d, :s, '123456', 'reserved', 1, 1, 'G92', 7810, 'amount', 20000, 0, 20000, '云A12345', '白色', :at, :at,"
        " 0, 'none', false)"
    ),
    (
        "INSERT INTO payments (id, order_id, provider, channel, amount_fen, description, payer_ip, payer_openid, state,"
        " refunded_fen, created_at, expires_at, looks)"
        " VALUES (:p, :o, 'wechat', 'jsapi', 20000, '', '203.0.113.7', 'oX3f-openid', 'captured', 0, :at, :at, 0)"
    ),
    "INSERT INTO first_answers (asker, route, key, fingerprint, answer, at) VALUES (:d, 'r', :o, :mark, :answer, :at)",
    (
        "INSERT INTO mailbox (station_id, number, message_id, kind, envelope, at)"
        " VALUES (:s, 1, :o, 'order_placed', :placed, :at)"
    ),
    (
        "INSERT INTO mailbox (station_id, number, message_id, kind, envelope, at)"
        " VALUES (:s, 2, :p, 'cloud_forgot', :other, :at)"
    ),
    (
        "INSERT INTO campaigns (id, title, terms, stock, remaining, claim_from, claim_until, created_at)"
        " VALUES (:c, '', :terms, 1, 1, :at, :at, :at)"
    ),
    (
        "INSERT INTO invoices (id, order_no, entity, form, title, gross_fen, net_fen, state, at, tries, is_stale)"
        " VALUES (:i, '1', '', 'ordinary', '', 1, 1, 'issued', :at, 0, false)"
    ),
    "INSERT INTO invoice_papers (invoice_id, form, body, at) VALUES (:i, 'xml', :paper, :at)",
    (
        "INSERT INTO abuse_cases (id, at, about, subject, deed, score, action, reasons, state, appeal)"
        " VALUES (:c, :at, 'driver', :d, 'claim', 1, 'review', '[]', 'appealed', '我是张小明')"
    ),
    (
        "INSERT INTO driver_tokens (token_hash, driver_id, device_id, agent, created_at, expires_at)"
        " VALUES ('t', :d, 'device-7', 'agent-7', :at, :at)"
    ),
    "INSERT INTO vehicles (driver_id, plate_index, plate, car, created_at) VALUES (:d, 'x', 'y', '白色', :at)",
)
_BODY = {"order_id": "b" * 32, "plate": "云A12345", "car": "白色", "driver_phone_masked": "138****5678"}
_TABLES = ("orders", "payments", "first_answers", "mailbox", "campaigns", "invoice_papers", "abuse_cases",
    "driver_tokens", "vehicles")  # fmt: skip
_WORDS = (
    "云A12345",
    "白色",
    "203.0.113",
    "oX3f-openid",
    "138****5678",
    "张小明",
    "device-7",
    "agent-7",
    "mark-7",
)


def _lay_down(connection: Connection) -> None:
    terms = {"kind": "amount_off", "plates": ["云A12345"]}
    placed = {"kind": "order_placed", "number": 1, "body": _BODY}
    values = {
        **{name: letter * 32 for name, letter in zip("dosci", "abcef", strict=True)},
        "p": "d" * 32, "at": AT, "mark": "mark-7", "paper": "<name>张小明</name>".encode(),
        "answer": json.dumps({"plate": "云A12345"}, ensure_ascii=False),
        "placed": json.dumps(placed, ensure_ascii=False), "other": json.dumps({"kind": "cloud_forgot", "body": {}}),
        "terms": json.dumps(terms, ensure_ascii=False),
    }  # fmt: skip
    values["phone"] = ring_of(connection).seal("13812345678", "drivers.phone")
    for statement in (_DRIVER_BEFORE, *_ROWS):
        connection.execute(text(statement), values)


def _all_of(connection: Connection) -> str:
    rows = [row for table in _TABLES for row in connection.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608
    cells = [bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else cell
             for row in rows for cell in row]  # fmt: skip
    return json.dumps(cells, ensure_ascii=False, default=str)


def test_what_else_was_plain_is_sealed_read_as_before_and_opened_again(either_url: str):
    database = Database(either_url)
    with changing_tables(database.writing_engine) as connection:
        command.upgrade(alembic_config(connection), BEFORE_ORDERS)
        _lay_down(connection)
        assert all(word in _all_of(connection) for word in _WORDS)
    upgrade(database)
    with database.writing_engine.begin() as connection:
        written = _all_of(connection)
        assert [word for word in _WORDS if word in written] == []
        order, payment = orders.order(connection, "b" * 32), payments.payment(connection, "d" * 32)
        assert order is not None
        assert payment is not None
        assert (order.plate, order.car) == ("云A12345", "白色")
        assert (payment.payer_ip, payment.payer_openid) == ("203.0.113.7", "oX3f-openid")
        [placed, other] = mailbox.after(connection, "c" * 32, 0, 10)
        assert (placed["body"], other["body"]) == (_BODY, {})
        assert connection.execute(select(first_answers.first_answers.c.answer)).scalar_one() == {
            "plate": "云A12345"
        }
        assert connection.execute(select(campaigns.c.terms)).scalar_one()["plates"] == ["云A12345"]
        assert invoices.paper(connection, "f" * 32, "xml") == "<name>张小明</name>".encode()
        assert connection.execute(select(abuse_cases.c.appeal, abuse_cases.c.answer)).one() == (
            "我是张小明",
            "",
        )
        assert connection.execute(select(driver_tokens.c.device_id)).scalar_one() == "device-7"
    with changing_tables(database.writing_engine) as connection:
        command.downgrade(alembic_config(connection), BEFORE_ORDERS)
        opened = _all_of(connection)
        assert [word for word in _WORDS if word not in opened] == []
    database.close()
