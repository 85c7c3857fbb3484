"""A program that keeps the books locked until it is told to let go; test_busy_books.py runs it beside a till."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.persistence.database import Database


def main(url: str) -> None:
    database = Database.open(url)
    with database.writing():
        sys.stdout.write("locked\n")
        sys.stdout.flush()
        sys.stdin.readline()
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
