"""The shift at a glance: whose, since when, what moved in the drawer, and everything that can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.cash import CashKind, CashMovement
from core.domain.money import ZERO
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.row_table import Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, Words
from core.qt.widgets.layers import Sheet
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.cashier.shift.drawer.presenter import DrawerState


class ShiftSheet(Sheet):
    """Signals: move_wanted(CashKind); report_wanted; hand_over; close_shift."""

    move_wanted = Signal(object)
    report_wanted = Signal()
    hand_over = Signal()
    close_shift = Signal()

    def __init__(self) -> None:
        super().__init__("", "shift_sheet", width=1_080)
        wearing = theme.current()
        self._since = Words("", "quiet", name="shift_since")
        self.body.addWidget(self._since)
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        columns.addLayout(self._actions(), 2)
        columns.addWidget(self._movements(), 3)
        self.body.addLayout(columns, 1)
        self._said = Words("", "strong", name="shift_said", wrap=True)
        self.body.addWidget(self._said)

    def show_state(self, state: DrawerState, opened_by: str) -> None:
        """Paint the shift."""
        shift = state.shift
        if shift is None:
            return
        self.title.setText(_("Shift {number}, {name}").format(number=shift.number, name=opened_by))
        since = _("Open since {moment}, float {float}").format(
            moment=formats.moment(shift.opened_at), float=formats.money(shift.opening_float)
        )
        self._since.setText(since)
        self._table.show_rows(tuple(reversed(state.movements)))
        self._nothing.setVisible(not state.movements)
        self._view.setVisible(bool(state.movements))
        self._report.set_busy(state.busy == "x")
        if state.trouble is not None:
            self._said.say(told(state.trouble), Tone.RED)
        elif state.last is not None:
            self._said.say(_done(state.last), Tone.GREEN)
        else:
            self._said.say("")

    def _actions(self) -> QVBoxLayout:
        wearing = theme.current()
        column = QVBoxLayout()
        column.setSpacing(wearing.px(8))
        grid = QGridLayout()
        grid.setSpacing(wearing.px(8))
        kinds = (
            (CashKind.PAID_IN, "shift_cash_in", "F2"),
            (CashKind.PAID_OUT, "shift_cash_out", "F3"),
            (CashKind.SAFE_DROP, "shift_safe_drop", "F4"),
        )
        buttons = []
        for kind, name, key in kinds:
            button = BusyButton(names.cash_kind(kind), name, key=key)
            button.clicked.connect(lambda _checked=False, which=kind: self.move_wanted.emit(which))
            buttons.append(button)
        self._report = BusyButton(_("X report"), "shift_x", key="F5")
        self._report.clicked.connect(self.report_wanted)
        buttons.append(self._report)
        for place, button in enumerate(buttons):
            button.set_height(wearing.size("target_large"))
            grid.addWidget(button, place // 2, place % 2)
        column.addLayout(grid)
        column.addStretch(1)
        self._hand = BusyButton(_("Hand over, pumps run on"), "shift_hand_over", key="F6", role="primary")
        self._hand.clicked.connect(self.hand_over)
        column.addWidget(self._hand)
        self._close = BusyButton(_("Close the shift"), "shift_close", key="F7")
        self._close.set_height(wearing.size("target_large"))
        self._close.clicked.connect(self.close_shift)
        column.addWidget(self._close)
        return column

    def _movements(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Words(_("Cash in and out"), "title"))
        self._table: RowTable[CashMovement] = RowTable(
            [
                Column(_("No. in shift"), lambda move: str(move.number), figures=True, width=104),
                Column(_("Time"), lambda move: formats.time_of_day(move.at), width=72),
                Column(_("Kind"), lambda move: names.cash_kind(move.kind), width=128),
                Column(_("Reason"), lambda move: move.reason),
                Column(
                    _("Amount"),
                    lambda move: formats.money(move.into_drawer),
                    figures=True,
                    bold=True,
                    width=136,
                    tone=lambda move: Tone.RED if move.into_drawer < ZERO else Tone.GREEN,
                ),
            ],
            key=lambda move: move.id,
        )
        self._view = RowTableView(self._table, "shift_movements")
        self._view.setMinimumHeight(wearing.px(320))
        column.addWidget(self._view, 1)
        self._nothing = Words(_("No cash moved without a sale yet."), "quiet", align=CENTRE, wrap=True)
        self._nothing.setMinimumHeight(wearing.px(320))
        column.addWidget(self._nothing, 1)
        return panel


def _done(move: CashMovement) -> str:
    return _("{kind}: {amount} written down as no. {number}. The slip is being printed.").format(
        kind=names.cash_kind(move.kind), amount=formats.money(move.amount), number=move.number
    )
