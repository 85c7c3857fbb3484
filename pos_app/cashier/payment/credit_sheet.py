"""An account customer pays later: choose who, say which car."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem

from core.domain.account import Account
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import ElidedWords, Words
from core.qt.widgets.layers import Sheet
from core.qt.widgets.letters import LettersButton
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.payment.legs_strip import LegsStrip
from pos_app.cashier.payment.part_field import PartField
from pos_app.cashier.payment.presenter import PaymentViewState

_ARROWS: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_KEYS = (("1", "2", "3", "4", "5"), ("6", "7", "8", "9", "0"), ("clear", ".", "back"))


class CreditSheet(Sheet):
    """Signals: sought(str); taken(Account, amount, plate), the amount None for all that is due; leg_back(Payment)."""

    sought = Signal(str)
    taken = Signal(object, object, str)
    leg_back = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("On account"), "credit_sheet", width=880)
        self._accounts: tuple[Account, ...] = ()
        self._due = AmountLabel("due", "credit_due")
        self._legs = LegsStrip("credit_leg")
        self._legs.back.connect(self.leg_back)
        self.body.addWidget(self._due)
        self.body.addWidget(self._legs)
        self._lay_out_who()
        self._lay_out_what()
        self._left = ElidedWords("", "quiet", name="credit_left")
        self._trouble = Words("", "strong", Tone.RED, name="credit_trouble", wrap=True)
        self._go = BusyButton(_("Put it on the account"), "credit_go", key="Return", role="primary")
        self._go.clicked.connect(self._take)
        for widget in (self._left, self._trouble, self._go):
            self.body.addWidget(widget)

    def _lay_out_who(self) -> None:
        wearing = theme.current()
        self.search = QLineEdit()
        self.search.setObjectName("credit_search")
        self.search.setPlaceholderText(_("Customer's name or plate"))
        self.search.textEdited.connect(self._search)
        self.search.installEventFilter(self)
        seeking = QHBoxLayout()
        seeking.setSpacing(wearing.px(8))
        seeking.addWidget(self.search, 1)
        seeking.addWidget(LettersButton(self.search))
        self.body.addLayout(seeking)
        self._list = QListWidget()
        self._list.setObjectName("credit_accounts")
        self._list.setMinimumHeight(wearing.px(52))
        # The arrows of the search field go through it, so that a hand types on without a way back.
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.currentRowChanged.connect(lambda _row: self._chosen())
        self.body.addWidget(self._list)
        self._nothing = Words("", "quiet", name="credit_nothing", wrap=True)
        self.body.addWidget(self._nothing)

    def _lay_out_what(self) -> None:
        # The account's own cars to choose from, or any other to type where it names none.
        self._cars = ChoiceBox(editable=True)
        self._cars.setObjectName("credit_cars")
        self.plate = QLineEdit()
        self.plate.setObjectName("credit_plate")
        self.plate.setPlaceholderText(_("Plate of the car"))
        self._cars.setLineEdit(self.plate)
        self.plate.textChanged.connect(lambda _text: self._settle())
        self._part = PartField("credit_part")
        fields = QHBoxLayout()
        fields.setSpacing(theme.current().px(8))
        fields.addWidget(self._cars, 1)
        fields.addWidget(LettersButton(self.plate))
        fields.addWidget(self._part, 1)
        self.body.addLayout(fields)
        self.body.addWidget(Keypad("credit_key", _KEYS, self._part.field))

    def begin(self, state: PaymentViewState) -> None:
        """Open with nothing typed, for all that is due."""
        self._part.field.show_money(state.due)
        self.search.clear()
        self.plate.clear()
        self._accounts = ()
        self._list.clear()
        self._settle()

    def show_state(self, state: PaymentViewState) -> None:
        """Paint who may buy, waiting and trouble."""
        busy = bool(state.busy)
        self._due.show_amount(state.due)
        self._part.show_due(state.due)
        self._legs.show_legs(state.legs, busy=busy)
        if state.accounts != self._accounts:
            self._show_accounts(state.accounts)
        self._nothing.setVisible(not state.accounts)
        self._nothing.setText(
            _("No account customer is called so.")
            if self.search.text()
            else _("There are no account customers yet. A manager adds them at the desk.")
        )
        self._go.set_busy(state.busy == "credit", _("Writing it down…"))
        self.allow_leaving(not busy)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """Up and Down in the search field choose among those found."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _ARROWS:
            last = self._list.count() - 1
            self._list.setCurrentRow(min(max(self._list.currentRow() + _ARROWS[event.key()], 0), last))
            return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        self.sought.emit(text)

    def _show_accounts(self, accounts: tuple[Account, ...]) -> None:
        self._accounts = accounts
        self._list.clear()
        for account in accounts:
            words = _("{name}   {left} of {limit} left").format(
                name=account.name, left=formats.money(account.left), limit=formats.money(account.limit)
            )
            item = QListWidgetItem(words)
            item.setSizeHint(QSize(0, theme.current().size("target")))
            self._list.addItem(item)
        if len(accounts) == 1:
            self._list.setCurrentRow(0)
        self._settle()

    def _account(self) -> Account | None:
        row = self._list.currentRow()
        return self._accounts[row] if 0 <= row < len(self._accounts) else None

    def _chosen(self) -> None:
        account = self._account()
        self._cars.clear()
        self._cars.addItems(account.plates if account else ())
        self._cars.setCurrentIndex(0 if account and len(account.plates) == 1 else -1)
        self._settle()

    def _settle(self) -> None:
        account = self._account()
        plates = _(", ").join(account.plates) if account else ""
        self._left.setText(_("Only for {plates}").format(plates=plates) if plates else "")
        self._left.setVisible(bool(plates))
        missing = "" if account else _("Choose the customer first.")
        if plates and not self.plate.text().strip():
            missing = _("Say which car it is for.")
        self._go.set_reason(missing)

    def _take(self) -> None:
        account = self._account()
        if account is not None:
            self.taken.emit(account, self._part.part(), self.plate.text().strip())
