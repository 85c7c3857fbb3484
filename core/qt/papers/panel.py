"""Each waiting paper in a row: what, since when, why, and a button that takes it away; a test page beneath."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.domain.print_job import PrintState, WaitingPaper
from core.qt import theme
from core.qt.notices import Tone
from core.qt.papers.presenter import PapersState
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, ElidedWords, Words
from core.qt.widgets.put_away import put_away
from core.wording import formats
from core.wording.catalogue import _
from core.wording.events import paper
from core.wording.refusals import sentence_of_code

_WITH_KEYS = 9


class PapersPanel(QWidget):
    """Signals: cancelled(job); test_wanted."""

    cancelled = Signal(str)
    test_wanted = Signal()

    def __init__(self, height: int = 320) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._nothing = Words(_("No paper waits."), "quiet", name="papers_nothing", align=CENTRE)
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(wearing.px(8))
        self._rows.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._area = QScrollArea()
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setFixedHeight(wearing.px(height))
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._test = BusyButton(_("Print a test page"), "papers_test", key="F2")
        self._test.clicked.connect(self.test_wanted)
        column.addWidget(self._nothing)
        column.addWidget(self._area, 1)
        column.addWidget(self._test)
        self._shown: list[_Row] = []
        self._state: PapersState | None = None

    def show_state(self, state: PapersState) -> None:
        """Paint them."""
        if state == self._state:
            return
        self._state = state
        for row in self._shown:
            self._rows.removeWidget(row)
            put_away(row)
        self._shown = []
        self._nothing.setVisible(not state.papers)
        self._area.setVisible(bool(state.papers))
        for number, waiting in enumerate(state.papers, 1):
            row = _Row(waiting, number)
            row.away.set_busy(state.going == waiting.job.id, _("One moment…"))
            row.away.clicked.connect(lambda _checked=False, job=waiting.job.id: self.cancelled.emit(job))
            self._rows.addWidget(row)
            self._shown.append(row)
        self._test.set_busy(state.testing, _("Asking the printer…"))


class _Row(QFrame):
    def __init__(self, waiting: WaitingPaper, number: int) -> None:
        super().__init__()
        wearing = theme.current()
        job = waiting.job
        self.setProperty("role", "tinted")
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(16), wearing.px(4), wearing.px(8), wearing.px(4))
        row.setSpacing(wearing.px(16))
        words = QVBoxLayout()
        words.setSpacing(0)
        what = f"{paper(job.kind)} {waiting.label}".strip()
        since = _("since {moment}").format(moment=formats.short_moment(job.posted_at))
        words.addWidget(ElidedWords(f"{what}   {since}", "strong", name=f"paper_{job.id}"))
        printing = job.state is PrintState.PRINTING
        if printing:
            why, tone = _("Is being printed."), None
        elif job.fault:
            why, tone = sentence_of_code(job.fault), Tone.RED
        else:
            why, tone = _("Waits its turn."), None
        words.addWidget(ElidedWords(why, "caption", tone, name=f"paper_why_{job.id}"))
        row.addLayout(words, 1)
        key = f"Alt+{number}" if number <= _WITH_KEYS else ""
        self.away = BusyButton(_("Do not print"), f"paper_cancel_{job.id}", key=key, role="quiet-red")
        self.away.set_reason(_("Is being printed.") if printing else "")
        row.addWidget(self.away)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """A finger high."""
        return QSize(theme.current().px(600), theme.current().px(64))
