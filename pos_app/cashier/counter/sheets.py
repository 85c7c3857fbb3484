"""What lies over the counter while a bill is rung up: goods, prices, the member, rounding, bills that wait."""

from collections.abc import Callable

from core.domain.ids import LineId, SaleId
from core.domain.sale import Sale, SaleLine
from core.domain.scan import CodeKind, what_is
from core.ports.clock import Clock
from core.qt.widgets.layers import Layers, Sheet
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.counter.goods_sheet import GoodsSheet
from pos_app.cashier.counter.keyed_sheet import KeyedSheet
from pos_app.cashier.counter.line_sheet import LineSheet
from pos_app.cashier.counter.many import ManyPieces
from pos_app.cashier.counter.pieces import times
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.counter.round_sheet import RoundSheet
from pos_app.cashier.counter.screen import CounterScreen
from pos_app.cashier.counter.why_sheet import WhySheet
from pos_app.cashier.held.sheet import HeldSheet
from pos_app.cashier.members.points_sheet import PointsSheet
from pos_app.cashier.members.proof_sheet import ProofSheet
from pos_app.cashier.members.sheet import MemberSheet
from pos_app.cashier.words import label_of

_MEMBERS = (CodeKind.MEMBER, CodeKind.PHONE, CodeKind.PLATE)


class CounterSheets:
    """Opens each where the counter asks for it, and closes it when its answer is given."""

    def __init__(
        self, screen: CounterScreen, counter: CounterPresenter, layers: Layers, clock: Clock
    ) -> None:
        self._counter = counter
        self._layers = layers
        self._clock = clock
        self._many = ManyPieces(layers)
        self.goods = GoodsSheet()
        self.keyed = KeyedSheet()
        self.line = LineSheet()
        self.round = RoundSheet()
        self.why = WhySheet()
        self.member = MemberSheet()
        self.points = PointsSheet(counter.members)
        self.proof = ProofSheet(clock)
        self.held = HeldSheet()
        self._all: tuple[Sheet, ...] = (
            self.goods,
            self.keyed,
            self.line,
            self.round,
            self.why,
            self.member,
            self.points,
            self.proof,
            self.held,
        )
        for sheet in self._all:
            sheet.left.connect(lambda closed=sheet: layers.close_sheet(closed))
        self._join_goods(screen)
        self._join_bill(screen)
        self._join_members(screen)
        self._join_held(screen)

    def scanned(self, code: str) -> bool:
        """Whether this scan was for an open sheet; goods scanned meanwhile go straight onto the bill."""
        top = self._layers.top
        if top is self.member and what_is(code) in _MEMBERS:
            self._counter.members.find(code)
            return True
        if isinstance(top, Sheet) and top in self._all:
            self._layers.close_sheet(top)
        return False

    def open_goods(self, text: str = "") -> None:
        """Choose goods, beginning with what was typed."""
        self._counter.load_goods()
        self.goods.begin(text)
        self.goods.show_state(self._counter.state)
        self._layers.open(self.goods, self.goods.search)

    def recall(self, sale: str) -> None:
        """Take that bill up; the one on the counter waits meanwhile."""
        bill = self._counter.held.state.bill(sale)
        if bill is None:
            return
        self._layers.close_sheet(self.held)
        current = self._counter.state.sale
        words = _("Take up the bill of {name}: {amount}").format(
            name=bill.who, amount=formats.money(bill.sale.total)
        )
        self._counter.recall(SaleId(sale), label_of(current) if current is not None else "", words)

    def _join_goods(self, screen: CounterScreen) -> None:
        counter = self._counter
        screen.pay.goods_wanted.connect(self.open_goods)
        counter.sought.connect(self.open_goods)
        counter.changed.connect(self._show_goods)
        self.goods.sought.connect(counter.seek)
        self.goods.goods_chosen.connect(self._goods_chosen)
        self.goods.keyed_wanted.connect(self._open_keyed)
        self.keyed.given.connect(lambda *given: self._answered(self.keyed, counter.add_keyed, *given))

    def _join_bill(self, screen: CounterScreen) -> None:
        counter = self._counter
        screen.bill.code_given.connect(self._typed)
        screen.pay.quantity_given.connect(
            lambda pieces: self._many.unless_many(pieces, lambda: screen.bill.set_quantity(pieces))
        )
        screen.bill.line_change_wanted.connect(self._open_line)
        screen.pay.round_wanted.connect(lambda: self._with_sale(self._open_round))
        screen.pay.why_wanted.connect(lambda: self._with_sale(self._open_why))
        self.line.price_given.connect(
            lambda line, *given: self._answered(self.line, counter.change_price, LineId(line), *given)
        )
        self.line.discount_given.connect(
            lambda line, *given: self._answered(self.line, counter.discount_line, LineId(line), *given)
        )
        self.round.given.connect(lambda *given: self._answered(self.round, counter.round_off, *given))

    def _join_members(self, screen: CounterScreen) -> None:
        counter, members = self._counter, self._counter.members
        screen.bill.member_wanted.connect(self._open_member)
        screen.bill.member.points_wanted.connect(self._open_points)
        self.member.asked.connect(members.find)
        self.member.chosen.connect(members.choose)
        screen.bill.member.proof_wanted.connect(self._open_proof)
        self.proof.sending.connect(counter.send_digits)
        self.proof.told.connect(counter.tell_digits)
        self.proof.points_wanted.connect(lambda: self._answered(self.proof, self._open_points))
        members.changed.connect(self._show_member)
        counter.changed.connect(self._show_proof)
        members.changed.connect(self._show_proof)
        members.found.connect(lambda *_found: self._layers.close_sheet(self.member))
        self.points.given.connect(lambda points: self._answered(self.points, counter.use_points, points))

    def _join_held(self, screen: CounterScreen) -> None:
        held = self._counter.held
        screen.bill.held_wanted.connect(self._open_held)
        held.changed.connect(self._show_held)
        self.held.recalled.connect(self.recall)

    def _answered(self, sheet: Sheet, call: Callable[..., object], *given: object) -> None:
        self._layers.close_sheet(sheet)
        call(*given)

    def _typed(self, text: str) -> None:
        self._many.unless_many(times(text)[1], lambda: self._counter.code_given(text))

    def _with_sale(self, call: Callable[[Sale], object]) -> None:
        sale = self._counter.state.sale
        if sale is not None:
            call(sale)

    def _show_goods(self) -> None:
        if self._layers.is_open(self.goods):
            self.goods.show_state(self._counter.state)

    def _goods_chosen(self, barcode: str) -> None:
        self._layers.close_sheet(self.goods)
        self._counter.add_goods(barcode)

    def _open_keyed(self) -> None:
        self._layers.close_sheet(self.goods)
        self.keyed.begin()
        self._layers.open(self.keyed, self.keyed.name)

    def _open_line(self, line: SaleLine) -> None:
        self.line.begin(line)
        self._layers.open(self.line, self.line.field)

    def _open_round(self, sale: Sale) -> None:
        self.round.begin(sale)
        self._layers.open(self.round)

    def _open_why(self, sale: Sale) -> None:
        self.why.show_sale(sale)
        self._layers.open(self.why)

    def _open_member(self) -> None:
        self._counter.members.begin()
        self.member.begin()
        self.member.show_state(self._counter.members.state, cloud_away=self._counter.members.cloud_away)
        self._layers.open(self.member, self.member.box)

    def _show_member(self) -> None:
        state = self._counter.members.state
        if self._layers.is_open(self.member):
            self.member.show_state(state, cloud_away=self._counter.members.cloud_away)
        elif state.choices and not self._layers.has_sheets:
            self.member.begin()
            self.member.show_state(state, cloud_away=self._counter.members.cloud_away)
            self._layers.open(self.member)
        elif state.trouble is not None and not state.asking:
            self._counter.tell(state.trouble)
            self._counter.members.begin()

    def _open_proof(self) -> None:
        self.proof.begin()
        self.proof.show_state(self._counter.members.state, self._counter.state.sale)
        self._layers.open(self.proof, self.proof.field)

    def _show_proof(self) -> None:
        if not self._layers.is_open(self.proof):
            return
        sale = self._counter.state.sale
        if sale is None or sale.member is None:
            self._layers.close_sheet(self.proof)
        else:
            self.proof.show_state(self._counter.members.state, sale)

    def _open_points(self) -> None:
        self.points.begin()
        self._layers.open(self.points, self.points.field)

    def _open_held(self) -> None:
        self._counter.held.reload()
        self.held.show_state(self._counter.held.state, self._clock.now())
        self._layers.open(self.held)

    def _show_held(self) -> None:
        if self._layers.is_open(self.held):
            self.held.show_state(self._counter.held.state, self._clock.now())
