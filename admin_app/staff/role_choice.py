"""The three roles beside each other, one of them chosen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from core.domain.staff import FIRST_ROLES, Role
from core.qt import theme
from core.wording import names


class RoleChoice(QWidget):
    """Signals: chosen(Role), when a person presses another one than before."""

    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.role = Role.CASHIER
        self._group = QButtonGroup(self)
        self._buttons: dict[Role, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().size("grid"))
        for role in FIRST_ROLES:
            button = QPushButton(names.role(role))
            button.setObjectName(f"{name}_{role.code}")
            button.setCheckable(True)
            button.setProperty("role", "choice")
            button.clicked.connect(lambda _checked=False, to=role: self._pressed(to))
            self._group.addButton(button)
            self._buttons[role] = button
            row.addWidget(button, 1)
        self.show_role(self.role)

    def show_role(self, role: Role) -> None:
        """This one is chosen."""
        self.role = role
        self._buttons[role].setChecked(True)

    def set_reason(self, reason: str) -> None:
        """Why it cannot be changed now, on hover; empty when it can."""
        self.setEnabled(not reason)
        self.setToolTip(reason)

    def _pressed(self, role: Role) -> None:
        if role is not self.role:
            self.role = role
            self.chosen.emit(role)
