"""Paying and giving back, usual and at its limits; adds its scenes to those of the counter."""

from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.refund import RefundReason, Wanted
from core.domain.sale import Sale
from core.domain.staff import Role
from core.ports.payment_gateway import RefundState
from pos_app.cashier.counter.pieces import MOST_UNASKED
from tests.pos_app.scenes import COUNTER_SCENES, Scene, begin_selling
from tests.pos_app.till_station import PINS, RunningTill
from tests.services.small_station import WATER, WECHAT_CODE

_LONG_NAME = "云南省昆明市官渡区顺达危险货物运输有限责任公司第三分公司"


def _scene(scene: Scene) -> Scene:
    COUNTER_SCENES[scene.__name__] = scene
    return scene


def _bill(till: RunningTill, pieces: int = 400) -> None:
    begin_selling(till)
    till.till.scanned(WATER)
    till.write("scan_box", str(pieces))
    till.press("set_quantity")
    if pieces > MOST_UNASKED:
        till.press("many_question_yes")


def _with_three_legs(till: RunningTill) -> Sale:
    _bill(till)
    sale = till.presenters.counter.state.sale
    assert sale is not None
    payments, by = till.station.payments, till.station.cashier
    payments.take_cash(sale.id, Money(100_000), by, amount=Money(100_000))
    payments.take_code(sale.id, WECHAT_CODE, by, amount=Money(123_456))
    payments.take_bank_card(sale.id, Money(50_000), "123456789012", by)
    till.press("pay_code")
    return sale


def _sold_for(till: RunningTill, code: str) -> Sale:
    _bill(till, 9)
    till.till.scanned(code)
    till.press("next_customer")
    return till.station.sales.recent(1)[0]


def _asked_back(till: RunningTill, sale: Sale) -> None:
    till.press("refund")
    till.press(f"refund_bill_{sale.number}")
    till.press("refund_everything")
    till.press("refund_reason_fuel_complaint")
    till.press("refund_go")
    till.write("approval_pin", PINS[Role.MANAGER])
    till.press("approval_go")


@_scene
def paying_the_rest_of_a_split_bill(till: RunningTill) -> None:
    _with_three_legs(till)


@_scene
def a_part_in_cash(till: RunningTill) -> None:
    _with_three_legs(till)
    till.press("code_cash")
    till.write("cash_given", "1000.50")


@_scene
def a_code_to_scan(till: RunningTill) -> None:
    _bill(till)
    till.press("pay_code")
    till.press("code_qr_alipay")


@_scene
def a_card_number_typed_for_a_slip(till: RunningTill) -> None:
    _with_three_legs(till)
    till.press("code_card")
    till.write("card_slip", "6222021234567894")
    till.press("card_go")


@_scene
def an_account_customer_with_a_long_name(till: RunningTill) -> None:
    station = till.station
    plates = [f"云A{number}" for number in range(12345, 12353)]
    station.accounts.open(_LONG_NAME, plates, Money(100_000_000), station.manager)
    _bill(till)
    till.press("pay_code")
    till.press("code_credit")
    till.find("credit_plate").setText("云A99999")  # type: ignore[attr-defined]
    till.press("credit_go")


@_scene
def money_on_its_way_back_from_an_open_bill(till: RunningTill) -> None:
    sale = _with_three_legs(till)
    till.station.gateway.lose_answer = True
    leg = next(leg for leg in till.station.sale(sale.id).legs if leg.tender is Tender.WECHAT)
    till.press(f"code_leg_back_{leg.id}")
    till.write("approval_pin", PINS[Role.MANAGER])
    till.press("approval_go")


@_scene
def looking_for_a_bill_to_refund(till: RunningTill) -> None:
    sale = _sold_for(till, WECHAT_CODE)
    till.station.gateway.next_refund = RefundState.REFUSED
    wanted = [Wanted(sale.lines[0].id, 1)]
    till.station.refunds.refund(sale.id, wanted, RefundReason.WRONG_ITEM, till.station.manager)
    till.press("refund")
    till.write("refund_search", "20200101-0001")
    till.press("refund_find")


@_scene
def choosing_what_goes_back(till: RunningTill) -> None:
    sale = _sold_for(till, WECHAT_CODE)
    till.press("refund")
    till.press(f"refund_bill_{sale.number}")
    till.press("refund_everything")
    till.press("refund_reason_goods_returned")


@_scene
def how_much_of_a_line_goes_back(till: RunningTill) -> None:
    sale = _sold_for(till, WECHAT_CODE)
    till.press("refund")
    till.press(f"refund_bill_{sale.number}")
    till.press("refund_part")
    till.write("refund_part_amount", "4.50")


@_scene
def a_refund_that_the_provider_refuses(till: RunningTill) -> None:
    sale = _sold_for(till, WECHAT_CODE)
    till.station.gateway.next_refund = RefundState.REFUSED
    _asked_back(till, sale)


@_scene
def a_refund_that_waits(till: RunningTill) -> None:
    sale = _sold_for(till, WECHAT_CODE)
    till.station.gateway.next_refund = RefundState.PENDING
    _asked_back(till, sale)


@_scene
def a_card_to_be_given_back(till: RunningTill) -> None:
    _bill(till, 9)
    sale = till.presenters.counter.state.sale
    assert sale is not None
    till.station.payments.take_bank_card(sale.id, None, "000123", till.station.cashier)
    till.press("next_customer")
    _asked_back(till, till.station.sales.recent(1)[0])
