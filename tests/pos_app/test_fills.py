"""Fills that are not simply paid, through the real window over a real database."""

from datetime import timedelta

import pytest

from core.domain.debt import DebtKind, Debtor
from core.domain.fill import FillState
from core.domain.ids import FillId, NozzleNumber, PumpNumber, TankNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.product import G92
from core.domain.staff import Role
from core.domain.tanks.tank import Tank, TankLimits
from core.services.sales.desk import SaleDesk
from core.wording.formats import STATION_ZONE
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import begin_selling
from tests.pos_app.till_station import PINS, RunningTill, TillStation
from tests.services.small_station import NOZZLE_1, STATION


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    """The cashier sells."""
    opened = open_till()
    begin_selling(opened)
    return opened


def a_fill(station: TillStation, pump: int = 1, fen: int = 20_000) -> FillId:
    station.pumps.finish(PumpNumber(pump), NOZZLE_1, Money(fen))
    return station.forecourt.unpaid()[-1].id


def a_gap(station: TillStation, litres: int = 20_000) -> None:
    station.clock.move(timedelta(minutes=5))
    station.pumps.count(PumpNumber(2), NozzleNumber(1), Litres(litres))
    station.forecourt.heal()


def agree(till: RunningTill, station: TillStation) -> None:
    till.press(f"approval_person_{station.manager}")
    till.write("approval_pin", PINS[Role.MANAGER])
    till.press("approval_go")


def state(station: TillStation, fill: FillId) -> FillState:
    with station.work.reading() as work:
        return work.fills.get(fill).state


def test_a_missing_fill_is_told_and_booked_with_one_tap_and_an_agreement(
    station: TillStation, till: RunningTill
) -> None:
    a_gap(station)
    assert "没有加油记录" in till.read("notice_words")
    till.press("fills_open")
    [gap] = station.missing.proposed()
    till.press(f"gap_accept_{gap.id}")
    agree(till, station)
    assert station.missing.proposed() == []
    [fill] = station.forecourt.unpaid()
    assert (fill.volume, fill.is_recovered) == (Litres(20_000), True)


def test_what_was_no_fill_is_rejected_with_a_reason(station: TillStation, till: RunningTill) -> None:
    a_gap(station)
    till.press("fills_open")
    [gap] = station.missing.proposed()
    till.press(f"gap_reject_{gap.id}")
    assert till.reason("fill_reason_go")
    till.press("fill_reason_1")
    till.press("fill_reason_go")
    agree(till, station)
    assert station.missing.proposed() == []
    assert station.missing.recent(1)[0].reason == "加油机维修"


def test_a_customer_without_money_signs_a_promise_and_pays_later(
    station: TillStation, till: RunningTill
) -> None:
    fill = a_fill(station)
    till.press("fills_open")
    till.press(f"fill_{fill}")
    till.press("fill_gone")
    assert till.reason("gone_go")
    till.write("gone_person", "Chen Jun")
    till.write("gone_phone", "13800138000")
    till.press("gone_days_7")
    till.press("gone_go")
    agree(till, station)
    assert state(station, fill) is FillState.OWED
    [owed] = station.fills.owed()
    today = station.clock.now().astimezone(STATION_ZONE).date()
    assert (owed.debt.person, owed.debt.due_on) == ("Chen Jun", today + timedelta(days=7))
    till.press(f"fill_{fill}")
    till.press("fill_take")
    assert not till.shows("fills_sheet")
    assert till.read("due_amount") == "￥200.00"
    till.press("pay_cash")
    till.write("cash_given", "200")
    till.press("cash_go")
    assert station.fills.owed() == []
    assert state(station, fill) is FillState.PAID


def test_a_drive_off_needs_no_name(station: TillStation, till: RunningTill) -> None:
    fill = a_fill(station)
    till.press("fills_open")
    till.press(f"fill_{fill}")
    till.press("fill_gone")
    till.press("gone_drive_off")
    till.write("gone_note", "white SUV")
    till.press("gone_go")
    agree(till, station)
    [owed] = station.fills.owed()
    assert (owed.debt.kind, owed.debt.note) == (DebtKind.DRIVE_OFF, "white SUV")


def test_a_pump_test_goes_back_into_its_tank(station: TillStation, till: RunningTill) -> None:
    limits = TankLimits(Litres(500_000), Litres(1_000_000), Litres(28_000_000), Litres(29_000_000))
    tank = Tank(TankNumber(1), G92, Litres(30_000_000), Litres(28_500_000), limits)
    with station.work() as work:
        work.tanks.save(tank)
    fill = a_fill(station)
    till.press("fills_open")
    till.press(f"fill_{fill}")
    till.press("fill_test")
    assert till.read("test_returned") == "25.61"
    till.press("test_go")
    agree(till, station)
    assert state(station, fill) is FillState.TESTED
    [step] = station.fills.steps(fill)
    assert (step.returned, step.tank) == (Litres(25_610), TankNumber(1))
    till.press(f"fill_{fill}")
    till.press("fill_reinstate")
    till.press("fill_reason_1")
    till.press("fill_reason_go")
    agree(till, station)
    assert state(station, fill) is FillState.UNPAID


def test_a_disputed_fill_is_counted_on_the_button_until_it_is_decided(
    station: TillStation, till: RunningTill
) -> None:
    fill = a_fill(station)
    till.press("fills_open")
    till.press(f"fill_{fill}")
    till.press("fill_dispute")
    till.press("fill_reason_1")
    till.press("fill_reason_go")
    assert state(station, fill) is FillState.DISPUTED
    assert till.read("fills_open").startswith("加油处理 1")
    till.press(f"fill_{fill}")
    till.press("fill_write_off")
    till.press("fill_reason_2")
    till.press("fill_reason_go")
    agree(till, station)
    assert state(station, fill) is FillState.WRITTEN_OFF
    assert till.read("fills_open").startswith("加油处理")
    assert "1" not in till.read("fills_open")
    till.press(f"fill_{fill}")
    till.press("fill_reinstate")
    till.press("fill_reason_1")
    till.press("fill_reason_go")
    agree(till, station)
    assert state(station, fill) is FillState.UNPAID


def test_a_fill_on_another_tills_bill_shows_whose_it_is_and_is_taken_off_by_right(
    station: TillStation, till: RunningTill
) -> None:
    fill = a_fill(station)
    other = SaleDesk(
        station.work,
        station.clock,
        station.ids,
        station.coupon_desk,
        STATION,
        place="pos-2",
        zone=STATION_ZONE,
    )
    bill = other.open(station.manager)
    other.add_fill(bill.id, fill, station.manager)
    till.press("fills_open")
    till.press(f"fill_{fill}")
    assert "赵建国" in till.read("fill_whose")
    assert not till.shows("fill_take")
    till.press("fill_unlock")
    agree(till, station)
    assert state(station, fill) is FillState.UNPAID


def test_everything_there_is_stands_in_one_list(station: TillStation, till: RunningTill) -> None:
    a_gap(station, 31_240)
    first, second = a_fill(station), a_fill(station, 2, 15_000)
    station.fills.dispute(second, "说没加这么多", station.cashier)
    due = station.clock.now().astimezone(STATION_ZONE).date()
    who = Debtor("陈军", "云A12345", "13800138000")
    station.fills.let_go(first, DebtKind.PROMISE, who, due, station.manager)
    station.clock.move(timedelta(days=2))
    a_fill(station, 3, 9_900)
    till.press("fills_open")
    assert till.read("fills_open").startswith("加油处理 3")
    till.press("fills_sheet_back")
    assert not till.shows("fills_sheet")
