"""What people did at a sign-in, and who may what."""

from dataclasses import dataclass

from core.domain.events.event import Event


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
