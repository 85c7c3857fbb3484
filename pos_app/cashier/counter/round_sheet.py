"""How far the total is rounded down."""

from PySide6.QtCore import Signal

from core.domain.money import ZERO, Money
from core.domain.offer import RoundTo
from core.domain.sale import Sale
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording import formats, offers
from core.wording.catalogue import _

_KEYS = {RoundTo.JIAO: "F2", RoundTo.YUAN: "F3", RoundTo.NONE: "F4"}


class RoundSheet(Sheet):
    """Signals: given(RoundTo, words)."""

    given = Signal(object, str)

    def __init__(self) -> None:
        super().__init__(_("Round the total down"), "round_sheet", width=560)
        self._nothing = Words("", "body", name="round_nothing", wrap=True)
        self.body.addWidget(self._nothing)
        self._buttons = {to: self._button(to, key) for to, key in _KEYS.items()}
        self._sale: Sale | None = None

    def begin(self, sale: Sale) -> None:
        """Show what the bill would come to each way."""
        self._sale = sale
        before = sale.total + sale.rounding
        ends = [to for to in _KEYS if to is not RoundTo.NONE and self._after(sale, to) not in (before, ZERO)]
        self._nothing.setVisible(not ends)
        words = _("{amount} is round already: there is nothing to round off.")
        self._nothing.setText("" if ends else words.format(amount=formats.money(before)))
        for to, button in self._buttons.items():
            after = self._after(sale, to)
            button.set_words(f"{offers.round_to(to)}   {formats.money(after)}")
            nothing = _("Nothing would be left to pay.") if not after else ""
            same = _("The total is so already.") if after == sale.total else ""
            button.set_reason(nothing or same)

    def _button(self, to: RoundTo, key: str) -> BusyButton:
        button = BusyButton("", f"round_{to.value}", key=key)
        button.set_height(theme.current().size("primary"))
        button.clicked.connect(lambda: self._give(to))
        self.body.addWidget(button)
        return button

    @staticmethod
    def _after(sale: Sale, to: RoundTo) -> Money:
        before = (sale.total + sale.rounding).fen
        return Money(before - before % to.fen)

    def _give(self, to: RoundTo) -> None:
        if self._sale is not None:
            after = formats.money(self._after(self._sale, to))
            self.given.emit(to, _("Round the bill down to {amount}").format(amount=after))
