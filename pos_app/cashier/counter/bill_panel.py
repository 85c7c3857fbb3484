"""The counter's middle: the bill, its coupon, and the box where codes are scanned or typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from core.domain.coupon import CouponUse
from core.domain.ids import LineId
from core.domain.sale import Sale, SaleLine
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.labels import CENTRE, RIGHT, ElidedWords, Words
from core.wording import formats
from core.wording.catalogue import _, ngettext
from core.wording.refusals import sentence_of_code
from pos_app.cashier.counter.basket_table import BasketView, basket_model
from pos_app.cashier.counter.presenter import CounterState


class BillPanel(QFrame):
    """Signals: code_given(str); quantity_wanted(LineId, int); line_removed(LineId); coupon_removed; parked_wanted(SaleId)."""

    code_given = Signal(str)
    quantity_wanted = Signal(str, int)
    line_removed = Signal(str)
    coupon_removed = Signal()
    parked_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        wearing = theme.current()
        column = QVBoxLayout(self)
        margin = wearing.px(16)
        column.setContentsMargins(margin, wearing.px(12), margin, margin)
        column.setSpacing(wearing.px(8))
        head = QHBoxLayout()
        self._title = Words(_("Bill"), "title")
        self._count = ElidedWords("", "quiet", align=RIGHT)
        head.addWidget(self._title)
        head.addWidget(self._count, 1)
        column.addLayout(head)
        self._model = basket_model()
        self.table = BasketView(self._model)
        self.table.selectionModel().selectionChanged.connect(lambda *_changed: self._settle())
        empty = Words(
            _("Tap a fill at the left, or scan goods."), "quiet", name="bill_empty", align=CENTRE, wrap=True
        )
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        column.addLayout(self._stack, 1)
        column.addWidget(self._coupon_row())
        self._parked_id = ""
        self._parked = BusyButton("", "parked_sale", key="F7", role="unpaid")
        self._parked.clicked.connect(lambda: self.parked_wanted.emit(self._parked_id))
        column.addWidget(self._parked)
        column.addLayout(self._line_actions())
        column.addLayout(self._scan_row())
        self._changeable = False

    def show_state(self, state: CounterState) -> None:
        """Paint the bill."""
        sale = state.sale
        lines = sale.lines if sale else ()
        grown = len(lines) > len(self._model.rows)
        chosen = self._chosen()
        self._model.show_rows(lines)
        self._stack.setCurrentIndex(0 if lines else 1)
        if lines and (grown or self._chosen() is None):
            kept = next((n for n, line in enumerate(lines) if chosen and line.id == chosen.id), None)
            self.choose(len(lines) - 1 if grown or kept is None else kept)
        pieces = len(lines)
        self._count.setText(
            ngettext("{count} line", "{count} lines", pieces).format(count=pieces) if pieces else ""
        )
        self._changeable = not state.has_money and not state.busy
        self._show_coupon(sale, state.checking_coupon)
        self._show_parked(state)
        self._enter.set_busy(state.busy in ("goods", "coupon", "fill"), _("Checking…"))
        self._settle()

    def choose(self, row: int) -> None:
        """Select the line at this place."""
        if 0 <= row < len(self._model.rows):
            self.table.selectRow(row)
            self.table.scrollTo(self._model.index(row, 0))

    def step_by(self, by: int) -> None:
        """Select the line so many places further."""
        row = self.table.currentIndex().row()
        self.choose(min(max(row + by, 0), len(self._model.rows) - 1))

    def set_quantity(self, quantity: int) -> None:
        """So many pieces of the chosen line."""
        line = self._chosen()
        if line is not None and line.goods is not None:
            self.quantity_wanted.emit(line.id, quantity)

    def _coupon_row(self) -> QWidget:
        wearing = theme.current()
        self._coupon = QFrame()
        self._coupon.setProperty("role", "tinted")
        row = QHBoxLayout(self._coupon)
        row.setContentsMargins(wearing.px(12), wearing.px(4), wearing.px(4), wearing.px(4))
        self._coupon_title = ElidedWords("", "strong", name="coupon_title")
        self._coupon_amount = Words("", "strong", Tone.GREEN, name="coupon_amount", align=RIGHT)
        self._coupon_away = BusyButton(_("Remove"), "coupon_remove", role="quiet")
        self._coupon_away.clicked.connect(self.coupon_removed)
        row.addWidget(self._coupon_title, 1)
        row.addWidget(self._coupon_amount)
        row.addWidget(self._coupon_away)
        return self._coupon

    def _line_actions(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        self._less = BusyButton(_("Less"), "line_less", key="PgDown")
        self._more = BusyButton(_("More"), "line_more", key="PgUp")
        self._away = BusyButton(_("Delete line"), "line_remove", key="Delete")
        self._less.clicked.connect(lambda: self._step(-1))
        self._more.clicked.connect(lambda: self._step(1))
        self._away.clicked.connect(self._remove)
        for button in (self._less, self._more, self._away):
            row.addWidget(button, 1)
        return row

    def _scan_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        self.scan_box = CodeEdit("scan_box", _("Scan or type a code"))
        self._enter = BusyButton(_("Enter code"), "scan_go", key="Return")
        self._enter.clicked.connect(self._give)
        row.addWidget(self.scan_box, 1)
        row.addWidget(self._enter)
        return row

    def _show_coupon(self, sale: Sale | None, checking: bool) -> None:
        coupon = sale.coupon if sale else None
        self._coupon.setVisible(coupon is not None)
        if coupon is None or sale is None:
            return
        idle = bool(coupon.reason) and not checking
        theme.paint_as(self._coupon, tone=Tone.AMBER.value if idle else Tone.GREEN.value)
        self._coupon_title.setText(self._coupon_words(coupon, checking))
        self._coupon_amount.setText(formats.money(-sale.discount) if sale.discount else "")
        self._coupon_away.set_reason(
            "" if self._changeable and not checking else _("The coupon stays as it is now.")
        )

    def _show_parked(self, state: CounterState) -> None:
        self._parked.setVisible(bool(state.parked))
        if state.parked:
            parked = state.parked[0]
            self._parked_id = parked.id
            self._parked.set_words(_("Payment unclear  {amount}").format(amount=formats.money(parked.due)))
            self._parked.set_reason(_("Finish this bill first.") if state.has_lines else "")

    @staticmethod
    def _coupon_words(coupon: CouponUse, checking: bool) -> str:
        if checking:
            return _("Checking the coupon…")
        if coupon.reason:
            why = sentence_of_code(coupon.reason)
            plain = _("it takes nothing off this bill") if why == coupon.reason else why
            return _("{title}: {why}").format(title=coupon.title, why=plain)
        return coupon.title or _("Coupon")

    def _settle(self) -> None:
        line = self._chosen()
        locked = _("The bill cannot be changed now.") if not self._changeable else ""
        none = "" if line is not None else _("Choose a line first.")
        goods = "" if line is None or line.goods is not None else _("A fill is as the pump reported it.")
        self._away.set_reason(none or locked)
        self._more.set_reason(none or goods or locked)
        one = "" if line is None or line.quantity > 1 else _("There is only one; delete the line instead.")
        self._less.set_reason(none or goods or one or locked)

    def _chosen(self) -> SaleLine | None:
        chosen = self.table.selectionModel().selectedRows()
        return self._model.row(chosen[0].row()) if chosen else None

    def _step(self, by: int) -> None:
        line = self._chosen()
        if line is not None:
            self.quantity_wanted.emit(line.id, line.quantity + by)

    def _remove(self) -> None:
        line = self._chosen()
        if line is not None:
            self.line_removed.emit(LineId(line.id))

    def _give(self) -> None:
        text = self.scan_box.text().strip()
        self.scan_box.clear()
        self.scan_box.setFocus(Qt.FocusReason.OtherFocusReason)
        if text:
            self.code_given.emit(text)
