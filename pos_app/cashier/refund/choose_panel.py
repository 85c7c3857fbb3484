"""What goes back of a bill and why; what that comes to and by which way it goes stands below."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.domain.refund import RefundPlan, RefundReason
from core.qt import theme
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.cashier.refund.find_panel import title
from pos_app.cashier.refund.presenter import RefundViewState

_REASONS = tuple(reason for reason in RefundReason if reason is not RefundReason.NOT_FILLED)


class ChoosePanel(QWidget):
    """Signals: pieces(line, number); everything; reason(str); reinstate(bool); refund; void."""

    pieces = Signal(str, int)
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
        self._rows: dict[str, tuple[QWidget, Words, QPushButton, QPushButton]] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(wearing.px(12))
        head = QHBoxLayout()
        self._number = ElidedWords("", "title", name="refund_bill")
        head.addWidget(self._number, 1)
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
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setMinimumHeight(wearing.px(232))
        columns.addWidget(area, 3)
        columns.addLayout(self._why(), 2)
        outer.addLayout(columns)
        outer.addLayout(self._outcome())
        outer.addLayout(self._ends())

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
            _row, count, less, more = self._rows[each]
            chosen, most = state.chosen.get(each, 0), left.quantity
            count.setText(_("{chosen} of {most}").format(chosen=chosen, most=most))
            less.setEnabled(chosen > 0)
            more.setEnabled(chosen < most)
        for reason, button in self._reasons.items():
            button.setChecked(reason is state.reason)
        self._again.setVisible(state.has_fill)
        self._again.setChecked(state.reinstate)
        self._show_plan(state.plan)
        self._settle(state)

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
        self._again = QPushButton(_("Fills wait at the counter again"))
        self._again.setObjectName("refund_reinstate")
        self._again.setCheckable(True)
        self._again.clicked.connect(self.reinstate)
        column.addWidget(self._again)
        column.addStretch(1)
        return column

    def _lay_out(self, state: RefundViewState) -> None:
        for row, *_others in self._rows.values():
            self._lines.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        self._rows = {}
        assert state.bill is not None
        shares = state.bill.sale.shares()
        for line in state.bill.sale.lines:
            paid = formats.money(shares[line.id])
            self._add(line.id, title(line), paid)

    def _add(self, line: str, words: str, paid: str) -> None:
        wearing = theme.current()
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(wearing.px(8))
        across.addWidget(ElidedWords(words, "strong"), 1)
        across.addWidget(Words(paid, "body"))
        less, more = QPushButton("−"), QPushButton("+")
        count = Words("", "strong", name=f"refund_count_{line}", align=CENTRE)
        count.setMinimumWidth(wearing.px(88))
        for button, name in ((less, "less"), (more, "more")):
            button.setObjectName(f"refund_{name}_{line}")
            button.setProperty("role", "key")
            button.setFixedWidth(wearing.px(56))
        less.clicked.connect(lambda: self._step(line, -1))
        more.clicked.connect(lambda: self._step(line, 1))
        for widget in (less, count, more):
            across.addWidget(widget)
        self._rows[line] = (row, count, less, more)
        self._lines.insertWidget(self._lines.count() - 1, row)

    def _step(self, line: str, by: int) -> None:
        self.pieces.emit(line, self._chosen.get(line, 0) + by)
