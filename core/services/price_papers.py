"""Gathers what the slip of a price change says."""

from datetime import datetime

from core.domain.ids import StaffId
from core.domain.price_paper import PricePaper
from core.domain.refusals.people import StaffNotFound
from core.domain.refusals.pumps import PriceChangeClosed
from core.ports.unit_of_work import Work


def price_paper(work: Work, together: str, station: str, now: datetime) -> PricePaper:
    """The prices that were planned at one go, as they stand now. Raises PriceChangeClosed where there are none."""
    changes = tuple(work.prices.together(together))
    if not changes:
        raise PriceChangeClosed(together, "unknown")
    first = changes[0]
    return PricePaper(
        together,
        station,
        changes,
        tuple(switch for change in changes for switch in work.prices.switches(change.id)),
        _name(work, first.scheduled_by),
        _name(work, first.approved_by) if first.approved_by else "",
        tuple((check, _name(work, check.by)) for check in work.prices.checks(together)),
        now,
    )


def _name(work: Work, staff: StaffId) -> str:
    try:
        return work.staff.get(staff).name
    except StaffNotFound:
        return ""
