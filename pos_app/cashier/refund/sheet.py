"""The refund sheet: at each step one panel, one primary button."""

from PySide6.QtWidgets import QWidget

from core.domain.ids import LineId, PaymentId
from core.domain.refund import RefundReason
from core.qt.notices import Tone, told
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording.catalogue import _
from pos_app.cashier.refund.choose_panel import ChoosePanel
from pos_app.cashier.refund.find_panel import FindPanel
from pos_app.cashier.refund.part_panel import PartPanel
from pos_app.cashier.refund.presenter import RefundPresenter, Step
from pos_app.cashier.refund.result_panel import ResultPanel


class RefundSheet(Sheet):
    """Shows itself as the presenter's step says."""

    def __init__(self, presenter: RefundPresenter, layers: Layers) -> None:
        super().__init__(_("Refund"), "refund_sheet", width=1_120)
        self._presenter = presenter
        self._layers = layers
        self._trouble = Words("", "strong", Tone.RED, name="refund_trouble", wrap=True)
        self.body.addWidget(self._trouble)
        self._step = Step.NONE
        self.finding = FindPanel()
        self.choosing = ChoosePanel()
        self.part = PartPanel()
        self.result = ResultPanel()
        self._panels: dict[Step, QWidget] = {
            Step.FIND: self.finding,
            Step.CHOOSE: self.choosing,
            Step.PART: self.part,
            Step.RESULT: self.result,
        }
        for panel in self._panels.values():
            self.body.addWidget(panel)
        self.left.connect(presenter.leave)
        self.finding.sought.connect(presenter.seek)
        self.finding.chosen.connect(presenter.choose)
        self.finding.unfinished.connect(presenter.see_through)
        self.choosing.pieces.connect(lambda line, pieces: presenter.set_pieces(LineId(line), pieces))
        self.choosing.part.connect(lambda line: presenter.ask_part(LineId(line)))
        self.part.given.connect(presenter.set_part)
        self.choosing.everything.connect(presenter.choose_everything)
        self.choosing.reason.connect(lambda reason: presenter.set_reason(RefundReason(reason)))
        self.choosing.reinstate.connect(presenter.set_reinstate)
        self.choosing.refund.connect(presenter.refund)
        self.choosing.void.connect(presenter.void)
        self.result.in_cash.connect(lambda leg: presenter.pay_in_cash(PaymentId(leg)))
        self.result.slip.connect(lambda leg, slip: presenter.confirm_slip(PaymentId(leg), slip))
        self.result.ask_again.connect(presenter.ask_again)
        self.result.done.connect(presenter.leave)
        presenter.changed.connect(self._show)
        self._show()

    def scanned(self, code: str) -> bool:
        """Whether this scan was for the refund: a receipt's or a payer's own number."""
        step = self._presenter.state.step
        if step in (Step.FIND, Step.CHOOSE):
            self._presenter.seek(code)
        return step is not Step.NONE

    def _show(self) -> None:
        state = self._presenter.state
        if state.step is Step.NONE:
            self._step = Step.NONE
            self._layers.close_sheet(self)
            return
        fresh = not self._layers.is_open(self)
        if fresh:
            self.finding.begin()
        for step, panel in self._panels.items():
            panel.setVisible(step is state.step)
        titles = {
            Step.FIND: _("Refund: which bill?"),
            Step.CHOOSE: _("Refund: what goes back?"),
            Step.PART: _("Refund: how much of it?"),
            Step.RESULT: _("Refund"),
        }
        self.title.setText(titles[state.step])
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)
        self.allow_leaving(state.busy not in ("refund", "void", "cash", "slip"))
        if state.step is Step.FIND:
            self.finding.show_state(state)
        elif state.step is Step.CHOOSE:
            self.choosing.show_state(state)
        elif state.step is Step.RESULT:
            self.result.show_state(state)
        came, self._step = state.step is not self._step, state.step
        if fresh:
            self._layers.open(self, self.finding.search)
        if came and state.step is Step.PART:
            self.part.begin(state)
        if came:
            self._focus(state.step)

    def _focus(self, step: Step) -> None:
        """Where the first key of a step goes."""
        places: dict[Step, QWidget] = {
            Step.FIND: self.finding.search,
            Step.CHOOSE: self.choosing,
            Step.PART: self.part.amount,
        }
        if step in places:
            places[step].setFocus()
