"""What each nozzle did about a price change, and which are blocked."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.domain.ids import NozzleId, PriceChangeId
from core.domain.price_switch import UNSETTLED, PriceBlock, PriceSwitch, SwitchState
from core.persistence.column_types import is_word, one_of
from core.persistence.rows import RowsOf
from core.persistence.tables.prices import price_blocks, price_switches
from core.persistence.transaction import Command, Transaction
from core.persistence.words import bindparam, delete

_SWITCHES = RowsOf(price_switches, PriceSwitch)
_OF_CHANGE = _SWITCHES.where(price_switches.c.change == bindparam("change"), order=[price_switches.c.nozzle])
_UNSETTLED = _SWITCHES.where(
    one_of(price_switches.c.state, UNSETTLED), order=[price_switches.c.change, price_switches.c.nozzle]
)
_SWITCHED = _SWITCHES.where(
    price_switches.c.nozzle == bindparam("nozzle"),
    is_word(price_switches.c.state, SwitchState.CONFIRMED),
    price_switches.c.ended_at > bindparam("since"),
    order=[price_switches.c.ended_at],
)
_BLOCKS = RowsOf(price_blocks, PriceBlock)
_ALL_BLOCKS = _BLOCKS.where(order=[price_blocks.c.nozzle])
_UNBLOCK = Command(delete(price_blocks).where(price_blocks.c.nozzle == bindparam("nozzle")), ["nozzle"])


class SqlPriceSwitches:
    """Port PriceSwitches."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def switches(self, change: PriceChangeId) -> Sequence[PriceSwitch]:
        return self._transaction.all(_OF_CHANGE, change)

    def unsettled(self) -> Sequence[PriceSwitch]:
        return self._transaction.all(_UNSETTLED)

    def switched_after(self, nozzle: NozzleId, since: datetime) -> PriceSwitch | None:
        return self._transaction.first(_SWITCHED, nozzle, since)

    def save_switch(self, switch: PriceSwitch) -> None:
        self._transaction.run(_SWITCHES.save, *_SWITCHES.of(switch))

    def blocks(self) -> Mapping[NozzleId, PriceBlock]:
        return {block.nozzle: block for block in self._transaction.all(_ALL_BLOCKS)}

    def save_block(self, block: PriceBlock) -> None:
        self._transaction.run(_BLOCKS.save, *_BLOCKS.of(block))

    def unblock(self, nozzle: NozzleId) -> None:
        self._transaction.run(_UNBLOCK, nozzle)
