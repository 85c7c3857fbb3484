"""Account customers at the left, the chosen one's statement at the right."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.accounts.presenter import AccountsPresenter, AccountsState
from admin_app.panels import page, panel
from core.domain.account import Account, AccountEntry, EntryKind
from core.domain.money import ZERO
from core.qt import theme
from core.qt.notices import Tone
from core.qt.row_table import ROW_ROLE, Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _


class AccountsScreen(QWidget):
    """Paints the state; its buttons ask the presenter."""

    def __init__(self, presenter: AccountsPresenter) -> None:
        super().__init__()
        self.setObjectName("accounts_screen")
        self._presenter = presenter
        self._title = ElidedWords("", "strong", name="accounts_title")
        self._table = RowTable(_columns(), key=lambda account: account.id)
        self._view = RowTableView(self._table, "accounts_table", sortable=True)
        self._view.selectionModel().selectionChanged.connect(lambda *_changed: self._choose())
        new = BusyButton(_("New customer…"), "account_new", role="small")
        new.clicked.connect(presenter.begin_new)
        self._change = BusyButton(_("Change…"), "account_change", role="small")
        self._change.clicked.connect(presenter.begin_change)
        self._told = ElidedWords("", "strong", name="statement_title")
        self._sum = Words("", "strong", name="statement_sum", align=RIGHT)
        self._earlier = BusyButton(_("Month before"), "statement_earlier", role="small")
        self._later = BusyButton(_("Month after"), "statement_later", role="small")
        self._earlier.clicked.connect(lambda: presenter.go_back(presenter.state.months_back + 1))
        self._later.clicked.connect(lambda: presenter.go_back(presenter.state.months_back - 1))
        self._settle = BusyButton(_("Take a payment…"), "account_settle", role="primary")
        self._settle.clicked.connect(presenter.begin_settling)
        self._pdf = BusyButton(_("Write the statement (PDF)"), "statement_pdf", role="small")
        self._slip = BusyButton(_("On receipt paper"), "statement_slip", role="small")
        self._entries = RowTable(_entry_columns(), key=lambda entry: entry.id)
        entries = RowTableView(self._entries, "statement_table")
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(16))
        row.addWidget(panel(self._title, self._view, self._change, new), 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(entries, 1)
        column.addWidget(self._sum)
        column.addLayout(self._papers())
        column.addWidget(self._settle)
        row.addWidget(panel(self._told, inside, self._earlier, self._later), 1)
        page(self).addLayout(row)
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: AccountsState) -> None:
        """Paint everything."""
        self._title.setText(
            _("{count} account customers owe {amount}").format(
                count=len(state.accounts), amount=formats.money(state.owed)
            )
            if state.accounts
            else _("Nobody buys on account yet.")
        )
        self._table.show_rows(state.accounts)
        account, statement = state.account, state.statement
        nobody = "" if account else _("Choose a customer in the list.")
        self._change.set_reason(nobody)
        self._earlier.set_reason(nobody)
        self._later.set_reason(nobody or ("" if state.months_back else _("This is the present month.")))
        nothing = _("Nothing is owed.") if account and account.owed <= ZERO else ""
        self._settle.set_reason(nobody or nothing)
        self._pdf.set_reason("" if statement else nobody)
        self._slip.set_reason("" if statement else nobody)
        self._pdf.set_busy(state.writing == "pdf", _("Writing…"))
        self._slip.set_busy(state.writing == "slip", _("Writing…"))
        self._entries.show_rows(statement.entries if statement else ())
        self._told.setText(
            _("{name}, {month}").format(
                name=account.name, month=f"{statement.start.astimezone(formats.STATION_ZONE):%Y-%m}"
            )
            if account and statement
            else nobody
        )
        self._sum.setText(
            _("{before} before, {after} after").format(
                before=formats.money(statement.before), after=formats.money(statement.after)
            )
            if statement
            else ""
        )

    def _papers(self) -> QHBoxLayout:
        self._pdf.clicked.connect(self._presenter.write_pdf)
        self._slip.clicked.connect(self._presenter.print_slip)
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        for button in (self._slip, self._pdf):
            row.addWidget(button, 1)
        return row

    def _choose(self) -> None:
        rows = self._view.selectionModel().selectedRows()
        account = rows[0].data(ROW_ROLE) if rows else None
        if isinstance(account, Account):
            self._presenter.choose(account.id)


def _columns() -> list[Column[Account]]:
    return [
        Column(
            _("Customer"),
            lambda account: (
                account.name if account.active else _("{name} (closed)").format(name=account.name)
            ),
            tone=lambda account: None if account.active else Tone.GREY,
        ),
        Column(_("Cars"), lambda account: str(len(account.plates) or _("any")), width=64),
        Column(
            _("Owes, yuan"),
            lambda account: formats.money_without_sign(account.owed),
            figures=True,
            bold=True,
            width=120,
            value=lambda account: account.owed.fen,
            tone=lambda account: Tone.AMBER if account.owed and account.left <= ZERO else None,
        ),
        Column(
            _("Limit, yuan"),
            lambda account: formats.money_without_sign(account.limit),
            figures=True,
            width=120,
            value=lambda account: account.limit.fen,
        ),
    ]


def _entry_columns() -> list[Column[AccountEntry]]:
    def what(entry: AccountEntry) -> str:
        beside = entry.plate or (names.tender(entry.tender) if entry.tender else "")
        return f"{names.entry_kind(entry.kind)}   {beside}".strip()

    def amount(entry: AccountEntry) -> str:
        signed = entry.amount if entry.kind is EntryKind.CHARGE else -entry.amount
        return formats.money_without_sign(signed)

    return [
        Column(_("When"), lambda entry: formats.short_moment(entry.at), width=120),
        Column(_("Entry"), what),
        Column(_("Yuan"), amount, figures=True, width=110),
        Column(_("Owed then"), lambda entry: formats.money_without_sign(entry.owed), figures=True, width=110),
    ]
