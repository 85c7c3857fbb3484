"""Fuel onto a bill before it flows: an amount, or the litres that come to one."""

from core.domain.ids import LineId, NozzleNumber, PrepayId, PumpNumber, SaleId, StaffId, nozzle_id
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.overrun import refuse_on_a_bill
from core.domain.pump import Nozzle, check_free
from core.domain.refusals.prepays import PrepayNotOverrun, PumpHasPrepay
from core.domain.refusals.pumps import PriceNotConfirmed, PumpNotFound
from core.domain.refusals.typed import AmountUnfit
from core.domain.sale import Sale
from core.domain.staff import Permission
from core.ports.unit_of_work import Work
from core.services.sales.bills import Bills


class PrepaidLines(Bills):
    """One customer a pump: it has to be free, and nobody else may have paid for it or be about to."""

    def add_prepay(
        self,
        sale: SaleId,
        pump: PumpNumber,
        nozzle: NozzleNumber,
        by: StaffId,
        *,
        amount: Money | None = None,
        volume: Litres | None = None,
    ) -> Sale:
        """Fuel for this amount, or for what these litres cost now, rounded up to the fen, onto the bill.

        The pump is released by itself once the bill is paid. Raises PumpNotFound, PumpBusy, PumpHasPrepay,
        PriceNotConfirmed, AmountUnfit, SaleHasMoney, NotAllowed.
        """
        line, prepay = LineId(self._ids()), PrepayId(self._ids())

        def change(work: Work, bill: Sale) -> Sale:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            hose = _hose(work, pump, nozzle)
            check_free(pump, work.authorisations.open_on(pump), work.forecourt.readings().get(pump))
            _refuse_second(work, bill, pump)
            paid = _cost(work, hose, volume) if amount is None else amount
            return bill.with_prepay(line, prepay, pump, nozzle, hose.grade, paid)

        return self._changed(sale, by, change)

    def add_overrun(self, sale: SaleId, prepay: PrepayId, by: StaffId) -> Sale:
        """What a pump delivered beyond this prepay onto the bill, to be paid in any way.

        Raises PrepayNotFound, PrepayNotOverrun, OverrunOnBill, SaleHasMoney, NotAllowed.
        """
        line = LineId(self._ids())

        def change(work: Work, bill: Sale) -> Sale:
            owing = work.prepays.get(prepay)
            if not owing.owed or owing.fill is None:
                raise PrepayNotOverrun(owing.number)
            others = (other for other in work.sales.open_ones(bill.shift) if other.id != bill.id)
            refuse_on_a_bill(owing, others, lambda cashier: work.staff.get(cashier).name)
            return bill.with_overrun(line, owing.id, work.fills.get(owing.fill), owing.owed)

        return self._changed(sale, by, change)


def _hose(work: Work, pump: PumpNumber, nozzle: NozzleNumber) -> Nozzle:
    found = work.forecourt.pump(pump).nozzle(nozzle)
    if found is None:
        raise PumpNotFound(pump, nozzle)
    return found


def _cost(work: Work, hose: Nozzle, volume: Litres | None) -> Money:
    if volume is None or not volume:
        raise AmountUnfit(0)
    price = work.prices.nozzle_prices().get(nozzle_id(hose.pump, hose.number))
    if price is None:
        raise PriceNotConfirmed(hose.pump, hose.number)
    return price.amount_covering(volume)


def _refuse_second(work: Work, bill: Sale, pump: PumpNumber) -> None:
    asked = any(
        line.prepay is not None and line.pump == pump
        for other in work.sales.open_ones(bill.shift)
        for line in other.lines
    )
    if asked or work.prepays.open_on(pump):
        raise PumpHasPrepay(pump)
