"""Litres, yuan and prices between whole numbers inside and decimals on the wire."""

from decimal import Decimal

PULSE_ML = 10
MICROLITRES_A_PULSE = PULSE_ML * 1000


def litres(millilitres: int) -> Decimal:
    """Litres to two places, as the pump shows them."""
    return (Decimal(millilitres) / 1000).quantize(Decimal("0.01"))


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2).quantize(Decimal("0.01"))


def unit_price(li: int) -> Decimal:
    """Yuan per litre: two places, three only where the third is not zero."""
    return Decimal(li).scaleb(-3).quantize(Decimal("0.001" if li % 10 else "0.01"))


def whole(value: object, scale: int) -> int | None:
    """The value times ten to the power of scale, or None where it is no number or has more places than that."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    scaled = Decimal(value).scaleb(scale)
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        return None
    return int(scaled)


def shown_millilitres(microlitres: int) -> int:
    """What a display of hundredths of a litre shows: the nearest, halves up."""
    return (microlitres + MICROLITRES_A_PULSE // 2) // MICROLITRES_A_PULSE * PULSE_ML


def amount_fen(millilitres: int, price_li: int) -> int:
    """Litres times price in whole fen, halves up."""
    return (millilitres * price_li + 5_000) // 10_000


def microlitres_for(fen: int, price_li: int) -> int:
    """The least volume whose exact value reaches the amount."""
    return -(-fen * 10_000_000 // price_li)
