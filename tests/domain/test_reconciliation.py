"""Four counts of the same fuel: what differs is told with its place and its likely cause, and nothing else is."""

from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import GradeCode, NozzleId
from core.domain.litres import NO_LITRES, Litres
from core.domain.product import G92, G95
from core.domain.reconciliation.gap import Cause, Gap, GapKind
from core.domain.reconciliation.grade_balance import GradeBalance, TankSide, by_grade
from core.domain.reconciliation.nozzle_balance import NozzleBalance, Whereto

millilitres = st.integers(0, 80_000_000)


def _nozzle(
    name: str = "1-1",
    grade: GradeCode = G92,
    *,
    before: int | None = 1_000_000,
    counted: int = 0,
    sold: int = 0,
    waits: int = 0,
    running: int = 0,
) -> NozzleBalance:
    return NozzleBalance(
        NozzleId(name),
        grade,
        None if before is None else Litres(before),
        None if before is None else Litres(before + counted),
        {Whereto.BILL: Litres(sold), Whereto.WAITS: Litres(waits)},
        booked=Litres(sold + waits),
        running=Litres(running),
    )


def _causes(nozzle: NozzleBalance) -> list[tuple[GapKind, int, Cause]]:
    return [(gap.kind, gap.millilitres, gap.cause) for gap in nozzle.gaps]


def test_a_nozzle_whose_fills_are_all_sold_has_no_gap() -> None:
    assert _nozzle(counted=50_000, sold=50_000).gaps == ()


def test_fuel_that_no_fill_was_booked_for_is_told_to_the_millilitre() -> None:
    assert _causes(_nozzle(counted=50_010, sold=50_000)) == [(GapKind.COUNTER_FILLS, 10, Cause.MISSING_FILL)]


def test_a_fill_under_way_explains_what_a_counter_has_more() -> None:
    assert _causes(_nozzle(counted=50_000, sold=30_000, running=20_000)) == [
        (GapKind.COUNTER_FILLS, 20_000, Cause.RUNNING)
    ]


def test_more_fills_than_the_counter_shows_may_be_one_booked_twice() -> None:
    assert _causes(_nozzle(counted=20_000, sold=40_000)) == [
        (GapKind.COUNTER_FILLS, -20_000, Cause.TWICE_BOOKED)
    ]


def test_a_counter_that_fell_is_no_count_and_never_a_baseline_of_a_lifetime() -> None:
    fell = _nozzle(before=900_000_000, counted=-900_000_000, sold=20_000)
    assert fell.counted is None
    assert _causes(fell) == [(GapKind.NO_COUNTER, 20_000, Cause.COUNTER_REPLACED)]


def test_a_counter_that_nobody_knows_is_told_once_its_nozzle_delivers() -> None:
    assert _nozzle(before=None).gaps == ()
    assert _causes(_nozzle(before=None, sold=10_000)) == [(GapKind.NO_COUNTER, 10_000, Cause.NEVER_TOLD)]


def test_what_waits_to_be_paid_is_named_and_needs_nobody() -> None:
    waits = _nozzle(counted=30_000, sold=10_000, waits=20_000).gaps
    assert waits == (Gap(GapKind.FILLS_BILLS, G92, NozzleId("1-1"), 20_000, Cause.WAITS),)
    assert not waits[0].needs_somebody


def test_a_fill_that_went_nowhere_needs_somebody() -> None:
    lost = NozzleBalance(
        NozzleId("1-1"), G92, Litres(0), Litres(30_000), {Whereto.BILL: Litres(10_000)}, booked=Litres(30_000)
    )
    assert [(gap.millilitres, gap.cause, gap.needs_somebody) for gap in lost.gaps] == [
        (20_000, Cause.NO_REASON, True)
    ]


def test_a_tank_that_lost_what_its_nozzles_counted_has_no_gap() -> None:
    grade = GradeBalance(
        G92, (_nozzle(counted=50_000, sold=50_000),), TankSide(Litres(1_000_000), Litres(950_000))
    )
    assert grade.gaps == ()


def test_a_delivery_that_nobody_booked_and_a_leak_are_told_apart() -> None:
    nozzles = (_nozzle(counted=1_000_000, sold=1_000_000),)
    full = Litres(10_000_000)
    leak = GradeBalance(G92, nozzles, TankSide(full, Litres(8_800_000)))
    delivery = GradeBalance(G92, nozzles, TankSide(full, Litres(14_000_000)))
    small = GradeBalance(G92, nozzles, TankSide(full, Litres(9_020_000)))
    assert [(gap.millilitres, gap.cause) for gap in leak.gaps] == [(200_000, Cause.LOSS)]
    assert [(gap.millilitres, gap.cause) for gap in delivery.gaps] == [
        (-5_000_000, Cause.DELIVERY_NOT_BOOKED)
    ]
    assert [(gap.millilitres, gap.cause) for gap in small.gaps] == [(-20_000, Cause.WITHIN_MEASURING)]


def test_what_runs_now_has_left_the_tank_already() -> None:
    grade = GradeBalance(G92, (_nozzle(running=40_000),), TankSide(Litres(1_000_000), Litres(960_000)))
    assert grade.gaps == ()


def test_a_tank_that_was_not_measured_is_told_as_such() -> None:
    (gap,) = GradeBalance(G92, (), TankSide(None, Litres(1))).gaps
    assert (gap.kind, gap.cause) == (GapKind.NO_TANK, Cause.NOT_MEASURED)


def test_a_station_without_gauges_compares_the_other_three() -> None:
    told = by_grade([_nozzle(counted=10, sold=0), _nozzle("2-1", G95, counted=5, sold=5)], [])
    assert [grade.grade for grade in told.grades] == [G92, G95]
    assert [gap.place for gap in told.gaps] == ["1-1"]


@given(counted=millilitres, sold=millilitres, waits=millilitres)
def test_the_gaps_of_a_nozzle_bring_its_four_counts_together(counted: int, sold: int, waits: int) -> None:
    nozzle = _nozzle(counted=counted, sold=sold, waits=waits)
    by_kind = {gap.kind: gap.millilitres for gap in nozzle.gaps}
    assert counted - by_kind.get(GapKind.COUNTER_FILLS, 0) == nozzle.booked.millilitres
    assert nozzle.booked.millilitres - by_kind.get(GapKind.FILLS_BILLS, 0) == sold


@given(
    before=millilitres,
    now=millilitres,
    received=millilitres,
    counted=millilitres,
    running=st.integers(0, 60_000),
)
def test_a_tanks_gap_brings_tank_and_counters_together(
    before: int, now: int, received: int, counted: int, running: int
) -> None:
    grade = GradeBalance(
        G92,
        (_nozzle(counted=counted, sold=counted, running=running),),
        TankSide(Litres(before), Litres(now), came=Litres(received)),
    )
    gap = sum(gap.millilitres for gap in grade.gaps)
    assert before + received - counted - running - gap == now
    assert (grade.counted or NO_LITRES).millilitres == counted
