"""Which sheet of the shift lies over the counter, and what leads from one to the other."""

from collections.abc import Callable
from functools import cached_property

from PySide6.QtCore import QObject, Signal

from core.domain.cash import CashKind
from core.domain.scan import CodeKind, what_is
from core.qt.widgets.layers import Layers, Sheet
from pos_app.cashier.shift.closing.presenter import ClosingPresenter, Step
from pos_app.cashier.shift.closing.sheet import ClosingSheet
from pos_app.cashier.shift.drawer.move_sheet import MoveSheet
from pos_app.cashier.shift.drawer.presenter import DrawerPresenter
from pos_app.cashier.shift.drawer.shift_sheet import ShiftSheet
from pos_app.cashier.shift.drawer.x_sheet import ReportSheet
from pos_app.cashier.shift.presenter import ShiftPresenter


class ShiftSheets(QObject):
    """Each is built when it is first opened. Signals: opened(Blocker), what the cashier wants to settle at the counter
    first.
    """

    opened = Signal(object)

    def __init__(
        self, shift: ShiftPresenter, drawer: DrawerPresenter, closing: ClosingPresenter, layers: Layers
    ) -> None:
        super().__init__()
        self._shift = shift
        self._drawer = drawer
        self._closing = closing
        self._layers = layers
        drawer.changed.connect(self._show)
        closing.changed.connect(self._show_closing)

    @cached_property
    def glance(self) -> ShiftSheet:
        """The shift at a glance."""
        sheet = ShiftSheet()
        sheet.left.connect(self._drawer.leave)
        sheet.move_wanted.connect(self._begin_move)
        sheet.report_wanted.connect(self._drawer.look)
        sheet.hand_over.connect(self._hand_over)
        sheet.close_shift.connect(self._close_shift)
        return sheet

    @cached_property
    def move(self) -> MoveSheet:
        """Cash in, out, or to the safe."""
        sheet = MoveSheet()
        sheet.left.connect(self._drawer.stop_moving)
        sheet.given.connect(self._drawer.move)
        return sheet

    @cached_property
    def report(self) -> ReportSheet:
        """The X."""
        sheet = ReportSheet()
        sheet.left.connect(self._drawer.stop_looking)
        sheet.whole_wanted.connect(self._drawer.look_whole)
        sheet.print_wanted.connect(self._drawer.print_report)
        return sheet

    @cached_property
    def close(self) -> ClosingSheet:
        """The end of the shift, step by step."""
        sheet = ClosingSheet(self._closing, self._layers)
        sheet.opened.connect(self._open)
        return sheet

    def begin(self) -> None:
        """The shift at a glance."""
        shift = self._shift.state.shift
        if shift is not None:
            self._drawer.open(shift)

    def look_again(self) -> None:
        """Something happened that may have settled what is in the way."""
        self._closing.look_again()

    def scanned(self, code: str) -> bool:
        """Whether this scan was for here: the card of whoever goes on; nothing else passes while a shift ends."""
        if not self._closing.is_on:
            return False
        if self._closing.state.step is Step.NEXT and what_is(code) is CodeKind.STAFF_CARD:
            self._closing.next_person.card(code)
        return self._is_built("close") and self._layers.is_open(self.close)

    def _begin_move(self, kind: CashKind) -> None:
        self.move.begin(kind)
        self._drawer.begin(kind)

    def _hand_over(self) -> None:
        self._end(handing_over=True)

    def _close_shift(self) -> None:
        self._end(handing_over=False)

    def _end(self, *, handing_over: bool) -> None:
        shift = self._drawer.state.shift
        if shift is not None:
            self._drawer.leave()
            self._closing.begin(shift, handing_over=handing_over)

    def _open(self, blocker: object) -> None:
        self._closing.leave()
        self.opened.emit(blocker)

    def _show(self) -> None:
        state = self._drawer.state
        if state.shift is not None or self._is_built("glance"):
            self.glance.show_state(state, self._shift.state.opened_by)
            self._lay(self.glance, state.shift is not None, lambda: None)
        if state.moving is not None or self._is_built("move"):
            self.move.show_state(state)
            self._lay(self.move, state.moving is not None, self.move.field.setFocus)
        if state.report is not None or self._is_built("report"):
            self.report.show_state(state)
            self._lay(self.report, state.report is not None, lambda: None)

    def _show_closing(self) -> None:
        if self._closing.is_on:
            _ = self.close  # from now on it shows itself

    def _is_built(self, sheet: str) -> bool:
        return sheet in self.__dict__

    def _lay(self, sheet: Sheet, wanted: bool, then: Callable[[], object]) -> None:
        if wanted and not self._layers.is_open(sheet):
            self._layers.open(sheet)
            then()
        elif not wanted:
            self._layers.close_sheet(sheet)
