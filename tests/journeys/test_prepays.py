"""Fuel paid before it flows, on a real pump controller and real gateways; and a till that dies in the middle of it."""

from collections.abc import Callable

import pytest

from core.domain.ids import NozzleNumber, PumpNumber, SaleId
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.prepay import Prepay, PrepayState
from core.domain.staff import Role
from tests.journeys.audit import books_agree
from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import RealStation
from tests.journeys.test_kills import LEASE_SECONDS, TillProcess, opened  # noqa: F401  A fixture.

PAID = Money(20_000)
Opened = Callable[[RealStation, Role], TillProcess]


def _asked(site: RealStation, pump: int) -> SaleId:
    """A bill for this pump."""
    eventually(lambda: site.reading(pump) == "idle", f"pump {pump} is free")
    bill = site.till.sales.open(site.cashier)
    site.till.sales.add_prepay(bill.id, PumpNumber(pump), NozzleNumber(1), site.cashier, amount=PAID)
    return bill.id


def _state(site: RealStation, state: PrepayState) -> Prepay:
    """The newest prepay once it is so."""

    def so() -> bool:
        return any(row["state"] == state for row in site.rows("SELECT state FROM prepays"))

    eventually(so, f"the prepay is {state}", LEASE_SECONDS)
    [row] = site.rows("SELECT id FROM prepays")
    return site.till.prepays.get(row["id"])


def test_a_prepaid_pump_stops_at_its_amount_and_the_rest_goes_back_in_cash(audited: RealStation) -> None:
    bill = _asked(audited, 1)
    audited.till.payments.take_cash(bill, PAID, audited.cashier)
    _state(audited, PrepayState.RELEASED)
    eventually(lambda: audited.reading(1) == "authorised", "the pump is released")
    audited.at_pump(1, "serve", nozzle=1, target_amount_fen=16_327)
    filled = _state(audited, PrepayState.FILLED)
    assert filled.to_return == Money(3_673)
    refund = audited.till.refunds.return_prepaid(filled.id, audited.cashier)
    assert (refund.total, refund.legs[0].tender) == (Money(3_673), Tender.CASH)
    assert audited.till.forecourt.unpaid() == []
    eventually(
        lambda: audited.rows("SELECT id FROM print_jobs WHERE kind = 'refund_slip'"), "a slip comes out"
    )


def test_what_was_paid_by_code_goes_back_to_the_payer(audited: RealStation, outside: Outside) -> None:
    bill = _asked(audited, 2)
    paid = audited.till.payments.take_code(bill, outside.payer_code(), audited.cashier)
    _state(audited, PrepayState.RELEASED)
    eventually(lambda: audited.reading(2) == "authorised", "the pump is released")
    audited.at_pump(2, "serve", nozzle=1, target_amount_fen=5_000)
    filled = _state(audited, PrepayState.FILLED)
    refund = audited.till.refunds.return_prepaid(filled.id, audited.cashier)
    eventually(lambda: not audited.till.refunds.unsettled(), "the payer has it back")
    assert refund.total == Money(15_000)
    row = outside.ledger()[paid.payments[-1].id]
    assert (row["charged_fen"], row["refunded_fen"]) == (PAID.fen, 15_000)


def test_it_moves_to_another_pump_and_is_filled_there(audited: RealStation) -> None:
    bill = _asked(audited, 3)
    audited.till.payments.take_cash(bill, PAID, audited.cashier)
    prepay = _state(audited, PrepayState.RELEASED)
    eventually(lambda: audited.reading(3) == "authorised", "the pump is released")
    audited.till.prepays.move(prepay.id, PumpNumber(4), NozzleNumber(1), audited.cashier)
    eventually(lambda: audited.reading(4) == "authorised", "the other pump is released")
    eventually(lambda: audited.reading(3) == "idle", "the first one is free")
    audited.at_pump(4, "serve", nozzle=1, target_amount_fen=50_000)
    eventually(lambda: audited.fills(4), "the fill is booked")
    done = audited.till.prepays.get(prepay.id)
    assert (done.pump, done.moved_from, done.kept) == (4, 3, PAID)


@pytest.mark.timeout(180)
def test_a_till_killed_in_the_middle_of_a_prepaid_fill_gives_the_rest_back_afterwards(
    site: RealStation,
    opened: Opened,  # noqa: F811  The fixture.
) -> None:
    till = opened(site, Role.CASHIER)
    till.open_shift()
    till.wait_linked()
    window = till.window
    window.click("pump_tile_1")
    window.click("release_nozzle_1")
    window.click("release_by_amount")
    window.type("release_amount", "200")
    window.click("release_prepay")
    window.wait_for("due_amount", "200.00")
    window.click("pay_cash")
    window.type("cash_given", "200")
    window.click("cash_go")
    window.wait_for("done_paid")
    window.click("next_customer")
    eventually(lambda: site.reading(1) == "authorised", "the pump is released")
    site.pace(4)
    site.at_pump(1, "serve", nozzle=1, target_amount_fen=16_327)
    site.wait_flow(1)
    till.kill()
    site.pace(60)
    eventually(site.ledger, "the pump ends alone")

    till = opened(site, Role.CASHIER)
    owed = till.window.wait_for_name("prepay_owed_", seconds=LEASE_SECONDS)
    till.window.click(owed)
    till.window.wait_for("prepay_owed", "36.73")
    till.window.click("prepay_return")
    till.window.wait_for("refund_total", "36.73")
    [row] = site.rows("SELECT state, used, returned FROM prepays")
    assert (row["state"], row["used"], row["returned"]) == ("settled", 16_327, 3_673)
    books_agree(site)
