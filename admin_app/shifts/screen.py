"""Shifts at the left, the chosen one's figures at the right."""

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from admin_app.panels import page, panel
from admin_app.shifts.presenter import ShiftsPresenter, ShiftsState
from core.domain.money import Money
from core.domain.shift import Shift, ShiftState
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.row_table import ROW_ROLE, Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.figure_parts import FigureParts
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _
from core.wording.shift_figures import parts_of


class ShiftsScreen(QWidget):
    """Paints the state."""

    def __init__(self, presenter: ShiftsPresenter) -> None:
        super().__init__()
        self.setObjectName("shifts_screen")
        self._presenter = presenter
        self._state = presenter.state
        self._marking = False
        self._table = RowTable(self._columns(), key=lambda shift: shift.id)
        self._view = RowTableView(self._table, "shifts_table")
        self._view.selectionModel().selectionChanged.connect(lambda *_changed: self._chosen())
        self._title = Words("", "strong", name="shift_shown")
        self._pdf = BusyButton(_("Write the paper (PDF)"), "shift_pdf", role="small")
        self._pdf.clicked.connect(presenter.write_pdf)
        self._again = BusyButton(_("Print Z again"), "shift_z_again", role="small")
        self._again.clicked.connect(presenter.reprint)
        self._correct = BusyButton(_("Put right…"), "shift_correct", role="small")
        self._correct.clicked.connect(presenter.begin_correction)
        self._damaged = Words("", "strong", Tone.RED, name="shift_damaged", wrap=True)
        self._figures = QScrollArea()
        self._figures.setWidgetResizable(True)
        self._figures.setObjectName("shift_figures")
        columns = QHBoxLayout()
        columns.setSpacing(theme.current().px(16))
        columns.addWidget(panel(_("Shifts, amounts in yuan"), self._view), 7)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.current().px(8))
        for button in (self._correct, self._again, self._pdf):
            buttons.addWidget(button, 1)
        row = QWidget()
        buttons.setContentsMargins(0, 0, 0, 0)
        row.setLayout(buttons)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(8))
        column.addWidget(self._damaged)
        column.addWidget(self._figures, 1)
        column.addWidget(row)
        columns.addWidget(panel(self._title, inside), 5)
        page(self).addLayout(columns)
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: ShiftsState) -> None:
        """Paint everything."""
        changed = state.shown != self._state.shown
        self._state = state
        self._table.show_rows(state.shifts)
        report = state.shown
        self._pdf.set_busy(state.writing, _("Writing…"))
        none = (
            _("This shift's figures cannot be shown.")
            if state.damaged
            else _("No shift has been opened yet.")
        )
        self._pdf.set_reason("" if report else none)
        is_open = _("The shift is still open.") if report is not None and not report.is_z else ""
        for button in (self._again, self._correct):
            button.set_reason(is_open if report else none)
        self._again.set_busy(state.printing)
        self._damaged.setVisible(state.damaged is not None)
        self._damaged.setText(told(state.damaged) if state.damaged is not None else "")
        if state.damaged is not None:
            self._title.setText("")
            self._figures.setWidget(FigureParts(()))
            return
        if report is None:
            self._title.setText(_("No shift has been opened yet.") if state.loaded else "")
            return
        self._title.setText(
            _("Shift {number}, running").format(number=report.shift.number)
            if report.shift.state is ShiftState.OPEN
            else _("Shift {number}").format(number=report.shift.number)
        )
        if changed:
            self._figures.setWidget(FigureParts(parts_of(report)))
        self._mark(report.shift)

    def _mark(self, shown: Shift) -> None:
        """The shift whose figures stand beside the list, also before anybody chose one."""
        if self._view.selectionModel().hasSelection():
            return
        place = next((row for row, shift in enumerate(self._table.rows) if shift.id == shown.id), None)
        if place is not None:
            self._marking = True
            self._view.selectRow(place)
            self._marking = False

    def _chosen(self) -> None:
        if self._marking:
            return
        rows = self._view.selectionModel().selectedRows()
        shift = rows[0].data(ROW_ROLE) if rows else None
        if isinstance(shift, Shift):
            self._presenter.choose(shift.id)

    def _columns(self) -> list[Column[Shift]]:
        return [
            Column(_("No."), lambda shift: str(shift.number), width=52, bold=True),
            Column(_("Opened"), lambda shift: formats.short_moment(shift.opened_at), width=118),
            Column(_("Closed at"), _closed_at, width=118),
            Column(_("By"), lambda shift: self._state.names.get(shift.opened_by, "")),
            Column(_("Counted"), lambda shift: _cash(shift, shift.counted_cash), figures=True, width=104),
            Column(
                _("Difference"),
                _difference,
                figures=True,
                bold=True,
                width=92,
                tone=lambda shift: Tone.AMBER if shift.difference else Tone.GREEN,
            ),
        ]


def _closed_at(shift: Shift) -> str:
    return formats.short_moment(shift.closed_at) if shift.closed_at else _("running")


def _cash(shift: Shift, amount: Money) -> str:
    return formats.money_without_sign(amount) if shift.state is ShiftState.CLOSED else ""


def _difference(shift: Shift) -> str:
    if shift.state is ShiftState.OPEN:
        return ""
    plus = "+" if shift.difference.fen > 0 else ""
    return f"{plus}{formats.money_without_sign(shift.difference)}"
