"""A prepay's steps: released once, filled once, nothing of it lost or given back twice."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import (
    AuthorisationId,
    FillId,
    LineId,
    NozzleNumber,
    PrepayId,
    PumpNumber,
    SaleId,
    StaffId,
)
from core.domain.litres import Litres
from core.domain.money import ZERO, Money
from core.domain.prepay import Prepay, PrepayState
from core.domain.price import UnitPrice
from core.domain.product import G92, G95
from core.domain.pump import PumpReading, PumpState
from core.domain.refusals.prepays import PrepayFillBegan, PrepayIsClosed, PrepayIsReleased, PumpNotReleased
from tests.builders import a_fill

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
PAID = Prepay(
    PrepayId("p" * 32),
    "P20261122-0001-1",
    SaleId("s" * 32),
    LineId("l" * 32),
    Money(20_000),
    AT,
    StaffId("c" * 32),
    PumpNumber(1),
    NozzleNumber(1),
    G92,
    AT,
)
RELEASED = PAID.released(AuthorisationId("a" * 32))


def filled(fen: int, prepay: Prepay = RELEASED) -> Prepay:
    return prepay.filled(replace(a_fill(), id=FillId("f" * 32), amount=Money(fen)))


@given(st.integers(0, 30_000))
def test_what_is_kept_and_what_goes_back_always_come_to_what_was_paid(fen: int) -> None:
    done = filled(fen)
    assert done.kept + done.to_return == PAID.amount
    assert done.overrun == max(Money(fen) - PAID.amount, ZERO)
    if done.to_return:
        back = done.given_back(AT)
        assert (back.kept + back.returned, back.to_return) == (PAID.amount, ZERO)
        assert back.state is (PrepayState.SETTLED if fen else PrepayState.RETURNED)
    elif done.overrun > a_fill().price.smallest_payment:
        assert (done.state, done.owed) == (PrepayState.FILLED, done.overrun)
        for ended in (done.overrun_paid(SaleId("t" * 32), AT), done.overrun_waived(AT)):
            assert (ended.state, ended.owed) == (PrepayState.SETTLED, ZERO)
    else:
        assert (done.state, done.owed) == (PrepayState.SETTLED, ZERO)


@pytest.mark.parametrize("closed", [filled(20_000), filled(100).given_back(AT), PAID.given_back(AT)])
def test_what_is_closed_takes_no_further_step(closed: Prepay) -> None:
    for step in (
        lambda: closed.released(AuthorisationId("b" * 32)),
        lambda: closed.given_back(AT),
        lambda: closed.left(""),
        lambda: closed.moving(PumpNumber(2), NozzleNumber(1), G92),
        lambda: filled(1, closed),
    ):
        with pytest.raises(PrepayIsClosed):
            step()


def test_while_its_pump_may_deliver_no_money_of_it_moves() -> None:
    for step in (
        lambda: RELEASED.given_back(AT),
        lambda: RELEASED.left(""),
        lambda: RELEASED.released(AuthorisationId("b" * 32)),
    ):
        with pytest.raises(PrepayIsReleased):
            step()
    with pytest.raises(PumpNotReleased):
        PAID.taken_back("not_promised", AT)


def test_taken_back_it_waits_with_the_reason_or_has_moved() -> None:
    assert RELEASED.taken_back("pump_refused", AT).reason == "pump_refused"
    moved = RELEASED.moving(PumpNumber(2), NozzleNumber(3), G95).taken_back("not_promised", AT)
    assert (moved.pump, moved.nozzle, moved.grade, moved.moved_from) == (2, 3, G95, 1)
    assert (moved.state, moved.reason, moved.is_moving) == (PrepayState.PAID, "", False)


def test_a_fill_that_wins_ends_the_move() -> None:
    moving = RELEASED.moving(PumpNumber(2), NozzleNumber(3), G95)
    assert not filled(100, moving).is_moving
    with pytest.raises(PrepayFillBegan):
        moving.must_not_flow(PumpReading(PumpNumber(1), PumpState.FUELLING, AT))


@given(st.integers(1_000, 20_000), st.integers(10, 999_990))
def test_litres_asked_beforehand_are_never_cut_short_by_rounding(li: int, millilitres: int) -> None:
    price, volume = UnitPrice(li), Litres(millilitres)
    cost = price.amount_covering(volume)
    assert cost.fen * 10_000 >= li * millilitres > (cost.fen - 1) * 10_000
