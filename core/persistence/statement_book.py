"""The SQL of every statement of this program as SQLAlchemy writes it, kept as text so that a till need not load SQLAlchemy.

Written by `dev.py statements`; a test holds it to what SQLAlchemy writes today. A statement is found by a digest of its own
words, so that a changed one is never given the SQL of what it was before.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from core.persistence.ways import Written

_PAGES = Path(__file__).parent / "statements"


def written(said: str, asks: Sequence[str], dialect: str) -> Written:
    """The statement's SQL for this database: from the book, or else from SQLAlchemy."""
    # A whole book of objects would weigh more than its text, and of a few hundred a till asks for a few dozen.
    pages = _pages(dialect)
    begins = pages.find(f"\n{key(said, asks)} ")
    if begins < 0:
        from core.persistence.compiling import write_out

        return write_out(said, asks, dialect)
    text, ways_in, constants, places, ways_out = json.loads(
        pages[pages.index(" ", begins) : pages.index("\n", begins + 1)]
    )
    return Written(text, tuple(ways_in), tuple(constants), tuple(places), tuple(ways_out))


def key(said: str, asks: Sequence[str]) -> str:
    """Under which the book has a statement."""
    return sha256("\n".join((said, *asks)).encode()).hexdigest()[:24]


def line(said: str, asks: Sequence[str], known: Written) -> str:
    """The book's line of a statement."""
    return f"{key(said, asks)} {json.dumps(known, separators=(',', ':'))}\n"


def book_of(dialect: str) -> Path:
    """The file."""
    return _PAGES / f"{dialect}.txt"


def bound(lines: Iterable[str]) -> str:
    """Lines as a book: each statement once, in the order of the keys."""
    return "\n" + "".join(sorted(set(lines)))


@cache
def _pages(dialect: str) -> str:
    try:
        return book_of(dialect).read_text(encoding="ascii")
    except FileNotFoundError:
        # Between two editions, or where somebody packed a program without it: SQLAlchemy knows them all.
        return ""
