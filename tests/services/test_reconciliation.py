"""Fills, counters, tanks and bills of a real station are held against each other, and what differs is a case."""

from datetime import timedelta

import pytest

from core.domain.count import cash_count
from core.domain.ids import CaseId, ShiftId, TankNumber, nozzle_id
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.product import G92
from core.domain.pump import EndedFill
from core.domain.reconciliation.case import CaseState
from core.domain.reconciliation.gap import Cause, Gap, GapKind
from core.domain.reconciliation.nozzle_balance import NozzleBalance, Whereto
from core.domain.refusals.people import NotAllowed
from core.domain.refusals.reconciliation import CaseIsClosed, CaseNeedsReason, CaseNotFound
from core.domain.tanks.reading import TankReading
from core.domain.tanks.tank import Tank, TankLimits
from core.persistence.tables.reconciliation import reconciliation_cases
from core.persistence.transaction import Command
from core.ports.tanks import KeptReading
from core.services.tanks.reconciliation import ReconciliationDesk
from tests.services.small_station import FLOAT, NOZZLE_1, PUMP_1, PUMP_2, SmallStation

_FIRST = nozzle_id(PUMP_1, NOZZLE_1)


@pytest.fixture
def desk(station: SmallStation) -> ReconciliationDesk:
    """In the second shift, so that counters are known at its beginning."""
    _sold(station)
    _hand_over(station)
    return ReconciliationDesk(station.work, station.clock, station.ids)


def _sold(station: SmallStation) -> Litres:
    fill = station.a_fill(yuan=200)
    station.payments.take_cash(station.a_bill(fill).id, Money(20_000), station.cashier)
    return fill.volume


def _hand_over(station: SmallStation) -> ShiftId:
    with station.work.reading() as work:
        shift = work.shifts.current()
        assert shift is not None
        expected = work.shift_reports.of(shift.id).expected_cash
    station.shifts.hand_over(cash_count(expected), station.cashier, station.cashier, FLOAT, note="照常")
    return shift.id


def _delivered_without_a_record(station: SmallStation, millilitres: int) -> None:
    """A fill that was booked, after one that nobody booked: the counter knows both."""
    with station.work.reading() as work:
        before = work.fills.last_totaliser(PUMP_1, NOZZLE_1)
    assert before is not None
    now = station.clock.now()
    price = station.pumps.prices(PUMP_1)[NOZZLE_1]
    volume = Litres(10_000)
    station.forecourt.record_ended(
        EndedFill(
            PUMP_1, NOZZLE_1, 900, volume, price, price.amount_for(volume), now, now,
            totaliser=before + volume + Litres(millilitres),
        )
    )  # fmt: skip


def _balance(desk: ReconciliationDesk, station: SmallStation) -> NozzleBalance:
    grades = desk.so_far(station.manager).grades
    return next(nozzle for grade in grades for nozzle in grade.nozzles if nozzle.nozzle == _FIRST)


def test_what_was_sold_stands_beside_the_counter_without_a_gap(
    station: SmallStation, desk: ReconciliationDesk
) -> None:
    volume = _sold(station)
    balance = _balance(desk, station)
    assert (balance.counted, balance.booked, balance.went) == (volume, volume, {Whereto.BILL: volume})
    assert desk.so_far(station.manager).gaps == ()


def test_a_fill_that_waits_is_told_and_needs_nobody(station: SmallStation, desk: ReconciliationDesk) -> None:
    fill = station.a_fill(yuan=50)
    (gap,) = desk.so_far(station.manager).gaps
    assert gap == Gap(GapKind.FILLS_BILLS, G92, _FIRST, fill.volume.millilitres, Cause.WAITS)
    case = desk.write_down(_hand_over(station))[0]
    assert case.state is CaseState.NOTED


def test_fuel_without_a_fill_becomes_a_case_that_people_explain_and_close(
    station: SmallStation, desk: ReconciliationDesk
) -> None:
    _delivered_without_a_record(station, 5_000)
    shift = _hand_over(station)
    found = {case.gap.kind: case for case in desk.write_down(shift)}
    case = found[GapKind.COUNTER_FILLS]
    assert (case.gap.millilitres, case.gap.cause, case.state) == (5_000, Cause.MISSING_FILL, CaseState.OPEN)
    assert case.worth == Money(3_905)

    with pytest.raises(CaseNeedsReason):
        desk.close(case.id, station.manager)
    with pytest.raises(CaseNeedsReason):
        desk.explain(case.id, Cause.MISSING_FILL, "  ", station.manager)
    desk.explain(case.id, Cause.MISSING_FILL, "检定放油", station.manager)
    desk.doubt(case.id, "证书上没有", station.manager)
    desk.explain(case.id, Cause.MISSING_FILL, "检定放油,证书 0415", station.manager)
    closed = desk.close(case.id, station.manager)
    assert (closed.state, closed.said, closed.by) == (
        CaseState.CLOSED,
        "检定放油,证书 0415",
        station.manager,
    )
    with pytest.raises(CaseIsClosed):
        desk.doubt(case.id, "还是不对", station.manager)
    assert closed in desk.of_shift(shift, station.manager)[1]


def test_a_shift_is_compared_once(station: SmallStation, desk: ReconciliationDesk) -> None:
    _delivered_without_a_record(station, 5_000)
    shift = _hand_over(station)
    first = desk.write_down(shift)
    assert desk.write_down(shift) == first
    assert len(desk.cases(station.manager)) == len(first)


def test_what_was_found_is_never_changed_in_the_database(
    station: SmallStation, desk: ReconciliationDesk
) -> None:
    _delivered_without_a_record(station, 5_000)
    desk.write_down(_hand_over(station))
    with pytest.raises(Exception, match="never change"), station.database.writing() as transaction:
        transaction.run(Command(reconciliation_cases.update().values(millilitres=0)))


def _with_a_tank(station: SmallStation) -> None:
    """Both nozzles of 92 draw from it; it is measured as a shift begins."""
    tank = Tank(
        TankNumber(1), G92, Litres(30_000_000), Litres(28_500_000),
        TankLimits(Litres(1_000_000), Litres(3_000_000), Litres(28_000_000), Litres(29_000_000)),
        frozenset({_FIRST, nozzle_id(PUMP_2, NOZZLE_1)}),
    )  # fmt: skip
    with station.work() as work:
        work.tanks.save(tank)
        work.tanks.keep(KeptReading(_measured(station, 20_000_000)))
    _hand_over(station)


def test_fuel_of_a_test_that_was_poured_back_is_no_gain_of_the_tank(
    station: SmallStation, desk: ReconciliationDesk
) -> None:
    _with_a_tank(station)
    station.clock.move(timedelta(hours=4))
    fill = station.a_fill(yuan=200)
    station.fills.test(fill.id, fill.volume, TankNumber(1), "检定", station.manager)
    with station.work() as work:
        work.tanks.keep(KeptReading(_measured(station, 20_000_000)))
    balance = _balance(desk, station)
    assert (balance.went, balance.gaps) == ({Whereto.TEST: fill.volume}, ())
    assert desk.so_far(station.manager).gaps == ()


def test_a_tank_that_lost_more_than_its_nozzles_counted_is_a_case(
    station: SmallStation, desk: ReconciliationDesk
) -> None:
    _with_a_tank(station)
    station.clock.move(timedelta(hours=4))
    volume = _sold(station)
    with station.work() as work:
        work.tanks.keep(KeptReading(_measured(station, 20_000_000 - volume.millilitres - 250_000)))
    case = next(
        case for case in desk.write_down(_hand_over(station)) if case.gap.kind is GapKind.TANK_COUNTER
    )
    assert (case.gap.millilitres, case.gap.cause, case.gap.place) == (250_000, Cause.LOSS, str(G92))


def _measured(station: SmallStation, millilitres: int) -> TankReading:
    return TankReading(TankNumber(1), station.clock.now(), product_volume=Litres(millilitres))


def test_who_may_not_see_reports_sees_none(station: SmallStation, desk: ReconciliationDesk) -> None:
    with pytest.raises(NotAllowed):
        desk.so_far(station.attendant)


def test_an_unknown_case_is_refused(station: SmallStation, desk: ReconciliationDesk) -> None:
    with pytest.raises(CaseNotFound):
        desk.close(CaseId("f" * 32), station.manager)
