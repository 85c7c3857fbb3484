"""PumpAuthorize: which nozzles, what dose, at what price, and whether the pump is free for it."""

from core.simulated.pts_controller import errors
from core.simulated.pts_controller.errors import PacketRefused
from core.simulated.pts_controller.numbers import whole
from core.simulated.pts_controller.pump import Order, Pump, State
from core.simulated.pts_controller.request import Reply, Request

HIGHEST_DOSE = 999_999_999
HIGHEST_PRICE_LI = 9_999_999
SYSTEM_USER = "PTS"


def authorise(request: Request) -> Reply:
    pump = request.pump()
    refuse_other_user(request, pump)
    _refuse_busy(request, pump)
    nozzles, one_nozzle, may_price = _nozzles(request, pump)
    kind, dose = _preset(request)
    prices = tuple(_price(request, pump, nozzle, may_price) for nozzle in nozzles)
    _refuse_low_tank(request, pump, nozzles)
    tag = request.data.get("Tag", "")
    order = Order(
        transaction=_transaction(request, pump),
        nozzles=nozzles,
        one_nozzle=one_nozzle,
        kind=kind,
        dose=dose,
        prices_li=prices,
        auto_close=request.flag("AutoCloseTransaction"),
        user_id=request.user.id,
        tag=tag if isinstance(tag, str) else "",
    )
    pump.user = SYSTEM_USER if request.flag("NotApplyUser") else request.user.login
    pump.request = "PumpAuthorize"
    pump.authorise(order, request.forecourt.now())
    request.forecourt.changed(pump)
    return "PumpAuthorizeConfirmation", {"Pump": pump.id, "Transaction": order.transaction}


def refuse_other_user(request: Request, pump: Pump) -> None:
    if pump.user and pump.user != request.user.login:
        raise PacketRefused(errors.PUMP_BUSY_OTHER_USER, Pump=pump.id, User=pump.user)


def _refuse_busy(request: Request, pump: Pump) -> None:
    if not pump.online:
        raise PacketRefused(errors.OPERATION_ERROR)
    if pump.state is State.FILLING:
        raise PacketRefused(errors.PUMP_BUSY_FILLING, Pump=pump.id)
    if pump.state is State.ENDED:
        raise PacketRefused(errors.PUMP_BUSY_OTHER_REQUEST, Pump=pump.id, Request="PumpAuthorize")
    if pump.state is State.AUTHORISED and pump.order is not None:
        price = whole(request.data.get("Price"), 3)
        if price is not None and price not in pump.order.prices_li:
            raise PacketRefused(errors.REPEATED_AUTHORIZE_PRICE_DIFFERENT)
        raise PacketRefused(errors.DUPLICATED_AUTHORIZATION_REQUEST)
    if pump.request not in ("", "PumpLock"):
        raise PacketRefused(errors.PUMP_BUSY_OTHER_REQUEST, Pump=pump.id, Request=pump.request)


def _nozzles(request: Request, pump: Pump) -> tuple[tuple[int, ...], bool, bool]:
    """The nozzles allowed, whether one was named, and whether the request's price counts."""
    data = request.data
    if "Nozzle" in data:
        return (_nozzle(pump, data["Nozzle"]),), True, True
    if "Nozzles" in data:
        named = data["Nozzles"]
        if not isinstance(named, list) or not named:
            raise PacketRefused(errors.NOZZLE_NUMBER_OUT_OF_RANGE)
        return tuple(dict.fromkeys(_nozzle(pump, nozzle) for nozzle in named)), False, True
    if "FuelGradeId" in data:
        return (_nozzle_of_grade(pump, data["FuelGradeId"]),), True, True
    if "FuelGradeIds" in data:
        grades = data["FuelGradeIds"]
        if not isinstance(grades, list) or not grades:
            raise PacketRefused(errors.NO_FUEL_GRADE_ID)
        return tuple(dict.fromkeys(_nozzle_of_grade(pump, grade) for grade in grades)), False, True
    return tuple(range(1, len(pump.nozzles) + 1)), False, False


def _nozzle(pump: Pump, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= len(pump.nozzles):
        raise PacketRefused(errors.NOZZLE_NUMBER_OUT_OF_RANGE)
    return value


def _nozzle_of_grade(pump: Pump, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise PacketRefused(errors.NO_FUEL_GRADE_ID)
    for place, nozzle in enumerate(pump.nozzles, start=1):
        if nozzle.grade_id == value:
            return place
    raise PacketRefused(errors.NO_NOZZLE_NUMBER_FROM_GRADE_ID)


def _preset(request: Request) -> tuple[str, int]:
    kind = request.data.get("Type")
    if kind is None:
        raise PacketRefused(errors.NO_TYPE)
    if kind not in ("Volume", "Amount", "FullTank"):
        raise PacketRefused(errors.TYPE_OUT_OF_RANGE)
    if kind == "FullTank":
        return "FullTank", 0
    # Volumes come in thousandths of a litre; amounts in hundredths of a yuan, as SystemDecimalDigits says.
    dose = whole(request.data.get("Dose"), 3 if kind == "Volume" else 2)
    if dose is None or not 0 < dose <= HIGHEST_DOSE:
        raise PacketRefused(errors.NO_DOSE_VALUE)
    return str(kind), dose


def _price(request: Request, pump: Pump, nozzle: int, may_price: bool) -> int:
    if may_price and "Price" in request.data:
        price = whole(request.data["Price"], 3)
    else:
        grade = request.forecourt.grades.get(pump.nozzles[nozzle - 1].grade_id)
        price = grade.price_li if grade is not None else None
    if price is None or not 0 < price <= HIGHEST_PRICE_LI:
        raise PacketRefused(errors.NO_PRICE_VALUE)
    return price


def _refuse_low_tank(request: Request, pump: Pump, nozzles: tuple[int, ...]) -> None:
    grades = {pump.nozzles[nozzle - 1].grade_id for nozzle in nozzles}
    for tank in request.forecourt.tanks.values():
        if tank.grade_id in grades and tank.volume_ml * 100 < tank.capacity_ml * 3:
            raise PacketRefused(errors.TANK_CRITICAL_LOW)


def _transaction(request: Request, pump: Pump) -> int:
    forced = request.transaction(least=1)
    if forced is None:
        return pump.take_transaction()
    if request.forecourt.journal.find(pump.id, forced) is not None:
        raise PacketRefused(errors.TRANSACTION_NUMBER_ALREADY_EXISTS)
    pump.next_transaction = forced
    return pump.take_transaction()
