"""Before selling: what lies in the drawer when the shift begins."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.money import Money
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.wording.catalogue import _
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
        self.field.setEnabled(not state.busy)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._settle()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name.
        """Ready to type, nothing from the last time."""
        super().showEvent(event)
        self.field.clear()
        self.field.setFocus()

    def _card(self) -> QFrame:
        wearing = theme.current()
        card = QFrame()
        card.setProperty("role", "surface")
        card.setFixedWidth(wearing.px(800))
        column = QVBoxLayout(card)
        margin = wearing.px(32)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(wearing.px(16))
        column.addWidget(Words(_("Open the shift"), "large"))
        column.addWidget(
            Words(
                _("Count the cash in the drawer and type it. Selling begins after that."), "quiet", wrap=True
            )
        )
        column.addLayout(self._drawer())
        self._go = BusyButton(_("Open the shift"), "shift_open_go", key="Return", role="primary")
        self._go.clicked.connect(self._open)
        column.addWidget(self._go)
        self._back = BusyButton(_("Sign out"), "shift_sign_out", key="Escape", role="quiet")
        self._back.clicked.connect(self.leave)
        column.addWidget(self._back)
        return card

    def _drawer(self) -> QHBoxLayout:
        wearing = theme.current()
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(8))
        left.addWidget(Words(_("Cash in the drawer, yuan"), "quiet"))
        self.field = DecimalEdit("shift_float")
        self.field.textChanged.connect(lambda _text: self._settle())
        left.addWidget(self.field)
        usual = QHBoxLayout()
        usual.setSpacing(wearing.px(8))
        for yuan in _USUAL_YUAN:
            button = BusyButton(str(yuan), f"shift_float_{yuan}")
            button.clicked.connect(lambda _checked=False, fen=yuan * 100: self.field.show_money(Money(fen)))
            usual.addWidget(button, 1)
        left.addLayout(usual)
        self._trouble = Words("", "strong", Tone.RED, name="shift_trouble", wrap=True)
        left.addWidget(self._trouble)
        left.addStretch(1)
        columns.addLayout(left, 1)
        columns.addWidget(Keypad("shift_key", MONEY_KEYS, self.field, wearing.px(56)), 1)
        return columns

    def _settle(self) -> None:
        typed = self.field.money() is not None
        self._go.set_reason("" if typed else _("Type what is in the drawer; 0 if it is empty."))

    def _open(self) -> None:
        amount = self.field.money()
        if amount is not None:
            self._presenter.open(amount)
