"""What a fill would cost: amount and volume from a price, and what a coupon takes off; the same for every way of ordering."""

from datetime import datetime
from typing import Protocol

from core.domain.coupon import BasketLine, CouponCustomer, CouponTerms, discount_for
from core.domain.ids import GradeCode, StationId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.refusals.typed import AmountOutOfRange, VolumeOutOfRange
from core.wording.formats import STATION_ZONE

_LOWEST_FEN, _HIGHEST_FEN = 10_00, 2_000_00
_LOWEST_ML, _HIGHEST_ML = 1_000, 300_000


class HowMuch(Protocol):
    """An amount or a volume, one of both."""

    @property
    def amount_fen(self) -> int | None: ...

    @property
    def volume_ml(self) -> int | None: ...


def priced(asked: HowMuch, price: UnitPrice) -> tuple[Money, Litres]:
    """Gross amount and volume. Raises AmountOutOfRange, VolumeOutOfRange."""
    if asked.amount_fen is not None:
        amount = Money(asked.amount_fen)
        if not _LOWEST_FEN <= amount.fen <= _HIGHEST_FEN:
            raise AmountOutOfRange(_LOWEST_FEN, _HIGHEST_FEN)
        return amount, price.volume_for(amount)
    volume = Litres(asked.volume_ml or 0)
    if not _LOWEST_ML <= volume.millilitres <= _HIGHEST_ML:
        raise VolumeOutOfRange(_LOWEST_ML, _HIGHEST_ML)
    return price.amount_for(volume), volume


def discount_fen(  # noqa: PLR0917 - a fill, and whose
    terms: CouponTerms, station_id: str, grade: str, amount: Money, volume: Litres, plate: str, now: datetime
) -> int:
    """What one coupon takes off a fill. Raises the refusal that says why it takes nothing."""
    line = BasketLine("fuel", amount, GradeCode(grade), volume)
    moment, customer = now.astimezone(STATION_ZONE), CouponCustomer(plates=(plate,))
    return discount_for(terms, [line], moment, StationId(station_id), customer).amount.fen
