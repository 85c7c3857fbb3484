"""Whatever is changed in the books afterwards, by whatever hand, is found and named."""

# ruff: noqa: S608 - a forger writes his own SQL

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.events.people import StaffChanged
from core.domain.events.pumps import FillFinished
from core.domain.events.sales import SaleChanged, SaleCompleted
from core.domain.events.shifts import ShiftClosed
from core.domain.ids import ShiftId, StaffId
from core.domain.journal import (
    AnchorDiffers,
    Finding,
    JournalHead,
    MoneyChanged,
    MoneyMissing,
    MoneyUnrecorded,
    RowBroken,
    RowsMissing,
    SumsDiffer,
    chained,
)
from core.domain.money import Money
from core.domain.shift import ShiftState
from core.persistence.database import Database
from core.persistence.totals import SqlTotals
from core.persistence.unit_of_work import UnitsOfWork
from core.ports.journal import Wanted
from core.services.journal import JournalDesk
from core.wording.catalogue import Language, in_language
from core.wording.journal import finding as in_words
from core.wording.journal import verdict as told
from tests.builders import MOMENT, a_fill, a_sale, a_shift, completed, fresh_id, goods
from tests.persistence.conftest import SHANGHAI, HandMovedClock, Listener

BILLS = 4
Forge = Callable[[str], None]


def a_day(work: UnitsOfWork, bills: int = BILLS) -> ShiftId:
    """A shift with a few bills of fuel and goods, counted and closed: three rows a bill, then one."""
    shift = a_shift()
    with work() as transaction:
        transaction.shifts.save(shift)
    for _ in range(bills):
        sell(work, shift.id)
    closed = replace(
        shift,
        state=ShiftState.CLOSED,
        closed_by=shift.opened_by,
        closed_at=MOMENT,
        counted_cash=Money(1_000),
        expected_cash=Money(2_000),
    )
    with work() as transaction:
        transaction.record(ShiftClosed(shift.id, shift.number, shift.opened_by, 2_000, 1_000))
        transaction.shifts.save(closed)  # after it was recorded: it is sealed at the end
    return shift.id


def sell(work: UnitsOfWork, shift: ShiftId) -> None:
    """A bill of a fill and water; three rows."""
    fill = a_fill(shift=shift)
    with work() as transaction:
        transaction.fills.save(fill)
        transaction.record(FillFinished(fill.id, fill.pump, fill.nozzle, 25_610, 20_001, True))
    with work() as transaction:
        bill = a_sale(fill, shift=shift).with_goods(fresh_id(), goods(), 2)
        transaction.sales.save(bill)
        transaction.record(SaleChanged(bill.id), actor="c")
    with work() as transaction:
        bill = completed(transaction.sales.get(bill.id), transaction.sales.next_number(MOMENT))
        transaction.fills.save(fill.taken_into(bill.id).paid(bill.id))
        transaction.record(
            SaleCompleted(bill.id, bill.number, bill.total.fen), actor="c", approver=StaffId("m")
        )
        transaction.sales.save(bill)


@pytest.fixture
def forge(station_database: Database) -> Forge:
    """Runs a statement with every guarding trigger out of the way."""

    def run(statement: str) -> None:
        with station_database.writing() as transaction:
            driver = transaction.driver
            if station_database.dialect == "sqlite":
                triggers = driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
                for (trigger,) in triggers:
                    driver.execute(f'DROP TRIGGER "{trigger}"')
            else:
                driver.execute("SET LOCAL session_replication_role = replica")
            assert driver.execute(statement).rowcount > 0

    return run


@pytest.fixture
def desk(work: UnitsOfWork, station_database: Database) -> JournalDesk:
    return JournalDesk(work, SqlTotals(station_database))


def found(desk: JournalDesk, first: int = 1) -> list[Finding]:
    verdict = desk.verify(first)
    for language in Language:
        with in_language(language):
            assert told(verdict)
            assert all(in_words(each) for each in verdict.findings)
    return list(verdict.findings)


def test_books_that_nobody_touched_are_sound(work: UnitsOfWork, desk: JournalDesk):
    a_day(work)
    a_day(work)
    steps: list[int] = []
    verdict = desk.verify(tell=lambda progress: steps.append(progress.done))
    assert verdict.sound
    assert (verdict.first, verdict.last, verdict.rows, verdict.pinned) == (1, 26, 26, 18)
    assert verdict.head == desk.head()
    assert steps == [26]
    assert desk.verify(14).rows == 13


def test_an_empty_journal_is_sound(desk: JournalDesk):
    verdict = desk.verify()
    assert verdict.sound
    assert verdict.head == JournalHead()


def test_a_verification_can_be_stopped(work: UnitsOfWork, desk: JournalDesk):
    a_day(work)
    verdict = desk.verify(stop=lambda: True)
    assert not verdict.complete
    assert "0" in told(verdict)


@pytest.mark.parametrize(
    "column",
    ["at = at + 1", "program = 'x'", "actor = 'x'", "approver = 'x'", "kind = 'SaleChanged'", "id = 'x'"],
)
def test_a_changed_row_is_named(work: UnitsOfWork, desk: JournalDesk, forge: Forge, column: str):
    a_day(work)
    forge(f"UPDATE events SET {column} WHERE number = 6")
    assert found(desk)[0] == RowBroken(6)
    assert found(desk, 6)[0] == RowBroken(6)
    assert found(desk, 7) == []


def test_a_changed_fact_is_named(work: UnitsOfWork, desk: JournalDesk, forge: Forge):
    a_day(work)
    forge("UPDATE events SET body = replace(body, '25610', '15610') WHERE number = 4")
    assert found(desk) == [RowBroken(4)]


def test_a_changed_hash_breaks_the_next_row_too(work: UnitsOfWork, desk: JournalDesk, forge: Forge):
    a_day(work)
    forge("UPDATE events SET hash = content WHERE number = 6")
    assert found(desk) == [RowBroken(6), RowBroken(7)]


def test_a_row_made_to_fit_breaks_the_next_one(
    work: UnitsOfWork, desk: JournalDesk, forge: Forge, station_database: Database
):
    a_day(work)
    with work.reading() as looking:
        before, row = looking.journal.rows(1, 2)
    fitting = replace(row, actor="somebody else").hash_after(before.hash).hex()
    for statement in (f"hash = {_bytes(station_database, fitting)}", "actor = 'somebody else'"):
        forge(f"UPDATE events SET {statement} WHERE number = 3")
    assert found(desk) == [RowBroken(4)]


def _bytes(database: Database, in_hex: str) -> str:
    return f"X'{in_hex}'" if database.dialect == "sqlite" else f"'\\x{in_hex}'::bytea"


def test_missing_rows_are_named(work: UnitsOfWork, desk: JournalDesk, forge: Forge):
    a_day(work)
    forge("DELETE FROM events WHERE number = 1")
    forge("DELETE FROM events WHERE number IN (4, 5)")
    assert found(desk) == [RowsMissing(1, 1), RowsMissing(4, 5)]
    assert found(desk, 2) == [RowsMissing(1, 1), RowsMissing(4, 5)]


def test_reordered_rows_are_named(work: UnitsOfWork, desk: JournalDesk, forge: Forge):
    a_day(work)
    for statement in (
        "number = 99 WHERE number = 4",
        "number = 4 WHERE number = 5",
        "number = 5 WHERE number = 99",
    ):
        forge(f"UPDATE events SET {statement}")
    assert found(desk) == [RowBroken(4), RowBroken(5), RowBroken(6)]


def test_a_row_put_in_is_named(work: UnitsOfWork, desk: JournalDesk, forge: Forge):
    a_day(work)
    forge(
        "INSERT INTO events (number, id, kind, body, program, actor, at, approver, content, hash)"
        " SELECT 14, 'x', kind, body, program, actor, at, approver, content, hash FROM events WHERE number = 2"
    )
    assert found(desk) == [RowBroken(14)]


def test_rows_cut_off_at_the_end_leave_bills_that_nobody_told_of(
    work: UnitsOfWork, desk: JournalDesk, forge: Forge
):
    a_day(work)
    forge("DELETE FROM events WHERE number > 9")
    findings = found(desk)
    assert [type(each) for each in findings] == [MoneyUnrecorded, MoneyUnrecorded, SumsDiffer]
    assert findings[0] == MoneyUnrecorded("sale", "20261122-0004")


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE payments SET amount = amount - 1 WHERE sale = '{sale}'", "payments"),
        ("UPDATE payments SET tender = 'alipay' WHERE sale = '{sale}'", "payments"),
        ("DELETE FROM payments WHERE sale = '{sale}'", "payments"),
        ("UPDATE sale_lines SET title = 'air' WHERE sale = '{sale}' AND goods IS NOT NULL", "lines"),
        ("UPDATE sale_lines SET quantity = 1 WHERE sale = '{sale}' AND goods IS NOT NULL", "lines"),
        ("DELETE FROM sale_lines WHERE sale = '{sale}' AND fill IS NULL", "lines"),
        ("UPDATE sales SET cashier = 'another' WHERE id = '{sale}'", "bill"),
        ("UPDATE payments SET tender = 'goats' WHERE sale = '{sale}'", "payments"),
    ],
)
def test_a_changed_bill_is_named(
    work: UnitsOfWork, desk: JournalDesk, forge: Forge, statement: str, part: str
):
    a_day(work)
    with work.reading() as looking:
        number, sale = looking.journal.completed_sales("", 2)[1]
    forge(statement.format(sale=sale))
    first = found(desk)[0]
    assert isinstance(first, MoneyChanged)
    assert (first.number, first.thing, first.name) == (6, "sale", number)
    assert part in first.parts
    assert number in in_words(first)


def test_a_bill_that_is_gone_is_named(work: UnitsOfWork, desk: JournalDesk, forge: Forge):
    a_day(work)
    with work.reading() as looking:
        number, sale = looking.journal.completed_sales("", 1)[0]
    for statement in ("sale_lines WHERE sale", "payments WHERE sale", "sales WHERE id"):
        forge(f"DELETE FROM {statement} = '{sale}'")
    findings = found(desk)
    assert findings[0] == MoneyMissing(3, "sale", number)
    assert isinstance(findings[1], SumsDiffer)


def test_a_bill_put_in_by_hand_is_named(work: UnitsOfWork, desk: JournalDesk):
    shift = a_day(work)
    forged = completed(a_sale(shift=shift), "20261122-0999")
    with work() as transaction:
        transaction.sales.save(forged)
    assert MoneyUnrecorded("sale", "20261122-0999") in found(desk)


def test_a_changed_count_and_a_changed_fill_are_named(work: UnitsOfWork, desk: JournalDesk, forge: Forge):
    a_day(work)
    forge("UPDATE shifts SET counted_cash = 2000")
    forge("UPDATE fills SET amount = 20002 WHERE id = (SELECT min(id) FROM fills)")
    fill, shift = found(desk)
    assert isinstance(fill, MoneyChanged)
    assert isinstance(shift, MoneyChanged)
    assert (fill.number, fill.thing, fill.parts) == (1, "fill", ("figures",))
    assert (shift.number, shift.thing, shift.parts) == (13, "shift", ("shift",))


def test_a_changed_sum_is_no_longer_what_the_bills_say(work: UnitsOfWork, desk: JournalDesk, forge: Forge):
    a_day(work)
    forge("UPDATE sale_sums SET gross = gross + 100")
    assert [type(each) for each in found(desk)] == [SumsDiffer]


def test_a_chain_written_anew_is_found_by_what_left_the_station(
    work: UnitsOfWork, desk: JournalDesk, forge: Forge, station_database: Database
):
    shift = a_day(work)
    anchor = desk.anchor(shift)
    assert anchor is not None
    assert anchor.number == 13
    _rewrite(work, station_database, forge, "somebody else")
    assert found(desk) == []
    verdict = desk.verify(anchors=[(anchor.number, anchor.short)])
    again = desk.anchor(shift)
    assert again is not None
    assert verdict.findings == (AnchorDiffers(13, anchor.short, again.short),)
    assert desk.verify(anchors=[(99, anchor.short)]).findings == (AnchorDiffers(99, anchor.short, ""),)
    assert anchor.short in in_words(verdict.findings[0])


def _rewrite(work: UnitsOfWork, database: Database, forge: Forge, actor: str) -> None:
    """What a forger does who knows the chain: every row anew."""
    with work.reading() as looking:
        rows = looking.journal.rows(0, 1_000)
    last = bytes(32)
    for row in rows:
        last = replace(row, actor=actor).hash_after(last)
        fitting = _bytes(database, last.hex())
        forge(f"UPDATE events SET actor = '{actor}', hash = {fitting} WHERE number = {row.number}")


def test_an_open_shift_has_no_anchor(work: UnitsOfWork, desk: JournalDesk, shift: ShiftId):
    assert desk.anchor(shift) is None


def test_both_names_are_in_the_journal_and_found_again(work: UnitsOfWork):
    a_day(work)
    with work.reading() as looking:
        rows = looking.journal.find(Wanted(person="m"), before=1_000, limit=2)
        assert [(row.number, row.actor, row.approver) for row in rows] == [(12, "c", "m"), (9, "c", "m")]
        assert [row.number for row in looking.journal.find(Wanted("c", ("SaleChanged",)), 11, 9)] == [8, 5, 2]
        assert looking.journal.find(Wanted(since=MOMENT, until=MOMENT), 99, 9) == []
        assert len(looking.journal.find(Wanted(since=MOMENT), 99, 99)) == 13


def test_two_programs_at_once_do_not_fork_the_chain(work: UnitsOfWork, station_url: str, desk: JournalDesk):
    another = Database.open(station_url)
    other = UnitsOfWork(another, "admin_app", HandMovedClock(), fresh_id, Listener(), SHANGHAI)
    programs = [threading.Thread(target=partial(_keep_busy, units)) for units in (work, other)]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    another.close()
    verdict = desk.verify()
    assert verdict.sound
    assert verdict.rows == 2 * 15 * 2


def _keep_busy(units: UnitsOfWork) -> None:
    for number in range(15):
        with units() as transaction:
            transaction.record(SaleChanged(str(number)))
            transaction.record(StaffChanged("p"))


_ROWS = st.lists(
    st.tuples(st.text("王芳\n\"\\'x\x1f", max_size=5), st.text("a,:[]\n", max_size=5)),
    min_size=2,
    max_size=12,
)
_HARM = ("actor", "approver", "body", "program", "kind", "id")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS, data=st.data())
def test_any_change_of_any_row_is_found(made_sqlite_file: Path, tmp_path: Path, rows, data):
    place = copy(made_sqlite_file, tmp_path / f"{fresh_id()}.db")
    database = Database.open(f"sqlite:///{place}")
    work = UnitsOfWork(database, "p", HandMovedClock(), fresh_id, Listener(), SHANGHAI)
    desk = JournalDesk(work, SqlTotals(database))
    for actor, approver in rows:
        with work() as transaction:
            transaction.record(SaleChanged("s"), actor=actor, approver=StaffId(approver))
    assert desk.verify().sound
    number = data.draw(st.integers(1, len(rows)))
    column = data.draw(st.sampled_from(_HARM))
    with database.writing() as transaction:
        transaction.driver.execute("DROP TRIGGER events_keep")
        transaction.driver.execute(
            f"UPDATE events SET {column} = {column} || 'x' WHERE number = ?", (number,)
        )
    assert desk.verify().findings[0] == RowBroken(number)
    database.close()


def test_the_form_of_the_chain_never_changes():
    row = (7, 1_795_330_923_000_000, "a" * 32, "pos_app:1", "c", "m", "SaleCompleted")
    assert chained(bytes(32), row, b"\x01", '{"sale":"账单"}').hex() == (
        "f09d4f237cadba259120ffe2fa7711b5a26d287af7d6e4f2c832866ad82e635f"
    )
