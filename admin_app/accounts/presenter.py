"""Account customers: the list, one customer's statement, the form about one, and settling."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.account import MOST_CREDIT, Account, AccountEntry, Statement
from core.domain.ids import AccountId, StaffId
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.plate import plate_of
from core.domain.refusals.typed import PlateUnfit
from core.ports.clock import Clock
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording.formats import STATION_ZONE

if TYPE_CHECKING:
    from core.services.accounts.desk import AccountDesk
    from core.services.reports import ReportDesk


class Lack(StrEnum):
    """What is still missing or wrong before a form can be saved."""

    NOTHING = ""
    NAME = "name"
    NAME_TWICE = "name_twice"
    PLATES = "plates"
    LIMIT = "limit"
    LIMIT_BELOW_OWED = "limit_below_owed"
    AMOUNT = "amount"
    AMOUNT_OVER_OWED = "amount_over_owed"
    SLIP = "slip"


@dataclass(frozen=True, slots=True)
class Draft:
    """An account as it is being typed; `plates` with spaces or commas between."""

    account: Account | None = None  # None for a new one
    name: str = ""
    plates: str = ""
    limit: Money | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Settling:
    """A settlement as it is being typed."""

    account: Account
    amount: Money | None = None
    tender: Tender = Tender.CASH
    slip: str = ""


@dataclass(frozen=True, slots=True)
class AccountsState:
    """`months_back` is the month of the statement: 0 is this one."""

    accounts: tuple[Account, ...] = ()
    loaded: bool = False
    chosen: AccountId | None = None
    months_back: int = 0
    statement: Statement | None = None
    draft: Draft | None = None
    settling: Settling | None = None
    saving: bool = False
    writing: str = ""  # "pdf", "slip": the shown statement is on its way to paper

    @property
    def account(self) -> Account | None:
        """The chosen one as it stands."""
        return next((each for each in self.accounts if each.id == self.chosen), None)

    @property
    def owed(self) -> Money:
        """By all of them."""
        return sum((account.owed for account in self.accounts), ZERO)

    @property
    def lack(self) -> Lack:
        """The first thing that is missing or wrong on the open form."""
        if self.draft is not None:
            return self._lack_of_draft(self.draft)
        if self.settling is not None:
            return _lack_of_settling(self.settling)
        return Lack.NOTHING

    def _lack_of_draft(self, draft: Draft) -> Lack:
        name = " ".join(draft.name.split())
        own = draft.account.id if draft.account else None
        if not name:
            return Lack.NAME
        if any(each.name == name and each.id != own for each in self.accounts):
            return Lack.NAME_TWICE
        if not _all_plates(draft.plates):
            return Lack.PLATES
        if draft.limit is None or draft.limit > MOST_CREDIT:
            return Lack.LIMIT
        if draft.account is not None and draft.limit < draft.account.owed:
            return Lack.LIMIT_BELOW_OWED
        return Lack.NOTHING


class AccountsPresenter(RefreshingPresenter[tuple[tuple[Account, ...], Statement | None]]):
    """Signals: changed; settled(AccountEntry); written(Path), a statement's PDF; printing, a statement on receipt paper."""

    settled = Signal(object)
    written = Signal(object)
    printing = Signal()

    def __init__(  # noqa: PLR0917 - two desks, and what every presenter has
        self,
        accounts: "AccountDesk",
        clock: Clock,
        background: Runs,
        notices: Notices,
        reports: "ReportDesk",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._accounts = accounts
        self._reports = reports
        self._clock = clock
        self.state = AccountsState()

    def choose(self, account: AccountId | None) -> None:
        """This customer's statement."""
        if account != self.state.chosen:
            self._show(replace(self.state, chosen=account, statement=None))
            self.reload()

    def go_back(self, months: int) -> None:
        """The statement of so many months ago."""
        self._show(replace(self.state, months_back=max(0, months), statement=None))
        self.reload()

    def begin_new(self) -> None:
        """An empty form."""
        self._show(replace(self.state, draft=Draft()))

    def begin_change(self) -> None:
        """The form about the chosen one."""
        account = self.state.account
        if account is not None:
            plates = " ".join(account.plates)
            draft = Draft(account, account.name, plates, account.limit, account.active)
            self._show(replace(self.state, draft=draft))

    def begin_settling(self) -> None:
        """The chosen one pays."""
        account = self.state.account
        if account is not None:
            self._show(replace(self.state, settling=Settling(account, account.owed)))

    def type_draft(self, draft: Draft) -> None:
        """The form so far."""
        self._show(replace(self.state, draft=draft))

    def type_settling(self, settling: Settling) -> None:
        """The form so far."""
        self._show(replace(self.state, settling=settling))

    def give_up(self) -> None:
        """No form any more; nothing is saved."""
        self._show(replace(self.state, draft=None, settling=None, saving=False))

    def save(self) -> None:
        """Keep what is typed."""
        draft, by = self.state.draft, self._by
        if draft is None or self.state.lack or draft.limit is None:
            return
        plates, limit, known = _split(draft.plates), draft.limit, draft.account

        def call() -> Account:
            if known is None:
                return self._accounts.open(draft.name, plates, limit, by)
            return self._accounts.change(known.id, draft.name, plates, limit, draft.active, by)

        def done(account: Account) -> None:
            self.give_up()
            self._show(replace(self.state, chosen=account.id))
            self.reload()

        self._keep(call, done)

    def settle(self) -> None:
        """The customer has paid."""
        settling, by = self.state.settling, self._by
        if settling is None or self.state.lack or settling.amount is None:
            return
        amount = settling.amount

        def done(entry: AccountEntry) -> None:
            self.give_up()
            self.settled.emit(entry)
            self.reload()

        self._keep(
            lambda: self._accounts.settle(
                settling.account.id, amount, settling.tender, by, slip=settling.slip
            ),
            done,
        )

    def write_pdf(self) -> None:
        """The shown statement as a paper to hand over."""
        self._on_paper("pdf", self._reports.statement_pdf, self.written.emit)

    def print_slip(self) -> None:
        """The shown statement on the receipt printer."""
        self._on_paper("slip", self._reports.print_statement, lambda _nothing: self.printing.emit())

    def _on_paper(
        self,
        what: str,
        call: Callable[[AccountId, datetime, datetime, StaffId], object],
        then: Callable[[object], object],
    ) -> None:
        statement, by = self.state.statement, self._by
        if statement is None or self.state.writing:
            return

        def done(answer: object) -> None:
            self._show(replace(self.state, writing=""))
            then(answer)

        def failed(error: Exception) -> None:
            self._show(replace(self.state, writing=""))
            self._notices.fault(error)

        account, start, end = statement.account.id, statement.start, statement.end
        self._show(replace(self.state, writing=what))
        self._background.run_outside(lambda: call(account, start, end, by), done, failed)

    def _keep(self, call: Callable[[], object], done: Callable[..., None]) -> None:
        def failed(error: Exception) -> None:
            self._show(replace(self.state, saving=False))
            self._notices.fault(error)

        if not self.state.saving:
            self._show(replace(self.state, saving=True))
            self._background.run(call, done, failed)

    def _read(self) -> tuple[tuple[Account, ...], Statement | None]:
        chosen, by = self.state.chosen, self._by
        accounts = tuple(self._accounts.all())
        start, end = month(self._clock.now(), self.state.months_back)
        statement = self._accounts.statement(chosen, start, end, by) if chosen is not None else None
        return accounts, statement

    def _arrived(self, figures: tuple[tuple[Account, ...], Statement | None]) -> None:
        accounts, statement = figures
        if statement is not None and statement.account.id != self.state.chosen:
            statement = None
        self._show(replace(self.state, accounts=accounts, statement=statement, loaded=True))

    def _show(self, state: AccountsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()


def month(now: datetime, back: int) -> tuple[datetime, datetime]:
    """The beginning and the end of a month of the station's own calendar."""
    local = now.astimezone(STATION_ZONE)
    number = local.year * 12 + local.month - 1 - back
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0, day=1)

    def first_of(of: int) -> datetime:
        return begin.replace(year=of // 12, month=of % 12 + 1)

    return first_of(number), first_of(number + 1)


def _split(plates: str) -> list[str]:
    return plates.replace(",", " ").replace("，", " ").replace("、", " ").split()


def _all_plates(plates: str) -> bool:
    try:
        for each in _split(plates):
            plate_of(each)
    except PlateUnfit:
        return False
    return True


def _lack_of_settling(settling: Settling) -> Lack:
    if settling.amount is None or settling.amount <= ZERO:
        return Lack.AMOUNT
    if settling.amount > settling.account.owed:
        return Lack.AMOUNT_OVER_OWED
    if settling.tender is Tender.BANK_CARD and not settling.slip.strip():
        return Lack.SLIP
    return Lack.NOTHING
