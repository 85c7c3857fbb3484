"""Every table, index and trigger of the station's database in one MetaData, for the migrations' tests."""

from core.persistence.tables import (
    append_only,
    catalogue,
    forecourt,
    indexes,
    leases,
    mailbox,
    orders,
    payments,
    people,
    prices,
    sales,
    sums,
)
from core.persistence.tables.metadata import metadata

__all__ = [
    "append_only",
    "catalogue",
    "forecourt",
    "indexes",
    "leases",
    "mailbox",
    "metadata",
    "orders",
    "payments",
    "people",
    "prices",
    "sales",
    "sums",
]
