"""python -m core.station verify-journal: walks the journal and says what is wrong with the books."""

import argparse
import sys
import time
from collections.abc import Sequence

from core.domain.journal import Progress
from core.persistence.totals import SqlTotals
from core.persistence.unit_of_work import UnitsOfWork
from core.services.journal import JournalDesk
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.station.laid_out import found
from core.station.open_books import open_database
from core.station.settings import Settings
from core.wording import journal as wording
from core.wording.catalogue import _
from core.wording.formats import STATION_ZONE

_SHORTEST_ANCHOR = 8


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("--from", dest="first", type=_row, default=1, metavar="N", help="begin at row N")
    parser.add_argument(
        "--anchor",
        action="append",
        default=[],
        type=_anchor,
        metavar="N:HEX",
        help="row and hash as a Z shows them, or the cloud; may be given several times",
    )
    parser.add_argument("--quiet", action="store_true", help="tell no progress")


def verify(settings: Settings, first: int, anchors: Sequence[tuple[int, str]], *, quiet: bool) -> int:
    """Print what was found; 0 for books that are sound, 1 for others."""
    database = open_database(found(settings))
    try:
        work = UnitsOfWork(
            database, "core.station", SystemClock(), new_id, lambda _recorded: None, STATION_ZONE
        )
        desk = JournalDesk(work, SqlTotals(database))
        began = time.monotonic()
        verdict = desk.verify(first, anchors=anchors, tell=_silent if quiet else _tell)
        seconds = time.monotonic() - began
    finally:
        database.close()
    if not quiet:
        sys.stderr.write("\n")
    for each in verdict.findings:
        _say(wording.finding(each))
    if verdict.more:
        _say(_("… and {count} more.").format(count=verdict.more))
    _say(wording.verdict(verdict))
    if not quiet:
        speed = f"{verdict.rows / seconds:,.0f}" if seconds else "—"
        _say(_("{seconds} s, {speed} rows a second.").format(seconds=f"{seconds:.1f}", speed=speed))
    return 0 if verdict.sound else 1


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def _tell(progress: Progress) -> None:
    sys.stderr.write(f"\r{progress.done:,} / {progress.last:,}")


def _silent(_progress: Progress) -> None:
    pass


def _row(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _anchor(text: str) -> tuple[int, str]:
    number, _colon, link = text.partition(":")
    bytes.fromhex(link)
    if len(link) < _SHORTEST_ANCHOR:
        raise ValueError(text)
    return _row(number), link
