"""What lies in the tanks; dips, deliveries step by step, adjustments, alarms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import ApprovalId, DeliveryId, GradeCode, TankAlarmId, TankNumber
from core.domain.litres import Litres
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.tanks import StrappingUnreadable
from core.domain.tanks.alarm import TankAlarm
from core.domain.tanks.delivery import Delivery, Part
from core.domain.tanks.leak import LeakHint
from core.domain.tanks.strapping import LARGEST_FILE, StrappingTable, read_file
from core.domain.tanks.variance import VarianceLine
from core.ports.clock import Clock
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.ports.tanks import KeptReading
    from core.services.reports import ReportDesk
    from core.services.staff import StaffDesk
    from core.services.tanks.desk import TankDesk, TanksView
    from core.services.tanks.desk import TankView as TankView  # noqa: PLC0414 - for the card that shows one

_DAYS = 31
_HOURS = 24


class Page(StrEnum):
    """What shows of the chosen tank."""

    DAYS = "days"
    READINGS = "readings"
    ALARMS = "alarms"


class Form(StrEnum):
    """Which sheet is open."""

    NONE = ""
    DIP = "dip"
    ORDER = "order"
    DELIVERY = "delivery"
    ADJUST = "adjust"
    MOVE = "move"
    STRAP = "strap"


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file that was chosen as the tank's strapping table, and what is in it."""

    path: Path
    text: str
    table: StrappingTable


@dataclass(frozen=True, slots=True)
class TanksState:
    """Everything that shows. `lines` and `readings` are the chosen tank's, newest first."""

    view: "TanksView | None" = None
    chosen: TankNumber | None = None
    page: Page = Page.DAYS
    lines: tuple[VarianceLine, ...] = ()
    readings: "tuple[KeptReading, ...]" = ()
    hint: LeakHint | None = None
    names: tuple[tuple[str, str], ...] = ()
    form: Form = Form.NONE
    delivery_shown: DeliveryId | None = None
    table: "TableFile | None" = None
    busy: frozenset[str] = frozenset()
    now: datetime | None = None

    @property
    def tank(self) -> "TankView | None":
        """The chosen one."""
        tanks = self.view.tanks if self.view is not None else ()
        return next((each for each in tanks if each.tank.number == self.chosen), None)

    @property
    def delivery(self) -> Delivery | None:
        """The one whose sheet is open."""
        known = self.view.deliveries if self.view is not None else ()
        return next((each for each in known if each.id == self.delivery_shown), None)

    @property
    def grades(self) -> tuple[GradeCode, ...]:
        """What the tanks hold."""
        tanks = self.view.tanks if self.view is not None else ()
        return tuple(dict.fromkeys(each.tank.grade for each in tanks))

    @property
    def alarms(self) -> tuple[TankAlarm, ...]:
        """All tanks' alarms, newest first."""
        return self.view.alarms if self.view is not None else ()

    @property
    def noticed(self) -> Litres | None:
        """What the gauge by itself took the open delivery for."""
        if self.view is None or self.delivery_shown is None:
            return None
        return self.view.by_gauge.get(self.delivery_shown)

    @property
    def neighbours(self) -> tuple[TankNumber, ...]:
        """Tanks that the chosen one's fuel may be pumped into: of the same grade, with a book of their own."""
        chosen, tanks = self.tank, self.view.tanks if self.view is not None else ()
        if chosen is None:
            return ()
        return tuple(
            each.tank.number
            for each in tanks
            if each.tank.grade == chosen.tank.grade and each.tank.book != chosen.tank.book
        )

    @property
    def settles_for(self) -> timedelta | None:
        """How long the open delivery's tanks still have to rest; None where they need not."""
        settled = self.delivery.settled_at() if self.delivery is not None else None
        if settled is None or self.now is None:
            return None
        return max(timedelta(0), settled - self.now)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one look at the books brings."""

    view: "TanksView"
    chosen: TankNumber | None
    lines: tuple[VarianceLine, ...]
    readings: "tuple[KeptReading, ...]"
    hint: LeakHint | None
    names: tuple[tuple[str, str], ...]


class TanksPresenter(RefreshingPresenter[Figures]):
    """Signals: changed; said(str), a sentence of what was done; written(Path), a paper to be shown."""

    said = Signal(str)
    written = Signal(Path)

    def __init__(  # noqa: PLR0917 - two desks, and what every presenter has
        self,
        tanks: "TankDesk",
        staff: "StaffDesk",
        clock: Clock,
        background: Runs,
        notices: Notices,
        approvals: AsksApproval,
        reports: "ReportDesk",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._tanks = tanks
        self._staff = staff
        self._clock = clock
        self._approvals = approvals
        self._reports = reports
        self.state = TanksState()

    # --- looking -----------------------------------------------------------------------------------------------------

    def choose(self, tank: TankNumber) -> None:
        """Show this one's days, readings and alarms."""
        if tank != self.state.chosen:
            self._show(replace(self.state, chosen=tank, lines=(), readings=(), hint=None))
            self.reload()

    def turn_to(self, page: Page) -> None:
        """Show something else of the chosen tank."""
        self._show(replace(self.state, page=page))

    def open_form(self, form: Form) -> None:
        """A sheet about the chosen tank, or an order."""
        self._show(replace(self.state, form=form))

    def open_delivery(self, delivery: DeliveryId) -> None:
        """A delivery's next step."""
        self._show(replace(self.state, form=Form.DELIVERY, delivery_shown=delivery))

    def give_up(self) -> None:
        """No sheet any more."""
        self._show(replace(self.state, form=Form.NONE, delivery_shown=None, table=None))

    def tick(self) -> None:
        """A second has passed: what counts down is shown anew."""
        if self.state.form is Form.DELIVERY:
            self._show(self.state)

    # --- doing -------------------------------------------------------------------------------------------------------

    def dip(
        self, height: int, water: int, temperature: int | None, approval: ApprovalId | None = None
    ) -> None:
        """What the stick showed; heights in tenths of a millimetre."""
        tank, by = self.state.chosen, self._by
        if tank is not None:
            self._do(
                "dip",
                lambda: self._tanks.measuring.dip(tank, height, water, temperature, by, approval),
                lambda given: self.dip(height, water, temperature, given),
                _("Dip tank {tank}").format(tank=tank),
                _("The dip of tank {tank} is in the book.").format(tank=tank),
            )

    def order(
        self, grade: GradeCode, supplier: str, volume: Litres, approval: ApprovalId | None = None
    ) -> None:
        """Fuel was ordered."""
        by = self._by
        self._do(
            "order",
            lambda: self._tanks.deliveries.order(grade, supplier, volume, by, approval),
            lambda given: self.order(grade, supplier, volume, given),
            _("Order fuel"),
            _("The order is written down."),
        )

    def begin_unloading(
        self, note: str, plate: str, parts: Sequence[Part], approval: ApprovalId | None = None
    ) -> None:
        """The truck may unload, if it fits."""
        delivery, by = self.state.delivery_shown, self._by
        if delivery is not None:
            self._do(
                "begin",
                lambda: self._tanks.deliveries.begin(delivery, note, plate, parts, by, approval),
                lambda given: self.begin_unloading(note, plate, parts, given),
                _("Unload a truck"),
                _("Unloading may begin. Its nozzles rest until the tanks have settled."),
                stays=True,
            )

    def cancel_delivery(self, approval: ApprovalId | None = None) -> None:
        """It does not come."""
        delivery, by = self.state.delivery_shown, self._by
        if delivery is not None:
            self._do(
                "cancel",
                lambda: self._tanks.deliveries.cancel(delivery, "", by, approval),
                self.cancel_delivery,
                _("Strike a delivery out"),
                _("The delivery was struck out."),
            )

    def unloaded(self, approval: ApprovalId | None = None) -> None:
        """The truck is empty."""
        delivery, by = self.state.delivery_shown, self._by
        if delivery is not None:
            self._do(
                "unloaded",
                lambda: self._tanks.deliveries.unloaded(delivery, by, approval),
                self.unloaded,
                _("Unload a truck"),
                _("The tanks settle for fifteen minutes."),
                stays=True,
            )

    def measure_after(self, approval: ApprovalId | None = None) -> None:
        """What came, by measure."""
        delivery, by = self.state.delivery_shown, self._by
        if delivery is not None:
            self._do(
                "measure",
                lambda: self._tanks.deliveries.measure(delivery, by, approval),
                self.measure_after,
                _("Measure a delivery"),
                "",
                stays=True,
            )

    def measure_by_gauge(self, approval: ApprovalId | None = None) -> None:
        """What came, as the gauge noticed it."""
        delivery, by = self.state.delivery_shown, self._by
        if delivery is not None:
            self._do(
                "measure",
                lambda: self._tanks.deliveries.measure_by_gauge(delivery, by, approval),
                self.measure_by_gauge,
                _("Measure a delivery"),
                "",
                stays=True,
            )

    def receive(self, remark: str, approval: ApprovalId | None = None, *, by_note: bool = False) -> None:
        """Take it into the book."""
        delivery, by = self.state.delivery_shown, self._by
        if delivery is not None:
            self._do(
                "receive",
                lambda: self._tanks.deliveries.receive(delivery, by, remark, approval, by_note=by_note),
                lambda given: self.receive(remark, given, by_note=by_note),
                _("Receive a delivery"),
                _("The delivery is in the stock book."),
            )

    def adjust(self, volume: Litres, reason: str, approval: ApprovalId | None = None) -> None:
        """A line of the book by hand."""
        tank, by = self.state.chosen, self._by
        if tank is not None:
            self._do(
                "adjust",
                lambda: self._tanks.stock.adjust(tank, volume, reason, by, approval),
                lambda given: self.adjust(volume, reason, given),
                _("Adjust the stock of tank {tank}").format(tank=tank),
                _("The adjustment is in the stock book."),
            )

    def pump_over(
        self, to: TankNumber, volume: Litres, reason: str, approval: ApprovalId | None = None
    ) -> None:
        """Fuel went from the chosen tank into another."""
        tank, by = self.state.chosen, self._by
        if tank is not None:
            self._do(
                "move",
                lambda: self._tanks.stock.pump_over(tank, to, volume, reason, by, approval),
                lambda given: self.pump_over(to, volume, reason, given),
                _("Pump fuel from tank {tank} into tank {to}").format(tank=tank, to=to),
                _("The transfer is in both stock books."),
            )

    def read_table(self, path: Path) -> None:
        """Look into a file that shall become the chosen tank's strapping table; nothing is changed yet."""

        def read(found: tuple[str, StrappingTable]) -> None:
            self._show(replace(self.state, table=TableFile(path, *found)))

        def refused(error: Exception) -> None:
            self._show(replace(self.state, table=None))
            self._notices.fault(error)

        self._background.run(lambda: read_file(path.name, _bytes_of(path)), read, refused)

    def strap(self, approval: ApprovalId | None = None) -> None:
        """What was looked at becomes the chosen tank's strapping table."""
        tank, by, file = self.state.chosen, self._by, self.state.table
        if tank is not None and file is not None:
            self._do(
                "strap",
                lambda: self._tanks.strap(tank, file.text, by, approval),
                self.strap,
                _("Read in the strapping table of tank {tank}").format(tank=tank),
                _("Tank {tank} has its strapping table.").format(tank=tank),
            )

    def write_day(self, day: date) -> None:
        """The tanks' figures of a day as a PDF."""
        by = self._by
        if "day" in self.state.busy:
            return

        def ended() -> None:
            self._show(replace(self.state, busy=self.state.busy - {"day"}))

        def wrote(path: Path) -> None:
            ended()
            self.written.emit(path)

        def failed(error: Exception) -> None:
            ended()
            self._notices.fault(error)

        self._show(replace(self.state, busy=self.state.busy | {"day"}))
        self._background.run(
            lambda: self._reports.tank_day_pdf(self._tanks.stock.day(day, by), by), wrote, failed
        )

    def acknowledge(self, alarm: TankAlarmId, approval: ApprovalId | None = None) -> None:
        """Somebody has seen it."""
        by = self._by
        self._do(
            "acknowledge",
            lambda: self._tanks.measuring.acknowledge(alarm, by, approval),
            lambda given: self.acknowledge(alarm, given),
            _("Acknowledge an alarm"),
            _("Written down with your name."),
            stays=True,
        )

    # --- within ------------------------------------------------------------------------------------------------------

    def _do(
        self,
        name: str,
        call: Callable[[], Any],
        again: Callable[[ApprovalId], None],
        words: str,
        told: str,
        *,
        stays: bool = False,
    ) -> None:
        """Run it once at a time and read everything anew; the sheet goes unless it `stays` for the next step."""
        if name in self.state.busy:
            return

        def ended() -> None:
            self._show(replace(self.state, busy=self.state.busy - {name}))

        def worked(_answer: Any) -> None:
            ended()
            if not stays:
                self.give_up()
            if told:
                self.said.emit(told)
            self.reload()

        def failed(error: Exception) -> None:
            ended()
            if isinstance(error, ApprovalNeeded):
                self._approvals.ask(error, again, words)
                return
            self._notices.fault(error)
            self.reload()

        self._show(replace(self.state, busy=self.state.busy | {name}))
        self._background.run(call, worked, failed)

    def _read(self) -> Figures:
        view = self._tanks.view()
        numbers = [each.tank.number for each in view.tanks]
        chosen = self.state.chosen if self.state.chosen in numbers else next(iter(numbers), None)
        if chosen is None:
            return Figures(view, None, (), (), None, ())
        book = next(each.tank.book for each in view.tanks if each.tank.number == chosen)
        lines = self._tanks.stock.variances(book, _DAYS)
        readings, _hours = self._tanks.history(chosen, _HOURS)
        hint = self._tanks.stock.leak(book)
        people = tuple((person.id, person.name) for person in self._staff.people())
        return Figures(view, chosen, tuple(reversed(lines)), tuple(reversed(readings)), hint, people)

    def _arrived(self, figures: Figures) -> None:
        if self.state.chosen not in (None, figures.chosen):
            return  # another one was chosen meanwhile, and is being read
        self._show(
            replace(
                self.state,
                view=figures.view,
                chosen=figures.chosen,
                lines=figures.lines,
                readings=figures.readings,
                hint=figures.hint,
                names=figures.names,
            )
        )

    def _show(self, state: TanksState) -> None:
        self.state = replace(state, now=self._clock.now())
        self.changed.emit()


def _bytes_of(path: Path) -> bytes:
    """As much of the file as a table can have; a byte more tells that it is too large."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise StrappingUnreadable(path.name) from error
