"""One with, one transaction: all of it or nothing, one writer at a time, and news of it only once it is safe."""

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from core.domain.events.event import Event
from core.domain.events.people import StaffChanged
from core.domain.events.sales import SaleChanged
from core.domain.events.shifts import ShiftOpened
from core.domain.faults import DatabaseReadOnly
from core.persistence.database import Database, NestedTransaction
from core.persistence.unit_of_work import UnitsOfWork
from core.ports.unit_of_work import Work
from tests.builders import MOMENT, a_shift, a_staff_member, an_envelope, fresh_id
from tests.conftest import ExpectLog
from tests.persistence.conftest import SHANGHAI, HandMovedClock, Listener


class CalledAway(Exception):
    """What a use case raises in the middle of its story."""


def test_leaving_normally_commits(work: UnitsOfWork, station_url: str):
    member = a_staff_member()
    with work() as transaction:
        transaction.staff.save(member)
    another = Database.open(station_url)
    with UnitsOfWork(
        another, "admin_app", HandMovedClock(), fresh_id, Listener(), SHANGHAI
    ).reading() as seen:
        assert seen.staff.get(member.id) == member
    another.close()


def test_an_exception_takes_everything_back(work: UnitsOfWork, listener: Listener):
    def do_much(transaction: Work) -> None:
        transaction.staff.save(a_staff_member())
        transaction.shifts.save(a_shift())
        transaction.messages.post(an_envelope())
        transaction.record(StaffChanged("somebody"))
        transaction.sales.next_number(MOMENT)

    _break_off(work, do_much)
    with work() as transaction:
        assert transaction.staff.active() == []
        assert transaction.shifts.current() is None
        assert transaction.messages.waiting_count() == 0
        assert transaction.events.latest() == 0
        assert transaction.sales.next_number(MOMENT) == "20261122-0001"
    assert listener.heard == []


def test_nothing_is_seen_before_the_commit(work: UnitsOfWork):
    with work() as transaction:
        transaction.staff.save(a_staff_member())
        with work.reading() as beside:
            assert beside.staff.active() == []


def test_reading_sees_one_moment(work: UnitsOfWork):
    with work.reading() as looking:
        assert looking.staff.active() == []
        with work() as transaction:
            transaction.staff.save(a_staff_member())
        assert looking.staff.active() == []
    with work.reading() as looking:
        assert len(looking.staff.active()) == 1


def test_reading_refuses_to_write(work: UnitsOfWork, listener: Listener):
    for write in (
        lambda looking: looking.staff.save(a_staff_member()),
        lambda looking: looking.record(StaffChanged("somebody")),
        lambda looking: looking.sales.next_number(MOMENT),
        lambda looking: looking.messages.post(an_envelope()),
    ):
        with pytest.raises(DatabaseReadOnly), work.reading() as looking:
            write(looking)
    with work.reading() as looking:
        assert looking.events.latest() == 0
    assert listener.heard == []


def test_a_use_case_within_a_use_case_is_a_mistake(work: UnitsOfWork):
    with pytest.raises(NestedTransaction), work(), work():
        pass
    with work() as transaction:  # and leaves no lock behind
        transaction.staff.save(a_staff_member())


def test_writers_take_turns(work: UnitsOfWork):
    def count_up() -> None:
        for _ in range(20):
            with work() as transaction:
                transaction.receipts.count(sale)

    sale = fresh_id()
    people = [threading.Thread(target=count_up) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    with work.reading() as looking:
        assert looking.receipts.printed(sale) == 80


def test_two_programs_number_their_events_without_a_gap(work: UnitsOfWork, station_url: str):
    def record(units: UnitsOfWork, name: str) -> None:
        for number in range(25):
            if number % 5 == 4:
                _break_off(units, lambda transaction: transaction.record(SaleChanged("never")))
            with units() as transaction:
                transaction.record(SaleChanged(f"{name} {number}"))
                transaction.record(StaffChanged(name))

    another = Database.open(station_url)
    desk = UnitsOfWork(another, "admin_app", HandMovedClock(), fresh_id, Listener(), SHANGHAI)
    people = [threading.Thread(target=record, args=each) for each in ((work, "till"), (desk, "desk"))]
    for person in people:
        person.start()
    for person in people:
        person.join()
    another.close()
    with work.reading() as looking:
        recorded = looking.events.after(0, 1_000)
    assert [number for number, _, _ in recorded] == list(range(1, 101))
    # What one transaction recorded stands together, and each program's story is in its order.
    for (_, program, first), (_, same, second) in zip(recorded[::2], recorded[1::2], strict=True):
        assert program == same
        assert (type(first), type(second)) == (SaleChanged, StaffChanged)
    for program, name in (("pos_app", "till"), ("admin_app", "desk")):
        told = [event.sale for _, who, event in recorded if who == program and isinstance(event, SaleChanged)]
        assert told == [f"{name} {number}" for number in range(25)]


def test_listeners_hear_after_the_commit_and_outside_of_the_lock(
    station_database: Database, clock: HandMovedClock
):
    heard: list[list[tuple[int, str, Event]]] = []

    def listen(recorded) -> None:
        heard.append(list(recorded))
        with work() as transaction:  # The lock is free, and what was recorded is there.
            assert transaction.events.latest() == len(recorded)

    work = UnitsOfWork(station_database, "pos_app", clock, fresh_id, listen, SHANGHAI)
    first, second = ShiftOpened("s", 1, "p", 50_000), StaffChanged("p")
    with work() as transaction:
        transaction.record(first)
        transaction.record(second, actor="p")
        assert heard == []
    assert heard == [[(1, "pos_app", first), (2, "pos_app", second)]]


def test_a_failing_listener_harms_nothing(
    station_database: Database, clock: HandMovedClock, expected_log: ExpectLog
):
    def fail(_recorded) -> None:
        raise CalledAway

    expected_log(r"ERROR core.persistence.unit_of_work: a listener failed after the commit of events \[1\]")
    work = UnitsOfWork(station_database, "pos_app", clock, fresh_id, fail, SHANGHAI)
    with work() as transaction:
        transaction.record(StaffChanged("p"))
    with work.reading() as looking:
        assert looking.events.latest() == 1


def test_an_event_says_who_and_when(work: UnitsOfWork, clock: HandMovedClock, station_database: Database):
    with work() as transaction:
        transaction.record(StaffChanged("王芳"), actor="manager")
        clock.moment += timedelta(seconds=1)
        transaction.record(StaffChanged("李娜"))
    with station_database.reading() as looking:
        rows = looking.driver.execute("SELECT number, kind, body, program, actor, at FROM events").fetchall()
    assert [(row[0], row[1], json.loads(row[2])["staff"], row[3], row[4]) for row in rows] == [
        (1, "StaffChanged", "王芳", "pos_app", "manager"),
        (2, "StaffChanged", "李娜", "pos_app", ""),
    ]
    assert rows[1][5] - rows[0][5] == 1_000_000


def test_events_are_read_after_a_number(work: UnitsOfWork):
    with work() as transaction:
        for number in range(5):
            transaction.record(SaleChanged(str(number)))
    with work.reading() as looking:
        assert [number for number, _, _ in looking.events.after(2, 2)] == [3, 4]
        assert looking.events.after(5, 10) == []


def test_events_that_this_version_does_not_know_are_passed_over(work: UnitsOfWork, by_hand):
    with work() as transaction:
        transaction.record(SaleChanged("first"))
    insert = (
        "INSERT INTO events (number, id, kind, body, program, actor, at, approver, content, hash) VALUES "
    )
    for number in range(2, 8):
        by_hand(insert + f"({number}, 'x{number}', 'TankRefilled', '{{}}', 'pos_app', '', 0, '', '', '')")
    by_hand(
        insert + """(8, 'x8', 'SaleChanged', '{"sale": "s", "why": "newer"}', 'pos_app', '', 0, '', '', '')"""
    )
    with work() as transaction:
        transaction.record(SaleChanged("last"))
    with work.reading() as looking:
        assert looking.events.after(0, 2) == [
            (1, "pos_app", SaleChanged("first")),
            (9, "pos_app", SaleChanged("last")),
        ]
        assert looking.events.after(1, 1) == [(9, "pos_app", SaleChanged("last"))]


def test_sale_numbers_run_without_gaps_through_each_local_day(work: UnitsOfWork):
    midnight = datetime.fromisoformat("2026-11-22T16:00:00+00:00")  # in Shanghai
    for moment, expected in (
        (midnight - timedelta(seconds=2), "20261122-0001"),
        (midnight - timedelta(microseconds=1), "20261122-0002"),
        (midnight, "20261123-0001"),
        (midnight - timedelta(seconds=1), "20261122-0003"),
    ):
        with work() as transaction:
            assert transaction.sales.next_number(moment) == expected
        _break_off(work, partial(_take_number, moment=moment))


def _take_number(transaction: Work, moment: datetime) -> None:
    transaction.sales.next_number(moment)


def _break_off(units: UnitsOfWork, do: Callable[[Work], object]) -> None:
    """A use case that does this and then fails."""

    def use_case() -> None:
        with units() as transaction:
            do(transaction)
            raise CalledAway

    with pytest.raises(CalledAway):
        use_case()
