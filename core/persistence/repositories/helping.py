"""Calls for help, and fills named for the counter."""

from collections.abc import Sequence

from core.domain.fill import FillState
from core.domain.helping import HandedFill, HelpCall
from core.domain.ids import HelpCallId
from core.domain.refusals.helping import HelpCallNotFound
from core.persistence.column_types import one_of
from core.persistence.rows import RowsOf
from core.persistence.tables.forecourt import fills
from core.persistence.tables.helping import handed_fills, help_calls
from core.persistence.transaction import Transaction
from core.persistence.words import bindparam, select

_CALLS = RowsOf(help_calls, HelpCall)
_CALL = _CALLS.where(help_calls.c.id == bindparam("call"))
_OPEN = _CALLS.where(help_calls.c.answered_at.is_(None), order=[help_calls.c.called_at, help_calls.c.id])
_HANDED = RowsOf(handed_fills, HandedFill)
_UNPAID = _HANDED.where(
    handed_fills.c.fill.in_(select(fills.c.id).where(one_of(fills.c.state, [FillState.UNPAID]))),
    order=[handed_fills.c.at, handed_fills.c.fill],
)


class SqlHelpCalls:
    """Port HelpCalls."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, call: HelpCallId) -> HelpCall:
        found = self._transaction.first(_CALL, call)
        if found is None:
            raise HelpCallNotFound(call)
        return found

    def open_ones(self) -> Sequence[HelpCall]:
        return self._transaction.all(_OPEN)

    def save(self, call: HelpCall) -> None:
        self._transaction.run(_CALLS.save, *_CALLS.of(call))


class SqlHandedFills:
    """Port HandedFills."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def unpaid(self) -> Sequence[HandedFill]:
        return self._transaction.all(_UNPAID)

    def save(self, handed: HandedFill) -> None:
        self._transaction.run(_HANDED.save, *_HANDED.of(handed))
