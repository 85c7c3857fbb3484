"""The staff room: people with roles, PINs and cards, and what each role may."""

import re

import pytest

from core.domain.events.people import StaffSignedIn
from core.domain.refusals.people import WrongPin
from core.domain.staff import Permission, Role
from tests.admin_app.small_desk import SmallDesk


def test_a_new_person_signs_in_at_the_till(manager: SmallDesk):
    manager.click("rail_staff")
    manager.click("person_new")
    manager.type("person_name", "李敏")
    assert "已有同名员工" in manager.text("person_told")
    manager.type("person_name", "陈小红")
    manager.click("person_role_attendant")
    manager.type("person_pin", "9081")
    assert not manager.find("person_add").isEnabled()
    manager.type("person_pin_again", "9081")
    manager.click("person_add")
    assert manager.notice == "陈小红 已加入，可以登录了。"
    added = next(person for person in manager.station.staff.people() if person.name == "陈小红")
    assert added.role == Role.ATTENDANT
    assert manager.station.staff.sign_in(added.id, "9081").name == "陈小红"
    assert manager.station.events[-1] == StaffSignedIn(added.id)


def test_a_role_changes_at_a_press_but_never_ones_own(manager: SmallDesk):
    station = manager.station
    manager.click("rail_staff")
    manager.click(f"person_change_{station.cashier}")
    manager.click("person_change_role_attendant")
    roles = {person.id: person.role for person in station.staff.people()}
    assert roles[station.cashier] == Role.ATTENDANT
    manager.click("person_change_back")
    manager.click(f"person_change_{station.manager}")
    assert not manager.find("person_change_role").isEnabled()
    assert not manager.find("person_leave").isEnabled()


def test_somebody_leaves_only_after_a_question_and_can_come_back(manager: SmallDesk):
    station = manager.station
    manager.click("rail_staff")
    manager.click(f"person_change_{station.attendant}")
    manager.click("person_leave")
    manager.click("leave_question_no")
    assert len(station.staff.people()) == 3
    manager.click("person_leave")
    manager.click("leave_question_yes")
    assert len(station.staff.people()) == 2
    assert manager.notice == "王强 已离职。"
    assert not manager.shows("person_change")
    manager.click(f"person_back_{station.attendant}")
    assert len(station.staff.people()) == 3
    back = station.staff.sign_in(station.attendant, "1470")
    assert (back.id, back.name, back.active) == (station.attendant, "王强", True)


def test_a_new_pin_is_typed_twice(manager: SmallDesk):
    station = manager.station
    manager.click("rail_staff")
    manager.click(f"person_change_{station.cashier}")
    manager.type("person_new_pin", "864209")
    assert not manager.find("person_pin_go").isEnabled()
    manager.type("person_new_pin_again", "864209")
    manager.click("person_pin_go")
    assert manager.notice == "李敏的密码已更换。"
    assert manager.text("person_new_pin") == ""
    assert station.staff.sign_in(station.cashier, "864209").id == station.cashier
    assert station.events[-1] == StaffSignedIn(station.cashier)
    with pytest.raises(WrongPin):
        station.staff.sign_in(station.cashier, "2580")


def test_a_card_is_told_once_and_can_be_reported_lost(manager: SmallDesk):
    station = manager.station
    manager.click("rail_staff")
    manager.click(f"person_change_{station.cashier}")
    assert not manager.shows("person_card_code")
    manager.click("person_card_give")
    code = re.sub(" ", "", manager.text("person_card_code"))
    assert manager.shows("person_card_qr")
    assert station.staff.sign_in_by_card(code).id == station.cashier
    manager.click("person_change_back")
    manager.click(f"person_change_{station.cashier}")
    assert not manager.shows("person_card_code")
    manager.click("person_card_take")
    assert manager.notice == "李敏的员工卡已作废。"
    assert manager.text("person_card_words") == "没有员工卡"


def test_rights_are_ticked_in_plain_words(manager: SmallDesk):
    manager.click("rail_staff")
    manager.click("role_change_cashier")
    box = manager.find("role_may_open_drawer")
    assert box.text() == "无交易开钱箱"
    box.click()
    manager.click("role_save")
    assert manager.notice == "收银员：已保存，立即生效。"
    cashier = next(role for role in manager.station.roles.roles() if role.code == "cashier")
    assert cashier.permissions == Role.CASHIER.permissions | {Permission.OPEN_DRAWER}
    assert cashier.name == ""


def test_a_role_of_the_stations_own_can_be_given_and_put_away(manager: SmallDesk):
    station = manager.station
    manager.click("rail_staff")
    manager.click("role_new")
    assert not manager.find("role_save").isEnabled()
    manager.type("role_name", "领班")
    manager.click("role_save")
    role = next(role for role in station.roles.roles() if role.name == "领班")
    manager.click(f"person_change_{station.cashier}")
    manager.click(f"person_change_role_{role.code}")
    manager.click("person_change_back")
    manager.click(f"role_change_{role.code}")
    assert not manager.find("role_away").isEnabled()
    manager.click("role_form_back")
    manager.click(f"person_change_{station.cashier}")
    manager.click("person_change_role_cashier")
    manager.click("person_change_back")
    manager.click(f"role_change_{role.code}")
    manager.click("role_away")
    assert manager.notice == "领班：已停用。"
    assert not manager.shows(f"role_{role.code}")


def test_two_roles_are_not_called_the_same(manager: SmallDesk):
    manager.station.roles.add("领班", {Permission.SELL}, manager.station.manager)
    manager.click("rail_staff")
    manager.click("role_new")
    manager.type("role_name", "领班")
    assert manager.text("role_told") == "已有同名岗位。"
    assert not manager.find("role_save").isEnabled()


def test_the_last_who_manages_rights_keeps_them(manager: SmallDesk):
    manager.click("rail_staff")
    manager.click("role_change_manager")
    box = manager.find("role_may_manage_roles")
    box.click()
    manager.click("role_save")
    assert "没人能管理" in manager.notice
    assert manager.station.people[Role.MANAGER].may(Permission.MANAGE_ROLES)
    still = next(role for role in manager.station.roles.roles() if role.code == "manager")
    assert Permission.MANAGE_ROLES in still.permissions


def test_a_new_price_is_agreed_to_by_a_second_manager_where_the_station_wants_it(manager: SmallDesk):
    station = manager.station
    station.second_person.add(Permission.SCHEDULE_PRICES)
    station.staff.add("钱二", Role.MANAGER, "4321", station.manager)
    manager.click("rail_prices")
    manager.click("price_grade_G92")
    manager.type("price_new", "7.99")
    manager.click("price_schedule_go")
    manager.click("price_schedule_confirm")
    assert manager.text("approval_words") == "92号汽油新价：7.99 元/升"
    assert not station.prices.view().changes
    manager.type("approval_pin", "4321")
    manager.click("approval_go")
    assert not manager.shows("approval_sheet")
    assert [change.price.li for change in station.prices.view().changes] == [7_990]
