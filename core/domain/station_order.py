"""StationOrder: an online order as the station serves it, from its arrival to its end."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.ids import AuthorisationId, FillId, GradeCode, NozzleNumber, OrderId, PumpNumber, StaffId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import Preset, PresetKind
from core.domain.refusals.orders import OrderStateUnfit


class ServiceState(StrEnum):
    """What the attendant has done with a reserved (paid) order.

    waiting -> claiming -> accepted -> plate_checked -> authorising -> authorised -> fuelling -> filled -> completed;
    from any before fuelling -> declined; waiting -> withdrawn (the driver or the clock took it back). Where another car
    stands at the pump: accepted -> other_car, until the driver or the attendant says that it is the right one after all.
    """

    WAITING = "waiting"
    CLAIMING = "claiming"
    ACCEPTED = "accepted"
    OTHER_CAR = "other_car"
    PLATE_CHECKED = "plate_checked"
    AUTHORISING = "authorising"
    AUTHORISED = "authorised"
    FUELLING = "fuelling"
    FILLED = "filled"
    COMPLETED = "completed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


ENDED = (ServiceState.COMPLETED, ServiceState.DECLINED, ServiceState.WITHDRAWN)
_S = ServiceState
_MOVES: dict[ServiceState, tuple[ServiceState, ...]] = {
    _S.WAITING: (_S.CLAIMING, _S.DECLINED, _S.WITHDRAWN),
    _S.CLAIMING: (_S.WAITING, _S.ACCEPTED, _S.WITHDRAWN),
    _S.ACCEPTED: (_S.PLATE_CHECKED, _S.OTHER_CAR, _S.DECLINED),
    _S.OTHER_CAR: (_S.PLATE_CHECKED, _S.ACCEPTED, _S.DECLINED),
    _S.PLATE_CHECKED: (_S.AUTHORISING, _S.OTHER_CAR, _S.DECLINED),
    _S.AUTHORISING: (_S.PLATE_CHECKED, _S.AUTHORISED, _S.FUELLING, _S.FILLED),
    _S.AUTHORISED: (_S.FUELLING, _S.FILLED, _S.PLATE_CHECKED, _S.DECLINED),
    _S.FUELLING: (_S.FILLED,),
    _S.FILLED: (_S.COMPLETED, _S.DECLINED),
    _S.COMPLETED: (),
    _S.DECLINED: (),
    _S.WITHDRAWN: (),
}


@dataclass(frozen=True, slots=True)
class StationOrder:
    """A paid order at this station. `ordered` is gross (the pump's preset), `paid` what the driver paid."""

    id: OrderId
    code: str  # six digits that the driver can show
    pump: PumpNumber
    nozzle: NozzleNumber
    grade: GradeCode
    price: UnitPrice
    by_volume: bool
    ordered: Money
    volume: Litres
    discount: Money
    paid: Money
    plate: str
    car: str
    driver_phone: str  # masked
    paid_at: datetime
    received_at: datetime
    state: ServiceState = ServiceState.WAITING
    served_by: StaffId | None = None
    accepted_at: datetime | None = None
    claim: str = ""
    authorisation: AuthorisationId | None = None
    fill: FillId | None = None
    reason: str = ""
    ended_at: datetime | None = None
    # What becomes of it once the pump's promise is back: returned for that reason, or served at that other nozzle.
    leaving: str = ""
    to_pump: PumpNumber | None = None
    to_nozzle: NozzleNumber | None = None
    differs: str = (
        ""  # which characters of the plate the attendant sees otherwise, "1" the first; "" the whole car
    )
    reminded_at: datetime | None = None  # when the station was told that it stands still

    @property
    def preset(self) -> Preset:
        """How far the pump may go for this order."""
        if self.by_volume:
            return Preset(PresetKind.VOLUME, volume=self.volume)
        return Preset(PresetKind.AMOUNT, amount=self.ordered)

    @property
    def is_turning(self) -> bool:
        """Whether its pump is to be taken back, so that it can be returned or go to another."""
        return bool(self.leaving) or self.to_pump is not None

    def moved(self, state: ServiceState) -> "StationOrder":
        """The order one step on. The same step again changes nothing; a step it cannot take raises OrderStateUnfit.

        Once fuel flows it is too late to turn back: the order stays at its pump.
        """
        if state is self.state:
            return self
        if state not in _MOVES[self.state]:
            raise OrderStateUnfit(self.id, self.state)
        if state in (ServiceState.FUELLING, ServiceState.FILLED) and self.is_turning:
            return replace(self, state=state, leaving="", to_pump=None, to_nozzle=None)
        return replace(self, state=state)

    def waits_for_car(self) -> bool:
        """Whether it is accepted and no fuel has flowed: somebody has to come, look, or lift the nozzle."""
        return self.state in (
            ServiceState.ACCEPTED,
            ServiceState.OTHER_CAR,
            ServiceState.PLATE_CHECKED,
            ServiceState.AUTHORISED,
        )


@dataclass(frozen=True, slots=True)
class OrderRules:
    """How long an order may stand still at this station, and what then happens by itself; None is never.

    `decline_after` nobody accepted; `return_after` nobody came to a pump that waits for the car, counted from the
    acceptance. Without `attendant_confirms` a finished fill completes its order by itself.
    """

    late_after: timedelta = timedelta(seconds=60)
    decline_after: timedelta | None = None
    remind_after: timedelta | None = timedelta(minutes=5)
    return_after: timedelta | None = None
    attendant_confirms: bool = True
