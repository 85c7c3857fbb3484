"""A day at the counter leaves a journal that is whole and a Z that follows from its bills."""

import pytest

from core.domain.cash import CashKind
from core.domain.count import Count
from core.domain.ids import ShiftCorrectionId
from core.domain.journal import Finding, MoneyChanged, MoneyUnrecorded
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.refusals.people import NotAllowed
from core.domain.shift import ShiftCorrection
from core.ports.journal import Wanted
from core.protocol import from_station
from core.protocol.codec import unwrap
from core.services.history import HistoryDesk
from core.services.journal import JournalDesk
from tests.services.small_station import COUPON, WATER, WECHAT_CODE, SmallStation


@pytest.fixture
def station(closed_station: SmallStation) -> SmallStation:
    """Each day here opens its own shift."""
    return closed_station


def a_day(station: SmallStation) -> None:
    station.open_shift()
    station.issue_coupon()
    bill = station.sales.open(station.cashier)
    station.sales.add_fill(bill.id, station.a_fill().id, station.cashier)
    station.sales.add_goods(bill.id, WATER, 2, station.cashier)
    station.sales.apply_coupon(bill.id, COUPON, station.cashier)
    station.payments.take_cash(bill.id, Money(50_000), station.cashier)
    bill = station.sales.open(station.cashier)
    station.sales.add_goods(bill.id, WATER, 1, station.cashier)
    station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    bill = station.sales.open(station.cashier)
    station.sales.cancel(bill.id, station.cashier)
    station.sales.settle_coupons()


def test_a_whole_day_verifies(station: SmallStation):
    a_day(station)
    desk = JournalDesk(station.work, station.totals)
    assert desk.verify().findings == ()
    closed = station.shifts.close(Count(loose=Money(70_000)), station.cashier)
    verdict = desk.verify()
    assert verdict.findings == ()
    assert verdict.pinned == 4  # a fill, two bills, the shift
    station.restart()
    desk = JournalDesk(station.work, station.totals)
    assert desk.verify().findings == ()
    anchor = desk.anchor(closed.id)
    assert anchor is not None
    sent = [unwrap(envelope) for envelope in waiting(station)]
    heads = [message.journal for message in sent if isinstance(message, from_station.ShiftClosed)]
    assert [(head.number, head.hash) for head in heads if head] == [(anchor.number, anchor.hash.hex())]
    with station.work.reading() as look:
        assert look.journal.sent_anchors() == [(anchor.number, anchor.hash.hex())]


def waiting(station: SmallStation):
    with station.work.reading() as look:
        return look.messages.waiting(100)


def found(desk: JournalDesk, kind: type[Finding]) -> list[Finding]:
    return [each for each in desk.verify().findings if isinstance(each, kind)]


def forged(station: SmallStation, statement: str) -> None:
    """What a hand does that knows how to get the guards out of the way."""
    with station.database.writing() as transaction:
        driver = transaction.driver
        if station.database.dialect == "sqlite":
            for (trigger,) in driver.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                driver.execute(f'DROP TRIGGER "{trigger}"')
        else:
            driver.execute("SET LOCAL session_replication_role = replica")
        assert driver.execute(statement).rowcount > 0


def test_an_entry_beside_a_z_stands_in_the_journal_and_is_verified(station: SmallStation):
    a_day(station)
    station.cash.move(CashKind.PAID_IN, Money(5_000), "零钱", station.cashier)
    closed = station.shifts.close(Count(loose=Money(70_000)), station.cashier, note="3 号枪的预付转下一班")
    with station.work.reading() as look:
        ends = [row.facts for row in look.journal.rows(0, 1_000) if row.kind == "ShiftClosed"]
    assert [facts["note"] for facts in ends] == ["3 号枪的预付转下一班"]
    station.shifts.correct(closed.id, Tender.CASH, Money(900), "一叠漏数", station.manager)
    desk = JournalDesk(station.work, station.totals)
    assert desk.verify().findings == ()
    forged(station, "UPDATE shift_corrections SET reason = '另有原因'")
    [finding] = desk.verify().findings
    assert isinstance(finding, MoneyChanged)
    assert (finding.thing, finding.name) == ("correction", "1")


def test_an_entry_beside_a_z_that_nobody_made_is_found(station: SmallStation):
    a_day(station)
    closed = station.shifts.close(Count(loose=Money(70_000)), station.cashier)
    with station.work() as work:
        work.shifts.correct(
            ShiftCorrection(
                ShiftCorrectionId("d" * 32),
                closed.id,
                work.shifts.next_correction(closed.id),
                Tender.CASH,
                Money(900),
                "一叠漏数",
                station.manager,
                station.clock.now(),
            )
        )
    desk = JournalDesk(station.work, station.totals)
    assert found(desk, MoneyUnrecorded) == [MoneyUnrecorded("correction", f"{closed.number}-1")]


def test_only_who_may_see_the_journal_reads_in_it(station: SmallStation):
    station.open_shift()
    desk = HistoryDesk(station.work)
    with pytest.raises(NotAllowed):
        desk.look(Wanted(), "", station.attendant)
    with pytest.raises(NotAllowed):
        desk.people(station.attendant)
    assert desk.look(Wanted(), "", station.manager).entries


def test_a_search_over_pages_finds_each_row_once(station: SmallStation):
    station.open_shift()
    for _ in range(30):
        bill = station.sales.open(station.cashier)
        station.sales.cancel(bill.id, station.cashier)
    desk = HistoryDesk(station.work)
    numbers: list[int] = []
    before: int | None = None
    while True:
        page = desk.look(Wanted(), "作废", station.manager, before=before, most=7)
        numbers += [entry.number for entry in page.entries]
        if not page.more:
            break
        before = page.before
    assert len(numbers) == len(set(numbers)) == 30
    assert numbers == sorted(numbers, reverse=True)
