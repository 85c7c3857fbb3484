"""The sheet on which a shift ends, one step after the other."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.qt.widgets.layers import Layers, Sheet
from core.wording.catalogue import _
from pos_app.cashier.shift.closing.count_panels import CashPanel, OthersPanel
from pos_app.cashier.shift.closing.float_panel import FloatPanel
from pos_app.cashier.shift.closing.next_panel import NextPanel
from pos_app.cashier.shift.closing.presenter import ClosingPresenter, ClosingState, Step
from pos_app.cashier.shift.closing.result_panel import ResultPanel
from pos_app.cashier.shift.closing.under_way_panel import UnderWayPanel


class ClosingSheet(Sheet):
    """Opens and closes by itself as the presenter goes on. Signals: opened(Blocker), what is to be opened instead."""

    opened = Signal(object)

    def __init__(self, presenter: ClosingPresenter, layers: Layers) -> None:
        super().__init__("", "close_sheet", width=1_180)
        self._presenter = presenter
        self._layers = layers
        self._step = Step.NONE
        self.under_way = UnderWayPanel()
        self.cash = CashPanel()
        self.others = OthersPanel()
        self.float = FloatPanel()
        self.next = NextPanel(presenter.next_person)
        self.result = ResultPanel()
        self._panels: dict[Step, QWidget] = {
            Step.UNDER_WAY: self.under_way,
            Step.CASH: self.cash,
            Step.OTHERS: self.others,
            Step.FLOAT: self.float,
            Step.NEXT: self.next,
            Step.DONE: self.result,
        }
        for panel in self._panels.values():
            panel.hide()
            self.body.addWidget(panel)
        self._join()

    def _join(self) -> None:
        presenter = self._presenter
        self.left.connect(presenter.step_back)
        self.under_way.opened.connect(self.opened)
        self.under_way.asked.connect(presenter.see_to)
        self.under_way.gone_on.connect(presenter.go_on)
        self.cash.counted.connect(presenter.count_cash)
        self.others.counted.connect(presenter.count_others)
        self.float.given.connect(presenter.begin_with)
        self.result.done.connect(presenter.leave)
        self.result.write_again.connect(presenter.write_paper)
        self.result.print_again.connect(presenter.print_again)
        presenter.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        state = self._presenter.state
        came = state.step is not self._step
        before, self._step = self._step, state.step
        if state.step is Step.NONE:
            self._layers.close_sheet(self)
            return
        if before is Step.NONE:
            self._begin()
        if came and state.step is Step.FLOAT:
            self.float.begin(state)
        for step, panel in self._panels.items():
            panel.setVisible(step is state.step)
        self.title.setText(_title(state))
        self.allow_leaving(not state.busy and state.step is not Step.DONE)
        self._paint(state)
        if came:
            self._layers.open(self)
            self._focus(state.step)
        self.place()

    def _begin(self) -> None:
        self.under_way.begin()
        self.cash.fields.clear()
        self.others.begin()

    def _paint(self, state: ClosingState) -> None:
        match state.step:
            case Step.UNDER_WAY:
                self.under_way.show_state(state)
            case Step.CASH:
                self.cash.show_state(state)
            case Step.OTHERS:
                self.others.show_state(state)
            case Step.NEXT:
                self.next.show_state(state)
            case Step.DONE:
                self.result.show_state(state)

    def _focus(self, step: Step) -> None:
        match step:
            case Step.UNDER_WAY:
                (self.under_way.note if self.under_way.note.isVisible() else self.back).setFocus()
            case Step.CASH:
                self.cash.fields.fields[0].setFocus()
            case Step.OTHERS:
                self.others.focus()
            case Step.FLOAT:
                self.float.field.setFocus()
            case Step.NEXT:
                self.next.pad.setFocus()


def _title(state: ClosingState) -> str:
    number = state.shift.number if state.shift is not None else 0
    if state.step is Step.DONE:
        return _("Shift {number} is closed").format(number=number)
    words = _("Hand over shift {number}") if state.handing_over else _("Close shift {number}")
    return words.format(number=number)
