"""The sheet of prepays: the list, one of them, where it moves, for whom it is kept, why nobody pays what ran over."""

from PySide6.QtWidgets import QWidget

from core.domain.ids import NozzleNumber, PrepayId, PumpNumber
from core.qt.notices import Tone, told
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording.catalogue import _
from pos_app.prepays.leave_panel import LeavePanel
from pos_app.prepays.list_panel import ListPanel
from pos_app.prepays.move_panel import MovePanel
from pos_app.prepays.one_panel import OnePanel
from pos_app.prepays.presenter import PrepaysPresenter, Step
from pos_app.prepays.waive_panel import WaivePanel
from pos_app.pumps.presenter import PumpsPresenter


class PrepaysSheet(Sheet):
    """Shows itself as the presenter's step says."""

    def __init__(self, presenter: PrepaysPresenter, pumps: PumpsPresenter, layers: Layers) -> None:
        super().__init__(_("Prepaid fuel"), "prepays_sheet", width=960)
        self._presenter = presenter
        self._pumps = pumps
        self._layers = layers
        self._step = Step.NONE
        self._trouble = Words("", "strong", Tone.RED, name="prepay_trouble", wrap=True)
        self.body.addWidget(self._trouble)
        self.listing, self.one, self.moving, self.leaving = ListPanel(), OnePanel(), MovePanel(), LeavePanel()
        self.waiving = WaivePanel()
        self._panels: dict[Step, QWidget] = {
            Step.LIST: self.listing,
            Step.ONE: self.one,
            Step.MOVE: self.moving,
            Step.LEAVE: self.leaving,
            Step.WAIVE: self.waiving,
        }
        for panel in self._panels.values():
            self.body.addWidget(panel)
        self.left.connect(presenter.leave)
        self.listing.sought.connect(presenter.seek)
        self.listing.chosen.connect(lambda prepay: presenter.open(PrepayId(prepay)))
        self.one.release.connect(presenter.release)
        self.one.take_back.connect(presenter.take_back)
        self.one.elsewhere.connect(presenter.ask_where)
        self.one.give_back.connect(presenter.give_back)
        self.one.keep.connect(presenter.ask_plate)
        self.one.collect.connect(presenter.collect)
        self.one.waive.connect(presenter.ask_why)
        self.waiving.waived.connect(presenter.waive)
        self.moving.moved.connect(lambda pump, nozzle: presenter.move(PumpNumber(pump), NozzleNumber(nozzle)))
        self.leaving.kept.connect(presenter.keep)
        presenter.changed.connect(self._show)
        pumps.changed.connect(self._pumps_changed)
        self._show()

    def scanned(self, code: str) -> bool:
        """Whether this scan was for the prepays: a receipt's number."""
        step = self._presenter.state.step
        if step in (Step.LIST, Step.ONE):
            self._presenter.seek(code)
        return step is not Step.NONE

    def _pumps_changed(self) -> None:
        if self._presenter.state.step is Step.MOVE:
            self._show()

    def _show(self) -> None:
        state = self._presenter.state
        before, self._step = self._step, state.step
        if state.step is Step.NONE:
            self._layers.close_sheet(self)
            return
        for step, panel in self._panels.items():
            panel.setVisible(step is state.step)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)
        self.allow_leaving(not state.busy)
        self.listing.show_state(state)
        self.one.show_state(state)
        self.leaving.show_state(state)
        self.waiving.show_state(state)
        if state.chosen is not None and state.step is Step.MOVE:
            self.moving.show_choice(state.chosen, self._pumps.state.tiles, state.busy == "move")
        if before is state.step:
            return
        if state.step is Step.LIST:
            self.listing.search.clear()
        if state.step is Step.LEAVE and state.chosen is not None:
            self.leaving.begin(state.chosen.plate)
        if state.step is Step.WAIVE:
            self.waiving.begin()
        fields = {
            Step.LIST: self.listing.search,
            Step.LEAVE: self.leaving.plate,
            Step.WAIVE: self.waiving.reason,
        }
        focus = fields.get(state.step)
        if not self._layers.is_open(self):
            self._layers.open(self, focus)
        elif focus is not None:
            focus.setFocus()
