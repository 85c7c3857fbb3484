"""A station of a test's own: its program as core.station builds it, in this process, on real wires."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from core.cloud_link.enrolment import enrol
from core.domain.fill import Fill
from core.domain.ids import NozzleNumber, OrderId, PumpNumber, SaleId
from core.domain.money import Money
from core.domain.payment import PaymentState
from core.domain.pump import Preset, PresetKind, PumpState
from core.domain.sale import Sale, SaleState
from core.domain.staff import FIRST_ROLES, Role
from core.domain.station_order import ServiceState, StationOrder
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from core.resources import resource
from core.services.opening import OpeningDesk
from core.station.build import open_station
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.station.plan import read_plan
from core.station.settings import read_settings
from core.station.station import Station
from core.wording.formats import STATION_ZONE
from demo.processes import Program
from tests.journeys.outside import Outside, eventually

PINS = {Role.CASHIER: "2580", Role.ATTENDANT: "1470", Role.MANAGER: "3690"}
WATER, UREA = "6901234500018", "6901234500032"
PACE = 60.0
_TOML = """[station]
name = "昆明北站加油站"
address = "北京路 988 号"
latitude = 25.0715
longitude = 102.7262
[pumps]
kind = "pts"
address = "http://127.0.0.1:{pumps}"
poll_seconds = 0.1
[printer]
kind = "network"
address = "127.0.0.1:{printer}"
[cloud]
url = "{cloud}"
"""


def laid_out(folder: Path) -> Path:
    """A laid out station's database file, to be copied: migrations and PIN hashes take their time."""
    file = folder / "laid-out.db"
    url = f"sqlite:///{file}"
    upgrade(url)
    database = Database.open(url)
    clock = SystemClock()
    work = UnitsOfWork(database, "test", clock, new_id, lambda _recorded: None, STATION_ZONE)
    OpeningDesk(work, clock, new_id).lay_out(read_plan(resource("demo/plan.toml"), new_id))
    database.close()
    return file


class RealStation:
    """Files, pump controller and pairing of one station, and the programs that a test opens on them."""

    def __init__(self, outside: Outside, folder: Path, blank: Path, *, pace: float = PACE) -> None:
        self.outside, self.folder, self.file = outside, folder, folder / "station.db"
        shutil.copy(blank, self.file)
        self.pumps: Program = outside.new_pumps(f"{folder.name}-{new_id()[-6:]}", pace)
        self.config = folder / "station.toml"
        ports = {"pumps": self.pumps.facts["port"], "printer": outside.printer.facts["port"]}
        self.config.write_text(_TOML.format(cloud=outside.site, **ports), encoding="utf-8")
        self.id, code = outside.add_station()
        enrolled = enrol(outside.site, code)
        (folder / "cloud.json").write_text(
            json.dumps({"station_id": enrolled.station_id, "token": enrolled.token}), encoding="utf-8"
        )
        self.token = enrolled.token
        self._open: list[Station] = []
        people = {row["role"]: row["id"] for row in self.rows("SELECT id, role FROM staff ORDER BY name")}
        self.cashier, self.attendant, self.manager = (people[role.code] for role in FIRST_ROLES)

    # --- programs --------------------------------------------------------------------------------------------------------

    def open(self, *, ready: bool = True) -> Station:
        """Start a till's program on this station; with `ready`, wait until pumps and cloud are there."""
        station = open_station(read_settings(self.config), "pos_app", may_own_pumps=True)
        self._open.append(station)
        station.start()
        if ready:
            eventually(lambda: self.reading(8), "all pumps report")
            eventually(lambda: station.health.state.owner, "it owns the pumps")
            eventually(self.is_known, "the directory knows the station")
        return station

    def shut(self, station: Station) -> None:
        """End one program in peace."""
        self._open.remove(station)
        station.stop()

    def close(self) -> None:
        """End everything of this station."""
        for station in reversed(self._open):
            station.stop()
        self.pumps.end()

    @property
    def till(self) -> Station:
        """The first program."""
        return self._open[0]

    # --- looking ---------------------------------------------------------------------------------------------------------

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Plain SQL on the station's file, as an auditor reads it."""
        return read(self.file, query, *values)

    def reading(self, pump: int) -> str:
        """What the pump does, by the station's books."""
        found = self.rows("SELECT state FROM readings WHERE pump = ?", pump)
        return found[0]["state"] if found else ""

    def write(self, statement: str, *values: object) -> None:
        """Leave one row as a power cut would have."""
        write(self.file, statement, *values)

    def is_known(self) -> bool:
        """Whether the cloud's directory has what this station is, and nothing waits to change it."""
        # Nothing waits either as long as nothing was said yet.
        described = "SELECT id FROM outbox WHERE kind = 'station_described' AND state = 'sent'"
        return bool(self.rows(described)) and self.is_all_sent()

    def is_all_sent(self) -> bool:
        """Whether nothing waits for the cloud."""
        return not self.rows("SELECT id FROM outbox WHERE state = 'waiting'")

    def fills(self, pump: int) -> list[dict[str, Any]]:
        """The booked fills of a pump, oldest first."""
        return self.rows("SELECT * FROM fills WHERE pump = ? ORDER BY id", pump)

    def ledger(self) -> list[dict[str, Any]]:
        """Every fill as the pumps know it."""
        return list(self.outside.control(self.pumps, "ledger"))

    # --- hands -----------------------------------------------------------------------------------------------------------

    def at_pump(self, pump: int, deed: str, **asked: object) -> None:
        """What a customer does at a pump."""
        self.outside.control(self.pumps, f"pumps/{pump}/{deed}", asked)

    def spoil(self, kind: str, **asked: object) -> None:
        """Let the pump controller go wrong; "none" ends it."""
        self.outside.control(self.pumps, "fault", {"kind": kind, **asked})

    def pace(self, factor: float) -> None:
        """How fast the pumps fill."""
        self.outside.control(self.pumps, "pace", {"factor": factor})

    def release(self, pump: int, fen: int | None = None, nozzle: int = 1) -> None:
        """The cashier lets a pump fill, and the controller knows it."""
        preset = Preset(PresetKind.AMOUNT, Money(fen)) if fen else Preset(PresetKind.FULL)
        eventually(lambda: self.reading(pump) in {"idle", "calling"}, f"pump {pump} is free")
        promised = "SELECT id FROM authorisations WHERE pump = ? AND state IN ('pending', 'authorised')"
        eventually(lambda: not self.rows(promised, pump), f"nothing is promised on pump {pump}")
        self.till.forecourt.request(PumpNumber(pump), NozzleNumber(nozzle), preset, self.cashier)
        eventually(lambda: self.reading(pump) == PumpState.AUTHORISED, f"pump {pump} is released")

    def wait_flow(self, pump: int, millilitres: int = 500) -> None:
        """Until so much fuel has flowed."""
        asked = "SELECT volume FROM readings WHERE pump = ? AND state = 'fuelling' AND volume > ?"
        eventually(lambda: self.rows(asked, pump, millilitres), f"fuel flows at pump {pump}")

    def fill(self, pump: int, fen: int) -> Fill:
        """A whole fill after the cashier released the pump; as it waits at the counter."""
        known = {row["id"] for row in self.fills(pump)}
        self.release(pump)
        self.at_pump(pump, "serve", nozzle=1, target_amount_fen=fen)

        def new() -> Fill | None:
            waiting = [fill for fill in self.till.forecourt.unpaid() if fill.pump == pump]
            return next((fill for fill in waiting if fill.id not in known), None)

        fill = eventually(new, f"the fill of pump {pump} is booked")
        assert isinstance(fill, Fill)
        return fill

    def open_shift(self) -> None:
        """Begin a shift with a float."""
        self.till.shifts.open(Money(50_000), self.cashier)

    def bill(self, *fills: Fill, water: int = 0) -> Sale:
        """A bill with these on it."""
        sale = self.till.sales.open(self.cashier)
        for fill in fills:
            sale = self.till.sales.add_fill(sale.id, fill.id, self.cashier)
        return self.till.sales.add_goods(sale.id, WATER, water, self.cashier) if water else sale

    def sale(self, sale: SaleId) -> Sale:
        """The bill now."""
        return self.till.sales.get(sale)

    def wait_completed(self, sale: SaleId, seconds: float = 30) -> Sale:
        """The sale once it is complete."""
        eventually(lambda: self.sale(sale).state is SaleState.COMPLETED, "the sale is complete", seconds)
        return self.sale(sale)

    def wait_payment(self, sale: SaleId, state: PaymentState, seconds: float = 30) -> Sale:
        """The sale once its last payment is so."""
        eventually(lambda: self.sale(sale).payments[-1].state is state, f"the payment is {state}", seconds)
        return self.sale(sale)

    def wait_order(self, order: str, state: ServiceState, seconds: float = 20) -> StationOrder:
        """The online order once it is so at the station."""

        def so() -> StationOrder | None:
            found = self.rows("SELECT state FROM orders WHERE id = ?", order)
            return self.till.orders.get(OrderId(order)) if found and found[0]["state"] == state else None

        found = eventually(so, f"the order is {state} at the station", seconds)
        assert isinstance(found, StationOrder)
        return found


def read(file: Path, query: str, *values: object) -> list[dict[str, Any]]:
    """Rows of a database file that others are writing."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(query, values)]
    finally:
        connection.close()


def write(file: Path, statement: str, *values: object) -> None:
    """Change exactly one row of a database file that others are using."""
    connection = sqlite3.connect(file, timeout=10)
    try:
        with connection:
            assert connection.execute(statement, values).rowcount == 1
    finally:
        connection.close()
