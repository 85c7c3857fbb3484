"""Messages and requests between station, driver and cloud: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class UnknownMessage(Refusal):
    """A message of a kind or version that this side does not know, or that is not well formed."""

    kind: str
    why: str


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
class TooManyRequests(Refusal):
    """One asker asks more than a worker can give to one."""

    retry_after_seconds: int


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
class IdempotencyKeyReused(Refusal):
    """The same key came before with another request."""


@dataclass(eq=False)
class MessageNotAside(Refusal):
    """This message is not among those that the cloud refused, or somebody has seen to it."""

    message: str
