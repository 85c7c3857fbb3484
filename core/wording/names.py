"""Labels of grades, states, roles and payment methods."""

from core.domain.account import EntryKind
from core.domain.cash import CashKind
from core.domain.order import CancelReason, OrderState
from core.domain.payment import PaymentState, Tender
from core.domain.price import PriceChangeState
from core.domain.pump import PumpState
from core.domain.refund import LegState, RefundReason
from core.domain.staff import Permission, Role
from core.domain.station_order import ServiceState
from core.wording.catalogue import _, mark

_GRADES = {
    "G89": mark("89 petrol"),
    "G92": mark("92 petrol"),
    "G95": mark("95 petrol"),
    "G98": mark("98 petrol"),
    "D0": mark("0 diesel"),
    "DN10": mark("-10 diesel"),
    "DN20": mark("-20 diesel"),
    "DN35": mark("-35 diesel"),
}
_SHORT_GRADES = {
    "G89": "89",
    "G92": "92",
    "G95": "95",
    "G98": "98",
    "D0": "0",
    "DN10": "-10",
    "DN20": "-20",
    "DN35": "-35",
}
_TENDERS = {
    Tender.CASH: mark("Cash"),
    Tender.WECHAT: mark("WeChat Pay"),
    Tender.ALIPAY: mark("Alipay"),
    Tender.UNIONPAY: mark("UnionPay"),
    Tender.WALLET: mark("Member balance"),
    Tender.RECHARGE_CARD: mark("Recharge card"),
    Tender.BANK_CARD: mark("Bank card"),
    Tender.CREDIT: mark("On account"),
}
_CASH_KINDS = {
    CashKind.PAID_IN: mark("Cash in"),
    CashKind.PAID_OUT: mark("Cash out"),
    CashKind.SAFE_DROP: mark("To the safe"),
    CashKind.SETTLEMENT: mark("Paid by an account customer"),
}
_PAYMENT_STATES = {
    PaymentState.PENDING: mark("Unclear"),
    PaymentState.CAPTURED: mark("Paid"),
    PaymentState.DECLINED: mark("Declined"),
    PaymentState.CANCELLED: mark("Taken back"),
}
_PUMP_STATES = {
    PumpState.UNKNOWN: mark("Unknown"),
    PumpState.OFFLINE: mark("Offline"),
    PumpState.INOPERATIVE: mark("Faulty"),
    PumpState.CLOSED: mark("Closed"),
    PumpState.IDLE: mark("Idle"),
    PumpState.CALLING: mark("Calling"),
    PumpState.AUTHORISED: mark("Authorised"),
    PumpState.STARTED: mark("Starting"),
    PumpState.FUELLING: mark("Fuelling"),
    PumpState.SUSPENDED: mark("Paused"),
}
_ROLES = {
    Role.CASHIER.code: mark("Cashier"),
    Role.ATTENDANT.code: mark("Attendant"),
    Role.MANAGER.code: mark("Manager"),
}
_PERMISSIONS = {
    Permission.SELL: mark("sell at the counter"),
    Permission.RUN_SHIFT: mark("open and close shifts"),
    Permission.SERVE_ORDERS: mark("serve online orders"),
    Permission.AUTHORISE_PUMP: mark("release pumps"),
    Permission.OWE_FILL: mark("let a customer go without paying"),
    Permission.TEST_FILL: mark("book pump tests and fuel returned to a tank"),
    Permission.RESOLVE_FILL: mark("decide disputed fills, write fills off, take that back"),
    Permission.UNLOCK_FILL: mark("take a fill off another till's bill"),
    Permission.BOOK_MISSING: mark("book or reject missing fills"),
    Permission.PRICE_OVERRIDE: mark("change a price on the bill"),
    Permission.DISCOUNT: mark("give a discount by hand"),
    Permission.ROUND_OFF: mark("round a bill down"),
    Permission.VOID_LINE: mark("take a line off the bill"),
    Permission.VOID_SALE: mark("void a whole bill"),
    Permission.REFUND: mark("give money back"),
    Permission.REPRINT: mark("print a receipt again"),
    Permission.HAND_OVER_OTHERS: mark("take up another person's bill"),
    Permission.MOVE_PREPAY: mark("move a prepaid fill to another pump"),
    Permission.SELL_ON_CREDIT: mark("sell on account"),
    Permission.OPEN_DRAWER: mark("open the drawer without a sale"),
    Permission.CASH_IN: mark("put cash into the drawer"),
    Permission.CASH_OUT: mark("take cash out of the drawer"),
    Permission.SAFE_DROP: mark("drop cash into the safe"),
    Permission.SEE_EXPECTED: mark("see what the drawer should hold"),
    Permission.CHECK_COUNT: mark("check another person's count"),
    Permission.CORRECT_SHIFT: mark("correct a closed shift"),
    Permission.SEE_REPORTS: mark("see reports"),
    Permission.SEE_JOURNAL: mark("see the journal"),
    Permission.SCHEDULE_PRICES: mark("change prices"),
    Permission.KEEP_TANKS: mark("dip tanks and receive deliveries"),
    Permission.ADJUST_STOCK: mark("put the stock book right and set tanks up"),
    Permission.MANAGE_OFFERS: mark("manage offers"),
    Permission.MANAGE_ACCOUNTS: mark("manage account customers"),
    Permission.MANAGE_STAFF: mark("manage staff"),
    Permission.MANAGE_ROLES: mark("manage roles and rights"),
}
_REFUND_REASONS = {
    RefundReason.WRONG_ITEM: mark("Rung up by mistake"),
    RefundReason.WRONG_AMOUNT: mark("Wrong amount"),
    RefundReason.WRONG_TENDER: mark("Wrong way to pay"),
    RefundReason.PAID_TWICE: mark("Paid twice"),
    RefundReason.GOODS_RETURNED: mark("Goods returned"),
    RefundReason.FUEL_COMPLAINT: mark("Complaint about fuel"),
    RefundReason.NOT_FILLED: mark("Paid and not filled"),
    RefundReason.OTHER: mark("Another reason"),
}
_LEG_STATES = {
    LegState.PENDING: mark("On its way"),
    LegState.DONE: mark("Given back"),
    LegState.REFUSED: mark("Refused"),
    LegState.TO_CASH: mark("Paid in cash instead"),
}
_ENTRY_KINDS = {
    EntryKind.CHARGE: mark("Bought"),
    EntryKind.TAKEN_BACK: mark("Taken back"),
    EntryKind.REFUND: mark("Refunded"),
    EntryKind.SETTLEMENT: mark("Settled"),
}
# What a manager ticks, in the order of a day.
_PERMISSION_GROUPS = (
    (
        mark("At the counter"),
        (
            Permission.SELL,
            Permission.VOID_LINE,
            Permission.ROUND_OFF,
            Permission.PRICE_OVERRIDE,
            Permission.DISCOUNT,
            Permission.SELL_ON_CREDIT,
            Permission.VOID_SALE,
            Permission.REFUND,
            Permission.REPRINT,
            Permission.HAND_OVER_OTHERS,
        ),
    ),
    (
        mark("Shift and cash"),
        (
            Permission.RUN_SHIFT,
            Permission.OPEN_DRAWER,
            Permission.CASH_IN,
            Permission.CASH_OUT,
            Permission.SAFE_DROP,
            Permission.SEE_EXPECTED,
            Permission.CHECK_COUNT,
            Permission.CORRECT_SHIFT,
        ),
    ),
    (
        mark("On the forecourt"),
        (Permission.AUTHORISE_PUMP, Permission.SERVE_ORDERS, Permission.MOVE_PREPAY),
    ),
    (
        mark("At the manager's desk"),
        (
            Permission.SEE_REPORTS,
            Permission.SEE_JOURNAL,
            Permission.SCHEDULE_PRICES,
            Permission.MANAGE_OFFERS,
            Permission.MANAGE_ACCOUNTS,
            Permission.MANAGE_STAFF,
            Permission.MANAGE_ROLES,
        ),
    ),
)
_PRICE_CHANGE_STATES = {
    PriceChangeState.PROPOSED: mark("Proposed"),
    PriceChangeState.SCHEDULED: mark("Scheduled"),
    PriceChangeState.APPLYING: mark("Being applied"),
    PriceChangeState.APPLIED: mark("In force"),
    PriceChangeState.WITHDRAWN: mark("Withdrawn"),
    PriceChangeState.SUPERSEDED: mark("Overtaken by a later change"),
    PriceChangeState.EXPIRED: mark("Lapsed"),
}
_SERVICE_STATES = {
    ServiceState.WAITING: mark("Waiting"),
    ServiceState.CLAIMING: mark("Accepting"),
    ServiceState.ACCEPTED: mark("Accepted"),
    ServiceState.OTHER_CAR: mark("Driver asked"),
    ServiceState.PLATE_CHECKED: mark("Plate checked"),
    ServiceState.AUTHORISING: mark("Releasing the pump"),
    ServiceState.AUTHORISED: mark("Pump released"),
    ServiceState.FUELLING: mark("Fuelling"),
    ServiceState.FILLED: mark("Filled"),
    ServiceState.COMPLETED: mark("Completed"),
    ServiceState.DECLINED: mark("Declined"),
    ServiceState.WITHDRAWN: mark("Withdrawn"),
}
_ORDER_STATES = {
    OrderState.PENDING_PAYMENT: mark("Pending payment"),
    OrderState.RESERVED: mark("Reserved (paid)"),
    OrderState.FUELLING: mark("Fuelling"),
    OrderState.COMPLETED: mark("Completed"),
    OrderState.CANCELLED: mark("Cancelled"),
}
_CANCEL_REASONS = {
    CancelReason.NOT_PAID_IN_TIME: mark("Not paid in time"),
    CancelReason.DRIVER_CHANGED_MIND: mark("The driver changed their mind"),
    CancelReason.STATION_DECLINED: mark("The station could not serve the order"),
    CancelReason.NOBODY_ACCEPTED: mark("Nobody accepted the order in time"),
    CancelReason.CAR_NOT_THERE: mark("The car on the order was not there"),
    CancelReason.NOTHING_FILLED: mark("Nothing was filled"),
    CancelReason.OTHER_CAR: mark("Another car stood at the pump"),
    CancelReason.WRONG_FUEL: mark("The car stood at another fuel"),
    CancelReason.PUMP_BROKEN: mark("The pump is broken"),
    CancelReason.NOBODY_CAME: mark("Nobody came to the pump"),
}


def grade(code: str) -> str:
    """A grade in words, "92号汽油"; an unknown one by its code."""
    return _(_GRADES[code]) if code in _GRADES else code


def grade_short(code: str) -> str:
    """A grade in its shortest form, "92", for tiles and narrow paper."""
    return _SHORT_GRADES.get(code, code)


def cash_kind(kind: CashKind) -> str:
    """Why cash came or went."""
    return _(_CASH_KINDS[kind])


def tender(value: Tender) -> str:
    """A way to pay."""
    return _(_TENDERS[value])


def payment_state(value: PaymentState) -> str:
    """How a payment stands."""
    return _(_PAYMENT_STATES[value])


def pump_state(value: PumpState) -> str:
    """What a pump is doing."""
    return _(_PUMP_STATES[value])


def role(value: Role) -> str:
    """What a person is here for, by the role's own name where it has one."""
    return value.name or _(_ROLES.get(value.code, value.code))


def permission(value: Permission) -> str:
    """A right, as it follows "may"."""
    return _(_PERMISSIONS[value])


def permission_groups() -> tuple[tuple[str, tuple[Permission, ...]], ...]:
    """Every right once, under what it belongs to."""
    return tuple((_(title), permissions) for title, permissions in _PERMISSION_GROUPS)


def price_change_state(value: PriceChangeState) -> str:
    """How a price change stands."""
    return _(_PRICE_CHANGE_STATES[value])


def service_state(value: ServiceState) -> str:
    """What the attendant has done with an order."""
    return _(_SERVICE_STATES[value])


def order_state(value: OrderState) -> str:
    """One of the five states of a driver's order."""
    return _(_ORDER_STATES[value])


def cancel_reason(value: CancelReason) -> str:
    """Why an order ended without fuel."""
    return _(_CANCEL_REASONS[value])


def refund_reason(value: RefundReason) -> str:
    """Why money went back."""
    return _(_REFUND_REASONS[value])


def leg_state(value: LegState) -> str:
    """How a part of a refund stands."""
    return _(_LEG_STATES[value])


def entry_kind(value: EntryKind) -> str:
    """Why what an account owes has changed."""
    return _(_ENTRY_KINDS[value])
