"""The open shift's four counts above, the cases of ended shifts below."""

from PySide6.QtWidgets import QWidget

from admin_app.panels import page, panel
from admin_app.reconciliation.lines import Line, difference, lines_of, where
from admin_app.reconciliation.presenter import ReconciliationPresenter, ReconciliationState
from core.domain.reconciliation.case import Case, CaseState
from core.qt.notices import Tone
from core.qt.row_table import Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording import formats, gaps
from core.wording.catalogue import _

_TONES = {CaseState.OPEN: Tone.RED, CaseState.EXPLAINED: Tone.AMBER}


class ReconciliationScreen(QWidget):
    """Paints the state; a case is opened by its row."""

    def __init__(self, presenter: ReconciliationPresenter) -> None:
        super().__init__()
        self.setObjectName("reconciliation_screen")
        self._presenter = presenter
        self._state = presenter.state
        self._lines = RowTable(_columns_of_lines(), key=lambda line: line.key)
        self._cases = RowTable(self._columns_of_cases(), key=lambda case: case.id)
        self._live_title = Words("", "strong", name="reconciliation_title")
        self._cases_title = Words("", "strong", name="cases_title")
        self.cases_view = RowTableView(self._cases, "cases_table", sortable=True)
        self.cases_view.selectionModel().selectionChanged.connect(lambda *_changed: self._settle())
        self.cases_view.doubleClicked.connect(lambda _index: self._look_into())
        self._look = BusyButton(_("Look into it"), "case_look", key="F2")
        self._look.clicked.connect(self._look_into)
        column = page(self)
        column.addWidget(panel(self._live_title, RowTableView(self._lines, "reconciliation_table")), 3)
        column.addWidget(panel(self._cases_title, self.cases_view, self._look), 2)
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: ReconciliationState) -> None:
        """Paint everything."""
        self._state = state
        if state.live is None:
            self._live_title.setText(_("No shift is open: nothing is compared now."))
        else:
            needing = sum(1 for gap in state.live.gaps if gap.needs_somebody)
            words = _("{count} differences need somebody") if needing else _("All four counts agree")
            self._live_title.say(
                _("This shift so far: {words}").format(words=words.format(count=needing)),
                Tone.RED if needing else Tone.GREEN,
            )
        self._lines.show_rows(lines_of(state.live) if state.live is not None else ())
        waiting = sum(1 for case in state.cases if case.state in _TONES)
        self._cases_title.setText(
            _("Differences of ended shifts: {count} wait for somebody").format(count=waiting)
            if waiting
            else _("Differences of ended shifts")
        )
        self._cases.show_rows(state.cases)
        self._settle()

    def _chosen(self) -> Case | None:
        rows = self.cases_view.selectionModel().selectedRows()
        return self._cases.row(rows[0].row()) if rows else None

    def _settle(self) -> None:
        self._look.set_reason("" if self._chosen() is not None else _("Choose a line first."))

    def _look_into(self) -> None:
        case = self._chosen()
        if case is not None:
            self._presenter.choose(case.id)

    def _columns_of_cases(self) -> list[Column[Case]]:
        return [
            Column(_("Found at"), lambda case: formats.short_moment(case.found_at), width=118),
            Column(_("Where"), lambda case: where(case.gap), width=150, bold=True),
            Column(_("Between"), lambda case: gaps.kind(case.gap.kind), width=150),
            Column(
                _("Apart"),
                lambda case: difference(case.gap.millilitres),
                figures=True,
                width=110,
                value=lambda case: abs(case.gap.millilitres),
            ),
            Column(
                _("Worth"),
                lambda case: formats.money(case.worth),
                figures=True,
                width=110,
                value=lambda case: case.worth.fen,
            ),
            Column(
                _("State"),
                lambda case: gaps.state(case.state),
                width=90,
                tone=lambda case: _TONES.get(case.state),
                bold=True,
            ),
            Column(_("Cause"), self._cause),
        ]

    def _cause(self, case: Case) -> str:
        told = gaps.cause(case.cause)
        if not case.said:
            return told
        by = self._state.names.get(case.by, "") if case.by else ""
        return _("{cause} ({person}: {said})").format(cause=told, person=by, said=case.said)


def _columns_of_lines() -> list[Column[Line]]:
    return [
        Column(_("Grade and nozzle"), lambda line: line.place, width=160, bold=True),
        Column(_("Counter now"), lambda line: line.counter, figures=True, width=130),
        Column(_("By counter"), lambda line: line.counted, figures=True, width=104),
        Column(_("Fills"), lambda line: line.booked, figures=True, width=104),
        Column(_("Where it went"), lambda line: line.went, width=220),
        Column(_("Tank lost"), lambda line: line.tank, figures=True, width=104),
        Column(_("Apart"), lambda line: line.apart, tone=lambda line: line.tone),
    ]
