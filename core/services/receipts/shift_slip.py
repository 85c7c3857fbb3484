"""A shift's figures on receipt paper: its X while it is open, its Z once it is closed."""

from core.domain.ids import ShiftId
from core.domain.money import ZERO
from core.domain.payment import Tender
from core.domain.print_job import PaperKind, PrintJob
from core.domain.receipt import Gap, Pair, Receipt, ReceiptLine, Rule, Text
from core.domain.report import ShiftReport, sums_of_grades
from core.domain.staff import Permission
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.wording import fills, formats, names
from core.wording.catalogue import _


def shift_slip(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises NoShiftOpen, ZReportDamaged.

    What should lie in the drawer of an open shift stands there only for who may know: the count is blind.
    """
    report = work.shift_reports.of(ShiftId(job.subject))
    knows = report.is_z or work.staff.get(job.posted_by).may(Permission.SEE_EXPECTED)
    title = _("Z report") if job.kind is PaperKind.Z_REPORT else _("X report")
    lines = [*letterhead.head(title, job.copy), *_whose(report, job)]
    lines += [Rule(), *_sold(report)]
    if knows:
        lines += [Rule(), *_money(report), Rule(), *_drawer(report)]
    lines += _fills_apart(report)
    lines += _left_open(report)
    lines += _meters(report)
    if report.is_z:
        lines += _corrections(report)
        lines += [Gap(1), Text(_("Handed over by:")), Gap(2), Text(_("Taken over by:")), Gap(2)]
    if report.journal:
        lines.append(Text(_("Journal {head}").format(head=report.journal)))
    return Receipt((*lines, Gap(1)))


def _whose(report: ShiftReport, job: PrintJob) -> list[ReceiptLine]:
    shift = report.shift
    lines: list[ReceiptLine] = [
        Pair(_("Shift {number}").format(number=shift.number), report.opened_by, bold=True),
        Pair(_("From"), formats.moment(shift.opened_at)),
    ]
    if shift.closed_at is not None:
        lines.append(Pair(_("To"), formats.moment(shift.closed_at)))
        lines.append(Pair(_("Closed by"), report.closed_by))
    else:
        lines.append(Pair(_("Printed"), formats.moment(job.posted_at)))
    if report.checked_by:
        lines.append(Pair(_("Checked by"), report.checked_by))
    return lines


def _sold(report: ShiftReport) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = []
    sums = sums_of_grades(report.fuel)
    for number, fuel in enumerate(report.fuel, 1):
        lines.append(Pair(names.grade(fuel.grade), formats.money(fuel.amount)))
        how = f"  {formats.litres(fuel.volume)}  {formats.unit_price(fuel.price)}"
        lines.append(Pair(how, _("{number} fills").format(number=fuel.fills)))
        last_of_grade = all(other.grade != fuel.grade for other in report.fuel[number:])
        if last_of_grade and fuel.grade in sums:
            both = sums[fuel.grade]
            words = _("{grade}, all prices").format(grade=names.grade(fuel.grade))
            lines.append(Pair(words, formats.money(both.amount), bold=True))
            fills = _("{number} fills").format(number=both.fills)
            lines.append(Pair(f"  {formats.litres(both.volume)}", fills))
    lines += [
        Pair(_("Goods"), formats.money(report.goods_amount)),
        *_prepaid(report),
        Rule(),
        Pair(_("Bills"), str(report.sales)),
        Pair(_("Before discounts"), formats.money(report.gross)),
        Pair(_("Discount"), formats.money(-report.discount)),
    ]
    if report.rounding:
        lines.append(Pair(_("Rounding off"), formats.money(-report.rounding)))
    if report.refunds or report.voids:
        number = report.refunds + report.voids
        lines.append(Pair(_("Refunds ({number})").format(number=number), formats.money(-report.refunded)))
    lines.append(Pair(_("Takings"), formats.money(report.takings), bold=True))
    if report.orders:
        lines.append(
            Pair(
                _("Online orders ({number})").format(number=report.orders),
                formats.money(report.orders_amount),
            )
        )
    return lines


def _prepaid(report: ShiftReport) -> list[ReceiptLine]:
    """What was paid before it flowed; fuel and goods come to the bills with the difference of the first two."""
    figures = (
        (_("Prepaid"), report.prepaid),
        (_("Prepaid, filled (within fuel)"), -report.prepaid_filled),
        (_("Prepaid, given back"), -report.prepaid_returned),
    )
    return [Pair(words, formats.money(amount)) for words, amount in figures if amount]


def _money(report: ShiftReport) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = []
    for figure in report.tenders:
        words = f"{names.tender(figure.tender)} ({figure.count})"
        lines.append(Pair(words, formats.money(figure.amount)))
        if figure.refunds:
            lines.append(
                Pair(
                    "  " + _("Refunds ({number})").format(number=figure.refunds),
                    formats.money(-figure.refunded),
                )
            )
    words = _("Account customers paid, {tender} ×{count}")
    lines += [
        Pair(
            words.format(tender=names.tender(figure.tender), count=figure.count), formats.money(figure.amount)
        )
        for figure in report.settled
    ]
    for figures, name, sign in (
        (report.unfinished, _("{tender} in unfinished bills"), 1),
        (report.brought, _("{tender} counted by the shift before"), -1),
    ):
        for figure in figures:
            amount = figure.amount if sign > 0 else -figure.amount
            lines.append(Pair(name.format(tender=names.tender(figure.tender)), formats.money(amount)))
    return lines


def _drawer(report: ShiftReport) -> list[ReceiptLine]:
    shift = report.shift
    lines: list[ReceiptLine] = [Pair(_("Float"), formats.money(shift.opening_float))]
    lines += [
        Pair(_("Cash taken"), formats.money(figure.net))
        for figure in report.tenders
        if figure.tender is Tender.CASH
    ]
    lines += [
        Pair(
            f"{move.number}. {names.cash_kind(move.kind)} {move.reason}".rstrip(),
            formats.money(move.into_drawer),
        )
        for move in report.movements
    ]
    lines.append(Pair(_("Expected"), formats.money(report.expected_cash), bold=True))
    for variance in report.variances:
        word = names.tender(variance.tender)
        lines.append(Pair(f"{word}  {_('Counted')}", formats.money(variance.counted)))
        if variance.difference != ZERO:
            lines.append(Pair(f"{word}  {_('Difference')}", formats.money(variance.difference), bold=True))
    return lines


def _fills_apart(report: ShiftReport) -> list[ReceiptLine]:
    """Fuel that was not simply paid: apart from all money, with what went back into tanks."""
    lines: list[ReceiptLine] = []
    for figure in report.steps:
        words = f"{fills.step(figure.step)} ({figure.fills})"
        lines.append(Pair(words, f"{formats.litres(figure.volume)}  {formats.money(figure.amount)}"))
        if figure.returned:
            lines.append(Pair("  " + _("Returned to tank"), formats.litres(figure.returned)))
    if report.owed_fills:
        words = _("Still owed by customers ({number})").format(number=report.owed_fills)
        lines.append(Pair(words, formats.money(report.owed_amount)))
    return [Rule(), *lines] if lines else []


def _left_open(report: ShiftReport) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = []
    if report.unpaid_fills:
        words = _("Unpaid fills ({number})").format(number=report.unpaid_fills)
        lines.append(Pair(words, formats.money(report.unpaid_amount)))
    if report.open_bills:
        words = _("Open bills ({number})").format(number=report.open_bills)
        lines.append(Pair(words, formats.money(report.open_amount)))
    if report.prepays:
        words = _("Open prepays ({number})").format(number=len(report.prepays))
        lines.append(Pair(words, formats.money(report.owed_in_fuel)))
    for prepay in report.prepays:
        word = (
            _("Kept for {who}").format(who=prepay.plate or prepay.number) if prepay.deposit else prepay.number
        )
        lines.append(Pair(f"  {word}", formats.money(prepay.left)))
    if report.unsent:
        lines.append(Pair(_("Not sent to the cloud yet"), f"{report.unsent:,}"))
    if report.note:
        lines.append(Text(_("Note: {note}").format(note=report.note)))
    return [Rule(), *lines] if lines else []


def _meters(report: ShiftReport) -> list[ReceiptLine]:
    """What each nozzle's counter showed at the cut: the one figure that the pump itself can be asked for."""
    moved = {f"{figure.pump}-{figure.nozzle}": figure for figure in report.nozzles}
    lines: list[ReceiptLine] = []
    for cut in report.meters:
        if cut.totaliser is None:
            continue
        lines.append(Pair(_("Meter {nozzle}").format(nozzle=cut.nozzle), formats.litres(cut.totaliser)))
        figure = moved.get(cut.nozzle)
        if figure is not None and figure.gap:
            gap = formats.litres_of_millilitres(figure.gap)
            lines.append(Pair("  " + _("Counter less fills"), gap, bold=True))
    return [Rule(), *lines] if lines else []


def _corrections(report: ShiftReport) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = []
    for each in report.corrections:
        words = _("Correction {number}: {tender}").format(
            number=each.number, tender=names.tender(each.tender)
        )
        lines += [Pair(words, formats.money(each.amount)), Text(f"  {each.reason}")]
    return [Rule(), *lines] if lines else []
