"""Litres at 20 °C: how much of what lies in a warm or cold tank there would be at China's standard temperature.

The formula is that of the refined products' tables of API 2540 / ASTM D1250-80 (tables 53B and 54B), which ISO 91-2 and
GB/T 1885-1998 carry over to 20 °C: with rho the density at 15 °C in kg/m3

    alpha = (K0 + K1 rho) / rho^2        VCF15(t) = exp(-alpha d (1 + 0.8 alpha d)),  d = t - 15
    VCF20(t) = VCF15(t) / VCF15(20)

and rho itself found from the density at 20 °C by going in circles until it stands still. K0 and K1 are those of gasolines,
the zone between, jet fuels, and fuel oils (diesel), by density.

What it is not: the printed tables (they round each step; the last place may differ), the later D1250-04 with its pressure
term, the reading of a hydrometer, or the tank's own expansion. It is as right as the density that somebody set for the tank;
ethanol gasoline (E10) expands a little more than the gasoline of the table.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from core.domain.litres import Litres
from core.domain.refusals.tanks import TemperatureUnfit

STANDARD = 200  # tenths of a degree
COLDEST, WARMEST = -400, 900
LIGHTEST, HEAVIEST = 6_500, 10_000  # density at 20 °C in tenths of kg/m3
_ROUNDS = 30
_PLACES = Decimal("0.00001")
_CONTEXT = Context(prec=28, rounding=ROUND_HALF_EVEN)
_BASE = Decimal(15)


@dataclass(frozen=True, slots=True)
class _Products:
    below: Decimal  # this row holds for densities at 15 °C below that
    k0: Decimal
    k1: Decimal


_TABLE = (
    _Products(Decimal("770.3520"), Decimal("346.42278"), Decimal("0.43884")),
    _Products(
        Decimal("787.5195"), Decimal("2680.32060"), Decimal("-0.00336312")
    ),  # the zone between: A + B / rho^2
    _Products(Decimal("838.3127"), Decimal("594.54180"), Decimal(0)),
    _Products(Decimal("1163.5"), Decimal("186.96960"), Decimal("0.48618")),
)


def correction(density_20: int, temperature: int) -> Decimal:
    """The volume correction factor to 20 °C, to five places. Density in tenths of kg/m3, temperature in tenths of a degree.

    Raises TemperatureUnfit outside -40 to 90 °C, ValueError for a density that no fuel has.
    """
    if not LIGHTEST <= density_20 <= HEAVIEST:
        raise ValueError(f"{density_20} tenths of kg/m3 is no fuel's density")
    if not COLDEST <= temperature <= WARMEST:
        raise TemperatureUnfit(temperature)
    at_15 = _density_at_15(Decimal(density_20) / 10)
    factor = _factor_15(at_15, Decimal(temperature) / 10) / _factor_15(at_15, Decimal(20))
    return factor.quantize(_PLACES, context=_CONTEXT)


def at_20(volume: Litres, density_20: int, temperature: int) -> Litres:
    """What `volume` at this temperature comes to at 20 °C, to the whole millilitre."""
    corrected = volume.millilitres * correction(density_20, temperature)
    return Litres(int(corrected.to_integral_value(rounding=ROUND_HALF_EVEN)))


def _density_at_15(density_20: Decimal) -> Decimal:
    found = density_20
    for _ in range(_ROUNDS):
        better = _CONTEXT.divide(density_20, _factor_15(found, Decimal(20)))
        if abs(better - found) < Decimal("0.0001"):
            return better
        found = better
    return found  # at an edge of the table it may swing between two rows that are all but alike


def _factor_15(density_15: Decimal, temperature: Decimal) -> Decimal:
    step = _expansion(density_15) * (temperature - _BASE)
    return _CONTEXT.exp(-step * (1 + Decimal("0.8") * step))


def _expansion(density: Decimal) -> Decimal:
    row = next((each for each in _TABLE if density < each.below), _TABLE[-1])
    if row.k1 < 0:
        return row.k1 + _CONTEXT.divide(row.k0, density * density)
    return _CONTEXT.divide(row.k0 + row.k1 * density, density * density)
