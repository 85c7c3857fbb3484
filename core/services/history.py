"""Who did what when: the journal as sentences, filtered and searched."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core.domain.history import HistoryEntry, HistoryPage
from core.domain.ids import SaleId, ShiftId, StaffId
from core.domain.journal import JournalRow
from core.domain.refusals.refusal import Refusal
from core.domain.staff import Permission, StaffMember
from core.ports.journal import Wanted
from core.ports.unit_of_work import UnitOfWork, Work
from core.wording import events as wording

PAGE = 200
_AT_ONCE = 500
_MOST_LOOKED_AT = 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OF_BILLS = ("sale", "subject")
_OF_SHIFTS = ("shift", "next_shift")


class HistoryDesk:
    """The journal to read in."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def people(self, by: StaffId) -> Sequence[StaffMember]:
        """Everybody who can stand in the journal, those who left too. Raises NotAllowed."""
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.SEE_JOURNAL)
            return work.staff.everybody()

    def look(
        self, wanted: Wanted, text: str, by: StaffId, *, before: int | None = None, most: int = PAGE
    ) -> HistoryPage:
        """The last rows of that kind whose words hold the text, before that number.

        A search looks through some ten thousands of rows and then lets the reader decide whether to go on. Raises
        NotAllowed.
        """
        sought = text.strip().casefold()
        found: list[HistoryEntry] = []
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.SEE_JOURNAL)
            words = _Names(work)
            number = before if before is not None else work.journal.head().number + 1
            looked_at = 0
            while len(found) < most and looked_at < _MOST_LOOKED_AT:
                rows = work.journal.find(wanted, number, _AT_ONCE)
                for row in rows:
                    number = row.number
                    looked_at += 1
                    entry = words.entry(row)
                    if not sought or sought in _all_words(entry):
                        found.append(entry)
                        if len(found) == most:
                            return HistoryPage(tuple(found), number, more=True)
                if len(rows) < _AT_ONCE:
                    return HistoryPage(tuple(found), number)
        return HistoryPage(tuple(found), number, more=True)


def _all_words(entry: HistoryEntry) -> str:
    return f"{entry.number}\n{entry.actor}\n{entry.approver}\n{entry.text}".casefold()


class _Names:
    """What ids are called: people by name, bills and shifts by number."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[str, str] = {member.id: member.name for member in work.staff.everybody()}

    def entry(self, row: JournalRow) -> HistoryEntry:
        facts = row.facts
        for fields, name in ((_OF_BILLS, self._bill), (_OF_SHIFTS, self._shift)):
            for field in fields:
                value = facts.get(field)
                if isinstance(value, str) and value and value not in self._known:
                    self._known[value] = name(value)
        return HistoryEntry(
            row.number,
            _moment(row.at),
            self._known.get(row.actor, row.actor),
            self._known.get(row.approver, row.approver),
            wording.sentence(row.kind, facts, self._known),
        )

    def _bill(self, sale: str) -> str:
        try:
            return self._work.sales.get(SaleId(sale)).number
        except (Refusal, TypeError, ValueError):
            return ""

    def _shift(self, shift: str) -> str:
        try:
            return str(self._work.shifts.get(ShiftId(shift)).number)
        except (Refusal, TypeError, ValueError):
            return ""


def _moment(microseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except (TypeError, OverflowError):  # a hand was here
        return _EPOCH
