"""Every screen of the till as a person meets it, usual and at its limits: for pictures and for the test of what is clipped."""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.domain.controller import SetupDifference
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.faults import PrinterOutOfPaper
from core.domain.ids import GoodsId, GradeCode, MemberId, NozzleNumber, OrderId, PumpNumber
from core.domain.member import Member, MemberCoupon, PointsRule
from core.domain.money import Money
from core.domain.offer import LitreOffer, StepKind
from core.domain.payment import PaymentState
from core.domain.price import UnitPrice
from core.domain.product import D0, G92, G95, G98, FuelGrade, Goods
from core.domain.pump import Nozzle, Preset, PresetKind, Pump, PumpState
from core.domain.staff import Role
from core.protocol.codec import wrap
from core.protocol.from_cloud import OrderPlaced
from pos_app.health import Conditions
from tests.pos_app.till_station import SOAP, RunningTill
from tests.services.small_station import COUPON, WATER, WECHAT_CODE

Scene = Callable[[RunningTill], None]
COUNTER_SCENES: dict[str, Scene] = {}
FORECOURT_SCENES: dict[str, Scene] = {}


class Surroundings:
    """How printer, pumps and cloud are."""

    def __init__(self, **changes: object) -> None:
        self.printer = ""
        self.printer_set = True
        self.printer_known = True
        self.paper_near_end = False
        self.papers_waiting = 0
        self.pumps = ""
        self.cloud = ""
        self.waiting = 0
        self.waiting_since: datetime | None = None
        self.books_busy = False
        self.pumps_apart: tuple[SetupDifference, ...] = ()
        vars(self).update(changes)


def well() -> Conditions:
    return Surroundings()


def _counter(scene: Scene) -> Scene:
    COUNTER_SCENES[scene.__name__] = scene
    return scene


def _forecourt(scene: Scene) -> Scene:
    FORECOURT_SCENES[scene.__name__] = scene
    return scene


def begin_selling(till: RunningTill) -> None:
    """Signed in, the shift open."""
    till.till.show_health(well())
    till.sign_in()
    till.write("shift_float", "500")
    till.press("shift_open_go")


def an_order(
    till: RunningTill, plate: str, pump: int, fen: int, seconds_ago: int, car: str = "白色 大众朗逸"
) -> OrderId:
    station = till.station
    tile = till.presenters.pumps.state.tile(PumpNumber(pump))
    assert tile is not None
    order = OrderId(station.ids())
    hose = tile.hoses[0]
    placed = OrderPlaced(
        order_id=order,
        code="384756",
        pump=pump,
        nozzle=hose.number,
        grade=hose.grade,
        price_li=7_810,
        by="amount",
        amount_fen=fen,
        discount_fen=1_500,
        paid_fen=fen - 1_500,
        plate=plate,
        car=car,
        driver_phone_masked="138****1234",
        paid_at=station.clock.now() - timedelta(seconds=seconds_ago),
    )
    station.cloud_mailbox.put(wrap(placed, station.ids(), station.clock.now()))
    station.mailbox.fetch()
    till.notices.clear()
    return order


def a_busy_forecourt(till: RunningTill) -> None:
    """Something of everything."""
    station = till.station
    station.an_unreleased_fill(3, 26_512, nozzle=1)
    station.an_unreleased_fill(6, 41_208, nozzle=2)
    station.an_unreleased_fill(6, 9_900, nozzle=1)
    station.pump_shows(1, PumpState.FUELLING, volume=38_210, fen=29_843)
    station.pump_shows(4, PumpState.CALLING, nozzle=2)
    station.pump_shows(5, PumpState.SUSPENDED, volume=212_440, fen=158_268)
    station.pump_shows(8, PumpState.OFFLINE)
    till.presenters.pumps.release(PumpNumber(2), None, _preset(20_000))


def _preset(fen: int) -> Preset:
    return Preset(PresetKind.AMOUNT, amount=Money(fen))


def a_usual_bill(till: RunningTill) -> None:
    """A fill, two kinds of goods, a coupon."""
    station = till.station
    station.add_goods(SOAP)
    station.issue_coupon(off_yuan=15, threshold_yuan=200)
    till.press(f"unpaid_fill_{station.forecourt.unpaid()[0].id}")
    till.presenters.counter.code_given(WATER, 2)
    till.presenters.counter.code_given(SOAP.barcode)
    till.presenters.counter.code_given(COUPON)


@_counter
def signing_in(till: RunningTill) -> None:
    till.till.show_health(well())
    for name in ("阿卜杜热西提·买买提明·努尔买买提", "孙悦", "Christopher Montgomery-Featherstone"):
        till.station.staff.add(name, Role.CASHIER, "1234", till.station.manager)
    person = till.station.people[Role.CASHIER]
    till.press(f"sign_in_person_{person.id}")
    till.write("sign_in_pin", "9999")
    till.press("sign_in_go")


@_counter
def opening_the_shift(till: RunningTill) -> None:
    till.till.show_health(well())
    till.sign_in()
    till.write("shift_float", "500")


@_counter
def agreeing(till: RunningTill) -> None:
    begin_selling(till)
    for name in ("钱二", "Christopher Montgomery-Featherstone"):
        till.station.staff.add(name, Role.MANAGER, "4321", till.station.manager)
    till.press("open_drawer")
    till.press(f"approval_person_{till.station.manager}")
    till.write("approval_pin", "9999")
    till.press("approval_go")


@_counter
def locked(till: RunningTill) -> None:
    begin_selling(till)
    till.press("lock")
    till.write("unlock_pin", "9999")
    till.press("unlock_go")


@_counter
def an_empty_counter(till: RunningTill) -> None:
    begin_selling(till)


@_counter
def a_busy_counter(till: RunningTill) -> None:
    begin_selling(till)
    a_busy_forecourt(till)
    a_usual_bill(till)
    an_order(till, "云A12345", 2, 20_000, 42)
    an_order(till, "云AD12345", 7, 30_000, 96)
    till.presenters.orders.tick()


@_counter
def a_counter_at_its_limits(till: RunningTill) -> None:
    begin_selling(till)
    till.till.show_health(
        Surroundings(
            printer="printer_out_of_paper", pumps="pump_line_down", cloud="cloud_unreachable", waiting=1234
        )
    )
    a_busy_forecourt(till)
    station = till.station
    for number in range(40):
        name = (
            "特级全合成汽油发动机润滑油 5W-40 高里程保护型 4L 装（送机滤）"
            if number % 3 == 0
            else f"商品 {number}"
        )
        goods = Goods(GoodsId(f"{number:032x}"), f"69000000{number:05}", name, Money(1_234_567), 500)
        station.add_goods(goods)
        till.presenters.counter.add_goods(goods.barcode, 9)
    for number in range(5):
        an_order(
            till,
            f"川AF9988{number}",
            2 + number % 2,
            123_456,
            30 * number,
            "深空灰色 上汽通用五菱宏光MINIEV 马卡龙款",
        )
    station.pump_shows(1, PumpState.FUELLING, volume=1_238_210, fen=9_998_430)
    till.notices.fault(PrinterOutOfPaper())


@_counter
def taking_cash(till: RunningTill) -> None:
    begin_selling(till)
    a_busy_forecourt(till)
    a_usual_bill(till)
    till.press("pay_cash")
    till.write("cash_given", "300")


@_counter
def taking_too_little_cash(till: RunningTill) -> None:
    begin_selling(till)
    for _times in range(9):
        till.presenters.counter.add_goods(WATER, 999)
        if till.presenters.counter.state.sale and till.presenters.counter.state.sale.lines[0].quantity >= 999:
            break
    till.press("pay_cash")
    till.write("cash_given", "300")


@_counter
def scanning_a_payer(till: RunningTill) -> None:
    begin_selling(till)
    a_busy_forecourt(till)
    a_usual_bill(till)
    till.press("pay_code")


@_counter
def waiting_for_a_payer(till: RunningTill) -> None:
    scanning_a_payer(till)
    till.station.gateway.next_state = PaymentState.PENDING
    till.till.scanned(WECHAT_CODE)
    till.station.clock.move(timedelta(seconds=12))
    till.presenters.payment.tick()


@_counter
def a_declined_payer(till: RunningTill) -> None:
    scanning_a_payer(till)
    till.station.gateway.next_state = PaymentState.DECLINED
    till.station.gateway.next_reason = "balance_short"
    till.till.scanned(WECHAT_CODE)


@_counter
def a_parked_payment(till: RunningTill) -> None:
    waiting_for_a_payer(till)
    till.press("code_later")


@_counter
def done_with_change(till: RunningTill) -> None:
    taking_cash(till)
    till.press("cash_quick_35000")
    till.press("cash_go")


@_counter
def done_without_paper(till: RunningTill) -> None:
    till.station.printer.fault = PrinterOutOfPaper()
    taking_cash(till)
    till.write("cash_given", "999999.99")
    till.press("cash_go")
    till.till.show_health(Surroundings(printer="printer_out_of_paper"))


@_counter
def releasing_a_pump(till: RunningTill) -> None:
    begin_selling(till)
    a_busy_forecourt(till)
    till.press("pump_tile_4")
    till.press("release_by_amount")


@_counter
def a_running_pump(till: RunningTill) -> None:
    begin_selling(till)
    a_busy_forecourt(till)
    till.press("pump_tile_1")


@_counter
def choosing_goods(till: RunningTill) -> None:
    begin_selling(till)
    for number in range(30):
        name = "特级全合成汽油发动机润滑油 5W-40" if number % 3 == 0 else f"矿泉水 {number}"
        till.station.add_goods(
            Goods(
                GoodsId(f"{number:032x}"), f"69000000{number:05}", name, Money(200 + number * 5_000), number
            )
        )
    till.press("goods_list")


@_counter
def asking_before_cancelling(till: RunningTill) -> None:
    begin_selling(till)
    till.presenters.counter.add_goods(WATER)
    till.press("cancel_sale")


@_counter
def asking_before_stopping(till: RunningTill) -> None:
    begin_selling(till)
    till.press("stop_all")


@_forecourt
def signing_in_at_the_forecourt(till: RunningTill) -> None:
    till.till.show_health(well())


@_forecourt
def a_quiet_forecourt(till: RunningTill) -> None:
    till.till.show_health(well())
    till.sign_in(Role.ATTENDANT)


@_forecourt
def a_busy_forecourt_with_orders(till: RunningTill) -> None:
    a_quiet_forecourt(till)
    a_busy_forecourt(till)
    an_order(till, "云AD12345", 7, 30_000, 96)
    second = an_order(till, "云A12345", 4, 20_000, 42)
    till.presenters.orders.next_step(second)
    till.presenters.orders.tick()


def sixteen_pumps(till: RunningTill) -> None:
    """As many as a large station has, something different at each."""
    hoses = ((G92, G95), (G92, G95), (G95, G98), (D0,))
    prices = {G92: 7_810, G95: 8_320, G98: 9_610, D0: 7_450}
    pumps = [
        Pump(
            number,
            tuple(
                Nozzle(number, NozzleNumber(place), grade) for place, grade in enumerate(hoses[number % 4], 1)
            ),
        )
        for number in map(PumpNumber, range(1, 17))
    ]
    with till.station.work() as work:
        work.forecourt.lay_out([FuelGrade(grade, n) for n, grade in enumerate(prices, 1)], pumps)
        for nozzle in (nozzle for pump in pumps for nozzle in pump.nozzles):
            work.prices.set_nozzle_price(nozzle.id, UnitPrice(prices[GradeCode(nozzle.grade)]))
    till.presenters.pumps.reload()


@_counter
def a_counter_with_sixteen_pumps(till: RunningTill) -> None:
    begin_selling(till)
    sixteen_pumps(till)
    a_busy_forecourt(till)
    till.station.pump_shows(12, PumpState.FUELLING, volume=212_440, fen=158_268)
    till.station.pump_shows(13, PumpState.OFFLINE, volume=212_440, fen=158_268)
    till.station.pump_shows(16, PumpState.INOPERATIVE)
    an_order(till, "云AD12345", 14, 30_000, 96)
    till.presenters.orders.tick()


@_forecourt
def a_full_forecourt(till: RunningTill) -> None:
    till.till.show_health(
        Surroundings(printer="printer_offline", pumps="pump_line_down", cloud="cloud_unreachable", waiting=12)
    )
    till.sign_in(Role.ATTENDANT)
    sixteen_pumps(till)
    a_busy_forecourt(till)
    till.station.pump_shows(12, PumpState.FUELLING, volume=1_212_440, fen=1_258_268)
    till.station.pump_shows(16, PumpState.INOPERATIVE)
    for number in range(4):
        an_order(
            till, f"川AF9988{number}", 9 + number, 123_456, 30 * number, "深空灰色 五菱宏光MINIEV 马卡龙款"
        )
    till.presenters.orders.tick()
    till.presenters.pumps.release_failed.emit(9, "pump_line_down")


@_forecourt
def an_order_being_filled(till: RunningTill) -> None:
    a_quiet_forecourt(till)
    order = an_order(till, "川AF99881", 4, 20_000, 42, "深空灰色 上汽通用五菱宏光MINIEV 马卡龙款")
    for _step in range(3):
        till.presenters.orders.next_step(order)
    till.station.pumps.fuel(PumpNumber(4), Money(12_345))
    till.station.pump_shows(4, PumpState.FUELLING, volume=15_807, fen=12_345)
    an_order(till, "云A88888", 2, 20_000, 12)


@_forecourt
def an_order_to_confirm(till: RunningTill) -> None:
    an_order_being_filled(till)
    till.station.pumps.finish(PumpNumber(4), 1, Money(18_000))  # type: ignore[arg-type]


@_forecourt
def sending_an_order_back(till: RunningTill) -> None:
    a_quiet_forecourt(till)
    order = an_order(till, "云A12345", 4, 20_000, 42)
    till.presenters.orders.next_step(order)
    till.press(f"order_decline_{order}")


@_forecourt
def six_orders_at_sixteen_pumps(till: RunningTill) -> None:
    """One to accept and late, one whose driver is asked, one to release, one released, one that runs, one to confirm."""
    till.till.show_health(well())
    till.sign_in(Role.ATTENDANT)
    sixteen_pumps(till)
    station, orders = till.station, till.presenters.orders
    for pump, fen in ((1, 29_843), (3, 8_120), (12, 15_560), (14, 48_700), (10, 1_990), (13, 33_333)):
        station.pump_shows(pump, PumpState.FUELLING, volume=fen * 128 // 1_000 * 10, fen=fen)
    steps = (
        ("云AD12345", 2, 0),
        ("川AF99881", 4, 1),
        ("云A88888", 5, 2),
        ("云A12345", 7, 3),
        ("粤BD54321", 8, 3),
        ("云C0007学", 6, 3),
    )
    placed = [(an_order(till, plate, pump, 20_000, 40 + 10 * pump), count) for plate, pump, count in steps]
    for order, count in placed:
        for _step in range(count):
            orders.next_step(order)
    orders.ask_driver(placed[1][0], "68")
    station.pumps.fuel(PumpNumber(8), Money(12_345))
    station.pump_shows(8, PumpState.FUELLING, volume=15_807, fen=12_345)
    station.pumps.finish(PumpNumber(6), NozzleNumber(1), Money(18_000))
    orders.tick()
    till.notices.clear()


@_forecourt
def the_wrong_car_at_sixteen_pumps(till: RunningTill) -> None:
    six_orders_at_sixteen_pumps(till)
    order = next(view.order for view in till.presenters.orders.state.orders if view.order.pump == 5)
    till.press(f"order_decline_{order.id}")
    till.press("plate_key_4")
    till.press("plate_key_6")


@_forecourt
def help_wanted_at_the_forecourt(till: RunningTill) -> None:
    six_orders_at_sixteen_pumps(till)
    for pump in (PumpNumber(12), None):
        till.presenters.helping.call(pump)


@_forecourt
def whose_customer_pays_inside(till: RunningTill) -> None:
    a_quiet_forecourt(till)
    a_busy_forecourt(till)
    till.station.helping.hand(till.station.forecourt.unpaid()[1].id, till.station.attendant)
    till.press("pump_tile_6")


@_counter
def help_wanted_and_a_customer_on_the_way(till: RunningTill) -> None:
    begin_selling(till)
    a_busy_forecourt(till)
    till.station.helping.call(till.station.attendant, PumpNumber(4))
    till.station.helping.hand(till.station.forecourt.unpaid()[1].id, till.station.attendant)


@_counter
def an_order_in_trouble_at_the_counter(till: RunningTill) -> None:
    begin_selling(till)
    sixteen_pumps(till)
    order = an_order(till, "川AF99881", 5, 123_456, 96)
    till.presenters.orders.next_step(order)
    till.press(f"order_decline_{order}")
    till.press("plate_key_8")


@_forecourt
def a_fill_to_end(till: RunningTill) -> None:
    six_orders_at_sixteen_pumps(till)
    order = next(view.order for view in till.presenters.orders.state.orders if view.order.pump == 8)
    till.press(f"order_decline_{order.id}")


@_forecourt
def releasing_at_the_forecourt(till: RunningTill) -> None:
    a_quiet_forecourt(till)
    till.press("pump_tile_4")
    till.press("release_by_volume")
    till.press("release_quick_30")


@_forecourt
def a_forecourt_without_pumps(till: RunningTill) -> None:
    with till.station.work() as work:
        work.forecourt.lay_out([], [])
    a_quiet_forecourt(till)
    till.till.show_health(Surroundings(pumps="pump_line_down", cloud="station_not_enrolled"))


# --- members, offers, held bills ----------------------------------------------------------------------------------------

GOLD_CODE = "YM" + "7" * 18


def a_gold_member(till: RunningTill, name: str = "张三") -> None:
    """Somebody with points, money and three coupons, and an offer for him."""
    station = till.station
    now = station.clock.now()
    coupons = []
    for number, off in enumerate((5, 15, 30)):
        threshold = off * 15
        terms = CouponTerms(
            CouponKind.AMOUNT_OFF,
            now - timedelta(days=1),
            now + timedelta(days=30 - number),
            off=Money(off * 100),
            threshold=Money(threshold * 100),
        )
        code = f"YZ2222222{number + 2}AB"
        title = f"满{threshold}减{off}"
        station.coupon_desk.issue(code, title, terms)
        coupons.append(MemberCoupon(code, title, terms))
    station.member_desk.enrol(
        Member(
            MemberId("a" * 32),
            name,
            "138****1234",
            "gold",
            "金卡",
            ("云A12345",),
            Money(120_400),
            3_410,
            PointsRule(100, 50),
            tuple(coupons),
        ),
        code=GOLD_CODE,
        phone="13800001234",
    )
    station.offers.save(
        LitreOffer(station.offers.new_id(), "金卡每升减0.20", StepKind.MEMBER, 200, now), station.manager
    )
    station.offers.save(
        LitreOffer(station.offers.new_id(), "95号周末每升减0.10", StepKind.CAMPAIGN, 100, now, grades=(G95,)),
        station.manager,
    )


@_counter
def a_member_with_his_best_coupon(till: RunningTill) -> None:
    begin_selling(till)
    a_gold_member(till)
    a_busy_forecourt(till)
    till.press(f"unpaid_fill_{till.station.forecourt.unpaid()[0].id}")
    till.presenters.counter.code_given(WATER)
    till.till.scanned(GOLD_CODE)


@_counter
def a_member_pays_with_everything(till: RunningTill) -> None:
    a_member_with_his_best_coupon(till)
    till.press("best_offer")
    till.press("member_points")
    till.write("points_given", "500")
    till.press("points_go")
    till.press("round_off")
    till.press("round_yuan")


@_counter
def a_member_with_a_long_name(till: RunningTill) -> None:
    begin_selling(till)
    a_gold_member(till, "阿卜杜热西提·买买提明·努尔买买提")
    for number in range(40):
        name = (
            "特级全合成汽油发动机润滑油 5W-40 高里程保护型 4L 装（送机滤）"
            if number % 3 == 0
            else f"商品 {number}"
        )
        goods = Goods(GoodsId(f"{number:032x}"), f"69000000{number:05}", name, Money(1_234_567), 500)
        till.station.add_goods(goods)
        till.presenters.counter.add_goods(goods.barcode, 9)
    till.till.scanned(GOLD_CODE)
    till.press("best_offer")


@_counter
def why_the_total_is_so(till: RunningTill) -> None:
    a_member_pays_with_everything(till)
    till.press("why")


@_counter
def asking_for_a_member(till: RunningTill) -> None:
    begin_selling(till)
    till.press("member")
    till.write("member_box", "13900000000")
    till.press("member_go")


@_counter
def paying_with_points(till: RunningTill) -> None:
    a_member_with_his_best_coupon(till)
    till.press("member_points")


@_counter
def rounding_a_bill(till: RunningTill) -> None:
    begin_selling(till)
    till.presenters.counter.add_keyed("洗车", Money(2_567), 1)
    till.press("round_off")


@_counter
def keying_goods(till: RunningTill) -> None:
    begin_selling(till)
    till.press("goods_list")
    till.press("goods_keyed")
    till.press("keyed_usual_1")
    till.write("keyed_price", "25")


@_counter
def changing_a_line(till: RunningTill) -> None:
    begin_selling(till)
    till.presenters.counter.add_goods(WATER, 2)
    till.press("line_change")
    till.press("line_price")
    till.write("line_amount", "12.50")
    till.press("line_reason_1")


@_counter
def asking_for_leave_to_change_a_price(till: RunningTill) -> None:
    changing_a_line(till)
    till.press("line_go")


@_counter
def bills_that_wait(till: RunningTill) -> None:
    begin_selling(till)
    a_busy_forecourt(till)
    till.press(f"unpaid_fill_{till.station.forecourt.unpaid()[0].id}")
    till.press("hold_sale")
    till.station.clock.move(timedelta(minutes=7))
    till.presenters.counter.add_goods(WATER, 3)
    till.find("scan_box").setText("穿红衣服的客人，说去取钱包，稍后回来结账的那一位")  # type: ignore[attr-defined]
    till.press("hold_sale")
    till.station.clock.move(timedelta(minutes=84))
    till.presenters.counter.add_goods(WATER)
    till.press("held_sales")


@_counter
def choosing_goods_by_quick_key(till: RunningTill) -> None:
    begin_selling(till)
    names = ("矿泉水 550ml", "冰红茶", "玻璃水 -25℃ 防冻型 2L 装", "尿素 10kg", "口香糖", "纸巾", "方便面")
    for number, name in enumerate(names):
        page, place = (1, number + 1 + number // 3) if number < 5 else (2, number)
        till.station.add_goods(
            Goods(
                GoodsId(f"{number:032x}"),
                f"69000000{number:05}",
                name,
                Money(200 + number * 350),
                number * 4,
                quick_page=page,
                quick_place=place,
                quick_colour=f"chart_{number % 4 + 1}",
            )
        )
    till.press("goods_list")
