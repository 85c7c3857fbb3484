"""The shift's sheets as a cashier meets them, usual and at their limits."""

from core.domain.cash import CashKind
from core.domain.count import Count
from core.domain.faults import PrinterOutOfPaper, ReportNotWritten
from core.domain.money import Money
from core.domain.payment import PaymentState
from core.domain.staff import Permission, Role
from tests.pos_app.scenes import COUNTER_SCENES, Scene, a_busy_forecourt, a_usual_bill, begin_selling
from tests.pos_app.till_station import PINS, RunningTill
from tests.services.small_station import WATER, WECHAT_CODE


def _scene(scene: Scene) -> Scene:
    COUNTER_SCENES[scene.__name__] = scene
    return scene


def agree(till: RunningTill, role: Role = Role.MANAGER) -> None:
    """Somebody who may types a PIN."""
    till.press(f"approval_person_{till.station.people[role].id}")
    till.write("approval_pin", PINS[role])
    till.press("approval_go")


def sell(till: RunningTill, *, by_code: bool = False) -> None:
    """One bottle, paid."""
    till.till.scanned(WATER)
    if by_code:
        till.press("pay_code")
        till.till.scanned(WECHAT_CODE)
    else:
        till.press("pay_cash")
        till.press("cash_go")
    till.press("next_customer")


def to_the_count(till: RunningTill, how: str = "shift_close") -> None:
    """From the counter to the blind count."""
    till.press("shift")
    till.press(how)
    if till.presenters.closing.state.blockers:
        till.press("blockers_go")


@_scene
def opening_by_pieces_after_another_shift(till: RunningTill) -> None:
    begin_selling(till)
    till.station.shifts.close(Count(loose=Money(51_234)), till.station.cashier)
    till.write("float_pieces_10000", "3")
    till.write("float_pieces_50", "17")


@_scene
def a_shift_at_a_glance(till: RunningTill) -> None:
    begin_selling(till)
    station = till.station
    for kind, yuan, reason in (
        (CashKind.PAID_IN, 500, "银行换零"),
        (CashKind.SAFE_DROP, 98_765, ""),
        (CashKind.PAID_OUT, 128, "采购：站内绿化用水管、接头、扳手一套及搬运费（见发票）"),
    ):
        station.cash.move(kind, Money(yuan * 100), reason, station.manager)
    till.press("shift")


@_scene
def a_fresh_shift_at_a_glance(till: RunningTill) -> None:
    begin_selling(till)
    till.press("shift")


@_scene
def cash_out_being_typed(till: RunningTill) -> None:
    a_fresh_shift_at_a_glance(till)
    till.press("shift_cash_out")
    till.write("move_amount", "128")
    till.press("move_reason_1")


@_scene
def a_safe_drop_being_typed(till: RunningTill) -> None:
    a_fresh_shift_at_a_glance(till)
    till.press("shift_safe_drop")


@_scene
def a_blind_x(till: RunningTill) -> None:
    begin_selling(till)
    sell(till)
    sell(till, by_code=True)
    till.press("shift")
    till.press("shift_x")


@_scene
def a_whole_x(till: RunningTill) -> None:
    a_blind_x(till)
    till.press("x_whole")
    agree(till)


@_scene
def much_under_way(till: RunningTill) -> None:
    begin_selling(till)
    a_busy_forecourt(till)
    a_usual_bill(till)
    station = till.station
    sell_waiting = station.sales.open(station.manager)
    sell_waiting = station.sales.add_goods(sell_waiting.id, WATER, 3, station.manager)
    station.sales.hold(sell_waiting.id, "云A12345 去取钱包的白色大众司机", station.manager)
    till.press("pay_code")
    station.gateway.next_state = PaymentState.PENDING
    till.till.scanned(WECHAT_CODE)
    till.press("code_later")
    station.printer.fault = PrinterOutOfPaper()
    till.press("shift")
    till.press("shift_close")


@_scene
def handing_over_with_much_under_way(till: RunningTill) -> None:
    much_under_way(till)
    till.press("close_sheet_back")
    till.press("shift")
    till.press("shift_hand_over")


@_scene
def counting_the_drawer(till: RunningTill) -> None:
    begin_selling(till)
    to_the_count(till)
    for fen, pieces in ((10_000, "12"), (5_000, "3"), (100, "48"), (10, "99999")):
        till.write(f"count_pieces_{fen}", pieces)


@_scene
def counting_the_other_tenders(till: RunningTill) -> None:
    begin_selling(till)
    sell(till, by_code=True)
    to_the_count(till)
    till.write("counted_cash", "500")
    till.press("count_go")


@_scene
def the_next_float(till: RunningTill) -> None:
    begin_selling(till)
    to_the_count(till, "shift_hand_over")
    till.write("counted_cash", "1500")
    till.press("count_go")


@_scene
def the_next_person(till: RunningTill) -> None:
    the_next_float(till)
    till.press("next_float_go")


@_scene
def a_handed_over_shift(till: RunningTill) -> None:
    the_next_person(till)
    till.press(f"next_person_{till.station.people[Role.MANAGER].id}")
    till.write("next_pin", PINS[Role.MANAGER])
    till.press("next_go")


@_scene
def a_count_to_be_checked(till: RunningTill) -> None:
    till.station.shifts._second_person = True
    till.station.second_person.add(Permission.CHECK_COUNT)
    begin_selling(till)
    to_the_count(till)
    till.write("counted_cash", "500")
    till.press("count_go")


@_scene
def a_counted_shift(till: RunningTill) -> None:
    begin_selling(till)
    sell(till, by_code=True)
    to_the_count(till)
    till.write("counted_cash", "487.50")
    till.press("count_go")
    till.write("count_total_wechat", "16")
    till.press("count_totals_go")


@_scene
def a_shift_without_report(till: RunningTill) -> None:
    till.station.reports.fault = ReportNotWritten("/var/lib/youzhan/reports/shift-0012-2026-11-22.pdf")
    begin_selling(till)
    to_the_count(till)
    till.write("counted_cash", "500")
    till.press("count_go")
