"""A station whose nozzle counted five litres that nobody booked."""

from core.domain.count import cash_count
from core.domain.ids import ShiftId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.pump import EndedFill
from core.services.tanks.reconciliation import ReconciliationDesk
from tests.services.small_station import FLOAT, NOZZLE_1, PUMP_1, SmallStation


def unexplained_litres(station: SmallStation) -> None:
    """In the second shift: the counter is known from the first."""
    fill = station.a_fill(yuan=200)
    station.payments.take_cash(station.a_bill(fill).id, Money(20_000), station.cashier)
    _hand_over(station)
    assert fill.totaliser is not None
    price, volume, now = station.pumps.prices(PUMP_1)[NOZZLE_1], Litres(10_000), station.clock.now()
    counter = fill.totaliser + volume + Litres(5_000)
    station.forecourt.record_ended(
        EndedFill(PUMP_1, NOZZLE_1, 900, volume, price, price.amount_for(volume), now, now, totaliser=counter)
    )
    unpaid = station.forecourt.unpaid()[-1]
    bill = station.a_bill(unpaid)
    station.payments.take_cash(bill.id, bill.due, station.cashier)


def a_case(station: SmallStation) -> None:
    """The shift has ended, and what differs was written down."""
    shift = _hand_over(station)
    ReconciliationDesk(station.work, station.clock, station.ids).write_down(shift)


def _hand_over(station: SmallStation) -> ShiftId:
    with station.work.reading() as work:
        shift = work.shifts.current()
        assert shift is not None
        expected = work.shift_reports.of(shift.id).expected_cash
    station.shifts.hand_over(cash_count(expected), station.cashier, station.cashier, FLOAT, note="照常")
    return shift.id
