"""Rows that never change once they are true, held by the database itself against programs and hands alike.

What a pump reported, what a closed sale says, how a payment ended, a counted shift and every event. Each rule is a trigger;
an attempt against it raises an integrity error.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import DDL, event

from core.persistence.compiling import real_metadata

_FIGURES_OF_A_FILL = (
    "id",
    "pump",
    "nozzle",
    "grade",
    "transaction",
    "volume",
    "price",
    "amount",
    "started_at",
    "ended_at",
    "recorded_at",
    "totaliser",
    "source",
    "timed",
)
_WHAT_WAS_FOUND = (
    "number",
    "id",
    "shift",
    "kind",
    "grade",
    "nozzle",
    "millilitres",
    "found",
    "worth",
    "found_at",
)
_FIGURES_OF_AN_APPROVAL = ("id", "approver", "asked_by", "permission", "at", "until", "subject")
_WHAT_AN_OFFER_WAS = ("kind", "key", "since", "content", "set_by")
_FIGURES_OF_A_PAYMENT = (
    "id",
    "sale",
    "tender",
    "amount",
    "at",
    "tendered",
    "change",
    "slip",
    "account",
    "member",
    "reverses",
)
_FIGURES_OF_A_PREPAY = ("id", "number", "sale", "line", "amount", "paid_at", "by")
_FIGURES_OF_A_LEG = ("id", "refund", "of", "tender", "amount")
_FIGURES_OF_AN_ORDER = (
    "id",
    "code",
    "grade",
    "price",
    "by_volume",
    "ordered",
    "discount",
    "paid",
    "paid_at",
    "received_at",
)
_END_OF_AN_ORDER = ("state", "fill", "served_by", "ended_at")
_WHAT_WAS_MISSED = ("id", "pump", "nozzle", "grade", "finding")
_WHAT_BECAME_OF_IT = (
    "volume",
    "price",
    "amount",
    "since",
    "until",
    "counter",
    "agreed",
    "state",
    "fill",
    "ended_at",
    "ended_by",
    "reason",
)
_FIGURES_OF_A_CHANGE = ("id", "grade", "price", "scheduled_by", "scheduled_at", "together")
# A blocked nozzle takes its price later: which nozzles have it goes on growing.
_END_OF_A_CHANGE = ("state", "due_at", "before", "approved_by", "approved_at", "applied_at")
_FIGURES_OF_A_DEBT = ("id", "number", "kind", "fill", "pump", "amount", "at", "by", "due_on")


class _Rule(NamedTuple):
    """`name` of the trigger, what it stands before, and when it refuses: always, or only under a condition."""

    name: str
    before: str
    refusal: str
    when: str = ""


def _differs(columns: Sequence[str]) -> str:
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


_RULES = (
    _Rule(
        "fills_keep_figures", "UPDATE ON fills", "a pump's figures never change", _differs(_FIGURES_OF_A_FILL)
    ),
    _Rule("fills_stay", "DELETE ON fills", "a fill is never deleted"),
    _Rule("sales_keep_end", "UPDATE ON sales", "a closed sale never changes", "OLD.state <> 'open'"),
    _Rule("sales_stay", "DELETE ON sales", "a sale is never deleted"),
    _Rule(
        "payments_keep_figures",
        "UPDATE ON payments",
        "a payment's figures and its end never change",
        f"OLD.state <> 'pending' OR {_differs(_FIGURES_OF_A_PAYMENT)}",
    ),
    _Rule("payments_stay", "DELETE ON payments", "a payment is never deleted"),
    *(
        rule
        for table, what in (
            ("refunds", "a refund"),
            ("refund_lines", "a refund"),
            ("account_entries", "an account's entry"),
            ("fill_entries", "what was decided of a fill"),
            ("counter_snapshots", "what a counter showed"),
            ("guide_prices", "a guide price"),
            ("price_checks", "what was ticked off"),
            ("stock_entries", "a line of the stock book"),
            ("stock_days", "a day of the stock book"),
            ("gauge_deliveries", "what the gauge noticed"),
        )
        for rule in (
            _Rule(f"{table}_keep", f"UPDATE ON {table}", f"{what} never changes"),
            _Rule(f"{table}_stay", f"DELETE ON {table}", f"{what} is never deleted"),
        )
    ),
    _Rule(
        "refund_legs_keep_end",
        "UPDATE ON refund_legs",
        "a refund's figures and its end never change",
        f"OLD.state IN ('done', 'to_cash') OR {_differs(_FIGURES_OF_A_LEG)}",
    ),
    _Rule(
        "debts_keep_figures",
        "UPDATE ON debts",
        "a debt's figures and its end never change",
        f"OLD.state <> 'open' OR {_differs(_FIGURES_OF_A_DEBT)}",
    ),
    _Rule("debts_stay", "DELETE ON debts", "a debt is never deleted"),
    _Rule("missing_fills_stay", "DELETE ON missing_fills", "what was missing is never deleted"),
    _Rule(
        "missing_fills_keep",
        "UPDATE ON missing_fills",
        "what was missing, and what became of it, never change",
        f"{_differs(_WHAT_WAS_MISSED)} OR (OLD.state <> 'proposed' AND ({_differs(_WHAT_BECAME_OF_IT)}))",
    ),
    _Rule(
        "emergency_stops_keep",
        "UPDATE ON emergency_stops",
        "an emergency stop and its end never change",
        f"OLD.ended_at IS NOT NULL OR {_differs(('id', 'at', 'by'))}",
    ),
    _Rule("emergency_stops_stay", "DELETE ON emergency_stops", "an emergency stop is never deleted"),
    _Rule(
        "help_calls_keep",
        "UPDATE ON help_calls",
        "a call for help and its answer never change",
        f"OLD.answered_at IS NOT NULL OR {_differs(('id', 'called_by', 'called_at', 'pump', 'order'))}",
    ),
    _Rule("help_calls_stay", "DELETE ON help_calls", "a call for help is never deleted"),
    _Rule(
        "orders_keep",
        "UPDATE ON orders",
        "what a driver paid for, and how an order ended, never change",
        f"{_differs(_FIGURES_OF_AN_ORDER)} OR (OLD.ended_at IS NOT NULL AND ({_differs(_END_OF_AN_ORDER)}))",
    ),
    _Rule("orders_stay", "DELETE ON orders", "an order is never deleted"),
    _Rule(
        "price_changes_keep",
        "UPDATE ON price_changes",
        "a price change and its end never change",
        f"{_differs(_FIGURES_OF_A_CHANGE)} OR (OLD.state NOT IN ('proposed', 'scheduled', 'applying')"
        f" AND ({_differs(_END_OF_A_CHANGE)}))",
    ),
    _Rule("price_changes_stay", "DELETE ON price_changes", "a price change is never deleted"),
    _Rule(
        "coupon_uses_keep",
        "UPDATE ON coupon_uses",
        "a coupon's use never changes",
        _differs(("id", "sale", "code")),
    ),
    _Rule("coupon_uses_stay", "DELETE ON coupon_uses", "a coupon's use is never deleted"),
    _Rule(
        "points_uses_keep",
        "UPDATE ON points_uses",
        "a use of points never changes",
        _differs(("id", "sale", "member", "asked")),
    ),
    _Rule("points_uses_stay", "DELETE ON points_uses", "a use of points is never deleted"),
    _Rule("accounts_keep", "UPDATE ON accounts", "an account stays its own", _differs(("id",))),
    _Rule("accounts_stay", "DELETE ON accounts", "an account is never deleted"),
    _Rule("refund_legs_stay", "DELETE ON refund_legs", "a refund is never deleted"),
    _Rule(
        "refunded_lines_only_grow",
        "UPDATE ON refunded_lines",
        "what went back has gone back",
        "NEW.quantity < OLD.quantity OR NEW.amount < OLD.amount OR "
        + _differs(("sale", "line", "sold_quantity", "sold")),
    ),
    _Rule("refunded_lines_stay", "DELETE ON refunded_lines", "what went back has gone back"),
    _Rule(
        "refunded_payments_only_grow",
        "UPDATE ON refunded_payments",
        "what went back has gone back",
        f"NEW.given_back < OLD.given_back OR {_differs(('payment', 'took'))}",
    ),
    _Rule("refunded_payments_stay", "DELETE ON refunded_payments", "what went back has gone back"),
    _Rule("shifts_keep_end", "UPDATE ON shifts", "a closed shift never changes", "OLD.state <> 'open'"),
    _Rule("shifts_stay", "DELETE ON shifts", "a shift is never deleted"),
    *(
        rule
        for table, what in (
            ("cash_movements", "cash that moved"),
            ("shift_counts", "a count"),
            ("shift_pieces", "a count"),
            ("shift_meters", "a meter reading"),
            ("shift_corrections", "a correction"),
            ("z_reports", "a Z"),
        )
        for rule in (
            _Rule(f"{table}_keep", f"UPDATE ON {table}", f"{what} never changes"),
            _Rule(f"{table}_stay", f"DELETE ON {table}", f"{what} is never deleted"),
        )
    ),
    _Rule(
        "offer_book_keeps",
        "UPDATE ON offer_book",
        "what an offer was never changes",
        f"OLD.ended_at IS NOT NULL OR {_differs(_WHAT_AN_OFFER_WAS)}",
    ),
    _Rule("offer_book_stays", "DELETE ON offer_book", "an offer is never deleted"),
    _Rule(
        "deliveries_keep_end",
        "UPDATE ON deliveries",
        "a received delivery never changes",
        "OLD.state IN ('received', 'cancelled')",
    ),
    _Rule("deliveries_stay", "DELETE ON deliveries", "a delivery is never deleted"),
    _Rule(
        "tank_dips_keep", "UPDATE ON tank_readings", "what was dipped never changes", 'OLD."by" IS NOT NULL'
    ),
    _Rule(
        "tank_dips_stay",
        "DELETE ON tank_readings",
        "what was dipped is never deleted",
        'OLD."by" IS NOT NULL',
    ),
    _Rule(
        "tank_alarms_keep_end",
        "UPDATE ON tank_alarms",
        "an alarm that is over never changes",
        "OLD.gone_at IS NOT NULL",
    ),
    _Rule("tank_alarms_stay", "DELETE ON tank_alarms", "an alarm is never deleted"),
    _Rule(
        "cases_keep_figures",
        "UPDATE ON reconciliation_cases",
        "what was found and a closed case never change",
        f"OLD.state = 'closed' OR {_differs(_WHAT_WAS_FOUND)}",
    ),
    _Rule("cases_stay", "DELETE ON reconciliation_cases", "a case is never deleted"),
    _Rule("events_keep", "UPDATE ON events", "an event never changes"),
    _Rule("events_stay", "DELETE ON events", "an event is never deleted"),
    _Rule(
        "approvals_keep",
        "UPDATE ON approvals",
        "an approval is used once and never changes",
        f"OLD.used_at IS NOT NULL OR {_differs(_FIGURES_OF_AN_APPROVAL)}",
    ),
    _Rule("books_keep", "UPDATE ON books", "books stay what they are"),
    _Rule("books_stay", "DELETE ON books", "books stay what they are"),
    _Rule(
        "prepays_keep_figures",
        "UPDATE ON prepays",
        "a prepay's figures and its end never change",
        f"OLD.state IN ('settled', 'returned') OR {_differs(_FIGURES_OF_A_PREPAY)}",
    ),
    _Rule(
        "prepays_keep_fill",
        "UPDATE ON prepays",
        "what a prepay was filled with never changes",
        f"OLD.fill IS NOT NULL AND ({_differs(('fill', 'used', 'volume'))})",
    ),
    _Rule("prepays_stay", "DELETE ON prepays", "a prepay is never deleted"),
    _Rule("approvals_stay", "DELETE ON approvals", "an approval is never deleted"),
    _Rule(
        "price_switches_keep_end",
        "UPDATE ON price_switches",
        "a switch that ended never changes",
        "OLD.state IN ('confirmed', 'overtaken')",
    ),
    _Rule("price_switches_stay", "DELETE ON price_switches", "a switch is never deleted"),
)


# Tables whose rows may change, and why that takes nothing from the truth. Every other table has rules above, and a test
# goes through all of them: a new one is either held or explained here.
MAY_CHANGE = {
    "authorisations": "what a pump was asked, until it answers; what was done is in the events",
    "bill_plates": "which bills a plate stands on, while they are open",
    "board": "the price in force; what it was before stands in the changes",
    "fuel_sums": "a kept sum: its parts are held",
    "goods": "what is sold; bills carry what it was",
    "grades": "the plan of the station",
    "handed_fills": "which fill was named for the counter last",
    "inbox": "up to which message all is done",
    "leases": "who owns the pumps now",
    "nozzle_counts": "up to which count all is explained; each count itself is held",
    "nozzle_prices": "what a nozzle showed last; each switch is held",
    "nozzles": "the plan of the station",
    "order_sums": "a kept sum: its parts are held",
    "outbox": "what waits to be sent",
    "price_blocks": "nozzles that may not sell now; who lifted one is in the events",
    "print_jobs": "papers on their way",
    "print_places": "which printer is whose",
    "pumps": "the plan of the station",
    "readings": "what a pump shows now",
    "receipts": "how many copies came out",
    "refund_fuel_sums": "a kept sum: its parts are held",
    "refund_numbers": "the last number of a day",
    "refund_sums": "a kept sum: its parts are held",
    "refund_tender_sums": "a kept sum: its parts are held",
    "roles": "who may do what; each change is an event",
    "sale_numbers": "the last number of a day",
    "sale_sums": "a kept sum: its parts are held",
    "settlement_sums": "a kept sum: its parts are held",
    "staff": "who works here; each change is an event",
    "tank_hours": "readings folded into their hour",
    "tank_strapping": "the table in force; each reading-in is an event",
    "tanks": "the plan of the station",
    "tender_sums": "a kept sum: its parts are held",
}


_REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
END
$$
"""
_REFUSE_UNLESS_OPEN = """
CREATE FUNCTION refuse_unless_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bill text;
BEGIN
    IF TG_OP = 'INSERT' THEN bill := NEW.sale; ELSE bill := OLD.sale; END IF;
    IF (SELECT state FROM sales WHERE id = bill) <> 'open' THEN
        RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$
"""


_REFUSE_ONCE_RECEIVED = """
CREATE FUNCTION refuse_once_received() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM deliveries WHERE id = OLD.delivery) IN ('received', 'cancelled') THEN
        RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$
"""


class _BillRule(NamedTuple):
    """A rule that lets a row in, out or changed only while its sale is open."""

    name: str
    before: str
    row: str
    refusal: str = "a closed sale never changes"


_BILL_RULES = (
    _BillRule("sale_lines_come_while_open", "INSERT ON sale_lines", "NEW"),
    _BillRule("sale_lines_change_while_open", "UPDATE ON sale_lines", "OLD"),
    _BillRule("sale_lines_go_while_open", "DELETE ON sale_lines", "OLD"),
    _BillRule("payments_come_while_open", "INSERT ON payments", "NEW"),
)


_RECEIVED = "(SELECT state FROM deliveries WHERE id = OLD.delivery) IN ('received', 'cancelled')"
# What was measured of a delivery is written anew with each of its steps, and stays once it is in the book.
_DELIVERY_RULES = tuple(
    _Rule(f"{table}_{name}", f"{deed} ON {table}", "a received delivery never changes", _RECEIVED)
    for table in ("delivery_parts", "delivery_fillings")
    for name, deed in (("keep", "UPDATE"), ("stay", "DELETE"))
)


def sqlite_triggers() -> list[str]:
    """SQLite's triggers. `IS NOT` is what `IS DISTINCT FROM` was called before SQLite 3.39."""
    rules = [*_RULES, *(_while_open(rule) for rule in _BILL_RULES), *_DELIVERY_RULES]
    return [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.before}"
        + (f" WHEN {rule.when.replace('IS DISTINCT FROM', 'IS NOT')}" if rule.when else "")
        + f" BEGIN SELECT RAISE(ABORT, {_quoted(rule.refusal)}); END"
        for rule in rules
    ]


def postgresql_triggers() -> list[str]:
    """PostgreSQL's functions and the triggers that call them."""
    triggers = [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.before} FOR EACH ROW"
        + (f" WHEN ({rule.when})" if rule.when else "")
        + f" EXECUTE FUNCTION refuse({_quoted(rule.refusal)})"
        for rule in _RULES
    ]
    triggers += [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.before} FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_unless_open({_quoted(rule.refusal)})"
        for rule in _BILL_RULES
    ]
    triggers += [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.before} FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_once_received({_quoted(rule.refusal)})"
        for rule in _DELIVERY_RULES
    ]
    return [_REFUSE, _REFUSE_UNLESS_OPEN, _REFUSE_ONCE_RECEIVED, *triggers]


def _while_open(rule: _BillRule) -> _Rule:
    closed = f"(SELECT state FROM sales WHERE id = {rule.row}.sale) <> 'open'"  # noqa: S608 - NEW or OLD, nobody's input
    return _Rule(rule.name, rule.before, rule.refusal, closed)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


for _dialect, _triggers in (("sqlite", sqlite_triggers()), ("postgresql", postgresql_triggers())):
    for _trigger in _triggers:
        event.listen(real_metadata, "after_create", DDL(_trigger).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
