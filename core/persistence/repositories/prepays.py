"""Prepays, and the kept sums of what they were filled with."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from core.domain.fill import Fill
from core.domain.ids import PrepayId, PumpNumber, SaleId
from core.domain.prepay import OPEN_PREPAYS, Prepay, PrepayState
from core.domain.refusals.prepays import PrepayNotFound
from core.persistence.column_types import is_word, one_of
from core.persistence.repositories.sums import Sums
from core.persistence.rows import RowsOf
from core.persistence.tables.forecourt import authorisations
from core.persistence.tables.prepays import prepays
from core.persistence.transaction import Transaction
from core.persistence.words import bindparam, literal_column, or_, select

_PREPAYS = RowsOf(prepays, Prepay)
_BY_ID = _PREPAYS.where(prepays.c.id == bindparam("prepay"))
_IS_OPEN = one_of(prepays.c.state, OPEN_PREPAYS)
_OPEN_ONES = _PREPAYS.where(_IS_OPEN, order=[prepays.c.paid_at, prepays.c.id])
_OPEN_ON = _PREPAYS.where(
    _IS_OPEN,
    or_(prepays.c.pump == bindparam("pump"), prepays.c.to_pump == bindparam("to_pump")),
    order=[prepays.c.paid_at, prepays.c.id],
)
_WAITING_FOR = _PREPAYS.where(
    is_word(prepays.c.state, PrepayState.PAID),
    prepays.c.authorisation.in_(
        select(authorisations.c.id).where(
            authorisations.c.pump == bindparam("pump"),
            authorisations.c.transaction == bindparam("transaction"),
            authorisations.c.prepay.is_not(None),
        )
    ),
    order=[prepays.c.paid_at.desc()],
)
_OF_SALE = _PREPAYS.where(prepays.c.sale == bindparam("sale"), order=[prepays.c.number])
_OF_CAR = _PREPAYS.where(
    prepays.c.plate > literal_column("''"),
    prepays.c.plate == bindparam("plate"),
    order=[prepays.c.paid_at.desc(), prepays.c.id.desc()],
    limited=True,
)
_RECENT = _PREPAYS.where(order=[prepays.c.paid_at.desc(), prepays.c.id.desc()], limited=True)


class SqlPrepays:
    """Port Prepays."""

    def __init__(self, transaction: Transaction, station: ZoneInfo) -> None:
        self._transaction = transaction
        self._sums = Sums(transaction, station)

    def get(self, prepay: PrepayId) -> Prepay:
        found = self._transaction.first(_BY_ID, prepay)
        if found is None:
            raise PrepayNotFound(prepay)
        return found

    def save(self, prepay: Prepay) -> None:
        self._transaction.run(_PREPAYS.save, *_PREPAYS.of(prepay))

    def fill(self, prepay: Prepay, fill: Fill) -> None:
        self.save(prepay)
        self._sums.add_prepaid_fill(fill, prepay.kept)

    def open_ones(self) -> Sequence[Prepay]:
        return self._transaction.all(_OPEN_ONES)

    def open_on(self, pump: PumpNumber) -> Sequence[Prepay]:
        return self._transaction.all(_OPEN_ON, pump, pump)

    def waiting_for(self, pump: PumpNumber, transaction: int) -> Prepay | None:
        return self._transaction.first(_WAITING_FOR, pump, transaction)

    def of_sale(self, sale: SaleId) -> Sequence[Prepay]:
        return self._transaction.all(_OF_SALE, sale)

    def of_car(self, plate: str, limit: int) -> Sequence[Prepay]:
        return self._transaction.all(_OF_CAR, plate, limit)

    def recent(self, limit: int) -> Sequence[Prepay]:
        return self._transaction.all(_RECENT, limit)
