"""A shift from float to Z at the till: by keyboard alone, by touch alone, by mouse alone; and what each step does."""

import pytest
from PySide6.QtCore import Qt

from core.domain.blocker import BlockerKind
from core.domain.cash import CashKind
from core.domain.count import Count, cash_count
from core.domain.faults import PrinterOutOfPaper
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.print_job import PaperKind
from core.domain.pump import PumpState
from core.domain.refund import RefundReason, Wanted
from core.domain.shift import Shift, ShiftState
from core.domain.staff import Permission, Role
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import begin_selling
from tests.pos_app.shift_scenes import agree, much_under_way, sell, to_the_count
from tests.pos_app.test_bill import Fingers, Keyboard, Mouse
from tests.pos_app.till_station import PINS, RunningTill, TillStation
from tests.services.small_station import WATER, WECHAT_CODE

YUAN = Money(100)


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    opened = open_till(place="counter")
    begin_selling(opened)
    return opened


def shift_of(station: TillStation) -> Shift:
    shift = station.shifts.current()
    assert shift is not None
    return shift


def last_closed(station: TillStation) -> Shift:
    return next(shift for shift in station.shifts.recent(5) if shift.state is ShiftState.CLOSED)


# --- a whole shift, three ways ------------------------------------------------------------------------------------------


def test_the_keyboard_suffices_for_a_whole_shift(open_till: OpenTill, station: TillStation):
    till = open_till(place="counter")
    till.sign_in()
    keys = Keyboard(till)
    keys.type("500")
    keys.key(Qt.Key.Key_Return)
    first = shift_of(station)
    assert first.opening_float == YUAN * 500
    till.till.scanned(WATER)
    keys.key(Qt.Key.Key_F3)
    keys.key(Qt.Key.Key_Return)
    keys.key(Qt.Key.Key_Return)
    keys.key(Qt.Key.Key_F6)  # the shift
    keys.key(Qt.Key.Key_F2)  # cash in
    keys.type("300")
    keys.key(Qt.Key.Key_F2)  # from the bank
    keys.key(Qt.Key.Key_Return)
    keys.key(Qt.Key.Key_F4)  # to the safe
    keys.type("200.50")
    keys.key(Qt.Key.Key_Return)
    assert [move.kind for move in station.cash.of(first.id)] == [CashKind.PAID_IN, CashKind.SAFE_DROP]
    keys.key(Qt.Key.Key_F5)  # the X
    assert till.shows("x_blind")
    keys.key(Qt.Key.Key_F9)
    keys.key(Qt.Key.Key_Escape)


def test_the_keyboard_suffices_for_a_hand_over(till: RunningTill, station: TillStation):
    keys = Keyboard(till)
    waiting = station.sales.add_goods(station.sales.open(station.cashier).id, WATER, 1, station.cashier)
    keys.key(Qt.Key.Key_F6)  # the shift
    keys.key(Qt.Key.Key_F6)  # hand over
    assert till.find(f"blocker_do_open_bill_{waiting.id}").isEnabled()
    keys.key(Qt.Key.Key_Return)
    keys.type("4")  # hundreds
    for _field in range(8):
        keys.key(Qt.Key.Key_Return)
    keys.type("100")  # what is left, as one sum
    keys.key(Qt.Key.Key_Return)
    keys.type("600")
    keys.key(Qt.Key.Key_Return)
    assert till.find("next_pin").isVisible()
    people = [person.id for person in till.presenters.closing.next_person.state.people]
    keys.key(Qt.Key(Qt.Key.Key_1 + people.index(station.manager)), _ALT)
    keys.type(PINS[Role.MANAGER])
    keys.key(Qt.Key.Key_Return)
    assert till.read("shift_difference") == "没有差额"
    keys.key(Qt.Key.Key_Return)
    follower = shift_of(station)
    assert (follower.opened_by, follower.opening_float) == (station.manager, YUAN * 600)
    assert till.till._person is not None
    assert till.till._person.id == station.manager
    # The bill that was open lies on the counter of whoever goes on.
    assert till.presenters.counter.state.sale is not None
    assert till.presenters.counter.state.sale.id == waiting.id


_ALT = Qt.KeyboardModifier.AltModifier


@pytest.mark.parametrize("way", [Fingers, Mouse])
def test_touch_or_mouse_alone_suffices_for_a_whole_shift(
    way: type[Fingers] | type[Mouse], open_till: OpenTill, station: TillStation
):
    till = open_till(place="counter")
    till.sign_in()
    hand = way(till)
    hand.tap_all("shift_float_500", "shift_open_go", "shift")
    hand.tap_all("shift_cash_in", "move_key_3", "move_key_00", "move_reason_1", "move_go")
    hand.tap_all("shift_safe_drop", "move_key_2", "move_key_00", "move_go")
    hand.tap_all("shift_x", "x_print", "x_sheet_back", "shift_hand_over", "blockers_go")
    hand.tap_all("count_pieces_10000", "count_key_6", "count_go")
    hand.tap_all(
        "next_float_key_clear",
        "next_float_key_4",
        "next_float_key_00",
        "next_float_go",
        f"next_person_{station.manager}",
    )
    hand.tap_all(*(f"next_key_{digit}" for digit in PINS[Role.MANAGER]), "next_go")
    assert till.read("shift_difference") == "没有差额"
    hand.tap_all("shift_done")
    assert shift_of(station).opened_by == station.manager
    assert till.shows("due_amount")


# --- the drawer ---------------------------------------------------------------------------------------------------------


def test_cash_out_needs_somebody_who_agrees_and_leaves_a_slip(till: RunningTill, station: TillStation):
    till.press("shift")
    till.press("shift_cash_out")
    assert till.reason("move_go")
    till.write("move_amount", "20")
    assert till.reason("move_go")  # not without why
    till.find("move_reason").setProperty("text", "买水")
    till.press("move_go")
    agree(till)
    [move] = station.cash.of(shift_of(station).id)
    assert (move.amount, move.by, move.approver) == (YUAN * 20, station.cashier, station.manager)
    assert "￥20.00" in till.read("shift_said")


def test_giving_the_agreement_up_moves_nothing(till: RunningTill, station: TillStation):
    till.press("shift")
    till.press("shift_cash_out")
    till.write("move_amount", "20")
    till.press("move_reason_1")
    till.press("move_go")
    till.press("approval_sheet_back")
    assert list(station.cash.of(shift_of(station).id)) == []
    assert till.reason("move_go") == ""


def test_the_x_tells_a_cashier_nothing_of_the_drawer(till: RunningTill):
    sell(till)
    till.press("shift")
    till.press("shift_x")
    report = till.presenters.drawer.state.report
    assert report is not None
    assert (report.is_blind, report.tenders, report.expected_cash) == (True, (), Money(0))
    till.press("x_whole")
    agree(till)
    report = till.presenters.drawer.state.report
    assert report is not None
    assert report.expected_cash == YUAN * 515
    till.press("x_print")
    assert not till.shows("approval_sheet")  # whoever agreed to the look agreed to the paper
    assert till.presenters.drawer.state.printing


# --- the end ------------------------------------------------------------------------------------------------------------


def test_the_count_is_blind_and_the_difference_shows_after_it(till: RunningTill, station: TillStation):
    sell(till)
    to_the_count(till)
    state = till.presenters.closing.state
    assert (state.closed, state.report) == (None, None)
    assert not till.shows("shift_expected")
    till.write("counted_cash", "510")
    till.press("count_go")
    assert till.read("shift_expected") == "￥515.00"
    assert till.read("shift_difference") == "短款 ￥5.00"
    assert ".pdf" in till.read("shift_report")
    till.press("shift_done")
    assert till.shows("sign_in_pin")


def test_pieces_are_summed_while_one_types(till: RunningTill):
    to_the_count(till)
    assert till.reason("count_go")
    till.write("count_pieces_10000", "3")
    till.write("count_pieces_50", "5")
    till.write("counted_cash", "0.07")
    assert till.read("count_sum") == "￥302.57"


def test_every_other_tender_that_moved_is_asked_for(till: RunningTill, station: TillStation):
    sell(till, by_code=True)
    to_the_count(till)
    till.write("counted_cash", "500")
    till.press("count_go")
    assert till.shows("count_total_wechat")
    assert not till.shows("count_total_alipay")
    assert till.reason("count_totals_go")
    till.write("count_total_wechat", "16")
    till.press("count_totals_go")
    assert till.read("shift_difference_wechat") == "长款 ￥1.00"
    with station.work.reading() as work:
        found = {each.tender: each.difference for each in work.shifts.variances(last_closed(station).id)}
    assert found == {Tender.CASH: Money(0), Tender.WECHAT: YUAN}


def test_a_channel_that_gave_more_back_than_it_took_is_counted_with_a_minus(
    till: RunningTill, station: TillStation
):
    sell(till, by_code=True)
    bill = station.refunds.recent(1)[0]
    station.shifts.hand_over(Count(loose=YUAN * 500), station.cashier, station.cashier, YUAN * 500)
    station.refunds.refund(
        bill.sale.id, [Wanted(bill.sale.lines[0].id, 1)], RefundReason.OTHER, station.manager
    )
    to_the_count(till)
    till.write("counted_cash", "500")
    till.press("count_go")
    till.press("totals_key_1")
    till.press("totals_key_minus")
    till.press("totals_key_5")
    assert till.read("count_total_wechat") == "-15"
    till.press("count_totals_go")
    with station.work.reading() as work:
        found = {each.tender: each for each in work.shifts.variances(last_closed(station).id)}
    assert found[Tender.WECHAT].expected == found[Tender.WECHAT].counted == YUAN * -15


def test_what_is_under_way_is_named_with_a_button_each(open_till: OpenTill):
    till = open_till(place="counter")
    much_under_way(till)
    kinds = [blocker.kind for blocker in till.presenters.closing.state.blockers]
    assert set(kinds) >= {
        BlockerKind.OPEN_BILL,
        BlockerKind.HELD_BILL,
        BlockerKind.UNCLEAR_PAYMENT,
        BlockerKind.UNPAID_FILL,
        BlockerKind.RUNNING_FILL,
    }
    assert till.reason("blockers_go")
    till.find("blockers_note").setProperty("text", "客人去取钱包")
    assert till.reason("blockers_go") == ""


def test_a_held_bill_is_opened_at_the_counter(till: RunningTill, station: TillStation):
    bill = station.sales.add_goods(station.sales.open(station.cashier).id, WATER, 2, station.cashier)
    station.sales.hold(bill.id, "云A12345", station.cashier)
    till.press("shift")
    till.press("shift_close")
    till.press(f"blocker_do_held_bill_{bill.id}")
    assert not till.shows("close_sheet")
    assert till.presenters.counter.state.sale is not None
    assert till.presenters.counter.state.sale.id == bill.id


def test_an_unpaid_fill_is_put_onto_the_bill(till: RunningTill, station: TillStation):
    station.an_unreleased_fill(3, 26_512)
    [fill] = station.forecourt.unpaid()
    till.press("shift")
    till.press("shift_close")
    till.press(f"blocker_do_unpaid_fill_{fill.id}")
    assert till.read("due_amount") == "￥265.12"


def test_an_unclear_payment_is_asked_for_now(till: RunningTill, station: TillStation):
    till.till.scanned(WATER)
    till.press("pay_code")
    station.gateway.next_state = PaymentState.PENDING
    till.till.scanned(WECHAT_CODE)
    till.press("code_later")
    with station.work.reading() as work:
        [payment] = work.sales.unclear_payments()
    till.press("shift")
    till.press("shift_close")
    station.gateway.payer_pays(payment.id, payment.amount)
    till.press(f"blocker_do_unclear_payment_{payment.id}")
    asked = {blocker.kind for blocker in till.presenters.closing.state.blockers}
    assert not asked & {BlockerKind.UNCLEAR_PAYMENT, BlockerKind.OPEN_BILL}
    assert till.reason("blockers_go") == ""


def test_a_z_is_there_though_messages_are_not_sent(till: RunningTill, station: TillStation):
    station.cloud_mailbox.down = True
    sell(till)
    till.press("shift")
    till.press("shift_close")
    till.press("blocker_do_unsent")
    till.press("blockers_go")
    till.write("counted_cash", "515")
    till.press("count_go")
    assert "1" in till.read("shift_unsent")
    with station.work.reading() as work:
        assert work.shift_reports.of(last_closed(station).id).unsent > 0


def test_what_is_carried_over_stands_on_the_z_with_its_note(till: RunningTill, station: TillStation):
    bill = station.sales.add_goods(station.sales.open(station.cashier).id, WATER, 2, station.cashier)
    till.press("shift")
    till.press("shift_close")
    till.find("blockers_note").setProperty("text", "客人去取钱包")
    till.press("blockers_go")
    till.write("counted_cash", "500")
    till.press("count_go")
    with station.work.reading() as work:
        report = work.shift_reports.of(last_closed(station).id)
    assert report.note == "客人去取钱包"
    assert [each.subject for each in report.carried if each.kind is BlockerKind.OPEN_BILL] == [bill.id]


def test_a_second_person_checks_the_count(till: RunningTill, station: TillStation):
    station.shifts._second_person = True
    station.second_person.add(Permission.CHECK_COUNT)
    to_the_count(till)
    till.write("counted_cash", "500")
    till.press("count_go")
    assert station.shifts.current() is not None
    assert "￥500.00" in till.read("approval_words")
    agree(till)
    assert last_closed(station).checked_by == station.manager
    assert till.shows("shift_done")


def test_esc_goes_back_step_by_step_and_keeps_what_was_typed(till: RunningTill, station: TillStation):
    station.an_unreleased_fill(3, 26_512)
    till.press("shift")
    till.press("shift_hand_over")
    till.press("blockers_go")
    till.write("counted_cash", "500")
    till.press("count_go")
    till.press("close_sheet_back")
    assert till.read("counted_cash") == "500"
    till.press("close_sheet_back")
    assert till.shows("blockers_go")
    till.press("close_sheet_back")
    assert not till.shows("close_sheet")
    assert station.shifts.current() is not None


def test_a_shift_that_another_till_closed_is_not_closed_again(till: RunningTill, station: TillStation):
    to_the_count(till)
    station.shifts.close(cash_count(YUAN * 500), station.manager)
    station.shifts.open(YUAN * 100, station.manager)
    till.write("counted_cash", "500")
    till.press("count_go")
    assert "1" in till.read("count_trouble")
    assert shift_of(station).opened_by == station.manager


def test_a_wrong_pin_hands_nothing_over(till: RunningTill, station: TillStation):
    to_the_count(till, "shift_hand_over")
    till.write("counted_cash", "500")
    till.press("count_go")
    till.press("next_float_go")
    till.press(f"next_person_{station.manager}")
    till.write("next_pin", "9999")
    till.press("next_go")
    assert till.read("next_trouble")
    assert shift_of(station).opened_by == station.cashier


def test_the_card_of_the_next_person_hands_over(till: RunningTill, station: TillStation):
    card = station.staff.give_card(station.manager, station.manager)
    station.pump_shows(2, PumpState.FUELLING, volume=10_000, fen=7_810)
    to_the_count(till, "shift_hand_over")
    till.write("counted_cash", "500")
    till.press("count_go")
    till.press("next_float_go")
    till.till.scanned(card)
    assert shift_of(station).opened_by == station.manager


def test_the_last_count_is_offered_as_the_float(till: RunningTill, station: TillStation):
    to_the_count(till)
    till.write("counted_cash", "512.34")
    till.press("count_go")
    till.press("shift_done")
    till.sign_in()
    till.press("shift_float_last")
    till.press("shift_open_go")
    assert shift_of(station).opening_float == Money(51_234)


def test_a_printer_without_paper_stops_no_shift(till: RunningTill, station: TillStation):
    station.printer.fault = PrinterOutOfPaper()
    to_the_count(till)
    till.write("counted_cash", "500")
    till.press("count_go")
    assert till.shows("shift_done")
    with station.work.reading() as work:
        waiting = {job.kind for job in work.printing.open_ones(10)}
    assert waiting <= {PaperKind.Z_REPORT}
