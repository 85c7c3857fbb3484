"""Shifts, their cash and their papers: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


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
