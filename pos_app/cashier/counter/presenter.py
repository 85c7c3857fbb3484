"""The bill being rung up: goods, fills, a member, a coupon, points, rounding; and setting it aside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.coupon import CouponUseState
from core.domain.events.sales import PaymentChanged, SaleCancelled, SaleChanged, SaleCompleted
from core.domain.fill import Fill
from core.domain.ids import ApprovalId, FillId, LineId, NozzleNumber, PrepayId, PumpNumber, SaleId, StaffId
from core.domain.member import Member
from core.domain.money import Money
from core.domain.offer import RoundTo
from core.domain.product import Goods
from core.domain.pump import Preset
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.sales import CodeUnknown
from core.domain.sale import Sale, SaleState
from core.domain.scan import CodeKind, what_is
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from pos_app.cashier.counter.pieces import times
from pos_app.cashier.held.presenter import HeldPresenter
from pos_app.cashier.members.presenter import MemberPresenter

if TYPE_CHECKING:
    from core.services.sales.desk import SaleDesk

_LONGEST_NAME = 12


@dataclass(frozen=True, slots=True)
class CounterState:
    """What the counter shows. `parked` are bills whose payment is unclear and which let the next customer go first."""

    sale: Sale | None = None
    busy: str = (
        ""  # "goods", "fill", "coupon", "line", "cancel", "member", "points", "round", "hold", "recall"
    )
    goods: tuple[Goods, ...] = ()  # found for `sought`
    quick: tuple[Goods, ...] = ()  # those with a place among the quick keys
    sought: str = ""
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
    """`members` and `held` are its neighbours' presenters.

    Signals: changed; payer_code(str), a code to charge; number_given(str), a paid bill's or a refund's; sought(str),
    goods to look for; completed(Sale); found_unclear(Sale); parked_ended(Sale).
    """

    changed = Signal()
    payer_code = Signal(str)
    number_given = Signal(str)
    sought = Signal(str)
    completed = Signal(object)
    found_unclear = Signal(object)
    parked_ended = Signal(object)

    def __init__(
        self,
        sales: "SaleDesk",
        background: Runs,
        notices: Notices,
        approvals: AsksApproval | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._approvals = approvals
        self.members = MemberPresenter(sales, background, self)
        self.held = HeldPresenter(sales, background, notices.fault, self)
        self.members.found.connect(self._put_on_bill)
        self.members.proven.connect(self.saw)
        self._sales = sales
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
        self.held.reload()

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    def load_goods(self) -> None:
        """The quick keys, fresh."""
        self._background.run(
            self._sales.quick_keys,
            lambda goods: self._show(replace(self.state, quick=tuple(goods))),
            self._notices.fault,
        )

    def seek(self, text: str) -> None:
        """Goods with this in their name, barcode or initials; with nothing typed, the first ones by name."""

        def found(goods: Sequence[Goods]) -> None:
            if self.state.sought == text:
                self._show(replace(self.state, goods=tuple(goods)))

        self._show(replace(self.state, sought=text))
        self._background.run(lambda: self._sales.search(text), found, self._notices.fault)

    def tell(self, trouble: Exception) -> None:
        """Say what went wrong beside the bill."""
        self._notices.fault(trouble)

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
        """A code was scanned or typed: goods, a coupon, a member, a payer's code, the number of a bill, or a name."""
        text, typed = times(text)
        quantity = typed if typed != 1 else quantity
        match what_is(text):
            case CodeKind.GOODS:
                self.add_goods(text, quantity)
            case CodeKind.COUPON:
                self.add_coupon(text)
            case CodeKind.WECHAT | CodeKind.ALIPAY | CodeKind.UNIONPAY | CodeKind.RECHARGE_CARD:
                self.payer_code.emit(text)
            case CodeKind.MEMBER | CodeKind.PHONE | CodeKind.PLATE:
                self.members.find(text)
            case CodeKind.BILL | CodeKind.REFUND:
                self.number_given.emit(text.strip())
            case CodeKind.STAFF_CARD | CodeKind.UNKNOWN:
                self._name_given(text.strip())

    def _name_given(self, text: str) -> None:
        """No code at all: perhaps the initials or a part of the name of goods."""

        def found(goods: Sequence[Goods]) -> None:
            if goods:
                self.sought.emit(text)
            else:
                self._notices.fault(CodeUnknown(text[:40]))

        if not 1 <= len(text) <= _LONGEST_NAME:
            found(())
            return
        self._background.run(lambda: self._sales.search(text), found, self._notices.fault)

    def add_goods(self, barcode: str, quantity: int = 1) -> None:
        """Goods onto the bill."""
        by = self._by
        self._change("goods", lambda sale: self._sales.add_goods(sale, barcode, quantity, by))

    def take_fill(self, fill: FillId) -> None:
        """A fill that waits onto the bill."""
        by = self._by
        self._change("fill", lambda sale: self._sales.add_fill(sale, fill, by))

    def add_prepay(self, pump: PumpNumber, nozzle: NozzleNumber, preset: Preset) -> None:
        """Fuel to be paid before it flows: an amount, or what so many litres cost."""
        by, amount, volume = self._by, preset.amount or None, preset.volume or None
        self._change(
            "fill", lambda sale: self._sales.add_prepay(sale, pump, nozzle, by, amount=amount, volume=volume)
        )

    def add_overrun(self, prepay: PrepayId) -> None:
        """What a pump delivered beyond this prepay onto the bill."""
        by = self._by
        self._change("fill", lambda sale: self._sales.add_overrun(sale, prepay, by))

    def take_oldest(self, fills: Sequence[Fill]) -> None:
        """The fill that has waited longest onto the bill."""
        if fills:
            self.take_fill(min(fills, key=lambda fill: fill.ended_at).id)

    def set_quantity(self, line: LineId, quantity: int) -> None:
        """Another number of pieces."""
        by = self._by
        self._change("line", lambda sale: self._sales.set_quantity(sale, line, quantity, by))

    def add_keyed(self, title: str, price: Money, quantity: int) -> None:
        """Goods without a place in the catalogue."""
        by = self._by
        self._change("goods", lambda sale: self._sales.add_keyed(sale, title, price, quantity, by))

    def change_price(self, line: LineId, price: Money, reason: str, words: str) -> None:
        """Another price a piece; `words` tell whoever has to agree what for."""
        sale, by = self.state.sale, self._by
        if sale is not None:
            self._with_leave(
                "line",
                lambda leave: self._sales.override_price(sale.id, line, price, reason, by, leave),
                words,
            )

    def discount_line(self, line: LineId, off: Money, reason: str, words: str) -> None:
        """So much off one line."""
        sale, by = self.state.sale, self._by
        if sale is not None:
            self._with_leave(
                "line", lambda leave: self._sales.discount_line(sale.id, line, off, reason, by, leave), words
            )

    def remove_line(self, line: LineId, words: str = "") -> None:
        """One line off the bill."""
        sale, by = self.state.sale, self._by
        if sale is not None:
            self._with_leave("line", lambda leave: self._sales.remove_line(sale.id, line, by, leave), words)

    def round_off(self, to: RoundTo | None, words: str) -> None:
        """Round the total down so far, or leave it to the station's rule again."""
        sale, by = self.state.sale, self._by
        if sale is not None:
            self._with_leave("round", lambda leave: self._sales.round_off(sale.id, to, by, leave), words)

    # --- coupon, member, points -------------------------------------------------------------------------------------

    def add_coupon(self, code: str) -> None:
        """Hold this coupon and take it off the bill."""
        sale, by = self.state.sale, self._by
        if sale is None:
            self._change("coupon", self._sales.get, lambda: self.add_coupon(code))
            return
        self._outside("coupon", lambda: self._sales.apply_coupon(sale.id, code, by))

    def take_best(self) -> None:
        """The member's coupon that saves most."""
        best = self.members.state.best
        if best is not None and best.coupon is not None:
            self.add_coupon(best.coupon.code)

    def remove_coupon(self) -> None:
        """The coupon off the bill."""
        sale, by = self.state.sale, self._by
        if sale is not None:
            self._outside("coupon", lambda: self._sales.remove_coupon(sale.id, by))

    def clear_member(self) -> None:
        """Nobody known."""
        by = self._by
        self._change("member", lambda sale: self._sales.clear_member(sale, by))

    def use_points(self, points: int) -> None:
        """So many of the member's points as money."""
        sale, by = self.state.sale, self._by
        if sale is not None:
            self._outside("points", lambda: self._sales.use_points(sale.id, points, by))

    def drop_points(self) -> None:
        """The points off the bill."""
        sale, by = self.state.sale, self._by
        if sale is not None:
            self._outside("points", lambda: self._sales.drop_points(sale.id, by))

    def send_digits(self) -> None:
        """Six digits by text message to the member on the bill."""
        self.members.send_digits(self._by)

    def tell_digits(self, digits: str) -> None:
        """He has read them out."""
        self.members.tell_digits(digits, self._by)

    def _put_on_bill(self, member: Member, plate: str) -> None:
        by = self._by
        self._change("member", lambda sale: self._sales.set_member(sale, member, by, plate))

    # --- set aside and taken up -------------------------------------------------------------------------------------

    def hold(self, label: str) -> None:
        """Set the bill aside and serve the next customer."""
        sale, by = self.state.sale, self._by
        if sale is None:
            return
        self._show(replace(self.state, busy="hold"))
        self._background.run(
            lambda: self._sales.hold(sale.id, label, by), lambda _held: self._set_aside(), self._failed
        )

    def recall(self, sale_id: SaleId, label: str, words: str) -> None:
        """Take that bill up; the one on the counter is set aside as `label` first."""
        current, by = self.state.sale, self._by

        def take(leave: ApprovalId | None) -> Sale:
            taken_up = self._sales.recall(sale_id, by, leave)
            if current is not None and current.lines:
                self._sales.hold(current.id, label, by)
            return taken_up

        def taken(sale: Sale) -> None:
            self._show(replace(self.state, sale=None, busy=""))
            self.saw(sale)
            self.held.reload()
            self._tell_unclear(sale)

        self._with_leave("recall", take, words, taken)

    def _set_aside(self) -> None:
        self._notices.clear()
        self._show(replace(self.state, sale=None, busy=""))
        self.held.reload()

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
        if isinstance(event, SaleCompleted | SaleCancelled) or self.held.state.bill(event.sale) is not None:
            self.held.reload()
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

    def _with_leave(
        self,
        busy: str,
        call: Callable[[ApprovalId | None], Sale],
        words: str,
        then: Callable[[Sale], None] | None = None,
    ) -> None:
        """Do it; where somebody else has to agree, ask, and do it again with the agreement."""

        def done(changed: Sale) -> None:
            self._notices.clear()
            (then or self.saw)(changed)

        def attempt(leave: ApprovalId | None) -> None:
            self._show(replace(self.state, busy=busy))
            self._background.run(lambda: call(leave), done, failed)

        def failed(error: Exception) -> None:
            if isinstance(error, ApprovalNeeded) and self._approvals is not None:
                self._show(replace(self.state, busy=""))
                self._approvals.ask(error, attempt, words)
            else:
                self._failed(error)

        attempt(None)

    def _failed(self, error: Exception) -> None:
        self._show(replace(self.state, busy=""))
        self._notices.fault(error)

    def _show(self, state: CounterState) -> None:
        if state.sale is None and self.state.sale is not None:
            self._beginning = _Beginning()
        if state == self.state:
            return
        moved = state.sale is not self.state.sale or state.parked is not self.state.parked
        self.state = state
        if moved:
            self.held.hide(state.sale, *state.parked)
            self.members.saw(state.sale)
        self.changed.emit()
