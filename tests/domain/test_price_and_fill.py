"""Prices and fills: the pump's amount is the truth, and litres times price only checks it."""

from hypothesis import given
from hypothesis import strategies as st

from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from tests.builders import a_fill

LI = st.integers(1_000, 20_000)


def test_two_hundred_yuan_at_7_81_show_25_61_litres_and_agree() -> None:
    price = UnitPrice(7_810)
    assert price.volume_for(Money(20_000)) == Litres(25_610)
    assert price.amount_for(Litres(25_610)) == Money(20_001)
    assert a_fill(price=price, volume=Litres(25_610), amount=Money(20_000)).agrees()


@given(LI, st.integers(1, 1_000_000))
def test_every_preset_amount_agrees_with_the_litres_that_a_pump_shows(li: int, fen: int) -> None:
    price = UnitPrice(li)
    assert a_fill(price=price, volume=price.volume_for(Money(fen)), amount=Money(fen)).agrees()


@given(LI, st.integers(0, 200_000))
def test_an_amount_off_by_more_than_a_hundredth_of_a_litre_is_flagged(li: int, millilitres: int) -> None:
    price = UnitPrice(li)
    volume = Litres(millilitres)
    off = price.amount_for(volume) + price.smallest_payment + Money(1)
    assert not a_fill(price=price, volume=volume, amount=off).agrees()
