"""Parts of a shift's PDF that stand across the whole page: sales, money by tender, movements, meters, what is left over."""

from typing import TYPE_CHECKING

from core.domain.count import Variance
from core.domain.litres import Litres
from core.domain.money import Money, total
from core.domain.payment import Tender
from core.domain.report import FuelFigure, ShiftReport, TenderFigure, sums_of_grades
from core.domain.shift import MeterFigure, corrected
from core.reports.page import WIDTH, Row, alarm, figure, heading, label, line, quiet, table, words
from core.wording import formats, names
from core.wording.blockers import what
from core.wording.catalogue import _

if TYPE_CHECKING:
    from reportlab.platypus import Flowable, Table


def yuan(amount: Money) -> str:
    """An amount without its sign; the column says that it is yuan."""
    return formats.money_without_sign(amount)


def count(number: int) -> str:
    """A number of things."""
    return f"{number:,}"


def sales(report: ShiftReport) -> "Table":
    """Fuel by grade and price, goods, prepaid fuel, refunds, and what all of it comes to."""
    rows: list[Row] = [
        [
            label(_("Item")),
            label(_("Price, yuan/L"), right=True),
            label(_("Count"), right=True),
            label(_("Litres"), right=True),
            label(_("Paid, yuan"), right=True),
        ]
    ]
    sums_by_grade = sums_of_grades(report.fuel)
    for place, fuel in enumerate(report.fuel, 1):
        rows.append(_fuel(fuel))
        last_of_grade = all(other.grade != fuel.grade for other in report.fuel[place:])
        if last_of_grade and fuel.grade in sums_by_grade:
            both = sums_by_grade[fuel.grade]
            name = _("{grade}, all prices").format(grade=names.grade(fuel.grade))
            rows.append(_sum(name, both.fills, both.volume, both.amount))
    fuel_volume = Litres(sum(fuel.volume.millilitres for fuel in report.fuel))
    fuel_amount = total(fuel.amount for fuel in report.fuel)
    rows.append(_sum(_("All fuel"), sum(fuel.fills for fuel in report.fuel), fuel_volume, fuel_amount))
    sums = [len(rows) - 1]
    rows.append(_sum(_("Goods, pieces"), report.goods_pieces, None, report.goods_amount, bold=False))
    for name, amount in (
        (_("Prepaid"), report.prepaid),
        (_("Prepaid, filled (within fuel)"), -report.prepaid_filled),
    ):
        if amount:
            rows.append(_sum(name, None, None, amount, bold=False))
    rows.append(_sum(_("All bills"), report.sales, None, report.net))
    sums.append(len(rows) - 1)
    rows.append([words(_before(report), 8.5, colour=quiet()), "", "", "", ""])
    spanned = len(rows) - 1
    if report.refunds or report.voids:
        rows += [_fuel(fuel, back=True) for fuel in report.refunded_fuel]
        name = _("Refunds {refunds}, voids {voids}").format(refunds=report.refunds, voids=report.voids)
        rows.append(_sum(name, None, None, -report.refunded, bold=False))
        rows.append(_sum(_("Takings"), None, None, report.takings))
        sums.append(len(rows) - 1)
    made = table(rows, [WIDTH * part for part in (0.30, 0.14, 0.13, 0.21, 0.22)], sums=sums)
    made.setStyle(
        [("SPAN", (0, spanned), (-1, spanned)), ("LINEBELOW", (0, spanned), (-1, spanned), 0, line())]
    )
    return made


def money(report: ShiftReport) -> list["Flowable"]:
    """Every tender: taken, given back, and, but for cash, what was counted and how far that is off."""
    differences = {each.tender: corrected(each, report.corrections) for each in report.variances}
    counted = len(differences) > 1
    titles = [_("Count"), _("Yuan"), _("Given back"), _("Net")]
    titles += [_("Counted"), _("Difference")] if counted else []
    rows: list[Row] = [[label(_("Paid by")), *(label(title, right=True) for title in titles)]]
    for each in report.tenders:
        variance = differences.get(each.tender) if each.tender is not Tender.CASH else None
        rows.append(_tender(names.tender(each.tender), each) + (_variance(variance) if counted else []))
    for each in report.settled:
        name = _("Account customers paid, {tender}").format(tender=names.tender(each.tender))
        alone = all(each.tender is not other.tender for other in report.tenders)
        variance = differences.get(each.tender) if alone and each.tender is not Tender.CASH else None
        rows.append(_tender(name, each) + (_variance(variance) if counted else []))
    for figures, name, sign in (
        (report.unfinished, _("{tender} in unfinished bills"), 1),
        (report.brought, _("{tender} counted by the shift before"), -1),
    ):
        for each in figures:
            amount = figure(yuan(each.amount if sign > 0 else -each.amount))
            told = words(name.format(tender=names.tender(each.tender)))
            rows.append([told, figure(""), amount, "", "", *(_variance(None) if counted else [])])
    taken = total(each.amount for each in report.tenders)
    back = total(each.refunded for each in report.tenders)
    number = sum(each.count for each in report.tenders)
    together = (count(number), yuan(taken), yuan(-back) if back else "", yuan(taken - back))
    empty = _variance(None) if counted else []
    rows.append([words(_("Together"), bold=True), *(figure(text, bold=True) for text in together), *empty])
    sums = [len(rows) - 1]
    if taken != report.net:
        off = words(_("Differs from the bills"), colour=alarm())
        rows.append([off, figure(""), figure(yuan(taken - report.net), colour=alarm()), "", "", *empty])
    parts = (0.20, 0.08, 0.15, 0.14, 0.15, 0.15, 0.13) if counted else (0.32, 0.10, 0.20, 0.18, 0.20)
    return [heading(_("Money taken")), table(rows, [WIDTH * part for part in parts], sums=sums)]


def _variance(variance: Variance | None) -> Row:
    if variance is None:
        return ["", ""]
    colour = alarm() if variance.difference else None
    return [figure(yuan(variance.counted)), figure(yuan(variance.difference), colour=colour)]


def movements(report: ShiftReport) -> list["Flowable"]:
    """Cash that moved without a sale, one by one."""
    if not report.movements:
        return []
    rows: list[Row] = [
        [
            label(_("No. in shift")),
            label(_("Time")),
            label(_("Kind")),
            label(_("Reason")),
            label(_("Yuan"), right=True),
        ]
    ]
    rows += [
        [
            words(str(move.number)),
            words(formats.time_of_day(move.at)),
            words(names.cash_kind(move.kind)),
            words(move.reason),
            figure(yuan(move.into_drawer)),
        ]
        for move in report.movements
    ]
    widths = [WIDTH * part for part in (0.12, 0.12, 0.22, 0.34, 0.20)]
    return [heading(_("Cash in and out")), table(rows, widths)]


def meters(report: ShiftReport) -> list["Flowable"]:
    """Each nozzle's counter at both cuts, beside what was filled in between."""
    shown = [each for each in report.nozzles if each.now is not None or each.moved]
    if not shown:
        return []
    titles = (_("At the start"), _("At the end"), _("By counter"), _("By fills"), _("Gap"))
    rows: list[Row] = [
        [label(_("Nozzle")), label(_("Grade")), *(label(title, right=True) for title in titles)]
    ]
    rows += [_meter(each) for each in shown]
    widths = [WIDTH * part for part in (0.09, 0.16, 0.18, 0.18, 0.14, 0.14, 0.11)]
    running = [each for each in shown if each.running]
    notes = [
        words(
            _(
                "Pump {pump} had delivered {litres} at the cut; the fill counts in the shift in which it ended."
            ).format(pump=each.pump, litres=formats.litres(each.running)),
            8.5,
            colour=quiet(),
        )
        for each in running
    ]
    return [heading(_("Meters, litres")), table(rows, widths), *notes]


def carried(report: ShiftReport) -> list["Flowable"]:
    """What was under way when the shift closed, and what was written about it."""
    if not report.carried and not report.note:
        return []
    rows: list[Row] = [[label(_("Under way at the end")), label(_("Whose")), label(_("Yuan"), right=True)]]
    rows += [
        [words(what(each)), words(each.owner), figure(yuan(each.amount) if each.amount else "")]
        for each in report.carried
    ]
    made: list[Flowable] = [
        heading(_("Carried over")),
        table(rows, [WIDTH * part for part in (0.55, 0.25, 0.20)]),
    ]
    if report.note:
        made.append(words(_("Note: {note}").format(note=report.note), bold=True))
    return made


def corrections(report: ShiftReport) -> list["Flowable"]:
    """What was put right after the shift had closed: entries beside the Z, which itself never changes."""
    if not report.corrections:
        return []
    rows: list[Row] = [
        [
            label(_("No. in shift")),
            label(_("Time")),
            label(_("Tender")),
            label(_("Reason")),
            label(_("Yuan"), right=True),
        ]
    ]
    rows += [
        [
            words(str(each.number)),
            words(formats.moment(each.at)),
            words(names.tender(each.tender)),
            words(each.reason),
            figure(yuan(each.amount)),
        ]
        for each in report.corrections
    ]
    widths = [WIDTH * part for part in (0.13, 0.21, 0.16, 0.32, 0.18)]
    return [heading(_("Corrections after the close")), table(rows, widths)]


def _fuel(fuel: FuelFigure, *, back: bool = False) -> Row:
    name = names.grade(fuel.grade)
    volume = formats.litres_without_unit(fuel.volume)
    return [
        words(_("{grade}, given back").format(grade=name) if back else name),
        figure(formats.unit_price_without_unit(fuel.price)),
        figure(count(fuel.fills)),
        figure(f"-{volume}" if back and fuel.volume else volume),
        figure(yuan(-fuel.amount if back else fuel.amount)),
    ]


def _sum(name: str, number: int | None, volume: Litres | None, amount: Money, *, bold: bool = True) -> Row:
    return [
        words(name, bold=bold),
        figure(""),
        figure(count(number) if number is not None else "", bold=bold),
        figure(formats.litres_without_unit(volume) if volume is not None else "", bold=bold),
        figure(yuan(amount), bold=bold),
    ]


def _before(report: ShiftReport) -> str:
    said = _("{gross} before discounts, {discount} discounts").format(
        gross=yuan(report.gross), discount=yuan(-report.discount)
    )
    if report.rounding:
        said += _(", {rounding} rounded off").format(rounding=yuan(-report.rounding))
    return said


def _tender(name: str, each: TenderFigure) -> Row:
    back = f"{yuan(-each.refunded)} ({each.refunds})" if each.refunds else ""
    return [
        words(name),
        figure(count(each.count)),
        figure(yuan(each.amount)),
        figure(back),
        figure(yuan(each.net)),
    ]


def _meter(each: MeterFigure) -> Row:
    metered, gap = each.metered, each.gap
    return [
        words(f"{each.pump}-{each.nozzle}"),
        words(names.grade(each.grade)),
        figure(_litres(each.before)),
        figure(_litres(each.now)),
        figure(_litres(metered)),
        figure(formats.litres_without_unit(each.volume)),
        figure(formats.litres_of_millilitres(gap) if gap else "", colour=alarm() if gap else None),
    ]


def _litres(volume: Litres | None) -> str:
    return formats.litres_without_unit(volume) if volume is not None else "—"
