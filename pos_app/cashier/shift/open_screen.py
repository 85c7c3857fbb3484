"""Before selling: what lies in the drawer when the shift begins, as one sum or by notes and coins."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.money import Money
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.shift.pieces import PieceFields, Walk
from pos_app.cashier.shift.presenter import ShiftPresenter, ShiftViewState

_USUAL_YUAN = (200, 300, 500)


class ShiftOpenScreen(QWidget):
    """Signals: leave, back to signing in."""

    leave = Signal()

    def __init__(self, presenter: ShiftPresenter) -> None:
        super().__init__()
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._presenter = presenter
        self._suggested: Money | None = None
        card = self._card()
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        outer.addStretch(1)
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: ShiftViewState) -> None:
        """Paint everything."""
        self._go.set_busy(state.busy, _("Opening…"))
        for field in self._fields.fields:
            field.setEnabled(not state.busy)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._suggested = state.suggested
        self._last.setVisible(state.suggested is not None)
        if state.suggested is not None:
            self._last.set_words(
                _("Last shift counted {amount}").format(amount=formats.money(state.suggested))
            )
        self._settle()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name.
        """Ready to type, nothing from the last time."""
        super().showEvent(event)
        self._fields.clear()
        self.field.setFocus()

    def _card(self) -> QFrame:
        wearing = theme.current()
        card = QFrame()
        card.setProperty("role", "surface")
        card.setFixedWidth(wearing.px(1_080))
        column = QVBoxLayout(card)
        margin = wearing.px(24)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(wearing.px(12))
        column.addWidget(Words(_("Open the shift"), "large"))
        column.addWidget(
            Words(
                _(
                    "Count the cash in the drawer: notes and coins, or type it as one sum. Then selling begins."
                ),
                "quiet",
                wrap=True,
            )
        )
        column.addLayout(self._drawer())
        column.addLayout(self._usual())
        self._trouble = Words("", "strong", Tone.RED, name="shift_trouble", wrap=True)
        column.addWidget(self._trouble)
        row = QHBoxLayout()
        row.setSpacing(wearing.px(8))
        self._back = BusyButton(_("Sign out"), "shift_sign_out", key="Escape", role="quiet")
        self._back.clicked.connect(self.leave)
        row.addWidget(self._back, 1)
        self._go = BusyButton(_("Open the shift"), "shift_open_go", key="Return", role="primary")
        self._go.clicked.connect(self._open)
        row.addWidget(self._go, 3)
        column.addLayout(row)
        return card

    def _drawer(self) -> QHBoxLayout:
        wearing = theme.current()
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        self._fields = PieceFields("float", "shift_float", _("Or as one sum, yuan"))
        self._fields.changed.connect(self._settle)
        self.field = self._fields.loose
        keypad = Keypad("shift_key", MONEY_KEYS, self.field, wearing.px(56))
        keypad.setFixedWidth(wearing.px(264))
        self._walk = Walk(self._fields.fields, keypad, self)
        columns.addWidget(self._fields, 1)
        columns.addWidget(keypad)
        return columns

    def _usual(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        self._last = BusyButton("", "shift_float_last", key="F2")
        self._last.clicked.connect(lambda: self._write(self._suggested))
        row.addWidget(self._last, 2)
        for yuan in _USUAL_YUAN:
            button = BusyButton(f"￥{yuan}", f"shift_float_{yuan}")
            button.clicked.connect(lambda _checked=False, fen=yuan * 100: self._write(Money(fen)))
            row.addWidget(button, 1)
        return row

    def _write(self, amount: Money | None) -> None:
        if amount is not None:
            self._fields.clear()
            self.field.show_money(amount)
            self.field.setFocus()

    def _settle(self) -> None:
        empty = self._fields.is_empty
        self._go.set_reason(_("Type what is in the drawer; 0 if it is empty.") if empty else "")

    def _open(self) -> None:
        if not self._fields.is_empty:
            self._presenter.open(self._fields.count().cash)
