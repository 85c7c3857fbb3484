"""What a screen shows of the pumps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.fill import Fill, FillState
from core.domain.ids import NozzleId, NozzleNumber, PumpNumber, nozzle_id
from core.domain.prepay import Prepay
from core.domain.price import UnitPrice
from core.domain.pump import Authorisation, Pump, PumpReading
from core.ports.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class PumpView:
    """A pump with all that a screen shows of it."""

    pump: Pump
    reading: PumpReading | None
    authorisation: Authorisation | None
    unpaid: tuple[Fill, ...]
    prices: Mapping[NozzleNumber, UnitPrice]
    prepay: Prepay | None = None  # an open one whose customer is there
    blocked: frozenset[NozzleNumber] = frozenset()  # they have not taken the price in force
    claimed: tuple[
        str, ...
    ] = ()  # the tills that have a fill of it on an open bill; a till without a name by its cashier


def pump_wall(work: Work) -> Sequence[PumpView]:
    """Every pump, by number."""
    readings = work.forecourt.readings()
    promised = {authorisation.pump: authorisation for authorisation in work.authorisations.open_ones()}
    unpaid = work.fills.unpaid()
    prices = work.prices.nozzle_prices()
    blocks = work.prices.blocks()
    prepaid = {prepay.pump: prepay for prepay in work.prepays.open_ones() if not prepay.deposit}
    claims = _claims(work)
    return [
        PumpView(
            pump,
            readings.get(pump.number),
            promised.get(pump.number),
            tuple(fill for fill in unpaid if fill.pump == pump.number),
            _prices_of(pump, prices),
            prepaid.get(pump.number),
            frozenset(nozzle.number for nozzle in pump.nozzles if nozzle.id in blocks),
            claims.get(pump.number, ()),
        )
        for pump in work.forecourt.pumps()
    ]


def _claims(work: Work) -> Mapping[PumpNumber, tuple[str, ...]]:
    found: dict[PumpNumber, dict[str, None]] = {}
    for fill in work.fills.apart():
        if fill.state is FillState.IN_SALE and fill.sale is not None:
            bill = work.sales.get(fill.sale)
            found.setdefault(fill.pump, {})[bill.place or work.staff.get(bill.cashier).name] = None
    return {pump: tuple(tills) for pump, tills in found.items()}


def _prices_of(pump: Pump, prices: Mapping[NozzleId, UnitPrice]) -> dict[NozzleNumber, UnitPrice]:
    known = {nozzle.number: prices.get(nozzle_id(pump.number, nozzle.number)) for nozzle in pump.nozzles}
    return {number: price for number, price in known.items() if price is not None}
