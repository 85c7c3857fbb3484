"""The two forms of the room: about a customer, and about a payment of his."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton

from admin_app.accounts.presenter import AccountsPresenter, AccountsState, Draft, Lack, Settling
from admin_app.panels import form
from core.domain.account import SETTLED_BY
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.edits import CodeEdit, DecimalEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording import formats, names
from core.wording.catalogue import _, mark

_LACKS = {
    Lack.NAME: mark("Type the customer's name."),
    Lack.NAME_TWICE: mark("Another customer is called so already."),
    Lack.PLATES: mark("One of these is no plate. Put spaces between them."),
    Lack.LIMIT: mark("Type up to how much may be owed."),
    Lack.LIMIT_BELOW_OWED: mark("More than that is owed already."),
    Lack.AMOUNT: mark("Type how much was paid."),
    Lack.AMOUNT_OVER_OWED: mark("That is more than what is owed."),
    Lack.SLIP: mark("Type the number of the terminal's slip."),
}
_WRONG = (Lack.NAME_TWICE, Lack.PLATES, Lack.LIMIT_BELOW_OWED, Lack.AMOUNT_OVER_OWED)


class AccountSheet(Sheet):
    """Signals: typed(Draft); wanted."""

    typed = Signal(object)
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("", "account_form", width=640)
        self._draft = Draft()
        self.name = QLineEdit()
        self.name.setObjectName("account_name")
        self.name.setMaxLength(60)
        self._plates = QLineEdit()
        self._plates.setObjectName("account_plates")
        self._plates.setPlaceholderText(_("Empty: any car"))
        self._limit = DecimalEdit("account_limit")
        for field in (self.name, self._plates, self._limit):
            field.textEdited.connect(lambda _text: self._typed())
        self._active = QPushButton(_("May buy on account"))
        self._active.setObjectName("account_active")
        self._active.setCheckable(True)
        self._active.clicked.connect(lambda _checked: self._typed())
        self._told = Words("", name="account_told", wrap=True)
        self._go = BusyButton(_("Save"), "account_save", key="Return", role="primary")
        self._go.clicked.connect(self.wanted)
        self.body.addLayout(
            form(
                (_("Customer"), self.name),
                (_("Plates"), self._plates),
                (_("May owe up to, yuan"), self._limit),
            )
        )
        for widget in (self._active, self._told, self._go):
            self.body.addWidget(widget)

    def begin(self, draft: Draft) -> None:
        """Fill the fields."""
        self._draft = draft
        self.title.setText(_("Change customer") if draft.account else _("New account customer"))
        self.name.setText(draft.name)
        self._plates.setText(draft.plates)
        if draft.limit is None:
            self._limit.clear()
        else:
            self._limit.show_money(draft.limit)
            self._limit.deselect()
        self._active.setChecked(draft.active)
        self._active.setVisible(draft.account is not None)

    def show_state(self, state: AccountsState) -> None:
        """Paint what is missing."""
        _show_lack(state, self._told, self._go)

    def _typed(self) -> None:
        self._draft = replace(
            self._draft,
            name=self.name.text(),
            plates=self._plates.text(),
            limit=self._limit.money(),
            active=self._active.isChecked(),
        )
        self.typed.emit(self._draft)


class SettleSheet(Sheet):
    """Signals: typed(Settling); wanted."""

    typed = Signal(object)
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_("Take a payment"), "settle_form", width=640)
        self._settling: Settling | None = None
        self._who = Words("", "title", name="settle_who", wrap=True)
        self.amount = DecimalEdit("settle_amount")
        self.amount.textEdited.connect(lambda _text: self._typed())
        self._tender = ChoiceBox()
        self._tender.setObjectName("settle_tender")
        self._tender.addItems([names.tender(tender) for tender in SETTLED_BY])
        self._tender.activated.connect(lambda _index: self._typed())
        self._slip = CodeEdit("settle_slip", _("Number on the terminal's slip"))
        self._slip.textEdited.connect(lambda _text: self._typed())
        self._told = Words("", name="settle_told", wrap=True)
        self._go = BusyButton(_("The customer has paid"), "settle_save", key="Return", role="primary")
        self._go.clicked.connect(self.wanted)
        self.body.addWidget(self._who)
        self.body.addLayout(
            form((_("Payment, yuan"), self.amount), (_("Way to pay"), self._tender), (_("Slip"), self._slip))
        )
        for widget in (self._told, self._go):
            self.body.addWidget(widget)

    def begin(self, settling: Settling) -> None:
        """Fill the fields."""
        self._settling = settling
        owed = formats.money(settling.account.owed)
        self._who.setText(_("{name} owes {amount}").format(name=settling.account.name, amount=owed))
        self.amount.show_money(settling.account.owed)
        self._tender.setCurrentIndex(0)
        self._slip.clear()

    def show_state(self, state: AccountsState) -> None:
        """Paint what is missing."""
        _show_lack(state, self._told, self._go)
        self._slip.setEnabled(self._tender.currentIndex() > 0)

    def _typed(self) -> None:
        if self._settling is not None:
            self._settling = replace(
                self._settling,
                amount=self.amount.money(),
                tender=SETTLED_BY[self._tender.currentIndex()],
                slip=self._slip.text().strip(),
            )
            self.typed.emit(self._settling)


def _show_lack(state: AccountsState, told: Words, go: BusyButton) -> None:
    lack = _(_LACKS[state.lack]) if state.lack in _LACKS else ""
    told.say(lack, Tone.RED if state.lack in _WRONG else Tone.GREY)
    go.set_reason(lack)
    go.set_busy(state.saving, _("Writing it down…"))


def join(presenter: AccountsPresenter, layers: Layers) -> tuple[AccountSheet, SettleSheet]:
    """The forms, opened and closed as the presenter says."""
    account, settle = AccountSheet(), SettleSheet()

    def show() -> None:
        state = presenter.state
        if state.draft is None:
            layers.close_sheet(account)
        elif not layers.is_open(account):
            account.begin(state.draft)
            layers.open(account, account.name)
        if state.settling is None:
            layers.close_sheet(settle)
        elif not layers.is_open(settle):
            settle.begin(state.settling)
            layers.open(settle, settle.amount)
        account.show_state(state)
        settle.show_state(state)

    account.typed.connect(presenter.type_draft)
    account.wanted.connect(presenter.save)
    account.left.connect(presenter.give_up)
    settle.typed.connect(presenter.type_settling)
    settle.wanted.connect(presenter.settle)
    settle.left.connect(presenter.give_up)
    presenter.changed.connect(show)
    return account, settle
