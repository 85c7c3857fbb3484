"""Print and reprint receipts; open the drawer. What failed to print never harms the sale."""

from core.domain.events import ReceiptNotPrinted, ReceiptPrinted
from core.domain.faults import Fault
from core.domain.fill import Fill
from core.domain.ids import OrderId, SaleId, StaffId
from core.domain.money import ZERO
from core.domain.order import settle
from core.domain.payment import Payment, PaymentState, Tender
from core.domain.receipt import Align, Gap, Pair, Receipt, ReceiptLine, Rule, Text
from core.domain.refusals import OrderStateUnfit, SaleIsClosed
from core.domain.sale import Sale, SaleLine, SaleState
from core.domain.staff import Permission
from core.domain.station_order import StationOrder
from core.ports.printer import Printer, PrinterStatus
from core.ports.unit_of_work import UnitOfWork
from core.wording import formats, names
from core.wording.catalogue import _


class ReceiptDesk:
    """Paper for customers. The printer is asked with no transaction open."""

    def __init__(self, work: UnitOfWork, printer: Printer, station: str, address: str) -> None:
        self._work = work
        self._printer = printer
        self._station = station
        self._address = address

    def print_sale(self, sale: SaleId) -> None:
        """Print a completed sale; from the second time on it says which copy it is.

        Raises PrinterOutOfPaper, PrinterCoverOpen, PrinterOffline, SaleIsClosed for one that is not completed.
        """
        with self._work.reading() as work:
            sold = work.sales.get(sale)
            if sold.state is not SaleState.COMPLETED:
                raise SaleIsClosed(sale)
            cashier = work.staff.get(sold.cashier).name
            shift = work.shifts.get(sold.shift).number
            copy = work.receipts.printed(sale) + 1
        self._print(self._sale_receipt(sold, cashier, shift, copy), sale)

    def reprint(self, sale: SaleId, by: StaffId) -> None:
        """Print once more, marked as a copy. Raises as `print_sale`, and NotAllowed."""
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.SELL)
        self.print_sale(sale)

    def print_order(self, order: OrderId) -> None:
        """Print the slip of a completed online order."""
        with self._work.reading() as work:
            served = work.orders.get(order)
            if served.fill is None:
                raise OrderStateUnfit(order, served.state)
            fill = work.fills.get(served.fill)
            attendant = work.staff.get(served.served_by).name if served.served_by else ""
            copy = work.receipts.printed(SaleId(order)) + 1
        self._print(self._order_receipt(served, fill, attendant, copy), SaleId(order))

    def open_drawer(self, by: StaffId) -> None:
        """Open the cash drawer."""
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.SELL)
        self._printer.open_drawer()

    def printer_status(self) -> PrinterStatus:
        """How the printer is."""
        return self._printer.status()

    def _print(self, receipt: Receipt, sale: SaleId) -> None:
        try:
            self._printer.print(receipt)
        except Fault as fault:
            with self._work() as work:
                work.record(ReceiptNotPrinted(sale, fault.code))
            raise
        with self._work() as work:
            work.record(ReceiptPrinted(sale, work.receipts.count(sale)))

    def _head(self, title: str, copy: int) -> list[ReceiptLine]:
        lines: list[ReceiptLine] = [
            Text(self._station, Align.CENTRE, bold=True, large=True),
            Text(title, Align.CENTRE),
        ]
        if copy > 1:
            lines.append(Text(_("Copy {number}").format(number=copy - 1), Align.CENTRE, bold=True))
        return [*lines, Rule()]

    def _foot(self) -> list[ReceiptLine]:
        return [
            Rule(),
            Text(_("Thank you. Drive safely."), Align.CENTRE),
            Text(self._address, Align.CENTRE),
            Gap(1),
        ]

    def _sale_receipt(self, sale: Sale, cashier: str, shift: int, copy: int) -> Receipt:
        assert sale.completed_at is not None
        lines = self._head(_("Receipt"), copy)
        lines += [
            Pair(_("Receipt no."), sale.number),
            Pair(_("Time"), formats.moment(sale.completed_at)),
            Pair(_("Cashier"), _("{name}, shift {shift}").format(name=cashier, shift=shift)),
            Rule(),
        ]
        for line in sale.lines:
            lines += _sale_line(line)
        lines.append(Rule())
        if sale.discount:
            lines.append(Pair(_("Subtotal"), formats.money(sale.gross)))
            title = sale.coupon.title if sale.coupon and sale.coupon.title else _("Discount")
            lines.append(Pair(title, formats.money(-sale.discount)))
        lines.append(Pair(_("Total"), formats.money(sale.total), bold=True, large=True))
        cash = False
        for payment in sale.payments:
            if payment.state is PaymentState.CAPTURED:
                lines += _payment_lines(payment)
                cash = cash or payment.tender is Tender.CASH
        return Receipt((*lines, *self._foot()), open_drawer=cash and copy == 1)

    def _order_receipt(self, order: StationOrder, fill: Fill, attendant: str, copy: int) -> Receipt:
        settlement = settle(order.ordered, order.discount, fill.amount)
        lines = self._head(_("Online order"), copy)
        lines += [
            Pair(_("Order code"), order.code),
            Pair(_("Plate"), order.plate, bold=True),
            Pair(_("Time"), formats.moment(fill.ended_at)),
            Pair(_("Attendant"), attendant),
            Rule(),
            Pair(
                _("Pump {pump}, {grade}").format(pump=fill.pump, grade=names.grade(fill.grade)),
                formats.money(fill.amount),
            ),
            Text(f"  {formats.litres(fill.volume)} x {formats.unit_price(fill.price)}"),
            Rule(),
        ]
        if settlement.discount:
            lines.append(Pair(_("Discount"), formats.money(-settlement.discount)))
        lines.append(Pair(_("Total"), formats.money(settlement.owed), bold=True, large=True))
        lines.append(Pair(_("Paid online"), formats.money(order.paid)))
        if settlement.left_over > ZERO:
            lines.append(Pair(_("Going back to the driver"), formats.money(settlement.left_over)))
        return Receipt((*lines, *self._foot()))


def _sale_line(line: SaleLine) -> list[ReceiptLine]:
    if line.fill is not None and line.fuel_price is not None and line.grade is not None:
        title = _("Pump {pump}, {grade}").format(pump=line.pump, grade=names.grade(line.grade))
        detail = f"  {formats.litres(line.volume)} x {formats.unit_price(line.fuel_price)}"
        return [Pair(title, formats.money(line.gross)), Text(detail)]
    detail = f"  {line.quantity} x {formats.money(line.piece_price)}"
    return [Pair(line.title, formats.money(line.gross)), Text(detail)]


def _payment_lines(payment: Payment) -> list[ReceiptLine]:
    if payment.tender is Tender.CASH:
        lines: list[ReceiptLine] = [Pair(names.tender(payment.tender), formats.money(payment.tendered))]
        if payment.change:
            lines.append(Pair(_("Change"), formats.money(payment.change)))
        return lines
    lines = [Pair(names.tender(payment.tender), formats.money(payment.amount))]
    if payment.provider_ref:
        lines.append(Text(_("Trade no. {number}").format(number=payment.provider_ref)))
    return lines
