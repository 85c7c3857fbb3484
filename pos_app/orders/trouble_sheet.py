"""When an order cannot simply be served: ask the driver about the car, serve at another pump, end the fill, give back."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.order import CancelReason
from core.domain.station_order import ServiceState, StationOrder
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _, mark
from pos_app.orders.plate import PlateKeys
from pos_app.orders.presenter import OrderView
from pos_app.pumps.presenter import Tile

_S = ServiceState
_AT_THE_CAR = (_S.ACCEPTED, _S.OTHER_CAR, _S.PLATE_CHECKED)
_COLUMNS, _REASON_COLUMNS = 8, 4
_REASONS = (
    (CancelReason.CAR_NOT_THERE, mark("The car is not there"), "F2"),
    (CancelReason.STATION_DECLINED, mark("We cannot serve it"), "F3"),
    (CancelReason.DRIVER_CHANGED_MIND, mark("Driver changed mind"), "F5"),
    (CancelReason.WRONG_FUEL, mark("Other fuel"), "F6"),
    (CancelReason.PUMP_BROKEN, mark("Pump broken"), "F7"),
    (CancelReason.NOBODY_CAME, mark("Nobody came"), "F8"),
    (CancelReason.OTHER_CAR, mark("Other car"), "F9"),
)
_AFTER_ACCEPTING = (CancelReason.CAR_NOT_THERE, CancelReason.NOBODY_CAME, CancelReason.OTHER_CAR)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A nozzle of the order's fuel at which it could be served instead."""

    pump: PumpNumber
    nozzle: NozzleNumber
    free: bool


def elsewhere(order: StationOrder, tiles: Sequence[Tile]) -> tuple[Elsewhere, ...]:
    """Every other nozzle with the order's fuel, by pump."""
    return tuple(
        Elsewhere(tile.number, hose.number, tile.may_be_released or tile.number == order.pump)
        for tile in tiles
        for hose in tile.hoses
        if hose.grade == order.grade and (tile.number, hose.number) != (order.pump, order.nozzle)
    )


class TroubleSheet(Sheet):
    """Signals: declined(OrderId, CancelReason); asked(OrderId, places in the plate); moved(OrderId, pump, nozzle);
    fill_ended(pump); help_wanted(pump, OrderId)."""

    declined = Signal(str, object)
    asked = Signal(str, str)
    moved = Signal(str, int, int)
    fill_ended = Signal(int)
    help_wanted = Signal(int, str)

    def __init__(self) -> None:
        super().__init__(_("What is wrong?"), "decline_sheet", width=960)
        self._view: OrderView | None = None
        self._places: tuple[Elsewhere, ...] = ()
        self._large = theme.current().size("target_large")
        self._what = Words("", "title", wrap=True)
        self.body.addWidget(self._what)
        self._car = self._car_panel()
        self._pumps = self._pumps_panel()
        self._money = self._money_panel()
        for panel in (self._car, self._pumps, self._money):
            self.body.addWidget(panel)
        self._help = BusyButton(_("Call for help"), "order_help", key="F4")
        self._end = BusyButton(_("End the fill"), "order_end_fill", key="F10", role="danger")
        self._help.clicked.connect(self._want_help)
        self._end.clicked.connect(self._end_fill)
        ends = QHBoxLayout()
        ends.setSpacing(theme.current().px(8))
        for button in (self._help, self._end):
            button.set_height(self._large)
            ends.addWidget(button, 1)
        self.body.addLayout(ends)

    @property
    def order(self) -> str:
        """The order that it is about, or nothing."""
        return self._view.order.id if self._view else ""

    def begin(self, view: OrderView, tiles: Sequence[Tile]) -> None:
        """Open for this order, nothing tapped."""
        self._view = None
        self._keys.show_plate(view.order.plate)
        self.show_view(view, tiles)

    def show_view(self, view: OrderView, tiles: Sequence[Tile]) -> None:
        """The same order, as it is now."""
        if self._view == view and self._places == elsewhere(view.order, tiles):
            return
        self._view = view
        order = view.order
        runs = order.state is _S.FUELLING
        self._what.setText(
            f"{order.plate}   "
            + _("Pump {pump}, {grade}").format(pump=order.pump, grade=names.grade(order.grade))
            + f"   {formats.money(order.ordered)}"
        )
        self._show_car(order)
        self._show_pumps(order, tiles)
        self._show_money(view)
        self._end.setVisible(runs)
        self._pumps.setVisible(not runs and order.state is not _S.WAITING)
        self._car.setVisible(order.state in _AT_THE_CAR)

    # --- parts -----------------------------------------------------------------------------------------------------------

    def _car_panel(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(8))
        column.addWidget(Words(_("Another car? Tap what differs in its plate, then ask the driver."), "body"))
        row = QHBoxLayout()
        row.setSpacing(wearing.px(16))
        self._keys = PlateKeys()
        self._ask = BusyButton(_("Ask the driver"), "order_ask_driver", key="Return", role="primary")
        self._ask.set_height(self._large)
        self._ask.clicked.connect(self._ask_driver)
        row.addWidget(self._keys, 3)
        row.addWidget(self._ask, 1)
        column.addLayout(row)
        return panel

    def _pumps_panel(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(8))
        self._where = Words("", "body", wrap=True)
        column.addWidget(self._where)
        self._grid = QGridLayout()
        self._grid.setSpacing(wearing.px(8))
        column.addLayout(self._grid)
        self._place_buttons: list[BusyButton] = []
        return panel

    def _money_panel(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(8))
        self._consequence = Words("", "body", wrap=True)
        column.addWidget(self._consequence)
        grid = QGridLayout()
        grid.setSpacing(wearing.px(8))
        self._reasons: dict[CancelReason, BusyButton] = {}
        for place, (reason, words, key) in enumerate(_REASONS):
            button = BusyButton(_(words), f"decline_{reason.value}", key=key, role="quiet-red", stacked=True)
            button.set_height(self._large)
            button.clicked.connect(lambda _checked=False, chosen=reason: self._decline(chosen))
            grid.addWidget(button, place // _REASON_COLUMNS, place % _REASON_COLUMNS)
            self._reasons[reason] = button
        column.addLayout(grid)
        self._reason_grid = grid
        return panel

    # --- painting --------------------------------------------------------------------------------------------------------

    def _show_car(self, order: StationOrder) -> None:
        asked = order.state is _S.OTHER_CAR
        self._ask.set_reason(_("The driver has been asked and has not answered yet.") if asked else "")

    def _show_pumps(self, order: StationOrder, tiles: Sequence[Tile]) -> None:
        places = elsewhere(order, tiles)
        grade = names.grade(order.grade)
        self._where.setText(
            _("The car stands elsewhere? Tap its pump. Price and amount stay as they were paid.")
            if places
            else _("No other pump here has {grade}.").format(grade=grade)
        )
        if places == self._places and self._place_buttons:
            return
        self._places = places
        for button in self._place_buttons:
            self._grid.removeWidget(button)
            put_away(button)
        self._place_buttons = []
        for at, place in enumerate(places):
            words = _("Pump {pump}").format(pump=place.pump)
            button = BusyButton(words, f"order_move_{place.pump}_{place.nozzle}")
            button.set_height(self._large)
            busy = _("Pump {pump} is not free now.").format(pump=place.pump)
            button.set_reason("" if place.free else busy)
            button.clicked.connect(lambda _checked=False, chosen=place: self._move(chosen))
            self._grid.addWidget(button, at // _COLUMNS, at % _COLUMNS)
            self._place_buttons.append(button)

    def _show_money(self, view: OrderView) -> None:
        order = view.order
        if order.state is _S.FUELLING:
            words = _(
                "Fuel flows already. When you end the fill, what has flowed is charged and the rest goes back."
            )
        elif order.state is _S.AUTHORISED:
            words = _(
                "The pump is taken back first. Then the whole {paid} goes back to the driver, and the driver is told."
            )
        else:
            words = _("The whole {paid} goes back to the driver at once, and the driver is told.")
        self._consequence.setText(words.format(paid=formats.money(order.paid)))
        unseen = order.state is _S.WAITING
        for reason, button in self._reasons.items():
            button.setVisible(order.state is not _S.FUELLING)
            wait = unseen and reason in _AFTER_ACCEPTING
            button.set_reason(_("Accept the order first, then look for the car.") if wait else "")

    # --- what a finger does ----------------------------------------------------------------------------------------------

    def _ask_driver(self) -> None:
        self.asked.emit(self.order, self._keys.differs)

    def _move(self, place: Elsewhere) -> None:
        self.moved.emit(self.order, place.pump, place.nozzle)

    def _decline(self, reason: CancelReason) -> None:
        self.declined.emit(self.order, reason)

    def _end_fill(self) -> None:
        if self._view is not None:
            self.fill_ended.emit(self._view.order.pump)

    def _want_help(self) -> None:
        if self._view is not None:
            self.help_wanted.emit(self._view.order.pump, self._view.order.id)
