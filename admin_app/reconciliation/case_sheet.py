"""One case: what was found, what people say of it, and the three things that can be done."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from admin_app.panels import form
from admin_app.reconciliation.lines import difference, where
from admin_app.reconciliation.presenter import ReconciliationPresenter
from core.domain.reconciliation.case import Case, CaseState
from core.domain.reconciliation.gap import Cause
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording import formats, gaps
from core.wording.catalogue import _

_LONGEST = 200


class CaseSheet(Sheet):
    """Opens and closes by itself as the presenter says."""

    def __init__(self, presenter: ReconciliationPresenter, layers: Layers) -> None:
        super().__init__("", "case_sheet", width=680)
        self._presenter = presenter
        self._layers = layers
        self._case: Case | None = None
        self._found = Words("", "strong", name="case_found", wrap=True)
        self._so_far = Words("", "quiet", name="case_so_far", wrap=True)
        self.body.addWidget(self._found)
        self.body.addWidget(self._so_far)
        self.body.addWidget(
            Words(
                _("No figure is changed here. What is put right is a booking of its own."), "quiet", wrap=True
            )
        )
        self._cause = ChoiceBox()
        self._cause.setObjectName("case_cause")
        for cause in Cause:
            self._cause.addItem(gaps.cause(cause), cause)
        self.reason = QLineEdit()
        self.reason.setObjectName("case_reason")
        self.reason.setMaxLength(_LONGEST)
        self.reason.textChanged.connect(lambda _text: self._settle())
        self.body.addLayout(form((_("Cause"), self._cause), (_("In words"), self.reason)))
        self._told = Words("", "strong", name="case_told", wrap=True)
        self.body.addWidget(self._told)
        self._explain = BusyButton(_("That is why"), "case_explain", key="Return", role="primary")
        self._doubt = BusyButton(_("I doubt that"), "case_doubt", key="F5")
        self._close = BusyButton(_("Case closed"), "case_close", key="F6")
        self._explain.clicked.connect(self._give_reason)
        self._doubt.clicked.connect(lambda: presenter.doubt(self.reason.text()))
        self._close.clicked.connect(presenter.close)
        row = QHBoxLayout()
        row.addWidget(self._doubt)
        row.addWidget(self._close)
        self.body.addWidget(self._explain)
        self.body.addLayout(row)
        self.left.connect(presenter.leave_case)
        presenter.changed.connect(self._show)

    def _show(self) -> None:
        state = self._presenter.state
        if state.chosen is None:
            self._layers.close_sheet(self)
            return
        if not self._layers.is_open(self) or self._case != state.chosen:
            self._begin(state.chosen)
        if not self._layers.is_open(self):
            self._layers.open(self, self.reason)
        for button, name in ((self._explain, "explain"), (self._doubt, "doubt"), (self._close, "close")):
            button.set_busy(state.busy == name, _("Writing it down…"))
        self._told.say(told(state.trouble) if state.trouble is not None else "", Tone.RED)

    def _begin(self, case: Case) -> None:
        self._case = case
        gap = case.gap
        self.title.setText(f"{where(gap)}: {gaps.kind(gap.kind)}")
        self._found.setText(
            _("{difference} apart, worth {worth}. Most likely: {cause}.").format(
                difference=difference(gap.millilitres),
                worth=formats.money(case.worth),
                cause=gaps.cause(gap.cause),
            )
        )
        self._so_far.setText(
            _("Said so far: {cause}: {said}").format(cause=gaps.cause(case.cause), said=case.said)
            if case.said
            else _("Nobody has said anything of it yet.")
        )
        self._cause.setCurrentIndex(list(Cause).index(case.cause))
        self.reason.clear()
        self._settle()

    def _settle(self) -> None:
        case = self._case
        closed = case is not None and case.state is CaseState.CLOSED
        is_over = _("This case is closed.") if closed else ""
        untold = "" if self.reason.text().strip() else _("Type why.")
        self._explain.set_reason(is_over or untold)
        self._doubt.set_reason(is_over or untold)
        is_open = case is not None and case.state is CaseState.OPEN
        self._close.set_reason(is_over or (_("Say first what made the difference.") if is_open else ""))

    def _give_reason(self) -> None:
        self._presenter.explain(self._cause.currentData(), self.reason.text())
