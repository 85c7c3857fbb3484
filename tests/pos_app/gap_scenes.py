"""Scenes of the text message that proves a member, and of the printer's sheet."""

from core.domain.faults import PrinterOutOfPaper
from core.domain.money import Money
from core.domain.offer import LitreOffer, StepKind
from core.domain.payment import PaymentState
from tests.pos_app.scenes import COUNTER_SCENES, Scene, Surroundings, a_gold_member, begin_selling
from tests.pos_app.till_station import SOAP, RunningTill
from tests.services.small_station import WATER


def _counter(scene: Scene) -> Scene:
    COUNTER_SCENES[scene.__name__] = scene
    return scene


def _named(till: RunningTill, pieces: int = 4) -> None:
    begin_selling(till)
    a_gold_member(till)
    for _turn in range(pieces):
        till.presenters.counter.code_given(WATER)
    till.presenters.counter.code_given("13800001234")


@_counter
def a_member_who_was_only_named(till: RunningTill) -> None:
    _named(till)


@_counter
def digits_are_on_their_way(till: RunningTill) -> None:
    _named(till)
    till.press("member_points")
    till.press("proof_send")
    till.write("proof_digits", "111111")
    till.press("proof_go")


@_counter
def a_member_has_proven_himself_with_too_small_a_balance(till: RunningTill) -> None:
    _named(till, 90)
    till.press("member_points")
    till.press("proof_send")
    till.write("proof_digits", "246810")
    till.press("proof_go")


@_counter
def a_card_that_holds_too_little(till: RunningTill) -> None:
    _named(till)
    gateway = till.station.gateway
    gateway.next_state, gateway.next_reason = PaymentState.DECLINED, "balance_short"
    gateway.next_available = Money(1_000)
    till.press("pay_code")
    till.till.scanned("YC123456789012345678")


@_counter
def papers_wait_for_a_roll(till: RunningTill) -> None:
    begin_selling(till)
    station = till.station
    station.printer.fault = PrinterOutOfPaper()
    for _turn in range(12):
        bill = station.sales.open(station.cashier)
        station.sales.add_goods(bill.id, WATER, 1, station.cashier)
        station.payments.take_cash(bill.id, Money(2_000), station.cashier)
    till.till.show_health(
        Surroundings(
            printer="printer_out_of_paper", papers_waiting=12, waiting=63, waiting_since=station.clock.now()
        )
    )
    if till.shows("next_customer"):
        till.press("next_customer")
    till.press("status_printer")


@_counter
def a_printer_that_never_says_how_it_is(till: RunningTill) -> None:
    begin_selling(till)
    till.till.show_health(Surroundings(printer_known=False))
    till.press("status_printer")


@_counter
def paying_by_code_while_the_cloud_is_away(till: RunningTill) -> None:
    _named(till)
    till.till.show_health(Surroundings(cloud="cloud_unreachable", waiting=128))
    till.press("pay_code")


@_counter
def asking_for_a_member_while_the_cloud_is_away(till: RunningTill) -> None:
    begin_selling(till)
    till.till.show_health(Surroundings(cloud="cloud_unreachable", waiting=128))
    till.press("member")


@_counter
def letters_on_the_screen(till: RunningTill) -> None:
    begin_selling(till)
    till.press("scan_box_letters")
    for sign in ("province_云", "letter_A", "digit_1", "digit_2"):
        till.press(f"letters_{sign}")


@_counter
def asking_about_many_pieces(till: RunningTill) -> None:
    begin_selling(till)
    till.presenters.counter.code_given(WATER)
    till.write("scan_box", "133")
    till.press("set_quantity")


@_counter
def choosing_what_goes_back_of_several_lines(till: RunningTill) -> None:
    begin_selling(till)
    till.station.add_goods(SOAP)
    for code in (WATER, WATER, SOAP.barcode):
        till.presenters.counter.code_given(code)
    till.press("pay_cash")
    till.press("cash_go")
    till.press("next_customer")
    till.press("refund")
    [sale] = till.station.sales.recent(1)
    till.press(f"refund_bill_{sale.number}")
    till.press(f"refund_more_{sale.lines[1].id}")


@_counter
def why_a_total_is_so_with_many_offers(till: RunningTill) -> None:
    begin_selling(till)
    a_gold_member(till)
    station = till.station
    for number in range(12):
        title = f"{number + 1}号活动：汽油每升直降，与会员价不同享"
        now = station.clock.now()
        offer = LitreOffer(station.offers.new_id(), title, StepKind.CAMPAIGN, 100 + number, now)
        station.offers.save(offer, station.manager)
    station.an_unreleased_fill(3, 26_512)
    till.press(f"unpaid_fill_{station.forecourt.unpaid()[0].id}")
    till.press("why")


@_counter
def choosing_a_fill_to_give_back(till: RunningTill) -> None:
    begin_selling(till)
    station = till.station
    station.an_unreleased_fill(3, 26_512)
    till.press(f"unpaid_fill_{station.forecourt.unpaid()[0].id}")
    till.press("pay_cash")
    till.press("cash_go")
    till.press("next_customer")
    till.press("refund")
    [sale] = station.sales.recent(1)
    till.press(f"refund_bill_{sale.number}")
    till.press("refund_everything")
