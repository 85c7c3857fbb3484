"""No release on a nozzle that has not taken the price in force."""

from core.domain.ids import NozzleId, NozzleNumber
from core.domain.price_switch import UNDER_WAY, check_nozzle
from core.domain.pump import Pump
from core.ports.unit_of_work import Work


def check_prices(work: Work, pump: Pump, nozzle: NozzleNumber | None, *, keeps_its_own: bool = False) -> None:
    """Raises NozzleBlocked, or NozzleTakesPrice in the moment of a switch, unless the release has a price of its own."""
    switching: frozenset[NozzleId] = frozenset()
    if not keeps_its_own:
        switching = frozenset(each.nozzle for each in work.prices.unsettled() if each.state in UNDER_WAY)
    check_nozzle(pump, nozzle, work.prices.blocks(), switching)
