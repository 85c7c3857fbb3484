"""What somebody typed does not do, whatever it was for."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class AmountUnfit(Refusal):
    """The amount is negative, zero where it may not be, or absurdly large."""

    amount_fen: int


@dataclass(eq=False)
class ReasonMissing(Refusal):
    """What is asked for has to say why."""


@dataclass(eq=False)
class QuantityUnfit(Refusal):
    """A quantity is a whole number from 1 to 999."""

    quantity: int


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


@dataclass(eq=False)
class PhoneUnfit(Refusal):
    """That is not a mobile number of mainland China."""


@dataclass(eq=False)
class TitleMissing(Refusal):
    """Goods typed by hand need a name."""
