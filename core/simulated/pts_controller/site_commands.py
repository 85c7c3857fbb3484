"""What the controller does with requests about itself, its grades and its tanks."""

import math
from decimal import Decimal

from core.simulated.pts_controller import errors
from core.simulated.pts_controller.errors import PacketRefused
from core.simulated.pts_controller.numbers import unit_price, whole
from core.simulated.pts_controller.request import Reply, Request
from core.simulated.pts_controller.site import Grade, TankPlan
from core.simulated.pts_controller.status import TANK_TEMPERATURE_TENTHS, compensated, grade_fields

HIGHEST_PROBE = 20
HIGHEST_GRADE_ID = 10
TANK_DIAMETER_MM = 2_500
DENSITY_GRAMS_A_LITRE = {1: 735, 2: 740, 3: 748, 4: 838}


def get_date_time(request: Request) -> Reply:
    forecourt = request.forecourt
    return "DateTime", {
        "DateTime": forecourt.now().isoformat(),
        "AutoSynchronize": forecourt.synchronises_clock,
        "UTCOffset": forecourt.utc_offset_minutes,
    }


def set_date_time(request: Request) -> Reply:
    forecourt = request.forecourt
    wished = request.moment("DateTime")
    offset = request.whole("UTCOffset")
    if offset is not None and not -1440 <= offset <= 1440:
        raise PacketRefused(errors.DATETIME_INCORRECT_FORMAT)
    forecourt.synchronises_clock = request.flag("AutoSynchronize")
    if offset is not None:
        forecourt.utc_offset_minutes = offset
    forecourt.clock_offset_seconds = round((wished - forecourt.local_time()).total_seconds())
    forecourt.changed_configuration()
    return None


def get_unique_identifier(request: Request) -> Reply:
    return "UniqueIdentifier", {"Id": request.forecourt.site.identifier}


def get_configuration_identifier(request: Request) -> Reply:
    return "ConfigurationIdentifier", {"Id": request.forecourt.configuration_identifier}


def get_system_decimal_digits(_request: Request) -> Reply:
    digits = {"Price": 2, "Amount": 2, "Volume": 2, "AmountTotal": 2, "VolumeTotal": 2}
    return "SystemDecimalDigits", digits


def get_pumps_configuration(request: Request) -> Reply:
    pumps = [{"Id": pump, "Port": 1, "Address": pump % 99 or 99} for pump in request.forecourt.pumps]
    return "PumpsConfiguration", {"Ports": [{"Id": 1, "Protocol": 2, "BaudRate": 4}], "Pumps": pumps}


def get_pump_nozzles_configuration(request: Request) -> Reply:
    tank_of_grade = {tank.grade_id: tank.id for tank in request.forecourt.tanks.values()}
    rows = [
        {
            "PumpId": pump.id,
            "FuelGradeIds": [nozzle.grade_id for nozzle in pump.nozzles],
            "TankIds": [tank_of_grade.get(nozzle.grade_id, 0) for nozzle in pump.nozzles],
        }
        for pump in request.forecourt.pumps.values()
    ]
    return "PumpNozzlesConfiguration", {"PumpNozzles": rows}


def get_fuel_grades_configuration(request: Request) -> Reply:
    rows = [
        {
            "Id": grade.id,
            "Name": grade.name,
            "Price": unit_price(grade.price_li),
            "ExpansionCoefficient": Decimal(grade.expansion_ppm).scaleb(-6).quantize(Decimal("0.00001")),
        }
        for grade in request.forecourt.grades.values()
    ]
    return "FuelGradesConfiguration", {"FuelGrades": rows}


def set_fuel_grades_configuration(request: Request) -> Reply:
    grades: dict[int, Grade] = {}
    for row in request.rows("FuelGrades"):
        number = _grade_id(row.get("Id"))
        name = row.get("Name")
        if not isinstance(name, str) or not name.isascii() or not 1 <= len(name) <= 20:
            raise PacketRefused(errors.NO_NAME)
        expansion = row.get("ExpansionCoefficient", 0)
        if isinstance(expansion, bool) or not isinstance(expansion, int | Decimal):
            raise PacketRefused(errors.NOT_ENOUGH_DATA)
        grades[number] = Grade(number, name, _price(row.get("Price", 0)), int(Decimal(expansion).scaleb(6)))
    request.forecourt.set_grades(grades)
    return None


def get_fuel_grades_prices(request: Request) -> Reply:
    rows = [
        {"FuelGradeId": grade.id, "Price": unit_price(grade.price_li)}
        for grade in request.forecourt.grades.values()
    ]
    return "FuelGradesPrices", {"FuelGradesPrices": rows}


def set_fuel_grades_prices(request: Request) -> Reply:
    prices: dict[int, int] = {}
    for row in request.rows("FuelGradesPrices"):
        number = _grade_id(row.get("FuelGradeId"))
        if number in prices or number not in request.forecourt.grades:
            raise PacketRefused(errors.INCORRECT_FUEL_GRADES_PRICES)
        prices[number] = _price(row.get("Price"))
    request.forecourt.set_grade_prices(prices)
    return None


def get_probe_measurements(request: Request) -> Reply:
    number = request.whole("Probe")
    if number is None:
        raise PacketRefused(errors.NO_PROBE_NUMBER)
    if not 1 <= number <= HIGHEST_PROBE:
        raise PacketRefused(errors.PROBE_NUMBER_OUT_OF_RANGE)
    tank = request.forecourt.tanks.get(number)
    if tank is None or tank.status != "OK":
        status = "Offline" if tank is None else tank.status
        silent = {"Probe": number, "DateTime": request.forecourt.now().isoformat(), "Status": status}
        return "ProbeMeasurements", silent
    return "ProbeMeasurements", _measurements(request, tank)


def _measurements(request: Request, tank: TankPlan) -> dict[str, object]:
    forecourt = request.forecourt
    water_ml = tank.capacity_ml // 1000 if tank.water_ml is None else tank.water_ml
    ullage_ml = max(0, tank.capacity_ml - tank.volume_ml - water_ml)
    tc_volume = compensated(forecourt, tank.grade_id, tank.volume_ml)
    density = DENSITY_GRAMS_A_LITRE.get(tank.grade_id, 750)
    measured: dict[str, object] = {
        "Probe": tank.id,
        "DateTime": forecourt.now().isoformat(),
        **grade_fields(forecourt, tank.grade_id),
        "Status": "OK",
    }
    alarms = _alarms(tank)
    if alarms:
        measured["Alarms"] = alarms
    return measured | {
        "ProductHeight": _tenths(_height_mm(tank.volume_ml + water_ml, tank.capacity_ml)),
        "WaterHeight": _tenths(_height_mm(water_ml, tank.capacity_ml)),
        "Temperature": Decimal(TANK_TEMPERATURE_TENTHS).scaleb(-1),
        "ProductVolume": tank.volume_ml // 1000,
        "ProductVolumeFloat": Decimal(tank.volume_ml // 10).scaleb(-2),
        "WaterVolume": water_ml // 1000,
        "WaterVolumeFloat": Decimal(water_ml // 10).scaleb(-2),
        "ProductUllage": ullage_ml // 1000,
        "ProductUllageFloat": Decimal(ullage_ml // 10).scaleb(-2),
        "ProductTCVolume": int(tc_volume),
        "ProductTCVolumeFloat": tc_volume,
        "ProductDensity": Decimal(density).quantize(Decimal("0.1")),
        "ProductMass": (Decimal(tank.volume_ml) * density / 1_000_000).quantize(Decimal("0.1")),
        "TankFillingPercentage": (tank.volume_ml + water_ml) * 100 // tank.capacity_ml,
        "InTankDeliveryDetected": tank.delivery,
    }


def _alarms(tank: TankPlan) -> list[str]:
    percent = tank.volume_ml * 100 // tank.capacity_ml
    if percent >= 97:
        return ["CriticalHighProduct"]
    if percent >= 95:
        return ["HighProduct"]
    if percent < 3:
        return ["CriticalLowProduct"]
    alarms = ["LowProduct"] if percent < 10 else []
    return [*alarms, "HighWater"] if (tank.water_ml or 0) * 100 > tank.capacity_ml else alarms


def _height_mm(volume_ml: int, capacity_ml: int) -> float:
    """How high the liquid stands in a cylinder lying on its side: found by halving, as no formula turns it round."""
    share = min(1.0, volume_ml / capacity_ml)
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        angle = 2 * math.acos(1 - 2 * middle)
        if (angle - math.sin(angle)) / (2 * math.pi) < share:
            low = middle
        else:
            high = middle
    return low * TANK_DIAMETER_MM


def _tenths(value: float) -> Decimal:
    return Decimal(round(value * 10)).scaleb(-1)


def _grade_id(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= HIGHEST_GRADE_ID:
        raise PacketRefused(errors.NO_FUEL_GRADE_ID)
    return value


def _price(value: object) -> int:
    price = whole(value, 3)
    if price is None or price < 0:
        raise PacketRefused(errors.NO_PRICE_VALUE)
    return price
