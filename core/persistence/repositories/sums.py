"""Brings the kept sums up to date when a sale or an online order completes."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.domain.fill import Fill
from core.domain.ids import GradeCode, ShiftId
from core.domain.money import ZERO, Money
from core.domain.once import Once
from core.domain.order import at_promised_price, settle
from core.domain.sale import Sale
from core.domain.sale_line import SaleLine
from core.domain.station_order import StationOrder
from core.persistence.tables.sums import fuel_sums, order_sums, sale_sums, tender_sums
from core.persistence.transaction import Command, Transaction
from core.persistence.words import Table, bindparam, insert_of, plain_type


def adding(table: Table, *sums: str, plain: bool = False) -> Command:
    """A command that adds to the row of its keys, or makes the row; `plain` takes values as they stand in the columns."""

    asked = {
        column.name: bindparam(column.name, type_=plain_type(column) if plain else column.type)
        for column in table.columns
    }
    fresh = insert_of(table).values(asked)
    return Command(
        fresh.on_conflict_do_update(
            index_elements=[column.name for column in table.primary_key],
            set_={name: table.c[name] + fresh.excluded[name] for name in sums},
        )
    )


_ADD_SALE = adding(
    sale_sums,
    "sales",
    "gross",
    "discount",
    "goods_pieces",
    "goods_net",
    "rounding",
    "prepaid",
    "prepaid_filled",
    plain=True,
)
_ADD_TENDER = adding(tender_sums, "payments", "amount", plain=True)
_ADD_FUEL = adding(fuel_sums, "fills", "volume", "gross", "net", plain=True)
_ADD_ORDER = adding(order_sums, "orders", "volume", "owed", plain=True)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(minutes=15)
_MICROSECOND = timedelta(microseconds=1)


class _LineSums(NamedTuple):
    """What a bill's lines come to: gross, discount, pieces and net of goods; what was prepaid; and each fuel."""

    before_rounding: tuple[int, int, int, int]
    prepaid: int
    # Grade and price; then fills, litres, gross and net.
    fuel: tuple[tuple[GradeCode, int, tuple[int, ...]], ...]


@Once
def sums_of_lines(lines: tuple[SaleLine, ...]) -> _LineSums:
    """What a bill's lines add to the sums."""
    gross = discount = pieces = goods = prepaid = 0
    fuel: dict[tuple[GradeCode, int], list[int]] = {}
    for line in lines:
        off = line.discount.fen
        brought = line.gross.fen
        gross += brought
        discount += off
        if line.prepay is not None:
            prepaid += brought - off
        elif line.is_goods:
            pieces += line.quantity
            goods += brought - off
        if line.grade is not None and line.fuel_price is not None:
            sums = fuel.setdefault((line.grade, line.fuel_price.li), [0, 0, 0, 0])
            sums[3] += brought - off
            if line.overrun is None:
                # What came beyond a prepay: its litres and the pump's amount were counted when the fill ended.
                sums[0] += 1
                sums[1] += line.volume.millilitres
                sums[2] += brought
    found = tuple((grade, price, tuple(sums)) for (grade, price), sums in fuel.items())
    return _LineSums((gross, discount, pieces, goods), prepaid, found)


class Sums:
    """The kept sums. `station` is the zone whose clock the station goes by.

    Written with every sale, and so with figures as they stand in their columns: fen, millilitres, microseconds.
    """

    def __init__(self, transaction: Transaction, station: ZoneInfo) -> None:
        self._transaction = transaction
        self._station = station

    def add_sale(self, sale: Sale) -> None:
        """Count a sale that has just been completed."""
        if sale.completed_at is None:
            raise ValueError("a completed sale has its moment")
        hour, of_day, _day = local_hour(self._station, sale.completed_at)
        sums = sums_of_lines(sale.lines)
        run, shift = self._transaction.run, sale.shift
        run(_ADD_SALE, shift, hour, 1, *sums.before_rounding, sale.rounding.fen, sums.prepaid, 0)
        taken: dict[str, tuple[int, int]] = {}
        for payment in sale.legs:
            tender = str.__str__(payment.tender)
            count, amount = taken.get(tender, (0, 0))
            taken[tender] = count + 1, amount + payment.amount.fen
        for tender, (count, amount) in taken.items():
            run(_ADD_TENDER, shift, hour, tender, count, amount)
        for grade, price, figures in sums.fuel:
            run(_ADD_FUEL, shift, hour, grade, price, of_day, *figures)

    def add_prepaid_fill(self, fill: Fill, kept: Money) -> None:
        """Count a fill that has just been booked and was paid before: `kept` of its prepay has become fuel."""
        hour, of_day, _day = local_hour(self._station, fill.recorded_at)
        shift = fill.shift or ""
        self._transaction.run(_ADD_SALE, shift, hour, 0, 0, 0, 0, 0, 0, 0, kept.fen)
        if fill.volume or fill.amount:
            figures = (1, fill.volume.millilitres, fill.amount.fen, kept.fen)
            self._transaction.run(_ADD_FUEL, shift, hour, fill.grade, fill.price.li, of_day, *figures)

    def add_order(self, order: StationOrder, fill: Fill | None, shift: ShiftId | None) -> None:
        """Count an online order that has just been completed with this fill while this shift was open."""
        if order.ended_at is None:
            raise ValueError("a completed order has its moment")
        hour, of_day, _day = local_hour(self._station, order.ended_at)
        filled = at_promised_price(fill.amount, fill.volume, fill.price, order.price) if fill else ZERO
        owed = settle(order.ordered, order.discount, filled).owed.fen
        volume = fill.volume.millilitres if fill else 0
        self._transaction.run(_ADD_ORDER, shift or "", hour, order.grade, of_day, 1, volume, owed)


class LocalHour(NamedTuple):
    """An hour on the station's clock: when it began, in microseconds since 1970, which hour it is, and of which day."""

    begun: int
    hour: int
    day: str  # "20261122"


def local_hour(station: ZoneInfo, moment: datetime) -> LocalHour:
    """The station's hour at that moment."""
    return _hour_around(station, (moment - _EPOCH) // _QUARTER)


@lru_cache(maxsize=16)
def _hour_around(station: ZoneInfo, quarter: int) -> LocalHour:
    # No zone's clock is turned within a quarter of an hour.
    local = (_EPOCH + quarter * _QUARTER).astimezone(station)
    begun = local.replace(minute=0, second=0, microsecond=0)
    return LocalHour(
        (begun - _EPOCH) // _MICROSECOND, local.hour, f"{local.year:04}{local.month:02}{local.day:02}"
    )
