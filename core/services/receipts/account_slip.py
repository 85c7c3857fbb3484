"""An account customer's statement on receipt paper."""

from core.domain.account import AccountEntry, EntryKind, of_statement_subject
from core.domain.print_job import PrintJob
from core.domain.receipt import Gap, Pair, Receipt, ReceiptLine, Rule, Text
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.wording import formats, names
from core.wording.catalogue import _


def account_slip(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises AccountNotFound."""
    statement = work.accounts.statement(*of_statement_subject(job.subject))
    first, last = statement.days(formats.STATION_ZONE)
    lines: list[ReceiptLine] = letterhead.head(_("Account statement"), job.copy)
    lines += [
        Pair(_("Customer"), statement.account.name),
        Text(_("From {start} to {end}").format(start=formats.day(first), end=formats.day(last))),
        Pair(_("Printed"), formats.moment(job.posted_at)),
        Rule(),
        Pair(_("Owed before"), formats.money(statement.before)),
    ]
    for entry in statement.entries:
        lines += _entry(work, entry)
    lines += [
        Rule(),
        Pair(_("Bought"), formats.money(statement.bought)),
        Pair(_("Given back"), formats.money(statement.given_back)),
        Pair(_("Paid"), formats.money(statement.paid)),
        Pair(_("Owed after"), formats.money(statement.after), bold=True, large=True),
        Gap(1),
        Text(_("Signature") + " ________________"),
    ]
    return Receipt((*lines, *letterhead.foot()))


def _entry(work: Work, entry: AccountEntry) -> list[ReceiptLine]:
    signed = entry.amount if entry.kind is EntryKind.CHARGE else -entry.amount
    number = work.sales.get(entry.sale).number if entry.sale is not None else entry.slip
    beside = " ".join(word for word in (number, entry.plate) if word)
    lines: list[ReceiptLine] = [
        Pair(f"{formats.short_moment(entry.at)} {names.entry_kind(entry.kind)}", formats.money(signed))
    ]
    return [*lines, Text(f"  {beside}")] if beside else lines
