"""Verify the journal and the money it tells of; look up who did what when."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from core.domain.ids import SaleId, ShiftId
from core.domain.journal import (
    BEFORE_THE_FIRST,
    AnchorDiffers,
    Finding,
    JournalHead,
    JournalRow,
    MoneyUnrecorded,
    Progress,
    RowBroken,
    RowsMissing,
    SumsDiffer,
    Verdict,
)
from core.domain.money import ZERO, Money
from core.domain.refusals.refusal import Refusal
from core.domain.shift import Shift, ShiftState
from core.ports.totals import Totals
from core.ports.unit_of_work import UnitOfWork, Work

_AT_ONCE = 1_000
_MOST_FINDINGS = 1_000
_EVERY_SHIFT = 1_000_000


class JournalDesk:
    """Whether the books are as they were written."""

    def __init__(self, work: UnitOfWork, totals: Totals) -> None:
        self._work = work
        self._totals = totals

    def head(self) -> JournalHead:
        """The last row."""
        with self._work.reading() as work:
            return work.journal.head()

    def anchor(self, shift: ShiftId) -> JournalHead | None:
        """The row that closed the shift, as its Z names it; None while it is open."""
        with self._work.reading() as work:
            return work.journal.anchor(shift)

    def verify(
        self,
        first: int = 1,
        *,
        anchors: Sequence[tuple[int, str]] = (),
        tell: Callable[[Progress], None] = lambda _progress: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Verdict:
        """Walk the chain from that row on, and all money that it pins down, a thousand rows at once.

        `anchors` are numbers and hashes (the first hex digits will do) from a Z or from the cloud; those that were written
        down for the cloud here are compared too. Only a walk from the first row finds what the journal never heard of.
        """
        walk = _Walk(first)
        with self._work.reading() as work:
            head = work.journal.head()
            closed = [each for each in work.shifts.recent(_EVERY_SHIFT) if each.state is ShiftState.CLOSED]
            walk.begin(work)
            walk.anchors(anchors, work.journal.sent_anchors())
        complete = True
        while walk.number < head.number:
            if stop():
                complete = False
                break
            with self._work.reading() as work:
                if not walk.go_on(work, head.number):
                    break
            tell(Progress(walk.number, head.number, walk.found))
        if complete:
            walk.find_cut_off(head.number)
            if first == 1:
                self._find_unrecorded(walk)
                self._find_unrecorded_entries(walk, closed)
                self._compare_sums(walk, closed)
        return walk.verdict(head, complete=complete)

    def _find_unrecorded(self, walk: "_Walk") -> None:
        """What is finished without a row: compared day by day, so that a year's bills need no memory."""
        here: dict[str, _Tally] = defaultdict(_Tally)
        for number, sale in self._completed():
            here[_day(number)].add(number, sale)
        odd = {day for day, tally in here.items() if tally != walk.told.get(day, _Tally())}
        if not odd:
            return
        # In this order: a bill that is paid meanwhile has its row by the time that the rows are read.
        bills = [(number, sale) for number, sale in self._completed() if _day(number) in odd]
        known: set[str] = set()
        rows: Sequence[JournalRow] = ()
        while True:
            with self._work.reading() as work:
                rows = work.journal.rows(rows[-1].number if rows else 0, _AT_ONCE)
            if not rows:
                break
            known |= {sale for row in rows for of, sale in _told_sale(row) if _day(of) in odd}
        for number, sale in bills:
            # A bill under another number than its row's is found by what the row pins down.
            if sale not in known:
                walk.report(MoneyUnrecorded("sale", number))

    def _find_unrecorded_entries(self, walk: "_Walk", closed: Sequence[Shift]) -> None:
        """What was put beside a closed shift's Z, or into its drawer, without a row."""
        odd: dict[str, MoneyUnrecorded] = {}
        for shift in reversed(closed):
            with self._work.reading() as work:
                corrections, movements = work.shifts.corrections(shift.id), work.cash.of(shift.id)
            for thing, entries in (("correction", corrections), ("movement", movements)):
                for each in entries:
                    if each.id not in walk.entries:
                        odd[each.id] = MoneyUnrecorded(thing, f"{shift.number}-{each.number}")
        if odd:
            # What was written while the rows were read has a row behind them.
            with self._work.reading() as work:
                later = {_told_entry(row) for row in work.journal.rows(walk.number, _AT_ONCE)}
            for entry, finding in odd.items():
                if entry not in later:
                    walk.report(finding)

    def _completed(self) -> Iterator[tuple[str, str]]:
        after = ""
        while True:
            with self._work.reading() as work:
                found = work.journal.completed_sales(after, _AT_ONCE)
            yield from found
            if len(found) < _AT_ONCE:
                return
            after = found[-1][0]

    def _compare_sums(self, walk: "_Walk", closed: Sequence[Shift]) -> None:
        """Each closed shift's Z against the bills that the journal tells of."""
        for shift in reversed(closed):
            if shift.id not in walk.shifts:
                walk.report(MoneyUnrecorded("shift", str(shift.number)))
            count, gross, discount = self._totals.sales(shift.id)
            counted, net = walk.sold.get(shift.id, (0, ZERO))
            if (count, gross - discount) != (counted, net):
                walk.report(SumsDiffer(shift.number, count, counted, (gross - discount).fen, net.fen))


@dataclass(slots=True)
class _Tally:
    """Which bills of a day were seen, in whatever order, in two numbers."""

    count: int = 0
    mixed: int = 0

    def add(self, number: str, sale: str) -> None:
        self.count += 1
        self.mixed ^= hash((number, sale))


@dataclass(slots=True)
class _Walk:
    """From row to row: what is known on the way."""

    first: int
    number: int = 0
    hash: bytes = BEFORE_THE_FIRST
    unlinked: bool = False  # the row before is gone, so the next one fits nothing
    rows: int = 0
    pinned: int = 0
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    told: dict[str, _Tally] = field(default_factory=lambda: defaultdict(_Tally))
    shifts: set[str] = field(default_factory=set)
    entries: set[str] = field(default_factory=set)  # corrections and movements that rows tell of
    sold: dict[str, tuple[int, Money]] = field(default_factory=dict)
    expected: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def found(self) -> int:
        return len(self.findings) + self.more

    def begin(self, work: Work) -> None:
        self.number = max(0, self.first - 1)
        if self.number:
            before = work.journal.rows(self.number - 1, 1)
            if before and before[0].number == self.number:
                self.hash = before[0].hash
            else:
                self.report(RowsMissing(self.number, self.number))
                self.unlinked = True

    def anchors(self, given: Sequence[tuple[int, str]], sent: Sequence[tuple[int, str]]) -> None:
        for number, link in (*given, *sent):
            if number >= self.first:
                self.expected[number].append(link.lower())

    def go_on(self, work: Work, last: int) -> bool:
        """A thousand rows on; false where there are no more."""
        rows = [row for row in work.journal.rows(self.number, _AT_ONCE) if row.number <= last]
        for row in rows:
            self._step(work, row)
        return bool(rows)

    def _step(self, work: Work, row: JournalRow) -> None:
        gap, self.unlinked = self.unlinked, False
        if row.number != self.number + 1:
            gap = True
            self.report(RowsMissing(self.number + 1, row.number - 1))
        # After a gap nobody can say whether the row itself is sound; the missing ones are named.
        sound = gap or row.hash == _hash_of(row, self.hash)
        if not sound:
            self.report(RowBroken(row.number))
        self._look_at_money(work, row)
        for link in self.expected.pop(row.number, ()):
            if not (link and row.hash.hex().startswith(link)):
                self.report(AnchorDiffers(row.number, link, row.hash.hex()[: len(link)]))
        self.number, self.hash = row.number, row.hash
        self.rows += 1

    def _look_at_money(self, work: Work, row: JournalRow) -> None:
        if work.journal.pins(row):
            self.pinned += 1
            finding = work.journal.compare(row)
            if finding is not None:
                self.report(finding)
        for number, sale in _told_sale(row):
            self.told[_day(number)].add(number, sale)
            self._add_up(work, SaleId(sale))
        if row.kind == "ShiftClosed":
            self.shifts.add(str(row.facts.get("shift")))
        self.entries.add(_told_entry(row))

    def _add_up(self, work: Work, sale: SaleId) -> None:
        try:
            bill = work.sales.as_known(sale)
        except (Refusal, TypeError, ValueError):
            return  # gone or past reading: its pin has told so
        count, net = self.sold.get(bill.shift, (0, ZERO))
        self.sold[bill.shift] = count + 1, net + bill.total

    def find_cut_off(self, last: int) -> None:
        """Whatever another book knows of, and the journal here does not reach."""
        for number, links in sorted(self.expected.items()):
            if number > last:
                for link in links:
                    self.report(AnchorDiffers(number, link, ""))

    def report(self, finding: Finding) -> None:
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(finding)
        else:
            self.more += 1

    def verdict(self, head: JournalHead, *, complete: bool) -> Verdict:
        return Verdict(
            self.first,
            self.number,
            self.rows,
            self.pinned,
            tuple(self.findings),
            self.more,
            head,
            complete,
        )


def _hash_of(row: JournalRow, previous: bytes) -> bytes:
    try:
        return row.hash_after(previous)
    except (TypeError, ValueError):  # figures that are none: a hand was here
        return b""


def _told_sale(row: JournalRow) -> Sequence[tuple[str, str]]:
    """Number and id of the bill that the row says was paid, or nothing."""
    if row.kind != "SaleCompleted":
        return ()
    facts = row.facts
    return ((str(facts.get("number")), str(facts.get("sale"))),)


def _told_entry(row: JournalRow) -> str:
    """The id of the correction or movement that the row tells of, or nothing."""
    names = {"ShiftCorrected": "correction", "CashMoved": "movement"}
    return str(row.facts.get(names[row.kind])) if row.kind in names else ""


def _day(number: str) -> str:
    return number.partition("-")[0]
