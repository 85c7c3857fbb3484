"""What is found quickly, and what there is only one of. Only the migrations' tests load this: a running program needs none.

A partial index holds the few rows that are still open, however long the history grows.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import sqlalchemy

from core.domain.debt import DebtState
from core.domain.fill import FillState
from core.domain.missing_fill import MissingState
from core.domain.payment import PaymentState
from core.domain.prepay import OPEN_PREPAYS
from core.domain.price_switch import UNSETTLED as UNSETTLED_SWITCHES
from core.domain.print_job import OPEN_PRINT_STATES
from core.domain.pump import OPEN_AUTHORISATIONS, AuthorisationState
from core.domain.refund import LegState
from core.domain.sale import SaleState
from core.domain.shift import ShiftState
from core.domain.tanks.delivery import OPEN_DELIVERIES
from core.domain.tanks.stock import StockKind
from core.persistence.column_types import one_of
from core.persistence.compiling import real
from core.persistence.tables.accounts import account_entries, settlement_sums
from core.persistence.tables.catalogue import goods
from core.persistence.tables.counters import counter_snapshots, missing_fills
from core.persistence.tables.fill_steps import debts, fill_entries
from core.persistence.tables.forecourt import authorisations, emergency_stops, fills
from core.persistence.tables.helping import help_calls
from core.persistence.tables.mailbox import OutboxState, events, outbox
from core.persistence.tables.offers import HOLDS, POINTS_TO_SETTLE, UNSETTLED_POINTS, offer_book, points_uses
from core.persistence.tables.orders import OPEN_ORDERS, orders
from core.persistence.tables.payments import payments
from core.persistence.tables.people import shifts
from core.persistence.tables.prepays import prepays
from core.persistence.tables.prices import price_changes, price_switches
from core.persistence.tables.printing import print_jobs
from core.persistence.tables.refund_sums import refund_fuel_sums, refund_sums, refund_tender_sums
from core.persistence.tables.refunds import refund_legs, refund_lines, refunds
from core.persistence.tables.sales import TO_SETTLE, UNSETTLED, coupon_uses, sales
from core.persistence.tables.sums import fuel_sums, order_sums, sale_sums, tender_sums
from core.persistence.tables.tanks import deliveries, stock_entries, tank_alarms
from core.persistence.words import Column, ColumnElement, literal_column


def Index(name: str | None, *columns: Any, unique: bool = False, **where: Any) -> None:  # noqa: N802 - SQLAlchemy's name
    """As SQLAlchemy's, on columns as they were said."""
    conditions = {database: real(condition) for database, condition in where.items()}
    sqlalchemy.Index(name, *map(real, columns), unique=unique, **conditions)


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
_where("ix_payments_slip", payments.c.slip, payments.c.slip > "")
_where("ix_payments_provider_ref", payments.c.provider_ref, payments.c.provider_ref > "")
_where("ix_prepays_plate", prepays.c.plate, prepays.c.plate > "")
_while(
    "uq_payments_reverses",
    payments.c.reverses,
    payments.c.state,
    [PaymentState.PENDING, PaymentState.CAPTURED],
    unique=True,
)
_while("ix_refund_legs_open", refund_legs.c.id, refund_legs.c.state, [LegState.PENDING, LegState.REFUSED])
_while("ix_fills_unpaid", fills.c.recorded_at, fills.c.state, [FillState.UNPAID])
_while("ix_fills_apart", fills.c.recorded_at, fills.c.state, [FillState.IN_SALE, FillState.DISPUTED])
# Nobody owes one fill twice.
_while("uq_debts_open", debts.c.fill, debts.c.state, [DebtState.OPEN], unique=True)
_while("ix_missing_fills_open", missing_fills.c.since, missing_fills.c.state, [MissingState.PROPOSED])
Index(None, missing_fills.c.pump, missing_fills.c.nozzle, missing_fills.c.until)
Index(None, fill_entries.c.fill)
Index(None, fill_entries.c.shift)
Index(None, fill_entries.c.at)
Index(None, counter_snapshots.c.pump, counter_snapshots.c.nozzle, counter_snapshots.c.at)
_where("ix_emergency_stops_standing", emergency_stops.c.at, emergency_stops.c.ended_at.is_(None))
_where("ix_help_calls_open", help_calls.c.called_at, help_calls.c.answered_at.is_(None))
_while("ix_orders_open", orders.c.paid_at, orders.c.state, OPEN_ORDERS)
_while("ix_print_jobs_open", print_jobs.c.posted_at, print_jobs.c.state, OPEN_PRINT_STATES)
_while("ix_outbox_waiting", outbox.c.position, outbox.c.state, [OutboxState.WAITING])
_while("ix_outbox_set_aside", outbox.c.position, outbox.c.state, [OutboxState.SET_ASIDE])
_where("ix_coupon_uses_to_settle", coupon_uses.c.id, UNSETTLED & one_of(coupon_uses.c.state, TO_SETTLE))

# The few rows by which other books know the journal: each Z and the cloud have one's number and hash.
_where("ix_events_shift_closed", events.c.number, events.c.kind == "ShiftClosed")

# One offer, floor and set of rules holds at a time, and one kind of goods lies on a quick key.
Index(
    "uq_offer_book_holds",
    offer_book.c.kind,
    offer_book.c.key,
    unique=True,
    sqlite_where=HOLDS,
    postgresql_where=HOLDS,
)
_HAS_KEY = goods.c.quick_page > literal_column("0")
Index(
    "uq_goods_quick_key",
    goods.c.quick_page,
    goods.c.quick_place,
    unique=True,
    sqlite_where=_HAS_KEY,
    postgresql_where=_HAS_KEY,
)
_where(
    "ix_points_uses_to_settle",
    points_uses.c.id,
    UNSETTLED_POINTS & one_of(points_uses.c.state, POINTS_TO_SETTLE),
)

# A prepay is filled once: while one authorisation of it may be filled, or was, there is no other.
_while(
    "uq_authorisations_prepay",
    authorisations.c.prepay,
    authorisations.c.state,
    [*OPEN_AUTHORISATIONS, AuthorisationState.FINISHED],
    unique=True,
)
_while("ix_prepays_open", prepays.c.paid_at, prepays.c.state, OPEN_PREPAYS)
Index(None, prepays.c.number, unique=True)
Index(None, prepays.c.fill, unique=True)
Index(None, prepays.c.sale)

# A tank's book is opened once, the fuel of a test is poured back once, and an alarm stands once.
_while(
    "uq_stock_entries_opening", stock_entries.c.tank, stock_entries.c.kind, [StockKind.OPENING], unique=True
)
Index(None, stock_entries.c.fill, unique=True)
Index(None, stock_entries.c.at)
_while("ix_deliveries_open", deliveries.c.ordered_at, deliveries.c.state, OPEN_DELIVERIES)
Index(None, deliveries.c.ordered_at)
_STANDS = tank_alarms.c.gone_at.is_(None)
Index(
    "uq_tank_alarms_standing",
    tank_alarms.c.tank,
    tank_alarms.c.kind,
    unique=True,
    sqlite_where=_STANDS,
    postgresql_where=_STANDS,
)
Index(None, tank_alarms.c.raised_at)

Index(None, payments.c.sale)
Index(None, refunds.c.sale)
Index(None, refunds.c.number, unique=True)
Index(None, refund_lines.c.sale)
Index(None, refund_legs.c.refund)
Index(None, account_entries.c.account, account_entries.c.number, unique=True)
Index(None, fills.c.recorded_at)
# A nozzle's counter at the end of a shift is that of its last fill.
Index(None, fills.c.pump, fills.c.nozzle, fills.c.recorded_at)
Index(None, orders.c.ended_at)
Index(None, price_changes.c.due_at)
Index(None, price_changes.c.together)
# Whatever comes in between, a nozzle has one price to take.
_while(
    "uq_price_switches_unsettled",
    price_switches.c.nozzle,
    price_switches.c.state,
    UNSETTLED_SWITCHES,
    unique=True,
)
for _table in (
    sale_sums,
    tender_sums,
    fuel_sums,
    order_sums,
    refund_sums,
    refund_tender_sums,
    refund_fuel_sums,
    settlement_sums,
):
    Index(None, _table.c.hour)
