"""Another maker's pumps, from the text of jsonPTS alone: what it may leave out, add, round, lack or close by itself."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.devices.second_opinion.front import Front, Manners, serving

OPTIONAL = frozenset(
    [
        "LastDateTimeStart",
        "LastDateTime",
        "TotalVolume",
        "TotalAmount",
        "LastTotalVolume",
        "LastTotalAmount",
        "DateTimeStart",
        "DateTime",
        "FuelGradeId",
        "FuelGradeName",
        "LastFuelGradeId",
        "LastFuelGradeName",
        "NozzlePrices",
        "TCVolume",
        "OrderedDose",
    ]
)


@dataclass(frozen=True)
class Freedoms:
    """What the text leaves to a controller."""

    decimals: int = 2  # of every number it writes; whole numbers without a point where `short`
    short: bool = False
    absent: frozenset[str] = frozenset()
    chatty: bool = False  # fields nobody asked for, and keys in another order
    news: str = ""  # "before" or "after" the state: an asynchronous answer under the same Id
    most_packets: int = 1000
    over_limit: str = "message"  # or "status", or "rest" of the packets unanswered
    unknown: frozenset[str] = frozenset()  # requests it has never heard of
    forbidden: frozenset[str] = frozenset()  # requests our user may not make: error 6
    shut_out: frozenset[str] = frozenset()  # the same as HTTP 403
    closes_by_itself: bool = False
    keeps_records: bool = True
    has_clock: bool = True
    clock_offset: int = 480  # minutes of its clock from UTC
    told_offset: int | None = 480
    end_moves: bool = False  # the end has another second in the records than at the pump
    booleans_as_text: bool = False


@dataclass
class Delivery:
    """One transaction."""

    number: int
    nozzle: int
    li: int
    ordered: tuple[str, Decimal | None]
    millilitres: int = 0
    state: str = "Authorized"
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def yuan(self) -> Decimal:
        return (Decimal(self.millilitres) * self.li / 1_000_000).quantize(Decimal("0.001"))


@dataclass
class Point:
    """One pump."""

    number: int
    nozzles: int
    prices: list[Decimal]
    last_number: int
    up: int = 0
    now: Delivery | None = None
    past: list[Delivery] = field(default_factory=list)
    told_prices: bool = False
    totals_of: int = 0  # the nozzle whose counters it reads out just now
    paused: bool = False
    locked: bool = False


class Controller:
    """Answers messages; hands at its pumps are `lift`, `pour`, `hang_up`."""

    def __init__(
        self, freedoms: Freedoms, *, pumps: range = range(1, 2), nozzles: int = 2, last: int = 0
    ) -> None:
        self.freedoms = freedoms
        self.points = {number: Point(number, nozzles, [Decimal("7.81")] * nozzles, last) for number in pumps}
        self.grade_prices = {1: Decimal("7.81"), 2: Decimal("7.81")}
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self._lock = threading.RLock()

    # --- hands ---------------------------------------------------------------------------------------------------------

    def lift(self, pump: int, nozzle: int = 1) -> None:
        with self._lock:
            point = self.points[pump]
            point.up = nozzle
            if point.now is not None and point.now.state == "Authorized":
                point.now.nozzle, point.now.started, point.now.state = nozzle, self._clock(), "Filling"

    def pour(self, pump: int, millilitres: int) -> None:
        with self._lock:
            filling = self.points[pump].now
            assert filling is not None
            filling.millilitres += millilitres

    def hang_up(self, pump: int) -> None:
        with self._lock:
            point = self.points[pump]
            point.up = 0
            if point.now is not None and point.now.state == "Filling":
                point.now.ended, point.now.state = self._clock(), "EndOfTransaction"
                if self.freedoms.closes_by_itself:
                    self._close(point)

    def whole_fill(self, pump: int, millilitres: int, nozzle: int = 1, li: int = 7810) -> int:
        """By hand at the pump, with nobody's leave."""
        with self._lock:
            point = self.points[pump]
            self._begin(point, nozzle, li, ("FullTank", None))
            self.lift(pump, nozzle)
            self.pour(pump, millilitres)
            self.hang_up(pump)
            return point.last_number

    def heard_price(self) -> Decimal:
        """The price of the last leave."""
        return next(Decimal(data["Price"]) for kind, data in reversed(self.heard) if kind == "PumpAuthorize")

    # --- the wire ------------------------------------------------------------------------------------------------------

    def answer(self, body: bytes) -> bytes | int:
        message = json.loads(body, parse_float=Decimal)
        assert message["Protocol"] == "jsonPTS"
        packets = message["Packets"]
        if any(packet["Type"] in self.freedoms.shut_out for packet in packets):
            return 403
        if len(packets) > self.freedoms.most_packets:
            if self.freedoms.over_limit == "status":
                return 413
            if self.freedoms.over_limit == "message":
                error = {"Error": True, "Code": 3, "Message": "JSONPTS_ERROR_TOO_MANY_PACKETS"}
                return self._written({"Protocol": "jsonPTS", **error})
            packets = packets[: self.freedoms.most_packets]
        with self._lock:
            answers = [each for packet in packets for each in self._packet(packet)]
        return self._written({"Protocol": "jsonPTS", "Packets": answers})

    def _packet(self, packet: dict[str, Any]) -> list[dict[str, Any]]:
        kind, data = packet["Type"], packet.get("Data", {})
        self.heard.append((kind, data))
        identity = {"Id": packet["Id"], "Type": kind}
        call = getattr(self, f"_{kind}", None)
        if call is None or kind in self.freedoms.unknown:
            return [identity | _error(1, "NOT_FOUND")]
        if kind in self.freedoms.forbidden:
            return [identity | _error(6, "NO_PERMISSIONS")]
        answer = call(data)
        if isinstance(answer, str):
            return [identity | {"Message": "OK"}]
        if isinstance(answer, int):
            return [identity | _error(answer, "NO")]
        answered = [identity | {"Type": answer[0], "Data": answer[1]}]
        if kind == "PumpGetStatus" and self.freedoms.news:
            tag = {"Id": packet["Id"], "Type": "PumpTag", "Data": {"Pump": data["Pump"], "Tag": "00FF"}}
            answered.insert(0 if self.freedoms.news == "before" else 1, tag)
        return answered

    def _GetSystemDecimalDigits(self, _data: dict[str, Any]) -> Any:  # noqa: N802
        digits = self.freedoms.decimals
        names = ("Price", "Amount", "Volume", "AmountTotal", "VolumeTotal")
        return "SystemDecimalDigits", dict.fromkeys(names, digits)

    def _GetDateTime(self, _data: dict[str, Any]) -> Any:  # noqa: N802
        if not self.freedoms.has_clock:
            return 115
        told = {} if self.freedoms.told_offset is None else {"UTCOffset": self.freedoms.told_offset}
        return "DateTime", {"DateTime": _words(self._clock()), "AutoSynchronize": False, **told}

    def _PumpGetStatus(self, data: dict[str, Any]) -> Any:  # noqa: N802
        point = self.points.get(data["Pump"])
        if point is None:
            return 52
        if point.told_prices:
            point.told_prices = False
            return "PumpPrices", {"Pump": point.number, "Prices": point.prices, "User": "admin"}
        if point.totals_of:
            nozzle, point.totals_of = point.totals_of, 0
            return "PumpTotals", {"Pump": point.number, **self._counters(point, nozzle), "Transaction": 37}
        now = point.now
        if now is not None and now.state in {"Filling", "EndOfTransaction"}:
            figures = self._figures(point, now)
            if now.state == "Filling":
                figures |= {"IsSuspended": point.paused, **_ordered(now)}
                return "PumpFillingStatus", self._but(figures, "DateTime", "TotalVolume")
            return "PumpEndOfTransactionStatus", self._but({**figures, "NozzleUp": point.up})
        idle: dict[str, Any] = {"Pump": point.number, "NozzleUp": point.up, "Nozzle": point.up, "Request": ""}
        if now is not None:
            idle |= {
                "Transaction": now.number,
                "OrderedNozzle": now.nozzle,
                "User": USER_NAME,
                **_ordered(now),
            }
        last = point.past[-1] if point.past else None
        idle |= {"LastTransaction": last.number if last else point.last_number, "LastNozzle": 0}
        figures = self._figures(point, last) if last else {"Volume": 0, "Price": 0, "Amount": 0}
        idle |= {
            f"Last{name}": value for name, value in figures.items() if name not in {"Pump", "Transaction"}
        }
        return "PumpIdleStatus", self._but({**idle, "NozzlePrices": point.prices})

    def _PumpAuthorize(self, data: dict[str, Any]) -> Any:  # noqa: N802
        point = self.points[data["Pump"]]
        if point.now is not None:
            return 39 if point.now.state == "Authorized" else 42
        nozzle = data.get("Nozzle") or data["Nozzles"][0]
        price = data.get("Price", self.grade_prices[1])
        self._begin(point, nozzle, int(Decimal(price) * 1000), (data["Type"], data.get("Dose")))
        return "PumpAuthorizeConfirmation", {"Pump": point.number, "Transaction": point.last_number}

    def _PumpStop(self, data: dict[str, Any]) -> Any:  # noqa: N802
        point = self.points[data["Pump"]]
        if point.now is None:
            return 43
        if point.now.state == "Authorized":
            point.now = None
        else:
            self.hang_up(point.number)
        return "OK"

    def _PumpCloseTransaction(self, data: dict[str, Any]) -> Any:  # noqa: N802
        point = self.points[data["Pump"]]
        if point.now is None or point.now.state != "EndOfTransaction":
            return 69
        if point.now.number != data["Transaction"]:
            return 27
        self._close(point)
        return "OK"

    def _PumpGetTransactionInformation(self, data: dict[str, Any]) -> Any:  # noqa: N802
        point, wanted = self.points.get(data["Pump"]), data.get("Transaction", 0)
        if point is None:
            return 20
        if point.now is not None and wanted in {0, point.now.number}:
            return "PumpTransactionInformation", self._recorded(point, point.now)
        if not self.freedoms.keeps_records:
            return 7
        for past in reversed(point.past):
            if wanted in {0, past.number}:
                return "PumpTransactionInformation", self._recorded(point, past)
        return "PumpTransactionInformation", {
            "Pump": point.number,
            "Transaction": wanted,
            "State": "Not found",
        }

    def _PumpGetPrices(self, data: dict[str, Any]) -> Any:  # noqa: N802
        self.points[data["Pump"]].told_prices = True
        return "OK"

    def _PumpSetPrices(self, data: dict[str, Any]) -> Any:  # noqa: N802
        point = self.points[data["Pump"]]
        point.prices = [Decimal(price) for price in data["Prices"]]
        point.told_prices = "PumpGetPrices" not in self.freedoms.unknown
        return "OK"

    def _PumpGetTotals(self, data: dict[str, Any]) -> Any:  # noqa: N802
        point = self.points[data["Pump"]]
        if point.now is not None:
            return 42
        if point.totals_of:
            return 41
        point.totals_of = data["Nozzle"]
        return "OK"

    def _PumpGetLastSavedTotals(self, data: dict[str, Any]) -> Any:  # noqa: N802
        point = self.points[data["Pump"]]
        rows = [self._counters(point, nozzle) for nozzle in range(1, point.nozzles + 1)]
        return "PumpLastSavedTotals", {"Pump": point.number, "Nozzles": rows}

    def _counters(self, point: Point, nozzle: int) -> dict[str, Any]:
        return {"Nozzle": nozzle, "Volume": Decimal(self.counter(point.number, nozzle)).scaleb(-3)}

    def counter(self, pump: int, nozzle: int) -> int:
        """Millilitres: what stood there when it was built in, and every fill since."""
        past = [each for each in self.points[pump].past if each.nozzle == nozzle]
        return 1_000_000 + sum(each.millilitres for each in past)

    def _PumpSuspend(self, data: dict[str, Any]) -> Any:  # noqa: N802
        return self._pause(self.points[data["Pump"]], True)

    def _PumpResume(self, data: dict[str, Any]) -> Any:  # noqa: N802
        return self._pause(self.points[data["Pump"]], False)

    @staticmethod
    def _pause(point: Point, paused: bool) -> Any:
        if point.now is None or point.now.state != "Filling":
            return 43
        point.paused = paused
        return "OK"

    def _PumpEmergencyStop(self, data: dict[str, Any]) -> Any:  # noqa: N802
        self._PumpStop(data)
        self.points[data["Pump"]].locked = False
        return "OK"

    def _PumpLock(self, data: dict[str, Any]) -> Any:  # noqa: N802
        self.points[data["Pump"]].locked = True
        return "OK"

    def _PumpUnlock(self, data: dict[str, Any]) -> Any:  # noqa: N802
        point = self.points[data["Pump"]]
        if not point.locked:
            return 91
        point.locked = False
        return "OK"

    def _ReportGetPumpTransactions(self, data: dict[str, Any]) -> Any:  # noqa: N802
        since, until = (datetime.fromisoformat(data[name]) for name in ("DateTimeStart", "DateTimeEnd"))
        rows = [
            self._but({**self._figures(point, past), "UserId": 1})
            for point in self.points.values()
            for past in point.past
            if data["Pump"] in {0, point.number}
            and past.started is not None
            and past.ended is not None
            and since <= past.started
            and past.ended <= until
        ]
        return "ReportPumpTransactions", rows

    def _GetFuelGradesPrices(self, _data: dict[str, Any]) -> Any:  # noqa: N802
        rows = [{"FuelGradeId": grade, "Price": price} for grade, price in self.grade_prices.items()]
        return "FuelGradesPrices", {"FuelGradesPrices": rows}

    def _SetFuelGradesPrices(self, data: dict[str, Any]) -> Any:  # noqa: N802
        self.grade_prices = {row["FuelGradeId"]: Decimal(row["Price"]) for row in data["FuelGradesPrices"]}
        return "OK"

    # --- within --------------------------------------------------------------------------------------------------------

    def _begin(self, point: Point, nozzle: int, li: int, ordered: tuple[str, Decimal | None]) -> None:
        point.last_number = point.last_number % 65_535 + 1
        point.now = Delivery(point.last_number, nozzle, li, ordered)

    def _close(self, point: Point) -> None:
        assert point.now is not None
        point.past.append(point.now)
        point.now = None

    def _figures(self, point: Point, of: Delivery) -> dict[str, Any]:
        figures: dict[str, Any] = {
            "Pump": point.number,
            "Nozzle": of.nozzle,
            "FuelGradeId": of.nozzle,
            "FuelGradeName": "Fuel",
            "Volume": Decimal(of.millilitres).scaleb(-3),
            "TCVolume": Decimal(of.millilitres).scaleb(-3),
            "Price": Decimal(of.li).scaleb(-3),
            "Amount": of.yuan,
            "Transaction": of.number,
            "TotalVolume": Decimal(1_000_000 + of.millilitres).scaleb(-3),
            "TotalAmount": Decimal("9876.54"),
        }
        if self.freedoms.has_clock and of.started is not None:
            figures["DateTimeStart"] = _words(of.started)
            if of.ended is not None:
                figures["DateTime"] = _words(of.ended)
        return figures

    def _recorded(self, point: Point, of: Delivery) -> dict[str, Any]:
        if of.ended is None:
            return {"Pump": point.number, "Transaction": of.number, "State": of.state}
        state = "EndOfTransaction" if of is point.now else "Finished"
        late = timedelta(seconds=1 if self.freedoms.end_moves else 0)
        return self._but({**self._figures(point, replace(of, ended=of.ended + late)), "State": state})

    def _but(self, data: dict[str, Any], *more: str) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name not in self.freedoms.absent | {*more}}

    def _clock(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None, microsecond=0) + timedelta(  # noqa: TID251  it lives in real time
            minutes=self.freedoms.clock_offset
        )

    def _written(self, value: Any) -> bytes:
        return self._json(value).encode()

    def _json(self, value: Any) -> str:
        match value:
            case dict():
                rows = self._stirred(value).items()
                written = "{ " + " ,\n".join(f'"{name}" :{self._json(each)}' for name, each in rows) + "}"
            case list() | tuple():
                written = "[" + ", ".join(self._json(each) for each in value) + "]"
            case bool() if self.freedoms.booleans_as_text:
                written = '"true"' if value else '"false"'
            case Decimal() if self.freedoms.short:
                whole = value == value.to_integral_value()
                written = str(int(value)) if whole else format(value.normalize(), "f")
            case Decimal():
                written = f"{value:.{self.freedoms.decimals}f}"
            case _:
                written = json.dumps(value)
        return written

    def _stirred(self, value: dict[str, Any]) -> dict[str, Any]:
        if not self.freedoms.chatty or "new" in value:
            return value
        return {"SomethingNew": {"new": [1, None]}, **dict(reversed(value.items())), "Nothing": None}


USER_NAME = "admin"


def _ordered(of: Delivery) -> dict[str, Any]:
    kind, dose = of.ordered
    return {"OrderedType": kind, **({} if dose is None else {"OrderedDose": Decimal(dose)})}


def _words(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _error(code: int, name: str) -> dict[str, Any]:
    return {"Error": True, "Code": code, "Message": f"JSONPTS_ERROR_{name}"}


@contextmanager
def running(controller: Controller, manners: Manners | None = None) -> Iterator[Front]:
    """The controller on loopback."""
    with serving(manners or Manners(), controller.answer) as front:
        yield front
