"""Filters at the left, the journal's rows at the right, its verification above them."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from admin_app.history.choices import Choices
from admin_app.history.presenter import HistoryPresenter, HistoryState, Period
from admin_app.history.verification import VerificationPanel
from admin_app.panels import page, panel
from core.domain.history import HistoryEntry
from core.domain.ids import StaffId
from core.qt import theme
from core.qt.row_table import Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, Words
from core.wording import formats
from core.wording.catalogue import _
from core.wording.events import Topic, topic_title

_WHILE_TYPING_MS = 350


class HistoryScreen(QWidget):
    """Paints the state."""

    def __init__(self, presenter: HistoryPresenter) -> None:
        super().__init__()
        self.setObjectName("history_screen")
        self._presenter = presenter
        self._verification = VerificationPanel()
        self._periods = Choices("history_period", columns=4)
        self._topics = Choices("history_topic")
        self._people = Choices("history_person")
        self._search = QLineEdit()
        self._search.setObjectName("history_search")
        self._search.setPlaceholderText(_("Search in the sentences"))
        self._search.setClearButtonEnabled(True)
        self._typing = QTimer(self, interval=_WHILE_TYPING_MS, singleShot=True)
        self._table = RowTable(_columns(), key=lambda entry: entry.number)
        self._view = RowTableView(self._table, "history_table")
        self._nothing = Words("", "quiet", name="history_nothing", align=CENTRE)
        self._more = BusyButton(_("Further back"), "history_more", role="small")
        self._lay_out()
        self._join()
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: HistoryState) -> None:
        """Paint everything."""
        self._verification.show_state(state)
        self._periods.show_choices(
            [
                (Period.TODAY, _("Today")),
                (Period.WEEK, _("7 days")),
                (Period.MONTH, _("30 days")),
                (Period.ALL, _("All")),
            ],
            state.period,
        )
        topics = [("", _("Everything")), *((topic.value, topic_title(topic)) for topic in Topic)]
        self._topics.show_choices(topics, state.topic or "")
        people = [("", _("Everybody")), *((person.id, person.name) for person in state.people)]
        self._people.show_choices(people, state.person or "")
        self._table.show_rows(state.entries)
        self._view.setVisible(bool(state.entries) or not state.loaded)
        self._nothing.setVisible(state.loaded and not state.entries)
        self._nothing.setText(
            _("Nothing was found so far. Look further back.") if state.more else _("Nothing was found.")
        )
        self._more.set_busy(state.going_back, _("Looking…"))
        self._more.set_reason("" if state.more else _("There is nothing further back."))

    def _lay_out(self) -> None:
        wearing = theme.current()
        at_left = QVBoxLayout()
        at_left.setSpacing(wearing.px(16))
        for title, choices in ((_("About"), self._topics), (_("Who did or approved it"), self._people)):
            filters = panel(title, _scrolled(choices))
            filters.setFixedWidth(wearing.px(220))
            at_left.addWidget(filters, 1)
        rows = QWidget()
        stack = QVBoxLayout(rows)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.addWidget(self._nothing)
        stack.addWidget(self._view, 1)
        self._search.setMinimumWidth(wearing.px(200))
        right = QVBoxLayout()
        right.setSpacing(wearing.px(16))
        right.addWidget(self._verification)
        right.addWidget(panel(self._search, rows, self._periods, self._more), 1)
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(16))
        columns.addLayout(at_left)
        columns.addLayout(right, 1)
        page(self).addLayout(columns)

    def _join(self) -> None:
        presenter = self._presenter
        self._verification.wanted.connect(presenter.verify)
        self._verification.stop_wanted.connect(presenter.stop_verifying)
        self._periods.chosen.connect(lambda key: presenter.choose_period(Period(key)))
        self._topics.chosen.connect(lambda key: presenter.choose_topic(Topic(key) if key else None))
        self._people.chosen.connect(lambda key: presenter.choose_person(StaffId(key) if key else None))
        self._more.clicked.connect(presenter.go_back)
        self._search.textChanged.connect(lambda _text: self._typing.start())
        self._search.returnPressed.connect(self._search_now)
        self._typing.timeout.connect(self._search_now)

    def _search_now(self) -> None:
        self._typing.stop()
        self._presenter.search(self._search.text())


def _scrolled(choices: Choices) -> QScrollArea:
    inside = QWidget()
    inside.setProperty("role", "surface")
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, theme.current().px(8), 0)
    column.addWidget(choices)
    column.addStretch(1)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setWidget(inside)
    return scroll


def _columns() -> list[Column[HistoryEntry]]:
    return [
        Column(_("Row"), lambda entry: f"{entry.number:,}", width=76, figures=True),
        Column(_("Time"), lambda entry: formats.moment_to_the_second(entry.at), width=172),
        Column(_("Who"), lambda entry: entry.actor, width=92),
        Column(_("Approved by"), lambda entry: entry.approver, width=104),
        Column(_("What happened"), lambda entry: entry.text),
    ]
