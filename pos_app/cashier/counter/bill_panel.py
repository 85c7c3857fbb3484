"""The counter's middle: the bill, its member and coupon, and the box where codes are scanned or typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from core.domain.combination import BestCoupon
from core.domain.coupon import CouponUse, CouponUseState
from core.domain.offer import StepKind
from core.domain.sale import Sale
from core.domain.sale_line import SaleLine
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.labels import CENTRE, RIGHT, ElidedWords, Words
from core.qt.widgets.letters import LettersButton
from core.wording import formats, offers
from core.wording.catalogue import _, ngettext
from pos_app.cashier.counter.basket_table import BasketView, basket_model
from pos_app.cashier.counter.presenter import CounterState
from pos_app.cashier.held.presenter import HeldState
from pos_app.cashier.members.bar import MemberBar
from pos_app.cashier.members.presenter import MemberState
from pos_app.cashier.words import best_words


class BillPanel(QFrame):
    """Signals: code_given(str); quantity_wanted(LineId, int); line_removed(SaleLine); line_change_wanted(SaleLine);
    coupon_removed; best_wanted; member_wanted; hold_wanted(label); held_wanted; parked_wanted(SaleId); and the member bar's.
    """

    code_given = Signal(str)
    quantity_wanted = Signal(str, int)
    line_removed = Signal(object)
    line_change_wanted = Signal(object)
    coupon_removed = Signal()
    best_wanted = Signal()
    member_wanted = Signal()
    hold_wanted = Signal(str)
    held_wanted = Signal()
    parked_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        wearing = theme.current()
        column = QVBoxLayout(self)
        margin = wearing.px(16)
        column.setContentsMargins(margin, wearing.px(12), margin, margin)
        column.setSpacing(wearing.px(8))
        column.addLayout(self._head())
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
        self.member = MemberBar()
        column.addWidget(self.member)
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
        self._show_parked(state)
        self._member.set_busy(state.busy == "member", _("Checking…"))
        self._member.set_reason(_("The bill cannot be changed now.") if state.has_money else "")
        self._hold.set_busy(state.busy == "hold")
        self._hold.set_reason(self._no_hold(state))
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
        if line is not None and line.is_goods:
            self.quantity_wanted.emit(line.id, quantity)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(theme.current().px(8))
        self._title = Words(_("Bill"), "title")
        self._count = ElidedWords("", "quiet")
        self._member = BusyButton(_("Member"), "member", key="Shift+F1", role="small", stacked=True)
        self._hold = BusyButton(_("Hold"), "hold_sale", key="Shift+F7", role="small", stacked=True)
        self._held = BusyButton(_("Recall"), "held_sales", key="Shift+F8", role="small", stacked=True)
        self._member.clicked.connect(self.member_wanted)
        self._hold.clicked.connect(self._give_hold)
        self._held.clicked.connect(self.held_wanted)
        head.addWidget(self._title)
        head.addWidget(self._count, 1)
        for button in (self._member, self._hold, self._held):
            button.setMinimumWidth(theme.current().px(96))
            head.addWidget(button)
        return head

    def _coupon_row(self) -> QWidget:
        wearing = theme.current()
        self._coupon = QFrame()
        self._coupon.setProperty("role", "tinted")
        row = QHBoxLayout(self._coupon)
        row.setContentsMargins(wearing.px(12), wearing.px(4), wearing.px(4), wearing.px(4))
        self._coupon_title = ElidedWords("", "strong", name="coupon_title")
        self._coupon_amount = Words("", "strong", Tone.GREEN, name="coupon_amount", align=RIGHT)
        self._coupon_away = BusyButton(
            _("Remove"), "coupon_remove", key="Shift+Del", role="quiet", stacked=True
        )
        self._coupon_away.clicked.connect(self.coupon_removed)
        self._best = BusyButton(_("Use it"), "best_offer", key="Shift+F11", role="quiet", stacked=True)
        self._best.clicked.connect(self.best_wanted)
        row.addWidget(self._coupon_title, 1)
        row.addWidget(self._coupon_amount)
        row.addWidget(self._coupon_away)
        row.addWidget(self._best)
        return self._coupon

    def _line_actions(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        self._less = BusyButton(_("Less"), "line_less", key="PgDown", role="small", stacked=True)
        self._more = BusyButton(_("More"), "line_more", key="PgUp", role="small", stacked=True)
        self._away = BusyButton(_("Delete line"), "line_remove", key="Delete", role="small", stacked=True)
        self._less.clicked.connect(lambda: self._step(-1))
        self._more.clicked.connect(lambda: self._step(1))
        self._change = BusyButton(
            _("Price, discount"), "line_change", key="Shift+F5", role="small", stacked=True
        )
        self._change.clicked.connect(self._change_line)
        self._away.clicked.connect(self._remove)
        for button in (self._less, self._more, self._change, self._away):
            row.addWidget(button, 1)
        return row

    def _scan_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        self.scan_box = CodeEdit("scan_box", _("Scan or type a code"))
        self._enter = BusyButton(_("Enter code"), "scan_go", key="Return")
        self._enter.clicked.connect(self._give)
        row.addWidget(self.scan_box, 1)
        row.addWidget(LettersButton(self.scan_box))
        row.addWidget(self._enter)
        return row

    def show_members(self, state: MemberState, sale: Sale | None) -> None:
        """Paint the member, and his best coupon where none is on the bill."""
        self.member.show_state(state, sale, changeable=self._changeable)
        self._show_coupon(sale, state.best)

    def show_held(self, state: HeldState) -> None:
        """How many bills wait."""
        count = len(state.bills)
        self._held.set_words(_("Recall {count}").format(count=count) if count else _("Recall"))
        self._held.set_reason("" if count else _("No bill waits."))

    def _show_coupon(self, sale: Sale | None, best: BestCoupon | None) -> None:
        coupon = sale.coupon if sale else None
        shown = coupon is not None or best is not None
        self._coupon.setVisible(shown)
        if not shown or sale is None:
            return
        checking = coupon is not None and coupon.state is CouponUseState.PENDING
        fits = best is not None and best.coupon is not None
        self._best.setVisible(coupon is None and fits)
        self._coupon_away.setVisible(coupon is not None)
        self._coupon_amount.setVisible(coupon is not None)
        locked = "" if self._changeable and not checking else _("The coupon stays as it is now.")
        self._coupon_away.set_reason(locked)
        self._best.set_reason("" if self._changeable else _("The bill cannot be changed now."))
        if coupon is not None:
            tone = Tone.AMBER if coupon.reason and not checking else Tone.GREEN
            self._coupon_title.setText(self._coupon_words(sale, coupon, checking))
            self._coupon_amount.setText(formats.money(-coupon.discount) if coupon.discount else "")
        else:
            assert best is not None
            tone = Tone.BLUE if fits else Tone.GREY
            self._coupon_title.setText(best_words(best))
        theme.paint_as(self._coupon, tone=tone.value)

    def _show_parked(self, state: CounterState) -> None:
        self._parked.setVisible(bool(state.parked))
        if state.parked:
            parked = state.parked[0]
            self._parked_id = parked.id
            self._parked.set_words(_("Payment unclear  {amount}").format(amount=formats.money(parked.due)))
            self._parked.set_reason(_("Finish this bill first.") if state.has_lines else "")

    @staticmethod
    def _coupon_words(sale: Sale, coupon: CouponUse, checking: bool) -> str:
        if checking:
            return _("Checking the coupon…")
        if coupon.reason:
            step = sale.step(StepKind.COUPON)
            why = offers.why(step) if step is not None and step.why else offers.why_not(coupon.reason)
            return _("{title}: {why}").format(title=coupon.title, why=why)
        return coupon.title or _("Coupon")

    def _settle(self) -> None:
        line = self._chosen()
        locked = _("The bill cannot be changed now.") if not self._changeable else ""
        none = "" if line is not None else _("Choose a line first.")
        goods = "" if line is None or line.is_goods else _("A fill is as the pump reported it.")
        self._away.set_reason(none or locked)
        self._change.set_reason(none or locked)
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
            self.line_removed.emit(line)

    def _change_line(self) -> None:
        line = self._chosen()
        if line is not None:
            self.line_change_wanted.emit(line)

    def _give_hold(self) -> None:
        """What stands in the box is the name under which the bill waits."""
        label = self.scan_box.text().strip()
        self.scan_box.clear()
        self.hold_wanted.emit(label)

    @staticmethod
    def _no_hold(state: CounterState) -> str:
        if not state.has_lines:
            return _("The bill is empty.")
        return _("Money is in this bill.") if state.has_money else ""

    def _give(self) -> None:
        text = self.scan_box.text().strip()
        self.scan_box.clear()
        self.scan_box.setFocus(Qt.FocusReason.OtherFocusReason)
        if text:
            self.code_given.emit(text)
