"""Guide prices, and what goes with the changes of one go."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.guide_price import GuidePrice
from core.domain.price import PriceChange
from core.domain.price_paper import PriceCheck
from core.persistence.rows import RowsOf
from core.persistence.tables.prices import guide_prices, price_changes, price_checks
from core.persistence.transaction import Transaction
from core.persistence.words import bindparam

_GUIDES = RowsOf(guide_prices, GuidePrice)
_ALL_GUIDES = _GUIDES.where(order=[guide_prices.c.since, guide_prices.c.set_at, guide_prices.c.id])
_CHANGES = RowsOf(price_changes, PriceChange)
_TOGETHER = _CHANGES.where(
    price_changes.c.together == bindparam("together"), order=[price_changes.c.grade, price_changes.c.id]
)
_BETWEEN = _CHANGES.where(
    price_changes.c.due_at >= bindparam("since"),
    price_changes.c.due_at < bindparam("until"),
    order=[price_changes.c.due_at, price_changes.c.grade, price_changes.c.id],
)
_CHECKS = RowsOf(price_checks, PriceCheck)
_CHECKED = _CHECKS.where(
    price_checks.c.together == bindparam("together"), order=[price_checks.c.at, price_checks.c.point]
)


class SqlPricePapers:
    """Port PricePapers."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def guides(self) -> Sequence[GuidePrice]:
        return self._transaction.all(_ALL_GUIDES)

    def add_guide(self, guide: GuidePrice) -> None:
        self._transaction.run(_GUIDES.insert, *_GUIDES.of(guide))

    def together(self, together: str) -> Sequence[PriceChange]:
        return self._transaction.all(_TOGETHER, together)

    def changes_between(self, since: datetime, until: datetime) -> Sequence[PriceChange]:
        return self._transaction.all(_BETWEEN, since, until)

    def checks(self, together: str) -> Sequence[PriceCheck]:
        return self._transaction.all(_CHECKED, together)

    def add_check(self, check: PriceCheck) -> None:
        if check.point not in {known.point for known in self.checks(check.together)}:
            self._transaction.run(_CHECKS.insert, *_CHECKS.of(check))
