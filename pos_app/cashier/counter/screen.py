"""The counter: pumps at the left, the bill in the middle, the money at the right, online orders below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.ids import FillId, LineId
from core.domain.sale_line import SaleLine
from core.qt import theme
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.counter.bill_panel import BillPanel
from pos_app.cashier.counter.pay_panel import PayPanel
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.counter.pump_panel import PumpPanel
from pos_app.cashier.receipts.presenter import ReceiptsPresenter
from pos_app.cashier.words import label_of, line_title
from pos_app.orders.order_list import OrderList
from pos_app.orders.presenter import OrdersPresenter
from pos_app.pumps.presenter import PumpsPresenter

_MANY_PUMPS = 9


class CounterScreen(QWidget):
    """Paints four presenters' states and hands them what the cashier does. Sheets are opened by the window."""

    def __init__(
        self,
        counter: CounterPresenter,
        receipts: ReceiptsPresenter,
        pumps: PumpsPresenter,
        orders: OrdersPresenter,
    ) -> None:
        super().__init__()
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._counter = counter
        self._receipts = receipts
        self._pumps = pumps
        self._orders = orders
        self.pump_panel = PumpPanel()
        self.bill = BillPanel()
        self.pay = PayPanel(self.bill.scan_box)
        self.order_strip = OrderList(large=False)
        self._lay_out()
        self.setFocusProxy(self.bill.scan_box)
        self._connect()
        counter.changed.connect(self._paint_bill)
        counter.members.changed.connect(self._paint_member)
        counter.held.changed.connect(lambda: self.bill.show_held(counter.held.state))
        receipts.changed.connect(lambda: self.pay.show_receipts(receipts.state))
        pumps.changed.connect(self._paint_pumps)
        orders.changed.connect(lambda: self.order_strip.show_state(orders.state))
        self._paint_bill()
        self.bill.show_held(counter.held.state)
        self.pay.show_receipts(receipts.state)
        self.order_strip.show_state(orders.state)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name.
        """Ready to scan or type."""
        super().showEvent(event)
        self.bill.scan_box.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name.
        """Arrows walk through the bill; F1 goes to the scan box."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.bill.step_by(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_F1 and not event.modifiers():
            self.bill.scan_box.setFocus()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        wearing = theme.current()
        gap = wearing.px(16)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(gap, gap // 2, gap, gap // 2)
        outer.setSpacing(gap // 2)
        columns = QHBoxLayout()
        columns.setSpacing(gap)
        self._columns = columns
        columns.addWidget(self.pump_panel, 42)
        columns.addWidget(self.bill, 52)
        self.pay.setFixedWidth(wearing.px(344))
        columns.addWidget(self.pay)
        outer.addLayout(columns, 1)
        strip = QFrame()
        strip.setFixedHeight(wearing.px(84))
        row = QHBoxLayout(strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap)
        title = Words(_("Online orders"), "strong", wrap=True)
        title.setFixedWidth(wearing.px(88))
        row.addWidget(title)
        row.addWidget(self.order_strip, 1)
        outer.addWidget(strip)

    def _connect(self) -> None:
        counter = self._counter
        self.pump_panel.fill_chosen.connect(lambda fill: counter.take_fill(FillId(fill)))
        self.bill.quantity_wanted.connect(lambda line, count: counter.set_quantity(LineId(line), count))
        self.bill.line_removed.connect(lambda line: counter.remove_line(line.id, _removal(line)))
        self.bill.best_wanted.connect(counter.take_best)
        self.bill.hold_wanted.connect(self._hold)
        self.bill.member.member_removed.connect(counter.clear_member)
        self.bill.member.points_dropped.connect(counter.drop_points)
        self.bill.parked_wanted.connect(counter.fetch_parked)
        self.bill.coupon_removed.connect(counter.remove_coupon)
        self.pay.reprint.connect(self._receipts.reprint)
        self.pay.open_drawer.connect(self._receipts.open_drawer)
        self.order_strip.next_wanted.connect(self._orders.next_step)

    def _hold(self, label: str) -> None:
        sale = self._counter.state.sale
        if sale is not None:
            self._counter.hold(label or label_of(sale))

    def _paint_member(self) -> None:
        self.bill.show_members(self._counter.members.state, self._counter.state.sale)

    def _paint_bill(self) -> None:
        self.bill.show_state(self._counter.state)
        self._paint_member()
        self.pay.show_state(self._counter.state)
        self._paint_pumps()

    def _paint_pumps(self) -> None:
        state = self._counter.state
        # Many pumps need more of the room that the bill has.
        room = 52 if len(self._pumps.state.tiles) > _MANY_PUMPS else 42
        if self._columns.stretch(0) != room:  # Saying the same again would lay everything out anew.
            self._columns.setStretch(0, room)
        self.pump_panel.show_state(self._pumps.state, may_take=not state.has_money and not state.busy)


def _removal(line: SaleLine) -> str:
    return _("Take {title} for {amount} off the bill").format(
        title=line_title(line), amount=formats.money(line.gross)
    )
