"""What goes back of a bill and why; what that comes to and by which way it goes stands below."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.domain.money import Money
from core.domain.refund import RefundPlan, RefundReason
from core.qt import theme
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import ElidedWords, Words
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.cashier.refund.line_row import LineRow, title
from pos_app.cashier.refund.presenter import RefundViewState

_WALK = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_PIECES = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_Plus: 1, Qt.Key.Key_PageDown: -1, Qt.Key.Key_Minus: -1}
_SHIFT = Qt.KeyboardModifier.ShiftModifier  # which writes + on many keyboards
_REASONS = tuple(reason for reason in RefundReason if reason is not RefundReason.NOT_FILLED)


class ChoosePanel(QWidget):
    """Up and Down go from line to line, PgUp, PgDown, + and - change how many of it.

    Signals: pieces(line, number); part(line); everything; reason(str); reinstate(bool); refund; void.
    """

    pieces = Signal(str, int)
    part = Signal(str)
    everything = Signal()
    reason = Signal(str)
    reinstate = Signal(bool)
    refund = Signal()
    void = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self._bill = ""
        self._chosen: dict[str, int] = {}
        self._rows: dict[str, LineRow] = {}
        self._worth: dict[str, Money] = {}  # what of each line can still go back
        self._at = ""  # the line that the keys mean
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(wearing.px(12))
        head = QHBoxLayout()
        self._number = ElidedWords("", "title", name="refund_bill")
        head.addWidget(self._number, 1)
        head.addWidget(Words(_("Line ↑ ↓   pieces PgUp PgDn"), "caption", name="refund_keys"))
        self._part = BusyButton(_("Only an amount…"), "refund_part", key="F5")
        self._part.clicked.connect(lambda: self.part.emit(self._at))
        head.addWidget(self._part)
        self._all = BusyButton(_("Give everything back"), "refund_everything", key="F4")
        self._all.clicked.connect(self.everything)
        head.addWidget(self._all)
        outer.addLayout(head)
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        inside = QWidget()
        self._lines = QVBoxLayout(inside)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setMinimumHeight(wearing.px(232))
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        columns.addWidget(self._area, 3)
        columns.addLayout(self._why(), 2)
        outer.addLayout(columns)
        outer.addLayout(self._outcome())
        outer.addLayout(self._ends())
        for button in self.findChildren(QPushButton):
            button.installEventFilter(self)

    def show_state(self, state: RefundViewState) -> None:
        """Paint the lines, what is chosen of them, and what it comes to."""
        bill = state.bill
        if bill is None:
            return
        key = f"{bill.sale.id}/{len(bill.refunds)}"
        if key != self._bill:
            self._bill = key
            self._lay_out(state)
        before = formats.money(bill.sale.total)
        self._number.setText(_("Bill {number}, {amount} paid").format(number=bill.sale.number, amount=before))
        self._chosen = {str(line): pieces for line, pieces in state.chosen.items()}
        for each, left in bill.left.items():
            self._rows[each].show_pieces(state.chosen.get(each, 0), left.quantity)
            self._rows[each].show_part(state.parts.get(each))
        self._worth = {str(each): left.amount for each, left in bill.left.items()}
        self._settle_part()
        for reason, button in self._reasons.items():
            button.setChecked(reason is state.reason)
        self._again.setVisible(state.has_fill)
        self._again.setChecked(state.reinstate)
        self._show_plan(state.plan)
        self._settle(state)

    def _settle_part(self) -> None:
        left = self._worth.get(self._at)
        self._part.set_reason("" if left else _("Nothing of this line can go back any more."))

    def _show_plan(self, plan: RefundPlan | None) -> None:
        nothing = plan is None
        self._amount.setText("" if plan is None else formats.money(plan.total))
        ways = "" if plan is None else _(", ").join(
            f"{names.tender(leg.tender)} {formats.money(leg.amount)}" for leg in plan.legs
        )  # fmt: skip
        self._ways.setText("" if nothing else _("Goes back by: {ways}").format(ways=ways))

    def _settle(self, state: RefundViewState) -> None:
        missing = ""
        if state.plan is None:
            missing = _("Choose what goes back.")
        elif state.reason is None:
            missing = _("Choose why.")
        self._go.set_reason(missing)
        self._go.set_words(
            _("Give back {amount}").format(amount=formats.money(state.plan.total))
            if state.plan
            else _("Give back")
        )
        self._go.set_busy(state.busy == "refund", _("Giving it back…"))
        self._void.set_busy(state.busy == "void", _("Giving it back…"))
        part = _("Part of it went back already.") if state.bill and state.bill.refunds else ""
        self._void.set_reason(part or (_("Choose why.") if state.reason is None else ""))

    def _outcome(self) -> QHBoxLayout:
        self._amount = AmountLabel("figure", "refund_amount")
        self._ways = Words("", "quiet", name="refund_ways", wrap=True)
        below = QHBoxLayout()
        below.addWidget(self._ways, 2)
        below.addWidget(self._amount, 1)
        return below

    def _ends(self) -> QHBoxLayout:
        wearing = theme.current()
        buttons = QHBoxLayout()
        buttons.setSpacing(wearing.px(8))
        self._go = BusyButton(_("Give back"), "refund_go", key="Return", role="primary")
        self._go.clicked.connect(self.refund)
        self._void = BusyButton(_("Void the whole bill"), "refund_void", key="F10", role="quiet-red")
        self._void.set_height(wearing.size("primary"))
        self._void.clicked.connect(self.void)
        buttons.addWidget(self._go, 3)
        buttons.addWidget(self._void, 1)
        return buttons

    def _why(self) -> QVBoxLayout:
        wearing = theme.current()
        column = QVBoxLayout()
        column.setSpacing(wearing.px(8))
        column.addWidget(Words(_("Why?"), "title"))
        grid = QGridLayout()
        grid.setSpacing(wearing.px(8))
        group = QButtonGroup(self)
        self._reasons: dict[RefundReason, QPushButton] = {}
        for place, reason in enumerate(_REASONS):
            words, name = names.refund_reason(reason), f"refund_reason_{reason.value}"
            button = BusyButton(words, name, key=f"Alt+{place + 1}", role="small", stacked=True)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, word=reason.value: self.reason.emit(word))
            group.addButton(button)
            self._reasons[reason] = button
            grid.addWidget(button, place // 2, place % 2)
        column.addLayout(grid)
        self._again = BusyButton(_("Fills wait at the counter again"), "refund_reinstate", key="F6")
        self._again.setCheckable(True)
        self._again.clicked.connect(self.reinstate)
        column.addWidget(self._again)
        column.addStretch(1)
        return column

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name.
        """The arrows and the page keys; others are the sheet's."""
        if not self._steered(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """The same while a button has the focus, which would take the arrows for a way to the next button."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._steered(event):
            return True
        return super().eventFilter(watched, event)

    def _steered(self, event: QKeyEvent) -> bool:
        lines = list(self._rows)
        if self._at not in lines or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~_SHIFT:
            return False
        key = Qt.Key(event.key())
        if key in _WALK:
            place = lines.index(self._at) + _WALK[key]
            self._go_to(lines[min(max(place, 0), len(lines) - 1)])
        elif key in _PIECES:
            self._step(self._at, _PIECES[key])
        else:
            return False
        return True

    def _go_to(self, line: str) -> None:
        self._at = line
        self._settle_part()
        for each, row in self._rows.items():
            row.mark(each == line)
        self._area.ensureWidgetVisible(self._rows[line])

    def _lay_out(self, state: RefundViewState) -> None:
        for row in self._rows.values():
            self._lines.removeWidget(row)
            put_away(row)
        self._rows = {}
        assert state.bill is not None
        shares = state.bill.sale.shares()
        for line in state.bill.sale.lines:
            row = LineRow(line.id, title(line), formats.money(shares[line.id]))
            row.stepped.connect(self._step)
            for button in (row.less, row.more):
                button.installEventFilter(self)
            self._rows[line.id] = row
            self._lines.insertWidget(self._lines.count() - 1, row)
        self._at = next(iter(self._rows), "")
        if self._at:
            self._rows[self._at].mark(True)

    def _step(self, line: str, by: int) -> None:
        self._go_to(line)
        if by:
            self.pieces.emit(line, self._chosen.get(line, 0) + by)
