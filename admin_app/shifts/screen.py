"""Shifts at the left, the chosen one's figures at the right."""

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from admin_app.panels import page, panel
from admin_app.shifts.presenter import ShiftsPresenter, ShiftsState
from core.domain.money import Money
from core.domain.report import ShiftReport
from core.domain.shift import Shift, ShiftState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.row_table import ROW_ROLE, Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, ElidedWords, Words, line
from core.wording import formats, names
from core.wording.catalogue import _

Rows = list[tuple[str, str]]


class ShiftsScreen(QWidget):
    """Paints the state."""

    def __init__(self, presenter: ShiftsPresenter) -> None:
        super().__init__()
        self.setObjectName("shifts_screen")
        self._presenter = presenter
        self._state = presenter.state
        self._table = RowTable(self._columns(), key=lambda shift: shift.id)
        self._view = RowTableView(self._table, "shifts_table")
        self._view.selectionModel().selectionChanged.connect(lambda *_changed: self._chosen())
        self._title = Words("", "strong", name="shift_shown")
        self._pdf = BusyButton(_("Write the paper (PDF)"), "shift_pdf", role="small")
        self._pdf.clicked.connect(presenter.write_pdf)
        self._figures = QScrollArea()
        self._figures.setWidgetResizable(True)
        self._figures.setObjectName("shift_figures")
        columns = QHBoxLayout()
        columns.setSpacing(theme.current().px(16))
        columns.addWidget(panel(_("Shifts, amounts in yuan"), self._view), 7)
        columns.addWidget(panel(self._title, self._figures, self._pdf), 4)
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
        self._pdf.set_reason("" if report else _("No shift has been opened yet."))
        if report is None:
            self._title.setText(_("No shift has been opened yet.") if state.loaded else "")
            return
        self._title.setText(
            _("Shift {number}, running").format(number=report.shift.number)
            if report.shift.state is ShiftState.OPEN
            else _("Shift {number}").format(number=report.shift.number)
        )
        if changed:
            self._figures.setWidget(_figures(report))

    def _chosen(self) -> None:
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
            Column(_("Expected"), lambda shift: _cash(shift, shift.expected_cash), figures=True, width=104),
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


def _figures(report: ShiftReport) -> QFrame:
    wearing = theme.current()
    frame = QFrame()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, wearing.px(8), 0)
    column.setSpacing(wearing.px(10))
    for title, rows in _parts(report):
        column.addWidget(Words(title, "caption"))
        column.addLayout(_rows(rows))
        column.addWidget(line())
    column.addStretch(1)
    return frame


def _parts(report: ShiftReport) -> list[tuple[str, Rows]]:
    shift = report.shift
    counter: Rows = [
        (_("Bills"), f"{report.sales:,}"),
        (_("Before discounts"), formats.money(report.gross)),
        (_("Discounts"), formats.money(-report.discount)),
        (_("Taken"), formats.money(report.net)),
    ]
    tenders = [
        (f"{names.tender(each.tender)} ×{each.count}", formats.money(each.amount)) for each in report.tenders
    ]
    fuel = [
        (
            f"{names.grade_short(each.grade)} @ {formats.unit_price_without_unit(each.price)} ×{each.fills}",
            f"{formats.litres(each.volume)}   {formats.money(each.amount)}",
        )
        for each in report.fuel
    ]
    other: Rows = [
        (_("Goods ×{count}").format(count=report.goods_pieces), formats.money(report.goods_amount)),
        (
            _("Online orders ×{count}").format(count=report.orders),
            f"{formats.litres(report.orders_volume)}   {formats.money(report.orders_amount)}",
        ),
        (_("Unpaid fills ×{count}").format(count=report.unpaid_fills), formats.money(report.unpaid_amount)),
    ]
    drawer: Rows = [(_("Float"), formats.money(shift.opening_float))]
    if shift.state is ShiftState.CLOSED:
        drawer += [
            (_("Expected"), formats.money(shift.expected_cash)),
            (_("Counted"), formats.money(shift.counted_cash)),
            (_("Difference"), formats.money(shift.difference)),
        ]
    parts = [(_("Counter"), counter), (_("How it was paid"), tenders), (_("Fuel"), fuel)]
    return [
        (title, rows) for title, rows in [*parts, (_("Other"), other), (_("Cash drawer"), drawer)] if rows
    ]


def _rows(rows: Rows) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(theme.current().px(4))
    for number, (words, figure) in enumerate(rows):
        grid.addWidget(ElidedWords(words), number, 0)
        grid.addWidget(Words(figure, "strong", align=RIGHT), number, 1)
    grid.setColumnStretch(0, 1)
    return grid
