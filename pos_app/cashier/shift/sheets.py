"""Which sheet of the shift lies over the counter, and what leads from one to the other."""

from collections.abc import Callable

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
    """Signals: opened(Blocker), what the cashier wants to settle at the counter first."""

    opened = Signal(object)

    def __init__(
        self, shift: ShiftPresenter, drawer: DrawerPresenter, closing: ClosingPresenter, layers: Layers
    ) -> None:
        super().__init__()
        self._shift = shift
        self._drawer = drawer
        self._closing = closing
        self._layers = layers
        self.glance = ShiftSheet()
        self.move = MoveSheet()
        self.report = ReportSheet()
        self.close = ClosingSheet(closing, layers)
        self.glance.left.connect(drawer.leave)
        self.glance.move_wanted.connect(self._begin_move)
        self.glance.report_wanted.connect(drawer.look)
        self.glance.hand_over.connect(lambda: self._end(handing_over=True))
        self.glance.close_shift.connect(lambda: self._end(handing_over=False))
        self.move.left.connect(drawer.stop_moving)
        self.move.given.connect(drawer.move)
        self.report.left.connect(drawer.stop_looking)
        self.report.whole_wanted.connect(drawer.look_whole)
        self.report.print_wanted.connect(drawer.print_report)
        drawer.changed.connect(self._show)
        self.close.opened.connect(self._open)

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
        return self._layers.is_open(self.close)

    def _begin_move(self, kind: CashKind) -> None:
        self.move.begin(kind)
        self._drawer.begin(kind)

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
        self.glance.show_state(state, self._shift.state.opened_by)
        self.move.show_state(state)
        self.report.show_state(state)
        self._lay(self.glance, state.shift is not None, lambda: None)
        self._lay(self.move, state.moving is not None, self.move.field.setFocus)
        self._lay(self.report, state.report is not None, lambda: None)

    def _lay(self, sheet: Sheet, wanted: bool, then: Callable[[], object]) -> None:
        if wanted and not self._layers.is_open(sheet):
            self._layers.open(sheet)
            then()
        elif not wanted:
            self._layers.close_sheet(sheet)
