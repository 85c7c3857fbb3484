"""The form for a new person: name, role, first PIN twice."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from admin_app.panels import form
from admin_app.staff.presenter import Draft, Lack, StaffState
from admin_app.staff.role_choice import RoleChoice
from core.domain.staff import Role
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import PinEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording.catalogue import _, mark

_LACKS = {
    Lack.NAME: mark("Type the name."),
    Lack.NAME_TWICE: mark("Somebody of this name works here already. Add something to tell them apart."),
    Lack.PIN: mark("A PIN has 4 to 8 digits."),
    Lack.PIN_AGAIN: mark("Type the same PIN twice."),
}


class PersonSheet(Sheet):
    """Signals: typed(Draft); wanted."""

    typed = Signal(object)
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_("New person"), "person_form", width=560)
        self.name = QLineEdit()
        self.name.setObjectName("person_name")
        self.name.setMaxLength(40)
        self._role = RoleChoice("person_role")
        self._pin = PinEdit("person_pin")
        self._again = PinEdit("person_pin_again")
        fields = (
            (_("Name"), self.name),
            (_("Role"), self._role),
            (_("First PIN"), self._pin),
            (_("The PIN again"), self._again),
        )
        for field in (self.name, self._pin, self._again):
            field.textChanged.connect(lambda _text: self._typed())
        self._role.chosen.connect(lambda _role: self._typed())
        self._told = Words("", name="person_told", wrap=True)
        self._go = BusyButton(_("Add"), "person_add", key="Return", role="primary")
        self._go.clicked.connect(self.wanted)
        self.body.addLayout(form(*fields))
        self.body.addWidget(self._told)
        self.body.addWidget(self._go)

    def begin(self, state: StaffState) -> None:
        """Empty fields, and the roles that there are."""
        self._role.offer(state.roles)
        for field in (self.name, self._pin, self._again):
            field.clear()
        self._role.show_role(Role.CASHIER)

    def show_state(self, state: StaffState) -> None:
        """Paint what is missing."""
        lack = _(_LACKS[state.lack]) if state.lack in _LACKS else ""
        self._told.say(lack, Tone.RED if state.lack is Lack.NAME_TWICE else Tone.GREY)
        self._go.set_reason(lack)
        self._go.set_busy(state.saving, _("Writing it down…"))

    def _typed(self) -> None:
        self.typed.emit(Draft(self.name.text(), self._role.role, self._pin.text(), self._again.text()))
