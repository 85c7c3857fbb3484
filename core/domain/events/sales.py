"""What happened to a bill and its payments."""

from dataclasses import dataclass

from core.domain.events.event import Event


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
