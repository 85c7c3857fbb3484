"""How much of what is due is paid now: all of it, unless somebody types less."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.domain.money import ZERO, Money
from core.qt import theme
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.labels import Words
from core.wording.catalogue import _


class PartField(QWidget):
    """An amount with its word before it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(8))
        row.addWidget(Words(_("Pay now"), "quiet"))
        self.field = DecimalEdit(name)
        self.field.setProperty("type", "")
        row.addWidget(self.field, 1)
        self._due = ZERO

    def show_due(self, due: Money) -> None:
        """Another bill, or less of it left: all of that, until somebody types a part."""
        if due != self._due:
            self._due = due
            self.field.show_money(due)

    def part(self) -> Money | None:
        """What was typed; None for all that is due."""
        typed = self.field.money()
        return None if typed is None or typed == self._due else typed
