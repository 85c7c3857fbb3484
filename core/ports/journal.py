"""The journal as it is stored: read row by row, compared with the money it tells of, and searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.ids import ShiftId
from core.domain.journal import Finding, JournalHead, JournalRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are looked for. None and empty stand for any; moments are inclusive from, exclusive until.

    `person` is the actor or the approver.
    """

    person: str | None = None
    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


class Journal(Protocol):
    """Every action of every person, each row tied to all before it."""

    def head(self) -> JournalHead:
        """The last row."""
        ...

    def rows(self, after: int, limit: int) -> Sequence[JournalRow]:
        """The rows after that number, in order, whatever somebody may have made of them."""
        ...

    def find(self, wanted: Wanted, before: int, limit: int) -> Sequence[JournalRow]:
        """The last rows of that kind before that number, newest first."""
        ...

    def compare(self, row: JournalRow) -> Finding | None:
        """What has become of the money that the row pins down, where it is not what it was."""
        ...

    def pins(self, row: JournalRow) -> bool:
        """Whether the row pins money down."""
        ...

    def anchor(self, shift: ShiftId) -> JournalHead | None:
        """The row that closed the shift: its number and hash are on the Z and at the cloud."""
        ...

    def sent_anchors(self) -> Sequence[tuple[int, str]]:
        """The rows, and the hashes in hex, that were written down for the cloud."""
        ...

    def completed_sales(self, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """Number and id of completed bills, by number."""
        ...
