"""The message that tells the cloud of a closed shift."""

from collections import Counter
from collections.abc import Sequence

from core.domain.journal import JournalHead, JournalRow
from core.domain.report import ShiftReport
from core.protocol import from_station


def shift_closed(
    report: ShiftReport, head: JournalHead, thrown_away: Sequence[JournalRow]
) -> from_station.ShiftClosed:
    """`thrown_away` are the rows of bills and lines that somebody took back during the shift."""
    voids = Counter(row.actor for row in thrown_away if row.actor)
    shift = report.shift
    return from_station.ShiftClosed(
        shift_id=shift.id,
        opened_at=shift.opened_at,
        closed_at=shift.closed_at or shift.opened_at,
        opened_by=report.opened_by,
        closed_by=report.closed_by,
        sales_count=report.sales,
        total_fen=report.net.fen,
        discount_fen=(report.discount + report.rounding).fen,
        cash_expected_fen=shift.expected_cash.fen,
        cash_counted_fen=shift.counted_cash.fen,
        by_method=[
            from_station.MethodTotal(method=f.tender, count=f.count, amount_fen=f.net.fen)
            for f in report.tenders
        ],
        by_grade=[
            from_station.GradeTotal(
                grade=f.grade, count=f.fills, volume_ml=f.volume.millilitres, amount_fen=f.amount.fen
            )
            for f in report.fuel
        ],
        voids=[from_station.CountedVoids(cashier=who, count=count) for who, count in sorted(voids.items())],
        journal=from_station.JournalAnchor(number=head.number, hash=head.hash.hex()),
    )
