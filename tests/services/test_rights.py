"""Who may do what: roles as data, agreements on the spot, cards, and never nobody left who manages rights."""

from datetime import timedelta
from itertools import product

import pytest

from core.domain.approval import APPROVAL_LIVES, STILL_SHOWN, Leave
from core.domain.events.people import ApprovalGiven, RoleChanged, SignInFailed
from core.domain.events.shifts import DrawerOpened
from core.domain.ids import ApprovalId, StaffId
from core.domain.price import UnitPrice
from core.domain.product import G92
from core.domain.refusals.people import (
    ApprovalNeeded,
    ApprovalNotValid,
    ApprovalOfOneself,
    CardUnknown,
    NobodyLeftToManage,
    NotAllowed,
    PinLocked,
    PinUnfit,
    RoleHasPeople,
    RoleUnfit,
    RoleUnknown,
    StaffNotFound,
    TillIsLocked,
    WrongPin,
)
from core.domain.staff import FIRST_ROLES, Permission, Role, StaffMember
from tests.services.small_station import SmallStation

P = Permission
MAY: dict[Permission, str] = {
    # who may from the first day on: c(ashier), a(ttendant), m(anager)
    P.SELL: "c m",
    P.RUN_SHIFT: "c m",
    P.SERVE_ORDERS: "c a m",
    P.AUTHORISE_PUMP: "c a m",
    P.PRICE_OVERRIDE: "m",
    P.DISCOUNT: "m",
    P.ROUND_OFF: "c m",
    P.VOID_LINE: "c m",
    P.VOID_SALE: "m",
    P.REFUND: "m",
    P.REPRINT: "m",
    P.HAND_OVER_OTHERS: "m",
    P.MOVE_PREPAY: "c m",
    P.SELL_ON_CREDIT: "c m",
    P.OWE_FILL: "m",
    P.TEST_FILL: "m",
    P.RESOLVE_FILL: "m",
    P.UNLOCK_FILL: "m",
    P.BOOK_MISSING: "m",
    P.OPEN_DRAWER: "m",
    P.CASH_IN: "c m",
    P.CASH_OUT: "m",
    P.SAFE_DROP: "c m",
    P.SEE_EXPECTED: "m",
    P.CHECK_COUNT: "m",
    P.CORRECT_SHIFT: "m",
    P.SEE_REPORTS: "m",
    P.SEE_JOURNAL: "m",
    P.SCHEDULE_PRICES: "m",
    P.KEEP_TANKS: "m",
    P.ADJUST_STOCK: "m",
    P.MANAGE_OFFERS: "m",
    P.MANAGE_ACCOUNTS: "m",
    P.MANAGE_STAFF: "m",
    P.MANAGE_ROLES: "m",
}


def _check(
    station: SmallStation,
    by: StaffId,
    permission: Permission,
    approval: ApprovalId | None = None,
    subject: str = "",
) -> Leave:
    with station.work() as work:
        return work.rights.check(by, permission, approval, subject)


def _approve(
    station: SmallStation, permission: Permission = P.REFUND, subject: str = "", approver: str = ""
) -> ApprovalId:
    by = StaffId(approver) or station.manager
    return station.staff.approve(by, "3690", permission, station.cashier, subject).id


# --- the table --------------------------------------------------------------------------------------------------------


def test_the_table_knows_every_right() -> None:
    assert set(MAY) == set(Permission)


def test_who_may_from_the_first_day_on(station: SmallStation) -> None:
    for role, (permission, who) in product(FIRST_ROLES, MAY.items()):
        person = station.people[role]
        if role.code[0] in who.split():
            assert _check(station, person.id, permission) == Leave(person.id)
        else:
            with pytest.raises(ApprovalNeeded) as needed:
                _check(station, person.id, permission, subject="s1")
            assert (needed.value.permission, needed.value.subject) == (permission, "s1")


# --- agreements -------------------------------------------------------------------------------------------------------


def test_a_manager_agrees_and_both_names_are_known(station: SmallStation) -> None:
    approval = _approve(station, subject="sale-1")
    assert _check(station, station.cashier, P.REFUND, approval, "sale-1") == Leave(
        station.cashier, station.manager
    )
    assert ApprovalGiven(approval, station.manager, station.cashier, "refund", "sale-1") in station.events


def test_an_agreement_holds_once(station: SmallStation) -> None:
    approval = _approve(station)
    _check(station, station.cashier, P.REFUND, approval)
    with pytest.raises(ApprovalNotValid):
        _check(station, station.cashier, P.REFUND, approval)


def test_whoever_agreed_to_the_look_agreed_to_the_paper_of_it(station: SmallStation) -> None:
    def printed(shift: str = "shift-1", permission: Permission = P.SEE_EXPECTED) -> Leave:
        with station.work() as work:
            return work.rights.check(station.cashier, permission, look, shift, shown=True)

    look = _approve(station, P.SEE_EXPECTED, "shift-1")
    assert printed().approver == station.manager  # fresh: printed without a look, it is used up
    with pytest.raises(ApprovalNotValid):
        _check(station, station.cashier, P.SEE_EXPECTED, look, "shift-1")
    assert printed().approver == station.manager
    for wrong in ({"shift": "shift-2"}, {"permission": P.REFUND}):
        with pytest.raises(ApprovalNeeded):
            printed(**wrong)
    station.clock.move(STILL_SHOWN)
    with pytest.raises(ApprovalNeeded):
        printed()


def test_what_did_not_happen_uses_nothing_up(station: SmallStation) -> None:
    approval = _approve(station)

    def fall_down() -> None:
        with station.work() as work:
            work.rights.check(station.cashier, P.REFUND, approval)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fall_down()
    assert _check(station, station.cashier, P.REFUND, approval).approver == station.manager


def test_an_agreement_lives_two_minutes(station: SmallStation) -> None:
    last_moment, too_late = _approve(station), _approve(station)
    station.clock.move(APPROVAL_LIVES - timedelta(microseconds=1))
    _check(station, station.cashier, P.REFUND, last_moment)
    station.clock.move(timedelta(microseconds=1))
    with pytest.raises(ApprovalNotValid):
        _check(station, station.cashier, P.REFUND, too_late)


def test_an_agreement_of_tomorrow_is_none(station: SmallStation) -> None:
    approval = _approve(station)
    station.clock.move(-timedelta(hours=1))
    with pytest.raises(ApprovalNotValid):
        _check(station, station.cashier, P.REFUND, approval)


def test_an_agreement_is_for_one_right(station: SmallStation) -> None:
    approval = _approve(station, P.REFUND)
    with pytest.raises(ApprovalNotValid):
        _check(station, station.cashier, P.VOID_SALE, approval)
    _check(station, station.cashier, P.REFUND, approval)


@pytest.mark.parametrize(("given", "wanted"), [("sale-1", "sale-2"), ("sale-1", ""), ("", "sale-1")])
def test_an_agreement_is_for_one_thing(station: SmallStation, given: str, wanted: str) -> None:
    approval = _approve(station, subject=given)
    with pytest.raises(ApprovalNotValid):
        _check(station, station.cashier, P.REFUND, approval, wanted)


def test_an_agreement_is_for_one_person(station: SmallStation) -> None:
    approval = _approve(station)
    with pytest.raises(ApprovalNotValid):
        _check(station, station.attendant, P.REFUND, approval)


def test_an_agreement_that_nobody_gave_is_none(station: SmallStation) -> None:
    with pytest.raises(ApprovalNotValid):
        _check(station, station.cashier, P.REFUND, ApprovalId("f" * 32))


def test_nobody_agrees_to_his_own_wish(station: SmallStation) -> None:
    with pytest.raises(ApprovalOfOneself):
        station.staff.approve(station.manager, "3690", P.REFUND, station.manager)


def test_who_may_not_cannot_agree_either(station: SmallStation) -> None:
    with pytest.raises(NotAllowed):
        station.staff.approve(station.attendant, "1470", P.REFUND, station.cashier)


def test_who_left_neither_asks_nor_agrees(station: SmallStation) -> None:
    second = station.staff.add("钱二", Role.MANAGER, "3690", station.manager)
    station.staff.leave(second.id, station.manager)
    station.staff.leave(station.attendant, station.manager)
    with pytest.raises(StaffNotFound):
        station.staff.approve(second.id, "3690", P.REFUND, station.cashier)
    with pytest.raises(StaffNotFound):
        station.staff.approve(station.manager, "3690", P.REFUND, station.attendant)
    with pytest.raises(NotAllowed):
        _check(station, station.attendant, P.REFUND)


def test_who_may_is_asked_and_not_the_one_who_asks(station: SmallStation) -> None:
    assert [p.id for p in station.staff.who_may(P.REFUND, station.cashier)] == [station.manager]
    assert list(station.staff.who_may(P.REFUND, station.manager)) == []


def test_wrong_pins_lock_the_one_who_was_to_agree(station: SmallStation) -> None:
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongPin) as wrong:
            station.staff.approve(station.manager, "0000", P.REFUND, station.cashier)
        assert wrong.value.tries_left == left
    with pytest.raises(PinLocked):
        station.staff.approve(station.manager, "0000", P.REFUND, station.cashier)
    with pytest.raises(PinLocked):
        station.staff.sign_in(station.manager, "3690")
    failed = [event for event in station.events if isinstance(event, SignInFailed)]
    assert [event.locked for event in failed] == [False, False, False, False, True]


def test_two_people_with_one_pin_are_told_apart(station: SmallStation) -> None:
    second = station.staff.add("钱二", Role.MANAGER, "3690", station.manager)
    approval = station.staff.approve(second.id, "3690", P.REFUND, station.cashier)
    assert approval.approver == second.id


def test_a_second_person_is_needed_where_the_station_wants_one(station: SmallStation) -> None:
    station.second_person.add(P.REFUND)
    second = station.staff.add("钱二", Role.MANAGER, "4321", station.manager)
    with pytest.raises(ApprovalNeeded):
        _check(station, station.manager, P.REFUND)
    approval = station.staff.approve(second.id, "4321", P.REFUND, station.manager)
    assert _check(station, station.manager, P.REFUND, approval.id).approver == second.id


def test_no_pin_ever_stands_in_the_journal(station: SmallStation) -> None:
    card = station.staff.give_card(station.manager, station.manager)
    _approve(station)
    with pytest.raises(WrongPin):
        station.staff.approve(station.manager, "9753", P.REFUND, station.cashier)
    station.staff.change_pin(station.cashier, "8642", station.manager)
    with station.database.reading() as look:
        rows = look.driver.execute("SELECT body FROM events").fetchall()
        kept = look.driver.execute("SELECT pin_hash, card_hash FROM staff").fetchall()
    for secret in ("3690", "9753", "8642", card):
        assert not any(f'"{secret}"' in body for (body,) in rows)
        assert not any(secret == value for row in kept for value in row)


# --- what exists and asks ---------------------------------------------------------------------------------------------


def test_the_drawer_opens_with_an_agreement_and_both_names_in_the_journal(station: SmallStation) -> None:
    with pytest.raises(ApprovalNeeded):
        station.receipts.open_drawer(station.cashier)
    assert station.printer.drawer_openings == 0
    station.receipts.open_drawer(station.cashier, _approve(station, P.OPEN_DRAWER))
    assert station.printer.drawer_openings == 1
    with station.database.reading() as look:
        row = look.driver.execute("SELECT actor, approver FROM events WHERE kind = 'DrawerOpened'").fetchone()
    assert row == (station.cashier, station.manager)
    assert DrawerOpened(station.cashier) in station.events


def test_a_price_is_agreed_to_as_it_was_named(station: SmallStation) -> None:
    station.second_person.add(P.SCHEDULE_PRICES)
    second = station.staff.add("钱二", Role.MANAGER, "4321", station.manager)
    later, price = station.clock.now() + timedelta(hours=1), UnitPrice(7_990)
    with pytest.raises(ApprovalNeeded) as needed:
        station.prices.schedule(G92, price, later, station.manager)
    approval = station.staff.approve(
        second.id, "4321", P.SCHEDULE_PRICES, station.manager, needed.value.subject
    )
    with pytest.raises(ApprovalNotValid):
        station.prices.schedule(G92, UnitPrice(7_000), later, station.manager, approval.id)
    planned = station.prices.schedule(G92, price, later, station.manager, approval.id)
    with pytest.raises(ApprovalNeeded):
        station.prices.withdraw(planned.id, station.manager)


# --- roles ------------------------------------------------------------------------------------------------------------


def _person(station: SmallStation, staff: StaffId) -> StaffMember:
    return next(person for person in station.staff.people() if person.id == staff)


def test_a_role_of_the_stations_own(station: SmallStation) -> None:
    role = station.roles.add("  领班  ", {P.SELL, P.REFUND}, station.manager)
    assert role.name == "领班"
    station.staff.change_role(station.cashier, role, station.manager)
    assert _check(station, station.cashier, P.REFUND) == Leave(station.cashier)
    assert [each.code for each in station.roles.roles()] == ["cashier", "attendant", "manager", role.code]


def test_ticking_a_right_counts_at_once_and_is_told(station: SmallStation) -> None:
    rights = (Role.CASHIER.permissions | {P.OPEN_DRAWER}) - {P.VOID_LINE}
    station.roles.permit("cashier", rights, station.manager)
    assert _check(station, station.cashier, P.OPEN_DRAWER) == Leave(station.cashier)
    with pytest.raises(ApprovalNeeded):
        _check(station, station.cashier, P.VOID_LINE)
    told = [event for event in station.events if isinstance(event, RoleChanged)]
    assert [(event.given, event.taken) for event in told] == [("open_drawer", "void_line")]
    station.roles.permit("cashier", rights, station.manager)
    assert len([event for event in station.events if isinstance(event, RoleChanged)]) == 1


@pytest.mark.parametrize("name", ["", "   ", "很" * 41])
def test_a_role_needs_a_name(station: SmallStation, name: str) -> None:
    with pytest.raises(RoleUnfit):
        station.roles.add(name, set(), station.manager)


def test_two_roles_are_not_called_the_same(station: SmallStation) -> None:
    station.roles.add("Shift Lead", set(), station.manager)
    with pytest.raises(RoleUnfit):
        station.roles.add("shift lead", set(), station.manager)
    with pytest.raises(RoleUnfit):
        station.roles.rename("cashier", "Shift lead", station.manager)


def test_a_role_with_people_is_not_put_away(station: SmallStation) -> None:
    with pytest.raises(RoleHasPeople):
        station.roles.put_away("attendant", station.manager)
    station.staff.leave(station.attendant, station.manager)
    station.roles.put_away("attendant", station.manager)
    assert "attendant" not in [role.code for role in station.roles.roles()]
    with pytest.raises(RoleUnknown):
        station.roles.rename("attendant", "x", station.manager)


def test_nobody_takes_the_last_key_away(station: SmallStation) -> None:
    for losing in (P.MANAGE_STAFF, P.MANAGE_ROLES):
        with pytest.raises(NobodyLeftToManage):
            station.roles.permit("manager", Role.MANAGER.permissions - {losing}, station.manager)
    with pytest.raises(NobodyLeftToManage):
        station.staff.change_role(station.manager, Role.CASHIER, station.manager)
    with pytest.raises(NobodyLeftToManage):
        station.staff.leave(station.manager, station.manager)
    assert _person(station, station.manager).may(P.MANAGE_ROLES)
    second = station.staff.add("钱二", Role.MANAGER, "4321", station.manager)
    station.staff.leave(station.manager, second.id)
    assert second.may(P.MANAGE_STAFF)


def test_only_who_manages_roles_does(station: SmallStation) -> None:
    for call in (
        lambda: station.roles.add("x", set(), station.cashier),
        lambda: station.roles.rename("cashier", "x", station.cashier),
        lambda: station.roles.permit("cashier", set(Permission), station.cashier),
        lambda: station.roles.put_away("attendant", station.cashier),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_who_manages_people_but_no_roles_gives_no_more_than_he_has(station: SmallStation) -> None:
    foreman = station.roles.add("领班", Role.CASHIER.permissions | {P.MANAGE_STAFF}, station.manager)
    station.staff.change_role(station.cashier, foreman, station.manager)
    by = station.cashier
    new = station.staff.add("新人", Role.CASHIER, "1111", by)
    station.staff.change_pin(new.id, "2222", by)
    for call in (
        lambda: station.staff.add("朋友", Role.MANAGER, "1111", by),
        lambda: station.staff.change_role(new.id, Role.MANAGER, by),
        lambda: station.staff.change_role(by, Role.MANAGER, by),
        lambda: station.staff.change_pin(station.manager, "1111", by),
        lambda: station.staff.give_card(station.manager, by),
        lambda: station.staff.leave(station.manager, by),
    ):
        with pytest.raises(NotAllowed):
            call()


# --- people: PIN, card, away and back ---------------------------------------------------------------------------------


def test_another_pin(station: SmallStation) -> None:
    for _try in range(5):
        with pytest.raises((WrongPin, PinLocked)):
            station.staff.sign_in(station.cashier, "0000")
    station.staff.change_pin(station.cashier, "864209", station.manager)
    assert station.staff.sign_in(station.cashier, "864209").id == station.cashier
    with pytest.raises(WrongPin):
        station.staff.sign_in(station.cashier, "2580")
    with pytest.raises(PinUnfit):
        station.staff.change_pin(station.cashier, "12", station.manager)


def test_a_card_signs_in_and_agrees(station: SmallStation) -> None:
    cashier = station.staff.give_card(station.cashier, station.manager)
    manager = station.staff.give_card(station.manager, station.manager)
    assert station.staff.sign_in_by_card(f" {cashier.lower()} ").id == station.cashier
    assert station.staff.approve(None, manager, P.REFUND, station.cashier).approver == station.manager
    with pytest.raises(ApprovalOfOneself):
        station.staff.approve(None, cashier, P.REFUND, station.cashier)


def test_a_card_that_is_nobodys_any_more(station: SmallStation) -> None:
    first = station.staff.give_card(station.cashier, station.manager)
    second = station.staff.give_card(station.cashier, station.manager)
    station.staff.take_card(station.cashier, station.manager)
    lost = station.staff.give_card(station.attendant, station.manager)
    station.staff.leave(station.attendant, station.manager)
    station.staff.come_back(station.attendant, station.manager)
    for card in (first, second, lost, "YS" + "2" * 18):
        with pytest.raises(CardUnknown):
            station.staff.sign_in_by_card(card)
    assert station.staff.sign_in(station.attendant, "1470").id == station.attendant


def test_the_card_of_another_than_the_one_chosen_is_no_proof(station: SmallStation) -> None:
    card = station.staff.give_card(station.manager, station.manager)
    second = station.staff.add("钱二", Role.MANAGER, "4321", station.manager)
    with pytest.raises(CardUnknown):
        station.staff.approve(second.id, card, P.REFUND, station.cashier)


def test_a_card_of_somebody_locked_out_waits_too(station: SmallStation) -> None:
    card = station.staff.give_card(station.cashier, station.manager)
    for _try in range(5):
        with pytest.raises((WrongPin, PinLocked)):
            station.staff.sign_in(station.cashier, "0000")
    with pytest.raises(PinLocked):
        station.staff.sign_in_by_card(card)


def test_a_locked_till_opens_to_the_same_person_and_to_who_may_work_there(station: SmallStation) -> None:
    station.staff.lock(station.cashier, idle=True)
    rights = (P.SELL,)
    assert station.staff.unlock(station.cashier, station.cashier, "2580", rights).id == station.cashier
    assert station.staff.unlock(station.cashier, station.manager, "3690", rights).id == station.manager
    with pytest.raises(TillIsLocked):
        station.staff.unlock(station.cashier, station.attendant, "1470", rights)
    # Whoever worked there opens it even where his role has changed since.
    assert station.staff.unlock(station.attendant, station.attendant, "1470", rights).id == station.attendant
