"""A bill at the counter: keyed goods, prices changed with leave, members and points, rounding, held bills, power cuts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.approval import Approval
from core.domain.coupon import CouponUseState
from core.domain.events.prices import OffersChanged
from core.domain.events.sales import LineDiscounted, LineRepriced, LineVoided, SaleHeld, SaleRecalled
from core.domain.faults import CloudUnreachable
from core.domain.fill import FillState
from core.domain.ids import ApprovalId, CouponUseId, GoodsId, MemberId, PointsUseId, SaleId
from core.domain.member import Member, MemberCoupon, PointsRule
from core.domain.money import ZERO, Money
from core.domain.offer import BillRules, LitreOffer, RoundTo, StepKind
from core.domain.points import PointsUseState
from core.domain.price import UnitPrice
from core.domain.product import G92, Goods
from core.domain.refusals.goods import BarcodeTaken, QuickKeyTaken
from core.domain.refusals.members import (
    MemberNotFound,
    MemberNotProven,
    NoMemberOnBill,
    PointsNotEnough,
    PointsUnfit,
)
from core.domain.refusals.offers import CouponBelowThreshold, OfferUnfit
from core.domain.refusals.people import ApprovalNeeded, ApprovalNotValid
from core.domain.refusals.sales import (
    DiscountUnfit,
    LineUnfit,
    RoundingTooFar,
    SaleHasMoney,
    SaleInUse,
    SaleIsEmpty,
)
from core.domain.refusals.typed import ReasonMissing, TitleMissing
from core.domain.sale import SaleState
from core.domain.staff import Permission
from core.services.sales.desk import SaleDesk
from core.wording.formats import STATION_ZONE
from core.wording.refusals import sentence
from tests.services.small_station import COUPON, STATION, WATER, SmallStation

GOLD = Member(
    MemberId("a" * 32),
    "张三",
    "138****1234",
    "gold",
    "金卡",
    ("云A12345",),
    Money(120_400),
    3_410,
    PointsRule(100, 50),
)
CODE = "YM" + "7" * 18


@pytest.fixture
def open_station(station: SmallStation) -> SmallStation:
    station.member_desk.enrol(GOLD, code=CODE, phone="13800001234")
    return station


def approved(station: SmallStation, permission: Permission, subject: str) -> ApprovalId:
    """The manager stands beside and agrees."""
    with station.work() as work:
        approval = Approval.given(
            ApprovalId(station.ids()),
            work.staff.get(station.manager),
            work.staff.get(station.cashier),
            permission,
            station.clock.now(),
            subject,
        )
        work.rights.give(approval)
    return approval.id


def gold_offer(station: SmallStation, off_li: int = 200) -> LitreOffer:
    return LitreOffer(station.offers.new_id(), "金卡每升减0.20", StepKind.MEMBER, off_li, station.clock.now())


# --- lines ------------------------------------------------------------------------------------------------------------


def test_goods_without_a_barcode_are_keyed_with_a_name_and_a_price(open_station: SmallStation):
    bill = open_station.a_bill()
    bill = open_station.sales.add_keyed(bill.id, " 洗车 ", Money(2_500), 2, open_station.cashier)
    line = bill.lines[0]
    assert (line.title, line.gross, line.keyed, line.goods) == ("洗车", Money(5_000), True, None)
    assert open_station.sale(bill.id) == bill
    with pytest.raises(TitleMissing):
        open_station.sales.add_keyed(bill.id, "  ", Money(100), 1, open_station.cashier)
    sold = open_station.payments.take_cash(bill.id, Money(5_000), open_station.cashier)
    assert sold.state is SaleState.COMPLETED


def test_another_price_needs_a_manager_beside_the_cashier_and_both_stand_in_the_journal(
    open_station: SmallStation,
):
    bill = open_station.a_bill(pieces=2)
    line = bill.lines[0].id
    desk, by = open_station.sales, open_station.cashier
    with pytest.raises(ReasonMissing):
        desk.override_price(bill.id, line, Money(1_000), " ", by)
    with pytest.raises(ApprovalNeeded) as needed:
        desk.override_price(bill.id, line, Money(1_000), "包装破损", by)
    assert (needed.value.permission, needed.value.subject) == (Permission.PRICE_OVERRIDE, bill.id)
    leave = approved(open_station, Permission.PRICE_OVERRIDE, bill.id)
    changed = desk.override_price(bill.id, line, Money(1_000), "包装破损", by, leave)
    assert (changed.lines[0].gross, changed.lines[0].listed_price) == (Money(2_000), Money(1_500))
    assert LineRepriced(bill.id, "玻璃水 2L", 1_500, 1_000, "包装破损") in open_station.events
    with pytest.raises(ApprovalNotValid):
        desk.override_price(bill.id, line, Money(900), "再减", by, leave)
    assert open_station.sale(bill.id) == changed


def test_the_listed_price_takes_a_change_back(open_station: SmallStation):
    bill = open_station.a_bill(pieces=1)
    line, by = bill.lines[0].id, open_station.manager
    open_station.sales.override_price(bill.id, line, Money(1_000), "破损", by)
    again = open_station.sales.override_price(bill.id, line, Money(1_500), "改回", by)
    assert (again.lines[0].listed_price, again.lines[0].reason) == (None, "")


def test_the_price_of_fuel_is_the_pumps(open_station: SmallStation):
    bill = open_station.a_bill(open_station.a_fill())
    with pytest.raises(LineUnfit):
        open_station.sales.override_price(bill.id, bill.lines[0].id, Money(1), "便宜点", open_station.manager)


def test_a_line_discount_by_hand_stops_at_the_floor_and_says_so(open_station: SmallStation):
    station = open_station
    station.offers.set_floor(G92, UnitPrice(7_800), station.manager)
    bill = station.a_bill(station.a_fill(yuan=200))
    fill = bill.lines[0]
    with pytest.raises(DiscountUnfit):
        station.sales.discount_line(bill.id, fill.id, Money(20_001), "老客户", station.manager)
    with pytest.raises(ApprovalNeeded):
        station.sales.discount_line(bill.id, fill.id, Money(1_000), "老客户", station.cashier)
    bill = station.sales.discount_line(bill.id, fill.id, Money(1_000), "老客户", station.manager)
    step = bill.step(StepKind.MANUAL)
    assert step is not None
    floor = -(-7_800 * fill.volume.millilitres // 10_000)
    assert (bill.total.fen, step.why) == (floor, "below_floor")
    assert LineDiscounted(bill.id, "G92", 1_000, "老客户") in station.events
    assert station.sales.discount_line(bill.id, fill.id, ZERO, "", station.manager).discount == ZERO


def test_taking_a_line_off_is_guarded_where_the_station_wants_it(open_station: SmallStation):
    station = open_station
    station.offers.set_rules(BillRules(guard_line_void=True), station.manager)
    with station.work() as work:
        plain = replace(
            work.roles.get("cashier"),
            permissions=work.roles.get("cashier").permissions - {Permission.VOID_LINE},
        )
        work.roles.save(plain)
    fill = station.a_fill()
    bill = station.a_bill(pieces=1)
    bill = station.sales.remove_line(
        bill.id, bill.lines[0].id, station.cashier
    )  # nothing of weight on it yet
    bill = station.sales.add_fill(bill.id, fill.id, station.cashier)
    with pytest.raises(ApprovalNeeded):
        station.sales.remove_line(bill.id, bill.lines[0].id, station.cashier)
    leave = approved(station, Permission.VOID_LINE, bill.id)
    assert station.sales.remove_line(bill.id, bill.lines[0].id, station.cashier, leave).lines == ()
    assert [f.id for f in station.forecourt.unpaid()] == [fill.id]
    assert any(isinstance(event, LineVoided) and event.title == "G92" for event in station.events)


def test_goods_are_found_by_name_barcode_and_pinyin_initials(open_station: SmallStation):
    found = [
        [goods.name for goods in open_station.sales.search(text)] for text in ("玻璃", "BLS", WATER[3:9])
    ]
    assert found == [["玻璃水 2L"]] * 3
    assert list(open_station.sales.search("%")) == []
    assert list(open_station.sales.search("没有")) == []


def test_a_barcode_belongs_to_one_kind_of_goods_also_when_it_is_no_longer_sold(open_station: SmallStation):
    station = open_station
    tea = Goods(GoodsId("7" * 32), "6900000000017", "冰红茶", Money(400), 10)
    station.products.save(tea, station.manager)
    station.products.save(replace(tea, price=Money(450)), station.manager)
    for on_sale in (True, False):
        station.products.save(replace(tea, on_sale=on_sale), station.manager)
        with pytest.raises(BarcodeTaken) as refused:
            station.products.save(replace(tea, id=GoodsId("8" * 32), name="绿茶"), station.manager)
        assert sentence(refused.value) == "冰红茶 已经用了条码 6900000000017。请核对条码，或修改那个商品。"


def test_a_quick_key_holds_one_kind_of_goods(open_station: SmallStation):
    station = open_station
    tea = Goods(GoodsId("7" * 32), "6900000000017", "冰红茶", Money(400), 10, quick_page=1, quick_place=3)
    station.products.save(tea, station.manager)
    assert [(goods.name, goods.initials) for goods in station.sales.quick_keys()] == [("冰红茶", "bhc")]
    with pytest.raises(QuickKeyTaken):
        station.products.save(
            replace(tea, id=GoodsId("8" * 32), barcode="6900000000024", name="绿茶"), station.manager
        )


# --- members, offers, points ------------------------------------------------------------------------------------------


def test_a_member_pays_his_price_and_the_bill_says_why(open_station: SmallStation):
    station = open_station
    station.offers.save(gold_offer(station), station.manager)
    bill = station.a_bill(station.a_fill(yuan=200), pieces=1)
    assert bill.steps[0].why == "offer_for_members"
    member = station.sales.find_member("13800001234")
    assert not member.proven
    bill = station.sales.set_member(bill.id, member, station.cashier)
    litres = bill.lines[0].volume.millilitres
    assert bill.discount == Money((200 * litres + 5_000) // 10_000)
    assert bill.member is not None
    assert (bill.member.name, bill.member.plate) == ("张三", "云A12345")
    assert station.sale(bill.id) == bill
    sold = station.payments.take_cash(bill.id, Money(30_000), station.cashier)
    assert station.sale(sold.id).steps == bill.steps
    assert station.sales.recent(1)[0].member == bill.member


def test_without_the_member_his_price_is_gone_again(open_station: SmallStation):
    station = open_station
    station.offers.save(gold_offer(station), station.manager)
    bill = station.a_bill(station.a_fill())
    station.sales.set_member(bill.id, GOLD, station.cashier)
    assert station.sales.clear_member(bill.id, station.cashier).discount == ZERO


def test_an_offer_that_ends_is_kept_with_its_end(open_station: SmallStation):
    station = open_station
    offer = gold_offer(station)
    station.offers.save(offer, station.manager)
    station.clock.move(timedelta(minutes=1))
    station.offers.save(replace(offer, off_li=300), station.manager)
    station.clock.move(timedelta(minutes=1))
    station.offers.end(offer.id, station.manager)
    assert station.offers.book().offers == ()
    was = [entry.what for entry in reversed(station.offers.history())]
    assert was == [offer, replace(offer, off_li=300)]
    assert all(entry.ended_at is not None for entry in station.offers.history())
    assert OffersChanged("金卡每升减0.20") in station.events
    with pytest.raises(OfferUnfit):
        station.offers.save(replace(offer, off_li=0), station.manager)
    with pytest.raises(ApprovalNeeded):
        station.offers.save(offer, station.cashier)


def test_the_best_of_the_members_coupons_is_offered_with_its_reason(open_station: SmallStation):
    station = open_station
    station.issue_coupon("YZ22222222AA", off_yuan=5, threshold_yuan=0)
    station.issue_coupon("YZ22222222BB", off_yuan=15, threshold_yuan=200)
    nobodys = SaleId("")
    held = [
        station.coupon_desk.hold(CouponUseId(station.ids()), nobodys, code)
        for code in ("YZ22222222AA", "YZ22222222BB")
    ]
    coupons = tuple(
        MemberCoupon(code, coupon.title, coupon.terms)
        for code, coupon in zip(("YZ22222222AA", "YZ22222222BB"), held, strict=True)
    )
    member = replace(GOLD, coupons=coupons)
    bill = station.a_bill(station.a_fill(yuan=200))
    bill = station.sales.set_member(bill.id, member, station.cashier)
    best = station.sales.best_offer(bill.id, member)
    assert best is not None
    assert best.coupon is not None
    assert (best.coupon.code, best.saving, best.why) == ("YZ22222222BB", Money(1_500), "saves_most")


def test_points_pay_a_part_and_are_spent_once_at_the_cloud(open_station: SmallStation):
    station = open_station
    member = station.sales.find_member(CODE)
    bill = station.a_bill(station.a_fill(yuan=200))
    with pytest.raises(NoMemberOnBill):
        station.sales.use_points(bill.id, 1_000, station.cashier)
    station.sales.set_member(bill.id, member, station.cashier)
    bill = station.sales.use_points(bill.id, 1_000, station.cashier)
    assert bill.points is not None
    assert (bill.points.points, bill.points.worth, bill.total) == (1_000, Money(1_000), Money(19_000))
    assert station.member_desk.get(GOLD.id).points == 2_410
    sold = station.payments.take_cash(bill.id, Money(19_000), station.cashier)
    station.sales.settle_coupons()
    station.sales.settle_coupons()
    assert station.member_desk.redeemed == {bill.points.id: 1_000}
    assert station.sale(sold.id).points == replace(bill.points, state=PointsUseState.REDEEMED)


def test_points_above_their_share_go_back_when_the_bill_is_paid(open_station: SmallStation):
    station = open_station
    bill = station.a_bill(pieces=1)  # 15 yuan: at most 7.50 of it
    station.sales.set_member(bill.id, station.sales.find_member(CODE), station.cashier)
    bill = station.sales.use_points(bill.id, 3_000, station.cashier)
    assert bill.points is not None
    assert (bill.points.points, bill.points.worth) == (750, Money(750))
    station.payments.take_cash(bill.id, Money(750), station.cashier)
    station.sales.settle_coupons()
    assert station.member_desk.get(GOLD.id).points == 3_410 - 750


def test_a_phone_number_alone_spends_no_points(open_station: SmallStation):
    station = open_station
    bill = station.a_bill(pieces=1)
    station.sales.set_member(bill.id, station.sales.find_member("13800001234"), station.cashier)
    with pytest.raises(MemberNotProven):
        station.sales.use_points(bill.id, 100, station.cashier)
    with pytest.raises(MemberNotFound):
        station.sales.find_member("13900000000")


def test_points_that_cannot_be_had_leave_the_bill_as_it_was(open_station: SmallStation):
    station = open_station
    bill = station.a_bill(pieces=1)
    bill = station.sales.set_member(bill.id, station.sales.find_member(CODE), station.cashier)
    for points, refusal in ((999_999, PointsNotEnough), (0, PointsUnfit)):
        with pytest.raises(refusal):
            station.sales.use_points(bill.id, points, station.cashier)
    station.member_desk.down = True
    with pytest.raises(CloudUnreachable):
        station.sales.use_points(bill.id, 100, station.cashier)
    assert station.sale(bill.id) == bill
    station.member_desk.down = False
    station.sales.settle_coupons()
    assert station.member_desk.get(GOLD.id).points == 3_410


def test_dropped_points_and_those_of_a_cancelled_bill_are_free_again(open_station: SmallStation):
    station = open_station
    bill = station.a_bill(pieces=1)
    station.sales.set_member(bill.id, station.sales.find_member(CODE), station.cashier)
    station.sales.use_points(bill.id, 500, station.cashier)
    assert station.sales.drop_points(bill.id, station.cashier).discount == ZERO
    assert station.member_desk.get(GOLD.id).points == 3_410
    station.sales.use_points(bill.id, 500, station.cashier)
    station.sales.cancel(bill.id, station.cashier)
    station.sales.settle_coupons()
    assert station.member_desk.get(GOLD.id).points == 3_410


def test_points_on_a_bill_that_stays_open_are_held_anew_or_come_off(open_station: SmallStation):
    station = open_station
    bill = station.a_bill(pieces=1)
    station.sales.set_member(bill.id, station.sales.find_member(CODE), station.cashier)
    bill = station.sales.use_points(bill.id, 500, station.cashier)
    assert bill.points is not None
    station.sales.renew_holds()
    station.member_desk.release(bill.points.id)  # Its time at the cloud was over.
    station.clock.move(timedelta(minutes=6))
    station.sales.renew_holds()
    assert station.member_desk.get(GOLD.id).points == 3_410 - 500
    station.member_desk.release(bill.points.id)
    station.member_desk.hold(PointsUseId("f" * 32), bill.id, GOLD.id, 3_400)  # He spends them elsewhere.
    station.clock.move(timedelta(minutes=6))
    station.sales.renew_holds()
    assert (station.sale(bill.id).points, station.sale(bill.id).total) == (None, Money(1_500))


def test_points_asked_for_before_a_power_cut_are_freed_at_the_next_start(open_station: SmallStation):
    station = open_station
    bill = station.a_bill(pieces=1)
    station.sales.set_member(bill.id, station.sales.find_member(CODE), station.cashier)
    with pytest.raises(KeyboardInterrupt):
        _dying_while_holding(station).use_points(bill.id, 500, station.cashier)
    assert station.member_desk.get(GOLD.id).points == 2_910
    station.restart()
    station.sales.settle_coupons()
    assert station.sale(bill.id).points is None
    assert station.member_desk.get(GOLD.id).points == 3_410


def _dying_while_holding(station: SmallStation) -> SaleDesk:
    class Dying:
        def hold(self, use, sale, member, points):
            station.member_desk.hold(use, sale, member, points)
            raise KeyboardInterrupt

    return SaleDesk(
        station.work,
        station.clock,
        station.ids,
        station.coupon_desk,
        STATION,
        station.member_desk,
        Dying(),
        place="pos-1",
        zone=STATION_ZONE,
    )


def test_a_coupon_counts_what_is_left_after_the_members_price(open_station: SmallStation):
    station = open_station
    station.offers.save(gold_offer(station), station.manager)
    station.issue_coupon(COUPON, off_yuan=8, threshold_yuan=200)
    bill = station.a_bill(station.a_fill(yuan=200))
    station.sales.set_member(bill.id, GOLD, station.cashier)
    with pytest.raises(CouponBelowThreshold) as short:
        station.sales.apply_coupon(bill.id, COUPON, station.cashier)
    assert short.value.have_fen < 20_000
    bill = station.sales.add_goods(bill.id, WATER, 1, station.cashier)
    bill = station.sales.apply_coupon(bill.id, COUPON, station.cashier)
    assert bill.coupon is not None
    assert (bill.coupon.state, bill.coupon.discount) == (CouponUseState.HELD, Money(800))
    assert [step.kind for step in bill.steps if step.applied] == [StepKind.MEMBER, StepKind.COUPON]


# --- rounding ---------------------------------------------------------------------------------------------------------


def test_rounding_is_a_line_of_its_own_and_has_its_limit(open_station: SmallStation):
    station = open_station
    station.offers.set_rules(BillRules(hand_round_to=RoundTo.JIAO), station.manager)
    bill = station.a_bill()
    bill = station.sales.add_keyed(bill.id, "散装", Money(1_267), 1, station.cashier)
    with pytest.raises(RoundingTooFar):
        station.sales.round_off(bill.id, RoundTo.YUAN, station.cashier)
    bill = station.sales.round_off(bill.id, RoundTo.JIAO, station.cashier)
    assert (bill.rounding, bill.total, bill.discount) == (Money(7), Money(1_260), ZERO)
    assert bill.shares() == {bill.lines[0].id: Money(1_260)}
    sold = station.payments.take_cash(bill.id, Money(2_000), station.cashier)
    assert (sold.change, station.sale(sold.id).rounding) == (Money(740), Money(7))


def test_the_stations_rule_rounds_by_itself_and_a_person_can_take_it_back(open_station: SmallStation):
    station = open_station
    station.offers.set_rules(BillRules(round_to=RoundTo.YUAN), station.manager)
    bill = station.a_bill()
    bill = station.sales.add_keyed(bill.id, "散装", Money(1_267), 1, station.cashier)
    assert bill.total == Money(1_200)
    assert station.sales.round_off(bill.id, RoundTo.NONE, station.cashier).total == Money(1_267)
    assert station.sales.round_off(bill.id, None, station.cashier).total == Money(1_200)


# --- held bills and power cuts ----------------------------------------------------------------------------------------


def test_a_held_bill_waits_under_its_name_and_is_recalled_as_it_was(open_station: SmallStation):
    station = open_station
    fill = station.a_fill()
    bill = station.a_bill(fill, pieces=1)
    with pytest.raises(SaleIsEmpty):
        station.sales.hold(station.sales.open(station.cashier).id, "空", station.cashier)
    held = station.sales.hold(bill.id, " 白色大众 ", station.cashier)
    assert SaleHeld(bill.id, "白色大众") in station.events
    [listed] = station.sales.held()
    assert (listed.sale, listed.who, listed.elsewhere) == (held, "李敏", "")
    fresh = station.sales.current(station.cashier)
    assert fresh is not None
    assert (fresh.lines, fresh.id != bill.id) == ((), True)
    with pytest.raises(SaleInUse):
        station.sales.add_goods(bill.id, WATER, 1, station.cashier)
    recalled = station.sales.recall(bill.id, station.manager)
    assert (recalled.lines, recalled.cashier, recalled.is_held) == (bill.lines, station.manager, False)
    assert SaleRecalled(bill.id, station.cashier) in station.events
    # Recalled and not yet paid: it is still listed, and its fill is still its own.
    assert [each.sale.id for each in station.sales.held()] == [bill.id]
    with station.work.reading() as work:
        assert work.fills.get(fill.id).state is FillState.IN_SALE


def test_a_bill_recalled_before_a_power_cut_is_there_after_it(open_station: SmallStation):
    station = open_station
    first = station.a_bill(station.a_fill(), pieces=1)
    station.sales.hold(first.id, "一号", station.cashier)
    second = station.a_bill(pieces=2)
    station.sales.recall(first.id, station.cashier)
    station.restart()
    assert {bill.id for bill in station.sales.open_bills(station.cashier) if bill.lines} == {
        first.id,
        second.id,
    }
    assert [each.sale.id for each in station.sales.held()] == [first.id, second.id]
    sold = station.payments.take_cash(first.id, Money(30_000), station.cashier)
    assert sold.state is SaleState.COMPLETED
    assert [each.sale.id for each in station.sales.held()] == [second.id]


def test_a_bill_that_is_open_elsewhere_is_locked_until_somebody_who_may_takes_it_over(
    open_station: SmallStation,
):
    station = open_station
    elsewhere = SaleDesk(
        station.work,
        station.clock,
        station.ids,
        station.coupon_desk,
        STATION,
        place="pos-2",
        zone=STATION_ZONE,
    )
    bill = station.a_bill(pieces=1)
    assert [each.elsewhere for each in elsewhere.held()] == ["pos-1"]
    for attempt in (
        lambda: elsewhere.add_goods(bill.id, WATER, 1, station.cashier),
        lambda: elsewhere.recall(bill.id, station.cashier),
        lambda: elsewhere.cancel(bill.id, station.cashier),
    ):
        with pytest.raises(SaleInUse):
            attempt()
    taken = elsewhere.recall(bill.id, station.manager)
    assert (taken.place, taken.cashier) == ("pos-2", station.manager)
    with pytest.raises(SaleInUse):
        station.sales.add_goods(bill.id, WATER, 1, station.cashier)
    # A colleague's open bill at the same till needs somebody to agree.
    with pytest.raises(SaleInUse):
        station.sales.recall(bill.id, station.cashier)
    leave = approved(station, Permission.HAND_OVER_OTHERS, bill.id)
    assert station.sales.recall(bill.id, station.cashier, leave).place == "pos-1"


def test_a_bill_with_money_in_it_is_not_held(open_station: SmallStation):
    station = open_station
    bill = station.a_bill(pieces=2)
    station.payments.take_cash(bill.id, Money(1_000), station.cashier, amount=Money(1_000))
    with pytest.raises(SaleHasMoney):
        station.sales.hold(bill.id, "", station.cashier)
