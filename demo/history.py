"""A believable past for a station that people try by hand: last week's day, yesterday, and today until now.

Made by the till's own use cases on a clock moved by hand, so it is as true as any other day in the books; only the pumps'
records are made up.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from core.domain.count import Count
from core.domain.events.event import Event
from core.domain.ids import StaffId, StationId
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.price import UnitPrice
from core.domain.pump import EndedFill, Nozzle
from core.domain.staff import Role
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.services.forecourt.desk import ForecourtDesk
from core.services.payments.desk import PaymentDesk
from core.services.products import ProductDesk
from core.services.sales.desk import SaleDesk
from core.services.shifts.desk import ShiftDesk
from core.simulated.clock import HandClock
from core.simulated.coupon_desk import MemoryCouponDesk
from core.simulated.payment_gateway import MemoryPaymentGateway
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.wording.formats import STATION_ZONE

_FLOAT = Money(50_000)
# Fills an hour, from midnight on: two peaks and a quiet night.
_BUSY = (1, 1, 0, 1, 2, 4, 8, 14, 16, 12, 10, 10, 11, 9, 8, 9, 12, 17, 18, 12, 9, 6, 4, 2)
_SHIFTS = (0, 8, 16)
_YUAN = (100, 150, 200, 200, 250, 300, 300, 350, 400)


class History:
    """Fills a laid out station's database."""

    def __init__(self, file: Path, seed: int = 7) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a play, not a secret
        self._now = SystemClock().now().astimezone(STATION_ZONE)
        self._clock = HandClock(self._now)
        self._database = Database.open(f"sqlite:///{file}")
        work = UnitsOfWork(self._database, "demo.history", self._clock, new_id, _not_heard, STATION_ZONE)
        self._work = work
        self._gateway = MemoryPaymentGateway()
        self._shifts = ShiftDesk(work, self._clock, new_id)
        self._sales = SaleDesk(work, self._clock, new_id, MemoryCouponDesk(), StationId(""))
        self._payments = PaymentDesk(work, self._clock, new_id, self._gateway)
        self._forecourt = ForecourtDesk(work, self._clock, new_id)
        self._goods = ProductDesk(work).on_sale()
        with work.reading() as look:
            self._nozzles: list[Nozzle] = [each for pump in look.forecourt.pumps() for each in pump.nozzles]
            self._prices = look.prices.board()
            self._cashiers = [one.id for one in look.staff.active() if one.role.code == Role.CASHIER.code]
        self._transaction = 30_000  # far from the numbers that the simulated controller will give

    def write(self) -> None:
        """Last week's same day, yesterday, today until a quarter of an hour ago."""
        midnight = self._now.replace(hour=0, minute=0, second=0, microsecond=0)
        for day in (midnight - timedelta(days=7), midnight - timedelta(days=1), midnight):
            self._day(day)
        self._database.close()

    def _day(self, midnight: datetime) -> None:
        until = min(midnight + timedelta(days=1), self._now - timedelta(minutes=15))
        for place, begin in enumerate(_SHIFTS):
            opened = midnight + timedelta(hours=begin)
            closed = min(opened + timedelta(hours=8), until)
            if opened + timedelta(minutes=5) < closed:
                self._shift(self._cashiers[place % len(self._cashiers)], opened, closed)

    def _shift(self, cashier: StaffId, opened: datetime, closed: datetime) -> None:
        self._move_to(opened)
        self._shifts.open(_FLOAT, cashier)
        drawer = _FLOAT
        for hour in range(opened.hour, opened.hour + 8):
            begin = opened.replace(hour=hour)
            for minute in sorted(self._chance.randrange(60) for _ in range(_BUSY[hour])):
                moment = begin + timedelta(minutes=minute)
                if moment < closed - timedelta(minutes=2):
                    self._move_to(moment)
                    drawer += self._customer(cashier)
        self._move_to(closed - timedelta(seconds=30))
        slip = self._chance.choice([0, 0, 0, 0, -500, 100])
        with self._work.reading() as work:
            shift = work.shifts.current()
            assert shift is not None
            expected = work.shift_reports.of(shift.id).expected()
        others = tuple((tender, amount) for tender, amount in expected.items() if tender is not Tender.CASH)
        self._shifts.close(Count(totals=others, loose=drawer + Money(slip)), cashier)

    def _customer(self, cashier: StaffId) -> Money:
        """One fill, perhaps with goods; the cash that stays in the drawer."""
        nozzle = self._chance.choice(self._nozzles)
        price = self._prices.of(nozzle.grade) or UnitPrice(7_810)
        amount = Money(
            self._chance.choice(_YUAN) * 100 + self._chance.choice([0, 0, self._chance.randrange(9_999)])
        )
        self._transaction += 1
        now = self._clock.now()
        fill = self._forecourt.record_ended(
            EndedFill(
                nozzle.pump, nozzle.number, self._transaction, price.volume_for(amount), price, amount,
                now - timedelta(minutes=3), now,
            )
        )  # fmt: skip
        bill = self._sales.add_fill(self._sales.open(cashier).id, fill.id, cashier)
        if self._chance.random() < 0.3:
            goods = self._chance.choice(self._goods)
            bill = self._sales.add_goods(bill.id, goods.barcode, 1, cashier)
        if self._chance.random() < 0.25:
            self._payments.take_cash(bill.id, bill.due, cashier)
            return bill.due
        first = self._chance.choice(["13", "28"])
        code = first + "".join(self._chance.choice("0123456789") for _ in range(16))
        self._payments.take_code(bill.id, code, cashier)
        return Money(0)

    def _move_to(self, moment: datetime) -> None:
        self._clock.move(moment - self._clock.now())


def _not_heard(recorded: Sequence[tuple[int, str, Event]]) -> None:
    """Nobody listens yet."""
