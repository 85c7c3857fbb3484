"""A till killed in the middle of everything: no acknowledged sale lost, none half, no number missing."""

import random
import subprocess
import sys
from pathlib import Path

from core.domain.events.sales import SaleCompleted
from core.domain.fill import FillState
from core.domain.money import total
from core.persistence.database import Database
from core.persistence.totals import SqlTotals
from core.persistence.unit_of_work import UnitsOfWork

KILLS = 20


def test_a_till_killed_twenty_times_has_lost_nothing(
    work: UnitsOfWork, shift, station_url: str, station_database: Database
):
    seed = random.randrange(1 << 30)
    killer = Path(__file__).with_name("killed_while_selling.py")
    done = subprocess.run(
        [sys.executable, str(killer), station_url, shift, str(KILLS), str(seed)],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    acknowledged = dict(line.split() for line in done.stdout.splitlines())
    assert len(acknowledged) >= KILLS, f"seed {seed}"

    with work.reading() as looking:
        sales = looking.sales.recent(100_000)
        told = [event for _, _, event in looking.events.after(0, 1_000_000)]
        fills = looking.fills.recent(100_000)
        messages = looking.messages.waiting_count()
        latest = looking.events.latest()
        open_ones = looking.sales.open_ones(shift)
    by_number = {sale.number: sale for sale in sales}
    # Nothing acknowledged is lost; what was committed and not yet told when it died may be there besides.
    assert acknowledged.items() <= {number: sale.id for number, sale in by_number.items()}.items(), (
        f"seed {seed}"
    )
    assert 0 <= len(sales) - len(acknowledged) <= KILLS
    # Nothing is half, and a bill that was only begun is still open.
    assert all(len(sale.lines) == 2 and len(sale.payments) == 1 and not sale.due for sale in sales)
    assert all(not sale.payments and not sale.number for sale in open_ones)
    assert {fill.id for fill in fills if fill.state is FillState.PAID} == {
        sale.lines[0].fill for sale in sales
    }
    assert messages == len(sales)
    # Numbers and events run without a gap.
    assert sorted(by_number) == [f"20261122-{number:04d}" for number in range(1, len(sales) + 1)]
    assert latest == len(told) == 3 * len(sales)
    assert [event.number for event in told if isinstance(event, SaleCompleted)] == sorted(by_number)
    # And the kept sums know every sale once.
    count, gross, discount = SqlTotals(station_database).sales(shift)
    assert (count, gross - discount) == (len(sales), total(sale.total for sale in sales))
