"""The price board: what is typed, what is planned, what the pumps have."""

from datetime import datetime, timedelta

import pytest

from admin_app.prices.presenter import Lack, Moment
from admin_app.prices.typed_moment import moment_of
from admin_app.prices.typed_price import difference, price_of
from admin_app.prices.words import what_will_happen
from core.domain.money import Money
from core.domain.price import HIGHEST_LI, LOWEST_LI, PriceChangeState, UnitPrice
from core.domain.product import G92, G95
from core.domain.pump import Preset, PresetKind
from core.domain.refusals.pumps import PriceOutOfRange
from core.domain.staff import Role
from core.wording.catalogue import Language, use
from core.wording.formats import STATION_ZONE
from core.wording.refusals import sentence
from tests.services.small_station import PUMP_2


@pytest.mark.parametrize(
    ("text", "li"),
    [
        ("7.95", 7_950),
        ("7.955", 7_955),
        ("8", 8_000),
        ("8.", 8_000),
        ("", None),
        (".", None),
        ("7.9555", None),
    ],
)
def test_a_price_is_what_was_typed(text, li):
    assert price_of(text) == (None if li is None else UnitPrice(li))


def test_a_difference_is_told_in_yuan_and_per_cent():
    up, down = difference(UnitPrice(7_810), UnitPrice(7_950)), difference(UnitPrice(7_810), UnitPrice(7_655))
    assert (up.yuan, up.percent, up.is_large) == ("+0.14", "+1.79%", False)
    assert (down.yuan, down.percent) == ("-0.155", "-1.98%")
    assert difference(UnitPrice(7_810), UnitPrice(7_810)).percent == "±0.00%"
    assert difference(UnitPrice(7_810), UnitPrice(9_000)).is_large


def test_a_moment_is_the_stations_own_and_24_00_ends_the_day():
    assert moment_of("2026-11-23 08:05") == datetime(2026, 11, 23, 8, 5, tzinfo=STATION_ZONE)
    assert moment_of("2026-11-30 24:00") == datetime(2026, 12, 1, tzinfo=STATION_ZONE)
    assert moment_of("2026-02-30 08:00") is None
    assert moment_of("tomorrow") is None


def test_a_price_at_once_goes_from_the_form_to_every_idle_pump(manager):
    station = manager.station
    manager.click("rail_prices")
    manager.click("price_grade_G92")
    manager.type("price_new", "7.95")
    manager.click("price_due_now")
    assert "+0.14" in manager.text("price_difference")
    manager.click("price_schedule_go")
    sentence = manager.text("price_confirm_sentence")
    assert sentence.startswith("92号汽油从 7.81 调到 7.95 元/升（+0.14 元，+1.79%），立即生效。")
    assert "2 把枪" in sentence
    manager.click("price_schedule_confirm")
    assert manager.notice.startswith("已安排：92号汽油 7.95 元/升")
    assert manager.text("price_new") == ""
    station.clock.move(timedelta(seconds=1))
    station.prices.apply_due()
    manager.desk.touched()
    assert manager.text("price_now_G92") == "7.95"


def test_a_pump_that_is_promised_keeps_its_price_and_is_named(manager):
    station = manager.station
    station.forecourt.request(PUMP_2, None, Preset(PresetKind.FULL), station.cashier)
    plan(manager, "7.95")
    station.clock.move(timedelta(seconds=1))
    station.prices.apply_due()
    manager.click("rail_prices")
    [row] = manager.p.prices.state.board.changes
    assert row.change.state is PriceChangeState.APPLYING
    assert "2 把枪中 1 把已切换，等待 2号机" in manager.text(f"price_change_{row.change.id}")
    assert manager.find("nozzle_2-1").property("tone") == "amber"
    assert manager.find("nozzle_1-1").property("tone") is None
    assert manager.text("price_coming_G92") == "正在切换到 7.95"
    station.pumps.finish(PUMP_2, row.waiting[0].nozzle.number, Money(10_000))
    station.prices.apply_due()
    manager.desk.touched()
    assert manager.p.prices.state.board.changes[0].change.state is PriceChangeState.APPLIED


def test_while_a_grade_is_changing_a_second_change_overtakes_it(manager):
    station = manager.station
    station.forecourt.request(PUMP_2, None, Preset(PresetKind.FULL), station.cashier)
    plan(manager, "7.95")
    station.clock.move(timedelta(seconds=1))
    station.prices.apply_due()
    presenter = manager.p.prices
    presenter.reload()
    presenter.choose(G92)
    presenter.type_price("7.99")
    assert presenter.state.lack == Lack.NOTHING
    presenter.type_price("7.81")
    assert presenter.state.lack == Lack.NOTHING


def test_a_planned_change_is_withdrawn(manager):
    plan(manager, "7.95", Moment.MIDNIGHT)
    [row] = manager.p.prices.state.board.changes
    assert row.change.due_at == datetime(2026, 11, 23, tzinfo=STATION_ZONE)
    manager.click("rail_prices")
    manager.click(f"price_withdraw_{row.change.id}")
    assert manager.p.prices.state.board.changes[0].change.state is PriceChangeState.WITHDRAWN
    assert manager.notice == "已撤回：92号汽油 7.95 元/升，油价不变。"


def test_the_form_says_what_is_missing_or_wrong_as_one_types(manager):
    presenter = manager.p.prices
    presenter.enter()
    assert presenter.state.lack == Lack.GRADE
    presenter.choose(G92)
    assert presenter.state.lack == Lack.PRICE
    for typed, lack in (
        ("78.1", Lack.RANGE),
        ("0.5", Lack.RANGE),
        ("7.81", Lack.SAME),
        ("7.95", Lack.NOTHING),
    ):
        presenter.type_price(typed)
        assert presenter.state.lack == lack
    presenter.begin_at(Moment.LATER)
    assert presenter.state.due_at == datetime(2026, 11, 22, 15, 0, tzinfo=STATION_ZONE)
    presenter.type_later("2026-11-2")
    assert presenter.state.lack == Lack.MOMENT
    presenter.type_later("2026-11-22 13:59")
    assert presenter.state.lack == Lack.PAST
    presenter.type_later("2026-11-22 15:00")
    presenter.postpone(timedelta(days=1))
    assert presenter.state.later_typed == "2026-11-23 15:00"
    assert presenter.state.lack == Lack.NOTHING


def test_two_changes_of_a_grade_at_one_moment_are_told_before_they_are_tried(manager):
    plan(manager, "7.95", Moment.MIDNIGHT)
    presenter = manager.p.prices
    presenter.type_price("7.99")
    presenter.begin_at(Moment.MIDNIGHT)
    assert presenter.state.lack == Lack.TWICE
    manager.click("rail_prices")
    assert not manager.find("price_schedule_go").isEnabled()


def test_a_price_out_of_range_is_told_in_a_sentence(manager):
    manager.click("rail_prices")
    manager.click("price_grade_G92")
    manager.type("price_new", "78.1")
    assert manager.text("price_told") == sentence(PriceOutOfRange(78_100, LOWEST_LI, HIGHEST_LI))
    assert manager.find("price_schedule_go").toolTip() == manager.text("price_told")


def test_a_large_step_is_warned_of_before_it_is_taken(manager):
    manager.click("rail_prices")
    manager.click("price_grade_G92")
    manager.type("price_new", "9.81")
    manager.click("price_schedule_go")
    assert manager.text("price_confirm_warning") == "变动较大，请核对小数点。"
    manager.click("price_confirm_back")
    assert not manager.p.prices.state.board.changes


def test_what_was_typed_for_one_grade_is_not_taken_for_another(manager):
    presenter = manager.p.prices
    presenter.enter()
    presenter.choose(G92)
    presenter.type_price("7.95")
    presenter.choose(G95)
    assert presenter.state.typed == ""


def test_the_sentence_reads_in_english_too(manager):
    use(Language.ENGLISH)
    presenter = manager.p.prices
    presenter.enter()
    presenter.choose(G92)
    presenter.type_price("7.95")
    presenter.begin_at(Moment.MIDNIGHT)
    assert what_will_happen(presenter.state) == (
        "92 petrol changes from 7.81 to 7.95 yuan/L (+0.14, +1.79%) at 24:00 of 2026-11-22. 2 nozzles take it as soon as "
        "their pumps are idle; a fill that runs keeps the price it began with."
    )


def test_pumps_with_the_boards_price_agree(manager):
    manager.station.prices.read_confirmed()
    manager.click("rail_prices")
    assert manager.text("price_confirmed_G92") == "2/2 把枪"
    assert manager.text("price_coming_G92") == "没有待执行的调价"


def plan(manager, typed: str, moment: Moment = Moment.NOW) -> None:
    presenter = manager.p.prices
    presenter.enter()
    presenter.choose(G92)
    presenter.type_price(typed)
    presenter.begin_at(moment)
    presenter.plan()


def test_two_grades_change_at_one_go(manager):
    manager.click("rail_prices")
    manager.click("price_grade_G92")
    manager.type("price_new", "7.95")
    manager.click("price_also")
    assert "92 7.95" in manager.text("price_also_told")
    manager.click("price_grade_G95")
    manager.type("price_new", "8.45")
    manager.click("price_schedule_go")
    manager.click("price_schedule_confirm")
    station = manager.station
    station.prices.apply_due()
    board = station.prices.view().board
    assert (board.of(G92), board.of(G95)) == (UnitPrice(7_950), UnitPrice(8_450))
    assert len({change.together for change in station.prices.view().changes}) == 1


def test_a_price_above_the_guide_price_waits_for_another_person_at_the_desk(manager):
    station = manager.station
    station.staff.add("陈静", Role.MANAGER, "4321", station.manager)
    manager.click("rail_prices")
    manager.click("price_guides")
    manager.type("price_guide_G92", "7.90")
    manager.click("price_guide_keep")
    assert not manager.shows("price_guide_sheet")
    assert "92 限价 7.90" in manager.text("price_guides_known")
    manager.click("price_grade_G92")
    manager.type("price_new", "7.95")
    assert "须另一人批准" in manager.text("price_told")
    manager.click("price_schedule_go")
    manager.click("price_schedule_confirm")
    [row] = manager.p.prices.state.board.changes
    assert row.change.state is PriceChangeState.PROPOSED
    manager.click(f"price_approve_{row.change.id}")
    manager.type("approval_pin", "4321")
    manager.click("approval_go")
    [row] = manager.p.prices.state.board.changes
    assert (row.change.state, row.approver) == (PriceChangeState.SCHEDULED, "陈静")
    assert manager.notice.startswith("已批准：92号汽油 7.95 元/升")


def test_a_blocked_nozzle_is_red_and_can_be_retried(manager):
    station = manager.station
    station.pumps.price_refusers.add(PUMP_2)
    plan(manager, "7.95")
    station.prices.apply_due()
    manager.click("rail_prices")
    assert manager.find("nozzle_2-1").property("tone") == "red"
    assert "已锁枪：2-1" in manager.text(f"price_change_{manager.p.prices.state.board.changes[0].change.id}")
    station.pumps.price_refusers.clear()
    manager.click("price_again_2-1")
    station.prices.apply_due()
    manager.desk.touched()
    assert manager.find("nozzle_2-1").property("tone") is None
    assert not manager.shows("price_again_2-1")


def test_a_change_is_looked_at_nozzle_by_nozzle_ticked_off_and_printed(manager):
    station = manager.station
    plan(manager, "7.95")
    station.prices.apply_due()
    manager.click("rail_prices")
    [row] = manager.p.prices.state.board.changes
    manager.click(f"price_look_{row.change.id}")
    assert "2-1" in manager.text("price_change_nozzles")
    manager.click("price_tick_pole")
    assert manager.text("price_ticked_pole").startswith("赵建国")
    assert not manager.find("price_tick_pole").isEnabled()
    manager.click("price_change_print")
    station.receipts.work_queue()
    paper = station.printer.receipts[-1]
    assert "调价单" in str(paper)
    assert "7.81 → 7.95" in str(paper)
    manager.click("price_change_sheet_back")
    assert not manager.shows("price_change_sheet")


def test_24_00_is_shown_as_the_end_of_its_day(manager):
    plan(manager, "7.95", Moment.MIDNIGHT)
    manager.click("rail_prices")
    assert "11-22 24:00" in manager.text("price_coming_G92")
    [row] = manager.p.prices.state.board.changes
    assert "11-22 24:00 起" in manager.text(f"price_change_{row.change.id}")
