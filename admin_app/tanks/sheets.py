"""The sheets about a tank: a dip, an order, an adjustment."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from admin_app.panels import form
from admin_app.tanks.book_sheets import MoveSheet, StrapSheet
from admin_app.tanks.delivery_sheet import DeliverySheet
from admin_app.tanks.presenter import Form, TanksPresenter, TanksState
from core.domain.litres import NO_LITRES
from core.domain.tanks.delivery import LONGEST_WORD
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording import names
from core.wording.catalogue import _


class DipSheet(Sheet):
    """Signals: wanted(height, water, temperature or None), in tenths."""

    wanted = Signal(int, int, object)

    def __init__(self) -> None:
        super().__init__(_("Dip a tank"), "dip_form", width=640)
        self._who = Words("", "title", name="dip_tank")
        self.surface = DecimalEdit("dip_height", "0.0")
        self._water = DecimalEdit("dip_water", "0.0")
        self._temperature = DecimalEdit("dip_temperature", "—", signed=True)
        for field in (self.surface, self._water, self._temperature):
            field.textEdited.connect(lambda _text: self._settle())
        self._told = Words(
            _("Nozzles of this tank rest while it is dipped, and for 15 minutes after a delivery."), wrap=True
        )
        self._go = BusyButton(_("Write the dip down"), "dip_save", key="Return", role="primary")
        self._go.clicked.connect(self._send)
        self.body.addWidget(self._who)
        self.body.addLayout(
            form(
                (_("Fuel's surface, mm"), self.surface),
                (_("Water, mm"), self._water),
                (_("Temperature, °C"), self._temperature),
            )
        )
        for widget in (self._told, self._go):
            self.body.addWidget(widget)

    def begin(self, state: TanksState) -> None:
        """Empty fields for the chosen tank."""
        tank = state.tank
        if tank is not None:
            self._who.setText(
                _("Tank {tank}, {grade}").format(tank=tank.tank.number, grade=names.grade(tank.tank.grade))
            )
        for field in (self.surface, self._water, self._temperature):
            field.clear()
        self._settle()

    def show_state(self, state: TanksState) -> None:
        """Whether it is being written down."""
        self._go.set_busy("dip" in state.busy, _("Writing it down…"))

    def _settle(self) -> None:
        self._go.set_reason("" if self.surface.hundredths() is not None else _("Type the height."))

    def _send(self) -> None:
        height = self.surface.hundredths()
        warm = self._temperature.hundredths()
        if height is not None:
            water = self._water.hundredths() or 0
            self.wanted.emit(height // 10, water // 10, None if warm is None else round(warm / 10))


class OrderSheet(Sheet):
    """Signals: wanted(GradeCode, supplier, Litres)."""

    wanted = Signal(object, str, object)

    def __init__(self) -> None:
        super().__init__(_("Order fuel"), "order_form", width=640)
        self._state = TanksState()
        self._grade = ChoiceBox()
        self._grade.setObjectName("order_grade")
        self.supplier = QLineEdit()
        self.supplier.setObjectName("order_supplier")
        self.supplier.setMaxLength(LONGEST_WORD)
        self._volume = DecimalEdit("order_volume")
        self.supplier.textEdited.connect(lambda _text: self._settle())
        self._volume.textEdited.connect(lambda _text: self._settle())
        self._go = BusyButton(_("Write the order down"), "order_save", key="Return", role="primary")
        self._go.clicked.connect(self._send)
        self.body.addLayout(
            form((_("Fuel"), self._grade), (_("Supplier"), self.supplier), (_("Litres"), self._volume))
        )
        self.body.addWidget(self._go)

    def begin(self, state: TanksState) -> None:
        """Empty fields; the chosen tank's grade is proposed."""
        self._state = state
        self._grade.clear()
        self._grade.addItems([names.grade(grade) for grade in state.grades])
        if state.tank is not None:
            self._grade.setCurrentIndex(state.grades.index(state.tank.tank.grade))
        self.supplier.clear()
        self._volume.clear()
        self._settle()

    def show_state(self, state: TanksState) -> None:
        """Whether it is being written down."""
        self._go.set_busy("order" in state.busy, _("Writing it down…"))

    def _settle(self) -> None:
        volume = self._volume.litres()
        lacks = not self.supplier.text().strip() or volume is None or volume <= NO_LITRES
        self._go.set_reason(_("Type who delivers, and how many litres.") if lacks else "")

    def _send(self) -> None:
        volume, place = self._volume.litres(), self._grade.currentIndex()
        if volume is not None and place >= 0:
            self.wanted.emit(self._state.grades[place], self.supplier.text(), volume)


class AdjustSheet(Sheet):
    """Signals: wanted(Litres, reason)."""

    wanted = Signal(object, str)

    def __init__(self) -> None:
        super().__init__(_("Adjust the stock"), "adjust_form", width=640)
        self._who = Words("", "title", name="adjust_tank")
        self._told = Words(
            _(
                "A line is added to the stock book, and none is changed. What is missing stays in the variances."
            ),
            wrap=True,
        )
        self.volume = DecimalEdit("adjust_volume", signed=True)
        self._reason = QLineEdit()
        self._reason.setObjectName("adjust_reason")
        self._reason.setMaxLength(120)
        self.volume.textEdited.connect(lambda _text: self._settle())
        self._reason.textEdited.connect(lambda _text: self._settle())
        self._go = BusyButton(_("Write it into the book"), "adjust_save", key="Return", role="primary")
        self._go.clicked.connect(self._send)
        self.body.addWidget(self._who)
        self.body.addLayout(form((_("Litres, below zero out"), self.volume), (_("Reason"), self._reason)))
        for widget in (self._told, self._go):
            self.body.addWidget(widget)

    def begin(self, state: TanksState) -> None:
        """Empty fields for the chosen tank."""
        tank = state.tank
        if tank is not None:
            self._who.setText(
                _("Tank {tank}, {grade}").format(tank=tank.tank.number, grade=names.grade(tank.tank.grade))
            )
        self.volume.clear()
        self._reason.clear()
        self._settle()

    def show_state(self, state: TanksState) -> None:
        """Whether it is being written down."""
        self._go.set_busy("adjust" in state.busy, _("Writing it down…"))

    def _settle(self) -> None:
        lacks = not self.volume.litres() or not self._reason.text().strip()
        self._go.set_reason(_("Type the litres, and why.") if lacks else "")

    def _send(self) -> None:
        volume = self.volume.litres()
        if volume is not None:
            self.wanted.emit(volume, self._reason.text())


_Shown = DipSheet | OrderSheet | AdjustSheet | MoveSheet | StrapSheet | DeliverySheet


def join(presenter: TanksPresenter, layers: Layers) -> tuple[Sheet, ...]:
    """The sheets, opened and closed as the presenter says."""
    dip, order, adjust, delivery = DipSheet(), OrderSheet(), AdjustSheet(), DeliverySheet()
    move, strap = MoveSheet(), StrapSheet()
    sheets: list[tuple[Form, _Shown, QWidget]] = [
        (Form.DIP, dip, dip.surface),
        (Form.ORDER, order, order.supplier),
        (Form.ADJUST, adjust, adjust.volume),
        (Form.MOVE, move, move.volume),
        (Form.STRAP, strap, strap.path),
        (Form.DELIVERY, delivery, delivery.note),
    ]

    def show() -> None:
        state = presenter.state
        for wanted, sheet, focus in sheets:
            unread = wanted is Form.DELIVERY and state.delivery is None
            if state.form is not wanted or unread:
                layers.close_sheet(sheet)
                continue
            if not layers.is_open(sheet):
                sheet.begin(state)
                sheet.show_state(state)
                layers.open(sheet, focus)
            sheet.show_state(state)

    dip.wanted.connect(presenter.dip)
    order.wanted.connect(presenter.order)
    adjust.wanted.connect(presenter.adjust)
    move.wanted.connect(presenter.pump_over)
    strap.look_wanted.connect(presenter.read_table)
    strap.wanted.connect(presenter.strap)
    delivery.begin_wanted.connect(presenter.begin_unloading)
    delivery.cancel_wanted.connect(presenter.cancel_delivery)
    delivery.unloaded_wanted.connect(presenter.unloaded)
    delivery.measure_wanted.connect(presenter.measure_after)
    delivery.gauge_wanted.connect(presenter.measure_by_gauge)
    delivery.receive_wanted.connect(lambda remark, by_note: presenter.receive(remark, by_note=by_note))
    for _form, sheet, _focus in sheets:
        sheet.left.connect(presenter.give_up)
    presenter.changed.connect(show)
    return tuple(sheet for _form, sheet, _focus in sheets)
