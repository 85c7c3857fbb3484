"""Personal data in the database: sealed, found by a blind index, and readable with the right keys alone."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.exc import StatementError

from cloud_api import first_answers, keys_file
from cloud_api.app import create_app
from cloud_api.coupons.tables import campaigns
from cloud_api.database import Database, Work, normal_url
from cloud_api.drivers import repository
from cloud_api.drivers.repository import VehicleRow
from cloud_api.invoices.repository import paper, put_paper
from cloud_api.invoices.tables import invoices
from cloud_api.metadata import metadata
from cloud_api.resealing import reseal
from cloud_api.sealing import BlindIndex, CannotUnseal, Keyring, Sealed, SealedText, WithSealedList, hang
from cloud_api.settings import PeopleSettings, Settings, SettingsUnfit

RING = Keyring("k1", {"k1": b"1" * 32}, b"i" * 32)
NEWER = Keyring("k2", {"k1": b"1" * 32, "k2": b"2" * 32}, b"i" * 32)

people = Table(
    "people",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("phone", SealedText("people.phone")),
    Column("phone_index", BlindIndex("phone"), unique=True),
)


@settings(max_examples=25)
@given(st.text(max_size=60))
def test_what_is_sealed_opens_as_it_was_and_never_looks_alike(said):
    once, again = RING.seal(said, "people.phone"), RING.seal(said, "people.phone")
    assert once != again
    assert RING.unseal(once, "people.phone") == RING.unseal(again, "people.phone") == said


@settings(max_examples=25)
@given(st.integers(min_value=3, max_value=54), st.integers(min_value=1, max_value=255))
def test_a_changed_seal_does_not_open(place, change):
    raw = bytearray(RING.seal("13812345678", "people.phone").encode())
    raw[place] ^= change
    with pytest.raises(CannotUnseal) as caught:
        RING.unseal(raw.decode("latin-1"), "people.phone")
    assert "138" not in str(caught.value)


def test_text_copied_into_another_column_does_not_open_there():
    with pytest.raises(CannotUnseal):
        RING.unseal(RING.seal("13812345678", "people.phone"), "people.plate")


def test_a_newer_ring_opens_what_the_older_sealed_and_finds_it_again():
    sealed = RING.seal("13812345678", "people.phone")
    assert NEWER.unseal(sealed, "people.phone") == "13812345678"
    assert not NEWER.is_current(sealed)
    assert NEWER.is_current(NEWER.seal("13812345678", "people.phone"))
    assert NEWER.blind_index("13812345678", "phone") == RING.blind_index("13812345678", "phone")
    with pytest.raises(CannotUnseal):
        RING.unseal(NEWER.seal("13812345678", "people.phone"), "people.phone")


def test_a_blind_index_says_nothing_without_its_key_and_is_another_for_another_purpose():
    other = Keyring("k1", {"k1": b"1" * 32}, b"j" * 32)
    marks = {
        RING.blind_index("13812345678", "phone"),
        RING.blind_index("13812345678", "plate"),
        other.blind_index("13812345678", "phone"),
    }
    assert len(marks) == 3
    assert all(len(mark) == 32 for mark in marks)


def test_a_ring_shows_its_keys_to_nobody():
    assert repr(b"1" * 32) not in repr(RING)
    assert repr(b"i" * 32) not in repr(RING)


def test_the_database_never_sees_a_phone_and_finds_it_all_the_same(tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path / 'people.db'}")
    hang(lambda: RING, engine.dialect)
    with engine.begin() as connection:
        people.create(connection)
        connection.execute(insert(people).values(id=1, phone="13812345678", phone_index="13812345678"))
        raw = connection.execute(text("SELECT phone, phone_index FROM people")).one()
        assert "13812345678" not in "".join(raw)
        found = select(people.c.phone).where(people.c.phone_index == "13812345678")
        assert connection.execute(found).scalar_one() == "13812345678"
        with pytest.raises(TypeError):
            select(people).where(people.c.phone == "13812345678")
    engine.dispose()


def test_an_engine_without_keys_seals_nothing(tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path / 'people.db'}")
    with engine.begin() as connection:
        people.create(connection)
        with pytest.raises(StatementError, match="given no keys"):
            connection.execute(insert(people).values(id=1, phone="13812345678"))
    engine.dispose()


def test_every_sealed_column_of_the_cloud_is_sealed_for_itself():
    # create_app is imported above, so the tables of every room are known.
    wrong = [
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Sealed | WithSealedList)
        and column.type.about.removesuffix(".plates") != f"{table.name}.{column.name}"
    ]
    assert wrong == []


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(keys_file.ENVIRONMENT)
    url = normal_url(f"sqlite:///{tmp_path / 'cloud.db'}")
    first, second = keys_file.ring_for(url), keys_file.ring_for(url)
    assert first == second
    assert [file.name for file in tmp_path.iterdir()] == ["cloud-keys.toml"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "cloud-keys.toml").stat().st_mode) == 0o600


def test_a_key_is_added_and_the_older_ones_stay(tmp_path: Path):
    file = tmp_path / "keys.toml"
    keys_file.make(file)
    before = keys_file.read(file)
    assert keys_file.add_key(file) == "k2"
    after = keys_file.read(file)
    assert (after.current, set(after.sealing)) == ("k2", {"k1", "k2"})
    assert (after.indexing, after.sealing["k1"]) == (before.indexing, before.sealing["k1"])


@pytest.mark.parametrize(
    "written",
    ["", "current = 1", 'current = "k1"\nsealing = 3', 'current = "secret"\n[sealing]\nsecret = "AA"'],
)
def test_a_broken_file_of_keys_is_refused_and_not_shown(written, tmp_path: Path):
    file = tmp_path / "keys.toml"
    file.write_text(written)
    with pytest.raises(SettingsUnfit) as caught:
        keys_file.read(file)
    assert "secret" not in str(caught.value)


def test_a_public_cloud_and_one_on_postgresql_make_no_keys_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv(keys_file.ENVIRONMENT)
    public = Settings(database=f"sqlite:///{tmp_path / 'cloud.db'}", site_url="https://station.example")
    with pytest.raises(SettingsUnfit):
        create_app(public)
    with pytest.raises(SettingsUnfit):
        keys_file.ring_for(normal_url("postgresql://somewhere/cloud"))
    with pytest.raises(SettingsUnfit):
        create_app(
            Settings(database=public.database, people=PeopleSettings(keys_file=tmp_path / "gone.toml"))
        )
    assert list(tmp_path.iterdir()) == []


def test_fields_papers_and_plates_of_coupons_are_sealed_anew_and_read_as_before(
    either_migrated_url: str, tmp_path: Path
):
    file, now = tmp_path / "keys.toml", datetime(2026, 11, 23, tzinfo=UTC)
    keys_file.make(file)
    database = Database(either_migrated_url, file)
    terms = {"kind": "amount_off", "plates": ["云A12345", "云B54321"]}
    money = {"entity": "", "form": "ordinary", "gross_fen": 1, "net_fen": 1}
    invoice = {"id": "2" * 32, "order_no": "1", "title": "{}", "state": "issued", "at": now, "tries": 0}

    def write(work: Work) -> None:
        first_answers.keep(
            work.connection,
            asker="1" * 32,
            route="r",
            key="1" * 32,
            request={},
            answer={"car": "白色"},
            now=now,
        )
        work.connection.execute(insert(invoices).values(**invoice, **money, is_stale=False))
        put_paper(work.connection, "2" * 32, "xml", b"<name/>", now)
        of_a_campaign = {"stock": 1, "remaining": 1, "claim_from": now, "claim_until": now, "created_at": now}
        for number, each in enumerate((terms, {**terms, "plates": []})):
            values = {"id": str(number) * 32, "title": "", "terms": each, **of_a_campaign}
            work.connection.execute(insert(campaigns).values(values))

    database.write_now(write)
    database.close()
    keys_file.add_key(file)
    database = Database(either_migrated_url, file)
    assert reseal(database) == {"first_answers": 1, "invoices": 1, "invoice_papers": 1, "campaigns": 1}
    assert reseal(database) == {}
    with database.writing_engine.begin() as connection:
        written = connection.execute(
            text("SELECT terms FROM campaigns WHERE id = :id"), {"id": "0" * 32}
        ).scalar_one()
        assert str(written).count("k2.") == 2
        assert bytes(connection.execute(text("SELECT body FROM invoice_papers")).scalar_one()).startswith(
            b"k2."
        )
        assert paper(connection, "2" * 32, "xml") == b"<name/>"
        assert first_answers.recall(connection, "1" * 32, "r", "1" * 32, {}) == {"car": "白色"}
        assert (
            connection.execute(select(campaigns.c.terms).where(campaigns.c.id == "0" * 32)).scalar_one()
            == terms
        )
    database.close()


def test_what_older_keys_sealed_is_sealed_anew_and_everybody_is_still_found(
    either_migrated_url: str, tmp_path: Path
):
    file, now = tmp_path / "keys.toml", datetime(2026, 11, 23, tzinfo=UTC)
    keys_file.make(file)
    database = Database(either_migrated_url, file)
    for number in range(3):
        own_id, phone = str(number) * 32, f"1381234567{number}"

        def sign_up(work: Work, own_id: str = own_id, phone: str = phone) -> None:
            repository.driver_signing_in(work.connection, phone, own_id, now)
            repository.put_vehicle(work.connection, own_id, VehicleRow("云A12345", "", None), now)

        database.write_now(sign_up)
    database.close()
    keys_file.add_key(file)
    database = Database(either_migrated_url, file)
    assert reseal(database) == {"drivers": 3, "vehicles": 3}
    assert reseal(database) == {}
    with database.writing_engine.begin() as connection:
        sealed = connection.execute(text("SELECT phone FROM drivers UNION ALL SELECT plate FROM vehicles"))
        assert {one.partition(".")[0] for one in sealed.scalars()} == {"k2"}
        assert len(repository.people(connection, plate="云A12345")) == 3
        assert repository.people(connection, phone="13812345672")[0].id == "2" * 32
    database.close()
