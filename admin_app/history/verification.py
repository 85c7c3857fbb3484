"""The button that verifies the journal, how far it is, and what it found."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QProgressBar, QVBoxLayout, QWidget

from admin_app.history.presenter import HistoryState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording import journal as wording
from core.wording.catalogue import _

_LINES_SHOWN = 4


class VerificationPanel(QFrame):
    """Signals: wanted; stop_wanted."""

    wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self.setProperty("role", "surface")
        self._words = Words("", name="verify_words")
        self._words.setWordWrap(True)
        self._when = Words("", "quiet", name="verify_when")
        self._bar = QProgressBar()
        self._bar.setObjectName("verify_progress")
        self._bar.setTextVisible(False)
        self._go = BusyButton(_("Verify"), "verify_go", role="small")
        self._stop = BusyButton(_("Stop"), "verify_stop", role="small")
        self._list = QListWidget()
        self._list.setObjectName("verify_findings")
        self._list.setWordWrap(True)
        self._list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._list.setFixedHeight(wearing.size("target") * _LINES_SHOWN // 2)
        self._go.clicked.connect(self.wanted)
        self._stop.clicked.connect(self.stop_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(wearing.px(16), wearing.px(10), wearing.px(12), wearing.px(10))
        column.setSpacing(wearing.px(8))
        column.addLayout(_row(self._words, self._when, self._go, self._stop))
        column.addWidget(self._bar)
        column.addWidget(self._list)

    def show_state(self, state: HistoryState) -> None:
        """Paint everything."""
        self._go.setVisible(not state.verifying)
        self._stop.setVisible(state.verifying)
        self._bar.setVisible(state.verifying)
        verdict = state.verdict
        self._list.setVisible(verdict is not None and not verdict.sound)
        self._when.setVisible(state.verified_at is not None and verdict is not None)
        if state.verifying:
            self._show_progress(state)
        elif verdict is None:
            self._words.say(
                _("Every row is tied to all rows before it. Verify whether anybody changed the books."), None
            )
        else:
            tone = (
                Tone.GREEN if verdict.sound and verdict.complete else Tone.RED if verdict.findings else None
            )
            self._words.say(wording.verdict(verdict), tone)
            if state.verified_at is not None:
                self._when.setText(formats.short_moment(state.verified_at))
            lines = [wording.finding(each) for each in verdict.findings]
            if verdict.more:
                lines.append(_("… and {count} more.").format(count=verdict.more))
            if lines != [self._list.item(place).text() for place in range(self._list.count())]:
                self._list.clear()
                self._list.addItems(lines)

    def _show_progress(self, state: HistoryState) -> None:
        progress = state.progress
        if progress is None:
            self._bar.setRange(0, 0)
            self._words.say(_("Verifying…"), None)
            return
        self._bar.setRange(0, max(1, progress.last))
        self._bar.setValue(progress.done)
        words = _("Verifying… row {done} of {last}").format(
            done=f"{progress.done:,}", last=f"{progress.last:,}"
        )
        self._words.say(words, Tone.RED if progress.found else None)


def _row(words: Words, *beside: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.current().px(12))
    row.addWidget(words, 1)
    for widget in beside:
        row.addWidget(widget)
    return row
