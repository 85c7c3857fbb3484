"""A program that ends, or cannot begin, while its chore is just taking the lease."""

import threading
from datetime import datetime

import pytest

from core.domain.faults import DatabaseBusy
from core.simulated.clock import HandClock
from core.station.ownership import Ownership


class OneLease:
    """A row that one holder has."""

    def __init__(self) -> None:
        self.held_by = ""

    def take(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Nobody else wants it here."""
        self.held_by = holder
        return True

    def release(self, name: str, holder: str) -> None:
        """Free again."""
        self.held_by = ""

    def holder(self, name: str, now: datetime) -> str | None:
        """Who has it."""
        return self.held_by


def test_a_chore_that_comes_late_takes_no_lease_for_a_program_that_ended():
    lease, begun = OneLease(), list[str]()
    ownership = Ownership(lease, HandClock(), "till", lambda: begun.append("pumps"), lambda: None)
    ownership.give_up()
    ownership.keep()
    assert (lease.held_by, begun) == ("", [])


def test_what_was_just_begun_is_ended_with_the_program():
    lease, deeds = OneLease(), list[str]()
    taking, may_go_on = threading.Event(), threading.Event()

    def begin() -> None:
        taking.set()
        assert may_go_on.wait(20)
        deeds.append("begun")

    ownership = Ownership(lease, HandClock(), "till", begin, lambda: deeds.append("ended"))
    chore = threading.Thread(target=ownership.keep)
    chore.start()
    assert taking.wait(20)
    end = threading.Thread(target=ownership.give_up)
    end.start()
    may_go_on.set()
    chore.join()
    end.join()
    assert deeds == ["begun", "ended"]
    assert (lease.held_by, ownership.is_ours()) == ("", False)


def test_what_could_not_begin_is_let_go_of_and_begun_at_the_next_look():
    lease, deeds, books_are_busy = OneLease(), list[str](), [True]

    def begin() -> None:
        deeds.append("begun")
        if books_are_busy:
            raise DatabaseBusy

    ownership = Ownership(lease, HandClock(), "till", begin, lambda: deeds.append("ended"))
    with pytest.raises(DatabaseBusy):
        ownership.keep()
    assert (lease.held_by, ownership.is_ours(), deeds) == ("", False, ["begun", "ended"])
    books_are_busy.clear()
    ownership.keep()
    assert (lease.held_by, ownership.is_ours(), deeds[2:]) == ("till", True, ["begun"])
