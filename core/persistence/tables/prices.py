"""Price board, what each nozzle confirmed, price changes nozzle by nozzle, guide prices, and what was ticked off."""

from core.domain.price import PriceChangeState
from core.domain.price_paper import CheckPoint
from core.domain.price_switch import BlockWhy, SwitchState
from core.persistence.column_types import Fen, Id, Li, Millilitres, Moment, NozzleNames, Word
from core.persistence.metadata import metadata
from core.persistence.words import Boolean, Column, ForeignKey, Integer, String, Table, false

board = Table(
    "board",
    metadata,
    Column("grade", String(12), primary_key=True),
    Column("price", Li(), nullable=False),
    Column("since", Moment(), nullable=False),
)

nozzle_prices = Table(
    "nozzle_prices",
    metadata,
    Column("nozzle", String(12), primary_key=True),
    Column("price", Li(), nullable=False),
)

price_changes = Table(
    "price_changes",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("grade", String(12), nullable=False),
    Column("price", Li(), nullable=False),
    Column("due_at", Moment(), nullable=False),
    Column("scheduled_by", Id(), nullable=False),
    Column("scheduled_at", Moment(), nullable=False),
    Column("state", Word(PriceChangeState), nullable=False),
    Column("applied_nozzles", NozzleNames(), nullable=False),
    Column("applied_at", Moment()),
    Column("together", String(32), nullable=False, server_default=""),
    Column("before", Li()),
    Column("at_once", Boolean(), nullable=False, server_default=false()),
    Column("approved_by", Id()),
    Column("approved_at", Moment()),
    Column("over", Li()),
)

price_switches = Table(
    "price_switches",
    metadata,
    Column("change", Id(), ForeignKey("price_changes.id"), primary_key=True),
    Column("nozzle", String(12), primary_key=True),
    Column("price", Li(), nullable=False),
    Column("state", Word(SwitchState), nullable=False),
    Column("before", Li()),
    Column("asked_at", Moment()),
    Column("tries", Integer(), nullable=False),
    Column("counter", Millilitres()),
    Column("counted", Fen()),
    Column("ended_at", Moment()),
    Column("why", Word(BlockWhy)),
    Column("told", String(200), nullable=False),
)

price_blocks = Table(
    "price_blocks",
    metadata,
    Column("nozzle", String(12), primary_key=True),
    Column("wanted", Li(), nullable=False),
    Column("why", Word(BlockWhy), nullable=False),
    Column("since", Moment(), nullable=False),
    Column("told", String(200), nullable=False),
    Column("inside", Li()),
    Column("again", Boolean(), nullable=False),
)

guide_prices = Table(
    "guide_prices",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("grade", String(12), nullable=False),
    Column("price", Li(), nullable=False),
    Column("since", Moment(), nullable=False),
    Column("set_by", Id(), nullable=False),
    Column("set_at", Moment(), nullable=False),
)

price_checks = Table(
    "price_checks",
    metadata,
    Column("together", String(32), primary_key=True),
    Column("point", Word(CheckPoint), primary_key=True),
    Column("by", Id(), nullable=False),
    Column("at", Moment(), nullable=False),
)
