"""The sheet of fills that are not simply paid: the list, one of them, and what is asked before something is decided."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from core.domain.debt import DebtKind
from core.domain.ids import FillId, MissingFillId
from core.qt.notices import Tone, told
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording.catalogue import _
from pos_app.fills.gone_panel import GonePanel
from pos_app.fills.list_panel import ListPanel
from pos_app.fills.one_panel import OnePanel
from pos_app.fills.presenter import FillsPresenter, Step, Why
from pos_app.fills.trial_panel import TrialPanel
from pos_app.fills.why_panel import WhyPanel


class FillsSheet(Sheet):
    """Shows itself as the presenter's step says."""

    def __init__(self, presenter: FillsPresenter, layers: Layers, today: Callable[[], date]) -> None:
        super().__init__(_("Fill cases"), "fills_sheet", width=960)
        self._presenter = presenter
        self._layers = layers
        self._step = Step.NONE
        self._trouble = Words("", "strong", Tone.RED, name="fills_trouble", wrap=True)
        self.body.addWidget(self._trouble)
        self.listing, self.one, self.going = ListPanel(), OnePanel(), GonePanel(today)
        self.trying, self.asking = TrialPanel(), WhyPanel()
        self._panels: dict[Step, QWidget] = {
            Step.LIST: self.listing,
            Step.ONE: self.one,
            Step.GONE: self.going,
            Step.TEST: self.trying,
            Step.WHY: self.asking,
        }
        for panel in self._panels.values():
            self.body.addWidget(panel)
        self.left.connect(presenter.leave)
        self.listing.chosen.connect(lambda fill: presenter.open(FillId(fill)))
        self.listing.accepted.connect(lambda missing: presenter.accept(MissingFillId(missing)))
        self.listing.rejected.connect(lambda missing: presenter.ask_why(Why.REJECT, missing))
        self.one.take.connect(presenter.take)
        self.one.gone.connect(presenter.ask_gone)
        self.one.test.connect(presenter.ask_test)
        self.one.unlock.connect(presenter.unlock)
        self.one.why.connect(lambda why: presenter.ask_why(Why(why)))
        self.going.gone.connect(lambda kind, who, due: presenter.let_go(DebtKind(kind), who, due))
        self.trying.tested.connect(presenter.test)
        self.asking.said.connect(presenter.say_why)
        presenter.changed.connect(self._show)
        self._show()

    def scanned(self, code: str) -> bool:  # noqa: ARG002  No fill has a code of its own.
        """Whether this scan was for the fills: it is not, and while the sheet is open it is for nobody else."""
        return self._presenter.state.step is not Step.NONE

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
        for panel in (self.listing, self.one, self.going, self.trying, self.asking):
            panel.show_state(state)
        if before is state.step:
            return
        if state.step is Step.GONE:
            self.going.begin()
        if state.step is Step.TEST:
            self.trying.begin(state)
        if state.step is Step.WHY:
            self.asking.begin(state.why)
        fields = {
            Step.GONE: self.going.person,
            Step.TEST: self.trying.returned,
            Step.WHY: self.asking.reason,
        }
        focus = fields.get(state.step)
        if not self._layers.is_open(self):
            self._layers.open(self, focus)
        elif focus is not None:
            focus.setFocus()
