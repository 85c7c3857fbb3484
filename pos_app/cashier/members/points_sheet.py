"""How many of a member's points are spent on this bill."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from core.qt import theme
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import RIGHT, Words
from core.qt.widgets.layers import Sheet
from core.wording.catalogue import _
from pos_app.cashier.members.presenter import MemberPresenter

_KEYS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("clear", "0", "00", "back"))
_MOST_DIGITS = 9


class PointsSheet(Sheet):
    """Signals: given(points)."""

    given = Signal(int)

    def __init__(self, presenter: MemberPresenter) -> None:
        super().__init__(_("Pay with points"), "points_sheet", width=720)
        wearing = theme.current()
        self._presenter = presenter
        self._most = 0
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(8))
        self._have = Words("", "quiet", name="points_have", wrap=True)
        left.addWidget(self._have)
        self.field = CodeEdit("points_given", "0")
        self.field.setMaxLength(_MOST_DIGITS)
        self.field.setProperty("type", "figure")
        self.field.setAlignment(RIGHT)
        self.field.textChanged.connect(lambda _text: self._settle())
        left.addWidget(self.field)
        self._all = BusyButton(_("As many as this bill takes"), "points_most", key="F2")
        self._all.clicked.connect(lambda: self.field.setText(str(self._most)))
        left.addWidget(self._all)
        left.addStretch(1)
        left.addWidget(Words(_("They take off"), "quiet"))
        self._worth = AmountLabel("figure", "points_worth")
        left.addWidget(self._worth)
        columns.addLayout(left, 1)
        columns.addWidget(Keypad("points_key", _KEYS, self.field, wearing.px(56)), 1)
        self.body.addLayout(columns)
        self._go = BusyButton(_("Spend them"), "points_go", key="Return", role="primary")
        self._go.clicked.connect(self._give)
        self.body.addWidget(self._go)

    def begin(self) -> None:
        """Open with as many as the bill takes."""
        member = self._presenter.state.member
        self._most = self._presenter.most_points()
        have = member.points if member is not None else 0
        self._have.setText(
            _("{points} points; this bill takes at most {most}.").format(
                points=f"{have:,}", most=f"{self._most:,}"
            )
        )
        self.field.setText(str(self._most))
        self.field.selectAll()
        self._settle()

    def _points(self) -> int:
        text = self.field.text()
        return int(text) if text.isascii() and text.isdigit() else 0

    def _settle(self) -> None:
        points = self._points()
        self._worth.show_amount(self._presenter.worth(min(points, self._most)))
        if not points:
            self._go.set_reason(_("Type how many points first."))
        else:
            over = _("This bill takes at most {most} points.").format(most=f"{self._most:,}")
            self._go.set_reason(over if points > self._most else "")

    def _give(self) -> None:
        if self._points():
            self.given.emit(self._points())
