"""Account customers: they buy up to their limit, pay later, and every entry has two sides."""

from datetime import timedelta

import pytest

from core.domain.account import Account, EntryKind
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.refund import RefundReason, Wanted
from core.domain.refusals.accounts import (
    AccountIsClosed,
    AccountLimitReached,
    AccountOwesLess,
    AccountOwesMore,
    PlateNotOnAccount,
)
from core.domain.refusals.payments import CardNumberRefused, TenderUnfit
from core.domain.refusals.people import NotAllowed
from core.domain.sale import SaleState
from tests.services.small_station import SmallStation

PLATE = "云A12345"


@pytest.fixture(name="fleet")
def _fleet(station: SmallStation) -> Account:
    return station.accounts.open("云南顺达物流", [PLATE, "云A·D12345"], Money(5_000), station.manager)


def _bought(station: SmallStation, fleet: Account, pieces: int = 2) -> Account:
    bill = station.a_bill(pieces=pieces)
    sold = station.payments.take_on_credit(bill.id, fleet.id, None, "云a·12345", station.cashier)
    assert sold.state is SaleState.COMPLETED
    return station.accounts.all()[0]


def test_what_is_bought_on_credit_is_owed(station: SmallStation, fleet: Account) -> None:
    assert _bought(station, fleet).owed == Money(3_000)
    shift = station.shifts.current()
    assert shift is not None
    [credit] = station.totals.tenders(shift.id)
    assert (credit.tender, credit.amount) == (Tender.CREDIT, Money(3_000))


def test_nobody_owes_more_than_was_agreed(station: SmallStation, fleet: Account) -> None:
    _bought(station, fleet, 3)
    bill = station.a_bill(pieces=1)
    with pytest.raises(AccountLimitReached):
        station.payments.take_on_credit(bill.id, fleet.id, None, PLATE, station.cashier)
    with pytest.raises(station.database.error), station.database.writing() as transaction:
        transaction.driver.execute("UPDATE accounts SET owed = 5001")


def test_only_the_cars_of_the_account_are_filled_on_it(station: SmallStation, fleet: Account) -> None:
    bill = station.a_bill(pieces=1)
    for plate in ("云A99999", ""):
        with pytest.raises(PlateNotOnAccount):
            station.payments.take_on_credit(bill.id, fleet.id, None, plate, station.cashier)


def test_a_closed_account_buys_no_more_and_can_still_settle(station: SmallStation, fleet: Account) -> None:
    _bought(station, fleet)
    station.accounts.change(fleet.id, fleet.name, fleet.plates, fleet.limit, False, station.manager)
    bill = station.a_bill(pieces=1)
    with pytest.raises(AccountIsClosed):
        station.payments.take_on_credit(bill.id, fleet.id, None, PLATE, station.cashier)
    station.accounts.settle(fleet.id, Money(3_000), Tender.CASH, station.manager)
    assert station.accounts.all()[0].owed == ZERO


def test_a_limit_is_not_set_below_what_is_owed(station: SmallStation, fleet: Account) -> None:
    _bought(station, fleet)
    with pytest.raises(AccountOwesMore):
        station.accounts.change(fleet.id, fleet.name, fleet.plates, Money(2_999), True, station.manager)


def test_cash_that_settles_is_expected_in_the_drawer(station: SmallStation, fleet: Account) -> None:
    _bought(station, fleet)
    entry = station.accounts.settle(fleet.id, Money(1_000), Tender.CASH, station.manager)
    with station.work.reading() as work:
        shift = work.shifts.current()
        assert shift is not None
        [movement] = work.cash.of(shift.id)
    assert (movement.into_drawer, movement.ref) == (Money(1_000), entry.id)


def test_no_more_is_settled_than_is_owed_and_only_in_ways_a_station_has(
    station: SmallStation, fleet: Account
) -> None:
    _bought(station, fleet)
    with pytest.raises(AccountOwesLess):
        station.accounts.settle(fleet.id, Money(3_001), Tender.CASH, station.manager)
    with pytest.raises(TenderUnfit):
        station.accounts.settle(fleet.id, Money(1_000), Tender.WECHAT, station.manager)
    with pytest.raises(CardNumberRefused):
        station.accounts.settle(
            fleet.id, Money(1_000), Tender.CASH, station.manager, note="卡 6222021234567894"
        )


def test_a_refund_comes_off_the_account(station: SmallStation, fleet: Account) -> None:
    _bought(station, fleet)
    [bill] = station.refunds.recent(1)
    wanted = [Wanted(bill.sale.lines[0].id, 1)]
    refund = station.refunds.refund(bill.sale.id, wanted, RefundReason.GOODS_RETURNED, station.manager)
    assert refund.is_settled
    assert station.accounts.all()[0].owed == Money(1_500)


def test_credit_taken_back_from_an_unfinished_bill_is_not_owed(station: SmallStation, fleet: Account) -> None:
    bill = station.a_bill(pieces=2)
    part = station.payments.take_on_credit(bill.id, fleet.id, Money(1_000), PLATE, station.cashier)
    station.payments.take_back(part.legs[0].id, station.manager)
    assert station.accounts.all()[0].owed == ZERO


def test_the_statement_has_every_entry_with_two_sides(station: SmallStation, fleet: Account) -> None:
    _bought(station, fleet)
    station.clock.move(timedelta(hours=1))
    station.accounts.settle(fleet.id, Money(2_000), Tender.BANK_CARD, station.manager, slip="000777")
    now = station.clock.now()
    told = station.accounts.statement(
        fleet.id, now - timedelta(days=1), now + timedelta(hours=1), station.manager
    )
    assert [entry.kind for entry in told.entries] == [EntryKind.CHARGE, EntryKind.SETTLEMENT]
    assert [(entry.debit, entry.credit) for entry in told.entries] == [
        (f"account:{fleet.id}", "sales"),
        ("bank_card", f"account:{fleet.id}"),
    ]
    assert [entry.number for entry in told.entries] == [1, 2]
    assert (told.before, told.after) == (ZERO, Money(1_000))
    later = station.accounts.statement(
        fleet.id, now + timedelta(hours=1), now + timedelta(hours=2), station.manager
    )
    assert (later.before, later.after, later.entries) == (Money(1_000), Money(1_000), ())


def test_a_cashier_keeps_no_accounts(station: SmallStation, fleet: Account) -> None:
    with pytest.raises(NotAllowed):
        station.accounts.open("老王", [], Money(100), station.cashier)
    with pytest.raises(NotAllowed):
        station.accounts.change(fleet.id, "x", [], Money(100), True, station.cashier)
