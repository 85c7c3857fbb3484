"""Brings the kept sums of what went back up to date, in the refund's own transaction."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.domain.litres import NO_LITRES
from core.domain.money import ZERO, total
from core.domain.refund import Refund, RefundKind, RefundLeg
from core.domain.sale import Sale
from core.persistence.repositories.sums import adding
from core.persistence.tables.refund_sums import refund_fuel_sums, refund_sums, refund_tender_sums
from core.persistence.transaction import Transaction

_ADD_REFUND = adding(refund_sums, "refunds", "voids", "amount", "goods_pieces", "goods_amount")
_ADD_TENDER = adding(refund_tender_sums, "refunds", "amount")
_ADD_FUEL = adding(refund_fuel_sums, "fills", "volume", "amount")


class RefundSums:
    """Kept sums of refunds. `station` is the zone whose clock the station goes by."""

    def __init__(self, transaction: Transaction, station: ZoneInfo) -> None:
        self._transaction = transaction
        self._station = station

    def add_lines(self, refund: Refund, sale: Sale) -> None:
        """Count what went back of the lines, in the shift that wrote the refund down."""
        hour, local_hour = self._hour(refund.at)
        goods = [line for line in refund.lines if sale.line(line.line).fuel_price is None]
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
        )
        for line in refund.lines:
            sold = sale.line(line.line)
            if sold.grade is not None and sold.fuel_price is not None:
                self._transaction.run(
                    _ADD_FUEL,
                    refund.shift,
                    hour,
                    sold.grade,
                    sold.fuel_price,
                    local_hour,
                    line.quantity,
                    sold.volume if line.quantity else NO_LITRES,
                    line.amount,
                )

    def add_leg(self, leg: RefundLeg) -> None:
        """Count money that has gone back, in the shift in which it moved; a leg that still waits counts for nothing."""
        if not leg.is_paid or leg.ended_at is None or leg.amount == ZERO:
            return
        hour, _local_hour = self._hour(leg.ended_at)
        self._transaction.run(_ADD_TENDER, leg.shift or "", hour, leg.paid_by, 1, leg.amount)

    def _hour(self, moment: datetime) -> tuple[datetime, int]:
        local = moment.astimezone(self._station)
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC), local.hour
