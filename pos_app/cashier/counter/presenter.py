"""The bill being rung up: goods, fills, a coupon."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.coupon import CouponUseState
from core.domain.events import (
    PaymentChanged,
    SaleCancelled,
    SaleChanged,
    SaleCompleted,
)
from core.domain.fill import Fill
from core.domain.ids import FillId, LineId, SaleId, StaffId
from core.domain.product import Goods
from core.domain.refusals import CodeUnknown
from core.domain.sale import Sale, SaleState
from core.domain.scan import CodeKind, what_is
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.products import ProductDesk
    from core.services.sales.desk import SaleDesk


@dataclass(frozen=True, slots=True)
class CounterState:
    """What the counter shows. `parked` are bills whose payment is unclear and which let the next customer go first."""

    sale: Sale | None = None
    busy: str = ""  # "goods", "fill", "coupon", "line", "cancel"
    goods: tuple[Goods, ...] = ()
    parked: tuple[Sale, ...] = ()

    @property
    def has_lines(self) -> bool:
        """Whether there is anything to pay for."""
        return self.sale is not None and bool(self.sale.lines)

    @property
    def has_money(self) -> bool:
        """Whether the bill can no longer change, because money is in it or may be."""
        return self.sale is not None and (bool(self.sale.paid) or self.sale.unclear_payment is not None)

    @property
    def checking_coupon(self) -> bool:
        """Whether the cloud has not answered for the coupon yet."""
        coupon = self.sale.coupon if self.sale else None
        return coupon is not None and coupon.state is CouponUseState.PENDING


@dataclass(slots=True)
class _Beginning:
    """The bill that the first of several quick keys opened before it shows: the others go onto the same one."""

    bill: SaleId | None = None


class CounterPresenter(QObject):
    """Signals: changed; payer_code(str), a code to charge; completed(Sale); found_unclear(Sale); parked_ended(Sale)."""

    changed = Signal()
    payer_code = Signal(str)
    completed = Signal(object)
    found_unclear = Signal(object)
    parked_ended = Signal(object)

    def __init__(
        self,
        sales: "SaleDesk",
        products: "ProductDesk",
        background: Runs,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sales = sales
        self._products = products
        self._background = background
        self._notices = notices
        self._by = StaffId("")
        self._beginning = _Beginning()
        self.state = CounterState()

    # --- beginning and ending ---------------------------------------------------------------------------------------

    def serve(self, person: StaffId) -> None:
        """This cashier sells from now on; a bill that a power cut left open is there again."""
        self._by = person
        self._show(CounterState(goods=self.state.goods, parked=self.state.parked))
        self._take_up()
        self.load_goods()

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    def load_goods(self) -> None:
        """What can be sold, fresh."""
        self._background.run(
            self._products.on_sale,
            lambda goods: self._show(replace(self.state, goods=tuple(goods))),
            self._notices.fault,
        )

    def next_customer(self) -> None:
        """An empty bill; one that was left open before comes up first."""
        self._notices.clear()
        self._show(replace(self.state, sale=None))
        self._take_up()

    def park(self) -> None:
        """Put the bill aside while its payment is unclear, and serve the next customer."""
        sale = self.state.sale
        if sale is not None:
            self._show(replace(self.state, sale=None, parked=(*self.state.parked, sale)))

    def fetch_parked(self, sale_id: SaleId) -> None:
        """Take up a bill that was put aside, unless another one has lines."""
        if self.state.has_lines:
            return
        sale = next((each for each in self.state.parked if each.id == sale_id), None)
        if sale is not None:
            rest = tuple(each for each in self.state.parked if each.id != sale_id)
            self._show(replace(self.state, sale=sale, parked=rest))
            self._tell_unclear(sale)

    # --- ringing up -------------------------------------------------------------------------------------------------

    def code_given(self, text: str, quantity: int = 1) -> None:
        """A code was scanned or typed: goods, a coupon, or a payer's code."""
        match what_is(text):
            case CodeKind.GOODS:
                self.add_goods(text, quantity)
            case CodeKind.COUPON:
                self._add_coupon(text)
            case CodeKind.WECHAT | CodeKind.ALIPAY:
                self.payer_code.emit(text)
            case CodeKind.UNKNOWN:
                self._notices.fault(CodeUnknown(text[:40]))

    def add_goods(self, barcode: str, quantity: int = 1) -> None:
        """Goods onto the bill."""
        by = self._by
        self._change("goods", lambda sale: self._sales.add_goods(sale, barcode, quantity, by))

    def take_fill(self, fill: FillId) -> None:
        """A fill that waits onto the bill."""
        by = self._by
        self._change("fill", lambda sale: self._sales.add_fill(sale, fill, by))

    def take_oldest(self, fills: Sequence[Fill]) -> None:
        """The fill that has waited longest onto the bill."""
        if fills:
            self.take_fill(min(fills, key=lambda fill: fill.ended_at).id)

    def set_quantity(self, line: LineId, quantity: int) -> None:
        """Another number of pieces."""
        by = self._by
        self._change("line", lambda sale: self._sales.set_quantity(sale, line, quantity, by))

    def remove_line(self, line: LineId) -> None:
        """One line off the bill."""
        by = self._by
        self._change("line", lambda sale: self._sales.remove_line(sale, line, by))

    def remove_coupon(self) -> None:
        """The coupon off the bill."""
        sale, by = self.state.sale, self._by
        if sale is not None:
            self._outside("coupon", lambda: self._sales.remove_coupon(sale.id, by))

    def cancel_sale(self) -> None:
        """Throw the bill away; fills wait again."""
        sale, by = self.state.sale, self._by
        if sale is None:
            return
        self._show(replace(self.state, busy="cancel"))
        self._background.run(lambda: self._sales.cancel(sale.id, by), self.saw, self._failed)

    # --- what happened elsewhere ------------------------------------------------------------------------------------

    def sale_moved(self, event: SaleChanged | SaleCompleted | SaleCancelled) -> None:
        """A bill changed somewhere: look at it again where it is ours."""
        ours = [self.state.sale, *self.state.parked]
        if any(sale is not None and sale.id == event.sale for sale in ours):
            self._background.run(lambda: self._sales.get(SaleId(event.sale)), self.saw, self._notices.fault)

    def payment_moved(self, event: PaymentChanged) -> None:
        """A payment came to a new state."""
        self.sale_moved(SaleChanged(event.sale))

    def saw(self, sale: Sale) -> None:
        """The bill as it is now, from whoever asked."""
        if any(each.id == sale.id for each in self.state.parked):
            self._saw_parked(sale)
            return
        current = self.state.sale
        if sale.state is not SaleState.OPEN:
            if current is not None and current.id == sale.id:
                self._ended(sale)
            return
        if current is None or current.id == sale.id:
            self._show(replace(self.state, sale=sale, busy=""))

    def _ended(self, sale: Sale) -> None:
        if sale.state is SaleState.CANCELLED:
            self._show(replace(self.state, sale=None, busy=""))
            self._take_up()
            return
        self._show(replace(self.state, sale=None, busy=""))
        self.completed.emit(sale)

    def _saw_parked(self, sale: Sale) -> None:
        if sale.state is SaleState.OPEN:
            parked = tuple(sale if each.id == sale.id else each for each in self.state.parked)
            self._show(replace(self.state, parked=parked))
            return
        self._show(
            replace(self.state, parked=tuple(each for each in self.state.parked if each.id != sale.id))
        )
        if sale.state is SaleState.COMPLETED:
            self.parked_ended.emit(sale)

    def _take_up(self) -> None:
        by = self._by
        self._background.run(lambda: self._sales.current(by), self._taken_up, self._notices.fault)

    def _taken_up(self, sale: Sale | None) -> None:
        parked = {each.id for each in self.state.parked}
        if sale is None or sale.id in parked or self.state.sale is not None or not sale.lines:
            return
        self._show(replace(self.state, sale=sale))
        self._tell_unclear(sale)

    def _tell_unclear(self, sale: Sale) -> None:
        if sale.unclear_payment is not None:
            self.found_unclear.emit(sale)

    def _add_coupon(self, code: str) -> None:
        sale, by = self.state.sale, self._by
        if sale is None:
            self._change("coupon", self._sales.get, lambda: self._add_coupon(code))
            return
        self._outside("coupon", lambda: self._sales.apply_coupon(sale.id, code, by))

    def _change(
        self, busy: str, call: Callable[[SaleId], Sale], afterwards: Callable[[], None] | None = None
    ) -> None:
        """Change the bill, opening one first where there is none."""
        sale, by = self.state.sale, self._by

        beginning = self._beginning

        def work() -> Sale:
            if sale is not None:
                return call(sale.id)
            if beginning.bill is None:
                beginning.bill = self._sales.open(by).id
            return call(beginning.bill)

        def done(changed: Sale) -> None:
            self._notices.clear()
            self.saw(changed)
            if afterwards is not None:
                afterwards()

        self._show(replace(self.state, busy=busy))
        self._background.run(work, done, self._failed)

    def _outside(self, busy: str, call: Callable[[], Sale]) -> None:
        def done(changed: Sale) -> None:
            self._notices.clear()
            self.saw(changed)

        self._show(replace(self.state, busy=busy))
        self._background.run_outside(call, done, self._failed)

    def _failed(self, error: Exception) -> None:
        self._show(replace(self.state, busy=""))
        self._notices.fault(error)

    def _show(self, state: CounterState) -> None:
        if state.sale is None and self.state.sale is not None:
            self._beginning = _Beginning()
        self.state = state
        self.changed.emit()
