"""Facts that happened, past tense, frozen, of plain values only so that they can be stored and read by another program."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True)
class StaffSignedIn(Event):
    """A person gave the right PIN."""

    staff: str


@dataclass(frozen=True, slots=True)
class SignInFailed(Event):
    """A wrong PIN; `locked` when it was one too many."""

    staff: str
    locked: bool


@dataclass(frozen=True, slots=True)
class ApprovalGiven(Event):
    """Somebody who may agreed to what another person asked for; the deed itself names both again."""

    approval: str
    approver: str
    asked_by: str
    permission: str
    subject: str


@dataclass(frozen=True, slots=True)
class StaffChanged(Event):
    """A person was added, changed, or left. `what` says which: added, role, pin, card, card_taken, left, back, name."""

    staff: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class RoleChanged(Event):
    """A role is new, is called otherwise, may more or less, or was put away."""

    role: str
    name: str
    given: str  # the rights it has now and had not before, by name, with spaces between
    taken: str
    active: bool


@dataclass(frozen=True, slots=True)
class TillLocked(Event):
    """The screen was covered, by hand or after idling; whoever was signed in still is."""

    staff: str
    idle: bool


@dataclass(frozen=True, slots=True)
class TillUnlocked(Event):
    """Somebody opened the screen again; another person than before has taken the till over."""

    staff: str
    before: str


@dataclass(frozen=True, slots=True)
class ShiftOpened(Event):
    """A shift began."""

    shift: str
    number: int
    staff: str
    float_fen: int


@dataclass(frozen=True, slots=True)
class ShiftClosed(Event):
    """A shift was counted and ended."""

    shift: str
    number: int
    staff: str
    expected_fen: int
    counted_fen: int
    note: str = ""  # why what was still under way went on to the next shift


@dataclass(frozen=True, slots=True)
class ShiftHandedOver(Event):
    """A shift ended and the next began in the same moment, while the pumps ran on."""

    shift: str
    next_shift: str
    bills: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShiftCorrected(Event):
    """A figure of a closed shift was put right by a new entry; its Z stays as it was."""

    correction: str
    shift: str
    number: int
    tender: str
    amount_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class CashMoved(Event):
    """Cash came into the drawer or left it without a sale."""

    movement: str
    shift: str
    movement_kind: str
    amount_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class SaleChanged(Event):
    """An open sale got or lost a line, coupon or payment."""

    sale: str


@dataclass(frozen=True, slots=True)
class SaleHeld(Event):
    """A bill was set aside."""

    sale: str
    label: str


@dataclass(frozen=True, slots=True)
class SaleRecalled(Event):
    """A bill was taken up again; `before` is whose it was."""

    sale: str
    before: str


@dataclass(frozen=True, slots=True)
class LineVoided(Event):
    """A line was taken off an open bill."""

    sale: str
    title: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class LineRepriced(Event):
    """Goods on an open bill got another price."""

    sale: str
    title: str
    listed_fen: int
    price_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class LineDiscounted(Event):
    """Somebody took something off a line of an open bill."""

    sale: str
    title: str
    amount_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class SaleRounded(Event):
    """Somebody rounded an open bill down, or took that back."""

    sale: str
    off_fen: int


@dataclass(frozen=True, slots=True)
class GoodsChanged(Event):
    """Goods were added or changed."""

    goods: str
    name: str


@dataclass(frozen=True, slots=True)
class OffersChanged(Event):
    """An offer, a floor or the rules for bills changed; `what` says which."""

    what: str


@dataclass(frozen=True, slots=True)
class SaleCompleted(Event):
    """A sale was paid."""

    sale: str
    number: str
    total_fen: int


@dataclass(frozen=True, slots=True)
class SaleCancelled(Event):
    """A sale was thrown away."""

    sale: str


@dataclass(frozen=True, slots=True)
class PaymentChanged(Event):
    """A payment came to a new state. Cash that completes a bill is told of by its SaleCompleted alone."""

    payment: str
    sale: str
    state: str


@dataclass(frozen=True, slots=True)
class ReceiptPrinted(Event):
    """A receipt left the printer."""

    sale: str
    copy: int


@dataclass(frozen=True, slots=True)
class ReceiptNotPrinted(Event):
    """The printer failed; the sale is safe."""

    sale: str
    fault: str


@dataclass(frozen=True, slots=True)
class PrintJobPosted(Event):
    """A person asked for a paper; `reprint` where it had come out before."""

    job: str
    kind: str
    subject: str
    reprint: bool


@dataclass(frozen=True, slots=True)
class PrintJobCancelled(Event):
    """A paper that waited is not to come out any more; `fault` where it could not be laid out."""

    job: str
    kind: str
    subject: str
    fault: str


@dataclass(frozen=True, slots=True)
class DrawerOpened(Event):
    """Somebody had the cash drawer opened without a sale."""

    staff: str


@dataclass(frozen=True, slots=True)
class PumpAuthorisationRequested(Event):
    """Leave to fill was written down and waits for the owner of the pumps."""

    authorisation: str
    pump: int


@dataclass(frozen=True, slots=True)
class PumpStopRequested(Event):
    """A promise is to be taken back, or a running fill ended, by the owner of the pumps; pump 0 is every pump."""

    pump: int
    staff: str
    only_promise: bool = False  # a fill that has begun goes on


@dataclass(frozen=True, slots=True)
class PumpAuthorised(Event):
    """The controller took an authorisation."""

    authorisation: str
    pump: int


@dataclass(frozen=True, slots=True)
class PumpAuthorisationEnded(Event):
    """An authorisation was refused or cancelled."""

    authorisation: str
    pump: int
    reason: str


@dataclass(frozen=True, slots=True)
class FillFinished(Event):
    """A fill was booked."""

    fill: str
    pump: int
    nozzle: int
    volume_ml: int
    amount_fen: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class FillChanged(Event):
    """A fill went onto a bill, off it, or waits again; that it was paid its bill's SaleCompleted tells."""

    fill: str
    state: str


@dataclass(frozen=True, slots=True)
class PrepayPaid(Event):
    """Fuel was paid before it flows; its pump is to be released."""

    prepay: str
    number: str
    sale: str
    pump: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PrepayNotReleased(Event):
    """A prepay waits on: its pump could not be released, or the release was taken back."""

    prepay: str
    number: str
    pump: int
    reason: str


@dataclass(frozen=True, slots=True)
class PrepayMoveAsked(Event):
    """Somebody wants a prepay at another pump; it goes there once its pump promises nothing any more."""

    prepay: str
    number: str
    pump: int
    to_pump: int


@dataclass(frozen=True, slots=True)
class PrepayMoved(Event):
    """A prepay waits for another pump now, which is to be released."""

    prepay: str
    number: str
    from_pump: int
    pump: int


@dataclass(frozen=True, slots=True)
class PrepayStayed(Event):
    """A prepay was to go to another pump, but its fill had begun."""

    prepay: str
    number: str
    pump: int


@dataclass(frozen=True, slots=True)
class PrepayFilled(Event):
    """A fill was booked that had been paid before; what is left goes back."""

    prepay: str
    number: str
    pump: int
    amount_fen: int
    used_fen: int
    left_fen: int


@dataclass(frozen=True, slots=True)
class PrepayOverran(Event):
    """A pump delivered more than was paid; the customer owes so much more."""

    prepay: str
    number: str
    pump: int
    over_fen: int


@dataclass(frozen=True, slots=True)
class PrepayOverrunPaid(Event):
    """What was delivered beyond a prepay was paid on a bill of its own."""

    prepay: str
    number: str
    sale: str
    over_fen: int


@dataclass(frozen=True, slots=True)
class PrepayOverrunWaived(Event):
    """Somebody who may decided that nobody pays what was delivered beyond a prepay."""

    prepay: str
    number: str
    over_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class PrepayLeft(Event):
    """The customer went without what is left of a prepay; it is kept."""

    prepay: str
    number: str
    left_fen: int
    plate: str


@dataclass(frozen=True, slots=True)
class PrepayReturned(Event):
    """What was left of a prepay goes back to the customer."""

    prepay: str
    number: str
    refund: str
    returned_fen: int


@dataclass(frozen=True, slots=True)
class OrderReceived(Event):
    """A paid online order arrived."""

    order: str
    pump: int


@dataclass(frozen=True, slots=True)
class OrderMoved(Event):
    """An online order took a step."""

    order: str
    state: str


@dataclass(frozen=True, slots=True)
class PriceScheduled(Event):
    """The manager planned a price change."""

    change: str
    grade: str
    price_li: int
    due_at: str


@dataclass(frozen=True, slots=True)
class PriceWithdrawn(Event):
    """A planned price change was taken back."""

    change: str


@dataclass(frozen=True, slots=True)
class NozzlePriceApplied(Event):
    """One nozzle confirmed a new price."""

    change: str
    nozzle: str
    price_li: int


@dataclass(frozen=True, slots=True)
class PriceApplied(Event):
    """Every nozzle has the new price; the board shows it."""

    change: str
    grade: str
    price_li: int


@dataclass(frozen=True, slots=True)
class MessageSetAside(Event):
    """The cloud refused a message; it waits for a person and blocks nothing."""

    message: str
    message_kind: str
    why: str


@dataclass(frozen=True, slots=True)
class MessageRetried(Event):
    """A message that the cloud had refused is to be sent once more."""

    message: str
    message_kind: str
    number: int


@dataclass(frozen=True, slots=True)
class MessageSettled(Event):
    """A person has seen to a message that the cloud refused; it is never sent."""

    message: str
    message_kind: str
    number: int
    why: str  # what the cloud had refused it for


@dataclass(frozen=True, slots=True)
class SaleRefunded(Event):
    """A refund of a completed bill was written down; `cash_fen` of it goes out of the drawer now."""

    refund: str
    sale: str
    number: str
    kind: str
    total_fen: int
    cash_fen: int


@dataclass(frozen=True, slots=True)
class RefundLegChanged(Event):
    """Money on its way back came to a new state."""

    refund: str
    leg: str
    state: str


@dataclass(frozen=True, slots=True)
class AccountChanged(Event):
    """An account customer came, or its name, plates, limit or being open changed."""

    account: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountSettled(Event):
    """An account customer paid what was owed, or a part of it."""

    account: str
    name: str
    entry: str
    tender: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ClockWentBack(Event):
    """The machine's clock was found standing before the last sale, or before what it had shown."""

    behind_minutes: int
