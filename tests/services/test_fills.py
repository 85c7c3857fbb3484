"""Fills that are not simply paid: gone without paying, tested, disputed, written off, claimed by another till."""

from datetime import timedelta

import pytest

from core.domain.count import cash_count
from core.domain.debt import DebtKind, Debtor, DebtState
from core.domain.events.pumps import CustomerGone, DebtCollected
from core.domain.fill import Fill, FillState
from core.domain.fill_step import FillStep
from core.domain.ids import ApprovalId, FillId, ShiftId, StaffId, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.pumps import (
    DueDayUnfit,
    FillNotClaimed,
    FillStateUnfit,
    FillTaken,
    LitresUnfit,
    WhoOwesMissing,
)
from core.domain.refusals.sales import SaleHasMoney
from core.domain.refusals.typed import PhoneUnfit, ReasonMissing
from core.domain.report import ShiftReport
from core.domain.staff import Permission
from core.services.sales.desk import SaleDesk
from core.wording.formats import STATION_ZONE
from tests.services.small_station import STATION, SmallStation

WHO = Debtor("陈军", "云a12345", "138 0013 8000", "手机没电")
TANK = TankNumber(1)


@pytest.fixture
def fill(station: SmallStation) -> Fill:
    return station.a_fill()


def state(station: SmallStation, fill: Fill) -> FillState:
    with station.work.reading() as work:
        return work.fills.get(fill.id).state


def agreed(station: SmallStation, permission: Permission, fill: FillId) -> ApprovalId:
    return station.staff.approve(
        station.manager, "3690", asked_by=station.cashier, permission=permission, subject=fill
    ).id


def promised(station: SmallStation, fill: Fill, by: StaffId | None = None, days: int = 3) -> None:
    due = station.clock.now().astimezone(STATION_ZONE).date() + timedelta(days=days)
    station.fills.let_go(fill.id, DebtKind.PROMISE, WHO, due, by or station.manager)


def report(station: SmallStation, shift: ShiftId) -> ShiftReport:
    with station.work.reading() as work:
        return work.shift_reports.of(shift)


def another_till(station: SmallStation) -> SaleDesk:
    return SaleDesk(
        station.work,
        station.clock,
        station.ids,
        station.coupon_desk,
        STATION,
        place="pos-2",
        zone=STATION_ZONE,
    )


# --- gone without paying ------------------------------------------------------------------------------------------------


def test_a_promise_is_collected_in_a_later_shift_by_any_tender_and_the_money_is_right(
    station: SmallStation, fill: Fill
) -> None:
    promised(station, fill)
    first = station.shifts.current()
    assert first is not None
    assert station.forecourt.unpaid() == []
    [owed] = station.fills.owed()
    assert (owed.debt.plate, owed.debt.phone, owed.overdue) == ("云A12345", "13800138000", False)
    station.shifts.close(cash_count(first.opening_float), station.cashier)
    station.open_shift()
    second = station.shifts.current()
    assert second is not None
    bill = station.a_bill(fill)
    assert bill.total == fill.amount
    paid = station.payments.take_cash(bill.id, fill.amount, station.cashier)
    assert paid.number
    assert state(station, fill) is FillState.PAID
    assert station.fills.owed() == []
    [debt] = station.fills.debts(5)
    assert (debt.state, debt.sale) == (DebtState.COLLECTED, bill.id)
    before, after = report(station, first.id), report(station, second.id)
    assert [figure.step for figure in before.steps] == [FillStep.PROMISE]
    assert before.net == ZERO
    assert [(figure.step, figure.amount) for figure in after.steps] == [(FillStep.COLLECTED, fill.amount)]
    assert after.net == fill.amount
    assert after.expected()[Tender.CASH] == second.opening_float + fill.amount
    assert [event.number for event in station.events if isinstance(event, DebtCollected)] == [debt.number]


def test_a_bill_that_is_given_up_leaves_the_fill_owed(station: SmallStation, fill: Fill) -> None:
    promised(station, fill)
    bill = station.a_bill(fill)
    assert state(station, fill) is FillState.IN_SALE
    station.sales.cancel(bill.id, station.cashier)
    assert state(station, fill) is FillState.OWED
    assert len(station.fills.owed()) == 1


def test_a_broken_promise_comes_first(station: SmallStation, fill: Fill) -> None:
    other = station.a_fill()
    station.fills.let_go(other.id, DebtKind.DRIVE_OFF, Debtor(note="白色轿车"), None, station.manager)
    station.clock.move(timedelta(minutes=1))
    promised(station, fill, days=0)
    assert [each.debt.fill for each in station.fills.owed()] == [other.id, fill.id]
    station.clock.move(timedelta(days=1))
    assert [(each.debt.fill, each.overdue) for each in station.fills.owed()] == [
        (fill.id, True),
        (other.id, False),
    ]


def test_a_cashier_asks_before_a_customer_may_go(station: SmallStation, fill: Fill) -> None:
    with pytest.raises(ApprovalNeeded):
        promised(station, fill, station.cashier)
    assert state(station, fill) is FillState.UNPAID
    leave = agreed(station, Permission.OWE_FILL, fill.id)
    station.fills.let_go(fill.id, DebtKind.DRIVE_OFF, Debtor(), None, station.cashier, leave)
    assert state(station, fill) is FillState.OWED
    [gone] = [event for event in station.events if isinstance(event, CustomerGone)]
    assert gone.debt_kind == DebtKind.DRIVE_OFF


def test_a_promise_names_who_and_when(station: SmallStation, fill: Fill) -> None:
    today = station.clock.now().astimezone(STATION_ZONE).date()

    def let_go(who: Debtor, days: int) -> None:
        due = today + timedelta(days=days)
        station.fills.let_go(fill.id, DebtKind.PROMISE, who, due, station.manager)

    for who in (Debtor(), Debtor("陈军"), Debtor(phone="13800138000")):
        with pytest.raises(WhoOwesMissing):
            let_go(who, 1)
    with pytest.raises(PhoneUnfit):
        let_go(Debtor("陈军", phone="110"), 1)
    for days in (-1, 91):
        with pytest.raises(DueDayUnfit):
            let_go(WHO, days)


def test_what_will_never_be_paid_is_written_off_by_right(station: SmallStation, fill: Fill) -> None:
    promised(station, fill)
    with pytest.raises(ReasonMissing):
        station.fills.write_off(fill.id, "", station.manager)
    with pytest.raises(ApprovalNeeded):
        station.fills.write_off(fill.id, "查无此人", station.cashier)
    station.fills.write_off(fill.id, "查无此人", station.manager)
    assert station.fills.owed() == []
    with pytest.raises(FillTaken):
        station.a_bill(fill)
    again = station.fills.reinstate(fill.id, "人回来了", station.manager)
    assert again in station.forecourt.unpaid()
    assert [each.step for each in station.fills.steps(fill.id)] == [
        FillStep.PROMISE,
        FillStep.WRITTEN_OFF,
        FillStep.REINSTATED,
    ]


# --- pump test ----------------------------------------------------------------------------------------------------------


def test_a_pump_test_is_never_money_and_its_litres_go_back_into_a_tank(
    station: SmallStation, fill: Fill
) -> None:
    station.fills.test(fill.id, fill.volume, TANK, "周检", station.manager)
    shift = station.shifts.current()
    assert shift is not None
    [figure] = report(station, shift.id).steps
    assert (figure.step, figure.volume, figure.returned) == (FillStep.TESTED, fill.volume, fill.volume)
    assert report(station, shift.id).net == ZERO
    with pytest.raises(FillTaken):
        station.a_bill(fill)
    assert station.forecourt.unpaid() == []


def test_a_pump_test_is_undone_by_an_entry_after_its_shift_has_closed(
    station: SmallStation, fill: Fill
) -> None:
    station.fills.test(fill.id, Litres(20_000), TANK, "", station.manager)
    first = station.shifts.current()
    assert first is not None
    station.shifts.close(cash_count(first.opening_float), station.cashier)
    station.fills.undo_test(fill.id, "点错了", station.manager)
    assert state(station, fill) is FillState.UNPAID
    test, undone = station.fills.steps(fill.id)
    assert (undone.returned, undone.tank, undone.undoes) == (Litres(20_000), TANK, test.id)
    station.fills.test(fill.id, NO_LITRES, None, "回收桶", station.manager)
    with pytest.raises(FillStateUnfit):
        station.fills.test(fill.id, NO_LITRES, None, "", station.manager)


def test_no_more_goes_back_than_was_delivered_and_only_into_a_tank(station: SmallStation, fill: Fill) -> None:
    for returned, tank in ((fill.volume + Litres(1), TANK), (Litres(1), None), (Litres(-1), TANK)):
        with pytest.raises(LitresUnfit):
            station.fills.test(fill.id, returned, tank, "", station.manager)
    with pytest.raises(ApprovalNeeded):
        station.fills.test(fill.id, fill.volume, TANK, "", station.cashier)


# --- disputed -----------------------------------------------------------------------------------------------------------


def test_a_disputed_fill_stays_in_sight_until_a_manager_decides(station: SmallStation, fill: Fill) -> None:
    station.fills.dispute(fill.id, "说只加了100", station.cashier)
    assert [each.id for each in station.fills.disputed()] == [fill.id]
    with pytest.raises(FillTaken):
        station.a_bill(fill)
    with pytest.raises(ApprovalNeeded):
        station.fills.reinstate(fill.id, "看过监控", station.cashier)
    station.fills.reinstate(fill.id, "看过监控", station.manager)
    assert station.a_bill(fill).total == fill.amount
    other = station.a_fill()
    station.fills.dispute(other.id, "枪头漏油", station.cashier)
    station.fills.test(other.id, other.volume, TANK, "", station.manager)
    third = station.a_fill()
    station.fills.dispute(third.id, "不认账", station.cashier)
    station.fills.write_off(third.id, "监控看不清", station.manager)
    assert station.fills.disputed() == []


# --- claimed ------------------------------------------------------------------------------------------------------------


def test_a_fill_on_a_bill_belongs_to_that_till_and_is_seen_there(station: SmallStation, fill: Fill) -> None:
    bill = station.a_bill(fill)
    [claim] = another_till(station).claims()
    assert (claim.fill.id, claim.sale, claim.place, claim.cashier) == (fill.id, bill.id, "pos-1", "李敏")
    theirs = another_till(station)
    mine = theirs.open(station.manager)
    with pytest.raises(FillTaken):
        theirs.add_fill(mine.id, fill.id, station.manager)


def test_another_till_takes_a_fill_off_a_bill_by_right(station: SmallStation, fill: Fill) -> None:
    bill = station.a_bill(fill, pieces=2)
    theirs = another_till(station)
    with pytest.raises(ApprovalNeeded):
        theirs.release_fill(fill.id, station.cashier)
    theirs.release_fill(fill.id, station.manager)
    assert state(station, fill) is FillState.UNPAID
    assert [line.fill for line in station.sale(bill.id).lines] == [None]
    with pytest.raises(FillNotClaimed):
        theirs.release_fill(fill.id, station.manager)


def test_a_dead_tills_claim_needs_no_right_after_a_while_and_survives_its_restart_until_then(
    station: SmallStation, fill: Fill
) -> None:
    bill = station.a_bill(fill)
    station.restart()
    assert station.sale(bill.id).lines[0].fill == fill.id
    assert not another_till(station).claims()[0].is_stale
    station.clock.move(timedelta(minutes=31))
    assert another_till(station).claims()[0].is_stale
    another_till(station).release_fill(fill.id, station.cashier)
    assert state(station, fill) is FillState.UNPAID


def test_a_fill_whose_bill_has_money_is_not_taken_off(station: SmallStation, fill: Fill) -> None:
    bill = station.a_bill(fill, pieces=2)
    station.payments.take_cash(bill.id, Money(1_000), station.cashier, amount=Money(1_000))
    with pytest.raises(SaleHasMoney):
        another_till(station).release_fill(fill.id, station.manager)
