"""Every single thing that is asked of the disk fails once: the till says so, nothing is half, and it sells on."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from core.domain.faults import DatabaseFault
from core.domain.money import ZERO
from core.domain.payment import PaymentState, Tender
from core.persistence import database
from core.services.journal import JournalDesk
from core.wording.catalogue import Language, use
from core.wording.refusals import sentence
from tests.faults.books import read_books
from tests.faults.deeds import Counter, close_shift, open_shift, pick_up_where_it_stopped
from tests.faults.disk import watched
from tests.faults.faulty import FAILURES, Failure, FaultyDisk
from tests.faults.selling import PAGES_BETWEEN_CHECKPOINTS, FoundStation, counter_of

MOST_PLACES = 400


@dataclass
class Trial:
    """A selling station on a disk that can be broken."""

    file: Path
    station: FoundStation
    counter: Counter
    disk: FaultyDisk

    def settled(self) -> None:
        """What the till does by itself once all is well, and the cashier with it."""
        self.station.clock.move(timedelta(minutes=2))
        self.station.payments.settle_pending()
        pick_up_where_it_stopped(self.counter)

    def audit(self, what: str) -> int:
        """All books agree; how many sales there are."""
        books = read_books(self.file)
        charged = {payment for payment, amount in self.station.gateway.charged.items() if amount > ZERO}
        taken = {
            payment.id
            for sale in self.station.sales.recent(10_000)
            for payment in sale.payments
            if payment.tender is Tender.WECHAT and payment.state is PaymentState.CAPTURED
        }
        assert charged == taken, what
        return len(books.sales)


@pytest.fixture
def trial(blank: Path, quick_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.02)
    file, disk = quick_folder / "station.db", FaultyDisk()
    shutil.copy(blank, file)
    with watched(file, disk):
        station = FoundStation(file)
        with station.database.writing() as transaction:
            by_hand = transaction.driver.execute
        by_hand(f"PRAGMA wal_autocheckpoint={PAGES_BETWEEN_CHECKPOINTS}")
        counter = counter_of(station, Random(1))
        open_shift(counter)
        yield Trial(file, station, counter, disk)
        assert JournalDesk(station.work, station.totals).verify().sound
        station.close()


def _a_bill(trial: Trial) -> Callable[[], object]:
    trial.counter.a_fill()
    return lambda: trial.counter.a_bill(fills=1, goods=1)


def _cash(trial: Trial) -> Callable[[], object]:
    bill = trial.counter.a_bill(fills=1, goods=1)
    return lambda: trial.counter.cash_for(bill)


def _a_payer_s_code(trial: Trial) -> Callable[[], object]:
    bill = trial.counter.a_bill(goods=1)
    return lambda: trial.counter.payments.take_code(
        bill.id, trial.counter.payer_code(), trial.counter.cashier
    )


def _closing(trial: Trial) -> Callable[[], object]:
    return lambda: close_shift(trial.counter)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
@pytest.mark.parametrize("step", [_a_bill, _cash, _a_payer_s_code, _closing])
def test_a_disk_that_fails_anywhere_leaves_nothing_half_and_the_till_sells_on(
    trial: Trial, step: Callable[[Trial], Callable[[], object]], failure: Failure
) -> None:
    struck, before = 0, trial.audit("at first")
    for place in range(1, MOST_PLACES):
        what = f"{failure.name} at {place}"
        do = step(trial)
        trial.disk.break_at(place, failure)
        fault = _fault_of(do)
        trial.disk.mend()
        read_books(trial.file)
        if fault is not None:
            assert isinstance(fault, failure.fault), what
            _is_told_in_both_languages(fault)
        trial.settled()
        trial.counter.cash_for(trial.counter.a_bill(goods=1))
        before, sales = trial.audit(what), before
        assert before > sales, what
        if not trial.disk.struck:
            break
        struck += 1
    else:
        pytest.fail("it goes on failing for ever")
    # Reading and truncating is rare once the file is in memory; whatever is written is always tried.
    assert struck or failure.name.startswith(("read", "truncation")), "nothing was tried"


def _fault_of(do: Callable[[], object]) -> DatabaseFault | None:
    """What the caller hears; anything but a fault of the database goes through and fails the test."""
    try:
        do()
    except DatabaseFault as fault:
        return fault
    return None


def _is_told_in_both_languages(fault: DatabaseFault) -> None:
    told = []
    for language in Language:
        use(language)
        told.append(sentence(fault))
    use(Language.CHINESE)
    assert len(set(told)) == 2
    assert all(text.endswith((".", "。")) for text in told)


def test_a_full_disk_refuses_every_sale_until_there_is_room_and_then_takes_them(trial: Trial) -> None:
    bill = trial.counter.a_bill(goods=1)
    full = next(each for each in FAILURES if each.name == "disk fills up")
    trial.disk.break_at(1, full)
    for _ in range(5):
        with pytest.raises(full.fault):
            trial.counter.cash_for(bill)
        assert trial.station.sales.get(bill.id).due == bill.due, "it can be looked at all the same"
    trial.disk.mend()
    assert trial.counter.cash_for(bill).due == ZERO
    assert trial.audit("after") == 1
