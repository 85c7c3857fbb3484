"""A shift's PDF: what was sold, how it was paid, what is in the drawer, and two lines to sign on."""

from typing import TYPE_CHECKING

from core.domain.money import Money, total
from core.domain.payment import Tender
from core.domain.report import ShiftReport
from core.domain.shift import ShiftState
from core.reports.page import WIDTH, Row, alarm, figure, heading, label, printed, quiet, table, words
from core.reports.shift_parts import carried, corrections, count, meters, money, movements, sales, yuan
from core.wording import formats
from core.wording.catalogue import _

if TYPE_CHECKING:
    from reportlab.platypus import Flowable, Table

_GUTTER = 24.0
_HALF = (WIDTH - _GUTTER) / 2


def shift_pdf(report: ShiftReport) -> bytes:
    """The whole paper."""
    from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

    pieces = _pieces(report)
    story: list[Flowable] = [
        _head(report),
        Spacer(1, 10),
        _facts(report),
        CondPageBreak(120),
        heading(_("Sales")),
        sales(report),
        *money(report),
    ]
    if pieces:
        story += [CondPageBreak(174), Spacer(1, 14), _side_by_side(_drawer(report), pieces)]
        end = [_side_by_side(_left_open(report), _online(report))]
    else:
        outlook = [Spacer(1, 14), *_left_open(report), Spacer(1, 8), *_online(report)]
        end = [_side_by_side(_drawer(report), outlook)]
    story += [*movements(report), *meters(report), *carried(report), *corrections(report), Spacer(1, 8)]
    # Nobody signs a page that says nothing.
    story.append(KeepTogether([*end, *_journal(report), Spacer(1, 36), _signatures()]))
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
    if report.checked_by or report.followed_by:
        follower = _("shift {number}").format(number=report.followed_by) if report.followed_by else "—"
        rows.append(
            [
                label(_("Checked by")),
                words(report.checked_by or "—"),
                label(_("Next")),
                words(follower),
            ]
        )
    return Table(
        rows,
        colWidths=[WIDTH * 0.13, WIDTH * 0.42, WIDTH * 0.1, WIDTH * 0.35],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0), _tight()],
    )


def _drawer(report: ShiftReport) -> list["Flowable"]:
    shift = report.shift
    cash = total(tender.net for tender in report.tenders if tender.tender is Tender.CASH)
    is_closed = shift.state is ShiftState.CLOSED
    expected = shift.expected_cash if is_closed else report.expected_cash
    moved = total(move.into_drawer for move in report.movements)
    others = expected - shift.opening_float - cash - moved
    rows: list[Row] = [[label(_("Item")), label(_("Yuan"), right=True)]]
    rows.append([words(_("Float")), figure(yuan(shift.opening_float))])
    rows.append([words(_("Cash taken")), figure(yuan(cash))])
    if moved:
        rows.append([words(_("Cash in and out")), figure(yuan(moved))])
    if others:
        rows.append([words(_("Other cash in and out")), figure(yuan(others))])
    rows.append([words(_("Should be"), bold=True), figure(yuan(expected), bold=True)])
    sums = [len(rows) - 1]
    if is_closed:
        rows.append([words(_("Counted"), bold=True), figure(yuan(shift.counted_cash), bold=True)])
        colour = alarm() if shift.difference else None
        name = _("Difference")
        if shift.difference:
            short, over = _("short"), _("over")
            name = f"{name} ({short if shift.difference.fen < 0 else over})"
        rows.append(
            [words(name, bold=True, colour=colour), figure(yuan(shift.difference), bold=True, colour=colour)]
        )
    else:
        rows.append([words(_("Not counted yet"), colour=quiet()), figure("")])
    return [heading(_("Cash drawer")), table(rows, [_HALF * 0.58, _HALF * 0.42], sums=sums)]


def _online(report: ShiftReport) -> list["Flowable"]:
    rows: list[Row] = [
        [label(_("Online orders, paid to the cloud")), ""],
        [words(_("Completed")), figure(count(report.orders))],
        [words(_("Litres")), figure(formats.litres_without_unit(report.orders_volume))],
        [words(_("Yuan")), figure(yuan(report.orders_amount))],
    ]
    return [table(rows, [_HALF * 0.58, _HALF * 0.42])]


def _pieces(report: ShiftReport) -> list["Flowable"]:
    pieces = report.pieces
    if not pieces.pieces and not pieces.loose:
        return []
    rows: list[Row] = [
        [label(_("Note or coin")), label(_("Pieces"), right=True), label(_("Yuan"), right=True)]
    ]
    rows += [
        [words(yuan(Money(fen))), figure(count(number)), figure(yuan(Money(fen * number)))]
        for fen, number in pieces.pieces
    ]
    if pieces.loose:
        rows.append([words(_("As one sum")), figure(""), figure(yuan(pieces.loose))])
    rows.append([words(_("Counted"), bold=True), figure(""), figure(yuan(pieces.cash), bold=True)])
    widths = [_HALF * 0.34, _HALF * 0.24, _HALF * 0.42]
    return [heading(_("Notes and coins")), table(rows, widths, sums=[len(rows) - 1])]


def _left_open(report: ShiftReport) -> list["Flowable"]:
    rows: list[Row] = [
        [label(_("Left for the next shift")), label(_("Count"), right=True), label(_("Yuan"), right=True)]
    ]
    for name, number, amount, is_bad in (
        (_("Fills not paid yet"), report.unpaid_fills, report.unpaid_amount, True),
        (_("Open bills"), report.open_bills, report.open_amount, False),
        (_("Open prepays"), len(report.prepays), report.owed_in_fuel, False),
    ):
        colour = alarm() if is_bad and number else None
        rows.append(
            [
                words(name, colour=colour),
                figure(count(number), colour=colour),
                figure(yuan(amount), colour=colour),
            ]
        )
    if report.unsent:
        unsent = words(_("Not sent to the cloud yet"), colour=alarm())
        rows.append([unsent, figure(count(report.unsent), colour=alarm()), figure("")])
    return [table(rows, [_HALF * 0.42, _HALF * 0.18, _HALF * 0.40])]


def _journal(report: ShiftReport) -> list["Flowable"]:
    if not report.journal:
        return []
    return [words(_("Journal {head}").format(head=report.journal), 8.5, colour=quiet())]


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
