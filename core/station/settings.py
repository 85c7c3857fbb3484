"""station.toml as one frozen, checked object."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.domain.price_view import PriceRules
from core.domain.station_order import OrderRules
from core.domain.tanks.rules import TankRules
from core.resources import resource
from core.station.device_settings import (
    CUSTOMER_DISPLAY_KINDS,
    DRAWER_SENSORS,
    FLOW_CONTROLS,
    POLE_KINDS,
    PRICE_POLE_KINDS,
    PRINTER_KINDS,
    SCANNER_KINDS,
    CustomerDisplaySettings,
    PoleDisplaySettings,
    PricePoleSettings,
    PrinterSettings,
    ReceiptSettings,
    ScannerSettings,
)
from core.station.gauge_settings import GAUGE_KINDS, GAUGE_UNITS, GaugeSettings, tank_rules
from core.station.price_settings import price_rules
from core.station.pump_settings import CONTROLLER_KINDS, PumpSettings, pump_settings
from core.wording.catalogue import in_every_language, mark

_MOST_PUMPS = 999
_WEB_ADDRESS = re.compile(r"https?://([^\s/:\[\]]+|\[[0-9A-Fa-f:.]+\])(:\d+)?(/\S*)?")
# What the address of a device looks like, by its kind, with a model of it.
_DEVICE_ADDRESSES = {
    "network": (re.compile(r"([^\s/:\[\]]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?"), "192.168.1.50:9100"),
    "serial": (re.compile(r"\S+"), "/dev/ttyUSB0"),
    "usb": (re.compile(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}"), "04b8:0e15"),
    "spooler": (re.compile(r".*\S.*"), "POS-80"),
    "file": (re.compile(r".*\S.*"), "/dev/usb/lp0"),
}


class SettingsUnfit(Exception):
    """The station cannot be run as its files stand; says what is wrong and what to do, to whoever starts the program.

    In every language, as the file that chooses one may be the one that is unfit.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(in_every_language(message, **values))


@dataclass(frozen=True, slots=True)
class StationSettings:
    """Who the station is."""

    name: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who this station is to the cloud, and its secret."""

    station_id: str
    token: str


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """Where the cloud is; an empty url means that the station works alone."""

    url: str
    pairing_file: Path

    def pairing(self) -> Pairing | None:
        """What the cloud gave us when we were paired, or None where we are not. Raises SettingsUnfit."""
        if not self.url or not self.pairing_file.exists():
            return None
        try:
            kept = json.loads(self.pairing_file.read_text(encoding="utf-8"))
            return Pairing(kept["station_id"], kept["token"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsUnfit(
                mark("{file} is not what the cloud gave at pairing. Pair the station again."),
                file=self.pairing_file,
            ) from error


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """Language, theme, and after how many seconds without a touch a counter or the forecourt locks; 0 is never."""

    language: str
    theme: str
    lock_after_seconds: int = 300
    forecourt_lock_after_seconds: int = 300


@dataclass(frozen=True, slots=True)
class RightsSettings:
    """Words of core.domain.staff.Permission that always need another person's agreement."""

    second_person: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Whether a training till's papers, all of them marked, come out of the real printer."""

    paper: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """All of station.toml."""

    file: Path
    station: StationSettings
    database_url: str
    pumps: PumpSettings
    printer: PrinterSettings
    receipt: ReceiptSettings
    pole_display: PoleDisplaySettings
    scanner: ScannerSettings
    cloud: CloudSettings
    reports_folder: Path
    screen: ScreenSettings
    rights: RightsSettings = RightsSettings()
    training: TrainingSettings = TrainingSettings()
    orders: OrderRules = OrderRules()  # noqa: RUF009 - frozen, like those around it
    customer_display: CustomerDisplaySettings = CustomerDisplaySettings()  # noqa: RUF009 - frozen, like those above it
    price_pole: PricePoleSettings = PricePoleSettings()  # noqa: RUF009 - frozen, like those above it
    prices: PriceRules = PriceRules()  # noqa: RUF009 - frozen, like those above it
    gauge: GaugeSettings = GaugeSettings()  # noqa: RUF009 - frozen, like those above it
    tanks: TankRules = TankRules()  # noqa: RUF009 - frozen, like those above it

    @property
    def folder(self) -> Path:
        """Where the station's files lie."""
        return self.file.parent


def read_settings(file: Path) -> Settings:
    """Read and check station.toml. Raises SettingsUnfit."""
    defaults = tomllib.loads(resource("defaults/station.toml").read_text(encoding="utf-8"))
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsUnfit(
            mark(
                "There is no {file}. To start a station, copy {defaults} to it and fill it in, or name another file"
                " with --config. To see one at work: python3 dev.py demo"
            ),
            file=file,
            defaults=resource("defaults/station.toml"),
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsUnfit(mark("{file} cannot be read: {why}"), file=file, why=error) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsUnfit(mark("{file} is not TOML: {why}"), file=file, why=error) from error
    values = _merged(defaults, given, file)
    folder = file.resolve().parent
    _check_pumps(values, file)
    _one_of(values, "pumps", "unpaid_fills", tuple(range(1, 10)), file)
    _check_devices(values, file)
    _check_gauge(values, file)
    _one_of(values, "screen", "language", ("zh_CN", "en"), file)
    _one_of(values, "screen", "theme", ("light", "dark"), file)
    if values["cloud"]["url"]:
        _web_address(values, "cloud", "url", file)
    return Settings(
        file=file.resolve(),
        station=StationSettings(**values["station"]),
        database_url=_database_url(values["database"]["url"], folder),
        pumps=pump_settings(values),
        printer=PrinterSettings(**values["printer"]),
        receipt=ReceiptSettings(**values["receipt"]),
        pole_display=PoleDisplaySettings(**values["pole_display"]),
        scanner=ScannerSettings(**values["scanner"]),
        cloud=CloudSettings(values["cloud"]["url"].rstrip("/"), folder / values["cloud"]["pairing_file"]),
        reports_folder=folder / values["reports"]["folder"],
        screen=ScreenSettings(**values["screen"]),
        rights=RightsSettings(_second_person(values, file)),
        training=TrainingSettings(**values["training"]),
        orders=_order_rules(values["orders"], file),
        price_pole=PricePoleSettings(**{**values["price_pole"], "rows": tuple(values["price_pole"]["rows"])}),
        prices=_price_rules(values["prices"], file),
        gauge=GaugeSettings(**values["gauge"]),
        tanks=_tank_rules(values["tanks"], file),
        customer_display=CustomerDisplaySettings(**values["customer_display"]),
    )


def _merged(defaults: Mapping[str, Any], given: Mapping[str, Any], file: Path) -> dict[str, dict[str, Any]]:
    merged = {section: dict(keys) for section, keys in defaults.items()}
    for section, keys in given.items():
        if section not in merged or not isinstance(keys, dict):
            raise SettingsUnfit(mark("{file}: there is no section [{section}]."), file=file, section=section)
        for key, value in keys.items():
            if key not in merged[section]:
                raise SettingsUnfit(
                    mark("{file}: there is no key {key} in [{section}]."), file=file, key=key, section=section
                )
            default = merged[section][key]
            number = isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool)
            if type(value) is not type(default) and not number:
                raise SettingsUnfit(
                    mark("{file}: {key} in [{section}] must be like {model}, not {value}."),
                    file=file,
                    key=key,
                    section=section,
                    model=repr(default),
                    value=repr(value),
                )
            merged[section][key] = float(value) if number else value
    return merged


def _one_of(
    values: Mapping[str, Any], section: str, key: str, allowed: tuple[object, ...], file: Path
) -> None:
    if values[section][key] not in allowed:
        raise SettingsUnfit(
            mark("{file}: {key} in [{section}] must be one of {allowed}, not {value}."),
            file=file,
            key=key,
            section=section,
            allowed=", ".join(repr(each) for each in allowed),
            value=repr(values[section][key]),
        )


def _price_rules(values: Mapping[str, Any], file: Path) -> PriceRules:
    try:
        return price_rules(values)
    except (ValueError, TypeError) as error:
        raise SettingsUnfit(
            mark("{file}: [prices] wants days like 2027-01-01 and minutes from 0 on: {why}"),
            file=file,
            why=error,
        ) from error


def _order_rules(values: Mapping[str, Any], file: Path) -> OrderRules:
    for key in (
        "late_after_seconds",
        "decline_after_minutes",
        "remind_after_minutes",
        "return_after_minutes",
    ):
        if values[key] < 0:
            raise SettingsUnfit(
                mark("{file}: {key} in [{section}] must be like {model}, not {value}."),
                file=file,
                key=key,
                section="orders",
                model="5",
                value=repr(values[key]),
            )

    def minutes(key: str) -> timedelta | None:
        return timedelta(minutes=values[key]) if values[key] else None

    return OrderRules(
        timedelta(seconds=values["late_after_seconds"]),
        minutes("decline_after_minutes"),
        minutes("remind_after_minutes"),
        minutes("return_after_minutes"),
        values["attendant_confirms"],
    )


def _second_person(values: Mapping[str, Any], file: Path) -> tuple[str, ...]:
    from core.domain.staff import Permission

    words = tuple(values["rights"]["second_person"])
    for word in words:
        if word not in set(Permission):
            raise SettingsUnfit(
                mark("{file}: {key} in [{section}] must be one of {allowed}, not {value}."),
                file=file,
                key="second_person",
                section="rights",
                allowed=", ".join(repr(each.value) for each in Permission),
                value=repr(word),
            )
    return words


def _check_pumps(values: Mapping[str, Any], file: Path) -> None:
    named: list[tuple[str, str, object]] = [("pumps", "manual", each) for each in values["pumps"]["manual"]]
    for section in ("pumps", "second_pumps"):
        _one_of(values, section, "kind", CONTROLLER_KINDS, file)
        _one_of(values, section, "auth", ("auto", "digest", "basic"), file)
        match values[section]["kind"]:
            case "pts":
                _web_address(values, section, "address", file)
            case "fusion":
                _like(values, section, "address", _DEVICE_ADDRESSES["network"][0], "192.168.1.20:3011", file)
        named += [(section, "serves", each) for each in values[section]["serves"]]
    seen: set[object] = set()
    for section, key, number in named:
        if type(number) is not int or not 1 <= number <= _MOST_PUMPS or number in seen:
            raise SettingsUnfit(
                mark(
                    "{file}: {key} in [{section}] names pumps by their numbers, each in one place: not {value}."
                ),
                file=file,
                key=key,
                section=section,
                value=repr(number),
            )
        seen.add(number)
    if values["second_pumps"]["kind"] != "none" and not values["second_pumps"]["serves"]:
        raise SettingsUnfit(
            mark("{file}: name the pumps of the second controller, serves = [7, 8] in [second_pumps]."),
            file=file,
        )


def _check_devices(values: Mapping[str, Any], file: Path) -> None:
    _one_of(values, "printer", "kind", PRINTER_KINDS, file)
    _one_of(values, "printer", "flow", FLOW_CONTROLS, file)
    _one_of(values, "printer", "width", (80, 58), file)
    _one_of(values, "printer", "qr", ("native", "picture"), file)
    _one_of(values, "printer", "drawer_pin", (2, 5), file)
    _one_of(values, "printer", "drawer_sensor", DRAWER_SENSORS, file)
    _one_of(values, "pole_display", "kind", POLE_KINDS, file)
    _one_of(values, "scanner", "kind", SCANNER_KINDS, file)
    _one_of(values, "customer_display", "kind", CUSTOMER_DISPLAY_KINDS, file)
    _one_of(values, "price_pole", "kind", PRICE_POLE_KINDS, file)
    for section, needs_none in (
        ("printer", "none"),
        ("pole_display", "none"),
        ("price_pole", "none"),
        ("scanner", "keyboard"),
    ):
        kind = values[section]["kind"]
        if kind != needs_none:
            pattern, model = _DEVICE_ADDRESSES.get(kind, _DEVICE_ADDRESSES["serial"])
            _like(values, section, "address", pattern, model, file)


def _check_gauge(values: Mapping[str, Any], file: Path) -> None:
    _one_of(values, "gauge", "kind", GAUGE_KINDS, file)
    _one_of(values, "gauge", "units", GAUGE_UNITS, file)
    if values["gauge"]["kind"] == "veeder_root":
        pattern, _model = _DEVICE_ADDRESSES["network"]
        _like(values, "gauge", "address", pattern, "192.168.1.60:10001", file)
    _like(values, "gauge", "security_code", re.compile(r"|\d{6}"), "000000", file)


def _tank_rules(values: Mapping[str, Any], file: Path) -> TankRules:
    try:
        return tank_rules(values)
    except ValueError as error:
        raise SettingsUnfit(
            mark("{file}: [tanks] wants percentages that rise and litres from 0 on: {why}"),
            file=file,
            why=error,
        ) from error


def _web_address(values: Mapping[str, Any], section: str, key: str, file: Path) -> None:
    _like(values, section, key, _WEB_ADDRESS, "http://192.168.1.117", file)


def _like(  # noqa: PLR0917 - all positional, like its neighbours
    values: Mapping[str, Any], section: str, key: str, pattern: re.Pattern[str], model: str, file: Path
) -> None:
    if not pattern.fullmatch(values[section][key]):
        raise SettingsUnfit(
            mark("{file}: {key} in [{section}] must be like {model}, not {value}."),
            file=file,
            key=key,
            section=section,
            model=model,
            value=repr(values[section][key]),
        )


def _database_url(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    if url.startswith(prefix) and not Path(url.removeprefix(prefix)).is_absolute():
        return f"{prefix}{folder / url.removeprefix(prefix)}"
    return url
