"""What the controller says of a pump: the answers to PumpGetStatus and PumpGetTransactionInformation."""

from decimal import Decimal

from core.simulated.pts_controller.forecourt import Forecourt
from core.simulated.pts_controller.journal import Record
from core.simulated.pts_controller.numbers import litres, unit_price, yuan
from core.simulated.pts_controller.pump import Fill, Pump, State

Fields = dict[str, object]

TANK_TEMPERATURE_TENTHS = 183
"""18.3 degrees: what the probes measure all year."""


def status(forecourt: Forecourt, pump: Pump) -> tuple[str, Fields]:
    """The type and the data of the answer to one PumpGetStatus."""
    if not pump.online:
        return "PumpOfflineStatus", _offline(forecourt, forecourt.as_last_heard(pump))
    if pump.answers and pump.answers[0].ready_at_seconds <= forecourt.clock.seconds():
        answer = pump.answers.pop(0)
        return answer.type, answer.data
    if pump.state is State.FILLING:
        return "PumpFillingStatus", {"Pump": pump.id} | _filling(forecourt, pump)
    if pump.state is State.ENDED:
        return "PumpEndOfTransactionStatus", {"Pump": pump.id} | _ended(forecourt, pump)
    return "PumpIdleStatus", {"Pump": pump.id} | _idle(forecourt, pump)


def transaction_state(pump: Pump) -> str:
    if pump.state is State.AUTHORISED and pump.order is not None:
        return "Authorized" if pump.order.one_nozzle else "WaitingNozzleUpForAuthorization"
    return {State.FILLING: "Filling", State.ENDED: "EndOfTransaction"}.get(pump.state, "Finished")


def open_transaction(forecourt: Forecourt, pump: Pump) -> Fields:
    """PumpTransactionInformation of an order that is not closed yet."""
    assert pump.order is not None
    fields: Fields = {
        "Pump": pump.id,
        "Transaction": pump.order.transaction,
        "State": transaction_state(pump),
        "UserId": pump.order.user_id,
    }
    if pump.state is State.AUTHORISED:
        return fields | ordered(pump)
    running = _filling(forecourt, pump) if pump.state is State.FILLING else _ended(forecourt, pump)
    for name in ("User", "NozzleUp", "FlowRate"):
        running.pop(name, None)
    return running | fields


def finished_transaction(forecourt: Forecourt, record: Record) -> Fields:
    fields = report_row(forecourt, record) | {"State": "Finished"}
    del fields["FlowRate"]
    return fields


def report_row(forecourt: Forecourt, record: Record) -> Fields:
    """One element of ReportPumpTransactions."""
    return {
        "DateTimeStart": record.started_at.isoformat(),
        "DateTime": record.ended_at.isoformat(),
        "Pump": record.pump,
        "Nozzle": record.nozzle,
        **grade_fields(forecourt, record.grade_id),
        "Transaction": record.transaction_number,
        "Volume": litres(record.volume_ml),
        "TCVolume": compensated(forecourt, record.grade_id, record.volume_ml),
        "Price": unit_price(record.price_li),
        "Amount": yuan(record.amount_fen),
        "TotalVolume": litres(record.totaliser_after_ml),
        "TotalAmount": yuan(record.totaliser_after_fen),
        "FlowRate": record.rate_ml_a_minute // 1000,
        "Tag": record.tag,
        "IsOffline": record.offline,
        "UserId": record.user_id,
    }


def grade_fields(forecourt: Forecourt, grade_id: int, prefix: str = "") -> Fields:
    grade = forecourt.grades.get(grade_id)
    if grade is None:
        return {}
    return {f"{prefix}FuelGradeId": grade.id, f"{prefix}FuelGradeName": grade.name}


def compensated(forecourt: Forecourt, grade_id: int, volume_ml: int) -> Decimal:
    """The volume at 15 degrees."""
    grade = forecourt.grades.get(grade_id)
    if grade is None or not grade.expansion_ppm:
        return litres(0)
    shrinks_ppm = grade.expansion_ppm * (TANK_TEMPERATURE_TENTHS - 150) // 10
    return litres(volume_ml - volume_ml * shrinks_ppm // 1_000_000)


def ordered(pump: Pump, with_nozzle: bool = True) -> Fields:
    order = pump.order
    if order is None:
        return {}
    fields: Fields = {}
    if with_nozzle and order.one_nozzle:
        fields["OrderedNozzle"] = order.nozzles[0]
    elif with_nozzle:
        fields["OrderedNozzles"] = list(order.nozzles)
    fields["OrderedType"] = order.kind
    if order.kind == "Volume":
        fields["OrderedDose"] = (
            Decimal(order.dose).scaleb(-3).quantize(Decimal("0.001" if order.dose % 10 else "0.01"))
        )
    elif order.kind == "Amount":
        fields["OrderedDose"] = yuan(order.dose)
    return fields


def _idle(forecourt: Forecourt, pump: Pump) -> Fields:
    fields: Fields = {"NozzleUp": pump.nozzle_up, "Nozzle": pump.nozzle_up}
    if pump.nozzle_up:
        fields |= grade_fields(forecourt, pump.nozzles[pump.nozzle_up - 1].grade_id)
    if pump.state is State.AUTHORISED and pump.order is not None:
        fields["Transaction"] = pump.order.transaction
        if pump.order.tag:
            fields["Tag"] = pump.order.tag
    fields["NozzlePrices"] = [
        unit_price(forecourt.grades[nozzle.grade_id].price_li)
        if nozzle.grade_id in forecourt.grades
        else unit_price(0)
        for nozzle in pump.nozzles
    ]
    fields["Request"] = pump.request or _waiting_for(forecourt, pump)
    if pump.state is State.AUTHORISED:
        fields |= ordered(pump)
    return fields | {"User": pump.user} | _last(forecourt, pump)


def _waiting_for(forecourt: Forecourt, pump: Pump) -> str:
    """The request whose answer the pump has not given yet."""
    waiting = [answer for answer in pump.answers if answer.ready_at_seconds > forecourt.clock.seconds()]
    if not waiting:
        return ""
    return "PumpGetTotals" if waiting[0].type == "PumpTotals" else "PumpGetPrices"


def _filling(forecourt: Forecourt, pump: Pump) -> Fields:
    fill = _fill(pump)
    assert pump.order is not None
    return {
        **_figures(forecourt, pump, fill),
        "FlowRate": fill.rate_ml_a_minute // 1000,
        "IsSuspended": fill.suspended,
        **ordered(pump, with_nozzle=False),
        "User": pump.user,
    }


def _ended(forecourt: Forecourt, pump: Pump) -> Fields:
    fill = _fill(pump)
    assert fill.ended_at is not None
    nozzle = pump.nozzles[fill.nozzle - 1]
    return {
        **_figures(forecourt, pump, fill),
        "TotalVolume": litres(nozzle.totaliser_ml),
        "TotalAmount": yuan(nozzle.totaliser_fen),
        "DateTime": fill.ended_at.isoformat(),
        "NozzleUp": pump.nozzle_up,
        "FlowRate": fill.highest_rate_ml_a_minute // 1000,
        **ordered(pump, with_nozzle=False),
        "User": pump.user,
    }


def _offline(forecourt: Forecourt, pump: Pump) -> Fields:
    fields: Fields = {"Pump": pump.id, "State": transaction_state(pump)}
    if pump.state is State.FILLING:
        running = _filling(forecourt, pump)
        del running["FlowRate"]
        fields |= running | {"NozzleUp": pump.nozzle_up}
    elif pump.state is State.ENDED:
        fields |= _ended(forecourt, pump)
    elif pump.state is State.AUTHORISED and pump.order is not None:
        fields |= {
            "NozzleUp": pump.nozzle_up,
            "Nozzle": pump.nozzle_up,
            "Transaction": pump.order.transaction,
        }
        fields |= ordered(pump)
    fields |= {"Request": pump.request, "User": pump.user}
    return fields | _last(forecourt, pump)


def _figures(forecourt: Forecourt, pump: Pump, fill: Fill) -> Fields:
    assert pump.order is not None
    fields: Fields = {
        "Nozzle": fill.nozzle,
        **grade_fields(forecourt, fill.grade_id),
        "Volume": litres(fill.volume_ml),
        "TCVolume": compensated(forecourt, fill.grade_id, fill.volume_ml),
        "Price": unit_price(fill.price_li),
        "Amount": yuan(fill.amount_fen),
        "Transaction": pump.order.transaction,
        "DateTimeStart": fill.started_at.isoformat(),
    }
    if pump.order.tag:
        fields["Tag"] = pump.order.tag
    return fields


def _last(forecourt: Forecourt, pump: Pump) -> Fields:
    record = forecourt.last_heard_fill(pump.id)
    if record is None:
        return {
            "LastNozzle": 0,
            "LastTransaction": 0,
            "LastVolume": litres(0),
            "LastPrice": unit_price(0),
            "LastAmount": yuan(0),
            "LastUser": "",
            "LastFlowRate": 0,
        }
    return {
        "LastDateTimeStart": record.started_at.isoformat(),
        "LastDateTime": record.ended_at.isoformat(),
        "LastNozzle": record.nozzle,
        **grade_fields(forecourt, record.grade_id, prefix="Last"),
        "LastTransaction": record.transaction_number,
        "LastVolume": litres(record.volume_ml),
        "LastPrice": unit_price(record.price_li),
        "LastAmount": yuan(record.amount_fen),
        "LastTotalVolume": litres(record.totaliser_after_ml),
        "LastTotalAmount": yuan(record.totaliser_after_fen),
        "LastUser": record.login,
        "LastFlowRate": record.rate_ml_a_minute // 1000,
    }


def _fill(pump: Pump) -> Fill:
    assert pump.fill is not None
    return pump.fill
