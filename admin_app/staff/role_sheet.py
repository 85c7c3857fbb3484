"""A role: its name, and every right in plain words with a box to tick."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from admin_app.panels import form
from admin_app.staff.presenter import Lack, RoleDraft, StaffState
from core.domain.staff import ROLE_NAME_LENGTH, Permission, Role
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording import names
from core.wording.catalogue import _, mark

_LACKS = {
    Lack.NAME: mark("Type the role's name."),
    Lack.NAME_TWICE: mark("Another role is called so."),
}
_COLUMNS = 2


class RoleSheet(Sheet):
    """Signals: typed(RoleDraft); wanted; away."""

    typed = Signal(object)
    wanted = Signal()
    away = Signal()

    def __init__(self) -> None:
        super().__init__("", "role_form", width=860)
        self._draft = RoleDraft()
        self.name = QLineEdit()
        self.name.setObjectName("role_name")
        self.name.setMaxLength(ROLE_NAME_LENGTH)
        self.name.textEdited.connect(lambda _text: self._typed())
        self._boxes: dict[Permission, QCheckBox] = {}
        self.body.addLayout(form((_("Role's name"), self.name)))
        self.body.addWidget(self._rights(), 1)
        self._told = Words("", name="role_told", wrap=True)
        self.body.addWidget(self._told)
        row = QHBoxLayout()
        row.setSpacing(theme.current().size("grid"))
        self._away = BusyButton(_("Put the role away"), "role_away", role="small-red")
        self._away.clicked.connect(self.away)
        self._go = BusyButton(_("Save"), "role_save", key="Return", role="primary")
        self._go.clicked.connect(self.wanted)
        row.addWidget(self._away)
        row.addWidget(self._go, 1)
        self.body.addLayout(row)

    def begin(self, draft: RoleDraft) -> None:
        """Fill everything in."""
        self._draft = draft
        self.title.setText(_("Role") if draft.code else _("New role"))
        self.name.setText(draft.name)
        standard = Role(draft.code, "", frozenset())
        self.name.setPlaceholderText(names.role(standard) if draft.code and not draft.name else "")
        for permission, box in self._boxes.items():
            box.setChecked(permission in draft.permissions)

    def show_state(self, state: StaffState) -> None:
        """Paint what is missing."""
        lack = _(_LACKS[state.role_lack]) if state.role_lack in _LACKS else ""
        self._told.say(lack, Tone.RED if state.role_lack is Lack.NAME_TWICE else Tone.GREY)
        self._go.set_reason(lack)
        self._go.set_busy(state.saving, _("Writing it down…"))
        known = next((role for role in state.roles if role.code == self._draft.code), None)
        people = state.count(known) if known is not None else 0
        reason = _("This role is not written down yet.") if known is None else ""
        if people:
            reason = _("{people} people still have this role. Give them another one first.").format(
                people=people
            )
        self._away.set_reason(reason)

    def _rights(self) -> QScrollArea:
        wearing = theme.current()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, wearing.px(8), 0)
        column.setSpacing(wearing.px(4))
        for title, permissions in names.permission_groups():
            column.addWidget(Words(title, "strong"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(wearing.px(16))
            grid.setVerticalSpacing(0)
            for number, permission in enumerate(permissions):
                box = QCheckBox(names.permission(permission))
                box.setObjectName(f"role_may_{permission}")
                box.setMinimumHeight(wearing.size("target") - wearing.px(8))
                box.clicked.connect(lambda _checked=False: self._typed())
                self._boxes[permission] = box
                grid.addWidget(box, number // _COLUMNS, number % _COLUMNS)
            for place in range(_COLUMNS):
                grid.setColumnStretch(place, 1)
            column.addLayout(grid)
        area = QScrollArea()
        area.setObjectName("role_rights")
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setMinimumHeight(wearing.px(420))
        return area

    def _typed(self) -> None:
        ticked = frozenset(permission for permission, box in self._boxes.items() if box.isChecked())
        self.typed.emit(RoleDraft(self._draft.code, self.name.text(), ticked))
