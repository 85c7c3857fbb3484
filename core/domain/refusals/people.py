"""People, their rights and their PINs: what the rules say no to."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.refusals.refusal import Refusal


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
