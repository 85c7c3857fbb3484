"""What lies over the counter while a bill is rung up: goods, prices, the member, rounding, bills that wait."""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from core.domain.ids import LineId, SaleId
from core.domain.sale import Sale
from core.domain.sale_line import SaleLine
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

_Made = TypeVar("_Made", bound=Sheet)
_MEMBERS = (CodeKind.MEMBER, CodeKind.PHONE, CodeKind.PLATE)


class CounterSheets(QObject):
    """Opens each where the counter asks for it, and closes it when its answer is given.

    Signals: pay_wanted(code, Money), by a member who told his digits.
    """

    pay_wanted = Signal(str, object)

    def __init__(
        self, screen: CounterScreen, counter: CounterPresenter, layers: Layers, clock: Clock
    ) -> None:
        super().__init__()
        self._counter = counter
        self._layers = layers
        self._clock = clock
        self._many = ManyPieces(layers)
        self._built: list[Sheet] = []
        self.goods = self._new(
            GoodsSheet()
        )  # at every till, many times a day; the others when they are first opened
        self._join_goods(screen)
        self._join_bill(screen)
        self._join_members(screen)
        self._join_held(screen)

    def scanned(self, code: str) -> bool:
        """Whether this scan was for an open sheet; goods scanned meanwhile go straight onto the bill."""
        top = self._layers.top
        if isinstance(top, MemberSheet) and what_is(code) in _MEMBERS:
            self._counter.members.find(code)
            return True
        if isinstance(top, Sheet) and top in self._built:
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
        self._close("held")
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

    def _join_bill(self, screen: CounterScreen) -> None:
        screen.bill.code_given.connect(self._typed)
        screen.pay.quantity_given.connect(
            lambda pieces: self._many.unless_many(pieces, lambda: screen.bill.set_quantity(pieces))
        )
        screen.bill.line_change_wanted.connect(self._open_line)
        screen.pay.round_wanted.connect(lambda: self._with_sale(self._open_round))
        screen.pay.why_wanted.connect(lambda: self._with_sale(self._open_why))

    def _join_members(self, screen: CounterScreen) -> None:
        counter, members = self._counter, self._counter.members
        screen.bill.member_wanted.connect(self._open_member)
        screen.bill.member.points_wanted.connect(self._open_points)
        screen.bill.member.proof_wanted.connect(self._open_proof)
        members.changed.connect(self._show_member)
        counter.changed.connect(self._show_proof)
        members.changed.connect(self._show_proof)
        members.found.connect(lambda *_found: self._close("member"))

    def _join_held(self, screen: CounterScreen) -> None:
        held = self._counter.held
        screen.bill.held_wanted.connect(self._open_held)
        held.changed.connect(self._show_held)

    @cached_property
    def keyed(self) -> KeyedSheet:
        """Goods without a place in the catalogue."""
        sheet = self._new(KeyedSheet())
        sheet.given.connect(lambda *given: self._answered(sheet, self._counter.add_keyed, *given))
        return sheet

    @cached_property
    def line(self) -> LineSheet:
        """Another price of a line, or something off it."""
        sheet, counter = self._new(LineSheet()), self._counter
        sheet.price_given.connect(
            lambda line, *given: self._answered(sheet, counter.change_price, LineId(line), *given)
        )
        sheet.discount_given.connect(
            lambda line, *given: self._answered(sheet, counter.discount_line, LineId(line), *given)
        )
        return sheet

    @cached_property
    def round(self) -> RoundSheet:
        """How far the bill is rounded."""
        sheet = self._new(RoundSheet())
        sheet.given.connect(lambda *given: self._answered(sheet, self._counter.round_off, *given))
        return sheet

    @cached_property
    def why(self) -> WhySheet:
        """How the bill's discounts came about."""
        return self._new(WhySheet())

    @cached_property
    def member(self) -> MemberSheet:
        """Who buys."""
        sheet, members = self._new(MemberSheet()), self._counter.members
        sheet.asked.connect(members.find)
        sheet.chosen.connect(members.choose)
        return sheet

    @cached_property
    def points(self) -> PointsSheet:
        """How many points are used."""
        sheet = self._new(PointsSheet(self._counter.members))
        sheet.given.connect(lambda points: self._answered(sheet, self._counter.use_points, points))
        return sheet

    @cached_property
    def proof(self) -> ProofSheet:
        """The digits that a member tells."""
        sheet = self._new(ProofSheet(self._clock))
        sheet.sending.connect(self._counter.send_digits)
        sheet.told.connect(self._counter.tell_digits)
        sheet.points_wanted.connect(lambda: self._answered(sheet, self._open_points))
        sheet.pay_wanted.connect(
            lambda code, amount: self._answered(sheet, self.pay_wanted.emit, code, amount)
        )
        return sheet

    @cached_property
    def held(self) -> HeldSheet:
        """The bills that wait."""
        sheet = self._new(HeldSheet())
        sheet.recalled.connect(self.recall)
        return sheet

    def _new(self, sheet: _Made) -> _Made:
        sheet.left.connect(lambda: self._layers.close_sheet(sheet))
        self._built.append(sheet)
        return sheet

    def _close(self, name: str) -> None:
        if name in self.__dict__:  # else it was never opened
            self._layers.close_sheet(getattr(self, name))

    def _is_open(self, name: str) -> bool:
        return name in self.__dict__ and self._layers.is_open(getattr(self, name))

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
        self._layers.open(self.why, self.why.steps)

    def _open_member(self) -> None:
        self._counter.members.begin()
        self.member.begin()
        self.member.show_state(self._counter.members.state, cloud_away=self._counter.members.cloud_away)
        self._layers.open(self.member, self.member.box)

    def _show_member(self) -> None:
        state = self._counter.members.state
        if self._is_open("member"):
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
        if not self._is_open("proof"):
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
        if self._is_open("held"):
            self.held.show_state(self._counter.held.state, self._clock.now())
