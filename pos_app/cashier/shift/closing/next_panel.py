"""Who goes on: the next person types a PIN or scans a card, and the shift changes hands."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.sign_in.pad import PadWords, PeopleAndPad
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.shift.closing.presenter import ClosingState, NextPerson


class NextPanel(QWidget):
    """Paints; what a person does goes to the presenter of whoever goes on."""

    def __init__(self, next_person: NextPerson) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._intro = Words("", "body", wrap=True)
        column.addWidget(self._intro)
        pad = PadWords(
            _("Who goes on?"),
            _("Hand over"),
            _("Nobody here may run a shift. A manager gives this right at the manager's desk."),
        )
        self.pad = PeopleAndPad(next_person, "next", pad, wearing.px(52), narrow=True)
        column.addWidget(self.pad, 1)
        self._trouble = Words("", "strong", Tone.RED, name="hand_over_trouble", wrap=True)
        column.addWidget(self._trouble)

    def show_state(self, state: ClosingState) -> None:
        """Paint trouble."""
        kept = formats.money(state.next_float) if state.next_float is not None else ""
        words = _("{amount} stays in the drawer. Whoever goes on types the PIN or scans the staff card.")
        self._intro.setText(words.format(amount=kept))
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)
        self.pad.setEnabled(not state.busy)
