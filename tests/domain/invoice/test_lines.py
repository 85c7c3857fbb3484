"""Lines of an invoice against one that a station issued, and sums that always agree."""

from hypothesis import given
from hypothesis import strategies as st

from core.domain.invoice.goods import PETROL_CODE, PREPAID, InvoicedGoods
from core.domain.invoice.lines import LineKind, Sold, lines_of, only_part
from core.domain.money import Money
from core.domain.price import UnitPrice

PETROL = InvoicedGoods("*汽油*92号车用汽油", PETROL_CODE, "升", is_refined_oil=True)
WATER = InvoicedGoods("*软饮料*矿泉水", "1030307010000000000", "瓶")


def fuel(fen: int, li: int = 7_810, discount: int = 0) -> Sold:
    return Sold(PETROL, Money(fen), Money(discount), UnitPrice(li))


def test_fuel_stands_there_as_on_an_invoice_that_a_station_issued() -> None:
    (line,) = lines_of([fuel(9_600)])
    assert (line.quantity_e8, line.price_e8) == (12_29193342, 6_91150442)
    assert (line.net, line.tax, line.gross) == (Money(8_496), Money(1_104), Money(9_600))
    assert line.kind is LineKind.PLAIN


def test_a_discount_follows_its_line_without_quantity() -> None:
    first, second = lines_of([fuel(20_000, discount=1_500)])
    assert (first.kind, second.kind) == (LineKind.DISCOUNTED, LineKind.DISCOUNT)
    assert (second.goods, second.quantity_e8, second.price_e8) == (PETROL, None, None)
    assert (second.gross, second.net) == (Money(-1_500), Money(-1_327))


def test_goods_have_their_count_and_the_price_of_one_before_tax() -> None:
    (line,) = lines_of([Sold(WATER, Money(600), count=3)])
    assert (line.quantity_e8, line.price_e8, line.net) == (3_00000000, 1_76991150, Money(531))


def test_prepaid_money_bears_no_tax() -> None:
    (line,) = lines_of([Sold(PREPAID, Money(50_000))])
    assert (line.net, line.tax, line.quantity_e8) == (Money(50_000), Money(0), None)


def test_what_cost_nothing_is_left_out() -> None:
    assert lines_of([fuel(1_500, discount=1_500), Sold(WATER, Money(0))]) == ()


SALES = st.lists(
    st.builds(
        lambda fen, off, li, is_fuel, count: (
            fuel(fen, li, min(off, fen))
            if is_fuel
            else Sold(WATER, Money(fen), Money(min(off, fen)), count=count)
        ),
        st.integers(0, 500_000),
        st.integers(0, 60_000),
        st.integers(1_000, 20_000),
        st.booleans(),
        st.integers(1, 50),
    ),
    min_size=1,
    max_size=6,
)


@given(SALES)
def test_lines_sum_to_what_was_paid(sold: list[Sold]) -> None:
    lines = lines_of(sold)
    assert sum(line.gross.fen for line in lines) == sum(one.paid.fen for one in sold)
    for line in lines:
        assert line.net + line.tax == line.gross
        if line.quantity_e8 is not None and line.price_e8 is not None:
            # The bureau's own check: quantity times price gives the amount, to the fen.
            assert abs(line.quantity_e8 * line.price_e8 / 10**14 - line.net.fen) <= 1


@given(SALES, st.data())
def test_a_part_sums_to_itself_and_never_passes_a_line(sold: list[Sold], data: st.DataObject) -> None:
    part = data.draw(st.integers(0, sum(one.paid.fen for one in sold)))
    kept = only_part(sold, Money(part))
    assert sum(one.paid.fen for one in kept) == (part if any(one.paid for one in sold) else 0)
    for whole, one in zip(sold, kept, strict=False):
        assert 0 <= one.discount.fen <= one.gross.fen
        assert one.paid.fen <= whole.paid.fen
        assert one.gross.fen <= whole.gross.fen
