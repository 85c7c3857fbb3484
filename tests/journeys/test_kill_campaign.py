"""Tills that sell everything a cashier sells are killed at random moments; then all books are compared to the fen."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from core.domain.ids import SaleId
from core.domain.payment import PaymentState
from tests.faults import till_killer
from tests.faults.books import read_books
from tests.faults.deeds import Counter, close_shift, pick_up_where_it_stopped
from tests.journeys.audit import books_agree
from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import RealStation

# A payer's code whose charge never arrived is taken back after half a minute.
CLEAR_SECONDS = 90.0


def _kill(site: RealStation, kills: int, seed: int) -> set[tuple[str, str, int]]:
    site.pace(600)
    control = f"http://127.0.0.1:{site.pumps.facts.get('control_port') or site.pumps.facts['port']}"
    done = subprocess.run(
        [sys.executable, str(Path(till_killer.__file__)), str(site.config), control, str(kills), str(seed)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"seed {seed}: {done.stderr[-6_000:]}"
    return {tuple(each) for each in json.loads(done.stdout)}


def _compared(site: RealStation, outside: Outside, told: set[tuple[str, str, int]], seed: int) -> None:
    """Start once more, let everything that was under way end, close the shift, and compare with everybody's books."""
    station = site.open()
    try:
        counter = Counter(
            station, site.cashier, site.manager, random.Random(seed), till_killer.GOODS, lambda: None, str
        )
        eventually(
            lambda: not site.rows("SELECT id FROM payments WHERE state = ?", PaymentState.PENDING),
            "every payment is clear",
            CLEAR_SECONDS,
        )
        pick_up_where_it_stopped(counter)
        eventually(lambda: not station.refunds.unsettled(), "every refund is through", CLEAR_SECONDS)
        for row in site.rows("SELECT id FROM sales WHERE state = 'open'"):
            bill = station.sales.get(SaleId(row["id"]))
            if bill.lines:
                counter.finish(bill)
        close_shift(counter)
        books = read_books(site.file)
        assert told <= books.sales, f"seed {seed}"
        verdict = station.journal.verify()
        assert verdict.sound, f"seed {seed}: {verdict}"
        books_agree(site)
        _papers_agree(site, outside, books.sales)
    finally:
        site.shut(station)


def _papers_agree(site: RealStation, outside: Outside, sales: frozenset[tuple[str, str, int]]) -> None:
    """Every sale's receipt came out."""

    def missing() -> set[str]:
        printed = json.dumps(outside.printed(), ensure_ascii=False)
        return {number for _id, number, _fen in sales if number not in printed}

    eventually(lambda: not missing(), "every receipt came out", 30)


@pytest.mark.timeout(240)
def test_a_till_killed_eight_times_while_it_sells_has_lost_and_doubled_nothing(
    site: RealStation, outside: Outside
) -> None:
    seed = random.randrange(1 << 30)
    told = _kill(site, 8, seed)
    assert told, f"seed {seed}"
    _compared(site, outside, told, seed)


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_tills_killed_sixty_times_while_they_sell_have_lost_and_doubled_nothing(
    site: RealStation, outside: Outside
) -> None:
    told: set[tuple[str, str, int]] = set()
    for _ in range(12):
        seed = random.randrange(1 << 30)
        told |= _kill(site, 5, seed)
        _compared(site, outside, told, seed)
    assert len(told) > 60
