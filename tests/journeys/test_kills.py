"""Tills that die without a word: real windows in processes of their own, killed with -9 at the worst moments."""

import threading
from collections.abc import Callable, Iterator

import pytest

from core.domain.ids import OrderId
from core.domain.order import CancelReason
from core.domain.payment import PaymentState
from core.domain.staff import Role
from core.domain.station_order import ServiceState
from demo.processes import Program
from demo.window import Window
from tests.journeys.audit import books_agree
from tests.journeys.driver import Driver
from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import PINS, WATER, RealStation

LEASE_SECONDS = 30.0  # ten until another may take the pumps, and some for a slow machine


class TillProcess:
    """A till in a process of its own, somebody signed in."""

    def __init__(self, site: RealStation, role: Role) -> None:
        self.site = site
        place = "forecourt" if role == Role.ATTENDANT else "counter"
        self.program: Program = site.outside.processes.start(
            f"till-{place}", "demo.puppet", "pos", "--window-size", "1366x768",
            "--config", str(site.config), "--place", place,
        ).wait_until_ready()  # fmt: skip
        self.window = Window(self.program, site.folder)
        person = {Role.CASHIER: site.cashier, Role.ATTENDANT: site.attendant}[role]
        self.window.click(self.window.wait_for_name(f"sign_in_person_{person}"))
        self.window.type("sign_in_pin", PINS[role])
        self.window.click("sign_in_go")

    def wait_linked(self) -> None:
        """Until the pumps report and the cloud's directory knows the station."""
        eventually(lambda: self.site.reading(8), "the pumps report", LEASE_SECONDS)
        eventually(self.site.is_known, "the directory knows the station")

    def open_shift(self) -> None:
        self.window.type("shift_float", "500")
        self.window.click("shift_open_go")
        self.window.wait_for("scan_box")

    def kill(self) -> None:
        self.window.close()
        self.program.kill()


@pytest.fixture
def opened() -> Iterator[Callable[[RealStation, Role], TillProcess]]:
    tills: list[TillProcess] = []

    def open_till(site: RealStation, role: Role) -> TillProcess:
        tills.append(TillProcess(site, role))
        return tills[-1]

    yield open_till
    for till in tills:
        if till.program.process.poll() is None:
            till.kill()


Opened = Callable[[RealStation, Role], TillProcess]


@pytest.mark.timeout(180)
def test_a_second_till_takes_over_what_the_owner_left_when_it_died(
    site: RealStation, outside: Outside, driver: Driver, opened: Opened
) -> None:
    """One owns the pumps and waits for a provider's answer; the other serves an order. The first is killed."""
    first = opened(site, Role.CASHIER)
    first.open_shift()
    counter = first.window
    counter.type("scan_box", "RUBBISH", enter=True)
    assert "RUBBISH 既不是商品码，也不是优惠券或付款码，请重新扫描。" in counter.wait_for(
        "notice_words", "RUBBISH"
    )
    counter.type("scan_box", "YZ23456789AB", enter=True)  # an empty bill has nothing to take anything off
    counter.type("scan_box", WATER, enter=True)
    counter.wait_for("due_amount", "15.00")
    second = site.open(ready=False)
    first.wait_linked()
    assert not second.health.state.owner

    order = OrderId(driver.order_and_pay(site.id))
    site.wait_order(order, ServiceState.WAITING)
    second.orders.accept(order, site.attendant)
    second.orders.check_plate(order, site.attendant)
    second.orders.authorise(order, site.attendant)
    site.wait_order(order, ServiceState.AUTHORISED)
    site.pace(6)
    site.at_pump(2, "serve", nozzle=1, target_amount_fen=15_000)
    site.wait_flow(2)
    outside.control(outside.wechat, "next", {"behaviour": "silent", "path_contains": "codepay"})
    counter.click("pay_code")
    # At a scanner's speed, with its Enter: a scan, wherever the focus is.
    counter.type("code_box", outside.payer_code(), enter=True)
    eventually(lambda: _payment_states(site) == [PaymentState.PENDING], "the payment is written down")
    [asked] = site.rows("SELECT id FROM payments")
    eventually(lambda: asked["id"] in outside.ledger(), "the provider has charged, and never answers")
    first.kill()

    site.pace(60)
    eventually(lambda: second.health.state.owner, "the second takes over", LEASE_SECONDS)
    site.wait_order(order, ServiceState.FILLED)
    second.orders.confirm(order, site.attendant)
    assert driver.wait(order, "completed")["settlement"]["owed_fen"] == 15_000
    eventually(lambda: _payment_states(site) == [PaymentState.CAPTURED], "the bill is paid")
    books_agree(site)


@pytest.mark.long
@pytest.mark.timeout(120)
def test_an_emergency_pressed_while_the_owner_is_dead_is_seen_to_by_the_next(
    site: RealStation, opened: Opened
) -> None:
    first = opened(site, Role.CASHIER)
    first.wait_linked()
    second = site.open(ready=False)
    site.release(1)
    site.pace(1)
    site.at_pump(1, "serve", nozzle=1)
    site.wait_flow(1, 100)
    first.kill()
    second.forecourt.stop_all(site.cashier)
    eventually(lambda: site.fills(1), "the pump has stopped and its fill is booked", LEASE_SECONDS)
    assert second.health.state.owner
    books_agree(site)


@pytest.mark.long
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "moment", ["waiting", "accepted", "plate_checked", "authorised", "fuelling", "filled"]
)
def test_a_till_killed_at_any_moment_of_an_order_goes_on_where_it_was(
    site: RealStation, driver: Driver, opened: Opened, moment: str
) -> None:
    till = opened(site, Role.ATTENDANT)
    till.wait_linked()
    order = OrderId(driver.order_and_pay(site.id))
    steps = ["waiting", "accepted", "plate_checked", "authorised"]
    for state in steps[: steps.index(moment) + 1] if moment in steps else steps:
        if state != "waiting":
            till.window.click(f"order_next_{order}")
        _wait_order(site, order, state)
    if moment in {"fuelling", "filled"}:
        site.pace(6 if moment == "fuelling" else 60)
        site.at_pump(2, "serve", nozzle=1, target_amount_fen=15_000)
        _wait_order(site, order, moment)
    (lease,) = site.rows("SELECT holder FROM leases")
    till.kill()
    site.pace(60)

    till = opened(site, Role.ATTENDANT)
    eventually(
        lambda: site.rows("SELECT holder FROM leases WHERE holder <> ?", lease["holder"]),
        "it owns the pumps",
        LEASE_SECONDS,
    )
    for state in steps[steps.index(moment) + 1 :] if moment in steps else []:
        till.window.wait_for(f"order_card_{order}", seconds=LEASE_SECONDS)
        eventually(lambda: site.reading(2) == "idle", "the pump is free", LEASE_SECONDS)
        till.window.click(f"order_next_{order}")
        _wait_order(site, order, state)
    if moment in steps:
        site.at_pump(2, "serve", nozzle=1, target_amount_fen=15_000)
    _wait_order(site, order, "filled")
    till.window.click(f"order_next_{order}")
    assert driver.wait(order, "completed", LEASE_SECONDS)["settlement"]["owed_fen"] == 15_000
    books_agree(site)


@pytest.mark.long
@pytest.mark.timeout(180)
@pytest.mark.parametrize("ending", ["99", "04", "02", "03"])
@pytest.mark.parametrize("milliseconds", [0, 15, 40, 90, 200])
def test_a_till_killed_in_the_middle_of_a_code_payment_charges_once_or_not_at_all(
    site: RealStation, outside: Outside, opened: Opened, ending: str, milliseconds: int
) -> None:
    till = opened(site, Role.CASHIER)
    till.open_shift()
    till.window.type("scan_box", WATER, enter=True)
    till.window.wait_for("due_amount", "15.00")
    till.window.click("pay_code")
    till.window.type("code_box", outside.payer_code(ending), enter=True)
    threading.Event().wait(milliseconds / 1_000)
    till.kill()

    station = site.open(ready=False)
    eventually(lambda: station.health.state.owner, "the till owns the cloud link again", LEASE_SECONDS)
    eventually(lambda: PaymentState.PENDING not in _payment_states(site), "the payment has its end", 90)
    bill = station.sales.current(site.cashier)
    if bill is not None and bill.lines:
        station.payments.take_cash(bill.id, bill.due, site.cashier)
    books_agree(site)


@pytest.mark.long
@pytest.mark.timeout(120)
def test_a_till_killed_while_it_claims_an_order_claims_it_with_the_same_id(
    site: RealStation, outside: Outside, driver: Driver
) -> None:
    """The claim is written down, and whether it arrived is not known."""
    site.open()
    order = OrderId(driver.order_and_pay(site.id))
    site.wait_order(order, ServiceState.WAITING)
    site.shut(site.till)
    site.write(
        "UPDATE orders SET state = 'claiming', claim = ?, served_by = ? WHERE id = ?",
        "c" * 32,
        site.attendant,
        order,
    )
    site.open(ready=False)
    site.wait_order(order, ServiceState.ACCEPTED)
    site.till.orders.decline(order, CancelReason.CAR_NOT_THERE, site.attendant)
    driver.wait(order, "cancelled")
    books_agree(site)


def _payment_states(site: RealStation) -> list[PaymentState]:
    return [PaymentState(row["state"]) for row in site.rows("SELECT state FROM payments ORDER BY at")]


def _wait_order(site: RealStation, order: str, state: str) -> None:
    asked = "SELECT id FROM orders WHERE id = ? AND state = ?"
    eventually(lambda: site.rows(asked, order, state), f"the order is {state}", LEASE_SECONDS)
