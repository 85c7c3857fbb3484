"""What came of a count: each tender's difference in words and colour, and the Z on both papers."""

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.count import Variance
from core.domain.money import ZERO, Money
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, Words
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _, ngettext
from pos_app.cashier.shift.closing.presenter import ClosingState


class ResultPanel(QWidget):
    """Signals: done; write_again; print_again."""

    done = Signal()
    write_again = Signal()
    print_again = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self._report: Path | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(wearing.px(8))
        self._grid.setHorizontalSpacing(wearing.px(24))
        self._shown: tuple[Variance, ...] | None = None
        column.addLayout(self._grid)
        self._unsent = Words("", "strong", Tone.AMBER, name="shift_unsent", wrap=True)
        column.addWidget(self._unsent)
        column.addWidget(self._papers())
        self._done = BusyButton("", "shift_done", key="Return", role="primary")
        self._done.clicked.connect(self.done)
        column.addWidget(self._done)

    def show_state(self, state: ClosingState) -> None:
        """Paint what came of it."""
        closed = state.closed
        if closed is None:
            return
        found: tuple[Variance, ...] = ()
        if state.report is not None:
            found = state.report.variances
        if found != self._shown:
            self._lay_out(found)
        unsent = state.report.unsent if state.report is not None else 0
        self._unsent.setVisible(bool(unsent))
        self._unsent.setText(
            ngettext(
                "{count} record still has to be sent to the cloud. It is kept here and sent by itself.",
                "{count} records still have to be sent to the cloud. They are kept here and sent by themselves.",
                unsent,
            ).format(count=unsent)
        )
        follower = state.follower
        if follower is not None:
            self._done.set_words(_("Begin shift {number}").format(number=follower.number))
        else:
            self._done.set_words(_("Done, sign out"))
        self._show_papers(state)

    def _papers(self) -> QFrame:
        wearing = theme.current()
        self._paper = QFrame()
        self._paper.setProperty("role", "tinted")
        row = QHBoxLayout(self._paper)
        row.setContentsMargins(wearing.px(16), wearing.px(8), wearing.px(8), wearing.px(8))
        row.setSpacing(wearing.px(8))
        self._paper_words = Words("", "strong", name="shift_report", wrap=True)
        self._show_paper = BusyButton(_("Open report"), "shift_report_open", key="F2")
        self._show_paper.clicked.connect(self._open_report)
        self._again = BusyButton(_("Write it again"), "shift_report_again", key="F9")
        self._again.clicked.connect(self.write_again)
        self._z_again = BusyButton(_("Print Z again"), "shift_z_again", key="F8")
        self._z_again.clicked.connect(self.print_again)
        row.addWidget(self._paper_words, 1)
        for button in (self._again, self._z_again, self._show_paper):
            row.addWidget(button)
        return self._paper

    def _lay_out(self, variances: tuple[Variance, ...]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                put_away(widget)
        self._shown = variances
        if not variances:
            return
        for place, words in enumerate((_("Tender"), _("Counted"), _("Should be"), _("Difference"))):
            self._grid.addWidget(
                Words(words, "quiet", align=RIGHT) if place else Words(words, "quiet"), 0, place
            )
        for row, variance in enumerate(variances, 1):
            self._row(row, variance)
        self._grid.setColumnStretch(0, 1)

    def _row(self, row: int, variance: Variance) -> None:
        tender = variance.tender
        is_cash = row == 1
        kind = "title" if is_cash else "strong"
        named = {"counted": "shift_counted", "expected": "shift_expected", "difference": "shift_difference"}
        if not is_cash:
            named = {part: f"{name}_{tender}" for part, name in named.items()}
        words, tone = difference_words(variance.difference)
        self._grid.addWidget(Words(names.tender(tender), kind), row, 0)
        counted = Words(formats.money(variance.counted), kind, name=named["counted"], align=RIGHT)
        expected = Words(formats.money(variance.expected), kind, name=named["expected"], align=RIGHT)
        difference = Words(words, kind, tone, name=named["difference"], align=RIGHT)
        for place, label in enumerate((counted, expected, difference), 1):
            self._grid.addWidget(label, row, place)

    def _show_papers(self, state: ClosingState) -> None:
        self._report = state.paper
        failed = state.paper_trouble is not None
        if state.paper_trouble is not None:
            # A path may break at its slashes, so that all of it can be read.
            self._paper_words.setText(told(state.paper_trouble).replace("/", "/\u200b"))
        elif state.paper is not None:
            printed = _("The Z comes out of the receipt printer.") + " " if state.on_receipt_paper else ""
            self._paper_words.setText(printed + _("Report: {file}").format(file=state.paper.name))
        else:
            self._paper_words.setText(_("The report is being written…"))
        theme.paint_as(self._paper, tone=Tone.RED.value if failed else None)
        self._again.setVisible(failed and state.paper is None)
        self._again.set_busy(state.writing)
        self._show_paper.setVisible(state.paper is not None or not failed)
        self._show_paper.set_reason("" if state.paper is not None else _("One moment…"))
        self._z_again.setVisible(state.on_receipt_paper)
        self._z_again.set_busy(state.busy)

    def _open_report(self) -> None:
        if self._report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report)))


def difference_words(difference: Money) -> tuple[str, Tone]:
    """Which way a count is off, and in which colour that is said."""
    if not difference:
        return _("none"), Tone.GREEN
    if difference < ZERO:
        return _("short {amount}").format(amount=formats.money(-difference)), Tone.RED
    return _("over {amount}").format(amount=formats.money(difference)), Tone.AMBER
