"""A delivery step by step: papers and tanks, unloading, settling, measured, received."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from admin_app.panels import form
from admin_app.tanks.presenter import TanksState
from admin_app.tanks.words import delivery_told, whole
from core.domain.ids import TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.tanks.delivery import LONGEST_WORD, Delivery, DeliveryState, Part
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.labels import RIGHT, Words
from core.qt.widgets.layers import Sheet
from core.wording import names, tanks
from core.wording.catalogue import _

COMPARTMENTS = 4
_FIGURES = ("noted", "before", "after", "sold", "received", "difference")


class DeliverySheet(Sheet):
    """Signals: begin_wanted(note, plate, parts); cancel_wanted; unloaded_wanted; measure_wanted; gauge_wanted; receive_wanted(remark, by_note)."""

    begin_wanted = Signal(str, str, object)
    cancel_wanted = Signal()
    unloaded_wanted = Signal()
    measure_wanted = Signal()
    gauge_wanted = Signal()
    receive_wanted = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__(_("Delivery"), "delivery_form", width=760)
        self._state = TanksState()
        self._tanks: tuple[TankNumber, ...] = ()
        self._what = Words("", "strong", name="delivery_what", wrap=True)
        self._steps = Words("", "caption", name="delivery_steps")
        self._told = Words("", "title", name="delivery_told", wrap=True)
        self.note, self._plate = _field("delivery_note"), _field("delivery_plate")
        self._remark = _field("delivery_remark", 120)
        for field in (self.note, self._plate, self._remark):
            field.textEdited.connect(lambda _text: self._settle())
        self._papers = QWidget()
        self._papers.setLayout(form((_("Delivery note"), self.note), (_("Truck's plate"), self._plate)))
        self._parts = _Parts()
        self._parts.typed.connect(self._settle)
        self._figures = _FiguresPart()
        self._remarks = QWidget()
        self._remarks.setLayout(form((_("Remark"), self._remark)))
        self._cancel = BusyButton(_("It does not come"), "delivery_cancel", role="small-red")
        self._cancel.clicked.connect(self.cancel_wanted)
        self._by_note = BusyButton(_("Receive by note"), "delivery_by_note", role="small")
        self._by_note.clicked.connect(lambda: self.receive_wanted.emit(self._remark.text(), True))
        self._begin = BusyButton(
            _("It fits: begin to unload"), "delivery_begin", key="Return", role="primary"
        )
        self._begin.clicked.connect(self._send)
        self._unloaded = BusyButton(
            _("The truck is empty"), "delivery_unloaded", key="Return", role="primary"
        )
        self._unloaded.clicked.connect(self.unloaded_wanted)
        self._measure = BusyButton(_("Measure now"), "delivery_measure", key="Return", role="primary")
        self._measure.clicked.connect(self.measure_wanted)
        self._by_gauge = BusyButton(_("Take the gauge's figure"), "delivery_by_gauge", role="small")
        self._by_gauge.clicked.connect(self.gauge_wanted)
        self._noticed = Words("", name="delivery_noticed", wrap=True)
        self._receive = BusyButton(_("Receive as measured"), "delivery_receive", key="Return", role="primary")
        self._receive.clicked.connect(lambda: self.receive_wanted.emit(self._remark.text(), False))
        beside = QHBoxLayout()
        for button in (self._cancel, self._by_gauge, self._by_note):
            beside.addWidget(button)
        beside.addStretch(1)
        for widget in (
            self._what,
            self._steps,
            self._told,
            self._papers,
            self._parts,
            self._figures,
            self._noticed,
            self._remarks,
        ):
            self.body.addWidget(widget)
        self.body.addLayout(beside)
        for button in (self._begin, self._unloaded, self._measure, self._receive):
            self.body.addWidget(button)

    def begin(self, state: TanksState) -> None:
        """Fill the fields for this delivery."""
        delivery, view = state.delivery, state.view
        if delivery is None or view is None:
            return
        self._what.setText(
            _("{grade}, {litres} from {supplier}").format(
                grade=names.grade(delivery.grade),
                litres=whole(delivery.ordered),
                supplier=delivery.supplier,
            )
        )
        self.note.setText(delivery.note_number)
        self._plate.setText(delivery.plate)
        self._remark.setText(delivery.remark)
        self._parts.begin(
            [each.tank.number for each in view.tanks if each.tank.grade == delivery.grade], delivery
        )

    def show_state(self, state: TanksState) -> None:
        """Paint the step that it is at."""
        self._state = state
        delivery = state.delivery
        if delivery is None:
            return
        at, done = delivery.state, delivery.received is not None
        self._steps.setText(_steps(delivery))
        self._told.setText(delivery_told(delivery, state.settles_for))
        self._papers.setVisible(at is DeliveryState.ORDERED)
        self._parts.setVisible(at is DeliveryState.ORDERED)
        self._figures.setVisible(bool(delivery.fillings))
        self._figures.show_delivery(delivery)
        settling = at is DeliveryState.SETTLING
        self._remarks.setVisible(settling)
        self._cancel.setVisible(at is DeliveryState.ORDERED)
        self._by_note.setVisible(settling)
        self._begin.setVisible(at is DeliveryState.ORDERED)
        self._unloaded.setVisible(at is DeliveryState.UNLOADING)
        self._measure.setVisible(settling and not done)
        self._show_noticed(state.noticed if settling else None)
        self._receive.setVisible(settling and done)
        for button, name in (
            (self._begin, "begin"),
            (self._cancel, "cancel"),
            (self._unloaded, "unloaded"),
            (self._measure, "measure"),
            (self._by_gauge, "measure"),
            (self._receive, "receive"),
            (self._by_note, "receive"),
        ):
            button.set_busy(name in state.busy, _("Writing it down…"))
        self._settle()

    def _show_noticed(self, noticed: Litres | None) -> None:
        self._noticed.setVisible(noticed is not None)
        self._by_gauge.setVisible(noticed is not None)
        if noticed is not None:
            told = _("The gauge noticed {litres} by itself, sales meanwhile counted in.")
            self._noticed.setText(told.format(litres=whole(noticed)))

    def _settle(self) -> None:
        delivery = self._state.delivery
        if delivery is None:
            return
        lacks = not self.note.text().strip() or not self._plate.text().strip() or not self._parts.parts()
        self._begin.set_reason(_("Type the note, the truck, and what goes where.") if lacks else "")
        for button in (self._measure, self._by_gauge):
            button.set_reason(_("The tanks have not settled yet.") if self._state.settles_for else "")
        why = _("Say in the remark why.") if not self._remark.text().strip() else ""
        self._by_note.set_reason(why)
        self._receive.set_reason(why if delivery.is_beyond() else "")

    def _send(self) -> None:
        self.begin_wanted.emit(self.note.text(), self._plate.text(), self._parts.parts())


class _Parts(QWidget):
    """Compartments of the truck, each with its tank and litres. Signals: typed."""

    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.current().px(12))
        self._numbers: list[TankNumber] = []
        self._rows: list[tuple[ChoiceBox, DecimalEdit]] = []
        for number in range(1, COMPARTMENTS + 1):
            tank, litres = ChoiceBox(), DecimalEdit(f"delivery_litres_{number}")
            tank.setObjectName(f"delivery_tank_{number}")
            litres.textEdited.connect(lambda _text: self.typed.emit())
            place = number - 1
            grid.addWidget(Words(_("Compartment {number}").format(number=number), "quiet"), place, 0)
            grid.addWidget(tank, place, 1)
            grid.addWidget(litres, place, 2)
            self._rows.append((tank, litres))
        grid.setColumnStretch(2, 1)

    def begin(self, numbers: list[TankNumber], delivery: Delivery) -> None:
        """The tanks of the grade, and what was typed before."""
        self._numbers = numbers
        for place, (tank, litres) in enumerate(self._rows):
            tank.clear()
            tank.addItems([_("Tank {tank}").format(tank=number) for number in numbers])
            litres.clear()
            if place < len(delivery.parts):
                part = delivery.parts[place]
                litres.setText(f"{part.volume.millilitres // 1_000}")
                tank.setCurrentIndex(numbers.index(part.tank) if part.tank in numbers else 0)

    def parts(self) -> tuple[Part, ...]:
        """What is typed."""
        found = []
        for number, (tank, litres) in enumerate(self._rows, 1):
            volume, place = litres.litres(), tank.currentIndex()
            if volume is not None and volume > NO_LITRES and 0 <= place < len(self._numbers):
                found.append(Part(str(number), self._numbers[place], volume))
        return tuple(found)


class _FiguresPart(QWidget):
    """What was noted and measured, in one row of figures."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        titles = (
            _("Noted"),
            _("Before unloading"),
            _("After settling"),
            _("Sold meanwhile"),
            _("By measure"),
            _("Apart, L"),
        )
        self._figures = {
            name: Words("—", "strong", name=f"delivery_{name}", align=RIGHT) for name in _FIGURES
        }
        for place, (name, title) in enumerate(zip(_FIGURES, titles, strict=True)):
            grid.addWidget(Words(title, "caption", align=RIGHT), 0, place)
            grid.addWidget(self._figures[name], 1, place)
            grid.setColumnStretch(place, 1)

    def show_delivery(self, delivery: Delivery) -> None:
        """Paint the sums over all tanks."""
        fillings = delivery.fillings
        before = sum(each.before.fuel.millilitres for each in fillings)
        after = [each.after for each in fillings]
        known = [each for each in after if each is not None]
        told = len(known) == len(after) and bool(after)
        self._figures["noted"].setText(whole(delivery.noted))
        self._figures["before"].setText(whole(Litres(before)))
        self._figures["after"].setText(
            whole(Litres(sum(each.fuel.millilitres for each in known))) if told else "—"
        )
        drawn = Litres(sum(each.drawn.millilitres for each in fillings))
        self._figures["sold"].setText(whole(drawn) if told else "—")
        self._figures["received"].setText(whole(delivery.received))
        tone = Tone.RED if delivery.is_beyond() else Tone.GREEN
        self._figures["difference"].say(tanks.signed(delivery.difference), tone if told else None)


def _field(name: str, longest: int = LONGEST_WORD) -> QLineEdit:
    field = QLineEdit()
    field.setObjectName(name)
    field.setMaxLength(longest)
    return field


def _steps(delivery: Delivery) -> str:
    """All steps, the present one in brackets."""
    steps = [_("Papers"), _("Unloading"), _("Settling"), _("Measuring"), _("Into the book")]
    at = {
        DeliveryState.ORDERED: 0,
        DeliveryState.UNLOADING: 1,
        DeliveryState.SETTLING: 3 if delivery.received is not None else 2,
        DeliveryState.RECEIVED: 4,
    }.get(delivery.state)
    return "  →  ".join(f"【{step}】" if place == at else step for place, step in enumerate(steps))
