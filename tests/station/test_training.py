"""A training till learns from the real station and never touches its books."""

import hashlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path

import pytest

from core.domain.ids import NozzleNumber, PaymentId, PumpNumber, SaleId
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.pump import Preset, PresetKind
from core.domain.receipt import QrCode, Receipt, Text
from core.domain.staff import Permission, Role
from core.persistence.books import BooksKind, BooksOfAnotherKind, claim, kind_of, peek
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from core.resources import resource
from core.services.opening import OpeningDesk
from core.simulated.printer import MemoryPrinter
from core.simulated.pts_controller.forecourt import Forecourt
from core.simulated.pts_controller.pump import Order, State
from core.simulated.pts_controller.site import usual_site
from core.simulated.training import TrainingDrivers, TrainingPaymentGateway
from core.simulated.training_members import COUPON_CODES, MEMBER_CODE
from core.station.build import open_station
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.station.open_books import open_database
from core.station.plan import read_plan
from core.station.settings import Settings, SettingsUnfit, read_settings
from core.station.station import Station
from core.station.training import FOLDER, PIN, open_training, training_settings
from core.station.training_paper import MarkedPrinter
from core.wording.catalogue import Language, use
from core.wording.formats import STATION_ZONE
from tests.postgres import PostgresServer


@pytest.fixture
def real(tmp_path: Path) -> Settings:
    """A real station with pumps, goods and people, and nothing sold yet."""
    use(Language.CHINESE)
    file = tmp_path / "station.toml"
    file.write_text('[station]\nname = "昆明北站"\n[cloud]\nurl = "http://127.0.0.1:9"\n', encoding="utf-8")
    (tmp_path / "cloud.json").write_text('{"station_id": "s1", "token": "secret"}', encoding="utf-8")
    settings = read_settings(file)
    database = open_database(settings)
    work = UnitsOfWork(database, "test", SystemClock(), new_id, lambda _recorded: None, STATION_ZONE)
    OpeningDesk(work, SystemClock(), new_id).lay_out(read_plan(resource("demo/plan.toml"), new_id))
    database.close()
    return settings


@pytest.fixture
def training(real: Settings) -> Iterator[Station]:
    """Open, its chores not running."""
    station = open_training(real)
    yield station
    station.stop()


def _books(settings: Settings) -> str:
    """What stands in the real station's file, to the byte."""
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    return hashlib.sha256(file.read_bytes()).hexdigest()


# --- what it is made of -----------------------------------------------------------------------------------------------


def test_the_real_stations_pumps_prices_and_goods_are_there(training: Station, real: Settings) -> None:
    before = open_database(real)
    look = UnitsOfWork(before, "test", SystemClock(), new_id, lambda _recorded: None, STATION_ZONE)
    with look.reading() as work:
        pumps, goods, board = work.forecourt.pumps(), work.catalogue.on_sale(), work.prices.board()
    before.close()
    assert [tile.pump.number for tile in training.forecourt.wall()] == [pump.number for pump in pumps]
    assert [each.name for each in training.products.on_sale()] == [each.name for each in goods]
    with training.staff._work.reading() as work:
        assert work.prices.board().prices == board.prices


def test_its_people_are_nobody_of_the_station_and_share_one_pin(training: Station) -> None:
    people = training.staff.people()
    assert sorted(person.role.code for person in people) == ["attendant", "cashier", "manager"]
    for person in people:
        assert training.staff.sign_in(person.id, PIN).id == person.id


def test_it_says_what_it_is_and_knows_no_way_out(training: Station) -> None:
    settings = training.settings
    assert settings.station.name == "培训 昆明北站"
    assert settings.cloud.pairing() is None
    assert settings.pumps.address.startswith("http://127.0.0.1:")
    assert (settings.pole_display.kind, settings.scanner.kind) == ("none", "keyboard")
    assert settings.receipt.invoice_url == ""


def test_without_a_real_station_there_is_the_demo_one_to_learn_at(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text("", encoding="utf-8")
    station = open_training(read_settings(file))
    try:
        assert len(station.forecourt.wall()) == 8
    finally:
        station.stop()
    assert not (tmp_path / "station.db").exists()


def test_a_real_station_on_postgresql_is_read_and_trained_for_in_a_file(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    with postgres_server.database() as url:
        file = tmp_path / "station.toml"
        file.write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")
        settings = read_settings(file)
        database = open_database(settings)
        work = UnitsOfWork(database, "test", SystemClock(), new_id, lambda _recorded: None, STATION_ZONE)
        OpeningDesk(work, SystemClock(), new_id).lay_out(read_plan(resource("demo/plan.toml"), new_id))
        assert kind_of(database) is BooksKind.REAL
        station = open_training(settings)
        try:
            assert station.settings.database_url.startswith("sqlite:///")
            assert len(station.forecourt.wall()) == 8
            assert peek(url) is BooksKind.REAL
        finally:
            station.stop()
        with work.reading() as look:
            assert look.events.latest() == 0
        database.close()


# --- never into real books --------------------------------------------------------------------------------------------


def test_every_desk_of_a_training_till_writes_into_its_own_file(training: Station, real: Settings) -> None:
    own = str(real.folder / FOLDER / "station.db")
    asked = []
    for field in fields(training):
        work = getattr(getattr(training, field.name), "_work", None)
        if work is not None:
            asked.append(field.name)
            assert work._database.address.file == own, field.name
    assert {
        "staff",
        "roles",
        "shifts",
        "sales",
        "payments",
        "receipts",
        "forecourt",
        "prices",
        "products",
    } <= set(asked)


def test_a_whole_morning_of_training_leaves_the_real_books_as_they_were(
    training: Station, real: Settings
) -> None:
    before = _books(real)
    training.start()
    pause = threading.Event()
    for _try in range(200):
        if training.forecourt.wall()[0].reading is not None:
            break
        pause.wait(0.05)
    people = {person.role.code: person.id for person in training.staff.people()}
    cashier, manager = people["cashier"], people["manager"]
    training.shifts.open(Money(50_000), cashier)
    sale = training.sales.open(cashier)
    goods = training.products.on_sale()[0]
    sale = training.sales.add_goods(sale.id, goods.barcode, 2, cashier)
    training.payments.take_cash(sale.id, Money(100_000), cashier)
    second = training.sales.add_goods(training.sales.open(cashier).id, goods.barcode, 1, cashier)
    training.payments.take_code(second.id, "134567890123456781", cashier)
    training.sales.cancel(training.sales.open(cashier).id, cashier)
    training.forecourt.request(
        PumpNumber(1), NozzleNumber(1), Preset(PresetKind.AMOUNT, amount=Money(5_000)), cashier
    )
    training.products.save(goods, manager)
    training.staff.add("练习", Role.CASHIER, "1234", manager)
    training.staff.change_pin(cashier, "4321", manager)
    training.roles.permit("cashier", Role.CASHIER.permissions | {Permission.REFUND}, manager)
    approval = training.staff.approve(manager, PIN, Permission.OPEN_DRAWER, cashier)
    training.receipts.open_drawer(cashier, approval.id)
    assert training.sales.recent(1)
    assert _books(real) == before
    assert sorted(path.name for path in real.folder.iterdir()) == [
        "cloud.json",
        "station.db",
        "station.toml",
        FOLDER,
    ]


def test_a_training_database_is_not_opened_in_earnest(training: Station, real: Settings) -> None:
    with pytest.raises(SettingsUnfit, match="另一种账"):
        open_database(_at(real, training.settings.database_url))
    with pytest.raises(SettingsUnfit):
        open_station(_at(real, training.settings.database_url), "pos_app", may_own_pumps=False)


def test_real_books_in_the_training_folder_are_refused_and_stay_as_they_are(real: Settings) -> None:
    folder = real.folder / FOLDER
    folder.mkdir()
    copy = folder / "station.db"
    shutil.copy(real.folder / "station.db", copy)
    before = copy.read_bytes()
    with pytest.raises(SettingsUnfit, match="真实账"):
        open_training(real)
    assert copy.read_bytes() == before


def test_books_of_before_there_was_a_mark_are_real(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    upgrade(url)
    database = Database.open(url)
    with database.writing() as transaction:
        transaction.driver.execute("DROP TABLE books")
    database.close()
    assert peek(url) is BooksKind.REAL


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    assert peek(f"sqlite:///{tmp_path / 'none.db'}") is None
    assert list(tmp_path.iterdir()) == []


def test_the_mark_stays(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'station.db'}"
    upgrade(url)
    database = Database.open(url)
    assert kind_of(database) is None
    claim(database, BooksKind.TRAINING)
    claim(database, BooksKind.TRAINING)
    with pytest.raises(BooksOfAnotherKind):
        claim(database, BooksKind.REAL)
    for statement in ("UPDATE books SET kind = 'real'", "DELETE FROM books"):
        with pytest.raises(database.error, match="books stay"), database.writing() as transaction:
            transaction.driver.execute(statement)
    assert kind_of(database) is BooksKind.TRAINING
    database.close()


def test_training_settings_share_no_file_with_the_station(real: Settings) -> None:
    training = training_settings(real)
    for path in (training.folder, training.reports_folder, training.cloud.pairing_file):
        assert path.is_relative_to(real.folder / FOLDER)


# --- paper, payers, drivers -------------------------------------------------------------------------------------------


def test_every_paper_says_at_head_and_foot_that_it_is_none() -> None:
    inner = MemoryPrinter()
    MarkedPrinter(inner).print(Receipt((Text("玻璃水"), QrCode("https://invoice")), open_drawer=True))
    [paper] = inner.receipts
    said = [line.text for line in paper.lines if isinstance(line, Text)]
    assert said[0] == said[-4] == "培训"
    assert said[1] == said[-3] == "TRAINING"
    assert "玻璃水" in said
    assert not any(isinstance(line, QrCode) for line in paper.lines)
    assert inner.drawer_openings == 0


def test_the_drawer_stays_shut() -> None:
    inner = MemoryPrinter()
    MarkedPrinter(inner).open_drawer()
    assert inner.drawer_openings == 0


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("134567890123456781", PaymentState.CAPTURED),
        ("134567890123456788", PaymentState.DECLINED),
        ("134567890123456789", PaymentState.PENDING),
    ],
)
def test_a_payer_does_as_the_last_digit_says(code: str, state: PaymentState) -> None:
    gateway = TrainingPaymentGateway()
    payment = PaymentId("1" * 32)
    answer = gateway.charge(payment, SaleId("2" * 32), Money(100), code, "")
    assert answer.state is state
    states = [asked.state for _time in range(3) if (asked := gateway.query(payment)) is not None]
    assert states[-1] is (PaymentState.DECLINED if state is PaymentState.DECLINED else PaymentState.CAPTURED)


def test_a_payer_who_is_called_off_pays_nothing() -> None:
    gateway = TrainingPaymentGateway()
    payment = PaymentId("1" * 32)
    gateway.start_qr(payment, SaleId("2" * 32), Tender.WECHAT, Money(100), "")
    gateway.cancel(payment)
    for _time in range(5):
        answer = gateway.query(payment)
        assert answer is not None
        assert answer.state is PaymentState.CANCELLED


def test_there_is_a_member_and_a_coupon_to_learn_with(training: Station) -> None:
    cashier = next(p.id for p in training.staff.people() if p.role == Role.CASHIER)
    training.shifts.open(Money(0), cashier)
    goods = training.products.on_sale()[0]
    sale = training.sales.add_goods(training.sales.open(cashier).id, goods.barcode, 1, cashier)
    found = training.sales.find_member(MEMBER_CODE)
    assert training.sales.set_member(sale.id, found, cashier).member is not None
    assert found.coupons[0].code == COUPON_CODES[0]


class _StillClock:
    """Time that passes only by `advance`."""

    def __init__(self) -> None:
        self._real = SystemClock()

    def now(self) -> datetime:
        return self._real.now()

    def seconds(self) -> float:
        return 0.0


def test_whoever_is_released_fills_and_somebody_comes_by_himself() -> None:
    forecourt = Forecourt(usual_site(), _StillClock())
    drivers = TrainingDrivers(forecourt)
    pump = forecourt.pumps[3]
    pump.authorise(Order(1, (1,), True, "Amount", 5_000, (8_320,), False, 1), forecourt.now())
    drivers.look()
    assert pump.state is State.FILLING
    forecourt.advance(60_000)
    assert pump.fill is not None
    assert (pump.state, pump.fill.amount_fen, pump.nozzle_up) == (State.ENDED, 5_000, 0)
    drivers.arrive()
    assert [each.id for each in forecourt.pumps.values() if each.nozzle_up] == [1]


def _at(settings: Settings, url: str) -> Settings:
    return replace(settings, database_url=url)
