"""Brings the kept sums up to date when a sale or an online order completes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam
from sqlalchemy.engine import Dialect

from core.domain.fill import Fill
from core.domain.ids import GradeCode, ShiftId
from core.domain.litres import Litres
from core.domain.money import ZERO, Money, total
from core.domain.order import settle
from core.domain.payment import Tender
from core.domain.price import UnitPrice
from core.domain.sale import Sale, SaleLine
from core.domain.station_order import StationOrder
from core.persistence.rows import insert_of
from core.persistence.tables.sums import fuel_sums, order_sums, sale_sums, tender_sums
from core.persistence.transaction import Command, Transaction


def adding(table: Table, *sums: str) -> Command:
    """A command that adds to the row of its keys, or makes the row."""

    def build(dialect: Dialect) -> Any:
        names = [column.name for column in table.columns]
        fresh = insert_of(dialect, table).values({name: bindparam(name) for name in names})
        return fresh.on_conflict_do_update(
            index_elements=[column.name for column in table.primary_key],
            set_={name: table.c[name] + fresh.excluded[name] for name in sums},
        )

    return Command(build)


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
)
_ADD_TENDER = adding(tender_sums, "payments", "amount")
_ADD_FUEL = adding(fuel_sums, "fills", "volume", "gross", "net")
_ADD_ORDER = adding(order_sums, "orders", "volume", "owed")


class Sums:
    """The kept sums. `station` is the zone whose clock the station goes by."""

    def __init__(self, transaction: Transaction, station: ZoneInfo) -> None:
        self._transaction = transaction
        self._station = station

    def add_sale(self, sale: Sale) -> None:
        """Count a sale that has just been completed."""
        if sale.completed_at is None:
            raise ValueError("a completed sale has its moment")
        hour, local_hour = self._hour(sale.completed_at)
        goods = [line for line in sale.lines if line.is_goods]
        self._transaction.run(
            _ADD_SALE,
            sale.shift,
            hour,
            1,
            sale.gross,
            sale.discount,
            sum(line.quantity for line in goods),
            total(line.net for line in goods),
            sale.rounding,
            total(line.net for line in sale.lines if line.prepay is not None),
            ZERO,
        )
        taken: dict[Tender, list[Money]] = defaultdict(list)
        for payment in sale.legs:
            taken[payment.tender].append(payment.amount)
        for tender, amounts in taken.items():
            self._transaction.run(_ADD_TENDER, sale.shift, hour, tender, len(amounts), total(amounts))
        for (grade, price), lines in _by_fuel(sale.lines).items():
            # What came beyond a prepay: its litres and the pump's amount were counted when the fill ended.
            fresh = [line for line in lines if line.overrun is None]
            self._transaction.run(
                _ADD_FUEL,
                sale.shift,
                hour,
                grade,
                price,
                local_hour,
                len(fresh),
                Litres(sum(line.volume.millilitres for line in fresh)),
                total(line.gross for line in fresh),
                total(line.net for line in lines),
            )

    def add_prepaid_fill(self, fill: Fill, kept: Money) -> None:
        """Count a fill that has just been booked and was paid before: `kept` of its prepay has become fuel."""
        hour, local_hour = self._hour(fill.recorded_at)
        shift = fill.shift or ""
        self._transaction.run(_ADD_SALE, shift, hour, 0, ZERO, ZERO, 0, ZERO, ZERO, ZERO, kept)
        if fill.volume or fill.amount:
            figures = (1, fill.volume, fill.amount, kept)
            self._transaction.run(_ADD_FUEL, shift, hour, fill.grade, fill.price, local_hour, *figures)

    def add_order(self, order: StationOrder, fill: Fill | None, shift: ShiftId | None) -> None:
        """Count an online order that has just been completed with this fill while this shift was open."""
        if order.ended_at is None:
            raise ValueError("a completed order has its moment")
        hour, local_hour = self._hour(order.ended_at)
        filled = fill.amount if fill else ZERO
        self._transaction.run(
            _ADD_ORDER,
            shift or "",
            hour,
            order.grade,
            local_hour,
            1,
            fill.volume if fill else Litres(0),
            settle(order.ordered, order.discount, filled).owed,
        )

    def _hour(self, moment: datetime) -> tuple[datetime, int]:
        local = moment.astimezone(self._station)
        begun = local.replace(minute=0, second=0, microsecond=0)
        return begun.astimezone(UTC), local.hour


def _by_fuel(lines: Sequence[SaleLine]) -> dict[tuple[GradeCode, UnitPrice], list[SaleLine]]:
    found: dict[tuple[GradeCode, UnitPrice], list[SaleLine]] = defaultdict(list)
    for line in lines:
        if line.grade is not None and line.fuel_price is not None:
            found[line.grade, line.fuel_price].append(line)
    return found
