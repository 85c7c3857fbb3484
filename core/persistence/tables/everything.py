"""Every table, index and trigger of the station's database in one MetaData, for the migrations' tests."""

from core.persistence.compiling import real, real_metadata
from core.persistence.metadata import metadata as _said
from core.persistence.tables import (
    accounts,
    append_only,
    books,
    cash,
    catalogue,
    counters,
    fill_steps,
    forecourt,
    helping,
    indexes,
    leases,
    mailbox,
    offers,
    orders,
    payments,
    people,
    prepays,
    prices,
    printing,
    reconciliation,
    refund_sums,
    refunds,
    rights,
    sales,
    sums,
    tanks,
)

metadata = real_metadata
for _table in _said.tables.values():
    real(_table)

__all__ = [
    "accounts",
    "append_only",
    "books",
    "cash",
    "catalogue",
    "counters",
    "fill_steps",
    "forecourt",
    "helping",
    "indexes",
    "leases",
    "mailbox",
    "metadata",
    "offers",
    "orders",
    "payments",
    "people",
    "prepays",
    "prices",
    "printing",
    "reconciliation",
    "refund_sums",
    "refunds",
    "rights",
    "sales",
    "sums",
    "tanks",
]
