"""Over the screen: what somebody has to agree to, who may, and the PIN pad."""

from core.domain.scan import CodeKind, what_is
from core.qt import theme
from core.qt.approval.presenter import Approvals
from core.qt.sign_in.pad import PadWords, PeopleAndPad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording import names
from core.wording.catalogue import _


class ApprovalSheet(Sheet):
    """Opens and closes by itself as the presenter asks."""

    def __init__(self, presenter: Approvals, layers: Layers, *, cards: bool = True) -> None:
        """`cards` is whether staff cards are read where this lies."""
        super().__init__(_("Somebody has to agree"), "approval_sheet", width=760)
        self._presenter = presenter
        self._layers = layers
        self._how = (
            _("To {right} needs somebody who may. Type the PIN or scan the staff card.")
            if cards
            else _("To {right} needs somebody who may. Type the PIN.")
        )
        self._for = Words("", "large", name="approval_words", wrap=True)
        self._right = Words("", "body", name="approval_right", wrap=True)
        words = PadWords(
            _("Choose who agrees"),
            _("Agree"),
            _("Nobody else here has this right. A manager gives it at the manager's desk."),
        )
        self._pad = PeopleAndPad(presenter, "approval", words, theme.current().px(52), narrow=True)
        self.body.addWidget(self._for)
        self.body.addWidget(self._right)
        self.body.addWidget(self._pad, 1)
        self.left.connect(presenter.give_up)
        presenter.changed.connect(self._show)
        self._shown: object = None
        self._show()

    def scanned(self, code: str) -> bool:
        """A card was read while this lies on top; whether the code was for here."""
        if self._layers.top is not self:
            return False
        if what_is(code) is CodeKind.STAFF_CARD:
            self._presenter.card(code)
        return True

    def _show(self) -> None:
        question = self._presenter.question
        if question is None:
            self._shown = None
            self._layers.close_sheet(self)
            return
        self.allow_leaving(not self._presenter.state.busy)
        if question is self._shown:
            return
        self._shown = question
        self._for.setText(question.words)
        self._right.setText(self._how.format(right=names.permission(question.permission)))
        self._layers.open(self, self._pad)
        self._pad.show_state(self._presenter.state)
