"""Bills and their lines: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


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
class LineNotFound(Refusal):
    """There is no such line on the bill."""

    line: str


@dataclass(eq=False)
class CodeUnknown(Refusal):
    """The scanned code is neither goods nor a coupon nor a payer's code."""

    text: str


@dataclass(eq=False)
class SaleNotCompleted(Refusal):
    """Only a completed bill can be refunded."""

    sale: str


@dataclass(eq=False)
class SaleOfAnotherShift(Refusal):
    """Only a bill of the open shift can be voided; an older one is refunded."""

    number: str


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
class BillNotFound(Refusal):
    """No completed bill has this number, trade number or plate, as far back as is looked."""

    text: str
