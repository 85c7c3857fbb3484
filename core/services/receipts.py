"""Print and reprint receipts; open the drawer. What failed to print never harms the sale."""

from core.domain.events import ReceiptNotPrinted, ReceiptPrinted
from core.domain.faults import Fault
from core.domain.fill import Fill
from core.domain.ids import OrderId, SaleId, StaffId
from core.domain.litres import Litres
from core.domain.money import ZERO
from core.domain.order import settle
from core.domain.payment import Payment, PaymentState, Tender
from core.domain.price import UnitPrice
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
            Pair(_("Date"), formats.moment_to_the_second(sale.completed_at)),
            Pair(_("Cashier"), _("{name}, shift {shift}").format(name=cashier, shift=shift)),
            Rule(),
        ]
        for line in sale.lines:
            lines += _sale_line(line)
        lines.append(Rule())
        if sale.discount:
            lines.append(Pair(_("Subtotal"), formats.money(sale.gross)))
            lines.append(Pair(_("Discount"), formats.money(-sale.discount)))
            if sale.coupon and sale.coupon.title:
                lines.append(Text(f"  {sale.coupon.title}"))
        lines.append(Pair(_("Due"), formats.money(sale.total), bold=True, large=True))
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
            Pair(_("Date"), formats.moment_to_the_second(fill.ended_at)),
            Pair(_("Attendant"), attendant),
            Rule(),
            Pair(_where(fill.pump, fill.nozzle, fill.grade), formats.money(fill.amount)),
            _reckoned(fill.volume, fill.price),
            Rule(),
        ]
        if settlement.discount:
            lines.append(Pair(_("Discount"), formats.money(-settlement.discount)))
        lines.append(Pair(_("Due"), formats.money(settlement.owed), bold=True, large=True))
        lines.append(Pair(_("Paid online"), formats.money(order.paid)))
        if settlement.left_over > ZERO:
            lines.append(Pair(_("Going back to the driver"), formats.money(settlement.left_over)))
        return Receipt((*lines, *self._foot()))


def _sale_line(line: SaleLine) -> list[ReceiptLine]:
    if line.pump is not None and line.fuel_price is not None and line.grade is not None:
        title = _where(line.pump, line.nozzle, line.grade)
        return [Pair(title, formats.money(line.gross)), _reckoned(line.volume, line.fuel_price)]
    detail = f"  {line.quantity} × {formats.money(line.piece_price)}"
    return [Pair(line.title, formats.money(line.gross)), Text(detail)]


def _where(pump: int, nozzle: int | None, grade: str) -> str:
    """What a fuel receipt has to name: the nozzle and the grade."""
    words = _("Pump {pump}, nozzle {nozzle}") if nozzle is not None else _("Pump {pump}")
    return f"{words.format(pump=pump, nozzle=nozzle)} {names.grade(grade)}"


def _reckoned(volume: Litres, price: UnitPrice) -> Text:
    return Text(f"  {formats.litres(volume)} × {formats.unit_price(price)}")


def _payment_lines(payment: Payment) -> list[ReceiptLine]:
    cash = payment.tender is Tender.CASH
    lines: list[ReceiptLine] = [
        Pair(_("Paid by"), names.tender(payment.tender)),
        Pair(_("Received"), formats.money(payment.tendered if cash else payment.amount)),
    ]
    if cash:
        lines.append(Pair(_("Change"), formats.money(payment.change)))
    elif payment.provider_ref:
        lines.append(Text(_("Trade no. {number}").format(number=payment.provider_ref)))
    return lines
