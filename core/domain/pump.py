"""Pump and Nozzle, the pump's states (IFSF names), Preset, Authorisation and what a pump reports."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.ids import (
    AuthorisationId,
    FillId,
    GradeCode,
    NozzleId,
    NozzleNumber,
    OrderId,
    PrepayId,
    PumpNumber,
    SaleId,
    StaffId,
    nozzle_id,
)
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.price import UnitPrice
from core.domain.refusals.pumps import AuthorisationClosed, PumpBusy


@dataclass(frozen=True, slots=True)
class Nozzle:
    """One hose of a pump and the grade in it."""

    pump: PumpNumber
    number: NozzleNumber
    grade: GradeCode

    @property
    def id(self) -> NozzleId:
        """The nozzle's station-wide name."""
        return nozzle_id(self.pump, self.number)


@dataclass(frozen=True, slots=True)
class Pump:
    """A fuelling point: one car at a time."""

    number: PumpNumber
    nozzles: tuple[Nozzle, ...]

    def nozzle(self, number: NozzleNumber) -> Nozzle | None:
        """The nozzle of that number, or None."""
        return next((nozzle for nozzle in self.nozzles if nozzle.number == number), None)


class PumpState(StrEnum):
    """IFSF's names for what a fuelling point is doing, and two of ours: OFFLINE and UNKNOWN."""

    UNKNOWN = "unknown"
    OFFLINE = "offline"
    INOPERATIVE = "inoperative"
    CLOSED = "closed"
    IDLE = "idle"
    CALLING = "calling"
    AUTHORISED = "authorised"
    STARTED = "started"
    FUELLING = "fuelling"
    SUSPENDED = "suspended_fuelling"


class PresetKind(StrEnum):
    """How far a pump may go."""

    AMOUNT = "amount"
    VOLUME = "volume"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Preset:
    """The most that a pump may deliver: an amount, a volume, or until the tank is full."""

    kind: PresetKind
    amount: Money = ZERO
    volume: Litres = NO_LITRES

    def __post_init__(self) -> None:
        if self.kind is PresetKind.AMOUNT and self.amount.fen <= 0:
            raise ValueError("a preset by amount needs an amount")
        if self.kind is PresetKind.VOLUME and self.volume.millilitres <= 0:
            raise ValueError("a preset by volume needs a volume")


class AuthorisationState(StrEnum):
    """pending -> authorised -> finished; pending -> refused; authorised -> cancelled."""

    PENDING = "pending"
    AUTHORISED = "authorised"
    FINISHED = "finished"
    REFUSED = "refused"
    CANCELLED = "cancelled"


OPEN_AUTHORISATIONS = (AuthorisationState.PENDING, AuthorisationState.AUTHORISED)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Leave for one pump to make one fill; written down before the pump is asked."""

    id: AuthorisationId
    pump: PumpNumber
    nozzle: NozzleNumber | None
    preset: Preset
    price: UnitPrice | None
    requested_by: StaffId
    requested_at: datetime
    order: OrderId | None = None
    sale: SaleId | None = None
    prepay: PrepayId | None = None
    state: AuthorisationState = AuthorisationState.PENDING
    transaction: int | None = None  # the controller's number, once it has answered
    fill: FillId | None = None
    reason: str = ""  # the code of the refusal or fault that ended it

    def authorised(self, transaction: int) -> "Authorisation":
        """After the controller has taken it."""
        self._must_be(AuthorisationState.PENDING, AuthorisationState.AUTHORISED)
        return replace(self, state=AuthorisationState.AUTHORISED, transaction=transaction)

    def refused(self, reason: str) -> "Authorisation":
        """After the controller has said no."""
        self._must_be(AuthorisationState.PENDING)
        return replace(self, state=AuthorisationState.REFUSED, reason=reason)

    def finished(self, fill: FillId) -> "Authorisation":
        """After the fill it allowed has been booked."""
        self._must_be(AuthorisationState.PENDING, AuthorisationState.AUTHORISED)
        return replace(self, state=AuthorisationState.FINISHED, fill=fill)

    def cancelled(self, reason: str) -> "Authorisation":
        """After it was taken back before any fuel flowed."""
        self._must_be(AuthorisationState.PENDING, AuthorisationState.AUTHORISED)
        return replace(self, state=AuthorisationState.CANCELLED, reason=reason)

    def _must_be(self, *states: AuthorisationState) -> None:
        if self.state not in states:
            raise AuthorisationClosed(self.id, self.state)


@dataclass(frozen=True, slots=True)
class PumpReading:
    """What a pump is doing at a moment. Live figures are for the eye only; money comes from an EndedFill."""

    pump: PumpNumber
    state: PumpState
    at: datetime
    nozzle: NozzleNumber | None = None
    volume: Litres = NO_LITRES
    amount: Money = ZERO
    price: UnitPrice | None = None
    transaction: int | None = None
    preset: Preset | None = None


@dataclass(frozen=True, slots=True)
class EndedFill:
    """The controller's final record of a fill; it repeats until the transaction is closed there."""

    pump: PumpNumber
    nozzle: NozzleNumber
    transaction: int
    volume: Litres
    price: UnitPrice
    amount: Money
    started_at: datetime | None
    ended_at: datetime
    totaliser: Litres | None = None  # the nozzle's counter after the fill
    timed: bool = True  # `ended_at` is the controller's own time; else when we first saw the record
    offline: bool = False  # made at the pump while it or its controller could not be reached


FREE = (PumpState.IDLE, PumpState.CALLING)


def check_free(pump: PumpNumber, promised: Authorisation | None, reading: PumpReading | None) -> None:
    """Refuse with PumpBusy unless nothing is promised on the pump and it stands idle or calling."""
    if promised is not None:
        raise PumpBusy(pump, PumpState.AUTHORISED)
    if reading is None or reading.state not in FREE:
        raise PumpBusy(pump, reading.state if reading else PumpState.UNKNOWN)
