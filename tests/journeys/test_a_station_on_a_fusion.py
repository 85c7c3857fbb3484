"""A mixed station: six pumps on a Wayne Fusion and two that nobody is connected to, from the leave to the last fen."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.fill import Fill, FillSource
from core.domain.ids import NozzleNumber, PumpNumber, StaffId
from core.domain.keyed_fill import KeyedFill
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.pump import Preset, PresetKind, PumpState
from core.domain.sale import SaleState
from core.domain.staff import Role
from core.resources import resource
from core.simulated.fusion.controller import FusionController
from core.station.build import open_station
from core.station.identity import new_id
from core.station.plan import read_plan
from core.station.settings import read_settings
from core.station.station import Station
from tests.journeys.outside import eventually

P1, P7 = PumpNumber(1), PumpNumber(7)
HOSE = NozzleNumber(1)


class FusionStation:
    """The till's program over real files, the simulated controller beside it."""

    def __init__(self, folder: Path, blank: Path) -> None:
        plan = read_plan(resource("demo/plan.toml"), new_id)
        numbers = {grade.code: grade.controller_grade for grade in plan.grades}
        prices = {numbers[code]: price.li for code, price in dict(plan.prices).items()}
        site = {
            int(pump.number): {int(nozzle.number): numbers[nozzle.grade] for nozzle in pump.nozzles}
            for pump in plan.pumps
            if pump.number not in {7, 8}
        }
        self.controller = FusionController(site, prices)
        self.controller.start()
        shutil.copy(blank, folder / "station.db")
        self.config = folder / "station.toml"
        self.config.write_text(
            f'[pumps]\nkind = "fusion"\naddress = "127.0.0.1:{self.controller.port}"\nmanual = [7, 8]\n',
            encoding="utf-8",
        )
        self.station: Station = self.begin()

    def begin(self) -> Station:
        station = open_station(read_settings(self.config), "pos_app", may_own_pumps=True)
        station.start()
        self.station = station
        eventually(lambda: self.state(1) in {PumpState.IDLE, PumpState.FUELLING}, "the pumps report")
        return station

    def state(self, pump: int) -> PumpState | None:
        reading = next(
            (view.reading for view in self.station.forecourt.wall() if view.pump.number == pump), None
        )
        return reading.state if reading else None

    def unpaid(self) -> list[Fill]:
        return list(self.station.forecourt.unpaid())

    def person(self, role: Role) -> StaffId:
        return next(member.id for member in self.station.staff.people() if member.role.code == role.code)

    def close(self) -> None:
        self.station.stop()
        self.controller.stop()


@pytest.fixture
def mixed(tmp_path: Path, blank_station: Path) -> Iterator[FusionStation]:
    made = FusionStation(tmp_path, blank_station)
    yield made
    made.close()


def _release(mixed: FusionStation, fen: int) -> None:
    cashier = mixed.person(Role.CASHIER)
    mixed.station.forecourt.request(P1, HOSE, Preset(PresetKind.AMOUNT, amount=Money(fen)), cashier)
    eventually(lambda: mixed.state(1) is PumpState.AUTHORISED, "the pump is promised")


def _pay_cash(mixed: FusionStation, fills: list[Fill]) -> Money:
    station, cashier = mixed.station, mixed.person(Role.CASHIER)
    bill = station.sales.open(cashier)
    for fill in fills:
        bill = station.sales.add_fill(bill.id, fill.id, cashier)
    sale = station.payments.take_cash(bill.id, bill.total, cashier)
    assert sale.state is SaleState.COMPLETED
    return sale.total


def test_a_released_and_a_keyed_fill_are_sold_for_cash_and_every_count_agrees(mixed: FusionStation) -> None:
    cashier = mixed.person(Role.CASHIER)
    mixed.station.shifts.open(Money(50_000), cashier)
    _release(mixed, 20_000)
    mixed.controller.lift(1)
    mixed.controller.pour(1, 60_000)
    mixed.controller.hang_up(1)
    eventually(lambda: len(mixed.unpaid()) == 1, "the fill is booked")
    truth = mixed.controller.sales[100]
    eventually(lambda: bool(truth.settled_by), "and closed at the controller")
    mixed.station.manual.key(KeyedFill(P7, HOSE, Litres(10_000)), cashier)
    fills = mixed.unpaid()
    assert {fill.source for fill in fills} == {FillSource.PUMP, FillSource.KEYED}
    booked = next(fill for fill in fills if fill.pump == P1)
    assert (booked.volume.millilitres, booked.amount.fen) == (truth.volume_ml, truth.amount_fen)
    assert _pay_cash(mixed, fills) == fills[0].amount + fills[1].amount
    assert mixed.unpaid() == []


def test_a_till_that_ended_while_fuel_flowed_books_the_fill_at_its_next_start_once(
    mixed: FusionStation,
) -> None:
    _release(mixed, 20_000)
    mixed.controller.lift(1)
    mixed.controller.pour(1, 10_000)
    eventually(lambda: mixed.state(1) is PumpState.FUELLING, "it flows")
    mixed.station.stop()
    mixed.controller.hang_up(1)
    mixed.begin()
    eventually(lambda: len(mixed.unpaid()) == 1, "the fill is booked")
    eventually(lambda: bool(mixed.controller.sales[100].settled_by), "and closed")
    mixed.station.forecourt.heal()
    assert [fill.volume for fill in mixed.unpaid()] == [Litres(10_000)]
    assert mixed.unpaid()[0].authorisation is not None
