"""Which bill: by number, by scan, by plate, or among the last ones; and the refunds that are not finished."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.domain.refund import LegState, Refund, SoldBill
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import CENTRE, RIGHT, ElidedWords, Words
from core.qt.widgets.letters import LettersButton
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.cashier.refund.line_row import title
from pos_app.cashier.refund.presenter import RefundViewState

_KEYS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("-", "0", "back"))
_WITH_KEYS = 9
_UNFINISHED_KEYS = ("F6", "F7", "F8", "F9")


class FindPanel(QWidget):
    """Signals: sought(str); chosen(SaleId); unfinished(Refund)."""

    sought = Signal(str)
    chosen = Signal(str)
    unfinished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(8))
        words = _("Scan the receipt or the customer's payment record, or type a number or plate.")
        left.addWidget(Words(words, "title", wrap=True))
        self.search = CodeEdit("refund_search", _("Receipt number, its last digits, or plate"))
        box = QHBoxLayout()
        box.addWidget(self.search, 1)
        box.addWidget(LettersButton(self.search))
        left.addLayout(box)
        left.addWidget(Keypad("refund_key", _KEYS, self.search, wearing.px(48)))
        self._go = BusyButton(_("Find"), "refund_find", key="Return", role="primary")
        self._go.clicked.connect(lambda: self.sought.emit(self.search.text()))
        left.addWidget(self._go)
        columns.addLayout(left, 2)
        self._rows: list[QWidget] = []
        self._shown: tuple[object, ...] = ()
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(wearing.px(4))
        self._nothing = Words(_("Nothing was sold yet."), "quiet", align=CENTRE)
        self._list.addWidget(self._nothing)
        self._list.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setMinimumHeight(wearing.px(420))
        columns.addWidget(area, 3)

    def begin(self) -> None:
        """Open with nothing typed."""
        self.search.clear()

    def show_state(self, state: RefundViewState) -> None:
        """Paint what was found."""
        self._go.set_busy(state.busy == "find", _("Looking for it…"))
        if self._shown != (state.unsettled, state.bills):
            self._shown = (state.unsettled, state.bills)
            self._lay_out(state)
        self._nothing.setVisible(not state.bills and not state.unsettled and not state.busy)

    def _lay_out(self, state: RefundViewState) -> None:
        for row in self._rows:
            self._list.removeWidget(row)
            put_away(row)
        self._rows = []
        for place, refund in enumerate(state.unsettled):
            row = _unfinished_row(refund, _UNFINISHED_KEYS[place] if place < len(_UNFINISHED_KEYS) else "")
            self._add(row, lambda refund=refund: self.unfinished.emit(refund))
        for number, bill in enumerate(state.bills, 1):
            key = f"Alt+{number}" if number <= _WITH_KEYS else ""
            self._add(_bill_row(bill, key), lambda bill=bill: self.chosen.emit(bill.sale.id))

    def _add(self, row: QPushButton, call: object) -> None:
        row.clicked.connect(lambda _checked=False: call())  # type: ignore[operator]
        self._rows.append(row)
        self._list.insertWidget(self._list.count() - 1, row)


class _Row(QPushButton):
    """What was sold, in two lines; `key` chooses it."""

    key = ""


def _row(name: str, key: str = "") -> tuple[QPushButton, QVBoxLayout]:
    wearing = theme.current()
    row = _Row()
    row.key = key
    row.setObjectName(name)
    row.setProperty("role", "flat")
    row.setFixedHeight(wearing.px(76))
    column = QVBoxLayout(row)
    column.setContentsMargins(wearing.px(12), wearing.px(4), wearing.px(12), wearing.px(4))
    column.setSpacing(0)
    return row, column


def _line(left: str, right: str, strong: bool) -> QHBoxLayout:
    line = QHBoxLayout()
    for words in (
        ElidedWords(left, "strong" if strong else "quiet"),
        Words(right, "strong" if strong else "quiet", align=RIGHT),
    ):
        words.setMinimumHeight(theme.current().px(28))
        line.addWidget(words, 1 if isinstance(words, ElidedWords) else 0)
    return line


def _bill_row(bill: SoldBill, key: str) -> QPushButton:
    sale = bill.sale
    row, column = _row(f"refund_bill_{sale.number}", key)
    row.setAccessibleName(sale.number)
    when = formats.time_of_day(sale.completed_at) if sale.completed_at else ""
    column.addLayout(_line(f"{sale.number}   {when}", formats.money(sale.total), strong=True))
    what = _(", ").join(title(line) for line in sale.lines)
    how = (
        _("refunded already") if bill.refunds else _(", ").join(names.tender(leg.tender) for leg in sale.legs)
    )
    column.addLayout(_line(what, f"{how}   {key}".rstrip(), strong=False))
    return row


def _unfinished_row(refund: Refund, key: str) -> QPushButton:
    row, column = _row(f"refund_unfinished_{refund.number}", key)
    refused = any(leg.state is LegState.REFUSED for leg in refund.legs)
    words = _("Refund {number} was refused") if refused else _("Refund {number} is on its way")
    said = Words(words.format(number=refund.number), "strong", Tone.RED if refused else Tone.AMBER)
    amount = Words(formats.money(refund.total), "strong", align=RIGHT)
    line = QHBoxLayout()
    for each in (said, amount):
        each.setMinimumHeight(theme.current().px(28))
    line.addWidget(said, 1)
    line.addWidget(amount)
    column.addLayout(line)
    column.addLayout(_line("", key, strong=False))
    return row
