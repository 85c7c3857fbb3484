"""The slip of cash that came or went without a sale: it is signed and lies in the drawer until the count."""

from core.domain.cash import CashKind
from core.domain.ids import CashMovementId
from core.domain.print_job import PrintJob
from core.domain.receipt import Gap, Pair, Receipt, ReceiptLine, Rule, Text
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.wording import formats, names
from core.wording.catalogue import _

_LINE = " ________________"


def cash_slip(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises CashMovementNotFound."""
    movement = work.cash.get(CashMovementId(job.subject))
    shift = work.shifts.get(movement.shift)
    lines: list[ReceiptLine] = letterhead.head(names.cash_kind(movement.kind), job.copy)
    lines += [
        Pair(
            _("Shift {number}").format(number=shift.number), _("No. {number}").format(number=movement.number)
        ),
        Pair(_("Date"), formats.moment_to_the_second(movement.at)),
        Pair(_("Cashier"), work.staff.get(movement.by).name),
    ]
    if movement.approver is not None:
        lines.append(Pair(_("Agreed by"), work.staff.get(movement.approver).name))
    if movement.reason:
        lines.append(Pair(_("Reason"), movement.reason))
    lines += [Rule(), Pair(_("Amount"), formats.money(movement.amount), bold=True, large=True), Gap(1)]
    who = _("Put into the safe by") if movement.kind is CashKind.SAFE_DROP else _("Signature")
    lines += [Text(who + _LINE), Gap(1)]
    return Receipt(tuple(lines))  # it stays in the house: nobody is thanked on it
