"""Money at another controller: paid first, prices that change while pumps run, a till that is killed, a certificate."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from core.domain.ids import GradeCode, NozzleNumber, PumpNumber
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.simulated.pts_controller.certificate import write_self_signed
from dev.places import PROJECT
from tests.second_opinion_controller.channel import ENDED
from tests.second_opinion_controller.controller import Controller
from tests.second_opinion_controller.front import Front, silence
from tests.second_opinion_controller.rig import PRICES, Site
from tests.waiting import eventually


def test_what_was_paid_first_is_filled_to_the_fen_and_the_rest_is_told(site: Site):
    site.till.shifts.open(Money(10_000), site.cashier)
    for pump, paid, poured in ((1, 10_000, 99_000), (2, 20_000, 5_120)):
        _pay_first(site, pump, paid)
        site.until(lambda n=pump: site.controller.dispensers[n].leave is not None, f"{pump} is released")  # type: ignore[misc]
        site.fill(pump, 1, poured)
    site.until_the_books_are_true()
    assert [each.amount for each in site.controller.truth] == [10_000, 3_999]
    rows = site.rows("SELECT pump, amount, state FROM fills ORDER BY pump")
    assert [(row["amount"], row["state"]) for row in rows] == [(10_000, "settled"), (3_999, "for_prepay")]


def test_a_prepay_whose_leave_got_lost_on_the_way_back_is_filled_once(site: Site):
    site.till.shifts.open(Money(10_000), site.cashier)
    site.front.spoil("PumpAuthorize", silence)
    _pay_first(site, 1, 5_000)
    site.until(lambda: site.controller.dispensers[1].leave is not None, "it is released")
    site.fill(1, 1, 99_000)
    site.until_the_books_are_true()
    assert site.rows("SELECT state FROM fills") == [{"state": "settled"}]


def test_a_price_that_changes_while_a_pump_runs_is_the_next_fills(site: Site):
    site.release(1)
    site.release(2)
    site.lift(1)
    site.squeeze(1, 5_000)
    site.till.prices.schedule(GradeCode("G92"), UnitPrice(7_990), None, site.manager)
    site.until(lambda: site.controller.dispensers[3].hoses[1].price == 7_990, "resting pumps have it")
    assert site.controller.dispensers[1].hoses[1].price == 7_810
    site.squeeze(1, 5_000)
    site.hang_up(1)
    site.fill(2, 1, 3_000)
    site.until_the_books_are_true()
    site.until(
        lambda: all(each.hoses[1].price == 7_990 for each in site.controller.dispensers.values()),
        "all have it",
    )
    site.until(
        lambda: not site.till.prices.view().switches or _all_taken(site), "every nozzle acknowledged it"
    )
    site.release(1)
    site.fill(1, 1, 2_000)
    site.until_the_books_are_true()
    assert [each.price for each in site.controller.truth] == [7_810, 7_810, 7_990]
    assert site.controller.teller.prices == {1: 7_990, 2: PRICES[2]}, "absent grades would be zeroed"


def test_a_till_that_is_killed_in_the_middle_of_a_fill_books_it_when_it_starts_again(new_site):
    site: Site = new_site()
    with _a_till(site) as till:
        site.until(lambda: site.state(1) == "idle", "it sees its pumps")
        _say(till, f"release 1 1 {site.manager}")
        site.until(lambda: site.controller.dispensers[1].leave is not None, "it is released")
        site.lift(1)
        site.squeeze(1, 7_000)
        till.kill()
        till.wait()
    site.squeeze(1, 2_000)
    site.hang_up(1)
    assert site.controller.channels[1].stage == ENDED
    site.open()
    site.until_the_books_are_true()
    site.until_nothing_is_open()


def test_a_controller_with_another_certificate_gets_no_login(new_site, tmp_path: Path):
    certificate, key = write_self_signed(tmp_path, datetime.now(UTC))  # noqa: TID251 - a certificate is of today
    pem = tmp_path / "both.pem"
    pem.write_bytes(certificate.read_bytes() + key.read_bytes())
    front = Front(Controller(dict(PRICES), pumps=4), certificate=pem)
    site: Site = new_site(front=front, more=f'fingerprint = "{"ab" * 32}"\n')
    site.open(wait=False)
    try:
        eventually(lambda: site.till.health.state.pumps == "pump_controller_certificate", "the till names it")
        assert front.controller.asked == []
    finally:
        front.cut()
    site.shut()


def _pay_first(site: Site, pump: int, fen: int) -> None:
    sale = site.till.sales.open(site.cashier)
    sale = site.till.sales.add_prepay(
        sale.id, PumpNumber(pump), NozzleNumber(1), site.cashier, amount=Money(fen)
    )
    site.till.payments.take_cash(sale.id, sale.due, site.cashier)


def _all_taken(site: Site) -> bool:
    rows = site.rows("SELECT price FROM nozzle_prices WHERE nozzle LIKE '%-1'")
    return bool(rows) and all(row["price"] == 7_990 for row in rows)


@contextmanager
def _a_till(site: Site) -> Iterator["subprocess.Popen[str]"]:
    program = [sys.executable, "-m", "tests.second_opinion_controller.till_program", str(site.config)]
    till = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    try:
        assert till.stdout is not None
        assert till.stdout.readline() == "open\n"
        yield till
    finally:
        till.kill()
        till.wait()
        for end in (till.stdin, till.stdout):
            if end is not None:
                end.close()


def _say(till: "subprocess.Popen[str]", line: str) -> None:
    assert till.stdin is not None
    till.stdin.write(line + "\n")
    till.stdin.flush()
