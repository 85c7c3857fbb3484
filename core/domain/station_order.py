"""StationOrder: an online order as the station serves it, from its arrival to its end."""

from dataclasses import dataclass, replace
from datetime import datetime
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
    from any before fuelling -> declined; waiting -> withdrawn (the driver or the clock took it back).
    """

    WAITING = "waiting"
    CLAIMING = "claiming"
    ACCEPTED = "accepted"
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
    _S.ACCEPTED: (_S.PLATE_CHECKED, _S.DECLINED),
    _S.PLATE_CHECKED: (_S.AUTHORISING, _S.DECLINED),
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

    @property
    def preset(self) -> Preset:
        """How far the pump may go for this order."""
        if self.by_volume:
            return Preset(PresetKind.VOLUME, volume=self.volume)
        return Preset(PresetKind.AMOUNT, amount=self.ordered)

    def moved(self, state: ServiceState) -> "StationOrder":
        """The order one step on. The same step again changes nothing; a step it cannot take raises OrderStateUnfit."""
        if state is self.state:
            return self
        if state not in _MOVES[self.state]:
            raise OrderStateUnfit(self.id, self.state)
        return replace(self, state=state)
