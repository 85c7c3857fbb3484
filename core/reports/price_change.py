"""The price change slip (调价单) as a PDF: old and new price, each nozzle's counter and moments, names."""

from typing import TYPE_CHECKING

from core.domain.price import PriceChange
from core.domain.price_paper import PricePaper
from core.domain.price_switch import PriceSwitch, SwitchState
from core.reports.page import WIDTH, Row, alarm, figure, heading, label, printed, table, words
from core.wording import formats, names, prices
from core.wording.catalogue import _

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

_WIDTHS = tuple(WIDTH * part for part in (0.10, 0.11, 0.11, 0.18, 0.20, 0.30))


def price_change_pdf(paper: PricePaper) -> bytes:
    """The whole paper."""
    from reportlab.platypus import Spacer

    title = _("Price change slip")
    due = _("From {moment}").format(moment=formats.end_moment(paper.changes[0].due_at))
    story: list[Flowable] = [
        words(paper.station, 16, bold=True),
        Spacer(1, 6),
        words(f"{title}  {due}", 13, bold=True),
        Spacer(1, 10),
        _people(paper),
    ]
    for change in paper.changes:
        story += [heading(_heading(change)), *_nozzles(paper, change)]
    story += [heading(_("Looked at")), *_checks(paper), Spacer(1, 40)]
    story.append(words(_("Signature") + " ____________________________"))
    moment = formats.moment_to_the_second(paper.printed_at)
    return printed(
        story, f"{title} · {paper.station}", paper.station, _("Printed {moment}").format(moment=moment)
    )


def _people(paper: PricePaper) -> "Flowable":
    first = paper.changes[0]
    rows: list[Row] = [
        [label(_("Planned by")), words(paper.maker), words(formats.moment_to_the_second(first.scheduled_at))]
    ]
    if first.approved_at is not None:
        agreed = formats.moment_to_the_second(first.approved_at)
        rows.append([label(_("Agreed by")), words(paper.approver), words(agreed)])
    return table(rows, (WIDTH * 0.2, WIDTH * 0.4, WIDTH * 0.4), headings=0)


def _heading(change: PriceChange) -> str:
    before = formats.unit_price_without_unit(change.before) if change.before else "—"
    told = f"{names.grade(change.grade)}  {before} → {formats.unit_price(change.price)}"
    state = names.price_change_state(change.state)
    guide = (
        "  " + _("above the guide price {price}").format(price=formats.unit_price(change.over))
        if change.over is not None
        else ""
    )
    return f"{told}  {state}{guide}"


def _nozzles(paper: PricePaper, change: PriceChange) -> list["Flowable"]:
    switches = [switch for switch in paper.switches if switch.change == change.id]
    if not switches:
        return [words(_("No pump has been asked yet."))]
    head: Row = [
        label(_("Nozzle")),
        label(_("Before"), right=True),
        label(_("New"), right=True),
        label(_("Counter at the switch"), right=True),
        label(_("Asked")),
        label(_("Confirmed")),
    ]
    return [table([head, *(_row(switch) for switch in switches)], _WIDTHS)]


def _row(switch: PriceSwitch) -> Row:
    done = switch.state is SwitchState.CONFIRMED and switch.ended_at is not None
    state = prices.why_blocked(switch.why) if switch.why else prices.switch_state(switch.state)
    return [
        words(switch.nozzle),
        figure(formats.unit_price_without_unit(switch.before) if switch.before else "—"),
        figure(formats.unit_price_without_unit(switch.price)),
        figure(formats.litres(switch.counter) if switch.counter is not None else "—"),
        words(formats.moment_to_the_second(switch.asked_at) if switch.asked_at else "—"),
        words(formats.moment_to_the_second(switch.ended_at))
        if done and switch.ended_at
        else words(state, colour=alarm()),
    ]


def _checks(paper: PricePaper) -> list["Flowable"]:
    if not paper.checks:
        return [words(_("Nobody has looked at the pole yet."))]
    rows: list[Row] = [
        [words(prices.check_point(check.point)), words(name), words(formats.moment(check.at))]
        for check, name in paper.checks
    ]
    return [table(rows, (WIDTH * 0.55, WIDTH * 0.2, WIDTH * 0.25), headings=0)]
