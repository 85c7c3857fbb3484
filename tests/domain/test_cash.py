"""Cash in and out, the count, and the one formula of the drawer."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.cash import CashKind, CashMovement, check_movement, in_drawer
from core.domain.count import DENOMINATIONS, Count, cash_count, variances
from core.domain.ids import CashMovementId, ShiftId, StaffId
from core.domain.money import ZERO, Money, total
from core.domain.payment import Tender
from core.domain.refusals.typed import AmountUnfit, ReasonMissing

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
YUAN = Money(100)


def moved(kind: CashKind, fen: int) -> CashMovement:
    return CashMovement(CashMovementId("m"), ShiftId("s"), 1, kind, Money(fen), "零钱", StaffId("p"), AT)


def test_cash_that_goes_to_the_safe_is_no_longer_the_drawers() -> None:
    assert in_drawer(YUAN * 500, YUAN * 2_000, ZERO, [moved(CashKind.SAFE_DROP, 150_000)]) == YUAN * 1_000


def test_a_refund_in_cash_leaves_the_drawer() -> None:
    assert in_drawer(YUAN * 500, YUAN * 200, YUAN * 50, []) == YUAN * 650


def test_an_account_settled_in_cash_comes_into_the_drawer() -> None:
    assert in_drawer(ZERO, ZERO, ZERO, [moved(CashKind.SETTLEMENT, 30_000)]) == YUAN * 300


@given(st.lists(st.tuples(st.sampled_from(list(CashKind)), st.integers(1, 10_000_000))))
def test_the_drawer_is_the_sum_of_its_parts_in_any_order(moves: list[tuple[CashKind, int]]) -> None:
    movements = [moved(kind, fen) for kind, fen in moves]
    there, back = (in_drawer(YUAN, YUAN, ZERO, each) for each in (movements, movements[::-1]))
    assert there == back == YUAN * 2 + total(movement.into_drawer for movement in movements)


@pytest.mark.parametrize("fen", [0, -1, 100_000_001])
def test_nothing_or_too_much_does_not_move(fen: int) -> None:
    with pytest.raises(AmountUnfit):
        check_movement(CashKind.SAFE_DROP, Money(fen), "")


@pytest.mark.parametrize("kind", [CashKind.PAID_IN, CashKind.PAID_OUT])
def test_a_hand_in_the_drawer_says_why(kind: CashKind) -> None:
    with pytest.raises(ReasonMissing):
        check_movement(kind, YUAN, "  ")


def test_notes_and_coins_make_the_cash() -> None:
    count = Count(((10_000, 3), (500, 1), (10, 7)), ((Tender.WECHAT, YUAN * 80),), loose=Money(3))
    assert count.cash == Money(30_573)
    assert (count.of(Tender.CASH), count.of(Tender.WECHAT), count.of(Tender.ALIPAY)) == (
        Money(30_573),
        YUAN * 80,
        ZERO,
    )


@pytest.mark.parametrize("pieces", [((3, 1),), ((10_000, -1),), ((10_000, 100_000),)])
def test_a_note_that_does_not_exist_is_not_counted(pieces: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(AmountUnfit):
        Count(pieces)


def test_a_channel_that_gave_more_back_than_it_took_is_counted_below_zero_and_a_drawer_never() -> None:
    [_cash, wechat] = variances(Count(totals=((Tender.WECHAT, YUAN * -15),)), {Tender.WECHAT: YUAN * -15})
    assert wechat.difference == ZERO
    with pytest.raises(AmountUnfit):
        Count(loose=YUAN * -1)


def test_what_was_not_counted_is_all_missing() -> None:
    [cash, wechat] = variances(cash_count(YUAN), {Tender.CASH: YUAN * 3, Tender.WECHAT: YUAN * 9})
    assert (cash.tender, cash.difference) == (Tender.CASH, YUAN * -2)
    assert (wechat.counted, wechat.difference) == (ZERO, YUAN * -9)


@given(st.dictionaries(st.sampled_from(DENOMINATIONS), st.integers(0, 99_999)), st.integers(0, 10**6))
def test_a_right_count_has_no_difference(pieces: dict[int, int], loose: int) -> None:
    count = Count(tuple(pieces.items()), loose=Money(loose))
    assert [each.difference for each in variances(count, {Tender.CASH: count.cash})] == [ZERO]
