"""What the controller does with each pump request but PumpAuthorize."""

from core.simulated.pts_controller import errors
from core.simulated.pts_controller.authorisation import SYSTEM_USER, refuse_other_user
from core.simulated.pts_controller.errors import PacketRefused
from core.simulated.pts_controller.numbers import litres, unit_price, whole, yuan
from core.simulated.pts_controller.pump import Answer, Pump, State
from core.simulated.pts_controller.request import Reply, Request
from core.simulated.pts_controller.site import HIGHEST_NOZZLE
from core.simulated.pts_controller.status import (
    finished_transaction,
    grade_fields,
    open_transaction,
    report_row,
    status,
)

PUMP_ANSWERS_AFTER_SECONDS = 0.3
"""How long a pump takes to tell its totals or prices, at pace 1."""


def get_status(request: Request) -> Reply:
    pump = request.pump()
    request.forecourt.count_poll(pump.id)
    return status(request.forecourt, pump)


def get_transaction_information(request: Request) -> Reply:
    pump = request.pump()
    number = request.transaction(least=0) or 0
    heard = pump if pump.online else request.forecourt.as_last_heard(pump)
    if heard.order is not None and number in (0, heard.order.transaction):
        _refuse_stranger(request, heard.order.user_id)
        return "PumpTransactionInformation", open_transaction(request.forecourt, heard)
    journal = request.forecourt.journal
    record = request.forecourt.last_heard_fill(pump.id) if number == 0 else journal.find(pump.id, number)
    if record is None:
        missing = {"Pump": pump.id, "Transaction": number, "State": "Not found"}
        return "PumpTransactionInformation", missing
    _refuse_stranger(request, record.user_id)
    return "PumpTransactionInformation", finished_transaction(request.forecourt, record)


def stop(request: Request) -> Reply:
    pump = request.pump()
    refuse_other_user(request, pump)
    return _stop(request, pump)


def emergency_stop(request: Request) -> Reply:
    pump = request.pump()
    _stop(request, pump)
    pump.user = ""
    if pump.state is State.IDLE:
        pump.request = ""
    request.forecourt.changed(pump)
    return None


def suspend(request: Request) -> Reply:
    return _set_suspended(request, True)


def resume(request: Request) -> Reply:
    return _set_suspended(request, False)


def close_transaction(request: Request) -> Reply:
    pump = request.pump()
    number = request.transaction(least=1)
    if number is None:
        raise PacketRefused(errors.NO_PUMP_TRANSACTION_NUMBER)
    if pump.state is not State.ENDED or pump.order is None:
        raise PacketRefused(errors.PUMP_NOT_END_OF_TRANSACTION)
    if pump.order.transaction != number:
        raise PacketRefused(errors.TRANSACTION_NUMBER_NOT_MATCH)
    if pump.user and pump.user != request.user.login:
        raise PacketRefused(errors.USER_NOT_MATCH)
    request.forecourt.close_sale(pump)
    request.forecourt.changed(pump)
    return None


def lock(request: Request) -> Reply:
    pump = request.pump()
    if pump.user != SYSTEM_USER:
        refuse_other_user(request, pump)
    pump.user = request.user.login
    if pump.state is State.IDLE and not pump.request:
        pump.request = "PumpLock"
    request.forecourt.changed(pump)
    return None


def unlock(request: Request) -> Reply:
    pump = request.pump()
    if pump.user != request.user.login:
        raise PacketRefused(errors.PUMP_NOT_LOCKED_BY_USER)
    if pump.state is State.IDLE and pump.request == "PumpLock":
        pump.user = pump.request = ""
    else:
        pump.user = SYSTEM_USER
    request.forecourt.changed(pump)
    return None


def get_totals(request: Request) -> Reply:
    pump = request.pump()
    number = _nozzle(request, pump)
    _begin(request, pump)
    nozzle = pump.nozzles[number - 1]
    last = request.forecourt.last_heard_fill(pump.id)
    _answer_later(
        request,
        pump,
        "PumpTotals",
        {
            "Pump": pump.id,
            "Nozzle": number,
            **grade_fields(request.forecourt, nozzle.grade_id),
            "Volume": litres(nozzle.totaliser_ml),
            "Amount": yuan(nozzle.totaliser_fen),
            "Transaction": last.transaction_number if last is not None else 0,
            "User": request.user.login,
        },
    )
    return None


def get_last_saved_totals(request: Request) -> Reply:
    pump = request.pump()
    nozzles = [
        {
            "Nozzle": place,
            **grade_fields(request.forecourt, nozzle.grade_id),
            "Volume": litres(nozzle.totaliser_ml),
            "Amount": yuan(nozzle.totaliser_fen),
        }
        for place, nozzle in enumerate(pump.nozzles, start=1)
    ]
    return "PumpLastSavedTotals", {"Pump": pump.id, "Nozzles": nozzles}


def get_prices(request: Request) -> Reply:
    pump = request.pump()
    _begin(request, pump)
    _answer_prices(request, pump)
    return None


def set_prices(request: Request) -> Reply:
    pump = request.pump()
    named = request.data.get("Prices")
    if not isinstance(named, list) or not 1 <= len(named) <= HIGHEST_NOZZLE:
        raise PacketRefused(errors.NO_PRICE_VALUE)
    prices = [whole(price, 3) for price in named]
    if any(price is None or price < 0 for price in prices):
        raise PacketRefused(errors.NO_PRICE_VALUE)
    _begin(request, pump)
    for nozzle, price in zip(pump.nozzles, prices, strict=False):
        nozzle.price_li = price or 0
    _answer_prices(request, pump)
    request.forecourt.changed(pump)
    return None


def report_transactions(request: Request) -> Reply:
    pump_id = 0 if request.data.get("Pump") == 0 else request.pump().id
    number = request.transaction(least=0) or 0
    start, end = request.moment("DateTimeStart"), request.moment("DateTimeEnd")
    if start > end:
        raise PacketRefused(errors.DATE_OUT_OF_RANGE)
    rows = [
        report_row(request.forecourt, record)
        for record in request.forecourt.journal.stored()
        if pump_id in (0, record.pump)
        and number in (0, record.transaction_number)
        and start <= record.started_at
        and record.ended_at <= end
    ]
    return "ReportPumpTransactions", rows


def _stop(request: Request, pump: Pump) -> Reply:
    if not pump.online:
        raise PacketRefused(errors.OPERATION_ERROR)
    if pump.state is State.AUTHORISED:
        pump.withdraw()
    elif pump.state is State.FILLING:
        pump.end(request.forecourt.now())
    request.forecourt.changed(pump)
    return None


def _set_suspended(request: Request, suspended: bool) -> Reply:
    pump = request.pump()
    refuse_other_user(request, pump)
    if pump.state is not State.FILLING or pump.fill is None:
        raise PacketRefused(errors.PUMP_NOT_IN_FILLING_PROCESS)
    if not pump.online:
        raise PacketRefused(errors.OPERATION_ERROR)
    pump.fill.suspended = suspended
    pump.fill.rate_ml_a_minute = 0
    request.forecourt.changed(pump)
    return None


def _begin(request: Request, pump: Pump) -> None:
    """Refuse what has to wait for the pump while the pump has something else to do."""
    refuse_other_user(request, pump)
    if not pump.online:
        raise PacketRefused(errors.OPERATION_ERROR)
    if pump.state is State.FILLING:
        raise PacketRefused(errors.PUMP_BUSY_FILLING, Pump=pump.id)
    waiting = [a for a in pump.answers if a.ready_at_seconds > request.forecourt.clock.seconds()]
    if waiting:
        raise PacketRefused(errors.PUMP_BUSY_OTHER_REQUEST, Pump=pump.id, Request=_asked(waiting[0]))
    if pump.state is State.AUTHORISED:
        raise PacketRefused(errors.PUMP_BUSY_OTHER_REQUEST, Pump=pump.id, Request="PumpAuthorize")


def _asked(answer: Answer) -> str:
    return "PumpGetTotals" if answer.type == "PumpTotals" else "PumpGetPrices"


def _answer_prices(request: Request, pump: Pump) -> None:
    prices = [unit_price(nozzle.price_li) for nozzle in pump.nozzles]
    _answer_later(
        request, pump, "PumpPrices", {"Pump": pump.id, "Prices": prices, "User": request.user.login}
    )


def _answer_later(request: Request, pump: Pump, type_name: str, data: dict[str, object]) -> None:
    ready_at = request.forecourt.clock.seconds() + PUMP_ANSWERS_AFTER_SECONDS / request.forecourt.pace
    pump.answers.append(Answer(ready_at, type_name, data))


def _nozzle(request: Request, pump: Pump) -> int:
    if "Nozzle" in request.data:
        number = request.whole("Nozzle")
        if number is None or not 1 <= number <= len(pump.nozzles):
            raise PacketRefused(errors.NOZZLE_NUMBER_OUT_OF_RANGE)
        return number
    grade_id = request.whole("FuelGradeId")
    if grade_id is None:
        raise PacketRefused(errors.NO_NOZZLE_NUMBER_NOR_FUEL_GRADE_ID)
    for place, nozzle in enumerate(pump.nozzles, start=1):
        if nozzle.grade_id == grade_id:
            return place
    raise PacketRefused(errors.NO_NOZZLE_NUMBER_FROM_GRADE_ID)


def _refuse_stranger(request: Request, owner_id: int) -> None:
    if owner_id not in (0, request.user.id) and "Reports" not in request.user.permissions:
        raise PacketRefused(errors.USER_NOT_MATCH)
