"""The room of offers: a litre offer, a floor, the rules; each with its history."""

from datetime import timedelta

from PySide6.QtWidgets import QComboBox

from core.domain.ids import GradeCode
from core.domain.offer import LitreOffer, RoundTo, StepKind
from core.domain.price import UnitPrice
from core.domain.product import G92
from core.domain.staff import Permission
from tests.admin_app.small_desk import SmallDesk


def test_an_offer_is_made_changed_and_ended_and_its_history_stays(desk: SmallDesk):
    desk.sign_in()
    desk.click("rail_offers")
    desk.click("offer_new")
    assert desk.find("offer_save").toolTip() != ""
    desk.type("offer_title", "金卡每升减0.20")
    desk.type("offer_off", "0.20")
    desk.type("offer_levels", "gold")
    desk.find(f"offer_grade_{G92}").click()
    desk.find("offer_weekday_6").click()
    desk.type("offer_month_days", "8,18")
    desk.click("offer_save")
    [offer] = desk.station.offers.book().offers
    assert (offer.title, offer.kind, offer.off_li) == ("金卡每升减0.20", StepKind.MEMBER, 200)
    assert (offer.grades, offer.levels, offer.weekdays, offer.month_days) == (
        (G92,),
        ("gold",),
        (6,),
        (8, 18),
    )
    desk.station.clock.move(timedelta(days=1))
    desk.find("offers_table").selectRow(0)
    desk.click("offer_change")
    assert desk.text("offer_off") == "0.200"
    desk.type("offer_off", "0.30")
    desk.click("offer_save")
    assert [each.off_li for each in desk.station.offers.book().offers] == [300]
    desk.find("offers_table").selectRow(0)
    desk.click("offer_end")
    desk.click("end_offer_question_yes")
    assert desk.station.offers.book().offers == ()
    history = [entry.what for entry in desk.station.offers.history()]
    assert [what.off_li for what in history if isinstance(what, LitreOffer)] == [300, 200]
    assert len(history) == 2


def test_a_floor_is_set_and_lifted(desk: SmallDesk):
    desk.sign_in()
    desk.click("rail_offers")
    desk.type(f"floor_{G92}", "7.50")
    desk.click(f"floor_set_{G92}")
    assert dict(desk.station.offers.book().floors) == {GradeCode(G92): UnitPrice(7_500)}
    desk.type(f"floor_{G92}", "")
    desk.click(f"floor_set_{G92}")
    assert dict(desk.station.offers.book().floors) == {}


def test_the_rules_for_bills_are_set(desk: SmallDesk):
    desk.sign_in()
    desk.click("rail_offers")
    choice: QComboBox = desk.find("rules_round_to")
    choice.setCurrentIndex(1)
    desk.type("rules_points_percent", "30")
    desk.find("rules_guard_line_void").click()
    desk.click("rules_save")
    rules = desk.station.offers.book().rules
    assert (rules.round_to, rules.points_most_percent, rules.guard_line_void) == (RoundTo.JIAO, 30, True)


def test_goods_get_a_quick_key_and_keep_it_when_they_change(desk: SmallDesk):
    desk.sign_in()
    desk.click("rail_products")
    desk.find("goods_table").selectRow(0)
    desk.click("goods_change")
    desk.find("goods_quick_page").setCurrentIndex(1)
    desk.find("goods_quick_place").setCurrentIndex(2)
    desk.find("goods_quick_colour").setCurrentIndex(3)
    desk.click("goods_save")
    [goods] = desk.station.sales.quick_keys()
    assert (goods.quick_page, goods.quick_place, goods.quick_colour) == (1, 3, "chart_3")
    desk.find("goods_table").selectRow(0)
    desk.click("goods_change")
    desk.type("goods_price", "16")
    desk.click("goods_save")
    [goods] = desk.station.sales.quick_keys()
    assert (goods.price.fen, goods.quick_place) == (1_600, 3)


def test_who_may_not_change_offers_asks_somebody_who_may(desk: SmallDesk):
    with desk.station.work() as work:
        role = work.roles.get("manager")
        less = role.permissions - {Permission.MANAGE_OFFERS}
        work.roles.save(type(role)(role.code, role.name, less, role.active))
    desk.sign_in()
    desk.click("rail_offers")
    desk.type(f"floor_{G92}", "7.50")
    desk.click(f"floor_set_{G92}")
    assert desk.p.approvals.question is not None
    assert dict(desk.station.offers.book().floors) == {}
