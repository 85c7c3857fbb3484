"""One online order: whose car, which pump, how much, how long it has waited, and the one button that comes next."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout

from core.domain.ids import OrderId
from core.domain.station_order import ServiceState, StationOrder
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import LEFT, RIGHT, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _, mark
from core.wording.refusals import sentence_of_code
from pos_app.orders.plate import PlateLabel
from pos_app.orders.presenter import OrderView

_S = ServiceState
_STEPS = {
    _S.WAITING: mark("Accept"),
    _S.CLAIMING: mark("Accept"),
    _S.ACCEPTED: mark("Plate is right"),
    _S.OTHER_CAR: mark("Right after all"),
    _S.PLATE_CHECKED: mark("Release pump"),
    _S.AUTHORISING: mark("Release pump"),
    _S.AUTHORISED: mark("Lift the nozzle"),
    _S.FUELLING: mark("Fuelling"),
    _S.FILLED: mark("Confirm done"),
}
_NEXT = {
    _S.CLAIMING: mark("Telling the driver…"),
    _S.AUTHORISING: mark("Asking the pump…"),
}
_TONES = {
    _S.AUTHORISED: Tone.GREEN,
    _S.FUELLING: Tone.GREEN,
}


_LOW = 56
_SAID = (Tone.RED, Tone.AMBER)
_WRONG = {_S.WAITING: mark("Send back"), _S.ACCEPTED: mark("Not this car")}
_SOMETHING = mark("Something wrong")


class OrderCard(QFrame):
    """Signals: next_wanted(OrderId); decline_wanted(OrderId)."""

    next_wanted = Signal(str)
    decline_wanted = Signal(str)

    def __init__(self, order: OrderId, large: bool = False, number: int = 0) -> None:
        """`number` from 1 to 9 is the card's for as long as it lies there: its keys must not move with its neighbours."""
        super().__init__()
        self.setObjectName(f"order_card_{order}")
        self.setProperty("role", "order")
        self.number = number
        self._large = large
        self._order = order
        self._shown: tuple[OrderView, bool] | None = None
        self._plate = PlateLabel("figure" if large else "title", name=f"order_plate_{order}")
        self._car = ElidedWords("", "body" if large else "caption", align=RIGHT if large else LEFT)
        self._code = ElidedWords("", "caption", align=RIGHT)
        self._what = ElidedWords("", "title" if large else "strong")
        self._much = Words("", "large" if large else "strong", align=RIGHT)
        self._state = ElidedWords(
            "", "strong" if large else "caption", name=f"order_state_{order}", align=LEFT if large else RIGHT
        )
        self._live = ElidedWords("", "title" if large else "strong", name=f"order_live_{order}", align=RIGHT)
        self._why = Words("", "caption", Tone.AMBER, wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMaximum(1000)
        keys = (f"Ctrl+{number}", f"Ctrl+F{number}") if number else ("", "")
        self._next = BusyButton("", f"order_next_{order}", keys[0], role="step-quiet", stacked=True)
        self._decline = BusyButton(
            _("Send back"), f"order_decline_{order}", keys[1], role="quiet", stacked=True
        )
        self._next.clicked.connect(lambda: self.next_wanted.emit(self._order))
        self._decline.clicked.connect(lambda: self.decline_wanted.emit(self._order))
        if large:
            self._lay_out_large()
        else:
            self._lay_out_small()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """As large as it wants to be: many orders scroll, their buttons stay as high as a glove needs."""
        return self.sizeHint()

    def show_order(self, view: OrderView, foremost: bool) -> None:
        """Paint it; `foremost` is the order whose step is the screen's primary action."""
        if self._shown == (view, foremost):
            return
        self._shown = (view, foremost)
        order = view.order
        tone = _tone(view)
        theme.paint_as(self, tone=tone.value if tone else None)
        self._plate.setText(order.plate)
        code = _("Code {code}").format(code=order.code)
        self._car.setText(order.car)
        self._code.setText("   ".join(filter(None, (code, order.driver_phone))))
        self._what.setText(_("Pump {pump}, {grade}").format(pump=order.pump, grade=names.grade(order.grade)))
        self._much.setText(_amount(order))
        self._state.say(self._state_words(view), tone if tone in _SAID else Tone.GREY)
        running = order.state in (_S.FUELLING, _S.FILLED) and bool(view.amount)
        live = f"{formats.litres(view.volume)}   {formats.money(view.amount)}" if running else ""
        self._live.setText(live)
        leads = order.state in (_S.AUTHORISED, _S.FUELLING)
        if live and not self._large:
            self._much.setText(live)
        if self._large:
            # What the pump leads needs nobody, and leaves its room to what does.
            self._live.setVisible(bool(live))
            self._much.setVisible(not live)
            self._bar.setValue(view.permille if running else 0)
            self._bar.setVisible(running)
            height = theme.current().px(_LOW) if leads else theme.current().size("target_large")
            for button in (self._decline, self._next):
                button.set_height(height)
            self._show_why(order)
        self._show_buttons(view, foremost)

    def _lay_out_large(self) -> None:
        wearing = theme.current()
        column = QVBoxLayout(self)
        margin = wearing.px(16)
        column.setContentsMargins(margin, wearing.px(8), margin, margin)
        column.setSpacing(wearing.px(6))
        head = QHBoxLayout()
        head.addWidget(self._plate)
        head.addWidget(self._car, 1)
        column.addLayout(head)
        below = QHBoxLayout()
        below.addWidget(self._state, 1)
        below.addWidget(self._code, 1)
        column.addLayout(below)
        what = QHBoxLayout()
        what.addWidget(self._what, 1)
        what.addWidget(self._much)
        what.addWidget(self._live, 1)
        column.addLayout(what)
        column.addWidget(self._bar)
        column.addWidget(self._why)
        buttons = QHBoxLayout()
        buttons.setSpacing(wearing.px(8))
        for button in (self._decline, self._next):
            button.set_height(wearing.size("target_large"))
        buttons.addWidget(self._decline, 2)
        buttons.addWidget(self._next, 3)
        column.addLayout(buttons)

    def _lay_out_small(self) -> None:
        wearing = theme.current()
        self.setFixedWidth(wearing.px(496))
        grid = QGridLayout(self)
        grid.setContentsMargins(wearing.px(12), wearing.px(6), wearing.px(8), wearing.px(6))
        grid.setHorizontalSpacing(wearing.px(8))
        grid.setVerticalSpacing(0)
        grid.addWidget(self._plate, 0, 0)
        grid.addWidget(self._state, 0, 1)
        second = QHBoxLayout()
        second.addWidget(self._what, 1)
        second.addWidget(self._much)
        grid.addLayout(second, 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._decline, 0, 2, 2, 1)
        grid.addWidget(self._next, 0, 3, 2, 1)
        self._next.setMinimumWidth(wearing.px(112))
        # What has no room here must never show: without a parent it would become a window over the counter.
        for hidden in (self._car, self._code, self._live, self._bar, self._why):
            hidden.setParent(self)
            hidden.hide()

    def _show_why(self, order: StationOrder) -> None:
        why = _why(order)
        self._why.setText(why)
        self._why.setVisible(bool(why))

    def _show_buttons(self, view: OrderView, foremost: bool) -> None:
        state = view.order.state
        theme.paint_as(self._next, role="step" if foremost else "step-quiet")
        self._next.set_words(_(_STEPS.get(state, _STEPS[_S.WAITING])))
        asking = view.is_held or state in _NEXT
        self._next.set_busy(asking, _(_NEXT[state]) if state in _NEXT else _("One moment…"))
        self._next.set_reason("" if asking or view.has_step else _("The pump leads now."))
        self._decline.set_words(_(_WRONG.get(state, _SOMETHING)))
        may = view.may_be_declined or view.may_be_ended
        self._decline.set_reason("" if may else _("Too late to send it back."))

    def _state_words(self, view: OrderView) -> str:
        waited = formats.waiting_time(view.waited)
        if view.late:
            return _("{waited} late").format(waited=waited)
        if view.order.is_turning:
            return _("Taking the pump back")
        if view.nobody_came:
            return _("Nobody came, {waited}").format(waited=waited)
        if view.order.state is _S.WAITING:
            return _("Paid {waited} ago").format(waited=waited)
        return f"{names.service_state(view.order.state)}   {waited}"


def _tone(view: OrderView) -> Tone | None:
    if view.late:
        return Tone.RED
    if view.nobody_came or view.order.is_turning or view.order.state is _S.OTHER_CAR:
        return Tone.AMBER
    return _TONES.get(view.order.state)


def _why(order: StationOrder) -> str:
    """What went wrong with it so far, or what it waits for."""
    if order.state is _S.OTHER_CAR and order.differs:
        places = _(", ").join(order.differs)
        return _("The driver was asked on the phone. Character {places} of the plate differs.").format(
            places=places
        )
    if order.state is _S.OTHER_CAR:
        return _("The driver was asked on the phone about the other car.")
    if order.state not in (_S.ACCEPTED, _S.PLATE_CHECKED) or not order.reason:
        return ""
    sentence = sentence_of_code(order.reason)
    plain = _("The pump was not released. Look at it and try again.")
    return plain if sentence == order.reason else sentence


def _amount(order: StationOrder) -> str:
    return formats.litres(order.volume) if order.by_volume else formats.money(order.ordered)
