"""The ticket that a customer signs who pays later, and the record of one who went without paying: what, who, until when."""

from core.domain.debt import DebtKind
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
    promised = debt.kind is DebtKind.PROMISE
    title = _("Promise to pay") if promised else _("Gone without paying")
    lines: list[ReceiptLine] = letterhead.head(title, job.copy)
    lines += [
        Pair(_("Ticket number"), debt.number, bold=True),
        Pair(_("Date"), formats.moment_to_the_second(debt.at)),
        Pair(_("Cashier"), work.staff.get(debt.by).name),
        Rule(),
        Text(where(fill.pump, fill.nozzle, fill.grade)),
        Pair(_("Filled until"), formats.moment_to_the_second(fill.ended_at)),
        Pair(formats.litres(fill.volume), formats.unit_price(fill.price)),
        Pair(_("Amount owed"), formats.money(debt.amount), bold=True, large=True),
        Rule(),
    ]
    known = ((_("Name"), debt.person), (_("Mobile"), debt.phone), (_("Plate"), debt.plate))
    lines += [Pair(title, text) for title, text in known if text]
    if debt.due_on is not None:
        lines.append(Pair(_("To be paid by"), debt.due_on.isoformat(), bold=True))
    if debt.note:
        lines.append(Text(debt.note))
    lines += _promise() if promised else _record()
    # Nobody is thanked who has gone.
    return Receipt((*lines, *letterhead.foot())) if promised else Receipt(tuple(lines))


def _promise() -> list[ReceiptLine]:
    told = _("I took this fuel and will pay for it at this station by that day, by any means of payment.")
    return [
        Gap(1),
        Text(told),
        Gap(2),
        Text(_("Customer's signature") + " ________________"),
        Gap(1),
        Text(_("Station's signature") + " ________________"),
    ]


def _record() -> list[ReceiptLine]:
    """What is shown to the police, and to the driver when they come back."""
    return [
        Gap(1),
        Text(_("The fill was not paid when the car left. Keep the camera's pictures of that time.")),
        Gap(2),
        Text(_("Station's signature") + " ________________"),
    ]
