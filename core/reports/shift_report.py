"""A shift's PDF: what was sold, how it was paid, what is in the drawer, and two lines to sign on."""

from typing import TYPE_CHECKING

from core.domain.litres import Litres
from core.domain.money import Money, total
from core.domain.payment import Tender
from core.domain.report import ShiftReport
from core.domain.shift import ShiftState
from core.reports.page import WIDTH, Row, alarm, figure, heading, label, line, printed, quiet, table, words
from core.wording import formats, names
from core.wording.catalogue import _

if TYPE_CHECKING:
    from reportlab.platypus import Flowable, Table

_GUTTER = 24.0
_HALF = (WIDTH - _GUTTER) / 2


def shift_pdf(report: ShiftReport) -> bytes:
    """The whole paper."""
    from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

    story: list[Flowable] = [
        _head(report),
        Spacer(1, 10),
        _facts(report),
        CondPageBreak(120),
        heading(_("Sales")),
        _sales(report),
        Spacer(1, 14),
        _side_by_side(_money_in(report), _drawer(report)),
        Spacer(1, 14),
        # Nobody signs a page that says nothing.
        KeepTogether([_side_by_side(_online(report), _unpaid(report)), Spacer(1, 40), _signatures()]),
    ]
    moment = formats.moment_to_the_second(report.printed_at) if report.printed_at else ""
    printed_at = _("Printed {moment}").format(moment=moment)
    return printed(story, f"{_title(report)} · {report.station}", report.station, printed_at)


def _title(report: ShiftReport) -> str:
    if report.shift.state is ShiftState.OPEN:
        return _("Shift {number}, so far").format(number=report.shift.number)
    return _("Shift report {number}").format(number=report.shift.number)


def _head(report: ShiftReport) -> "Table":
    from reportlab.platypus import Table

    row = [[words(report.station, 16, bold=True), words(_title(report), 13, bold=True, right=True)]]
    return Table(
        row,
        colWidths=[WIDTH * 0.64, WIDTH * 0.36],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
            ("LINEBELOW", (0, 0), (-1, -1), 1.6, words("").style.textColor),
        ],
    )


def _facts(report: ShiftReport) -> "Table":
    from reportlab.platypus import Table

    shift = report.shift
    closed_at = formats.moment(shift.closed_at) if shift.closed_at else _("still open")
    rows: list[Row] = [
        [
            label(_("Opened by")),
            words(report.opened_by),
            label(_("From")),
            words(formats.moment(shift.opened_at)),
        ],
        [label(_("Closed by")), words(report.closed_by or "—"), label(_("To")), words(closed_at)],
    ]
    return Table(
        rows,
        colWidths=[WIDTH * 0.13, WIDTH * 0.42, WIDTH * 0.1, WIDTH * 0.35],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0), _tight()],
    )


def _sales(report: ShiftReport) -> "Table":
    rows: list[Row] = [
        [
            label(_("Item")),
            label(_("Price, yuan/L"), right=True),
            label(_("Count"), right=True),
            label(_("Litres"), right=True),
            label(_("Paid, yuan"), right=True),
        ]
    ]
    rows += [
        [
            words(names.grade(fuel.grade)),
            figure(formats.unit_price_without_unit(fuel.price)),
            figure(_count(fuel.fills)),
            figure(formats.litres_without_unit(fuel.volume)),
            figure(_yuan(fuel.amount)),
        ]
        for fuel in report.fuel
    ]
    fuel_volume = Litres(sum(fuel.volume.millilitres for fuel in report.fuel))
    fuel_amount = total(fuel.amount for fuel in report.fuel)
    rows.append(_sum_row(_("All fuel"), sum(fuel.fills for fuel in report.fuel), fuel_volume, fuel_amount))
    sums = [len(rows) - 1]
    rows.append(_sum_row(_("Goods, pieces"), report.goods_pieces, None, report.goods_amount, bold=False))
    if report.prepaid or report.prepaid_filled:
        # Fuel that was paid in one shift may flow in another: with this the sums come to the bills again.
        unfilled = report.prepaid - report.prepaid_filled
        rows.append(_sum_row(_("Prepaid less filled"), 0, None, unfilled, bold=False))
    rows.append(_sum_row(_("All bills"), report.sales, None, report.net))
    sums.append(len(rows) - 1)
    before = _("{gross} before discounts, {discount} discounts").format(
        gross=_yuan(report.gross), discount=_yuan(-report.discount)
    )
    rows.append([words(before, 8.5, colour=quiet()), "", "", "", ""])
    made = table(rows, [WIDTH * part for part in (0.30, 0.14, 0.13, 0.21, 0.22)], sums=sums)
    made.setStyle([("SPAN", (0, -1), (-1, -1)), ("LINEBELOW", (0, -1), (-1, -1), 0, line())])
    return made


def _sum_row(name: str, count: int, volume: Litres | None, amount: Money, *, bold: bool = True) -> Row:
    return [
        words(name, bold=bold),
        figure(""),
        figure(_count(count), bold=bold),
        figure(formats.litres_without_unit(volume) if volume is not None else "", bold=bold),
        figure(_yuan(amount), bold=bold),
    ]


def _money_in(report: ShiftReport) -> list["Flowable"]:
    rows: list[Row] = [[label(_("Paid by")), label(_("Count"), right=True), label(_("Yuan"), right=True)]]
    rows += [
        [words(names.tender(tender.tender)), figure(_count(tender.count)), figure(_yuan(tender.amount))]
        for tender in report.tenders
    ]
    taken = total(tender.amount for tender in report.tenders)
    count = sum(tender.count for tender in report.tenders)
    rows.append(
        [words(_("Together"), bold=True), figure(_count(count), bold=True), figure(_yuan(taken), bold=True)]
    )
    sums = [len(rows) - 1]
    if taken != report.net:
        off = _yuan(taken - report.net)
        rows.append(
            [words(_("Differs from the bills"), colour=alarm()), figure(""), figure(off, colour=alarm())]
        )
    return [heading(_("Money taken")), table(rows, [_HALF * 0.44, _HALF * 0.18, _HALF * 0.38], sums=sums)]


def _drawer(report: ShiftReport) -> list["Flowable"]:
    shift = report.shift
    cash = total(tender.net for tender in report.tenders if tender.tender is Tender.CASH)
    is_closed = shift.state is ShiftState.CLOSED
    expected = shift.expected_cash if is_closed else report.expected_cash
    others = expected - shift.opening_float - cash
    rows: list[Row] = [[label(_("Item")), label(_("Yuan"), right=True)]]
    rows.append([words(_("Float")), figure(_yuan(shift.opening_float))])
    rows.append([words(_("Cash taken")), figure(_yuan(cash))])
    if others:
        rows.append([words(_("Other cash in and out")), figure(_yuan(others))])
    rows.append([words(_("Should be"), bold=True), figure(_yuan(expected), bold=True)])
    sums = [len(rows) - 1]
    if is_closed:
        rows.append([words(_("Counted"), bold=True), figure(_yuan(shift.counted_cash), bold=True)])
        colour = alarm() if shift.difference else None
        name = _("Difference")
        if shift.difference:
            name = f"{name} ({_('short') if shift.difference.fen < 0 else _('over')})"
        rows.append(
            [words(name, bold=True, colour=colour), figure(_yuan(shift.difference), bold=True, colour=colour)]
        )
    else:
        rows.append([words(_("Not counted yet"), colour=quiet()), figure("")])
    return [heading(_("Cash drawer")), table(rows, [_HALF * 0.58, _HALF * 0.42], sums=sums)]


def _online(report: ShiftReport) -> list["Flowable"]:
    rows: list[Row] = [
        [label(_("Online orders, paid to the cloud")), ""],
        [words(_("Completed")), figure(_count(report.orders))],
        [words(_("Litres")), figure(formats.litres_without_unit(report.orders_volume))],
        [words(_("Yuan")), figure(_yuan(report.orders_amount))],
    ]
    return [table(rows, [_HALF * 0.58, _HALF * 0.42])]


def _unpaid(report: ShiftReport) -> list["Flowable"]:
    colour = alarm() if report.unpaid_fills else None
    rows: list[Row] = [
        [label(_("Fills not paid yet")), ""],
        [words(_("Count"), colour=colour), figure(_count(report.unpaid_fills), colour=colour)],
        [words(_("Yuan"), colour=colour), figure(_yuan(report.unpaid_amount), colour=colour)],
    ]
    if report.prepays:
        open_ones = _("Open prepays ({number})").format(number=len(report.prepays))
        rows.append([words(open_ones), figure(_yuan(report.owed_in_fuel))])
    return [table(rows, [_HALF * 0.58, _HALF * 0.42])]


def _side_by_side(left: list["Flowable"], right: list["Flowable"]) -> "Table":
    from reportlab.platypus import Table

    return Table(
        [[left, "", right]],
        colWidths=[_HALF, _GUTTER, _HALF],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            _tight(),
        ],
    )


def _signatures() -> "Table":
    from reportlab.platypus import Table

    return Table(
        [[label(_("Signature of the cashier")), "", label(_("Signature of who takes over or manages"))]],
        colWidths=[_HALF, _GUTTER, _HALF],
        style=[
            ("LINEABOVE", (0, 0), (0, 0), 0.8, words("").style.textColor),
            ("LINEABOVE", (2, 0), (2, 0), 0.8, words("").style.textColor),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ],
    )


def _tight() -> tuple[str, tuple[int, int], tuple[int, int], int]:
    return ("BOTTOMPADDING", (0, 0), (-1, -1), 1)


def _yuan(amount: Money) -> str:
    return formats.money_without_sign(amount)


def _count(count: int) -> str:
    return f"{count:,}"
