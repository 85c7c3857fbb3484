"""A program that tries to take one lease after another and says which it got; test_lease.py runs two of them."""

import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.persistence.database import Database
from core.persistence.lease import Leases
from tests.builders import MOMENT


def main(url: str, holder: str, rounds: int) -> None:
    database = Database.open(url)
    leases = Leases(database)
    leases.holder("0", MOMENT)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for number in range(rounds):
        if leases.take(str(number), holder, MOMENT + timedelta(seconds=10), MOMENT):
            sys.stdout.write(f"{number}\n")
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
