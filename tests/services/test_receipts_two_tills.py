"""Two programs at one database: a paper comes out where the customer stands, whoever hears of the money."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.domain.ids import StationId
from core.domain.money import Money
from core.domain.payment import PaymentState
from core.domain.sale import Sale, SaleState
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.services.payments.desk import PaymentDesk
from core.services.receipts.desk import ReceiptDesk
from core.services.sales.desk import SaleDesk
from core.simulated.printer import MemoryPrinter
from core.wording.formats import STATION_ZONE
from tests.services.small_station import WATER, WECHAT_CODE, SmallStation


class Till:
    """One program with a printer of its own on the station's database."""

    def __init__(self, station: SmallStation, name: str, queue: str) -> None:
        self.station = station
        self.database = Database.open(station.url)
        work = UnitsOfWork(
            self.database,
            name,
            station.clock,
            station.ids,
            lambda _recorded: None,
            STATION_ZONE,
            printer=queue,
        )
        self.printer = MemoryPrinter()
        self.receipts = ReceiptDesk(work, self.printer, "站", "", has_printer=bool(queue))
        self.sales = SaleDesk(
            work,
            station.clock,
            station.ids,
            station.coupon_desk,
            StationId("a" * 32),
            place=name,
            zone=STATION_ZONE,
        )
        self.payments = PaymentDesk(work, station.clock, station.ids, station.gateway)
        self.receipts.announce()

    def unclear_bill(self, *, cash: Money | None = None) -> Sale:
        """A bill whose payer is typing his password."""
        sale = self.sales.open(self.station.cashier)
        self.sales.add_goods(sale.id, WATER, 1, self.station.cashier)
        if cash is not None:
            self.payments.take_cash(sale.id, cash, self.station.cashier, amount=cash)
        self.station.gateway.next_state = PaymentState.PENDING
        return self.payments.take_code(sale.id, WECHAT_CODE, self.station.cashier)


@contextmanager
def tills(station: SmallStation, *named: tuple[str, str]) -> Iterator[list[Till]]:
    opened = [Till(station, name, queue) for name, queue in named]
    try:
        yield opened
    finally:
        for till in opened:
            till.database.close()


def pay_at_last(station: SmallStation, sale: Sale) -> None:
    payment = sale.payments[-1]
    station.gateway.payer_pays(payment.id, payment.amount)


def test_a_payment_that_the_owner_settles_prints_where_it_was_sold(station: SmallStation) -> None:
    with tills(station, ("pos_app:owner", "usb:1"), ("pos_app:other", "usb:2")) as (owner, other):
        sale = other.unclear_bill(cash=Money(100))
        pay_at_last(station, sale)
        owner.payments.settle_pending()
        assert owner.sales.get(sale.id).state is SaleState.COMPLETED
        owner.receipts.work_queue()
        assert not owner.printer.receipts
        assert not owner.receipts.waiting()
        owner.receipts.open_drawer_for(sale.id)
        assert owner.printer.drawer_openings == 0
        [job] = other.receipts.waiting()
        assert job.subject == sale.id
        other.receipts.work_queue()
        assert len(other.printer.receipts) == 1


def test_it_prints_at_that_till_also_when_the_till_was_started_again_meanwhile(station: SmallStation) -> None:
    with tills(station, ("pos_app:1", "usb:1"), ("pos_app:2", "usb:2")) as (owner, other):
        sale = other.unclear_bill()
        other.database.close()
        with tills(station, ("pos_app:3", "usb:2")) as (again,):
            pay_at_last(station, sale)
            owner.payments.settle_pending()
            again.receipts.work_queue()
            assert (len(owner.printer.receipts), len(again.printer.receipts)) == (0, 1)


def test_a_till_without_a_printer_makes_no_other_till_print(station: SmallStation) -> None:
    with tills(station, ("pos_app:1", "usb:1"), ("pos_app:2", "")) as (owner, other):
        sale = other.unclear_bill()
        pay_at_last(station, sale)
        owner.payments.settle_pending()
        assert not owner.receipts.waiting()


@pytest.mark.parametrize("queue", ["usb:1", ""])
def test_a_bill_of_a_till_that_nobody_remembers_prints_where_it_is_settled(
    station: SmallStation, queue: str
) -> None:
    sale = station.a_bill(pieces=1)  # its till, "pos-1", never said where it prints
    with tills(station, ("pos_app:1", queue)) as (owner,):
        owner.payments.take_cash(sale.id, sale.due, station.cashier)
        assert len(owner.receipts.waiting()) == bool(queue)
