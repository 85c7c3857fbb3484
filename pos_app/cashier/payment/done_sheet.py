"""Paid: the change in the largest type, the receipt's state, and one key to the next customer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from core.domain.sale import Sale
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.qt.widgets.layers import Sheet
from core.wording import formats, names
from core.wording.catalogue import _
from core.wording.refusals import sentence_of_code
from pos_app.cashier.receipts.presenter import Paper, ReceiptsState


class DoneSheet(Sheet):
    """Signals: next_customer; reprint."""

    next_customer = Signal()
    reprint = Signal()

    def __init__(self) -> None:
        super().__init__(_("Paid"), "done_sheet", width=720)
        wearing = theme.current()
        # One way on, said once; Esc goes it too, because a hand that looks for a way out of a sheet presses it.
        self.back.hide()
        self._paid = ElidedWords("", "title", name="done_paid")
        self._number = Words("", "quiet", name="done_number", align=RIGHT)
        head = QHBoxLayout()
        head.addWidget(self._paid, 1)
        head.addWidget(self._number)
        self.body.addLayout(head)
        self._change_word = Words(_("Change to give back"), "title")
        self.change = AmountLabel("change", "done_change")
        self.body.addWidget(self._change_word)
        self.body.addWidget(self.change)
        self._paper = QFrame()
        self._paper.setProperty("role", "tinted")
        row = QHBoxLayout(self._paper)
        row.setContentsMargins(wearing.px(16), wearing.px(8), wearing.px(8), wearing.px(8))
        self._paper_icon = Words()
        self._paper_words = Words("", "strong", name="done_receipt", wrap=True)
        self._reprint = BusyButton(_("Reprint"), "done_reprint", key="F9")
        self._reprint.clicked.connect(self.reprint)
        row.addWidget(self._paper_icon)
        row.addWidget(self._paper_words, 1)
        row.addWidget(self._reprint)
        self.body.addWidget(self._paper)
        self._next = BusyButton(_("Next customer"), "next_customer", key="Return", role="primary")
        self._next.clicked.connect(self.next_customer)
        self.body.addWidget(self._next)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name.
        """Esc has no button of its own here."""
        if event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def begin(self, sale: Sale) -> None:
        """Open for this bill."""
        tenders = dict.fromkeys(names.tender(leg.tender) for leg in sale.legs)
        how = _(", ").join(tenders)
        self._paid.setText(f"{how}   {formats.money(sale.total)}" if how else formats.money(sale.total))
        self._number.setText(_("No. {number}").format(number=sale.number))
        self._change_word.setText(_("Change to give back") if sale.change else _("No change"))
        self.change.show_amount(sale.change)
        self.change.setVisible(bool(sale.change))

    def show_paper(self, state: ReceiptsState) -> None:
        """Paint how the receipt is."""
        looks = {
            Paper.NONE: (None, "printer", "text", ""),
            Paper.PRINTING: (None, "printer", "text", _("The receipt is being printed…")),
            Paper.PRINTED: (Tone.GREEN, "done", "green", _("The receipt is printed.")),
            Paper.FAILED: (Tone.RED, "alert", "red", self._fault(state.fault)),
        }
        tone, icon, colour, words = looks[state.paper]
        theme.paint_as(self._paper, tone=tone.value if tone else None)
        self._paper_icon.setPixmap(theme.current().picture(icon, colour, theme.current().px(24)))
        self._paper_words.setText(words)
        self._reprint.set_busy(state.reprinting, _("Printing…"))

    @staticmethod
    def _fault(code: str) -> str:
        why = sentence_of_code(code)
        if not code or why == code:
            why = _("The printer failed. Look at it, then print again.")
        return _("No receipt came out; the sale is safe. {why}").format(why=why)
