"""Lines of an invoice: amounts with tax split into net and tax, to the fen, as the tax bureau checks them.

The quantity of fuel follows from the money: amount / pump price at eight decimals, because quantity times price must give the
amount back; the litres of the pump (two decimals) would not. Net is amount / 1.13 rounded half up, tax is what is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from core.domain.invoice.goods import InvoicedGoods
from core.domain.money import Money, half_up
from core.domain.price import UnitPrice

E8 = 100_000_000
_NOTHING = Money(0)
_WHOLE = 10_000


class LineKind(IntEnum):
    """发票行性质, by the bureau's own numbers."""

    PLAIN = 0
    DISCOUNT = 1
    DISCOUNTED = 2


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line. Quantity and price (before tax, in yuan) are in hundred-millionths; a discount has neither."""

    goods: InvoicedGoods
    kind: LineKind
    gross: Money
    net: Money
    quantity_e8: int | None = None
    price_e8: int | None = None

    @property
    def tax(self) -> Money:
        return self.gross - self.net


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold: before and without discount. Fuel brings its price at the pump, goods how many there were."""

    goods: InvoicedGoods
    gross: Money
    discount: Money = _NOTHING
    price: UnitPrice | None = None
    count: int = 1

    @property
    def paid(self) -> Money:
        return self.gross - self.discount


def lines_of(sold: Sequence[Sold]) -> tuple[InvoiceLine, ...]:
    """Every line, each discount right behind the line that it is of. What came to nothing is left out."""
    lines: list[InvoiceLine] = []
    for one in sold:
        if one.paid.fen <= 0:
            continue
        lines.append(_sold_line(one))
        if one.discount.fen:
            lines.append(
                InvoiceLine(one.goods, LineKind.DISCOUNT, -one.discount, -_net(one.discount, one.goods.rate))
            )
    return tuple(lines)


def only_part(sold: Sequence[Sold], part: Money) -> tuple[Sold, ...]:
    """So much of what was paid for them, each in proportion; the parts sum to it to the fen.

    For what was paid partly with money that has its invoice already. `part` is from nothing to all that was paid.
    """
    whole = sum(one.paid.fen for one in sold)
    if not 0 <= part.fen <= whole:
        raise ValueError(f"{part} of {whole} fen")
    if not whole:
        return ()
    shares = part.split([one.paid.fen for one in sold])
    kept: list[Sold] = []
    for one, paid in zip(sold, shares, strict=True):
        gross = one.gross.part(paid.fen, one.paid.fen) if paid else paid
        kept.append(Sold(one.goods, gross, gross - paid, one.price, one.count))
    return tuple(kept)


def _sold_line(one: Sold) -> InvoiceLine:
    kind = LineKind.DISCOUNTED if one.discount.fen else LineKind.PLAIN
    net = _net(one.gross, one.goods.rate)
    if one.goods.rate is None:
        return InvoiceLine(one.goods, kind, one.gross, net)
    rate = _WHOLE + one.goods.rate
    if one.price is not None:
        # fen / (li a litre) is a tenth of litres.
        quantity = half_up(one.gross.fen * 10 * E8, one.price.li)
        price = half_up(one.price.li * E8 * _WHOLE, 1_000 * rate)
    else:
        quantity = one.count * E8
        price = half_up(one.gross.fen * E8 * _WHOLE, 100 * rate * one.count)
    return InvoiceLine(one.goods, kind, one.gross, net, quantity, price)


def _net(gross: Money, rate: int | None) -> Money:
    return gross if rate is None else Money(half_up(gross.fen * _WHOLE, _WHOLE + rate))
