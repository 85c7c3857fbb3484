"""Invoices: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class TaxNumberUnfit(Refusal):
    """A company's tax number has 18 characters, of which the last one checks the others."""

    text: str


@dataclass(eq=False)
class InvoiceTitleUnfit(Refusal):
    """A title has a name of 2 to 100 characters; an e-mail address must be one."""

    text: str


@dataclass(eq=False)
class InvoiceTitleNotFound(Refusal):
    """The driver keeps no such title."""


@dataclass(eq=False)
class InvoiceTitlesTooMany(Refusal):
    """A driver keeps so many titles at most."""

    most: int


@dataclass(eq=False)
class TaxCodeUnfit(Refusal):
    """A tax classification code has 19 digits, and a rate lies between nothing and all."""

    text: str


@dataclass(eq=False)
class InvoiceNotFound(Refusal):
    """There is no such invoice, or it is somebody else's."""


@dataclass(eq=False)
class NothingToInvoice(Refusal):
    """Nothing was paid for it, or all of it with money that has its invoice already."""


@dataclass(eq=False)
class AlreadyInvoiced(Refusal):
    """One of them stands on an invoice already, or is on its way onto one."""


@dataclass(eq=False)
class NotYetInvoiceable(Refusal):
    """Only what is completed can be invoiced."""


@dataclass(eq=False)
class InvoiceSellerNotSet(Refusal):
    """The station's company has not set up invoices, or not for these goods."""

    what: str


@dataclass(eq=False)
class InvoicesOfSeveralSellers(Refusal):
    """One invoice is one company's: choose orders of stations of the same company."""


@dataclass(eq=False)
class SpecialInvoiceUnfit(Refusal):
    """A special VAT invoice is for companies, and never for prepaid money."""


@dataclass(eq=False)
class TopUpNotInvoiceable(Refusal):
    """The company invoices what is bought with prepaid money, and so not the money when it is paid in."""


@dataclass(eq=False)
class InvoiceNotIssued(Refusal):
    """The invoice is not issued (any more), so this cannot be done with it."""


@dataclass(eq=False)
class ReceiptNotFound(Refusal):
    """No sale stands behind this code: it is not on its way here yet, or the amount is not the receipt's."""
