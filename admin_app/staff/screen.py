"""People with their roles; whoever looks cannot change themselves."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from admin_app.panels import page, panel
from admin_app.staff.presenter import StaffPresenter, StaffState
from admin_app.staff.role_choice import RoleChoice
from core.domain.staff import StaffMember
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import ElidedWords, Words, line
from core.wording.catalogue import _

_ICONS = {"cashier": "till", "attendant": "pump", "manager": "desk"}


class StaffScreen(QWidget):
    """Paints the state. Signals: new_wanted; role_chosen(StaffId, Role); leave_wanted(StaffMember)."""

    new_wanted = Signal()
    role_chosen = Signal(str, object)
    leave_wanted = Signal(object)

    def __init__(self, presenter: StaffPresenter) -> None:
        super().__init__()
        self.setObjectName("staff_screen")
        self._painted: object = None
        self._title = Words("", "strong", name="staff_title")
        self._list = QScrollArea()
        self._list.setObjectName("staff_list")
        self._list.setWidgetResizable(True)
        new = BusyButton(_("New person…"), "person_new", role="small")
        new.clicked.connect(self.new_wanted)
        page(self).addWidget(panel(self._title, self._list, new))
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: StaffState) -> None:
        """Paint everything that has changed."""
        if (state.people, state.me) == self._painted:
            return
        self._painted = (state.people, state.me)
        self._title.setText(_("{count} people work here").format(count=len(state.people)))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.current().px(8), 0)
        column.setSpacing(0)
        for person in state.people:
            column.addWidget(self._row(person, is_me=person.id == state.me))
            column.addWidget(line())
        column.addStretch(1)
        self._list.setWidget(inside)

    def _row(self, person: StaffMember, *, is_me: bool) -> QFrame:
        wearing = theme.current()
        frame = QFrame()
        frame.setObjectName(f"person_{person.id}")
        row = QHBoxLayout(frame)
        row.setContentsMargins(wearing.px(4), wearing.px(6), 0, wearing.px(6))
        row.setSpacing(wearing.px(16))
        picture = Words()
        picture.setPixmap(wearing.picture(_ICONS.get(person.role.code, "till"), "quiet", wearing.px(28)))
        row.addWidget(picture)
        row.addWidget(ElidedWords(person.name, "title"), 1)
        reason = _("You cannot change yourself. Ask another manager.") if is_me else ""
        roles = RoleChoice(f"person_role_{person.id}")
        roles.show_role(person.role)
        roles.set_reason(reason)
        roles.chosen.connect(lambda role: self.role_chosen.emit(person.id, role))
        row.addWidget(roles)
        leave = BusyButton(_("Leaves…"), f"person_leave_{person.id}", role="small-red")
        leave.set_reason(reason)
        leave.clicked.connect(lambda: self.leave_wanted.emit(person))
        row.addWidget(leave)
        return frame
