"""One prepay: how it stands, and what can be done about it now, the likeliest first."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.domain.prepay import Prepay, PrepayState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _
from pos_app.prepays.presenter import PrepaysState
from pos_app.prepays.words import figures, stands, where, why


class OnePanel(QWidget):
    """Signals: release; take_back; elsewhere; give_back; keep; collect; waive."""

    release = Signal()
    take_back = Signal()
    elsewhere = Signal()
    give_back = Signal()
    keep = Signal()
    collect = Signal()
    waive = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._number = Words("", "quiet", name="prepay_number")
        self._where = Words("", "title", name="prepay_where", wrap=True)
        self._stands = Words("", "strong", name="prepay_stands", wrap=True)
        self._why = Words("", "body", Tone.AMBER, name="prepay_why", wrap=True)
        self._figures = Words("", "body", name="prepay_figures", wrap=True)
        for words in (self._number, self._where, self._stands, self._why, self._figures):
            column.addWidget(words)
        owed = QHBoxLayout()
        self._owed_words = Words("", "title")
        self._owed = AmountLabel("due", "prepay_owed")
        owed.addWidget(self._owed_words)
        owed.addWidget(self._owed, 1)
        column.addLayout(owed)
        self._release = BusyButton(_("Release the pump"), "prepay_release", key="Return", role="primary")
        self._give_back = BusyButton("", "prepay_return", key="Return", role="primary")
        self._collect = BusyButton("", "prepay_collect", key="Return", role="primary")
        self._waive = BusyButton(_("Nobody pays it"), "prepay_waive", key="F8")
        self._refund = BusyButton(_("Give the money back"), "prepay_refund", key="F9")
        self._move = BusyButton(_("To another pump"), "prepay_move", key="F4")
        self._keep = BusyButton(_("Keep it for the customer"), "prepay_keep", key="F7")
        self._take_back = BusyButton(_("Take the release back"), "prepay_take_back", key="F10", role="danger")
        self._release.clicked.connect(self.release)
        self._give_back.clicked.connect(self.give_back)
        self._refund.clicked.connect(self.give_back)
        self._move.clicked.connect(self.elsewhere)
        self._keep.clicked.connect(self.keep)
        self._collect.clicked.connect(self.collect)
        self._waive.clicked.connect(self.waive)
        self._take_back.clicked.connect(self.take_back)
        others = QHBoxLayout()
        others.setSpacing(wearing.px(8))
        for button in (self._move, self._keep, self._refund, self._waive, self._take_back):
            button.set_height(wearing.size("target"))
            others.addWidget(button, 1)
        for button in (self._release, self._give_back, self._collect):
            column.addWidget(button)
        column.addLayout(others)

    def show_state(self, state: PrepaysState) -> None:
        """Paint it and what it allows."""
        prepay = state.chosen
        if prepay is None:
            return
        self._number.setText(_("Prepay {number}").format(number=prepay.number))
        self._where.setText(where(prepay))
        self._stands.setText(stands(prepay))
        self._why.setText(why(prepay))
        self._why.setVisible(bool(why(prepay)))
        self._figures.setText(figures(prepay))
        self._show_owed(prepay)
        self._show_buttons(prepay, state.busy)

    def _show_owed(self, prepay: Prepay) -> None:
        filled = prepay.state is PrepayState.FILLED
        if prepay.owed:
            self._owed_words.setText(_("Still to be paid"))
        else:
            self._owed_words.setText(_("To give back") if filled else _("Paid beforehand"))
        self._owed.show_amount(prepay.owed or (prepay.to_return if filled else prepay.amount))

    def _show_buttons(self, prepay: Prepay, busy: str) -> None:
        waits, released = prepay.state is PrepayState.PAID, prepay.state is PrepayState.RELEASED
        owes = bool(prepay.owed)
        filled = prepay.state is PrepayState.FILLED and not owes
        self._release.setVisible(waits)
        self._collect.setVisible(owes)
        self._collect.set_words(
            _("Collect {amount}").format(amount=formats.money(prepay.owed)) if owes else ""
        )
        self._waive.setVisible(owes)
        self._give_back.setVisible(filled)
        self._give_back.set_words(
            _("Give back {amount}").format(amount=formats.money(prepay.to_return)) if filled else ""
        )
        self._refund.setVisible(waits)
        self._move.setVisible(waits or released)
        self._keep.setVisible((waits or filled) and not prepay.deposit)
        self._take_back.setVisible(released)
        moving = _("It is on its way already.") if prepay.is_moving else ""
        self._move.set_reason(moving)
        self._release.set_busy(busy == "release", _("Asking the pump…"))
        for button in (self._give_back, self._refund):
            button.set_busy(busy == "return", _("Giving it back…"))
        self._take_back.set_busy(busy == "take_back", _("Asking the pump…"))
        self._move.set_busy(busy == "move", _("Asking the pump…"))
        self._keep.set_busy(busy == "leave", _("Writing it down…"))
