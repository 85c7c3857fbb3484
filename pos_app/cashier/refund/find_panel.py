"""Which bill: by number, by scan, by plate, or among the last ones; and the refunds that are not finished."""

from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from core.domain.refund import LegState, Refund, SoldBill
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.cashier.refund.line_row import title
from pos_app.cashier.refund.presenter import RefundViewState
from pos_app.search_panel import WITH_KEYS, SearchPanel

_UNFINISHED_KEYS = ("F6", "F7", "F8", "F9")


class FindPanel(SearchPanel):
    """Signals: sought(str); chosen(SaleId); unfinished(Refund)."""

    chosen = Signal(str)
    unfinished = Signal(object)

    def __init__(self) -> None:
        words = _("Scan the receipt or the customer's payment record, or type a number or plate.")
        super().__init__("refund", Words(words, "title", wrap=True), _("Nothing was sold yet."))
        self._shown: tuple[object, ...] = ()

    def show_state(self, state: RefundViewState) -> None:
        """Paint what was found."""
        if self._shown != (state.unsettled, state.bills):
            self._shown = (state.unsettled, state.bills)
            self.lay_out([*self._unfinished_rows(state), *self._bill_rows(state)])
        self.show_looking(
            state.busy == "find", nothing=not state.bills and not state.unsettled and not state.busy
        )

    def _unfinished_rows(self, state: RefundViewState) -> Iterator[QPushButton]:
        for place, refund in enumerate(state.unsettled):
            row = _unfinished_row(refund, _UNFINISHED_KEYS[place] if place < len(_UNFINISHED_KEYS) else "")
            row.clicked.connect(lambda _checked=False, this=refund: self.unfinished.emit(this))
            yield row

    def _bill_rows(self, state: RefundViewState) -> Iterator[QPushButton]:
        for number, bill in enumerate(state.bills, 1):
            row = _bill_row(bill, f"Alt+{number}" if number <= WITH_KEYS else "")
            row.clicked.connect(lambda _checked=False, this=bill.sale.id: self.chosen.emit(this))
            yield row


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
