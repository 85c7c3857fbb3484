"""The requests of jsonPTS that a station may send, each with the checks that the text gives it."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.second_opinion_controller.channel import Channel, Order
from tests.second_opinion_controller.dispenser import Leave
from tests.second_opinion_controller.errors import Refused
from tests.second_opinion_controller.numbers import cut, is_whole, thousandths
from tests.second_opinion_controller.statuses import moment

if TYPE_CHECKING:
    from tests.second_opinion_controller.controller import Controller

Answer = tuple[str, Any]  # type of the answer and its Data; None for {"Message": "OK"}
_ALL = frozenset({"Configuration", "Control", "Monitoring", "Reports", "Payments", "Shifts"})
_WATCH = frozenset({"Control", "Monitoring"})
_CONTROL = frozenset({"Control"})


def pump_get_status(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """The one that is sent all the time; it also is one round of the controller at the pump."""
    channel = _channel(site, data)
    channel.polled()
    return site.teller.status(channel)


def pump_authorize(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """Nozzle before Nozzles before FuelGradeId before FuelGradeIds."""
    channel = _channel(site, data)
    nozzles, listed, named = _nozzles(site, channel, data)
    kind = data.get("Type")
    if not isinstance(kind, str):
        raise Refused("COULD_NOT_GET_TYPE")
    if kind not in {"Volume", "Amount", "FullTank"}:
        raise Refused("TYPE_OUT_OF_RANGE")
    dose = 0
    if kind != "FullTank":
        found = thousandths(data.get("Dose"))
        if not found:
            raise Refused("COULD_NOT_GET_DOSE_VALUE")
        dose = found if kind == "Volume" else found // 10
    price = None
    if "Price" in data and named:
        price = thousandths(data["Price"])
        if not price:
            raise Refused("COULD_NOT_GET_PRICE_VALUE")
    elif any(not site.price_of(channel.dispenser.number, nozzle) for nozzle in nozzles):
        raise Refused("COULD_NOT_GET_PRICE_VALUE")
    number = data.get("Transaction", 0)
    if not is_whole(number, 0, 65_535):
        raise Refused("PUMP_TRANSACTION_NUMBER_OUT_OF_RANGE")
    by_itself = data.get("AutoCloseTransaction", False)
    if not isinstance(by_itself, bool):
        raise Refused("NOT_ENOUGH_DATA_IN_REQUEST_FOR_EXECUTION")
    order = Order(nozzles, listed, Leave(nozzles, kind, dose), price, by_itself)
    given = channel.authorise(order, user, number)
    return "PumpAuthorizeConfirmation", {"Pump": channel.dispenser.number, "Transaction": given}


def pump_get_transaction_information(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """0 or none is the last."""
    channel = _channel(site, data)
    number = data.get("Transaction", 0)
    if not is_whole(number, 0, 65_535):
        raise Refused("PUMP_TRANSACTION_NUMBER_OUT_OF_RANGE")
    channel.look()
    return "PumpTransactionInformation", site.teller.transaction(channel, number)


def pump_close_transaction(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """Both fields are needed."""
    number = data.get("Transaction")
    if not is_whole(number, 1, 65_535):
        raise Refused("COULD_NOT_GET_PUMP_TRANSACTION_NUMBER")
    assert isinstance(number, int)
    _channel(site, data).close(user, number)
    return "PumpCloseTransaction", None


def pump_get_totals(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """One nozzle at a time."""
    channel = _channel(site, data)
    if "Nozzle" not in data and "FuelGradeId" not in data:
        raise Refused("COULD_NOT_GET_NOZZLE_NUMBER_FUEL_GRADE_ID")
    nozzles, _listed, _named = _nozzles(site, channel, data)
    channel.count(user, nozzles[0])
    return "PumpGetTotals", None


def pump_set_prices(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """The first price is the first nozzle's, and so on."""
    channel = _channel(site, data)
    asked = data.get("Prices")
    if not isinstance(asked, list) or not asked or len(asked) > 6:
        raise Refused("COULD_NOT_GET_PRICE_VALUE")
    wanted = {}
    for nozzle, each in enumerate(asked, start=1):
        price = thousandths(each)
        if price is None:
            raise Refused("COULD_NOT_GET_PRICE_VALUE")
        if (
            nozzle in channel.dispenser.hoses
            and (channel.dispenser.number, nozzle) not in site.deaf_to_prices
        ):
            wanted[nozzle] = price
    channel.prices(user, wanted)
    return "PumpSetPrices", None


def pump_get_prices(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """They come with a later status."""
    _channel(site, data).prices(user, None)
    return "PumpGetPrices", None


def get_pumps_configuration(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """Ports and pumps."""
    pumps = [{"Id": number, "Port": 1, "Address": number} for number in sorted(site.channels)]
    return "PumpsConfiguration", {"Ports": [{"Id": 1, "Protocol": 2, "BaudRate": 4}], "Pumps": pumps}


def get_pump_nozzles_configuration(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """Empty where nozzles are not linked to grades."""
    pumps = [
        {
            "PumpId": number,
            "FuelGradeIds": [site.teller.grades[number, n] for n in sorted(channel.dispenser.hoses)],
        }
        for number, channel in sorted(site.channels.items())
        if (number, 1) in site.teller.grades
    ]
    return "PumpNozzlesConfiguration", {"PumpNozzles": pumps}


def get_fuel_grades_configuration(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """Names and prices."""
    grades = [
        {
            "Id": grade,
            "Name": name,
            "Price": _price(site, grade),
            "ExpansionCoefficient": cut(110, 100_000, 5),
        }
        for grade, name in sorted(site.teller.names.items())
    ]
    return "FuelGradesConfiguration", {"FuelGrades": grades}


def get_fuel_grades_prices(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """Prices alone."""
    grades = [{"FuelGradeId": grade, "Price": _price(site, grade)} for grade in sorted(site.teller.names)]
    return "FuelGradesPrices", {"FuelGradesPrices": grades}


def set_fuel_grades_prices(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """A grade that is not named has no price any more."""
    asked = data.get("FuelGradesPrices")
    if not isinstance(asked, list):
        raise Refused("COULD_NOT_GET_PRICE_VALUE")
    prices = {}
    for each in asked:
        price = thousandths(each.get("Price"))
        if not is_whole(each.get("FuelGradeId"), 1, 10) or price is None:
            raise Refused("COULD_NOT_GET_PRICE_VALUE")
        prices[each["FuelGradeId"]] = price
    site.teller.prices.clear()
    site.teller.prices.update(prices)
    return "SetFuelGradesPrices", None


def get_system_decimal_digits(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """How many digits numbers have."""
    digits = site.teller.digits
    return "SystemDecimalDigits", {
        "Price": digits.price, "Amount": digits.amount, "Volume": digits.volume,
        "AmountTotal": digits.amount_total, "VolumeTotal": digits.volume_total,
    }  # fmt: skip


def get_unique_identifier(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """The number of the board."""
    return "UniqueIdentifier", {"Id": "003B00373036510A37343933"}


def get_date_time(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """By the controller's own clock."""
    return "DateTime", {
        "DateTime": moment(site.now()),
        "AutoSynchronize": False,
        "UTCOffset": site.utc_offset_minutes,
    }


def set_date_time(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """The clock is put right."""
    wanted = _moment(data, "DateTime")
    site.skew += wanted - site.now()
    return "SetDateTime", None


def probe_get_measurements(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """Whole litres, and litres with decimals beside them."""
    probe = data.get("Probe")
    if not is_whole(probe, 1, 20):
        raise Refused("PROBE_NUMBER_OUT_OF_RANGE")
    litres = site.probes.get(probe or 0)
    if litres is None:
        return "ProbeMeasurements", {"Probe": probe, "Status": "Offline"}
    return "ProbeMeasurements", {
        "Probe": probe, "DateTime": moment(site.now()), "Status": "OK", "ProductHeight": cut(1_234_5, 10, 1),
        "WaterHeight": cut(52, 10, 1), "Temperature": cut(181, 10, 1), "ProductVolume": litres, "WaterVolume": 12,
        "ProductUllage": 30_000 - litres, "TankFillingPercentage": litres * 100 // 30_000,
        "InTankDeliveryDetected": False,
    }  # fmt: skip


def report_get_pump_transactions(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
    """Data is an array."""
    pump, number = data.get("Pump"), data.get("Transaction", 0)
    if not is_whole(pump, 0, 120):
        raise Refused("COULD_NOT_GET_PUMP_NUMBER")
    assert isinstance(pump, int)
    if not site.card.present:
        raise Refused("NO_SD_FOUND")
    found = site.card.between(pump, number, _moment(data, "DateTimeStart"), _moment(data, "DateTimeEnd"))
    lines = [site.teller.stored(record) for record in found]
    return "ReportPumpTransactions", lines[::-1] if site.reports_newest_first else lines


def _simple(
    name: str, deed: Callable[[Channel, str], None]
) -> Callable[["Controller", str, dict[str, Any]], Answer]:
    def asked(site: "Controller", user: str, data: dict[str, Any]) -> Answer:
        deed(_channel(site, data), user)
        return name, None

    return asked


REQUESTS: dict[str, tuple[frozenset[str], Callable[["Controller", str, dict[str, Any]], Answer]]] = {
    "PumpGetStatus": (_WATCH, pump_get_status),
    "PumpAuthorize": (_CONTROL, pump_authorize),
    "PumpGetTransactionInformation": (frozenset({"Control", "Reports"}), pump_get_transaction_information),
    "PumpStop": (_CONTROL, _simple("PumpStop", Channel.stop)),
    "PumpEmergencyStop": (
        _CONTROL,
        _simple("PumpEmergencyStop", lambda channel, _user: channel.emergency_stop()),
    ),
    "PumpSuspend": (_CONTROL, _simple("PumpSuspend", lambda channel, user: channel.pause(user, True))),
    "PumpResume": (_CONTROL, _simple("PumpResume", lambda channel, user: channel.pause(user, False))),
    "PumpCloseTransaction": (_CONTROL, pump_close_transaction),
    "PumpGetTotals": (_CONTROL, pump_get_totals),
    "PumpGetPrices": (_CONTROL, pump_get_prices),
    "PumpSetPrices": (_CONTROL, pump_set_prices),
    "PumpLock": (_CONTROL, _simple("PumpLock", Channel.lock)),
    "PumpUnlock": (_CONTROL, _simple("PumpUnlock", Channel.unlock)),
    "GetPumpsConfiguration": (_ALL, get_pumps_configuration),
    "GetPumpNozzlesConfiguration": (_ALL, get_pump_nozzles_configuration),
    "GetFuelGradesConfiguration": (_ALL, get_fuel_grades_configuration),
    "GetFuelGradesPrices": (_ALL, get_fuel_grades_prices),
    "SetFuelGradesPrices": (frozenset({"Configuration", "Control"}), set_fuel_grades_prices),
    "GetSystemDecimalDigits": (_ALL, get_system_decimal_digits),
    "GetUniqueIdentifier": (_ALL, get_unique_identifier),
    "GetDateTime": (_ALL, get_date_time),
    "SetDateTime": (frozenset({"Configuration"}), set_date_time),
    "ProbeGetMeasurements": (_WATCH, probe_get_measurements),
    "ReportGetPumpTransactions": (frozenset({"Reports"}), report_get_pump_transactions),
}


def _channel(site: "Controller", data: dict[str, Any]) -> Channel:
    pump = data.get("Pump")
    if isinstance(pump, bool) or not isinstance(pump, int):
        raise Refused("COULD_NOT_GET_PUMP_NUMBER")
    if not is_whole(pump, 1, 120):
        raise Refused("PUMP_NUMBER_OUT_OF_RANGE")
    if pump not in site.channels:
        raise Refused("PUMP_IS_NOT_CONFIGURED")
    return site.channels[pump]


def _nozzles(
    site: "Controller", channel: Channel, data: dict[str, Any]
) -> tuple[tuple[int, ...], bool, bool]:
    """Which nozzles are meant, whether they were listed, and whether any was named."""
    hoses, pump = channel.dispenser.hoses, channel.dispenser.number
    by_grade = {grade: n for (p, n), grade in site.teller.grades.items() if p == pump}
    for field, listed, grades in (
        ("Nozzle", False, False), ("Nozzles", True, False), ("FuelGradeId", False, True), ("FuelGradeIds", True, True),
    ):  # fmt: skip
        if field not in data:
            continue
        values = data[field] if listed else [data[field]]
        if not isinstance(values, list) or not all(is_whole(each, 1, 20 if grades else 6) for each in values):
            raise Refused("COULD_NOT_GET_FUEL_GRADE_ID" if grades else "NOZZLE_NUMBER_OUT_OF_RANGE")
        if grades and not all(each in by_grade for each in values):
            raise Refused("COULD_NOT_GET_NOZZLE_NUMBER_FROM_GRADE_ID")
        named = tuple(by_grade[each] for each in values) if grades else tuple(values)
        if not named or not all(each in hoses for each in named):
            raise Refused("NOZZLE_NUMBER_OUT_OF_RANGE")
        return named, listed, True
    if not by_grade:
        raise Refused("COULD_NOT_GET_NOZZLE_NUMBER_FUEL_GRADE_ID")
    return tuple(sorted(hoses)), True, False


def _price(site: "Controller", grade: int) -> object:
    return cut(site.teller.prices.get(grade, 0), 1000, site.teller.digits.price)


def _moment(data: dict[str, Any], field: str) -> datetime:
    text = data.get(field)
    if not isinstance(text, str) or len(text) != 19:
        raise Refused("DATETIME_INCORRECT_FORMAT")
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007 - the wire's time has no zone
    except ValueError as error:
        raise Refused("DATETIME_INCORRECT_FORMAT") from error
