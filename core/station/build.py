"""Picks adapters by settings, builds the services, joins them."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from core.cloud_link.doorbell import Doorbell
from core.domain.events.event import Event
from core.domain.faults import DatabaseFault, Fault
from core.domain.ids import PumpNumber, StationId
from core.domain.staff import Permission
from core.persistence.books import BooksKind
from core.persistence.lease import Leases
from core.persistence.totals import SqlTotals
from core.persistence.unit_of_work import UnitsOfWork
from core.ports import forecourt as forecourt_port
from core.ports.tank_gauge import TankGauge
from core.reports.pdf_writer import PdfWriter
from core.services.accounts.desk import AccountDesk
from core.services.cash import CashDesk
from core.services.clock import ClockDesk
from core.services.controller import ControllerDesk
from core.services.directory import DirectoryDesk, StationFacts
from core.services.forecourt.desk import ForecourtDesk
from core.services.forecourt.fills import FillDesk
from core.services.forecourt.manual import ManualDesk
from core.services.forecourt.missing import MissingDesk
from core.services.helping import HelpDesk
from core.services.history import HistoryDesk
from core.services.journal import JournalDesk
from core.services.mailbox import MailboxDesk
from core.services.offers import OfferDesk
from core.services.orders.desk import OrderDesk
from core.services.payments.desk import PaymentDesk
from core.services.pole import PoleDesk
from core.services.prepays import PrepayDesk
from core.services.prices.desk import PriceDesk
from core.services.prices.pole import PricePoleDesk
from core.services.products import ProductDesk
from core.services.receipts.desk import ReceiptDesk
from core.services.refunds.desk import RefundDesk
from core.services.reports import ReportDesk
from core.services.roles import RoleDesk
from core.services.sales.desk import SaleDesk
from core.services.shifts.desk import ShiftDesk
from core.services.staff import StaffDesk
from core.services.tanks.desk import TankDesk
from core.services.tanks.reconciliation import ReconciliationDesk
from core.station.absent import AbsentPoleDisplay
from core.station.chores import Chore, Chores
from core.station.clock import SystemClock
from core.station.cloud_doors import doors_of_training, doors_to_the_cloud
from core.station.devices import (
    lease_of,
    letterhead,
    open_pole_display,
    open_price_pole,
    open_printer,
    open_scanner,
    queue_of,
)
from core.station.event_bus import EventBus
from core.station.forecourt_listener import ForecourtListener
from core.station.forecourts import open_forecourt, pumps_by_hand
from core.station.gauges import GaugeListener, open_gauge
from core.station.health import Health
from core.station.identity import new_id
from core.station.live import LiveReadings
from core.station.news import News
from core.station.open_books import open_database
from core.station.ownership import Ownership
from core.station.reactions import Reactions
from core.station.settings import Settings
from core.station.stand_ins import StandIns
from core.station.standing import Standing
from core.station.station import Station
from core.station.workers import Workers, beside_each_other
from core.wording.formats import STATION_ZONE

_log = logging.getLogger(__name__)

_FILLS_TO_LOOK_BACK = 500


def open_station(
    settings: Settings,
    program: str,
    *,
    may_own_pumps: bool,
    kind: BooksKind = BooksKind.REAL,
    stand_ins: StandIns | None = None,
) -> Station:
    """Build this station's program. Nothing runs until `start()`.

    `may_own_pumps` is for the till; the manager's desk never touches a pump. A training till's books are of their own
    `kind`, and with `stand_ins` nothing of the cloud and of the devices is real.
    """
    return _Builder(settings, program, may_own_pumps, kind, stand_ins).station()


class _Builder:
    """Everything that is alive in one program, in the order in which it depends on each other."""

    def __init__(
        self,
        settings: Settings,
        program: str,
        may_own_pumps: bool,
        kind: BooksKind,
        stand_ins: StandIns | None,
    ) -> None:
        self._stand_ins = stand_ins
        self._settings = settings
        self._standing = Standing(settings.folder, program)
        self._name = self._standing.name
        self._may_own = may_own_pumps
        self._clock = SystemClock()
        self._bus = EventBus()
        self._live = LiveReadings()
        self._health = Health()
        self._workers = Workers()
        self._database = open_database(settings, kind)
        self._database.waiting.watch(lambda waiting: self._health.change(books_busy=waiting))
        self._queue = stand_ins.queue if stand_ins else queue_of(settings.printer)
        self._work = UnitsOfWork(
            self._database,
            self._name,
            self._clock,
            new_id,
            self._publish,
            STATION_ZONE,
            printer=self._queue,
            second_person=frozenset(Permission(word) for word in settings.rights.second_person),
        )
        self._totals = SqlTotals(self._database)
        self._cloud = doors_to_the_cloud(settings) if stand_ins is None else doors_of_training(stand_ins)
        self._pumps = self._open_pumps() if may_own_pumps else None
        self._doorbell: Doorbell | None = None

    def station(self) -> Station:
        """The services, joined."""
        work, clock, settings = self._work, self._clock, self._settings
        name = settings.station.name
        self._forecourt = ForecourtDesk(
            work, clock, new_id, self._pumps, unpaid_limit=settings.pumps.unpaid_fills
        )
        self._prices = PriceDesk(
            work, clock, new_id, self._pumps, settings.prices, together=beside_each_other
        )
        self._tanks = TankDesk(work, clock, new_id, settings.tanks, STATION_ZONE)
        self._gauge = self._open_gauge()
        self._prepays = PrepayDesk(work, clock, new_id)
        self._orders = OrderDesk(work, clock, new_id, self._cloud.orders, settings.orders)
        self._payments = PaymentDesk(work, clock, new_id, self._cloud.payments)
        self._refunds = RefundDesk(work, clock, new_id, self._cloud.payments)
        self._sales = SaleDesk(
            work,
            clock,
            new_id,
            self._cloud.coupons,
            StationId(self._cloud.station_id),
            self._cloud.members,
            self._cloud.points,
            place=self._name,
            zone=STATION_ZONE,
        )
        leases = Leases(self._database)
        self._queue_ownership = Ownership(
            leases,
            clock,
            self._name,
            lambda: self._receipts.took_over(),  # noqa: PLW0108 - it is built a few lines below
            lambda: None,
            lease=lease_of(self._queue),
        )
        self._receipts = ReceiptDesk(
            work,
            self._stand_ins.printer if self._stand_ins else open_printer(settings.printer, settings.folder),
            name,
            settings.station.address,
            letterhead=letterhead(settings),
            has_printer=bool(self._queue),
            is_ours=self._queue_ownership.is_ours,
        )
        self._time = ClockDesk(work, clock)
        facts = settings.station
        self._directory = DirectoryDesk(
            work, clock, new_id, StationFacts(name, facts.address, facts.latitude, facts.longitude)
        )
        self._mailbox = MailboxDesk(
            work,
            self._cloud.mailbox,
            self._orders.takers,
            self._directory.describe_with,
        )
        self._ownership = Ownership(leases, clock, self._name, self._begin_owning, self._end_owning)
        self._news = News(work, self._name, self._bus, self._live, self._ownership.is_ours)
        self._listener = ForecourtListener(
            self._forecourt,
            ControllerDesk(work),
            self._live,
            self._health,
            self._workers,
            self._pumps_came_back,
        )
        self._chores = Chores(self._list_of_chores(), self._ownership.is_ours)
        reconciliation = ReconciliationDesk(work, clock, new_id)
        self._reactions = Reactions(
            self._workers,
            self._chores,
            self._forecourt,
            self._receipts,
            self._ownership.is_ours,
            self._prepays,
            self._orders,
            reconciliation,
        )
        self._reactions.listen(self._bus)
        self._pole_display = open_pole_display(settings.pole_display)
        pole = PoleDesk(work, self._pole_display or AbsentPoleDisplay())
        if self._pole_display is not None:
            self._reactions.show_on(pole, self._bus)
        return Station(
            settings=settings,
            bus=self._bus,
            live=self._live,
            health=self._health,
            workers=self._workers,
            staff=StaffDesk(work, clock, new_id),
            roles=RoleDesk(work, new_id),
            shifts=ShiftDesk(
                work,
                clock,
                new_id,
                second_person=Permission.CHECK_COUNT in settings.rights.second_person,
            ),
            cash=CashDesk(work, clock, new_id),
            sales=self._sales,
            payments=self._payments,
            refunds=self._refunds,
            accounts=AccountDesk(work, clock, new_id),
            receipts=self._receipts,
            forecourt=self._forecourt,
            fills=FillDesk(work, clock, new_id, STATION_ZONE),
            missing=MissingDesk(work, clock, new_id),
            manual=ManualDesk(work, clock, new_id, self._by_hand()),
            orders=self._orders,
            helping=HelpDesk(work, clock, new_id),
            prepays=self._prepays,
            prices=self._prices,
            products=ProductDesk(work),
            offers=OfferDesk(work, clock, new_id),
            reconciliation=reconciliation,
            reports=ReportDesk(work, self._totals, clock, PdfWriter(settings.reports_folder), name),
            mailbox=self._mailbox,
            history=HistoryDesk(work),
            journal=JournalDesk(work, self._totals),
            directory=self._directory,
            tanks=self._tanks,
            pole=pole,
            scanner=open_scanner(settings.scanner),
            pumps_owner=self._ownership.owner,
            start=self._start,
            stop=self._stop,
        )

    # --- life ----------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._news.begin()
        self._reactions.announce()
        if self._pumps is None:
            self._health.change(pumps="")
        if self._pole_display is not None:
            self._pole_display.start()
        self._chores.start()

    def _stop(self) -> None:
        self._chores.stop()
        self._ownership.give_up()
        self._workers.stop()
        # Only now: what is being printed is printed to its end, and nobody else takes it up before.
        self._queue_ownership.give_up()
        if self._pole_display is not None:
            self._pole_display.stop()
        self._database.close()
        self._standing.leave()

    def _pumps_came_back(self) -> None:
        self._chores.ring("reconcile")
        self._chores.ring("heal")

    def _begin_owning(self) -> None:
        self._health.change(owner=True)
        self._sales.recover()
        if self._pumps is not None:
            self._forecourt.take_over()
            self._pumps.start(self._listener)
            self._workers.outside(self._prepays.recover)
            self._reactions.took_over()
            self._workers.outside(self._prices.read_confirmed)
        if self._gauge is not None:
            self._gauge.start(GaugeListener(self._tanks.measuring, self._health, self._workers))
        if self._cloud.token:
            self._directory.describe()
            self._doorbell = Doorbell(self._cloud.url, self._cloud.token, lambda: self._chores.ring("fetch"))
            self._doorbell.start()

    def _end_owning(self) -> None:
        self._health.change(owner=False)
        if self._pumps is not None:
            self._pumps.stop()
        if self._gauge is not None:
            self._gauge.stop()
        if self._doorbell is not None:
            self._doorbell.stop()
            self._doorbell = None

    def _publish(self, recorded: Sequence[tuple[int, str, Event]]) -> None:
        for _number, _program, event in recorded:
            self._bus.publish(event)

    # --- chores --------------------------------------------------------------------------------------------------------

    def _list_of_chores(self) -> list[Chore]:
        outside, in_order = self._workers.outside, self._workers.in_order
        chores = [
            Chore("news", 0.25, self._news.bring, in_order, only_owner=False),
            Chore("printer", 5.0, self._look_at_printer, outside, only_owner=False),
            Chore("clock", 5.0, self._look_at_clock, in_order, only_owner=False),
            Chore("unsent", 5.0, self._count_unsent, outside, only_owner=False),
            Chore("log", 10.0, self._database.empty_log, outside, only_owner=False),
            Chore("standing_orders", 2.0, self._orders.standing.look, in_order),
        ]
        if self._receipts.has_printer:
            # Apart: a long picture on a slow cable must not cost the lease.
            keep = self._queue_ownership.keep
            chores += [
                Chore("queue_lease", 3.0, keep, outside, only_owner=False),
                Chore("printing", 3.0, self._receipts.work_queue, outside, only_owner=False),
            ]
        if self._may_own:
            chores.append(Chore("lease", 3.0, self._ownership.keep, outside, only_owner=False))
        if self._may_own:
            chores += [
                Chore("stock_days", 60.0, self._close_stock_days, outside),
                Chore("tank_readings", 600.0, self._fold_readings, outside),
                Chore("leaks", 3_600.0, self._tanks.stock.look_for_leaks, outside),
            ]
        pole = open_price_pole(self._settings.price_pole) if self._stand_ins is None else None
        if pole is not None:
            chores.append(Chore("price_pole", 5.0, PricePoleDesk(self._work, pole).keep, outside))
        if self._pumps is not None:
            chores += [
                Chore("reconcile", 30.0, self._forecourt.reconcile, outside),
                Chore("heal", 60.0, self._forecourt.heal, outside),
                Chore("unclear_pumps", 1.0, self._forecourt.find_out_unclear, outside),
                Chore("empty_pumps", 1.0, self._listener.find_out_empty, outside),
                Chore("prices", 1.0, self._prices.apply_due, outside),
            ]
        if self._cloud.token:
            chores += [
                Chore("send", 2.0, self._send, outside),
                Chore("fetch", 10.0, self._fetch, outside),
                Chore("payments", 3.0, self._payments.settle_pending, outside),
                Chore("refunds", 3.0, self._refunds.settle_pending, outside),
                Chore("coupons", 5.0, self._sales.settle_coupons, outside),
                Chore("coupon_holds", 30.0, self._sales.renew_holds, outside),
                Chore("claims", 5.0, self._orders.settle_claims, outside),
            ]
        elif self._stand_ins is not None:
            chores += [
                Chore("payments", 3.0, self._payments.settle_pending, outside),
                Chore("coupons", 5.0, self._sales.settle_coupons, outside),
            ]
        return chores

    def _send(self) -> None:
        self._asking_the_cloud(self._mailbox.send_waiting)
        self._count_unsent()

    def _count_unsent(self) -> None:
        unsent = self._mailbox.unsent()
        self._health.change(waiting=unsent.count, waiting_since=unsent.since)

    def _fetch(self) -> None:
        self._asking_the_cloud(self._mailbox.fetch)

    def _asking_the_cloud(self, call: Any) -> None:
        try:
            call()
        except DatabaseFault:
            raise  # that is our own disk, and no news of the cloud
        except Fault as fault:
            self._health.change(cloud=fault.code)
            self._count_unsent()
            raise
        self._health.change(cloud="")

    def _close_stock_days(self) -> None:
        self._tanks.stock.close_days()

    def _fold_readings(self) -> None:
        self._tanks.measuring.roll_up()

    def _look_at_clock(self) -> None:
        self._time.check()

    def _look_at_printer(self) -> None:
        status = self._receipts.printer_status()
        self._health.change(
            printer=status.fault,
            printer_set=status.is_set,
            printer_known=status.known,
            paper_near_end=status.paper_near_end,
            papers_waiting=status.jobs_waiting,
            drawer_open=status.drawer_open is True,
        )

    # --- adapters ------------------------------------------------------------------------------------------------------

    def _open_gauge(self) -> TankGauge | None:
        if not self._may_own or self._stand_ins is not None:
            return None
        with self._work.reading() as work:
            tanks = [tank.number for tank in work.tanks.all()]
        chosen = self._settings
        return open_gauge(chosen.gauge, chosen.pumps, self._pumps, tanks, self._clock)

    def _open_pumps(self) -> forecourt_port.Forecourt | None:
        chosen = self._settings.pumps
        with self._work.reading() as work:
            pumps, grades = work.forecourt.pumps(), work.forecourt.grades()
        return open_forecourt(chosen, pumps, grades, self._clock, self._last_booked)

    def _by_hand(self) -> frozenset[PumpNumber]:
        with self._work.reading() as work:
            return pumps_by_hand(self._settings.pumps, [pump.number for pump in work.forecourt.pumps()])

    def _last_booked(self) -> Mapping[PumpNumber, int]:
        """The controller's number of the last fill in the books, by pump."""
        with self._work.reading() as work:
            newest_last = reversed(work.fills.recent(_FILLS_TO_LOOK_BACK))
            # Below zero no controller has a number for it.
            told = (fill for fill in newest_last if fill.transaction > 0)
            return {fill.pump: fill.transaction for fill in told}
