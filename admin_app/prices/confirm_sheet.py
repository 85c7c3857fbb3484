"""Says in a sentence what the change will do, before it is written down."""

from PySide6.QtCore import Signal

from admin_app.prices import words
from admin_app.prices.presenter import PricesState
from admin_app.prices.typed_price import difference
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording.catalogue import _


class ConfirmSheet(Sheet):
    """Signals: agreed."""

    agreed = Signal()

    def __init__(self) -> None:
        super().__init__(_("Change the price?"), "price_confirm", width=640)
        self._sentence = Words("", "title", name="price_confirm_sentence", wrap=True)
        self._warning = Words("", "strong", name="price_confirm_warning", wrap=True)
        self._drivers = Words(
            _("Drivers see it in the mini program as soon as the cloud has it."), "quiet", wrap=True
        )
        self.confirm = BusyButton(_("Yes, change it"), "price_schedule_confirm", key="Return", role="primary")
        self.confirm.clicked.connect(self.agreed)
        for widget in (self._sentence, self._warning, self._drivers, self.confirm):
            self.body.addWidget(widget)

    def show_state(self, state: PricesState) -> None:
        """Paint the sentence."""
        self._sentence.setText(words.what_will_happen(state))
        large = any(
            before is not None and difference(before, price).is_large
            for before, price in ((state.board.price(grade), price) for grade, price in state.wanted.items())
        )
        told = [_("This is a large step. Check the decimal point.")] if large else []
        told += [words.above_guide(state)] if state.above_guide else []
        self._warning.say(" ".join(told), Tone.AMBER if told else None)
        self._warning.setVisible(bool(told))
