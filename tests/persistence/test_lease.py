"""One holder at a time, until its time runs out."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from core.persistence.database import Database
from core.persistence.lease import Leases
from tests.builders import MOMENT

LASTS = timedelta(seconds=10)
ROUNDS = 40


def test_a_lease_is_one_holders_until_it_runs_out(station_database: Database):
    leases = Leases(station_database)
    assert leases.take("pumps", "till 1", MOMENT + LASTS, MOMENT)
    assert not leases.take("pumps", "till 2", MOMENT + 2 * LASTS, MOMENT + LASTS / 2)
    assert leases.holder("pumps", MOMENT) == "till 1"
    assert not leases.take("pumps", "till 2", MOMENT + 2 * LASTS, MOMENT + LASTS - timedelta(microseconds=1))
    assert leases.take("pumps", "till 2", MOMENT + 2 * LASTS, MOMENT + LASTS)
    assert leases.holder("pumps", MOMENT + LASTS) == "till 2"
    assert not leases.take("pumps", "till 1", MOMENT + 3 * LASTS, MOMENT + LASTS)


def test_its_holder_keeps_it_longer(station_database: Database):
    leases = Leases(station_database)
    assert leases.take("pumps", "till 1", MOMENT + LASTS, MOMENT)
    assert leases.take("pumps", "till 1", MOMENT + 2 * LASTS, MOMENT + LASTS / 2)
    assert not leases.take("pumps", "till 2", MOMENT + 3 * LASTS, MOMENT + LASTS)


def test_a_lease_given_back_is_free(station_database: Database):
    leases = Leases(station_database)
    assert leases.take("pumps", "till 1", MOMENT + LASTS, MOMENT)
    leases.release("pumps", "till 2")
    assert leases.holder("pumps", MOMENT) == "till 1"
    leases.release("pumps", "till 1")
    assert leases.holder("pumps", MOMENT) is None
    assert leases.take("pumps", "till 2", MOMENT + LASTS, MOMENT)


def test_leases_of_two_names_are_apart(station_database: Database):
    leases = Leases(station_database)
    assert leases.take("pumps", "till 1", MOMENT + LASTS, MOMENT)
    assert leases.take("reports", "till 2", MOMENT + LASTS, MOMENT)


def test_of_two_programs_that_race_exactly_one_wins(station_url: str):
    racer = Path(__file__).with_name("racing_for_leases.py")
    programs = [
        subprocess.Popen(
            [sys.executable, str(racer), station_url, holder, str(ROUNDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for holder in ("till 1", "till 2")
    ]
    won: list[set[str]] = []
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        said, _ = program.communicate(timeout=30)
        assert program.returncode == 0
        won.append(set(said.split()))
    assert won[0] | won[1] == {str(number) for number in range(ROUNDS)}
    assert not won[0] & won[1]
