"""Has SQLAlchemy write the book of statements anew: ``python3 dev.py statements``, or ``statements --look`` to compare only.

Runs in a process of its own, as it takes every statement that the modules of this room have made.
"""

import gc
import pkgutil
import sys
from importlib import import_module

import core.persistence
from core.persistence.compiling import write_out
from core.persistence.statement_book import book_of, bound, line
from core.persistence.transaction import Command

DIALECTS = ("sqlite", "postgresql")


def main(words: list[str]) -> int:
    """Write the books, or with `--look` say which are not what SQLAlchemy writes; then the exit code is 1."""
    said = every_statement()
    stale = [dialect for dialect in DIALECTS if _kept(dialect) != written_now(said, dialect)]
    if "--look" in words:
        for dialect in stale:
            sys.stderr.write(f"{book_of(dialect)} is out of date: python3 dev.py statements\n")
        return 1 if stale else 0
    for dialect in stale:
        book_of(dialect).parent.mkdir(exist_ok=True)
        book_of(dialect).write_text(written_now(said, dialect), encoding="ascii", newline="\n")
    return 0


def every_statement() -> list[Command]:
    """Those of every module of this room; what is made while a program runs is not among them."""
    for module in pkgutil.walk_packages(core.persistence.__path__, "core.persistence."):
        if ".migrations" not in module.name:
            import_module(module.name)
    return [each for each in gc.get_objects() if isinstance(each, Command)]


def written_now(said: list[Command], dialect: str) -> str:
    """The book of these statements."""
    return bound(line(each.said, each.asks, write_out(each.said, each.asks, dialect)) for each in said)


def _kept(dialect: str) -> str:
    return book_of(dialect).read_text(encoding="ascii") if book_of(dialect).exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
