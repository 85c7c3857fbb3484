"""A cloud that knew drivers before their data was sealed: everybody is found as before, and the database reads as nothing."""

from alembic import command
from sqlalchemy import text

from cloud_api.database import Database
from cloud_api.drivers import repository
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
