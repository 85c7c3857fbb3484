"""Variances day by day, what a delivery comes to, and how surely a leak is found, with its false alarms counted."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import DeliveryId, StaffId, StockEntryId
from core.domain.litres import NO_LITRES, Litres
from core.domain.product import D0, G92
from core.domain.refusals.tanks import (
    DeliveryDoesNotFit,
    DeliveryStateUnfit,
    DeliveryUnfit,
    TankStillSettling,
)
from core.domain.tanks.delivery import Delivery, DeliveryState, Filling, Measure, Part, check_fits, measure_of
from core.domain.tanks.leak import QuietReading, daily_loss, quiet_loss, stretches
from core.domain.tanks.stock import Movements
from core.domain.tanks.tank import vessels
from core.domain.tanks.variance import Rating, StockDay, VarianceLimits, table
from tests.domain.test_tanks import NOW, ONE, THREE, TWO, a_reading, a_tank, litres

# --- variances ------------------------------------------------------------------------------------------------------------


def a_day(number: int, begun: int, measured: int | None, **given: int) -> StockDay:
    moved = Movements(**{name: litres(volume) for name, volume in given.items()})
    since = NOW + timedelta(days=number)
    return StockDay(
        ONE,
        date(2026, 11, 1) + timedelta(days=number),
        since,
        since + timedelta(days=1),
        litres(begun),
        moved,
        None if measured is None else litres(measured),
    )


LIMITS = VarianceLimits(allowance=litres(10))


def test_each_day_is_judged_by_what_it_brought_and_all_days_by_their_sum():
    lines = table(
        [
            a_day(0, 0, 8_000, opening=10_000, sold=2_000),
            a_day(1, 8_000, 5_985, sold=2_000),
            a_day(2, 6_000, 3_960, sold=2_000),
        ],
        LIMITS,
    )
    assert [line.daily for line in lines] == [NO_LITRES, litres(-15), litres(-25)]
    assert [line.cumulative for line in lines] == [NO_LITRES, litres(-15), litres(-40)]
    assert [line.daily_rating for line in lines] == [Rating.GREEN, Rating.GREEN, Rating.AMBER]
    assert lines[-1].cumulative_rating is Rating.GREEN
    assert lines[-1].per_myriad == -67


def test_an_adjustment_hides_no_loss():
    days = [
        a_day(0, 0, 8_000, opening=10_000, sold=2_000),
        a_day(1, 8_000, 5_900, sold=2_000, adjusted=-100),
    ]
    assert days[1].variance == NO_LITRES
    assert table(days, LIMITS)[-1].cumulative == litres(-100)


def test_a_day_that_nobody_measured_counts_with_the_next():
    days = [
        a_day(0, 0, 8_000, opening=10_000, sold=2_000),
        a_day(1, 8_000, None, sold=2_000),
        a_day(2, 6_000, 3_950, sold=2_000),
    ]
    lines = table(days, LIMITS)
    assert [line.daily for line in lines] == [NO_LITRES, None, litres(-50)]
    assert lines[1].daily_rating is Rating.UNKNOWN
    assert lines[2].daily_rating is Rating.RED or lines[2].sold == litres(6_000)


def test_a_table_that_begins_later_takes_its_first_day_as_it_found_it():
    lines = table([a_day(5, 8_000, 5_900, sold=2_000), a_day(6, 6_000, 3_880, sold=2_000)], LIMITS)
    assert [line.daily for line in lines] == [None, litres(-20)]


@given(
    st.lists(
        st.tuples(st.integers(0, 5_000), st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=30
    )
)
def test_what_the_days_brought_is_what_is_missing_in_the_end(days: list[tuple[int, int, int]]):
    book, lost, lines = 1_000_000, 0, [a_day(0, 0, 1_000_000, opening=1_000_000)]
    for number, (sold, missing, adjusted) in enumerate(days, 1):
        lost += missing
        lines.append(
            a_day(
                number,
                book,
                1_000_000 - sum(s for s, _, _ in days[:number]) - lost,
                sold=sold,
                adjusted=adjusted,
            )
        )
        book += adjusted - sold
    assert table(lines, LIMITS)[-1].cumulative == litres(-lost)


# --- deliveries -----------------------------------------------------------------------------------------------------------


def a_delivery(**given: object) -> Delivery:
    delivery = Delivery(DeliveryId("d"), G92, "中石化油库", litres(10_000), StaffId("x"), NOW)
    return replace(delivery, **given)  # type: ignore[arg-type]


def unloading(noted: int, before: int) -> Delivery:
    parts = [Part("1", ONE, litres(noted))]
    truck = a_delivery().noted_truck("CK-1", "云A 12345", parts)
    return truck.began([Filling(ONE, litres(noted), Measure(NOW, litres(before)))], StaffId("x"), NOW)


def after(fuel: int, minutes: int = 20, sold: int = 0) -> dict[object, tuple[Measure, Litres]]:
    return {ONE: (Measure(NOW + timedelta(minutes=minutes), litres(fuel)), litres(sold))}


@given(
    st.integers(1, 20_000),
    st.integers(0, 8_000),
    st.integers(-100, 100),
    st.integers(0, 500),
    st.integers(0, 40),
)
def test_what_was_received_is_what_came_whatever_was_sold_meanwhile(
    noted: int, before: int, short: int, sold: int, flowing: int
):
    delivery = unloading(noted, before)
    filling = replace(delivery.fillings[0], flowing=litres(flowing))
    settling = replace(delivery, fillings=(filling,)).unloaded(NOW)
    # What flowed at the first measurement was out of the tank by then, and is booked with what was sold between.
    left = before + noted - short - sold
    measured = settling.measured(after(left, sold=sold + flowing), NOW)  # type: ignore[arg-type]
    assert (measured.received, measured.difference) == (litres(noted - short), litres(-short))
    taken = measured.taken(StaffId("y"), NOW, by_note=False, remark="short")
    (entry,) = taken.entries([StockEntryId("e")])
    assert entry.volume == litres(noted - short)
    assert replace(taken, by_note=True).entries([StockEntryId("e")])[0].volume == litres(noted)


def test_a_tank_is_measured_only_once_it_has_settled():
    settling = unloading(10_000, 2_000).unloaded(NOW)
    with pytest.raises(TankStillSettling) as refused:
        settling.measured(after(12_000, minutes=14), NOW + timedelta(minutes=14))  # type: ignore[arg-type]
    assert refused.value.minutes == 1
    assert settling.measured(after(12_000, minutes=15), NOW).received == litres(10_000)  # type: ignore[arg-type]


def test_a_difference_beyond_the_limit_needs_a_word():
    short = unloading(10_000, 2_000).unloaded(NOW).measured(after(11_960), NOW)  # type: ignore[arg-type]
    assert short.is_beyond()
    with pytest.raises(DeliveryUnfit):
        short.taken(StaffId("y"), NOW, by_note=False, remark="")
    well = unloading(10_000, 2_000).unloaded(NOW).measured(after(11_971), NOW)  # type: ignore[arg-type]
    assert well.taken(StaffId("y"), NOW, by_note=False, remark="").state is DeliveryState.RECEIVED


def test_a_delivery_goes_one_way():
    delivery = a_delivery()
    for early in (
        lambda: delivery.unloaded(NOW),
        lambda: delivery.taken(StaffId("y"), NOW, by_note=True, remark="x"),
    ):
        with pytest.raises(DeliveryStateUnfit):
            early()
    with pytest.raises(DeliveryStateUnfit):
        unloading(100, 0).cancelled("")
    with pytest.raises(DeliveryUnfit):
        unloading(100, 0).unloaded(NOW).taken(StaffId("y"), NOW, by_note=False, remark="")
    with pytest.raises(DeliveryUnfit):
        delivery.began([], StaffId("x"), NOW)
    for papers in (("", "云A"), ("CK", " ")):
        with pytest.raises(DeliveryUnfit):
            delivery.noted_truck(*papers, [Part("1", ONE, litres(1))])
    with pytest.raises(DeliveryUnfit):
        delivery.noted_truck("CK", "云A", [Part("1", ONE, NO_LITRES)])


def test_what_does_not_fit_is_refused_before_unloading():
    tanks = [a_tank(), a_tank(TWO), a_tank(THREE, grade=D0)]
    readings = {ONE: a_reading(20_000, water_volume=litres(100)), TWO: a_reading(27_000, tank=TWO)}
    fitting = a_delivery(parts=(Part("1", ONE, litres(8_400)), Part("2", TWO, litres(1_500))))
    check_fits(fitting, tanks, readings)
    for parts in (
        (Part("1", ONE, litres(8_401)),),
        (Part("1", TWO, litres(1_000)), Part("2", TWO, litres(501))),
    ):
        with pytest.raises(DeliveryDoesNotFit):
            check_fits(a_delivery(parts=parts), tanks, readings)
    with pytest.raises(DeliveryUnfit):
        check_fits(a_delivery(parts=(Part("1", THREE, litres(1)),)), tanks, readings)


def test_joined_tanks_are_measured_together():
    (vessel,) = vessels([a_tank(), a_tank(TWO, manifold=ONE)])
    earlier = NOW - timedelta(minutes=1)
    readings = {
        ONE: a_reading(5_000, temperature=200),
        TWO: a_reading(6_000, tank=TWO, at=earlier, temperature=200),
    }
    measure = measure_of(vessel, readings, dipped=False)
    assert (measure.fuel, measure.at_20, measure.at) == (litres(11_000), litres(11_000), earlier)


# --- leaks ----------------------------------------------------------------------------------------------------------------


def quiet_nights(
    chance: random.Random, *, leak_ml: int, noise_ml: int, nights: int = 7
) -> list[list[QuietReading]]:
    """Five quiet hours a night, a reading every five minutes, from a probe with this noise."""
    found = []
    for night in range(nights):
        start, level = NOW + timedelta(days=night), 12_000_000 - 1_500_000 * night
        found.append(
            [
                QuietReading(
                    start + timedelta(minutes=5 * step),
                    Litres(level - leak_ml * step // 12 + round(chance.gauss(0, noise_ml))),
                )
                for step in range(60)
            ]
        )
    return found


def test_quiet_hours_find_the_leak_that_monthly_monitoring_has_to_find_and_suspect_no_tight_tank():
    """0.757 L/h is the leak of 40 CFR 280.43; the probe's noise is 3 L, an eighth of a millimetre in a tank of 30 000 L."""
    chance = random.Random(20261123)
    found = [quiet_loss(quiet_nights(chance, leak_ml=757, noise_ml=3_000)) for _ in range(60)]
    tight = [quiet_loss(quiet_nights(chance, leak_ml=0, noise_ml=3_000)) for _ in range(120)]
    assert sum(loss is not None and loss.suspected for loss in found) == 60
    assert sum(loss is not None and loss.suspected for loss in tight) == 0  # of 120
    errors = [abs(loss.rate - 757) <= 3 * loss.error for loss in found if loss is not None]
    assert sum(errors) >= 58
    assert all(loss is not None and loss.detectable < 1_000 for loss in found)


def test_a_probe_with_nearly_twice_the_noise_still_finds_most_of_them():
    chance = random.Random(20261123)
    found = [quiet_loss(quiet_nights(chance, leak_ml=757, noise_ml=5_000)) for _ in range(60)]
    tight = [quiet_loss(quiet_nights(chance, leak_ml=0, noise_ml=5_000)) for _ in range(120)]
    assert sum(loss is not None and loss.suspected for loss in found) >= 45  # of 60
    assert sum(loss is not None and loss.suspected for loss in tight) == 0  # of 120
    assert all(loss is not None and loss.detectable > 757 for loss in found)  # and it says that one may hide


def test_a_noisy_probe_is_not_surer_than_it_can_be():
    loss = quiet_loss(quiet_nights(random.Random(1), leak_ml=757, noise_ml=60_000))
    assert loss is not None
    assert not loss.suspected
    assert loss.detectable > 3_000


def test_too_few_quiet_hours_say_nothing():
    assert quiet_loss(quiet_nights(random.Random(1), leak_ml=5_000, noise_ml=100, nights=0)) is None
    assert (
        quiet_loss([night[:20] for night in quiet_nights(random.Random(1), leak_ml=0, noise_ml=1, nights=1)])
        is None
    )


def test_readings_while_fuel_moves_are_left_out():
    readings = [QuietReading(NOW + timedelta(minutes=5 * step), litres(10_000)) for step in range(60)]
    fill = (NOW + timedelta(minutes=101), NOW + timedelta(minutes=103))
    before, later = stretches(readings, [fill])
    assert before[-1].at < fill[0]
    assert later[0].at >= fill[1] + timedelta(minutes=30)
    assert (
        stretches(
            readings,
            [(NOW + timedelta(minutes=10 * step), NOW + timedelta(minutes=10 * step)) for step in range(40)],
        )
        == ()
    )


def test_days_find_a_steady_loss_and_suspect_few_tight_tanks():
    """Twenty litres of noise a day; a loss of one standard deviation (20 L) a day is found within three weeks."""
    chance = random.Random(7)

    def days(loss: int, count: int) -> list[Litres]:
        return [Litres(round(chance.gauss(-loss, 20)) * 1_000) for _ in range(count)]

    found = [daily_loss(days(20, 21)) for _ in range(200)]
    tight = [daily_loss(days(0, 30)) for _ in range(400)]
    assert sum(loss is not None and loss.suspected for loss in found) >= 170
    assert sum(loss is not None and loss.suspected for loss in tight) <= 24  # six of a hundred months
    assert daily_loss(days(0, 6)) is None


def test_what_a_loss_has_been_growing_for_is_told():
    loss = daily_loss([litres(1), litres(-1), litres(2)] * 3 + [litres(-40)] * 5)
    assert loss is not None
    assert (loss.suspected, loss.growing_for, loss.mean) == (True, 5, litres(-40))
