"""Brings the kept sums of what went back up to date, in the refund's own transaction."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.domain.ids import GradeCode
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, total
from core.domain.price import UnitPrice
from core.domain.refund import Refund, RefundKind, RefundLeg
from core.domain.sale import Sale
from core.domain.sale_line import SaleLine
from core.persistence.repositories.sums import adding
from core.persistence.tables.forecourt import fills
from core.persistence.tables.prepays import prepays
from core.persistence.tables.refund_sums import refund_fuel_sums, refund_sums, refund_tender_sums
from core.persistence.transaction import Query, Transaction
from core.persistence.words import bindparam, select

_ADD_REFUND = adding(refund_sums, "refunds", "voids", "amount", "goods_pieces", "goods_amount", "prepaid")
_ADD_TENDER = adding(refund_tender_sums, "refunds", "amount")
_ADD_FUEL = adding(refund_fuel_sums, "fills", "volume", "amount")
_FILLED_WITH = Query(
    select(fills.c.grade, fills.c.price, fills.c.volume)
    .join(prepays, prepays.c.fill == fills.c.id)
    .where(prepays.c.id == bindparam("prepay")),
    lambda grade, price, volume: (grade, price, volume),
)


class RefundSums:
    """Kept sums of refunds. `station` is the zone whose clock the station goes by."""

    def __init__(self, transaction: Transaction, station: ZoneInfo) -> None:
        self._transaction = transaction
        self._station = station

    def add_lines(self, refund: Refund, sale: Sale) -> None:
        """Count what went back of the lines, in the shift that wrote the refund down."""
        hour, local_hour = self._hour(refund.at)
        goods = [line for line in refund.lines if sale.line(line.line).is_goods]
        never_filled = refund.kind is RefundKind.PREPAY_RETURN
        void = refund.kind is RefundKind.VOID
        self._transaction.run(
            _ADD_REFUND,
            refund.shift,
            hour,
            0 if void else 1,
            1 if void else 0,
            refund.total,
            sum(line.quantity for line in goods),
            total(line.amount for line in goods),
            refund.total if never_filled else ZERO,
        )
        for line in () if never_filled else refund.lines:
            fuel = self._fuel_of(sale.line(line.line))
            if fuel is not None:
                grade, price, volume = fuel
                self._transaction.run(
                    _ADD_FUEL,
                    refund.shift,
                    hour,
                    grade,
                    price,
                    local_hour,
                    0 if sale.line(line.line).overrun is not None else line.quantity,
                    volume if line.quantity else NO_LITRES,
                    line.amount,
                )

    def add_leg(self, leg: RefundLeg) -> None:
        """Count money that has gone back, in the shift in which it moved; a leg that still waits counts for nothing."""
        if not leg.is_paid or leg.ended_at is None or leg.amount == ZERO:
            return
        hour, _local_hour = self._hour(leg.ended_at)
        self._transaction.run(_ADD_TENDER, leg.shift or "", hour, leg.paid_by, 1, leg.amount)

    def _fuel_of(self, line: SaleLine) -> tuple[GradeCode, UnitPrice, Litres] | None:
        """What was sold on the line; of a prepay what its pump delivered."""
        if line.prepay is not None:
            return self._transaction.first(_FILLED_WITH, line.prepay)
        if line.grade is None or line.fuel_price is None:
            return None
        return line.grade, line.fuel_price, line.volume

    def _hour(self, moment: datetime) -> tuple[datetime, int]:
        local = moment.astimezone(self._station)
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC), local.hour
