"""What happened to an account customer."""

from dataclasses import dataclass

from core.domain.events.event import Event


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
