"""What a bill's end writes of its lines is the same to the byte, whether it was reckoned at the ring-up or at the end."""

from copy import deepcopy
from dataclasses import replace
from hashlib import sha256
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from core.domain.events.sales import SaleCompleted
from core.domain.ids import FillId, GoodsId, GradeCode, LineId, PrepayId
from core.domain.journal import PART_BYTES, canonical, form_without
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.offer import Step, StepKind
from core.domain.price import UnitPrice
from core.domain.sale import Sale
from core.domain.sale_line import SaleLine
from core.persistence.pins import content_of, know_ahead
from core.persistence.repositories.sums import sums_of_lines
from core.persistence.unit_of_work import UnitsOfWork
from core.ports.unit_of_work import Work
from core.protocol.plain import lines_told, sale_completed
from tests.builders import MOMENT, a_sale, completed, fresh_id

_MONEY = st.integers(0, 10**7).map(Money)
_TITLES = st.text(min_size=1, max_size=12)
_WITHOUT_SHORT_WAYS = form_without(Sale, "lines", "payments", "coupon", "points")


@st.composite
def _lines(draw: st.DrawFn) -> SaleLine:
    gross = draw(_MONEY)
    line = SaleLine(LineId(fresh_id()), draw(_TITLES), gross, Money(draw(st.integers(0, gross.fen))))
    grade = GradeCode(draw(st.sampled_from(["G92", "G95", "D0"])))
    match draw(st.sampled_from(["fill", "goods", "keyed", "prepay", "overrun"])):
        case "fill":
            price = UnitPrice(draw(st.integers(1, 20_000)))
            volume = Litres(draw(st.integers(0, 10**6)))
            return replace(
                line, fill=FillId(fresh_id()), grade=grade, pump=3, nozzle=1, volume=volume, fuel_price=price
            )
        case "goods":
            return replace(line, goods=GoodsId(fresh_id()), quantity=draw(st.integers(1, 999)))
        case "keyed":
            return replace(line, keyed=True, reason=draw(_TITLES), by_hand=line.discount)
        case "prepay":
            return replace(line, prepay=PrepayId(fresh_id()), grade=grade, pump=3, nozzle=1)
        case _:
            price = UnitPrice(draw(st.integers(1, 20_000)))
            return replace(line, overrun=PrepayId(fresh_id()), grade=grade, fuel_price=price)


_STEPS = st.builds(
    Step,
    st.sampled_from(StepKind),
    _TITLES,
    _MONEY,
    st.lists(st.tuples(_TITLES.map(LineId), _MONEY), max_size=3).map(tuple),
    _TITLES,
)


@given(
    st.lists(_lines(), min_size=1, max_size=6).map(tuple),
    st.lists(_STEPS, max_size=3).map(tuple),
    st.integers(0, 99).map(Money),
)
def test_a_bill_ends_alike_whether_its_lines_were_known_ahead_or_not(
    lines: tuple[SaleLine, ...], steps: tuple[Step, ...], rounding: Money
) -> None:
    bill = replace(a_sale(), lines=lines, steps=steps, rounding=rounding)
    know_ahead(bill)
    lines_told(bill.lines)
    sums_of_lines(bill.lines)
    paid = completed(bill, "20261122-0001")
    # No object of it was ever seen, as after a restart.
    anew = deepcopy(paid)
    assert anew == paid
    assert anew.lines is not paid.lines
    assert _pinned(paid) == _pinned(anew) == _pinned_the_long_way(paid)
    assert sale_completed(paid, "m", MOMENT) == sale_completed(anew, "m", MOMENT)
    assert sums_of_lines(paid.lines) == sums_of_lines(anew.lines)
    assert (paid.total, paid.gross, paid.discount) == (anew.total, anew.gross, anew.discount)
    off = sum(line.discount.fen for line in lines)
    assert paid.discount.fen == off
    assert paid.total.fen == sum(line.gross.fen for line in lines) - off - rounding.fen


class _Kept:
    """A work whose books hold this one bill."""

    def __init__(self, sale: Sale) -> None:
        self.sales = self
        self._sale = sale

    def as_known(self, _sale: object) -> Sale:
        return self._sale


def _pinned(sale: Sale) -> bytes:
    work = cast("Work", _Kept(sale))
    return content_of(work, SaleCompleted(sale.id, sale.number, sale.total.fen))


def _pinned_the_long_way(sale: Sale) -> bytes:
    parts = ((_WITHOUT_SHORT_WAYS(sale), None, None), sale.lines, sale.payments)
    return b"".join(sha256(canonical(part).encode()).digest()[:PART_BYTES] for part in parts)


def test_a_bill_is_pinned_as_it_is_read_again(work: UnitsOfWork, shift) -> None:
    bill = a_sale(shift=shift)
    with work() as here:
        here.sales.save(bill)
    with work() as here:
        paid = completed(here.sales.get(bill.id), "20261122-0001")
        here.sales.save(paid)
        event = SaleCompleted(paid.id, paid.number, paid.total.fen)
        here.record(event)
        content = content_of(here, event)
    with work.reading() as look:
        assert content_of(look, event) == content
