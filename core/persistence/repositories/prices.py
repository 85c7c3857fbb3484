"""The price board, what each nozzle confirmed, and the price changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.domain.ids import GradeCode, NozzleId, PriceChangeId
from core.domain.price import OPEN_CHANGES, PriceBoard, PriceChange, UnitPrice
from core.domain.refusals.pumps import PriceChangeClosed
from core.persistence.column_types import one_of
from core.persistence.repositories.price_papers import SqlPricePapers
from core.persistence.repositories.price_switches import SqlPriceSwitches
from core.persistence.rows import RowsOf, saved
from core.persistence.tables.prices import board, nozzle_prices, price_changes
from core.persistence.transaction import Query
from core.persistence.words import bindparam, select


def _grade_and_price(grade: GradeCode, price: UnitPrice) -> tuple[GradeCode, UnitPrice]:
    return grade, price


def _nozzle_and_price(nozzle: NozzleId, price: UnitPrice) -> tuple[NozzleId, UnitPrice]:
    return nozzle, price


_BOARD = Query(select(board.c.grade, board.c.price).order_by(board.c.grade), _grade_and_price)
_SET_BOARD = saved(board, ["grade", "price", "since"])
_NOZZLE_PRICES = Query(select(nozzle_prices.c.nozzle, nozzle_prices.c.price), _nozzle_and_price)
_SET_NOZZLE_PRICE = saved(nozzle_prices, ["nozzle", "price"])

_CHANGES = RowsOf(price_changes, PriceChange)
_CHANGE = _CHANGES.where(price_changes.c.id == bindparam("change"))
_OPEN_CHANGES = _CHANGES.where(
    one_of(price_changes.c.state, OPEN_CHANGES),
    order=[price_changes.c.due_at, price_changes.c.id],
)
_RECENT_CHANGES = _CHANGES.where(
    order=[price_changes.c.due_at.desc(), price_changes.c.id.desc()], limited=True
)


class SqlPrices(SqlPriceSwitches, SqlPricePapers):
    """Port Prices."""

    def board(self) -> PriceBoard:
        return PriceBoard(dict(self._transaction.all(_BOARD)))

    def set_board(self, grade: GradeCode, price: UnitPrice, since: datetime) -> None:
        self._transaction.run(_SET_BOARD, grade, price, since)

    def nozzle_prices(self) -> Mapping[NozzleId, UnitPrice]:
        return dict(self._transaction.all(_NOZZLE_PRICES))

    def set_nozzle_price(self, nozzle: NozzleId, price: UnitPrice) -> None:
        self._transaction.run(_SET_NOZZLE_PRICE, nozzle, price)

    def change(self, change: PriceChangeId) -> PriceChange:
        found = self._transaction.first(_CHANGE, change)
        if found is None:
            raise PriceChangeClosed(change, "unknown")
        return found

    def save(self, change: PriceChange) -> None:
        self._transaction.run(_CHANGES.save, *_CHANGES.of(change))

    def open_changes(self) -> Sequence[PriceChange]:
        return self._transaction.all(_OPEN_CHANGES)

    def recent_changes(self, limit: int) -> Sequence[PriceChange]:
        return self._transaction.all(_RECENT_CHANGES, limit)
