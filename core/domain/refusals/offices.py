"""The head office's users and what they do: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class OfficeSignInWrong(Refusal):
    """Login, password or code is not right; which of them is told to nobody."""


@dataclass(eq=False)
class OfficeDutyMissing(Refusal):
    """The user's roles do not carry this duty."""

    duty: str


@dataclass(eq=False)
class OfficeStationsLimited(Refusal):
    """This is about all stations, and the user is limited to some."""


@dataclass(eq=False)
class OfficePasswordUnfit(Refusal):
    """Too short, too simple, or the login itself."""

    shortest: int


@dataclass(eq=False)
class OfficePasswordCommon(Refusal):
    """Among the passwords that are tried first: a common one, or the house's words and the person's own name."""


@dataclass(eq=False)
class OfficeEnrolmentOver(Refusal):
    """The enrolment code is wrong, used, or its time is over."""


@dataclass(eq=False)
class OfficeUserNotFound(Refusal):
    """There is no such user of the head office."""


@dataclass(eq=False)
class OfficeLoginUnfit(Refusal):
    """A login is 3 to 40 small letters, digits, dots and dashes, and nobody else's."""

    login: str


@dataclass(eq=False)
class OfficeRoleBuiltIn(Refusal):
    """A role that every cloud has is not changed."""


@dataclass(eq=False)
class StationGroupNotFound(Refusal):
    """There is no such group of stations."""


@dataclass(eq=False)
class StationGroupInUse(Refusal):
    """Users are limited to this group."""

    people: int


@dataclass(eq=False)
class SecondPersonNeeded(Refusal):
    """This is done only after another person has agreed; ask for it under this kind, about this, with these particulars."""

    kind: str
    about: str
    particulars: dict[str, object]


@dataclass(eq=False)
class SecondPersonDisagrees(Refusal):
    """There is no agreement to this: not asked, not given, refused, used, too old, or for something else."""


@dataclass(eq=False)
class RequestDecided(Refusal):
    """Somebody has decided this request already, or its time is over."""
