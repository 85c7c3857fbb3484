"""The slip of a completed online order."""

from core.domain.ids import OrderId
from core.domain.money import ZERO
from core.domain.order import at_promised_price, settle
from core.domain.print_job import PrintJob
from core.domain.receipt import Pair, Receipt, Rule
from core.domain.refusals.orders import OrderStateUnfit
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.lines import reckoned, where
from core.wording import formats
from core.wording.catalogue import _


def order_slip(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises OrderStateUnfit for an order without a fill."""
    order = work.orders.get(OrderId(job.subject))
    if order.fill is None:
        raise OrderStateUnfit(order.id, order.state)
    fill = work.fills.get(order.fill)
    attendant = work.staff.get(order.served_by).name if order.served_by else ""
    charged = at_promised_price(fill.amount, fill.volume, fill.price, order.price)
    settlement = settle(order.ordered, order.discount, charged)
    lines = letterhead.head(_("Online order"), job.copy)
    lines += [
        Pair(_("Order code"), order.code),
        Pair(_("Plate"), order.plate, bold=True),
        Pair(_("Date"), formats.moment_to_the_second(fill.ended_at)),
        Pair(_("Attendant"), attendant),
        Rule(),
        Pair(where(fill.pump, fill.nozzle, fill.grade), formats.money(fill.amount)),
        reckoned(fill.volume, fill.price),
        Rule(),
    ]
    if charged < fill.amount:
        kept = _("Price kept: {price}").format(price=formats.unit_price(order.price))
        lines.append(Pair(kept, formats.money(charged - fill.amount)))
    if settlement.discount:
        lines.append(Pair(_("Discount"), formats.money(-settlement.discount)))
    lines.append(Pair(_("Due"), formats.money(settlement.owed), bold=True, large=True))
    lines.append(Pair(_("Paid online"), formats.money(order.paid)))
    if settlement.left_over > ZERO:
        lines.append(Pair(_("Going back to the driver"), formats.money(settlement.left_over)))
    return Receipt((*lines, *letterhead.foot()))
