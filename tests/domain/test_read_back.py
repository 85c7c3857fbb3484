"""What was written in canonical form is read back as it was."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.domain.cash import CashKind, CashMovement
from core.domain.count import Count, variances
from core.domain.ids import CashMovementId, NozzleId
from core.domain.journal import canonical
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.read_back import read_back
from core.domain.report import ShiftReport
from core.domain.shift import MeterCut
from tests.reports.shifts import A_REPORT, A_SHIFT, CLOSED


def test_a_z_is_read_back_word_for_word() -> None:
    count = Count(((10_000, 3),), ((Tender.WECHAT, Money(8_000)),), loose=Money(7))
    report = replace(
        A_REPORT,
        movements=(
            CashMovement(
                CashMovementId("m"),
                A_SHIFT.id,
                1,
                CashKind.PAID_OUT,
                Money(2_000),
                "买水",
                A_SHIFT.opened_by,
                CLOSED,
            ),
        ),
        variances=variances(count, {Tender.CASH: Money(1)}),
        pieces=Count(count.pieces, loose=count.loose),
        meters=(MeterCut(NozzleId("1-1"), None, Litres(5)), MeterCut(NozzleId("1-2"), Litres(9_999_999))),
    )
    assert read_back(ShiftReport, canonical(report)) == report


@given(st.integers(), st.integers(0, 10**12), st.text(max_size=50))
def test_any_figures_and_words_come_back(fen: int, volume: int, words: str) -> None:
    report = replace(A_REPORT, gross=Money(fen), orders_volume=Litres(volume), opened_by=words)
    assert read_back(ShiftReport, canonical(report)) == report
