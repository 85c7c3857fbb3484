"""The ticket that a customer signs who pays later: what is owed, by whom, until when."""

from core.domain.ids import DebtId
from core.domain.print_job import PrintJob
from core.domain.receipt import Gap, Pair, Receipt, ReceiptLine, Rule, Text
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.lines import where
from core.wording import formats
from core.wording.catalogue import _


def debt_ticket(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises DebtNotFound."""
    debt = work.debts.get(DebtId(job.subject))
    fill = work.fills.get(debt.fill)
    lines: list[ReceiptLine] = letterhead.head(_("Promise to pay"), job.copy)
    lines += [
        Pair(_("No."), debt.number, bold=True),
        Pair(_("Date"), formats.moment_to_the_second(debt.at)),
        Pair(_("Cashier"), work.staff.get(debt.by).name),
        Rule(),
        Text(where(fill.pump, fill.nozzle, fill.grade)),
        Pair(formats.litres(fill.volume), formats.unit_price(fill.price)),
        Pair(_("Owed"), formats.money(debt.amount), bold=True, large=True),
        Rule(),
        Pair(_("Name"), debt.person),
        Pair(_("Mobile"), debt.phone),
    ]
    if debt.plate:
        lines.append(Pair(_("Plate"), debt.plate))
    if debt.due_on is not None:
        lines.append(Pair(_("To be paid by"), debt.due_on.isoformat(), bold=True))
    if debt.note:
        lines.append(Text(debt.note))
    lines += [
        Gap(1),
        Text(_("I took this fuel and will pay for it at this station by that day, by any means of payment.")),
        Gap(2),
        Text(_("Customer's signature") + " ________________"),
        Gap(1),
        Text(_("Station's signature") + " ________________"),
    ]
    return Receipt((*lines, *letterhead.foot()))
