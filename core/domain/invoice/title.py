"""Whom an invoice is for: a person by name, or a company by name and tax number."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.domain.invoice.tax_number import tax_number_of
from core.domain.refusals.invoices import InvoiceTitleUnfit

_LONGEST_NAME = 100
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_LONGEST_EMAIL = 50  # what the providers take


class TitleKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Title:
    """A buyer. Address, phone and bank are the company's own and may be empty; `email` is where the invoice goes."""

    kind: TitleKind
    name: str
    tax_number: str = ""
    address: str = ""
    phone: str = ""
    bank: str = ""
    account: str = ""
    email: str = ""


def title_of(
    kind: TitleKind,
    name: str,
    tax_number: str = "",
    *,
    address: str = "",
    phone: str = "",
    bank: str = "",
    account: str = "",
    email: str = "",
) -> Title:
    """A title as it may be printed. Raises InvoiceTitleUnfit, TaxNumberUnfit."""
    name = " ".join(name.split())
    if not 1 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise InvoiceTitleUnfit(name)
    if email and (len(email) > _LONGEST_EMAIL or _EMAIL.fullmatch(email) is None):
        raise InvoiceTitleUnfit(email)
    if kind is TitleKind.PERSON:
        return Title(kind, name, email=email)
    return Title(
        kind,
        name,
        tax_number_of(tax_number),
        address=" ".join(address.split()),
        phone="".join(phone.split()),
        bank=" ".join(bank.split()),
        account="".join(account.split()),
        email=email,
    )
