"""Customers who buy on credit: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


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
