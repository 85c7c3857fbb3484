"""What flowed while nobody looked comes into the books once: from the controller's store, or by the counter and a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.controller import Totals
from core.domain.counter import CounterWhy, Finding
from core.domain.events.pumps import FillOverPreset, FillRecovered, MissingFillFound
from core.domain.fill import FillSource, FillState
from core.domain.ids import nozzle_id
from core.domain.litres import NO_LITRES, Litres
from core.domain.missing_fill import MissingState
from core.domain.money import Money
from core.domain.pump import Preset, PresetKind
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.pumps import CounterNotFill, MissingFillClosed
from core.domain.refusals.typed import ReasonMissing
from tests.services.small_station import NOZZLE_1, NOZZLE_2, PUMP_1, PUMP_2, SmallStation


@pytest.fixture
def healed(station: SmallStation) -> SmallStation:
    """A station whose counters were looked at, and that has sold a little."""
    station.forecourt.heal(CounterWhy.START)
    station.a_fill()
    return station


def booked(station: SmallStation) -> list[tuple[Money, FillSource]]:
    with station.work.reading() as work:
        return [(fill.amount, fill.source) for fill in reversed(work.fills.recent(50))]


def later(station: SmallStation, minutes: int = 5) -> None:
    station.clock.move(timedelta(minutes=minutes))


def test_a_fill_that_the_controller_stored_while_the_line_was_down_is_booked_as_recovered(
    healed: SmallStation,
) -> None:
    healed.pumps.down = True
    later(healed)
    healed.pumps.finish(PUMP_2, NOZZLE_1, Money(5_000))
    later(healed)
    healed.pumps.finish(PUMP_2, NOZZLE_1, Money(6_000))  # and the one before is open no more
    later(healed)
    healed.pumps.came_back()
    assert sorted(booked(healed)) == [
        (Money(5_000), FillSource.HISTORY),
        (Money(6_000), FillSource.HISTORY),
        (Money(20_000), FillSource.PUMP),
    ]
    assert healed.missing.proposed() == []
    assert sum(isinstance(event, FillRecovered) for event in healed.events) == 2


def test_what_was_stored_before_the_station_began_to_count_is_nobodys(station: SmallStation) -> None:
    later(station)
    station.forecourt.heal()
    assert booked(station) == []


def test_litres_that_only_the_counter_tells_of_are_proposed_with_price_and_window(
    healed: SmallStation,
) -> None:
    before = healed.clock.now()
    later(healed)
    healed.pumps.count(PUMP_1, NOZZLE_2, Litres(20_000))
    healed.forecourt.heal()
    [gap] = healed.missing.proposed()
    assert (gap.pump, gap.nozzle, gap.finding) == (PUMP_1, NOZZLE_2, Finding.MISSING)
    assert (gap.volume, gap.price.li, gap.amount) == (Litres(20_000), 8_320, Money(16_640))
    assert gap.since <= before < gap.until == healed.clock.now()
    healed.forecourt.heal()
    assert healed.missing.proposed() == [gap]  # it is proposed once


def test_one_tap_books_a_proposed_fill_which_then_waits_at_the_counter(healed: SmallStation) -> None:
    later(healed)
    healed.pumps.count(PUMP_2, NOZZLE_1, Litres(10_000))
    healed.forecourt.heal()
    [gap] = healed.missing.proposed()
    with pytest.raises(ApprovalNeeded):
        healed.missing.accept(gap.id, healed.cashier)
    fill = healed.missing.accept(gap.id, healed.manager)
    assert fill in healed.forecourt.unpaid()
    assert (fill.source, fill.state, fill.amount) == (FillSource.COUNTER, FillState.UNPAID, Money(7_810))
    with pytest.raises(MissingFillClosed):
        healed.missing.accept(gap.id, healed.manager)
    healed.forecourt.heal()
    assert healed.missing.proposed() == []


def test_a_record_that_comes_after_its_fill_was_accepted_is_no_second_fill(healed: SmallStation) -> None:
    began = healed.clock.now()
    later(healed)
    ended = healed.pumps.finish(PUMP_2, NOZZLE_1, Money(9_000), told=False)
    healed.pumps.close(PUMP_2, ended.transaction)
    healed.pumps.forget()
    later(healed)
    healed.forecourt.heal()
    [gap] = healed.missing.proposed()
    assert gap.since <= began < gap.until
    fill = healed.missing.accept(gap.id, healed.manager)
    for _ in range(2):
        healed.ended(ended)
    healed.restart()
    healed.ended(ended)
    assert booked(healed) == [(Money(20_000), FillSource.PUMP), (fill.amount, FillSource.COUNTER)]
    healed.forecourt.heal()
    assert healed.missing.proposed() == []


def test_a_record_that_comes_while_its_fill_is_proposed_takes_the_proposal_away(healed: SmallStation) -> None:
    later(healed)
    first = healed.pumps.finish(PUMP_2, NOZZLE_1, Money(9_000), told=False)
    healed.pumps.close(PUMP_2, first.transaction)
    second = healed.pumps.finish(PUMP_2, NOZZLE_1, Money(4_000), told=False)
    healed.pumps.close(PUMP_2, second.transaction)
    healed.pumps.forget()
    later(healed)
    healed.forecourt.heal()
    [both] = healed.missing.proposed()
    assert both.volume == first.volume + second.volume
    healed.ended(second)
    [rest] = healed.missing.proposed()
    assert rest.volume == first.volume
    healed.ended(first)
    assert healed.missing.proposed() == []
    assert [event.fill != "" for event in healed.events if isinstance(event, MissingFillFound)] == [True]
    healed.forecourt.heal()
    assert healed.missing.proposed() == []


def test_what_was_no_fill_is_rejected_with_a_reason_and_not_proposed_again(healed: SmallStation) -> None:
    later(healed)
    healed.pumps.count(PUMP_2, NOZZLE_1, Litres(1_000))
    healed.forecourt.heal()
    [gap] = healed.missing.proposed()
    with pytest.raises(ReasonMissing):
        healed.missing.reject(gap.id, "  ", healed.manager)
    rejected = healed.missing.reject(gap.id, "维修校泵", healed.manager)
    assert (rejected.state, rejected.ended_by) == (MissingState.REJECTED, healed.manager)
    healed.forecourt.heal()
    assert healed.missing.proposed() == []
    assert len(booked(healed)) == 1


def test_a_counter_that_is_read_as_nothing_while_a_pump_starts_up_changes_nothing(
    healed: SmallStation,
) -> None:
    shown = healed.pumps.set_counter(PUMP_1, NOZZLE_1, NO_LITRES)
    healed.forecourt.heal()
    healed.pumps.set_counter(PUMP_1, NOZZLE_1, shown)
    healed.forecourt.heal()
    assert healed.missing.recent(5) == []


@pytest.mark.parametrize(
    ("shown", "finding"), [(Litres(1_000), Finding.FELL), (Litres(90_000_000), Finding.JUMPED)]
)
def test_a_counter_that_falls_or_jumps_is_shown_and_never_booked(
    healed: SmallStation, shown: Litres, finding: Finding
) -> None:
    healed.pumps.set_counter(PUMP_1, NOZZLE_1, shown)
    healed.forecourt.heal()
    assert healed.missing.proposed() == []
    healed.forecourt.heal()
    [odd] = healed.missing.proposed()
    assert odd.finding is finding
    with pytest.raises(CounterNotFill):
        healed.missing.accept(odd.id, healed.manager)
    healed.missing.reject(odd.id, "换了计量板", healed.manager)
    healed.a_fill()
    healed.forecourt.heal()
    assert healed.missing.proposed() == []


def test_a_counter_that_turns_over_its_last_digit_goes_on(healed: SmallStation) -> None:
    healed.pumps.set_counter(PUMP_1, NOZZLE_1, Litres(999_999_990))
    healed.forecourt.heal()
    healed.forecourt.heal()
    [odd] = healed.missing.proposed()
    healed.missing.reject(odd.id, "新表", healed.manager)
    later(healed)
    healed.pumps.set_counter(PUMP_1, NOZZLE_1, Litres(24_990))
    healed.forecourt.heal()
    [gap] = healed.missing.proposed()
    assert (gap.finding, gap.volume) == (Finding.MISSING, Litres(25_000))


def test_a_number_that_comes_again_is_another_fill(healed: SmallStation) -> None:
    healed.pumps.numbers = 2
    for _ in range(4):
        later(healed, 1)
        healed.pumps.finish(PUMP_1, NOZZLE_1, Money(20_000))
    later(healed)
    healed.restart()
    assert len(booked(healed)) == 5
    assert healed.missing.proposed() == []


def test_a_controller_whose_clock_was_set_tells_the_same_fill_once(healed: SmallStation) -> None:
    ended = healed.pumps.finish(PUMP_1, NOZZLE_1, Money(7_000))
    healed.ended(replace(ended, ended_at=ended.ended_at + timedelta(minutes=50)))
    assert len(booked(healed)) == 2


def test_while_a_pump_is_promised_or_fills_its_counters_are_left_alone(healed: SmallStation) -> None:
    healed.forecourt.request(PUMP_2, NOZZLE_1, Preset(PresetKind.FULL), healed.cashier)
    healed.pumps.count(PUMP_2, NOZZLE_1, Litres(3_000))
    healed.forecourt.heal()
    assert healed.missing.proposed() == []


def test_every_nozzle_has_a_counter_before_anything_was_sold(station: SmallStation) -> None:
    station.forecourt.heal(CounterWhy.START)
    with station.work.reading() as work:
        known = work.counters.latest()
    assert set(known) == {
        nozzle_id(PUMP_1, NOZZLE_1),
        nozzle_id(PUMP_1, NOZZLE_2),
        nozzle_id(PUMP_2, NOZZLE_1),
    }


def test_a_fill_over_its_preset_is_told(healed: SmallStation) -> None:
    healed.pumps.overrun = Money(500)
    preset = Preset(PresetKind.AMOUNT, amount=Money(10_000))
    healed.forecourt.request(PUMP_1, NOZZLE_1, preset, healed.cashier)
    healed.pumps.finish(PUMP_1, NOZZLE_1, Money(99_999))
    [told] = [event for event in healed.events if isinstance(event, FillOverPreset)]
    assert (told.preset, told.amount_fen) == ("amount 10000", 10_500)


def test_counters_that_the_forecourt_tells_are_kept(healed: SmallStation) -> None:
    healed.forecourt.record_counted(PUMP_1, NOZZLE_1, Totals(Litres(5)), CounterWhy.RECONNECT)
    with healed.work.reading() as work:
        assert work.counters.latest()[nozzle_id(PUMP_1, NOZZLE_1)].volume == Litres(5)


def test_a_number_that_comes_again_with_the_same_figures_is_not_what_was_missing_before(
    healed: SmallStation,
) -> None:
    later(healed)
    first = healed.pumps.finish(PUMP_2, NOZZLE_1, Money(5_000), told=False)
    healed.pumps.close(PUMP_2, first.transaction)
    healed.pumps.forget()
    healed.forecourt.heal()
    assert len(healed.missing.proposed()) == 1
    healed.ended(first)
    assert healed.missing.proposed() == []
    later(healed, 600)
    healed.pumps.numbers = first.transaction
    healed.pumps.restart()
    again = first
    for _number in range(first.transaction):
        again = healed.pumps.finish(PUMP_2, NOZZLE_1, Money(5_000))
        later(healed, 1)
    assert again.transaction == first.transaction
    later(healed)
    healed.forecourt.heal()
    assert healed.missing.proposed() == []
