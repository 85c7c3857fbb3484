"""What people decided of fills, and who owes one."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.debt import Debt, DebtState
from core.domain.fill_step import FillEntry, FillStep, StepFigure
from core.domain.ids import DebtId, FillId, ShiftId
from core.domain.refusals.pumps import DebtNotFound
from core.persistence.column_types import is_word
from core.persistence.rows import RowsOf
from core.persistence.shift_sums import summed
from core.persistence.tables.fill_steps import debts, fill_entries
from core.persistence.transaction import Query, Transaction
from core.persistence.words import bindparam, func, select

_ENTRIES = RowsOf(fill_entries, FillEntry)
_IN_ORDER = [fill_entries.c.at, fill_entries.c.id]
_OF_FILL = _ENTRIES.where(fill_entries.c.fill == bindparam("fill"), order=_IN_ORDER)
_BETWEEN = _ENTRIES.where(
    fill_entries.c.at >= bindparam("since"), fill_entries.c.at < bindparam("until"), order=_IN_ORDER
)
_FIGURES = Query(
    select(
        fill_entries.c.step,
        func.count(),
        *summed(fill_entries.c.volume, fill_entries.c.amount, fill_entries.c.returned),
    )
    .where(fill_entries.c.shift == bindparam("shift"))
    .group_by(fill_entries.c.step),
    StepFigure,
)

_DEBTS = RowsOf(debts, Debt)
_DEBT = _DEBTS.where(debts.c.id == bindparam("debt"))
_OPEN = _DEBTS.where(is_word(debts.c.state, DebtState.OPEN), order=[debts.c.at, debts.c.id])
_RECENT = _DEBTS.where(order=[debts.c.at.desc(), debts.c.id.desc()], limited=True)


class SqlFillSteps:
    """Port FillSteps."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, entry: FillEntry) -> None:
        self._transaction.run(_ENTRIES.insert, *_ENTRIES.of(entry))

    def of(self, fill: FillId) -> Sequence[FillEntry]:
        return self._transaction.all(_OF_FILL, fill)

    def between(self, since: datetime, until: datetime) -> Sequence[FillEntry]:
        return self._transaction.all(_BETWEEN, since, until)

    def figures(self, shift: ShiftId) -> tuple[StepFigure, ...]:
        found = {figure.step: figure for figure in self._transaction.all(_FIGURES, shift)}
        return tuple(found[step] for step in FillStep if step in found)


class SqlDebts:
    """Port Debts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, debt: DebtId) -> Debt:
        found = self._transaction.first(_DEBT, debt)
        if found is None:
            raise DebtNotFound(debt)
        return found

    def save(self, debt: Debt) -> None:
        self._transaction.run(_DEBTS.save, *_DEBTS.of(debt))

    def open_ones(self) -> Sequence[Debt]:
        return self._transaction.all(_OPEN)

    def recent(self, limit: int) -> Sequence[Debt]:
        return self._transaction.all(_RECENT, limit)
