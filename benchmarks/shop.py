"""A station of sixteen pumps on disk for the figures, with hands to sell at it without a window."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import EndedFill
from core.domain.sale import Sale
from core.station.build import open_station
from core.station.clock import SystemClock
from core.station.settings import read_settings

PUMPS = 16
GOODS = 60
CASHIER, CASHIER_PIN = "李敏", "2580"
ATTENDANT, ATTENDANT_PIN = "王强", "1470"
_GRADES = (("G92", 7_810), ("G95", 8_320), ("G98", 9_610), ("D0", 7_450))


def lay_out(folder: Path, *, more_settings: str = "", pumps: int = PUMPS) -> Path:
    """A new station in that folder; its station.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "station.toml"
    config.write_text(f'[station]\nname = "昆明北站加油站"\n{more_settings}', encoding="utf-8")
    plan = folder / "plan.toml"
    plan.write_text(_plan(pumps), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "core.station", "--config", str(config), "open", "--plan", str(plan)],
        stdout=subprocess.DEVNULL,  # ours is for the figures alone
        check=True,
    )
    return config


def barcode(number: int) -> str:
    """The barcode of the goods with this number."""
    return f"69010000{number:05d}"


class Shop:
    """The till's own services on a laid out station, called one after another."""

    def __init__(self, config: Path) -> None:
        self._station = open_station(read_settings(config), "bench", may_own_pumps=False)
        self._clock = SystemClock()
        self._transaction = 0
        [self.cashier] = [person.id for person in self._station.staff.people() if person.name == CASHIER]

    def open_shift(self) -> None:
        """With 500 yuan in the drawer."""
        self._station.shifts.open(Money(50_000), self.cashier)

    def ring_up(self, goods: int = 1) -> Sale:
        """A bill with a fill and so many goods."""
        self._transaction += 1
        now = self._clock.now()
        fill = self._station.forecourt.record_ended(
            EndedFill(
                PumpNumber(1), NozzleNumber(1), self._transaction, Litres(25_610), UnitPrice(7_810), Money(20_000),
                now - timedelta(seconds=50), now,
            )
        )  # fmt: skip
        sale = self._station.sales.open(self.cashier)
        sale = self._station.sales.add_fill(sale.id, fill.id, self.cashier)
        for number in range(goods):
            sale = self._station.sales.add_goods(sale.id, barcode(number), 1, self.cashier)
        return sale

    def sell(self) -> float:
        """A fill and goods for cash; the milliseconds that taking the money took, on disk and all."""
        bill = self.ring_up()
        began = time.perf_counter()
        self._station.payments.take_cash(bill.id, Money(30_000), self.cashier)
        return (time.perf_counter() - began) * 1_000

    def close(self) -> None:
        """Let go of the database."""
        self._station.stop()


def _plan(pumps: int) -> str:
    parts = [
        f'[[grades]]\ncode = "{code}"\ncontroller_grade = {number}\nprice_li = {price}\n'
        for number, (code, price) in enumerate(_GRADES, 1)
    ]
    parts += [f'[[pumps]]\nnumber = {number}\nnozzles = ["G92", "G95"]\n' for number in range(1, pumps + 1)]
    parts += [
        f'[[goods]]\nbarcode = "{barcode(number)}"\nname = "玻璃水 {number} 号"\nprice_fen = 1500\nstock = 1000000\n'
        for number in range(GOODS)
    ]
    parts += [
        f'[[people]]\nname = "{name}"\nrole = "{role}"\npin = "{pin}"\n'
        for name, role, pin in (
            ("李敏", "cashier", CASHIER_PIN),
            (ATTENDANT, "attendant", ATTENDANT_PIN),
            ("赵宏", "manager", "3690"),
        )
    ]
    return "\n".join(parts)
