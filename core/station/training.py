"""A till to learn at: a station of its own beside the real one, with nothing real outside and no way into real books.

Its files lie in the folder `training` beside station.toml. Fuels, pumps, prices and goods are copied from the real station,
which is read and never written; people are training people with one PIN. A mark inside each database keeps the two apart.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from core.domain.staff import Role
from core.persistence.books import BooksKind, peek
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import HEAD
from core.resources import resource
from core.services.opening import OpeningDesk, PlannedPerson, StationPlan
from core.simulated.printer import MemoryPrinter
from core.simulated.pts_controller.controller import Controller, Options
from core.simulated.pts_controller.site import PERMISSIONS, Grade, PumpPlan, Site, User
from core.simulated.training import TrainingDrivers, TrainingPaymentGateway
from core.simulated.training_members import practice
from core.station.build import open_station
from core.station.clock import SystemClock
from core.station.device_settings import CustomerDisplaySettings, PoleDisplaySettings, ScannerSettings
from core.station.devices import open_printer, queue_of
from core.station.identity import new_id
from core.station.open_books import open_database
from core.station.plan import read_plan
from core.station.pump_settings import PumpSettings
from core.station.settings import CloudSettings, Settings, SettingsUnfit
from core.station.stand_ins import StandIns
from core.station.station import Station
from core.station.training_paper import MARK, MarkedPrinter
from core.wording.catalogue import _, mark
from core.wording.formats import STATION_ZONE

FOLDER = "training"
PIN = "0000"
_PACE = 3.0  # A learner does not want to wait a minute for a car to fill.
_USER = User(1, "admin", "training", PERMISSIONS)
_QUEUE = "training"


def training_settings(settings: Settings) -> Settings:
    """Settings under which nothing of the real station can be reached: no pump, no cloud, no display, no file of it."""
    folder = settings.folder / FOLDER
    return replace(
        settings,
        file=folder / settings.file.name,
        station=replace(settings.station, name=f"{_(MARK)} {settings.station.name}".strip()),
        database_url=f"sqlite:///{folder / 'station.db'}",
        pumps=PumpSettings("none", "", "", "", "auto", "", 0.2),
        printer=replace(settings.printer, drawer_sensor="none", logo=""),
        receipt=replace(settings.receipt, invoice_url=""),
        pole_display=PoleDisplaySettings("none", "", 9_600, chinese=False),
        # A scanner or display with a cable of its own belongs to the till that sells.
        scanner=ScannerSettings("keyboard", "", 9_600),
        customer_display=CustomerDisplaySettings(),
        cloud=CloudSettings("", folder / "no-cloud"),
        reports_folder=folder / "reports",
    )


def open_training(settings: Settings, program: str = "pos_app") -> Station:
    """The training station over `settings`, its outside running. Raises SettingsUnfit.

    Raises it, too, where real books lie in the training folder: they are neither opened nor changed.
    """
    training = training_settings(settings)
    training.folder.mkdir(parents=True, exist_ok=True)
    _must_not_be_real(training)
    clock = SystemClock()
    _begin_anew_each_day(training, clock.now())
    plan = _plan(settings)
    _lay_out(training, plan, clock)
    pumps = _simulated_pumps(plan, training.folder)
    drivers = TrainingDrivers(pumps.forecourt)
    pumps.start()
    drivers.start()

    def stop_outside() -> None:
        drivers.stop()
        pumps.stop()

    training = replace(
        training,
        pumps=PumpSettings(
            "pts", f"http://127.0.0.1:{pumps.port}", _USER.login, _USER.password, "auto", "", 0.2
        ),
    )
    try:
        station = open_station(
            training,
            program,
            may_own_pumps=True,
            kind=BooksKind.TRAINING,
            stand_ins=_stand_ins(training, clock.now()),
        )
    except BaseException:
        stop_outside()
        raise
    return replace(station, stop=_Both(station.stop, stop_outside))


@dataclass(frozen=True, slots=True)
class _Both:
    """First the station, then what it talks to."""

    station: Callable[[], None]
    outside: Callable[[], None]

    def __call__(self) -> None:
        try:
            self.station()
        finally:
            self.outside()


def _must_not_be_real(training: Settings) -> None:
    if peek(training.database_url) is BooksKind.REAL:
        raise SettingsUnfit(
            mark(
                "{file} holds a real station's books. They are not opened for training; take them away from there."
            ),
            file=_database_file(training),
        )


def _begin_anew_each_day(training: Settings, now: datetime) -> None:
    """Yesterday's training is thrown away, so that pumps, prices and goods are today's."""
    file = _database_file(training)
    if peek(training.database_url) is not BooksKind.TRAINING:
        return
    changed = max(
        each.stat().st_mtime for each in (file, file.with_name(f"{file.name}-wal")) if each.exists()
    )
    if datetime.fromtimestamp(changed, STATION_ZONE).date() < now.astimezone(STATION_ZONE).date():
        # Where another training till still has it open, some systems do not let go of a file: then it stays.
        with suppress(PermissionError):
            for each in training.folder.glob(f"{file.name}*"):
                each.unlink()
            (training.folder / "pumps.json").unlink(missing_ok=True)


def _plan(real: Settings) -> StationPlan:
    """The real station's fuels, pumps, prices and goods; the demo station's where there are none to be read."""
    found = _copied(real)
    if found is None:
        found = read_plan(resource("demo/plan.toml"), new_id)
    people = (
        PlannedPerson(_("Learning cashier"), Role.CASHIER, PIN),
        PlannedPerson(_("Learning attendant"), Role.ATTENDANT, PIN),
        PlannedPerson(_("Training manager"), Role.MANAGER, PIN),
    )
    return replace(found, people=people)


def _copied(real: Settings) -> StationPlan | None:
    if peek(real.database_url, HEAD) is not BooksKind.REAL:
        return None  # Not there yet, or of another version: it is not for a training till to upgrade it.
    database = Database.open(real.database_url)
    try:
        work = UnitsOfWork(database, "training", SystemClock(), new_id, lambda _recorded: None, STATION_ZONE)
        with work.reading() as look:
            board = look.prices.board()
            grades, pumps = tuple(look.forecourt.grades()), tuple(look.forecourt.pumps())
            goods = tuple(look.catalogue.on_sale())
            prices = tuple((grade.code, price) for grade in grades if (price := board.of(grade.code)))
    finally:
        database.close()
    return StationPlan(grades, pumps, prices, goods, ()) if pumps else None


def _lay_out(training: Settings, plan: StationPlan, clock: SystemClock) -> None:
    database = open_database(training, BooksKind.TRAINING)
    try:
        work = UnitsOfWork(database, "training", clock, new_id, lambda _recorded: None, STATION_ZONE)
        with work.reading() as look:
            is_empty = not look.staff.active()
        if is_empty:
            OpeningDesk(work, clock, new_id).lay_out(plan)
    finally:
        database.close()


def _simulated_pumps(plan: StationPlan, folder: Path) -> Controller:
    numbers = {grade.code: grade.controller_grade for grade in plan.grades}
    prices = dict(plan.prices)
    site = Site(
        grades=tuple(
            Grade(number, code, prices[code].li if code in prices else 0, 1_200)
            for code, number in numbers.items()
        ),
        pumps=tuple(
            PumpPlan(pump.number, tuple(numbers[nozzle.grade] for nozzle in pump.nozzles))
            for pump in plan.pumps
        ),
        tanks=(),
        users=(_USER,),
    )
    return Controller(site, Options(pace=_PACE, state=folder / "pumps.json"))


def _stand_ins(training: Settings, now: datetime) -> StandIns:
    on_paper = training.training.paper and training.printer.is_set
    printer = open_printer(training.printer, training.folder) if on_paper else MemoryPrinter()
    members, coupons = practice(_("Practice coupon"), _("Practice member"), now)
    return StandIns(
        payments=TrainingPaymentGateway(),
        coupons=coupons,
        members=members,
        points=members,
        printer=MarkedPrinter(printer),
        queue=queue_of(training.printer) if on_paper else _QUEUE,
    )


def _database_file(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))
