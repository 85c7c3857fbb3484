"""Everything that a day at the counter asks for, with fingers alone and with the mouse alone: no key is ever pressed."""

from typing import Protocol

import pytest

from core.domain.ids import PumpNumber
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.pump import PumpState
from core.domain.sale import Sale, SaleState
from core.domain.staff import Role
from core.domain.station_order import ServiceState
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import a_gold_member, an_order, well
from tests.pos_app.test_bill import Fingers, Mouse, bill_of
from tests.pos_app.till_station import PINS, RunningTill, TillStation
from tests.services.small_station import COUPON, NOZZLE_1, WATER, WECHAT_CODE


class Hand(Protocol):
    def tap(self, name: str) -> None: ...

    def tap_all(self, *names: str) -> None: ...


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    opened = open_till(place="counter")
    opened.till.show_health(well())
    return opened


@pytest.fixture(params=[Fingers, Mouse])
def hand(till: RunningTill, request: pytest.FixtureRequest) -> Hand:
    """Signed in by the pad, the shift opened by a quick amount."""
    person = till.station.people[Role.CASHIER]
    taps: Hand = request.param(till)
    taps.tap(f"sign_in_person_{person.id}")
    taps.tap_all(*(f"sign_in_key_{digit}" for digit in PINS[Role.CASHIER]), "sign_in_go")
    taps.tap_all("shift_float_500", "shift_open_go")
    return taps


def _typed(prefix: str, figures: str) -> list[str]:
    names = {".": "point", "-": "-"}
    return [f"{prefix}_{names.get(figure, figure)}" for figure in figures]


def _agree(hand: Hand) -> None:
    hand.tap_all(*_typed("approval_key", PINS[Role.MANAGER]), "approval_go")


def _water(till: RunningTill, hand: Hand) -> Sale:
    hand.tap_all(*_typed("counter_key", WATER), "scan_go")
    return bill_of(till)


def test_every_way_to_pay_is_reached(till: RunningTill, station: TillStation, hand: Hand) -> None:
    account = station.accounts.open("顺达物流", ("云A12345", "云A99999"), Money(100_000), station.manager)
    sale = _water(till, hand)
    hand.tap_all("counter_key_1", "counter_key_0", "set_quantity", "pay_cash")
    hand.tap_all("cash_key_5", "cash_key_0", "cash_go")  # a part of it
    hand.tap_all("code_part", "code_key_clear", "code_key_3", "code_key_0")
    hand.tap_all("code_box", *_typed("code_key", WECHAT_CODE), "code_go")
    hand.tap_all("code_card", "card_part")
    hand.tap_all("card_key_clear", "card_key_2", "card_key_0", "card_slip", *_typed("card_key", "000123"))
    hand.tap("card_go")
    hand.tap_all(
        "code_credit", "credit_search_letters", "letters_province_云", "letters_letter_A", "letters_go"
    )
    hand.tap_all("credit_plate_letters", "letters_letter_clear", "letters_province_云", "letters_letter_A")
    hand.tap_all(*_typed("letters_digit", "99999"), "letters_go", "credit_go")
    hand.tap("next_customer")
    sold = station.sale(sale.id)
    assert sold.state is SaleState.COMPLETED
    assert [leg.tender for leg in sold.legs] == [
        Tender.CASH,
        Tender.WECHAT,
        Tender.BANK_CARD,
        Tender.CREDIT,
    ]
    assert sold.legs[-1].amount == Money(5_000)
    [owing] = [each for each in station.accounts.all() if each.id == account.id]
    assert owing.owed == Money(5_000)


def test_a_coupon_that_no_scanner_reads_is_written_by_letters(
    till: RunningTill, station: TillStation, hand: Hand
) -> None:
    station.issue_coupon(off_yuan=5, threshold_yuan=10)
    _water(till, hand)
    hand.tap("scan_box_letters")
    for sign in COUPON:
        hand.tap(f"letters_{'digit' if sign.isdigit() else 'letter'}_{sign}")
    hand.tap_all("letters_go", "scan_go")
    assert till.read("coupon_amount") == "-￥5.00"
    hand.tap_all("coupon_remove", "cancel_sale", "cancel_question_yes")
    assert till.presenters.counter.state.sale is None


def test_a_line_is_changed_and_a_part_goes_back(till: RunningTill, station: TillStation, hand: Hand) -> None:
    sale = _water(till, hand)
    hand.tap_all("line_more", "line_change", "line_price", "line_key_clear", *_typed("line_key", "12.5"))
    hand.tap_all("line_reason_2", "line_go")
    _agree(hand)
    hand.tap_all("pay_cash", "cash_go", "done_reprint")
    _agree(hand)
    hand.tap("next_customer")
    hand.tap("refund")
    hand.tap_all(f"refund_bill_{station.sale(sale.id).number}", f"refund_more_{sale.lines[0].id}")
    hand.tap_all("refund_reason_goods_returned", "refund_go")
    _agree(hand)
    hand.tap("refund_done")
    [refund] = station.refunds.get(sale.id).refunds
    assert refund.total == Money(1_250)
    hand.tap("open_drawer")
    _agree(hand)
    assert till.notices.now is None


def test_a_member_proves_himself_and_pays_from_his_balance(till: RunningTill, hand: Hand) -> None:
    a_gold_member(till)
    _water(till, hand)
    hand.tap_all("member", *_typed("member_key", "13800001234"), "member_go", "member_points")
    hand.tap_all("proof_send", *_typed("proof_key", "246810"), "proof_go", "proof_pay")
    assert till.shows("done_paid")
    hand.tap("next_customer")


def test_a_pump_is_paid_first_and_the_rest_is_kept_for_a_plate(
    till: RunningTill, station: TillStation, hand: Hand
) -> None:
    hand.tap_all(
        "pump_tile_1", "release_nozzle_1", "release_by_amount", "release_quick_200", "release_prepay"
    )
    hand.tap_all("pay_cash", "cash_go", "next_customer")
    station.pumps.fuel(PumpNumber(1), Money(10_000))
    station.pumps.finish(PumpNumber(1), NOZZLE_1, Money(16_327))
    till.notices.clear()
    [prepay] = station.prepays.open_ones()
    hand.tap_all(f"prepay_owed_{prepay.id}", "prepay_keep", "prepay_plate_letters", "letters_province_云")
    hand.tap_all("letters_letter_A", *_typed("letters_digit", "12345"), "letters_go", "prepay_keep_go")
    assert [each.plate for each in station.prepays.open_ones()] == ["云A12345"]
    if till.shows("prepays_sheet_back"):
        hand.tap("prepays_sheet_back")
    hand.tap_all("prepays_open", "prepay_search_letters", "letters_province_云", "letters_letter_A")
    hand.tap_all(*_typed("letters_digit", "12345"), "letters_go", "prepay_find")
    assert till.read("prepay_number").endswith(prepay.number)
    hand.tap("prepays_sheet_back")


def test_orders_pumps_and_the_lock_are_served(till: RunningTill, station: TillStation, hand: Hand) -> None:
    order = an_order(till, "云A12345", 2, 20_000, 30)
    other = an_order(till, "云A88888", 4, 20_000, 10)
    hand.tap_all(f"order_next_{order}", f"order_next_{order}", f"order_decline_{other}")
    hand.tap("decline_station_declined")
    assert station.orders.get(order).state is ServiceState.PLATE_CHECKED
    assert station.orders.get(other).state is ServiceState.DECLINED
    station.pump_shows(4, PumpState.CALLING, nozzle=2)
    hand.tap_all("pump_tile_4", "release_nozzle_2", "release_full", "release_go")
    hand.tap_all("stop_all", "stop_all_question_no", "status_printer", "papers_test", "papers_sheet_back")
    hand.tap_all("lock", f"unlock_person_{station.cashier}", *_typed("unlock_key", PINS[Role.CASHIER]))
    hand.tap("unlock_go")
    assert till.shows("due_amount")


def test_a_bill_is_carried_into_the_next_shift_with_a_usual_reason(
    till: RunningTill, station: TillStation, hand: Hand
) -> None:
    _water(till, hand)
    hand.tap_all(
        "hold_sale", "shift", "shift_cash_out", *_typed("move_key", "30"), "move_reason_1", "move_go"
    )
    _agree(hand)
    hand.tap_all("shift_x", "x_print", "x_sheet_back", "shift_close", "blockers_reason_3", "blockers_go")
    hand.tap_all("counted_cash", *_typed("count_key", "470"), "count_go")
    assert till.read("shift_difference") == "没有差额"
    hand.tap("shift_done")
    assert till.shows(f"sign_in_person_{station.cashier}")
