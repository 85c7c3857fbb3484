"""The print queue: nothing is forgotten, nothing comes twice unmarked, and it goes on by itself."""

import threading
from typing import TypeVar

import pytest

from core.domain.events.event import Event
from core.domain.events.papers import PrintJobCancelled, PrintJobPosted, ReceiptNotPrinted, ReceiptPrinted
from core.domain.events.shifts import DrawerOpened
from core.domain.faults import (
    PrinterCoverOpen,
    PrinterFault,
    PrinterNotSet,
    PrinterOffline,
    PrinterOutOfPaper,
)
from core.domain.money import Money
from core.domain.print_job import PaperKind, PrintState
from core.domain.receipt import Pair, Receipt, Text
from core.domain.refusals.papers import PrintJobEnded
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.sales import SaleIsClosed
from core.domain.sale import Sale
from core.ports.printer import PrinterStatus
from core.services.receipts.desk import ReceiptDesk
from tests.conftest import ExpectLog
from tests.services.small_station import SmallStation


def sold(station: SmallStation) -> Sale:
    return station.payments.take_cash(station.a_bill(pieces=1).id, Money(2_000), station.cashier)


AnyEvent = TypeVar("AnyEvent", bound=Event)


def told(station: SmallStation, kind: type[AnyEvent]) -> list[AnyEvent]:
    return [event for event in station.events if isinstance(event, kind)]


def copies(station: SmallStation) -> list[str]:
    """What each printed receipt says of being a copy; empty for an original."""
    marks = []
    for receipt in station.printer.receipts:
        words = [line.text for line in receipt.lines if isinstance(line, Text) and "副本" in line.text]
        marks.append("".join(words))
    return marks


def numbers(station: SmallStation) -> list[str]:
    return [
        line.right
        for receipt in station.printer.receipts
        for line in receipt.lines
        if isinstance(line, Pair) and line.left == "单号"
    ]


def test_a_sale_posts_its_receipt_with_itself(station: SmallStation) -> None:
    sale = sold(station)
    [job] = station.receipts.waiting()
    assert (job.kind, job.subject, job.state, job.posted_by) == (
        PaperKind.SALE_RECEIPT,
        sale.id,
        PrintState.WAITING,
        station.cashier,
    )
    assert station.receipts.printer_status().jobs_waiting == 1
    station.receipts.work_queue()
    assert numbers(station) == [sale.number]
    assert copies(station) == [""]
    assert told(station, ReceiptPrinted) == [ReceiptPrinted(sale.id, 1)]
    assert not station.receipts.waiting()


def test_receipts_come_out_in_the_order_of_the_sales_after_a_restart(station: SmallStation) -> None:
    sales = [sold(station) for _turn in range(4)]
    station.restart()
    station.receipts.work_queue()
    assert numbers(station) == [sale.number for sale in sales]
    assert copies(station) == [""] * 4


def test_a_queue_goes_on_by_itself_when_the_paper_is_back(station: SmallStation) -> None:
    first, second = sold(station), sold(station)
    station.printer.fault = PrinterOutOfPaper()
    for _turn in range(3):
        with pytest.raises(PrinterOutOfPaper):
            station.receipts.work_queue()
    assert told(station, ReceiptNotPrinted) == [ReceiptNotPrinted(first.id, "printer_out_of_paper")]
    assert [job.tries for job in station.receipts.waiting()] == [1, 0]
    station.printer.fault = PrinterCoverOpen()
    with pytest.raises(PrinterCoverOpen):
        station.receipts.work_queue()
    assert told(station, ReceiptNotPrinted)[1:] == [ReceiptNotPrinted(first.id, "printer_cover_open")]
    assert station.receipts.waiting()[0].fault == "printer_cover_open"
    status = station.receipts.printer_status()
    assert (status.fault, status.jobs_waiting) == ("printer_cover_open", 2)
    station.printer.fault = None
    station.receipts.work_queue()
    assert numbers(station) == [first.number, second.number]
    assert copies(station) == ["", ""]


def test_a_reprint_is_marked_and_counted_and_written_down(station: SmallStation) -> None:
    sale = sold(station)
    station.receipts.work_queue()
    with pytest.raises(ApprovalNeeded):
        station.receipts.reprint(sale.id, station.cashier)
    for _turn in range(2):
        station.receipts.reprint(sale.id, station.manager)
    assert copies(station) == ["", "** 补打 副本 1 **", "** 补打 副本 2 **"]
    posted = told(station, PrintJobPosted)
    assert [(each.subject, each.reprint) for each in posted] == [(sale.id, True), (sale.id, True)]
    assert told(station, ReceiptPrinted)[-1] == ReceiptPrinted(sale.id, 3)


def test_asking_again_for_what_has_not_come_out_asks_for_one_paper(station: SmallStation) -> None:
    sale = sold(station)
    station.printer.fault = PrinterOffline()
    for _turn in range(3):
        with pytest.raises(PrinterOffline):
            station.receipts.reprint(sale.id, station.cashier)
    station.printer.fault = None
    station.receipts.work_queue()
    assert copies(station) == [""]
    station.receipts.print_sale(sale.id)
    assert copies(station) == [""]  # it is out already


class PowerCut(BaseException):
    """The till goes dark: nothing after this runs."""


class GoesDark:
    """A printer during whose job the power goes."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []

    def print(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)
        raise PowerCut

    def open_drawer(self) -> None:
        raise AssertionError

    def status(self) -> PrinterStatus:
        return PrinterStatus(ready=True)


def test_what_was_being_printed_when_the_power_went_comes_again_as_a_copy(station: SmallStation) -> None:
    sale, next_one = sold(station), sold(station)
    dark = GoesDark()
    with pytest.raises(PowerCut):
        ReceiptDesk(station.work, dark, "站", "").work_queue()
    assert station.receipts.waiting()[0].state is PrintState.PRINTING
    station.restart()
    station.receipts.work_queue()
    assert numbers(station) == [sale.number, next_one.number]
    assert copies(station) == ["** 补打 副本 1 **", ""]
    assert told(station, ReceiptNotPrinted) == [ReceiptNotPrinted(sale.id, "printing_interrupted")]


def test_a_half_taken_job_comes_again_as_a_copy_and_one_that_always_breaks_off_is_set_aside(
    station: SmallStation, expected_log: ExpectLog
) -> None:
    expected_log("WARNING core.services.receipts.queue: job .* broke off 3 times")
    sale = sold(station)
    station.printer.fault = PrinterOffline(begun=True)
    with pytest.raises(PrinterOffline):
        station.receipts.work_queue()
    station.printer.fault = None
    station.receipts.work_queue()
    assert copies(station) == ["** 补打 副本 1 **"]
    assert told(station, ReceiptNotPrinted) == [ReceiptNotPrinted(sale.id, "printer_offline")]

    class Chokes(GoesDark):
        def print(self, receipt: Receipt) -> None:
            self.receipts.append(receipt)
            raise PrinterOffline(begun=True)

    bad, good = sold(station), sold(station)
    chokes = Chokes()
    desk = ReceiptDesk(station.work, chokes, "站", "")
    for _turn in range(3):
        with pytest.raises(PrinterFault):
            desk.work_queue()
    assert len(chokes.receipts) == 3
    assert [job.subject for job in station.receipts.waiting()] == [good.id]
    assert [each.subject for each in told(station, PrintJobCancelled)] == [bad.id]


def test_a_paper_that_cannot_be_laid_out_blocks_none(station: SmallStation) -> None:
    with station.work() as work:
        work.printing.add(PaperKind.SALE_RECEIPT, "no such sale", station.cashier)
        work.printing.add(PaperKind.X_REPORT, "nobody lays this out", station.cashier)
    sale = sold(station)
    station.receipts.work_queue()
    assert numbers(station) == [sale.number]
    faults = [event.fault for event in station.events if isinstance(event, PrintJobCancelled)]
    assert faults[0] == "sale_not_found"
    assert len(faults) == 2


def test_a_waiting_paper_can_be_cancelled_once(station: SmallStation) -> None:
    sold(station)
    [job] = station.receipts.waiting()
    station.receipts.cancel(job.id, station.cashier)
    assert not station.receipts.waiting()
    station.receipts.work_queue()
    assert not station.printer.receipts
    with pytest.raises(PrintJobEnded):
        station.receipts.cancel(job.id, station.cashier)
    assert len(told(station, PrintJobCancelled)) == 1


def test_a_sale_that_is_not_completed_has_no_receipt(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    with pytest.raises(SaleIsClosed):
        station.receipts.print_sale(bill.id)
    with pytest.raises(SaleIsClosed):
        station.receipts.reprint(bill.id, station.cashier)


def test_several_threads_print_each_paper_once(station: SmallStation) -> None:
    sales = [sold(station) for _turn in range(6)]
    threads = [threading.Thread(target=station.receipts.work_queue) for _turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert numbers(station) == [sale.number for sale in sales]
    assert copies(station) == [""] * 6


def test_only_the_program_that_has_the_queue_prints(station: SmallStation) -> None:
    sold(station)
    desk = ReceiptDesk(station.work, station.printer, "站", "", is_ours=lambda: False)
    desk.work_queue()
    assert not station.printer.receipts
    assert len(desk.waiting()) == 1


def test_the_drawer_opens_for_cash_alone(station: SmallStation) -> None:
    cash = sold(station)
    station.receipts.open_drawer_for(cash.id)
    assert station.printer.drawer_openings == 1
    station.receipts.work_queue()
    assert station.printer.drawer_openings == 1  # not once more with the paper, and never late
    by_code = station.payments.take_code(station.a_bill(pieces=1).id, "134567890123456789", station.cashier)
    station.receipts.open_drawer_for(by_code.id)
    assert station.printer.drawer_openings == 1


def test_a_drawer_that_is_opened_without_a_sale_is_written_down(station: SmallStation) -> None:
    station.receipts.open_drawer(station.manager)
    assert told(station, DrawerOpened) == [DrawerOpened(station.manager)]
    station.printer.fault = PrinterOffline()
    with pytest.raises(PrinterOffline):
        station.receipts.open_drawer(station.manager)
    assert len(told(station, DrawerOpened)) == 1


def test_a_station_without_a_printer_is_calm(station: SmallStation) -> None:
    sale = sold(station)
    desk = ReceiptDesk(station.work, station.printer, "站", "", has_printer=False)
    desk.work_queue()
    desk.open_drawer_for(sale.id)
    for asked in (
        lambda: desk.reprint(sale.id, station.manager),
        lambda: desk.open_drawer(station.manager),
        lambda: desk.print_test_page(station.manager),
    ):
        with pytest.raises(PrinterNotSet):
            asked()
    assert not station.printer.receipts


def test_a_test_page_is_never_a_copy(station: SmallStation) -> None:
    station.receipts.print_test_page(station.manager)
    station.receipts.print_test_page(station.manager)
    assert len(station.printer.receipts) == 2
    assert copies(station) == ["", ""]


def test_a_completed_order_posts_its_slip(station: SmallStation) -> None:
    with station.work() as work:
        work.printing.add(PaperKind.ORDER_SLIP, "no order", station.attendant)
    [job] = station.receipts.waiting()
    assert (job.kind, job.counted) == (PaperKind.ORDER_SLIP, True)
