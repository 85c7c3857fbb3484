"""The five states of an order, and how its money is settled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.litres import Litres
from core.domain.money import ZERO, Money
from core.domain.order import OrderState, at_promised_price, check_move, settle
from core.domain.price import UnitPrice
from core.domain.refusals.orders import OrderStateUnfit


def test_the_five_states_are_called_as_the_customer_calls_them() -> None:
    assert [state.value for state in OrderState] == [
        "pending_payment",
        "reserved",
        "fuelling",
        "completed",
        "cancelled",
    ]


_LEGAL = {
    ("pending_payment", "reserved"),
    ("pending_payment", "cancelled"),
    ("reserved", "fuelling"),
    ("reserved", "completed"),
    ("reserved", "cancelled"),
    ("fuelling", "completed"),
    ("fuelling", "cancelled"),
}


@pytest.mark.parametrize("state", OrderState)
@pytest.mark.parametrize("to", OrderState)
def test_the_whole_table_of_moves(state: OrderState, to: OrderState) -> None:
    if (state.value, to.value) in _LEGAL:
        check_move("o", state, to)
    else:
        with pytest.raises(OrderStateUnfit):
            check_move("o", state, to)


def test_a_part_fill_keeps_its_share_of_the_discount_and_the_rest_comes_back() -> None:
    settlement = settle(Money(20_000), Money(1_500), Money(16_327))
    assert settlement.discount == Money(1_225)
    assert settlement.owed == Money(15_102)
    assert settlement.left_over == Money(3_398)


def test_overrun_pulses_cost_the_driver_nothing() -> None:
    settlement = settle(Money(20_000), Money(1_500), Money(20_003))
    assert (settlement.owed, settlement.left_over, settlement.overrun) == (Money(18_500), ZERO, Money(3))


@given(st.data())
def test_owed_and_left_over_are_what_was_paid(data: st.DataObject) -> None:
    ordered = data.draw(st.integers(1, 10**7))
    discount = data.draw(st.integers(0, ordered))
    filled = data.draw(st.integers(0, ordered + 500))
    settlement = settle(Money(ordered), Money(discount), Money(filled))
    assert settlement.owed + settlement.left_over == Money(ordered - discount)
    assert settlement.owed >= ZERO
    assert settlement.left_over >= ZERO
    assert settlement.used + settlement.overrun == Money(filled)
    assert settlement.owed == settlement.used - settlement.discount


@pytest.mark.parametrize(
    ("ordered", "discount", "filled"), [(0, 0, 0), (100, 101, 0), (100, -1, 0), (100, 0, -1)]
)
def test_amounts_that_cannot_be_are_refused(ordered: int, discount: int, filled: int) -> None:
    with pytest.raises(ValueError, match="cannot settle"):
        settle(Money(ordered), Money(discount), Money(filled))


@pytest.mark.parametrize(
    ("filled", "millilitres", "li", "charged"),
    [
        (20_000, 25_610, 7_810, 20_000),  # as promised: the pump's own amount
        (20_000, 25_610, 7_700, 20_000),  # cheaper than promised: the pump's own amount, too
        (20_000, 25_160, 7_950, 19_650),  # dearer: litres at the promised price
        (19_000, 25_160, 7_950, 19_000),  # and never more than the pump says
    ],
)
def test_a_pump_that_fills_dearer_than_promised_costs_the_driver_nothing_more(
    filled: int, millilitres: int, li: int, charged: int
) -> None:
    counted = at_promised_price(Money(filled), Litres(millilitres), UnitPrice(li), UnitPrice(7_810))
    assert counted == Money(charged)
