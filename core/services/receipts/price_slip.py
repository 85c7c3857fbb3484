"""The price change slip (调价单) on receipt paper."""

from core.domain.price import PriceChange
from core.domain.price_paper import PricePaper
from core.domain.price_switch import PriceSwitch, SwitchState
from core.domain.print_job import PrintJob
from core.domain.receipt import Gap, Pair, Receipt, ReceiptLine, Rule, Text
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.wording import formats, names, prices
from core.wording.catalogue import _


def price_slip(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises PriceChangeClosed where nothing was planned under that name."""
    changes = work.prices.together(job.subject)
    switches = [switch for change in changes for switch in work.prices.switches(change.id)]
    people = {person.id: person.name for person in work.staff.everybody()}
    checks = work.prices.checks(job.subject)
    paper = PricePaper.of(changes, switches, checks, people, letterhead.name, job.posted_at)
    lines: list[ReceiptLine] = letterhead.head(_("Price change slip"), job.copy)
    lines += [
        Pair(_("From"), formats.end_moment(paper.changes[0].due_at), bold=True),
        Pair(_("Planned by"), paper.maker),
    ]
    if paper.approver:
        lines.append(Pair(_("Agreed by"), paper.approver))
    lines.append(Pair(_("Printed"), formats.moment(paper.printed_at)))
    for change in paper.changes:
        lines += [Rule(), *_change(paper, change)]
    if paper.checks:
        lines.append(Rule())
        for check, name in paper.checks:
            lines += [
                Text(prices.check_point(check.point)),
                Pair(f"  {name}", formats.moment(check.at)),
            ]
    return Receipt((*lines, Gap(1), Text(_("Signature") + " ________________"), Gap(1)))


def _change(paper: PricePaper, change: PriceChange) -> list[ReceiptLine]:
    before = formats.unit_price_without_unit(change.before) if change.before else "—"
    lines: list[ReceiptLine] = [
        Pair(names.grade(change.grade), f"{before} → {formats.unit_price(change.price)}", bold=True),
        Pair(_("State"), names.price_change_state(change.state)),
    ]
    if change.over is not None:
        lines.append(Pair(_("Above the guide price"), formats.unit_price(change.over)))
    for switch in paper.switches:
        if switch.change == change.id:
            lines += _nozzle(switch)
    return lines


def _nozzle(switch: PriceSwitch) -> list[ReceiptLine]:
    counter = formats.litres(switch.counter) if switch.counter is not None else "—"
    state = prices.why_blocked(switch.why) if switch.why else prices.switch_state(switch.state)
    confirmed = switch.state is SwitchState.CONFIRMED and switch.ended_at is not None
    when = formats.moment_to_the_second(switch.ended_at) if confirmed and switch.ended_at else state
    return [
        Pair(_("Nozzle {nozzle}").format(nozzle=switch.nozzle), when),
        Pair("  " + _("Counter at the switch"), counter),
    ]
