"""The roles beside each other, one of them chosen."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from core.domain.staff import FIRST_ROLES, Role
from core.qt import theme
from core.qt.widgets.put_away import put_away
from core.wording import names

_COLUMNS = 3


class RoleChoice(QWidget):
    """Signals: chosen(Role), when a person presses another one than before."""

    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._name = name
        self.role = Role.CASHIER
        self._roles: tuple[Role, ...] = ()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.current().size("grid"))
        self.offer(FIRST_ROLES)

    def offer(self, roles: Sequence[Role]) -> None:
        """These can be chosen."""
        if tuple(roles) == self._roles:
            return
        self._roles = tuple(roles)
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._grid.removeWidget(button)
            put_away(button)
        self._buttons = {}
        for number, role in enumerate(self._roles):
            button = QPushButton(names.role(role))
            button.setObjectName(f"{self._name}_{role.code}")
            button.setCheckable(True)
            button.setProperty("role", "choice")
            button.clicked.connect(lambda _checked=False, to=role: self._pressed(to))
            self._group.addButton(button)
            self._buttons[role.code] = button
            self._grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        self.show_role(self.role)

    def show_role(self, role: Role) -> None:
        """This one is chosen."""
        self.role = role
        if role.code in self._buttons:
            self._buttons[role.code].setChecked(True)

    def set_reason(self, reason: str) -> None:
        """Why it cannot be changed now, on hover; empty when it can."""
        self.setEnabled(not reason)
        self.setToolTip(reason)

    def _pressed(self, role: Role) -> None:
        if role.code != self.role.code:
            self.role = role
            self.chosen.emit(role)
