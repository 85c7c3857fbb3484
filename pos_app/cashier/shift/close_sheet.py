"""Closing a shift: a blind count by notes or in one sum, then the difference and the report."""

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.money import ZERO, Money
from core.domain.shift import Shift
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import RIGHT, Words
from core.qt.widgets.layers import Sheet
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.shift.presenter import ShiftViewState


class CloseShiftSheet(Sheet):
    """Signals: counted(Money); done; write_again."""

    counted = Signal(object)
    done = Signal()
    write_again = Signal()

    def __init__(self) -> None:
        super().__init__(_("Close the shift"), "close_sheet", width=800)
        self._report: Path | None = None
        self._counting = self._count_panel()
        self._result = self._result_panel()
        self.body.addWidget(self._counting)
        self.body.addWidget(self._result)

    def begin(self) -> None:
        """Open for a fresh count."""
        self.field.clear()

    def show_state(self, state: ShiftViewState) -> None:
        """Paint the count, or what came of it."""
        closed = state.closed
        self._counting.setVisible(closed is None)
        self._result.setVisible(closed is not None)
        self.allow_leaving(closed is None and not state.busy)
        self._go.set_busy(state.busy, _("Closing…"))
        self.field.setEnabled(not state.busy)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)
        self._settle()
        if closed is not None:
            self._show_result(closed, state)

    def _count_panel(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(16))
        column.addWidget(
            Words(
                _(
                    "Count all the cash in the drawer, the float included. What it should be shows after that."
                ),
                "body",
                wrap=True,
            )
        )
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.addWidget(Words(_("Cash counted, yuan"), "quiet"))
        self.field = DecimalEdit("counted_cash")
        self.field.textChanged.connect(lambda _text: self._settle())
        left.addWidget(self.field)
        self._trouble = Words("", "strong", Tone.RED, name="count_trouble", wrap=True)
        left.addWidget(self._trouble)
        left.addStretch(1)
        columns.addLayout(left, 1)
        columns.addWidget(Keypad("count_key", MONEY_KEYS, self.field, wearing.px(56)), 1)
        column.addLayout(columns)
        self._go = BusyButton(_("Close the shift"), "count_go", key="Return", role="primary")
        self._go.clicked.connect(self._count)
        column.addWidget(self._go)
        return panel

    def _result_panel(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(16))
        self._figures = QGridLayout()
        self._figures.setVerticalSpacing(wearing.px(8))
        self._counted = self._figure(0, _("Counted"), "shift_counted")
        self._expected = self._figure(1, _("Should be"), "shift_expected")
        self._difference = self._figure(2, _("Difference"), "shift_difference")
        column.addLayout(self._figures)
        self._paper = QFrame()
        self._paper.setProperty("role", "tinted")
        row = QHBoxLayout(self._paper)
        row.setContentsMargins(wearing.px(16), wearing.px(8), wearing.px(8), wearing.px(8))
        self._paper_words = Words("", "strong", name="shift_report", wrap=True)
        self._show_paper = BusyButton(_("Open report"), "shift_report_open", key="F2")
        self._show_paper.clicked.connect(self._open_report)
        self._again = BusyButton(_("Write it again"), "shift_report_again", key="F9")
        self._again.clicked.connect(self.write_again)
        row.addWidget(self._paper_words, 1)
        row.addWidget(self._again)
        row.addWidget(self._show_paper)
        column.addWidget(self._paper)
        self._done = BusyButton(_("Done, sign out"), "shift_done", key="Return", role="primary")
        self._done.clicked.connect(self.done)
        column.addWidget(self._done)
        return panel

    def _figure(self, row: int, words: str, name: str) -> Words:
        self._figures.addWidget(Words(words, "title"), row, 0)
        figure = Words("", "large", name=name, align=RIGHT)
        self._figures.addWidget(figure, row, 1)
        return figure

    def _show_result(self, shift: Shift, state: ShiftViewState) -> None:
        self.title.setText(_("Shift {number} is closed").format(number=shift.number))
        self._counted.setText(formats.money(shift.counted_cash))
        self._expected.setText(formats.money(shift.expected_cash))
        difference = shift.difference
        short = difference < ZERO
        words = _("short") if short else _("over")
        exact = _("none")
        self._difference.say(
            f"{words}   {formats.money(difference)}" if difference else exact,
            Tone.GREEN if not difference else Tone.RED if short else Tone.AMBER,
        )
        self._report = state.report
        failed = state.report_trouble is not None
        if state.report is not None:
            self._paper_words.setText(_("Report: {file}").format(file=state.report.name))
        elif state.report_trouble is not None:
            # A path may break at its slashes, so that all of it can be read.
            self._paper_words.setText(told(state.report_trouble).replace("/", "/\u200b"))
        else:
            self._paper_words.setText(_("The report is being written…"))
        theme.paint_as(self._paper, tone=Tone.RED.value if failed else None)
        self._again.setVisible(failed)
        self._again.set_busy(state.writing)
        self._show_paper.setVisible(not failed)
        self._show_paper.set_reason("" if state.report is not None else _("One moment…"))

    def _settle(self) -> None:
        self._go.set_reason("" if self.field.money() is not None else _("Type what you counted."))
        if self._counting.isVisibleTo(self):
            self.title.setText(_("Close the shift"))

    def _count(self) -> None:
        amount: Money | None = self.field.money()
        if amount is not None:
            self.counted.emit(amount)

    def _open_report(self) -> None:
        if self._report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report)))
