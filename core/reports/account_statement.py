"""An account customer's statement as a PDF: what was bought, given back and paid, and what is owed."""

from typing import TYPE_CHECKING

from core.domain.account import AccountEntry, EntryKind, StatementPaper
from core.reports.page import WIDTH, Row, figure, heading, label, printed, table, words
from core.wording import formats, names
from core.wording.catalogue import _

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

_WIDTHS = (86.0, 86.0, 116.0, 71.0, 70.0, WIDTH - 429.0)


def statement_pdf(paper: StatementPaper) -> bytes:
    """The whole paper."""
    from reportlab.platypus import Spacer

    statement = paper.statement
    title = _("Statement of {name}").format(name=statement.account.name)
    first, last = statement.days(formats.STATION_ZONE)
    days = _("From {start} to {end}").format(start=formats.day(first), end=formats.day(last))
    story: list[Flowable] = [
        words(paper.station, 16, bold=True),
        Spacer(1, 6),
        words(title, 13, bold=True),
        words(days),
        Spacer(1, 10),
        _sums(paper),
        heading(_("Entries")),
        _entries(paper),
        Spacer(1, 40),
        words(_("Checked and found right, signature and seal") + " ____________________________"),
    ]
    moment = formats.moment_to_the_second(paper.printed_at)
    return printed(
        story, f"{title} · {paper.station}", paper.station, _("Printed {moment}").format(moment=moment)
    )


def _sums(paper: StatementPaper) -> "Flowable":
    statement = paper.statement
    rows: list[Row] = [
        [label(_("Owed before")), figure(formats.money(statement.before))],
        [label(_("Bought")), figure(formats.money(statement.bought))],
        [label(_("Given back")), figure(formats.money(-statement.given_back))],
        [label(_("Paid")), figure(formats.money(-statement.paid))],
        [words(_("Owed after"), bold=True), figure(formats.money(statement.after), bold=True)],
    ]
    return table(rows, (WIDTH / 4, WIDTH / 4), headings=0, sums=(4,))


def _entries(paper: StatementPaper) -> "Flowable":
    if not paper.statement.entries:
        return words(_("Nothing was bought or paid in this time."))
    titles = (_("When"), _("Entry"), _("Bill or slip"), _("Plate"))
    head: Row = [label(each) for each in titles]
    head += [label(_("Yuan"), right=True), label(_("Owed then"), right=True)]
    return table([head, *(_row(paper, entry) for entry in paper.statement.entries)], _WIDTHS)


def _row(paper: StatementPaper, entry: AccountEntry) -> Row:
    signed = entry.amount if entry.kind is EntryKind.CHARGE else -entry.amount
    what = names.entry_kind(entry.kind)
    if entry.tender is not None:
        what = f"{what} {names.tender(entry.tender)}"
    texts = (formats.short_moment(entry.at), what, paper.number_of(entry), entry.plate)
    amounts = (formats.money_without_sign(signed), formats.money_without_sign(entry.owed))
    return [*(words(each) for each in texts), *(figure(each) for each in amounts)]
