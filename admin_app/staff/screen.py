"""People at the left, roles at the right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from admin_app.panels import page, panel
from admin_app.staff.presenter import StaffPresenter, StaffState
from core.domain.staff import Permission, Role, StaffMember
from core.qt import theme
from core.qt.sign_in.pad import ICONS
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import ElidedWords, Words, line
from core.wording import names
from core.wording.catalogue import _


class StaffScreen(QWidget):
    """Paints the state. Signals: new_wanted; change_wanted(StaffId); back_wanted(StaffId); role_wanted(code or empty)."""

    new_wanted = Signal()
    change_wanted = Signal(str)
    back_wanted = Signal(str)
    role_wanted = Signal(str)

    def __init__(self, presenter: StaffPresenter) -> None:
        super().__init__()
        self.setObjectName("staff_screen")
        self._painted: object = None
        self._title = Words("", "strong", name="staff_title")
        self._list = _area("staff_list")
        new = BusyButton(_("New person…"), "person_new", role="small")
        new.clicked.connect(self.new_wanted)
        self._roles = _area("roles_list")
        self._new_role = BusyButton(_("New role…"), "role_new", role="small")
        self._new_role.clicked.connect(lambda: self.role_wanted.emit(""))
        columns = QHBoxLayout()
        columns.setSpacing(theme.current().px(16))
        columns.addWidget(panel(self._title, self._list, new), 5)
        columns.addWidget(panel(_("Roles and what they may"), self._roles, self._new_role), 4)
        page(self).addLayout(columns)
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: StaffState) -> None:
        """Paint everything that has changed."""
        shown = (state.people, state.left, state.roles, state.me)
        if shown == self._painted:
            return
        self._painted = shown
        self._title.setText(_("{count} people work here").format(count=len(state.people)))
        rows = [self._person(person) for person in state.people]
        self._list.setWidget(_column([*rows, *(self._gone(person) for person in state.left)]))
        reason = "" if state.may(Permission.MANAGE_ROLES) else _("You may not change roles.")
        self._new_role.set_reason(reason)
        self._roles.setWidget(_column([self._role(role, state.count(role), reason) for role in state.roles]))

    def _person(self, person: StaffMember) -> QFrame:
        frame, row = _row(f"person_{person.id}", ICONS.get(person.role.code, "people"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedWords(person.name, "title"))
        words.addWidget(ElidedWords(names.role(person.role), "quiet"))
        row.addLayout(words, 1)
        if person.card_hash is not None:
            row.addWidget(Words(_("Has a card."), "quiet"))
        change = BusyButton(_("Change…"), f"person_change_{person.id}", role="small")
        change.clicked.connect(lambda: self.change_wanted.emit(person.id))
        row.addWidget(change)
        return frame

    def _gone(self, person: StaffMember) -> QFrame:
        frame, row = _row(f"person_{person.id}", "people")
        row.addWidget(ElidedWords(_("{name} left").format(name=person.name), "quiet"), 1)
        back = BusyButton(_("Works here again"), f"person_back_{person.id}", role="small")
        back.clicked.connect(lambda: self.back_wanted.emit(person.id))
        row.addWidget(back)
        return frame

    def _role(self, role: Role, people: int, reason: str) -> QFrame:
        frame, row = _row(f"role_{role.code}", ICONS.get(role.code, "people"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedWords(names.role(role), "title"))
        said = _("{people} people, {rights} of {all} rights").format(
            people=people, rights=len(role.permissions), all=len(Permission)
        )
        words.addWidget(ElidedWords(said, "quiet"))
        row.addLayout(words, 1)
        change = BusyButton(_("Rights…"), f"role_change_{role.code}", role="small")
        change.set_reason(reason)
        change.clicked.connect(lambda: self.role_wanted.emit(role.code))
        row.addWidget(change)
        return frame


def _area(name: str) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    return area


def _column(rows: list[QFrame]) -> QWidget:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, theme.current().px(8), 0)
    column.setSpacing(0)
    for row in rows:
        column.addWidget(row)
        column.addWidget(line())
    column.addStretch(1)
    return inside


def _row(name: str, icon: str) -> tuple[QFrame, QHBoxLayout]:
    wearing = theme.current()
    frame = QFrame()
    frame.setObjectName(name)
    row = QHBoxLayout(frame)
    row.setContentsMargins(wearing.px(4), wearing.px(6), 0, wearing.px(6))
    row.setSpacing(wearing.px(16))
    picture = Words()
    picture.setPixmap(wearing.picture(icon, "quiet", wearing.px(28)))
    row.addWidget(picture)
    return frame, row
