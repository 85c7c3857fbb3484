"""Unpaid fills at the top, the last bills below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from admin_app.panels import page, panel
from admin_app.sales.presenter import SalesPresenter, SalesState
from core.domain.fill import Fill
from core.domain.sale import Sale
from core.domain.sale_line import SaleLine
from core.qt import theme
from core.qt.notices import Tone
from core.qt.row_table import ROW_ROLE, Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, Words
from core.wording import formats, names
from core.wording.catalogue import _, ngettext

_MOST_UNPAID = 4  # more scroll


class SalesScreen(QWidget):
    """Paints the state."""

    def __init__(self, presenter: SalesPresenter) -> None:
        super().__init__()
        self.setObjectName("sales_screen")
        self._presenter = presenter
        self._state = presenter.state
        self._unpaid_title = Words("", "strong", name="unpaid_title")
        self._unpaid = RowTable(_unpaid_columns(), key=lambda fill: fill.id)
        self._unpaid_view = RowTableView(self._unpaid, "unpaid_table")
        self._sales = RowTable(self._sale_columns(), key=lambda sale: sale.id)
        self._view = RowTableView(self._sales, "sales_table", sortable=True)
        self._view.selectionModel().selectionChanged.connect(lambda *_changed: self._show_button())
        self._reprint = BusyButton(_("Print again"), "sale_reprint", role="small")
        self._reprint.clicked.connect(self._print_again)
        self._nothing = Words(_("Nothing has been sold yet."), "quiet", name="sales_nothing", align=CENTRE)
        self._unpaid_panel = panel(self._unpaid_title, self._unpaid_view)
        column = page(self)
        column.addWidget(self._unpaid_panel)
        column.addWidget(panel(_("Bills"), _stacked(self._nothing, self._view), self._reprint), 1)
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: SalesState) -> None:
        """Paint everything."""
        self._state = state
        count = len(state.unpaid)
        self._unpaid_title.say(
            ngettext(
                "{count} fill waits to be paid at the counter, {amount}",
                "{count} fills wait to be paid at the counter, {amount}",
                count,
            ).format(count=count, amount=formats.money(state.unpaid_amount))
            if count
            else _("Every fill is paid."),
            Tone.AMBER if count else None,
        )
        self._unpaid.show_rows(state.unpaid)
        self._unpaid_view.setVisible(count > 0)
        head = self._unpaid_view.horizontalHeader().sizeHint().height()
        self._unpaid_view.setFixedHeight(head + theme.current().size("target") * min(count, _MOST_UNPAID) + 2)
        self._sales.show_rows(state.sales)
        self._nothing.setVisible(state.loaded and not state.sales)
        self._view.setVisible(bool(state.sales))
        self._show_button()

    def _show_button(self) -> None:
        self._reprint.set_busy(self._state.printing, _("Printing…"))
        self._reprint.set_reason("" if self._chosen() else _("Choose a bill in the list."))

    def _chosen(self) -> Sale | None:
        rows = self._view.selectionModel().selectedRows()
        sale = rows[0].data(ROW_ROLE) if rows else None
        return sale if isinstance(sale, Sale) else None

    def _print_again(self) -> None:
        sale = self._chosen()
        if sale is not None:
            self._presenter.reprint(sale.id)

    def _sale_columns(self) -> list[Column[Sale]]:
        return [
            Column(_("Number"), lambda sale: sale.number, width=150),
            Column(
                _("Time"),
                lambda sale: formats.short_moment(sale.completed_at) if sale.completed_at else "",
                width=120,
            ),
            Column(_("Contents"), lambda sale: _(", ").join(_line(line) for line in sale.lines)),
            Column(
                _("Discount, yuan"),
                lambda sale: formats.money_without_sign(-sale.discount) if sale.discount else "",
                figures=True,
                width=120,
                value=lambda sale: sale.discount.fen,
            ),
            Column(
                _("Total, yuan"),
                lambda sale: formats.money_without_sign(sale.total),
                figures=True,
                bold=True,
                width=130,
                value=lambda sale: sale.total.fen,
            ),
            Column(_("Paid by"), _tenders, width=120),
            Column(_("Cashier"), lambda sale: self._state.names.get(sale.cashier, ""), width=100),
        ]


def _line(line: SaleLine) -> str:
    if line.grade is None:
        return line.title if line.quantity == 1 else f"{line.title} ×{line.quantity}"
    return _("pump {pump} {grade} {litres}").format(
        pump=line.pump, grade=names.grade_short(line.grade), litres=formats.litres(line.volume)
    )


def _tenders(sale: Sale) -> str:
    tenders = dict.fromkeys(names.tender(payment.tender) for payment in sale.payments)
    return _(", ").join(tenders)


def _unpaid_columns() -> list[Column[Fill]]:
    return [
        Column(_("Since"), lambda fill: formats.short_moment(fill.ended_at), width=120),
        Column(_("Pump"), lambda fill: str(fill.pump), width=80, figures=True),
        Column(_("Grade"), lambda fill: names.grade(fill.grade)),
        Column(_("Litres"), lambda fill: formats.litres_without_unit(fill.volume), width=110, figures=True),
        Column(_("Price"), lambda fill: formats.unit_price_without_unit(fill.price), width=90, figures=True),
        Column(
            _("Amount, yuan"),
            lambda fill: formats.money_without_sign(fill.amount),
            width=130,
            figures=True,
            bold=True,
        ),
        Column(
            _("Check"),
            lambda fill: "" if fill.agrees() else _("litres and amount differ"),
            width=180,
            tone=lambda _fill: Tone.AMBER,
        ),
    ]


def _stacked(*widgets: QWidget) -> QFrame:
    frame = QFrame()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        column.addWidget(widget, 0 if isinstance(widget, QLabel) else 1)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    return frame
