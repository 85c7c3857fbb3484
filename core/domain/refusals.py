"""What the rules say no to, with data and no sentence; core.wording.refusals turns each into one.

`code` is the class's name in snake_case: the cloud's error code and the key of the sentence.
"""

import re
from dataclasses import dataclass, fields
from datetime import datetime


class Refusal(Exception):
    """The rules say no. Nothing was changed."""

    @property
    def code(self) -> str:
        """The refusal's name in snake_case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(self).__name__).lower()

    @property
    def facts(self) -> dict[str, object]:
        """The refusal's data by name, for the sentence and for JSON."""
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]  # every one is a dataclass

    def __str__(self) -> str:
        return f"{self.code} {self.facts}"


# --- people -----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NotSignedIn(Refusal):
    """Nobody is signed in, or the session has ended."""


@dataclass(eq=False)
class NotAllowed(Refusal):
    """The person's role does not carry this right."""

    permission: str


@dataclass(eq=False)
class WrongPin(Refusal):
    """The PIN is not this person's."""

    tries_left: int


@dataclass(eq=False)
class PinLocked(Refusal):
    """Too many wrong PINs; wait."""

    until: datetime


@dataclass(eq=False)
class PinUnfit(Refusal):
    """A PIN is 4 to 8 digits."""


@dataclass(eq=False)
class StaffNotFound(Refusal):
    """No such person works here, or no longer."""

    staff: str


@dataclass(eq=False)
class RoleUnknown(Refusal):
    """There is no such role."""

    role: str


@dataclass(eq=False)
class RoleUnfit(Refusal):
    """A role needs a name that no other role has."""

    name: str


@dataclass(eq=False)
class RoleHasPeople(Refusal):
    """A role is put away only when nobody who works here has it."""

    people: int


@dataclass(eq=False)
class NobodyLeftToManage(Refusal):
    """After this nobody who works here could manage people and rights any more."""


@dataclass(eq=False)
class ApprovalNeeded(Refusal):
    """The person may not do this alone: somebody else who may is asked to agree on the spot.

    `subject` is what an approval has to be for, such as a sale's id; it is handed on as it stands.
    """

    permission: str
    subject: str = ""


@dataclass(eq=False)
class ApprovalNotValid(Refusal):
    """The approval was used, is too old, or was given for something else."""

    permission: str


@dataclass(eq=False)
class ApprovalOfOneself(Refusal):
    """Nobody approves what he asked for himself."""


@dataclass(eq=False)
class CardUnknown(Refusal):
    """The staff card is nobody's, or was taken back, or is another person's than the one chosen."""


@dataclass(eq=False)
class TillIsLocked(Refusal):
    """The till is locked and this person may not take it over."""


@dataclass(eq=False)
class StationAlreadyOpen(Refusal):
    """This database already holds a station: a plan is laid out only once."""


# --- shifts -----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NoShiftOpen(Refusal):
    """Open a shift first."""


@dataclass(eq=False)
class ShiftAlreadyOpen(Refusal):
    """A shift is open at this till."""

    number: int


@dataclass(eq=False)
class ZReportDamaged(Refusal):
    """The Z that is kept is not the one that was written when the shift closed."""

    number: int


@dataclass(eq=False)
class ShiftIsOpen(Refusal):
    """Only a closed shift is put right by an entry; an open one is counted."""

    number: int


@dataclass(eq=False)
class ShiftIsClosed(Refusal):
    """The shift was closed already."""

    number: int


@dataclass(eq=False)
class ShiftHasOpenWork(Refusal):
    """Sales are open or payments unclear: settle them before closing."""

    sales: int
    payments: int


@dataclass(eq=False)
class CashMovementNotFound(Refusal):
    """No cash moved under this id."""

    movement: str


@dataclass(eq=False)
class AmountUnfit(Refusal):
    """The amount is negative, zero where it may not be, or absurdly large."""

    amount_fen: int


@dataclass(eq=False)
class ReasonMissing(Refusal):
    """What is asked for has to say why."""


# --- sales and money --------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class SaleNotFound(Refusal):
    """There is no such sale."""

    sale: str


@dataclass(eq=False)
class SaleIsClosed(Refusal):
    """The sale is completed or cancelled and no longer changes."""

    sale: str


@dataclass(eq=False)
class SaleIsEmpty(Refusal):
    """There is nothing on the bill."""


@dataclass(eq=False)
class SaleHasMoney(Refusal):
    """Money was taken or is unclear: it must be given back before the bill is changed or cancelled."""

    sale: str


@dataclass(eq=False)
class PaymentUnclear(Refusal):
    """A payment of this sale has no clear answer yet: no second charge until it has."""

    payment: str


@dataclass(eq=False)
class PaymentIsFinal(Refusal):
    """The payment has its final state."""

    payment: str
    state: str


@dataclass(eq=False)
class PaymentNotFound(Refusal):
    """There is no such payment."""

    payment: str


@dataclass(eq=False)
class NothingDue(Refusal):
    """The bill is paid."""


@dataclass(eq=False)
class NotEnoughCash(Refusal):
    """The cash given is less than what this payment needs."""

    due_fen: int
    given_fen: int


@dataclass(eq=False)
class RefundTooLarge(Refusal):
    """More than was paid cannot be given back."""

    paid_fen: int
    asked_fen: int


@dataclass(eq=False)
class LineNotFound(Refusal):
    """There is no such line on the bill."""

    line: str


@dataclass(eq=False)
class QuantityUnfit(Refusal):
    """A quantity is a whole number from 1 to 999."""

    quantity: int


@dataclass(eq=False)
class GoodsNotFound(Refusal):
    """No goods carry this barcode."""

    barcode: str


@dataclass(eq=False)
class CodeUnknown(Refusal):
    """The scanned code is neither goods nor a coupon nor a payer's code."""

    text: str


@dataclass(eq=False)
class NotAPaymentCode(Refusal):
    """The code is not a payer's code of WeChat or Alipay."""


# --- pumps, fills, prices ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class PumpNotFound(Refusal):
    """The station has no such pump or nozzle."""

    pump: int
    nozzle: int | None = None


@dataclass(eq=False)
class PumpBusy(Refusal):
    """The pump is not free for this: it is filling, promised, or closed."""

    pump: int
    state: str


@dataclass(eq=False)
class PumpHasUnpaidFills(Refusal):
    """Too many fills of this pump wait to be paid."""

    pump: int
    limit: int


@dataclass(eq=False)
class PumpRefused(Refusal):
    """The controller said no."""

    pump: int
    controller_code: int
    controller_message: str


@dataclass(eq=False)
class AuthorisationClosed(Refusal):
    """The authorisation has ended."""

    authorisation: str
    state: str


@dataclass(eq=False)
class FillNotFound(Refusal):
    """There is no such fill."""

    fill: str


@dataclass(eq=False)
class FillTaken(Refusal):
    """The fill is on another bill, paid, or belongs to an online order."""

    fill: str
    pump: int


@dataclass(eq=False)
class FillNotYours(Refusal):
    """The fill is not on this bill."""

    fill: str
    sale: str


@dataclass(eq=False)
class PriceOutOfRange(Refusal):
    """The price looks like a slip of the finger."""

    price_li: int
    lowest_li: int
    highest_li: int


@dataclass(eq=False)
class PriceChangeInThePast(Refusal):
    """A price change needs a moment still to come."""

    due_at: datetime


@dataclass(eq=False)
class PriceChangeTwice(Refusal):
    """The grade already has a change at that moment."""

    grade: str
    due_at: datetime


@dataclass(eq=False)
class PriceChangeClosed(Refusal):
    """The price change has begun, is done, or was withdrawn."""

    change: str
    state: str


@dataclass(eq=False)
class GradeNotFound(Refusal):
    """The station does not sell this grade."""

    grade: str


# --- coupons ----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class CouponNotFound(Refusal):
    """No coupon has this code."""

    coupon_code: str


@dataclass(eq=False)
class CouponExpired(Refusal):
    """The coupon's time is over."""

    valid_until: datetime


@dataclass(eq=False)
class CouponNotYetValid(Refusal):
    """The coupon's time has not come."""

    valid_from: datetime


@dataclass(eq=False)
class CouponAlreadyUsed(Refusal):
    """The coupon was redeemed."""


@dataclass(eq=False)
class CouponHeldElsewhere(Refusal):
    """The coupon is on another bill or order right now."""


@dataclass(eq=False)
class CouponOfAnotherStation(Refusal):
    """The coupon is not for this station."""


@dataclass(eq=False)
class CouponOfAnotherGrade(Refusal):
    """Nothing on the bill is of a grade that the coupon is for."""

    grades: tuple[str, ...]


@dataclass(eq=False)
class CouponBelowThreshold(Refusal):
    """What qualifies on the bill is less than the coupon asks for."""

    threshold_fen: int
    have_fen: int


@dataclass(eq=False)
class CouponAlreadyOnBill(Refusal):
    """One coupon a bill."""


@dataclass(eq=False)
class CouponHoldGone(Refusal):
    """The hold on the coupon has ended and the coupon went elsewhere."""


# --- online orders ----------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class OrderNotFound(Refusal):
    """There is no such order."""

    order: str


@dataclass(eq=False)
class OrderStateUnfit(Refusal):
    """The order is not in a state that allows this."""

    order: str
    state: str


@dataclass(eq=False)
class OrderNoLongerWaiting(Refusal):
    """The order was cancelled or taken before this claim."""

    order: str
    state: str


@dataclass(eq=False)
class OrderAlreadyAccepted(Refusal):
    """The station is serving the order: it can no longer be cancelled from the phone."""

    order: str


@dataclass(eq=False)
class AmountOutOfRange(Refusal):
    """An order's amount must lie between these."""

    lowest_fen: int
    highest_fen: int


@dataclass(eq=False)
class VolumeOutOfRange(Refusal):
    """An order's volume must lie between these."""

    lowest_ml: int
    highest_ml: int


@dataclass(eq=False)
class PlateUnfit(Refusal):
    """That is not a plate."""

    plate: str


# --- messages ---------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class UnknownMessage(Refusal):
    """A message of a kind or version that this side does not know, or that is not well formed."""

    kind: str
    why: str


# --- asking the cloud -------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class MalformedRequest(Refusal):
    """What was sent is not what this request needs; `fields` says where and why."""

    # Not shadowing dataclasses.fields: the contract calls the list so.
    malformed: tuple[dict[str, str], ...]

    @property
    def facts(self) -> dict[str, object]:
        """The list under the name that the contract gives it."""
        return {"fields": list(self.malformed)}


@dataclass(eq=False)
class NotFound(Refusal):
    """There is nothing at this address, or it is not yours."""


@dataclass(eq=False)
class TooManyTries(Refusal):
    """Too often in too short a time; wait."""

    retry_after_seconds: int


@dataclass(eq=False)
class PhoneUnfit(Refusal):
    """That is not a mobile number of mainland China."""


@dataclass(eq=False)
class SignInCodeWrong(Refusal):
    """The code from the text message is not this one."""

    tries_left: int


@dataclass(eq=False)
class SignInCodeExpired(Refusal):
    """There is no code to sign in with: none was sent, it was used, or its time is over. Ask for a new one."""


@dataclass(eq=False)
class PairingCodeWrong(Refusal):
    """The pairing code is wrong, used, or its time is over."""


@dataclass(eq=False)
class StationNotFound(Refusal):
    """There is no such station."""


@dataclass(eq=False)
class VehicleNotFound(Refusal):
    """This driver has no such car."""

    plate: str


@dataclass(eq=False)
class TooManyVehicles(Refusal):
    """A driver keeps at most so many cars."""

    limit: int


@dataclass(eq=False)
class CampaignNotFound(Refusal):
    """There is no such campaign."""


@dataclass(eq=False)
class CampaignOver(Refusal):
    """The campaign's coupons can no longer, or not yet, be claimed."""


@dataclass(eq=False)
class CampaignSoldOut(Refusal):
    """Every coupon of the campaign has been claimed."""


@dataclass(eq=False)
class CampaignAlreadyClaimed(Refusal):
    """One coupon of a campaign a driver."""


@dataclass(eq=False)
class QuoteNotFound(Refusal):
    """There is no such quote of this driver."""


@dataclass(eq=False)
class QuoteExpired(Refusal):
    """The quote's five minutes are over, or its price no longer holds; ask again."""


@dataclass(eq=False)
class IdempotencyKeyReused(Refusal):
    """The same key came before with another request."""


@dataclass(eq=False)
class ProviderNotOffered(Refusal):
    """We have no account at this payment provider."""

    provider: str


@dataclass(eq=False)
class ChannelNotOffered(Refusal):
    """This payment provider does not take money this way."""

    provider: str
    channel: str


@dataclass(eq=False)
class PayerNotKnown(Refusal):
    """A mini program pays for somebody whom WeChat has named to us; here nobody was named."""


# --- paper ------------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class PrintJobNotFound(Refusal):
    """There is no such paper in the queue."""

    job: str


@dataclass(eq=False)
class PrintJobEnded(Refusal):
    """The paper is being printed, has come out, or was cancelled."""

    job: str
    state: str


@dataclass(eq=False)
class PaperUnknown(Refusal):
    """Nobody can lay this paper out."""

    kind: str


# --- money of every kind ----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class CardNumberRefused(Refusal):
    """The text holds what looks like a bank card's number; such a number is never written down."""


@dataclass(eq=False)
class SlipNumberUnfit(Refusal):
    """A terminal slip's number is 1 to 32 letters, digits or dashes."""


@dataclass(eq=False)
class SlipNumberUsed(Refusal):
    """This slip's number stands on another payment already."""

    slip: str


@dataclass(eq=False)
class TenderUnfit(Refusal):
    """This cannot be done with this way to pay."""

    tender: str


@dataclass(eq=False)
class AmountOverDue(Refusal):
    """More than what is due cannot be taken this way: only cash gives change."""

    due_fen: int
    asked_fen: int


@dataclass(eq=False)
class PaymentNotInBill(Refusal):
    """Only a payment that is in an unfinished bill can be taken back; a finished bill is refunded."""

    payment: str


@dataclass(eq=False)
class RefundOverSold(Refusal):
    """More of a line than was sold, less what went back before, cannot be refunded."""

    line: str
    left_fen: int
    asked_fen: int


@dataclass(eq=False)
class RefundOverPaid(Refusal):
    """More cannot go back to a payment than it brought, less what went back to it before."""

    payment: str
    left_fen: int
    asked_fen: int


@dataclass(eq=False)
class NothingToRefund(Refusal):
    """Nothing of this bill is left to give back, or nothing was chosen."""


@dataclass(eq=False)
class RefundNotFound(Refusal):
    """There is no such refund or part of it."""

    refund: str


@dataclass(eq=False)
class RefundIsFinal(Refusal):
    """This part of the refund has its final state."""

    refund: str
    state: str


@dataclass(eq=False)
class PrepayNotFound(Refusal):
    """There is no prepay of this number, bill or plate."""

    asked: str


@dataclass(eq=False)
class PrepayIsReleased(Refusal):
    """The pump is released for it: fuel may flow at any moment."""

    number: str
    pump: int


@dataclass(eq=False)
class PumpNotReleased(Refusal):
    """Its pump is not released, so there is nothing to take back."""

    number: str


@dataclass(eq=False)
class PrepayFillBegan(Refusal):
    """Fuel flows for it already."""

    number: str
    pump: int


@dataclass(eq=False)
class PrepayIsClosed(Refusal):
    """It was filled, or its money is back."""

    number: str


@dataclass(eq=False)
class PrepayIsOpen(Refusal):
    """The bill has a prepay that is neither filled nor given back: that comes first."""

    number: str


@dataclass(eq=False)
class PrepayOwes(Refusal):
    """More was delivered than was paid: nothing is left of it, the difference is owed."""

    number: str
    owed_fen: int


@dataclass(eq=False)
class PrepayNotOverrun(Refusal):
    """Nothing is owed for it, or no longer."""

    number: str


@dataclass(eq=False)
class OverrunOnBill(Refusal):
    """What is owed for this prepay stands on an open bill already."""

    number: str
    cashier: str


@dataclass(eq=False)
class PumpIsPaidFor(Refusal):
    """Somebody has paid for fuel from this pump, which waits to be released for that."""

    pump: int
    number: str


@dataclass(eq=False)
class PumpHasPrepay(Refusal):
    """Somebody has paid for this pump already."""

    pump: int


@dataclass(eq=False)
class PriceNotConfirmed(Refusal):
    """The nozzle has not told its price, so litres cannot be turned into money."""

    pump: int
    nozzle: int


@dataclass(eq=False)
class RefundWaits(Refusal):
    """An earlier refund of this bill has no clear answer yet; it is being asked."""

    number: str


@dataclass(eq=False)
class SaleNotCompleted(Refusal):
    """Only a completed bill can be refunded."""

    sale: str


@dataclass(eq=False)
class SaleOfAnotherShift(Refusal):
    """Only a bill of the open shift can be voided; an older one is refunded."""

    number: str


@dataclass(eq=False)
class AccountNotFound(Refusal):
    """There is no such account customer."""

    account: str


@dataclass(eq=False)
class AccountIsClosed(Refusal):
    """The account customer buys on credit no more."""

    name: str


@dataclass(eq=False)
class AccountLimitReached(Refusal):
    """The account customer would owe more than agreed."""

    name: str
    left_fen: int
    asked_fen: int


@dataclass(eq=False)
class AccountOwesMore(Refusal):
    """The limit cannot be set below what is owed."""

    owed_fen: int


@dataclass(eq=False)
class AccountOwesLess(Refusal):
    """More than what is owed cannot be settled."""

    owed_fen: int
    asked_fen: int


@dataclass(eq=False)
class PlateNotOnAccount(Refusal):
    """This plate is not one of the account's."""

    plate: str
    name: str


@dataclass(eq=False)
class AccountNameUnfit(Refusal):
    """An account needs a name of 1 to 60 letters."""


# --- bills, members, points -------------------------------------------------------------------------------------------


@dataclass(eq=False)
class SaleInUse(Refusal):
    """The bill is open at another place, or in another person's hands."""

    sale: str
    place: str
    cashier: str


@dataclass(eq=False)
class LineUnfit(Refusal):
    """This cannot be done with this line: a pump's figures stand as the pump reported them."""

    line: str


@dataclass(eq=False)
class TitleMissing(Refusal):
    """Goods typed by hand need a name."""


@dataclass(eq=False)
class DiscountUnfit(Refusal):
    """More than the line costs cannot be taken off it."""

    most_fen: int
    asked_fen: int


@dataclass(eq=False)
class RoundingTooFar(Refusal):
    """The station does not round this far."""

    to: str


@dataclass(eq=False)
class TooManyHeld(Refusal):
    """So many bills are held that no more fit on the list: finish some first."""

    limit: int


@dataclass(eq=False)
class MemberNotFound(Refusal):
    """No member has this code, phone number or plate."""

    text: str


@dataclass(eq=False)
class MemberNeedsChoice(Refusal):
    """Several members share this plate: choose one. Each is (member's id, name, masked phone)."""

    choices: tuple[tuple[str, str, str], ...]


@dataclass(eq=False)
class MemberNotProven(Refusal):
    """A phone number or a plate only names a member: his points and balance need his code."""


@dataclass(eq=False)
class NoMemberOnBill(Refusal):
    """Put the member on the bill first."""


@dataclass(eq=False)
class PointsNotEnough(Refusal):
    """The member has fewer points, or they are held for another bill."""

    have: int
    asked: int


@dataclass(eq=False)
class PointsUnfit(Refusal):
    """Points are a whole number from 1, and they must take something off."""

    points: int


@dataclass(eq=False)
class PointsAlreadyOnBill(Refusal):
    """Points stand on this bill already; take them off first."""


@dataclass(eq=False)
class PointsHoldGone(Refusal):
    """The points are no longer set aside for this bill."""


@dataclass(eq=False)
class OfferUnfit(Refusal):
    """The offer cannot be so; `wrong` names the field."""

    wrong: str


@dataclass(eq=False)
class OfferNotFound(Refusal):
    """There is no such offer, or it has ended."""

    offer: str


@dataclass(eq=False)
class MessageNotAside(Refusal):
    """This message is not among those that the cloud refused, or somebody has seen to it."""

    message: str


@dataclass(eq=False)
class BarcodeTaken(Refusal):
    """Other goods have this barcode; perhaps some that are no longer sold."""

    name: str
    barcode: str


@dataclass(eq=False)
class QuickKeyTaken(Refusal):
    """Other goods have this place among the quick keys."""

    name: str


@dataclass(eq=False)
class CouponBelowFloor(Refusal):
    """The fuel costs its floor already: the coupon could take nothing off."""


@dataclass(eq=False)
class MemberCodeExpired(Refusal):
    """The code on the member's phone is over, was not issued, or is for another bill."""


@dataclass(eq=False)
class RechargeCardNotFound(Refusal):
    """There is no recharge card with this code or number."""


@dataclass(eq=False)
class BillNotFound(Refusal):
    """No completed bill has this number, trade number or plate, as far back as is looked."""

    text: str
