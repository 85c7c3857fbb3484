"""Somebody's entry: role, PIN, card, leaving."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.panels import form
from admin_app.staff.presenter import Lack, StaffState, lack_of_pin
from admin_app.staff.role_choice import RoleChoice
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import PinEdit
from core.qt.widgets.labels import CENTRE, Words
from core.qt.widgets.layers import Sheet
from core.qt.widgets.qr_code import QrPicture
from core.wording.catalogue import _, mark

_LACKS = {
    Lack.PIN: mark("A PIN has 4 to 8 digits."),
    Lack.PIN_AGAIN: mark("Type the same PIN twice."),
}


class ChangeSheet(Sheet):
    """Signals: role_chosen(Role); pin_typed(str); card_wanted; card_taken; leave_wanted."""

    role_chosen = Signal(object)
    pin_typed = Signal(str)
    card_wanted = Signal()
    card_taken = Signal()
    leave_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("", "person_change", width=680)
        self.role = RoleChoice("person_change_role")
        self.role.chosen.connect(self.role_chosen)
        self._person: object = None
        self._pin = PinEdit("person_new_pin")
        self._again = PinEdit("person_new_pin_again")
        for field in (self._pin, self._again):
            field.textChanged.connect(lambda _text: self._settle())
        self._set_pin = BusyButton(_("Change the PIN"), "person_pin_go", role="small")
        self._set_pin.clicked.connect(lambda: self.pin_typed.emit(self._pin.text()))
        self._card_words = Words("", name="person_card_words", wrap=True)
        self._give = BusyButton(_("New card"), "person_card_give", role="small")
        self._give.clicked.connect(self.card_wanted)
        self._take = BusyButton(_("Card is lost"), "person_card_take", role="small")
        self._take.clicked.connect(self.card_taken)
        self.leave = BusyButton(_("Leaves…"), "person_leave", role="small-red")
        self.leave.clicked.connect(self.leave_wanted)
        self.body.addLayout(
            form(
                (_("Role"), self.role),
                (_("New PIN"), self._pin),
                (_("The PIN again"), _beside(self._again, self._set_pin)),
                (_("Staff card"), _beside(self._card_words, self._give, self._take)),
            )
        )
        self._code = self._card_panel()
        self.body.addWidget(self._code)
        self.body.addWidget(self.leave)

    def show_state(self, state: StaffState) -> None:
        """Paint the entry."""
        person = state.changed_person
        if person is None:
            return
        if person.id != self._person:
            self._person = person.id
            self._pin.clear()
            self._again.clear()
        self.title.setText(person.name)
        self.role.offer(state.roles)
        self.role.show_role(person.role)
        is_me = person.id == state.me
        reason = _("You cannot change yourself. Ask another manager.") if is_me else ""
        self.role.set_reason(reason)
        self.leave.set_reason(reason)
        has_card = person.card_hash is not None
        self._card_words.say(
            _("Has a card.") if has_card else _("Has no card."), None if has_card else Tone.GREY
        )
        self._take.set_reason("" if has_card else _("There is no card to take back."))
        for button in (self._set_pin, self._give, self._take):
            button.set_busy(state.saving, _("Writing it down…"))
        shown = state.card[1] if state.card is not None and state.card[0].id == person.id else ""
        self._code.setVisible(bool(shown))
        self._qr.show_code(shown)
        self._text.setText(" ".join(shown[at : at + 4] for at in range(0, len(shown), 4)))
        self._settle()

    def forget_pin(self) -> None:
        """It is written down."""
        self._pin.clear()
        self._again.clear()

    def _settle(self) -> None:
        lack = lack_of_pin(self._pin.text(), self._again.text())
        self._set_pin.set_reason(_(_LACKS[lack]) if lack else "")

    def _card_panel(self) -> QWidget:
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        self._qr = QrPicture("person_card_qr", 200)
        self._text = Words("", "title", name="person_card_code", align=CENTRE)
        column.addWidget(self._qr)
        column.addWidget(self._text)
        told = _("Print this code on the card now: it is kept nowhere and never shown again.")
        column.addWidget(Words(told, "strong", Tone.AMBER, align=CENTRE, wrap=True))
        return panel


def _beside(field: QWidget, *buttons: BusyButton) -> QWidget:
    inside = QWidget()
    row = QHBoxLayout(inside)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.current().size("grid"))
    row.addWidget(field, 1)
    for button in buttons:
        row.addWidget(button)
    return inside
