"""A fill, or a missing one, as a row of the list: a finger high, what matters most in large words."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.domain.counter import Finding
from core.domain.missing_fill import MissingFill
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import fills, formats, names
from core.wording.catalogue import _

_HIGH = 64


class FillRow(QPushButton):
    """Two lines: what and how much; where it stands."""

    def __init__(self, name: str, what: str, amount: str, stands: str, tone: Tone | None = None) -> None:
        super().__init__()
        wearing = theme.current()
        self.setObjectName(name)
        self.setAccessibleName(what)
        self.setProperty("role", "flat")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(wearing.px(12), wearing.px(4), wearing.px(12), wearing.px(4))
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(ElidedWords(what, "strong"), 1)
        head.addWidget(Words(amount, "strong", tone, align=RIGHT))
        column.addLayout(head)
        column.addWidget(ElidedWords(stands, "quiet"))
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """A finger high; a style sheet would overrule `setMinimumHeight`."""
        return QSize(theme.current().px(200), theme.current().px(_HIGH))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The same height."""
        return QSize(0, theme.current().px(_HIGH))


class GapRow(QWidget):
    """A missing fill: litres, yuan, when it must have flowed; book it with one tap, or say why it was none."""

    def __init__(self, gap: MissingFill, accept: Callable[[], object], reject: Callable[[], object]) -> None:
        super().__init__()
        wearing = theme.current()
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(12), 0, 0, 0)
        row.setSpacing(wearing.px(8))
        words = QVBoxLayout()
        words.setSpacing(0)
        head = _("Pump {pump}, nozzle {nozzle}, {grade}: {litres}").format(
            pump=gap.pump,
            nozzle=gap.nozzle,
            grade=names.grade(gap.grade),
            litres=formats.litres(gap.volume),
        )
        words.addWidget(ElidedWords(head, "strong"))
        between = _("{finding}, between {since} and {until}").format(
            finding=fills.finding(gap.finding),
            since=formats.short_moment(gap.since),
            until=formats.short_moment(gap.until),
        )
        words.addWidget(ElidedWords(between, "quiet"))
        row.addLayout(words, 1)
        self.book = BusyButton(
            _("Book {amount}").format(amount=formats.money(gap.amount)),
            f"gap_accept_{gap.id}",
            role="primary",
        )
        self.book.setVisible(gap.finding is Finding.MISSING)
        self.book.clicked.connect(lambda _checked=False: accept())
        self.none = BusyButton(_("No fill"), f"gap_reject_{gap.id}")
        self.none.clicked.connect(lambda _checked=False: reject())
        for button in (self.book, self.none):
            button.set_height(wearing.size("target"))
            row.addWidget(button)
