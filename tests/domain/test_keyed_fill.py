"""What a person keys of a pump without a line is believed only where it fits its counter, its price and a car's tank."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.keyed_fill import LARGE_FILL, BelievedFill, Doubt, KeyedFill, believed
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.refusals.keyed import (
    CounterWentBack,
    KeyedCounterApart,
    KeyedFiguresApart,
    KeyedFillEmpty,
    KeyedFillLarge,
)

PRICE = UnitPrice(7_810)
BEFORE = Litres(1_000_000)


def keyed(
    litres: int | None = None,
    fen: int | None = None,
    counter: int | None = None,
    *sure: Doubt,
    replaced: str = "",
) -> KeyedFill:
    return KeyedFill(
        PumpNumber(3),
        NozzleNumber(1),
        Litres(litres) if litres is not None else None,
        Money(fen) if fen is not None else None,
        Litres(counter) if counter is not None else None,
        replaced,
        frozenset(sure),
    )


def test_the_displays_amount_is_the_truth():
    assert believed(keyed(12_800, 10_000), None, PRICE) == BelievedFill(
        Litres(12_800), Money(10_000), NO_LITRES
    )


def test_litres_alone_cost_the_price_and_an_amount_alone_buys_litres():
    assert believed(keyed(12_800), None, PRICE).amount == Money(9_997)
    assert believed(keyed(fen=10_000), None, PRICE).volume == Litres(12_800)


def test_the_counter_alone_tells_the_litres():
    assert believed(keyed(counter=1_020_000), BEFORE, PRICE) == BelievedFill(
        Litres(20_000), Money(15_620), NO_LITRES
    )


@pytest.mark.parametrize(
    "nothing", [keyed(), keyed(0), keyed(fen=0), keyed(counter=1_000_000), keyed(5_000, 0)]
)
def test_nothing_is_no_fill(nothing: KeyedFill):
    with pytest.raises(KeyedFillEmpty):
        believed(nothing, BEFORE, PRICE)


def test_a_counter_that_was_never_read_before_tells_no_litres():
    with pytest.raises(KeyedFillEmpty):
        believed(keyed(counter=1_020_000), None, PRICE)
    assert believed(keyed(5_000, counter=1_020_000), None, PRICE).unexplained == NO_LITRES


def test_a_counter_never_goes_back_but_for_its_turn_or_a_new_one():
    with pytest.raises(CounterWentBack):
        believed(keyed(5_000, counter=995_000), BEFORE, PRICE)
    with pytest.raises(CounterWentBack):
        believed(keyed(5_000, None, 995_000, *Doubt), BEFORE, PRICE)
    turned = believed(keyed(counter=4_000), Litres(9_999_998_000), PRICE)
    assert turned.volume == Litres(6_000)
    assert believed(keyed(5_000, counter=0, replaced="新表"), BEFORE, PRICE).unexplained == NO_LITRES


def test_a_counter_that_ran_further_asks_and_is_written_down():
    apart = keyed(5_000, counter=1_030_000)
    with pytest.raises(KeyedCounterApart) as asked:
        believed(apart, BEFORE, PRICE)
    assert (asked.value.counter_ml, asked.value.volume_ml) == (30_000, 5_000)
    sure = keyed(5_000, None, 1_030_000, Doubt.COUNTER)
    assert believed(sure, BEFORE, PRICE).unexplained == Litres(25_000)
    less = keyed(5_000, None, 1_002_000, Doubt.COUNTER)
    assert believed(less, BEFORE, PRICE).unexplained == Litres(-3_000)


def test_an_amount_that_the_litres_do_not_cost_asks():
    with pytest.raises(KeyedFiguresApart) as asked:
        believed(keyed(12_800, 12_800), None, PRICE)
    assert asked.value.expected_fen == 9_997
    assert believed(keyed(12_800, 12_800, None, Doubt.FIGURES), None, PRICE).amount == Money(12_800)


def test_more_than_a_tank_asks_and_more_than_any_is_refused():
    large = LARGE_FILL.millilitres + 10
    with pytest.raises(KeyedFillLarge) as asked:
        believed(keyed(large), None, PRICE)
    assert asked.value.can_be
    assert believed(keyed(large, None, None, Doubt.LARGE), None, PRICE).volume == Litres(large)
    with pytest.raises(KeyedFillLarge) as refused:
        believed(keyed(2_000_001, None, None, *Doubt), None, PRICE)
    assert not refused.value.can_be


@given(
    st.one_of(st.none(), st.integers(-10_000, 3_000_000)),
    st.one_of(st.none(), st.integers(-10_000, 3_000_000)),
    st.one_of(st.none(), st.integers(0, 10**10)),
    st.one_of(st.none(), st.integers(0, 10**10)),
    st.sets(st.sampled_from(Doubt)),
)
def test_whatever_is_believed_is_a_fill_that_a_pump_makes(
    litres: int | None, fen: int | None, counter: int | None, before: int | None, sure: set[Doubt]
):
    try:
        found = believed(
            keyed(litres, fen, counter, *sure), Litres(before) if before is not None else None, PRICE
        )
    except (CounterWentBack, KeyedCounterApart, KeyedFiguresApart, KeyedFillEmpty, KeyedFillLarge):
        return
    assert NO_LITRES < found.volume <= Litres(2_000_000)
    assert found.amount.fen > 0
    if Doubt.FIGURES not in sure:
        assert abs(found.amount.fen - PRICE.amount_for(found.volume).fen) <= PRICE.smallest_payment.fen
    if Doubt.COUNTER not in sure:
        assert found.unexplained == NO_LITRES
