"""What is found quickly, and what there is only one of. Only the migrations' tests load this: a running program needs none.

A partial index holds the few rows that are still open, however long the history grows.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Index

from core.domain.fill import FillState
from core.domain.payment import PaymentState
from core.domain.pump import OPEN_AUTHORISATIONS
from core.domain.sale import SaleState
from core.domain.shift import ShiftState
from core.persistence.column_types import one_of
from core.persistence.tables.forecourt import authorisations, fills
from core.persistence.tables.mailbox import OutboxState, events, outbox
from core.persistence.tables.orders import OPEN_ORDERS, orders
from core.persistence.tables.payments import payments
from core.persistence.tables.people import shifts
from core.persistence.tables.prices import price_changes
from core.persistence.tables.sales import TO_SETTLE, UNSETTLED, coupon_uses, sales
from core.persistence.tables.sums import fuel_sums, order_sums, sale_sums, tender_sums


def _where(name: str, column: Column[Any], condition: ColumnElement[bool], *, unique: bool = False) -> None:
    Index(name, column, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _while(
    name: str, column: Column[Any], state: Column[Any], words: Iterable[StrEnum], *, unique: bool = False
) -> None:
    _where(name, column, one_of(state, words), unique=unique)


# Whatever the programs do, the database takes no second open authorisation of a pump, no second open shift, and no number
# twice.
_while(
    "uq_authorisations_open", authorisations.c.pump, authorisations.c.state, OPEN_AUTHORISATIONS, unique=True
)
_while("uq_shifts_open", shifts.c.state, shifts.c.state, [ShiftState.OPEN], unique=True)
_where("uq_sales_number", sales.c.number, sales.c.number > "", unique=True)

_while("ix_sales_open", sales.c.shift, sales.c.state, [SaleState.OPEN])
_while("ix_payments_pending", payments.c.at, payments.c.state, [PaymentState.PENDING])
_while("ix_fills_unpaid", fills.c.recorded_at, fills.c.state, [FillState.UNPAID])
_while("ix_orders_open", orders.c.paid_at, orders.c.state, OPEN_ORDERS)
_while("ix_outbox_waiting", outbox.c.position, outbox.c.state, [OutboxState.WAITING])
_where("ix_coupon_uses_to_settle", coupon_uses.c.id, UNSETTLED & one_of(coupon_uses.c.state, TO_SETTLE))

# The few rows by which other books know the journal: each Z and the cloud have one's number and hash.
_where("ix_events_shift_closed", events.c.number, events.c.kind == "ShiftClosed")

Index(None, payments.c.sale)
Index(None, fills.c.recorded_at)
Index(None, orders.c.ended_at)
Index(None, price_changes.c.due_at)
for _table in (sale_sums, tender_sums, fuel_sums, order_sums):
    Index(None, _table.c.hour)
