"""The port to an invoice house (开票平台), which issues in the tax bureau's system and seals the papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from cloud_api.invoices.repository import Seller
from core.domain.invoice.lines import InvoiceLine
from core.domain.invoice.title import Title


class Reason(IntEnum):
    """Why an invoice is taken back (冲红原因), by the houses' own numbers."""

    RETURNED = 1
    MISTAKE = 2
    STOPPED = 3
    ALLOWANCE = 4


class Standing(StrEnum):
    ABSENT = "absent"  # the house knows nothing of it
    IN_WORK = "in_work"
    ISSUED = "issued"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Issued:
    """How an invoice, or the red one that takes it back, stands. `papers` are addresses by form."""

    standing: Standing
    number: str = ""
    at: datetime | None = None
    papers: tuple[tuple[str, str], ...] = ()
    failure: str = ""
    # Nothing is wrong with the invoice: the fuel bought does not cover it yet (成品油库存不足), or the house is busy.
    may_come_right: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """An invoice to issue. `order_no` is the same for the same invoice, always."""

    order_no: str
    at: datetime
    seller: Seller
    title: Title
    is_special: bool
    lines: Sequence[InvoiceLine]


@dataclass(frozen=True, slots=True)
class Reversal:
    """An issued invoice to take back as a whole."""

    red_no: str
    number: str
    seller: Seller
    title: Title
    is_special: bool
    reason: Reason


class HouseSilent(Exception):
    """No answer, or none that can be used: what was asked may have happened."""


class HouseRefused(Exception):
    """A clear no; nothing was done. The text is the house's own."""


class InvoiceHouse(Protocol):
    """Everything raises HouseSilent; whatever asks for something to be done raises HouseRefused, too."""

    async def issue(self, asked: Asked) -> None:
        """Hands an invoice in; the same order_no again is no second invoice."""
        ...

    async def query(self, seller: Seller, order_no: str) -> Issued: ...

    async def reverse(self, reversal: Reversal) -> None:
        """Asks for the red one; the same red_no again is the same."""
        ...

    async def query_reversal(self, seller: Seller, red_no: str) -> Issued: ...

    async def paper(self, address: str) -> bytes:
        """A paper of an issued invoice."""
        ...

    async def deliver(self, seller: Seller, order_no: str, number: str, email: str) -> None:
        """Sends the papers (again) to this address. Raises HouseRefused."""
        ...

    async def close(self) -> None: ...
