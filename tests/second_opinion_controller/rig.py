"""A whole station at the second opinion's controller: its books on SQLite, its own driver, no window."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.domain.ids import GradeCode, NozzleNumber, PumpNumber, StaffId
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade
from core.domain.pump import Nozzle, Preset, PresetKind, Pump
from core.domain.staff import Role
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from core.services.opening import OpeningDesk, PlannedPerson, StationPlan
from core.station.build import open_station
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.station.settings import read_settings
from core.station.station import Station
from core.wording.formats import STATION_ZONE
from tests.second_opinion_controller.controller import Controller
from tests.second_opinion_controller.front import Front
from tests.waiting import eventually

PRICES = {1: 7_810, 2: 8_320}
_GRADES = (GradeCode("G92"), GradeCode("G95"))
FULL = Preset(PresetKind.FULL)


def laid_out(folder: Path, pumps: int) -> Path:
    """The file of a station with so many pumps, to be copied."""
    file = folder / f"laid-out-{pumps}.db"
    upgrade(f"sqlite:///{file}")
    database = Database.open(f"sqlite:///{file}")
    clock = SystemClock()
    work = UnitsOfWork(database, "test", clock, new_id, lambda _recorded: None, STATION_ZONE)
    OpeningDesk(work, clock, new_id).lay_out(
        StationPlan(
            grades=tuple(FuelGrade(code, number) for number, code in enumerate(_GRADES, start=1)),
            pumps=tuple(_pump(PumpNumber(number)) for number in range(1, pumps + 1)),
            prices=tuple(
                (code, UnitPrice(price)) for code, price in zip(_GRADES, PRICES.values(), strict=True)
            ),
            goods=(),
            people=(
                PlannedPerson("赵建国", Role.MANAGER, "3690"),
                PlannedPerson("李敏", Role.CASHIER, "2580"),
            ),
        )
    )
    database.close()
    return file


def _pump(number: PumpNumber) -> Pump:
    return Pump(
        number, tuple(Nozzle(number, NozzleNumber(n), code) for n, code in enumerate(_GRADES, start=1))
    )


class Site:
    """Controller, forecourt and files of one station, and the hands of everybody on it."""

    def __init__(
        self, folder: Path, blank: Path, controller: Controller, front: Front, more: str = ""
    ) -> None:
        self.controller, self.front = controller, front
        self.file, self.config = folder / "station.db", folder / "station.toml"
        shutil.copy(blank, self.file)
        self.config.write_text(
            f'[station]\nname = "Trial"\n[pumps]\nkind = "pts"\naddress = "{front.address}"\npoll_seconds = 0.05\n'
            f"unpaid_fills = 9\n{more}",
            encoding="utf-8",
        )
        self.station: Station | None = None
        people = {row["role"]: StaffId(row["id"]) for row in self.rows("SELECT id, role FROM staff")}
        self.manager, self.cashier = people["manager"], people["cashier"]

    # --- the program ---------------------------------------------------------------------------------------------------

    def open(self, *, wait: bool = True) -> Station:
        """The till starts, and sees its pumps."""
        self.station = open_station(read_settings(self.config), "pos_app", may_own_pumps=True)
        self.station.start()
        if wait:
            self.until_all_report(counted=True)
        return self.station

    def until_all_report(self, *, counted: bool = False) -> None:
        """Every pump, after whatever was."""
        station = self.till
        eventually(lambda: station.health.state.owner and not station.health.state.pumps, "the line is up")
        for number in self.controller.channels:
            eventually(lambda n=number: self._is_known(n, counted), f"pump {number} reports and is counted")  # type: ignore[misc]

    def _is_known(self, pump: int, to_be_counted: bool) -> bool:
        if self.state(pump) in {"", "unknown", "offline"}:
            return False
        channel = self.controller.channels[pump]
        if not to_be_counted or channel.stage or channel.dispenser.running:
            return True
        return (
            channel.last_counted is not None
            and channel.last_counted[0] == len(PRICES)
            and not channel.request
        )

    @property
    def till(self) -> Station:
        """The open program."""
        assert self.station is not None
        return self.station

    def shut(self) -> None:
        """The till ends in peace."""
        if self.station is not None:
            self.station.stop()
            self.station = None

    def close(self) -> None:
        """Everything ends."""
        self.shut()
        self.front.cut()

    # --- people --------------------------------------------------------------------------------------------------------

    def ask(self, pump: int, nozzle: int = 1, preset: Preset = FULL) -> None:
        """The cashier releases a pump."""
        self.till.forecourt.request(PumpNumber(pump), NozzleNumber(nozzle), preset, self.manager)

    def is_asked(self, pump: int) -> bool:
        """Whether the release that was asked for last is still on its way or stands."""
        rows = self.rows("SELECT state FROM authorisations WHERE pump = ? ORDER BY requested_at", pump)
        return bool(rows) and rows[-1]["state"] != "refused"

    def release(self, pump: int, nozzle: int = 1, preset: Preset = FULL) -> None:
        """And it has come to be."""
        self.ask(pump, nozzle, preset)
        self.until(lambda: self.controller.dispensers[pump].leave is not None, f"pump {pump} is released")

    def until(self, true: Callable[[], object], what: str) -> None:
        """As `eventually`; where it does not come to be, what was asked and answered is told."""
        try:
            eventually(true, what)
        except AssertionError as error:
            rows = self.rows('SELECT pump, state, reason, "transaction" FROM authorisations')
            asked = [each for each in self.controller.asked if each != "PumpGetStatus"]
            raise AssertionError(f"{error}: {rows} {asked[-20:]}") from None

    def lift(self, pump: int, nozzle: int = 1) -> None:
        """A nozzle is taken."""
        self._hand(pump, lambda: self.controller.dispensers[pump].lift(nozzle))

    def squeeze(self, pump: int, volume: int) -> None:
        """So many millilitres more, or up to the dose."""
        self._hand(pump, lambda: self.controller.dispensers[pump].squeeze(volume))

    def hang_up(self, pump: int) -> None:
        """The nozzle is put back."""
        self._hand(pump, self.controller.dispensers[pump].hang_up)

    def fill(self, pump: int, nozzle: int, volume: int) -> None:
        """All three."""
        self.lift(pump, nozzle)
        self.squeeze(pump, volume)
        self.hang_up(pump)

    def unplug(self, pump: int, plugged: bool = False) -> None:
        """The cable between controller and pump."""

        def pull() -> None:
            self.controller.dispensers[pump].on_the_cable = plugged

        self._hand(pump, pull)

    def _hand(self, pump: int, deed: Callable[[], object]) -> None:
        with self.controller.lock:
            deed()
            if self.front.is_on:
                self.controller.channels[pump].look()

    def pay(self) -> None:
        """Everything that waits is paid in cash, and the cashier's drawer does not matter here."""
        for fill in self.till.forecourt.unpaid():
            self.till.fills.write_off(fill.id, "trial", self.manager)

    # --- looking ---------------------------------------------------------------------------------------------------------

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Plain SQL on the station's file, as an auditor reads it."""
        reader = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)
        reader.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in reader.execute(query, values)]
        finally:
            reader.close()

    def state(self, pump: int) -> str:
        """What the station believes that the pump does."""
        found = self.rows("SELECT state FROM readings WHERE pump = ?", pump)
        return str(found[0]["state"]) if found else ""

    def booked(self) -> "Counter[tuple[int, int, int, int, int]]":
        """Pump, nozzle, millilitres, fen and li a litre of every fill in the books."""
        rows = self.rows("SELECT pump, nozzle, volume, amount, price FROM fills WHERE state != 'empty'")
        return Counter(
            (row["pump"], row["nozzle"], row["volume"], row["amount"], row["price"]) for row in rows
        )

    def poured(self) -> "Counter[tuple[int, int, int, int, int]]":
        """The same of what really flowed."""
        with self.controller.lock:
            return Counter(
                (each.pump, each.nozzle, each.volume, each.amount, each.price)
                for each in self.controller.truth
            )

    def until_the_books_are_true(self, seconds: float = 10.0) -> None:
        """Fill by fill: none lost, none doubled, millilitres and fen equal; and the wire was clean."""
        try:
            eventually(lambda: self.booked() == self.poured(), "the books have every fill", seconds)
        except AssertionError:
            lost, invented = self.poured() - self.booked(), self.booked() - self.poured()
            raise AssertionError(f"lost {dict(lost)}, invented {dict(invented)}") from None
        assert not self.controller.complaints, self.controller.complaints[:5]

    def until_nothing_is_open(self) -> None:
        """The controller holds no transaction, the station no promise."""
        channels = self.controller.channels.values()
        eventually(lambda: all(not each.stage for each in channels), "every transaction is closed")

    def proposed(self) -> int:
        """Gaps that wait for a person's word."""
        return len(self.till.missing.proposed())
