"""What happened, as a sentence of the journal.

A new event needs one line in _SENTENCES, under its topic, and its Chinese in the catalogue. Its fields stand in braces: `{total}` is
total_fen as money, `{volume}` is volume_ml as litres, `{price}` is price_li; ids of people, bills and shifts become names.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from core.domain.cash import CashKind
from core.domain.counter import Finding
from core.domain.debt import DebtKind
from core.domain.events.orders import TO_ANOTHER_PUMP
from core.domain.fill import FillSource, FillState
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.order import CancelReason
from core.domain.payment import PaymentState, Tender
from core.domain.price import UnitPrice
from core.domain.price_paper import CheckPoint
from core.domain.price_switch import BlockWhy
from core.domain.print_job import PaperKind
from core.domain.reconciliation.gap import Cause, GapKind
from core.domain.refund import LegState
from core.domain.staff import Permission
from core.domain.station_order import ServiceState
from core.domain.tanks.alarm import TankAlarmKind
from core.domain.tanks.stock import StockKind
from core.wording import controller, fills, formats, gaps, names, prices, refusals, tanks
from core.wording.catalogue import _, mark


class Topic(StrEnum):
    """What an event is about; the journal is filtered by it."""

    PEOPLE = "people"
    SHIFT = "shift"
    BILL = "bill"
    PUMP = "pump"
    ORDER = "order"
    PRICE = "price"
    TANK = "tank"
    PAPER = "paper"
    CLOUD = "cloud"


_TOPICS = {
    Topic.PEOPLE: mark("People"),
    Topic.SHIFT: mark("Shifts and cash"),
    Topic.BILL: mark("Bills and payments"),
    Topic.PUMP: mark("Pumps and fills"),
    Topic.ORDER: mark("Online orders"),
    Topic.PRICE: mark("Fuel prices"),
    Topic.TANK: mark("Tanks and deliveries"),
    Topic.PAPER: mark("Printer and drawer"),
    Topic.CLOUD: mark("Cloud"),
}
CLOCK_WENT_BACK = mark(
    "The clock stands {behind_minutes} minutes before the last sale. Set it right; bills are numbered on."
)
_SENTENCES: Mapping[Topic, Mapping[str, str]] = {
    Topic.PEOPLE: {
        "StaffSignedIn": mark("{staff} signed in."),
        "SignInFailed": mark("Wrong PIN for {staff}."),
        "StaffChanged": mark("The entry of {staff} was changed."),
        "RoleChanged": mark("Role {name} was changed. Now it may: {given}; no longer: {taken}."),
        "ApprovalGiven": mark("{approver} agreed that {asked_by} may {permission}."),
        "TillLocked": mark("The till of {staff} was locked."),
        "TillUnlocked": mark("{staff} unlocked the till; before it was {before}."),
    },
    Topic.SHIFT: {
        "ShiftOpened": mark("Shift {number} was opened with a float of {float}."),
        "ShiftClosed": mark("Shift {number} was closed: {counted} counted, {expected} expected. {note}"),
        "ShiftHandedOver": mark("The shift was handed over with {bills} open bills. {note}"),
        "ShiftCorrected": mark("Correction {number} of shift {shift}, {tender}: {amount}. {reason}"),
        "CashMoved": mark("{movement_kind}: {amount}. {reason}"),
    },
    Topic.BILL: {
        "SaleChanged": mark("Bill {sale} was changed."),
        "SaleCompleted": mark("Bill {number} was paid: {total}."),
        "SaleCancelled": mark("Bill {sale} was thrown away."),
        "SaleHeld": mark("Bill {sale} was set aside: {label}"),
        "SaleRecalled": mark("Bill {sale} was taken up again."),
        "LineVoided": mark("{title} for {amount} was taken off bill {sale}."),
        "LineRepriced": mark("{title} on bill {sale}: {price} instead of {listed}. {reason}"),
        "LineDiscounted": mark("{title} on bill {sale}: {amount} off by hand. {reason}"),
        "SaleRounded": mark("Bill {sale} was rounded down by {off}."),
        "PaymentChanged": mark("A payment of bill {sale}: {state}."),
        "SaleRefunded": mark("Refund {number} of bill {sale}: {total}, {cash} of it in cash."),
        "RefundLegChanged": mark("Money on its way back to the customer: {state}."),
        "AccountChanged": mark("Account customer {name} was changed."),
        "AccountSettled": mark("Account customer {name} paid {amount}: {tender}."),
        "ClockWentBack": CLOCK_WENT_BACK,
    },
    Topic.PUMP: {
        "PumpAuthorisationRequested": mark("Pump {pump} is to be released."),
        "PumpStopRequested": mark("{pump} is to stop."),
        "PumpsReleased": mark("{staff} ended the emergency stop: pumps may be released again."),
        "PumpAuthorised": mark("Pump {pump} was released."),
        "PumpAuthorisationEnded": mark("The release of pump {pump} ended: {reason}"),
        "ControllerDiffers": mark("Pump controller and station are not set up alike: {difference}"),
        "FillFinished": mark("Pump {pump}, nozzle {nozzle}: {volume} for {amount}."),
        "FillChanged": mark("Fill {fill}: {state}."),
        "FillRecovered": mark(
            "Pump {pump}, nozzle {nozzle}: {volume} for {amount} was booked afterwards, {source}."
        ),
        "FillOverPreset": mark("Pump {pump} was let up to {preset} and gave {volume} for {amount}."),
        "CustomerGone": mark(
            "A customer left pump {pump} without paying {amount} ({debt_kind}, {number}, car {plate}). {note}"
        ),
        "DebtCollected": mark("{number} was collected: {amount} on bill {sale}."),
        "FillWrittenOff": mark("A fill of pump {pump} for {amount} was written off: {note}"),
        "PumpTested": mark(
            "Pump {pump} was tested with {volume}; {returned} went back into tank {tank}. {note}"
        ),
        "PumpTestUndone": mark(
            "A test of pump {pump} was undone; {returned} are out of tank {tank} again: {note}"
        ),
        "FillDisputed": mark("A fill of pump {pump} for {amount} is disputed: {note}"),
        "FillReinstated": mark(
            "A fill of pump {pump} for {amount}, {before}, waits at the counter again: {note}"
        ),
        "FillReleased": mark("A fill of pump {pump} was taken off bill {sale} of {cashier}."),
        "FillKeyed": mark(
            "Pump {pump}, nozzle {nozzle}: {volume} for {amount} were keyed by hand; beside it {unexplained} ran."
        ),
        "CounterReplaced": mark(
            "Pump {pump}, nozzle {nozzle}: the counter begins anew at {counter}, after {before}: {note}"
        ),
        "MissingFillProposed": mark("Pump {pump}, nozzle {nozzle}: {finding}, {volume} worth {amount}."),
        "MissingFillAccepted": mark(
            "Pump {pump}, nozzle {nozzle}: the missing fill was booked, {volume} for {amount}."
        ),
        "MissingFillRejected": mark(
            "Pump {pump}, nozzle {nozzle}: {volume} on the counter were no fill: {note}"
        ),
        "MissingFillFound": mark(
            "Pump {pump}, nozzle {nozzle}: the record of the missing fill came, {volume}."
        ),
        "FillHanded": mark("{staff} sent the customer of pump {pump} to the counter with {amount}."),
        "HelpCalled": mark("{staff} called for help on the forecourt: {pump}"),
        "HelpAnswered": mark("{staff} came to help: {pump}"),
        "GapFound": mark("{place}, {gap}: {difference} apart. {cause}"),
        "CaseExplained": mark("The gap at {place} was explained. {cause}: {said}"),
        "CaseDoubted": mark("What was said of the gap at {place} is doubted: {said}"),
        "CaseClosed": mark("The gap at {place} is done with."),
        "PrepayPaid": mark("Prepay {number} for pump {pump}: {amount} paid."),
        "PrepayNotReleased": mark("Prepay {number} waits at pump {pump}: {reason}"),
        "PrepayMoveAsked": mark("Prepay {number} is to go from pump {pump} to pump {to_pump}."),
        "PrepayMoved": mark("Prepay {number} went from pump {from_pump} to pump {pump}."),
        "PrepayStayed": mark("Prepay {number} stays at pump {pump}: its fill had begun."),
        "PrepayFilled": mark("Prepay {number}: {used} filled of {amount}, {left} left."),
        "PrepayOverran": mark("Pump {pump} delivered {over} more than was paid with prepay {number}."),
        "PrepayOverrunPaid": mark("{over} beyond prepay {number} was paid with bill {sale}."),
        "PrepayOverrunWaived": mark("Nobody pays the {over} beyond prepay {number}: {reason}"),
        "PrepayLeft": mark("The customer of prepay {number} left without {left}. {plate}"),
        "PrepayReturned": mark("{returned} of prepay {number} goes back."),
    },
    Topic.ORDER: {
        "OrderReceived": mark("Online order {order} arrived for pump {pump}."),
        "OrderMoved": mark("Online order {order}: {state}."),
        "OrderCarDiffers": mark(
            "Another car than {plate} stands at the pump of online order {order}: its driver is asked."
        ),
        "OrderCarAnswered": mark("The driver of online order {order} answered about the car at the pump."),
        "OrderTurning": mark("Online order {order} is to leave pump {pump}. {reason}"),
        "OrderAtAnotherPump": mark(
            "Online order {order} went from pump {from_pump} to pump {pump}, nozzle {nozzle}."
        ),
        "OrderStandsStill": mark("Online order {order} stands still at pump {pump}: {state}."),
    },
    Topic.PRICE: {
        "PriceScheduled": mark("{grade} is to cost {price} from {due_at} on."),
        "PriceProposed": mark("{grade} is to cost {price} from {due_at} on, once a second person agrees."),
        "PriceApproved": mark(
            "A second person agreed that {grade} is to cost {price}; {maker} had written it down."
        ),
        "PriceExpired": mark("Nobody agreed in time that {grade} is to cost {price}: it does not come."),
        "PriceComing": mark("{grade} costs {price} from {due_at} on."),
        "PriceOvertaken": mark("A later change overtook {price} for {grade} before every nozzle had it."),
        "NozzleNotSwitched": mark("{nozzle} does not take {price} and is blocked. {why}."),
        "NozzleTriedAgain": mark("{nozzle} is asked once more to take its price."),
        "GuidePriceSet": mark("Guide price of {grade}: {price} from {since} on."),
        "PoleShows": mark("The price pole took the prices: {board}."),
        "PoleSilent": mark("The price pole does not take the prices: look at what it shows."),
        "PriceChecked": mark("Looked at after a price change: {point}."),
        "PriceWithdrawn": mark("Price change {change} was taken back."),
        "NozzlePriceApplied": mark("{nozzle} confirmed {price}."),
        "PriceApplied": mark("{grade} costs {price} now."),
        "GoodsChanged": mark("Goods were added or changed: {name}."),
        "OffersChanged": mark("Offers or rules were changed: {what}."),
    },
    Topic.TANK: {
        "TankSetUp": mark("Tank {tank} ({grade}) was set up."),
        "TankDipped": mark("Tank {tank} was dipped: {fuel} fuel, {water} water."),
        "DeliveryOrdered": mark("{ordered} of {grade} were ordered from {supplier}."),
        "DeliveryCancelled": mark("A delivery does not come. {reason}"),
        "DeliveryBegan": mark(
            "Truck {plate}, note {note_number}: unloading {noted} into tank {tanks} began."
        ),
        "DeliveryUnloaded": mark("Note {note_number} is unloaded; tank {tanks} settles."),
        "DeliveryReceived": mark(
            "Note {note_number} was received: {received} measured, {noted} noted, {difference} difference. {remark}"
        ),
        "StockChanged": mark("Stock of tank {tank}, {stock_kind}: {volume}. {reason}"),
        "StockDayClosed": mark("Stock of tank {tank} on {day}: book {book}, variance {variance}."),
        "TankAlarmRaised": mark("Tank {tank}: {alarm_kind}."),
        "TankAlarmAcknowledged": mark("Tank {tank}, {alarm_kind}: somebody has seen it."),
        "TankAlarmGone": mark("Tank {tank}, {alarm_kind}: it is over."),
    },
    Topic.PAPER: {
        "ReceiptPrinted": mark("The receipt of bill {sale} was printed, copy {copy}."),
        "ReceiptNotPrinted": mark("The receipt of bill {sale} did not come out: {fault}"),
        "PrintJobPosted": mark("A paper was asked for: {kind} of {subject}."),
        "PrintJobCancelled": mark("A paper is not to come out any more: {kind} of {subject}. {fault}"),
        "DrawerOpened": mark("{staff} had the cash drawer opened without a sale."),
    },
    Topic.CLOUD: {
        "MessageSetAside": mark("The cloud refused a message ({message_kind}): {why}"),
        "MessageRetried": mark(
            "Message {number} ({message_kind}), which the cloud had refused, is sent once more."
        ),
        "MessageSettled": mark(
            "Message {number} ({message_kind}), which the cloud had refused, was marked as settled: {why}"
        ),
    },
}
_ALL = {kind: text for sentences in _SENTENCES.values() for kind, text in sentences.items()}
# Added to the sentence when the field has that value.
_TAILS: Mapping[tuple[str, str, object], str] = {
    ("SignInFailed", "locked", True): mark("That was one too many: locked for now."),
    ("TillLocked", "idle", True): mark("Nobody had touched it for a while."),
    ("RoleChanged", "active", False): mark("The role was put away."),
    ("PrintJobPosted", "reprint", True): mark("It had come out before."),
    ("OrderCarAnswered", "mine", True): mark("It is the right car."),
    ("OrderCarAnswered", "mine", False): mark("It is somebody else's car."),
    ("DeliveryReceived", "by_note", True): mark("The book took what the note says."),
    ("DeliveryReceived", "beyond", True): mark("The difference is beyond the limit."),
    ("StockDayClosed", "was_measured", False): mark("Nobody measured the tank."),
    ("FillFinished", "agrees", False): mark("The amount does not fit litres and price."),
}
_LAST_OF_AN_ID = 6
_OF_HELP = ("HelpCalled", "HelpAnswered")

_CASH_KINDS = {
    CashKind.PAID_IN: mark("Cash paid in"),
    CashKind.PAID_OUT: mark("Cash paid out"),
    CashKind.SAFE_DROP: mark("Cash to the safe"),
    CashKind.SETTLEMENT: mark("An account customer paid"),
}

_PAPERS = {
    PaperKind.SALE_RECEIPT: mark("receipt"),
    PaperKind.ORDER_SLIP: mark("slip of an online order"),
    PaperKind.REFUND_SLIP: mark("refund slip"),
    PaperKind.CASH_SLIP: mark("slip of cash in or out"),
    PaperKind.DEPOSIT_SLIP: mark("deposit slip"),
    PaperKind.DEBT_TICKET: mark("promise to pay"),
    PaperKind.X_REPORT: mark("X report"),
    PaperKind.Z_REPORT: mark("Z report"),
    PaperKind.ACCOUNT_STATEMENT: mark("account statement"),
    PaperKind.PRICE_SLIP: mark("price change slip"),
    PaperKind.TEST_PAGE: mark("test page"),
}

Known = Mapping[str, str]


def paper(kind: PaperKind) -> str:
    """What this paper is called."""
    return _(_PAPERS[kind])


def sentence(kind: str, facts: Mapping[str, object], known: Known) -> str:
    """What happened. `known` gives the names that go with ids; an id without one shows its last characters.

    An event of another version of this program shows its kind.
    """
    text = _ALL.get(kind)
    if text is None:
        return _("{kind}, which only another version of this program can explain.").format(kind=kind)
    words = _Words((_bare(name), _word(kind, name, value, known)) for name, value in facts.items())
    told = [_(text).format_map(words).rstrip()]
    told += [
        _(tail) for (of, field, value), tail in _TAILS.items() if of == kind and facts.get(field) is value
    ]
    return " ".join(told)


def has_sentence(kind: str) -> bool:
    """Whether this version can explain the kind."""
    return kind in _ALL


def kinds_of(topic: Topic) -> tuple[str, ...]:
    """The kinds of event that the topic takes in."""
    return tuple(_SENTENCES[topic])


def topic_title(topic: Topic) -> str:
    """What the topic is called."""
    return _(_TOPICS[topic])


class _Words(dict[str, str]):
    """An event of an older version may lack a field; a note that nobody wrote is none."""

    def __missing__(self, name: str) -> str:
        return "" if name == "note" else "—"


def _bare(name: str) -> str:
    for unit in ("_fen", "_ml", "_li"):
        name = name.removesuffix(unit)
    return name


def _word(kind: str, name: str, value: object, known: Known) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return _figure(kind, name, value)
    if not isinstance(value, str):
        return str(value)
    say = _OWN_WORDS.get((kind, name)) or _WORDS.get(name)
    if say is None:
        return known.get(value) or _id_or_text(value)
    if not value:
        return "" if say is str else "—"
    try:
        return say(value)
    except ValueError:  # a word of another version
        return value


def _figure(kind: str, name: str, value: int) -> str:
    if name.endswith("_fen"):
        return formats.money(Money(value))
    if name.endswith("_ml"):
        return formats.litres(Litres(value))
    if name.endswith("_li"):
        return formats.unit_price(UnitPrice(value))
    if kind == "PumpStopRequested" and name == "pump":
        return _("Pump {number}").format(number=value) if value else _("Every pump")
    if kind in _OF_HELP and name == "pump":
        return _("Pump {number}").format(number=value) if value else _("at no pump in particular")
    return str(value)


def _id_or_text(value: str) -> str:
    is_id = len(value) == 32 and not value.strip("0123456789abcdef")
    return f"…{value[-_LAST_OF_AN_ID:]}" if is_id else value or "—"


def _moment(value: str) -> str:
    return formats.moment(datetime.fromisoformat(value))


def _end_moment(value: str) -> str:
    return formats.end_moment(datetime.fromisoformat(value))


def _nozzle(value: str) -> str:
    pump, _dash, nozzle = value.partition("-")
    return _("Pump {pump}, nozzle {nozzle}").format(pump=pump, nozzle=nozzle)


def _permissions(value: str) -> str:
    return _(", ").join(names.permission(Permission(word)) for word in value.split())


_WORDS: Mapping[str, Callable[[str], str]] = {
    "alarm_kind": lambda value: tanks.alarm(TankAlarmKind(value)),
    "remark": str,
    "grade": names.grade,
    "fault": refusals.sentence_of_code,
    "reason": refusals.sentence_of_code,
    "tender": lambda value: names.tender(Tender(value)),
    "due_at": _end_moment,
    "permission": lambda value: names.permission(Permission(value)),
    "movement_kind": lambda value: _(_CASH_KINDS[CashKind(value)]),
    "note": str,
    "plate": str,
}
_OWN_WORDS: Mapping[tuple[str, str], Callable[[str], str]] = {
    ("GapFound", "gap"): lambda value: gaps.kind(GapKind(value)),
    ("GapFound", "cause"): lambda value: gaps.cause(Cause(value)),
    ("CaseExplained", "cause"): lambda value: gaps.cause(Cause(value)),
    ("ControllerDiffers", "difference"): controller.difference_of,
    ("PaymentChanged", "state"): lambda value: names.payment_state(PaymentState(value)),
    ("RefundLegChanged", "state"): lambda value: names.leg_state(LegState(value)),
    ("FillChanged", "state"): lambda value: fills.fill_state(FillState(value)),
    ("FillReinstated", "before"): lambda value: fills.fill_state(FillState(value)),
    ("FillRecovered", "source"): lambda value: fills.source(FillSource(value)),
    ("FillOverPreset", "preset"): fills.preset,
    ("CustomerGone", "debt_kind"): lambda value: fills.debt_kind(DebtKind(value)),
    ("MissingFillProposed", "finding"): lambda value: fills.finding(Finding(value)),
    ("PrintJobPosted", "kind"): lambda value: _(_PAPERS[PaperKind(value)]),
    ("PrintJobCancelled", "kind"): lambda value: _(_PAPERS[PaperKind(value)]),
    ("ShiftCorrected", "reason"): str,
    ("StockChanged", "reason"): str,
    ("DeliveryCancelled", "reason"): str,
    ("StockChanged", "stock_kind"): lambda value: tanks.stock_kind(StockKind(value)),
    ("CashMoved", "reason"): str,
    ("NozzlePriceApplied", "nozzle"): _nozzle,
    ("NozzleNotSwitched", "nozzle"): _nozzle,
    ("NozzleNotSwitched", "why"): lambda value: prices.why_blocked(BlockWhy(value)),
    ("NozzleTriedAgain", "nozzle"): _nozzle,
    ("GuidePriceSet", "since"): _end_moment,
    ("PoleShows", "board"): prices.pole_board,
    ("PriceChecked", "point"): lambda value: prices.check_point(CheckPoint(value)),
    ("RoleChanged", "given"): _permissions,
    ("RoleChanged", "taken"): _permissions,
    ("OrderStandsStill", "state"): lambda value: names.service_state(ServiceState(value)),
    ("OrderTurning", "reason"): lambda value: (
        _("To another pump.") if value == TO_ANOTHER_PUMP else names.cancel_reason(CancelReason(value))
    ),
    ("OrderMoved", "state"): lambda value: names.service_state(ServiceState(value)),
}
