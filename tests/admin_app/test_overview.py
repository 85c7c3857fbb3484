"""Today at a glance: figures, the comparison, what needs a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from admin_app.overview.hour_chart import HOURS, top_of_axis
from admin_app.overview.need_words import words
from admin_app.overview.needs import Need, NeedKind
from admin_app.overview.payment_mix import shares
from admin_app.overview.presenter import permille
from admin_app.rooms import Room
from core.domain.count import cash_count
from core.domain.ids import OrderId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import G92
from core.domain.pump import Preset, PresetKind, PumpState
from core.domain.report import DayFigures
from core.qt.notices import Tone
from core.wording.catalogue import Language, use
from tests.admin_app.small_desk import Conditions, SmallDesk
from tests.services.small_station import PUMP_1, PUMP_2


def sell(desk: SmallDesk, yuan: int) -> None:
    station = desk.station
    bill = station.a_bill(station.a_fill(yuan=yuan))
    station.payments.take_cash(bill.id, bill.due, station.cashier)


def kinds(desk: SmallDesk) -> set[NeedKind]:
    desk.p.overview.reload()
    return {need.kind for need in desk.p.overview.state.needs}


def test_an_empty_day_shows_zeros_and_says_that_nothing_needs_anybody(manager):
    assert manager.text("overview_amount") == "￥0.00"
    assert manager.text("overview_fills") == "0"
    assert manager.text("needs_nothing") == "没有待处理的事，一切正常。"
    assert not manager.shows("overview_amount_change")


def test_what_was_sold_stands_in_the_four_figures(manager):
    sell(manager, 200)
    sell(manager, 100)
    manager.desk.touched()
    assert manager.text("overview_amount") == "￥300.00"
    assert manager.text("overview_fills") == "2"
    assert manager.text("overview_average") == "￥150.00"
    assert manager.text("overview_litres") == "38.41 升"


def test_the_same_full_hours_of_a_week_ago_are_compared(manager):
    clock = manager.station.clock  # 14:00 on a Sunday
    clock.move(-timedelta(days=7, hours=2))
    sell(manager, 100)
    clock.move(timedelta(hours=3))
    sell(manager, 500)  # 15:00: later than the hours compared
    clock.move(timedelta(days=7, hours=-3))
    sell(manager, 150)
    clock.move(timedelta(hours=2, minutes=30))
    sell(manager, 40)  # in the running hour
    manager.desk.touched()
    state = manager.p.overview.state
    assert state.today.amount == Money(19_000)
    assert (state.so_far.amount, state.week_ago.amount) == (Money(15_000), Money(10_000))
    assert manager.text("overview_amount_change") == "▲ 50.0%"
    assert manager.text("overview_amount_compared") == "到 14:00：150.00，上周 100.00"


def test_in_the_first_hour_of_the_day_nothing_is_compared(manager):
    manager.station.clock.move(-timedelta(hours=13, minutes=30))
    manager.desk.touched()
    assert manager.p.overview.state.until is None
    assert manager.text("overview_compared") == "01:00 起与上周同时段对比。"


def test_what_drivers_paid_online_has_its_own_share():
    figures = DayFigures(amount=Money(30_000))
    assert [(share.words, share.amount) for share in shares(figures.tenders, Money(30_000))] == [
        ("线上支付", Money(30_000))
    ]


def test_growth_is_counted_in_thousandths_and_from_nothing_there_is_none():
    assert permille(105, 100) == 50
    assert permille(1, 0) is None


@pytest.mark.parametrize(
    ("most", "axis"),
    [
        (0, (10_000, 10_000)),
        (812_340, (1_000_000, 200_000)),
        (12_606_000_000, (15_000_000_000, 5_000_000_000)),
    ],
)
def test_the_axis_ends_at_a_round_number_of_litres(most, axis):
    assert top_of_axis(most) == axis


def test_an_hour_under_the_mouse_tells_its_figures_and_last_weeks(manager):
    chart = manager.find("overview_hours")
    chart.show_day([G92], [(9, G92, Litres(45_670))], [(9, G92, Litres(40_000))], "上周日")
    middle = chart._plot().left() + chart._plot().width() * 9.5 / HOURS
    assert chart.hour_at(middle) == 9
    assert chart.hour_at(0) is None
    assert chart.words_at(9) == ("09:00–10:00", "92号汽油  45.67 升", "合计 45.67 升", "上周日  40.00 升")


def test_an_unpaid_fill_needs_somebody_and_soon_presses(manager):
    manager.station.a_fill(yuan=200)
    manager.desk.touched()
    [need] = manager.p.overview.state.needs
    assert (need.kind, need.tone, need.amount, need.room) == (
        NeedKind.FILLS_UNPAID,
        Tone.AMBER,
        Money(20_000),
        Room.SALES,
    )
    manager.station.clock.move(timedelta(minutes=16))
    manager.desk.touched()
    assert manager.p.overview.state.needs[0].tone is Tone.RED
    assert manager.text("rail_overview_count") == "1"


def test_the_button_of_a_need_leads_to_its_room(manager):
    manager.station.a_fill(yuan=200)
    manager.desk.touched()
    manager.click("need_fills_unpaid_go")
    assert manager.find("sales_screen")


def test_a_price_that_waits_for_a_pump_is_told_with_the_pump(manager):
    station = manager.station
    station.forecourt.request(PUMP_2, None, Preset(PresetKind.FULL), station.cashier)
    station.prices.schedule(G92, UnitPrice(7_950), station.clock.now(), station.manager)
    station.prices.apply_due()
    manager.desk.touched()
    [need] = [n for n in manager.p.overview.state.needs if n.kind is NeedKind.PRICE_WAITING]
    assert need.pumps == (PUMP_2,)
    assert "等待 2号机空闲" in manager.text("need_price_waiting")


def test_a_due_price_that_nobody_begins_is_red(manager):
    station = manager.station
    station.prices.schedule(G92, UnitPrice(7_950), station.clock.now(), station.manager)
    assert NeedKind.PRICE_LATE not in kinds(manager)
    station.clock.move(timedelta(seconds=40))
    assert NeedKind.PRICE_LATE in kinds(manager)


def test_a_printer_without_paper_a_lost_pump_and_a_missing_till_are_told(manager):
    manager.conditions = Conditions(printer="printer_out_of_paper")
    manager.station.pumps.tell(PUMP_1, PumpState.OFFLINE)
    assert kinds(manager) == {NeedKind.PRINTER, NeedKind.PUMPS_LOST}
    assert manager.text("status_pumps") == "油机：1 台失联"
    manager.owner = ""
    assert NeedKind.NOBODY_OWNS_PUMPS in kinds(manager)
    manager.click("status_pumps")
    assert "没有收款机连着油机" in manager.text("connection_pumps_words")


def test_messages_that_stay_unsent_are_told_only_after_a_while(manager):
    sell(manager, 100)
    assert NeedKind.UNSENT not in kinds(manager)
    manager.station.clock.move(timedelta(seconds=30))
    assert NeedKind.UNSENT in kinds(manager)
    manager.station.mailbox.send_waiting()
    assert NeedKind.UNSENT not in kinds(manager)


def test_an_order_that_nobody_accepts_is_red(manager):
    order = manager.station.an_order()
    assert NeedKind.ORDER_WAITING not in kinds(manager)
    manager.station.clock.move(timedelta(seconds=61))
    assert NeedKind.ORDER_WAITING in kinds(manager)
    manager.station.orders.accept(OrderId(order), manager.station.attendant)
    assert NeedKind.ORDER_WAITING not in kinds(manager)


def test_a_call_for_help_alarms_the_desk_until_somebody_answers(manager):
    station = manager.station
    call = station.helping.call(station.attendant, PUMP_1)
    assert NeedKind.HELP_WANTED in kinds(manager)
    assert manager.notice.startswith("王强 从")
    station.helping.answer(call.id, station.cashier)
    assert NeedKind.HELP_WANTED not in kinds(manager)
    assert manager.notice == "已有人去支援。"


def test_whoever_sits_at_the_desk_answers_a_call_there(manager):
    station = manager.station
    call = station.helping.call(station.attendant, PUMP_1)
    manager.desk.touched()
    manager.click("need_help_wanted_answer")
    assert station.helping.open_calls() == []
    with station.work.reading() as work:
        assert work.help_calls.get(call.id).answered_by == station.manager
    assert NeedKind.HELP_WANTED not in kinds(manager)


def test_a_shift_with_a_difference_is_told_for_a_day(manager):
    station = manager.station
    station.shifts.close(cash_count(Money(49_000)), station.cashier)
    manager.desk.touched()
    assert "短款 ￥10.00" in manager.text("need_shift_difference")
    station.clock.move(timedelta(days=1, minutes=1))
    assert NeedKind.SHIFT_DIFFERENCE not in kinds(manager)


@pytest.mark.parametrize("language", Language)
def test_every_need_has_words_in_both_languages(manager, language):
    use(language)
    for kind in NeedKind:
        need = Need(
            kind,
            Tone.RED,
            Room.PRICES,
            pumps=(PUMP_1,),
            grade=G92,
            count=2,
            amount=Money(1),
            fault="printer_offline",
        )
        assert words(replace(need, since=manager.station.clock.now()))
