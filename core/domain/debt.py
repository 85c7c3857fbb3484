"""Debt: a fill whose customer has gone without paying, until it is collected, written off, or was none."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.domain.copying import replace
from core.domain.fill import Fill
from core.domain.ids import DebtId, FillId, PumpNumber, SaleId, ShiftId, StaffId
from core.domain.money import Money
from core.domain.plate import plate_of
from core.domain.refusals.pumps import DebtClosed, DueDayUnfit, WhoOwesMissing
from core.domain.refusals.typed import PhoneUnfit
from core.domain.words import one_line

LONGEST_NAME = 40
LONGEST_NOTE = 200
LONGEST_PROMISE_DAYS = 90
_PHONE = re.compile(r"1[3-9]\d{9}")


class DebtKind(StrEnum):
    """How the customer went."""

    DRIVE_OFF = "drive_off"
    PROMISE = "promise"


class DebtState(StrEnum):
    """open -> collected, written_off or withdrawn; a collected one whose bill is refunded is a fresh fill at the counter."""

    OPEN = "open"
    COLLECTED = "collected"
    WRITTEN_OFF = "written_off"
    WITHDRAWN = "withdrawn"  # it was none


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who went, as far as anybody knows."""

    person: str = ""
    plate: str = ""
    phone: str = ""
    note: str = ""

    def tidied(self) -> "Debtor":
        """As it is stored. Raises PlateUnfit, PhoneUnfit."""
        phone = "".join(self.phone.split())
        if phone and not _PHONE.fullmatch(phone):
            raise PhoneUnfit
        return Debtor(
            one_line(self.person)[:LONGEST_NAME],
            plate_of(self.plate) if self.plate.strip() else "",
            phone,
            one_line(self.note)[:LONGEST_NOTE],
        )


@dataclass(frozen=True, slots=True)
class Debt:
    """What one customer owes for one fill."""

    id: DebtId
    number: str  # "Q20261122-3-0143": day, pump and the controller's number
    kind: DebtKind
    fill: FillId
    pump: PumpNumber
    amount: Money
    at: datetime
    by: StaffId
    shift: ShiftId | None = None
    person: str = ""
    plate: str = ""
    phone: str = ""
    note: str = ""
    due_on: date | None = None
    state: DebtState = DebtState.OPEN
    sale: SaleId | None = None  # the bill that collected it
    ended_at: datetime | None = None
    reason: str = ""

    def is_overdue(self, today: date) -> bool:
        """Whether a promise was not kept."""
        return self.state is DebtState.OPEN and self.due_on is not None and self.due_on < today

    def ended(self, state: DebtState, at: datetime, reason: str = "", sale: SaleId | None = None) -> "Debt":
        """Collected, written off, or withdrawn. Raises DebtClosed."""
        if self.state is not DebtState.OPEN:
            raise DebtClosed(self.number, self.state)
        return replace(self, state=state, ended_at=at, reason=one_line(reason)[:LONGEST_NOTE], sale=sale)


@dataclass(frozen=True, slots=True)
class OwedFill:
    """What somebody owes, with its fill."""

    debt: Debt
    fill: Fill
    overdue: bool


def check_due(kind: DebtKind, debtor: Debtor, due_on: date | None, today: date) -> None:
    """Refuse a promise of nobody, or for a day that is past or too far away. Raises WhoOwesMissing, DueDayUnfit."""
    if kind is DebtKind.DRIVE_OFF:
        return
    if not debtor.person or not debtor.phone or due_on is None:
        raise WhoOwesMissing
    if not today <= due_on <= today + timedelta(days=LONGEST_PROMISE_DAYS):
        raise DueDayUnfit(LONGEST_PROMISE_DAYS)


def debt_number(fill: Fill, today: date) -> str:
    """By which the customer and the station find it again."""
    return f"Q{today:%Y%m%d}-{fill.pump}-{abs(fill.transaction):04d}"
