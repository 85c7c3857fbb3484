"""python -m benchmarks.watched_shift --config F --sales N: sell a shift's sales at a running till, note its memory."""

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from benchmarks.first_paint import resident_kb
from benchmarks.shop import GOODS, barcode
from benchmarks.watched_keys import SignIn
from core.domain.ids import StaffId
from core.domain.money import Money
from pos_app.app import App, build

_HOURS = 12
_SHEETS_EVERY = 10
_KEYS = (
    (Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier), (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
)  # fmt: skip


class Shift(QObject):
    """Sells one sale after another, and notes the memory after the first and after each twelfth."""

    _sold = Signal()

    def __init__(self, app: App, sales: int) -> None:
        super().__init__()
        self._app = app
        self._sales = sales
        self._done = 0
        self.memory: list[int] = []
        self._sold.connect(self._next, Qt.ConnectionType.QueuedConnection)

    def begin(self, cashier: StaffId) -> None:
        """Sell the first."""
        self._cashier = cashier
        self._submit()

    def _submit(self) -> None:
        joined = self._app.joined
        assert joined is not None
        joined.station.workers.in_order(self._sell)

    def _sell(self) -> None:
        joined = self._app.joined
        assert joined is not None
        sales, by = joined.station.sales, self._cashier
        sale = sales.open(by)
        for place in range(3):
            sale = sales.add_goods(sale.id, barcode((self._done + place) % GOODS), 1, by)
        joined.station.payments.take_cash(sale.id, Money(5_000), by)
        self._sold.emit()

    def _next(self) -> None:
        self._done += 1
        if self._done == 1 or self._done % (self._sales // _HOURS) == 0:
            self.memory.append(resident_kb())
        if self._done >= self._sales:
            QApplication.exit(0)
        elif self._done % _SHEETS_EVERY == 0:
            self._press(0)
        else:
            self._submit()

    def _press(self, place: int) -> None:
        if place == len(_KEYS):
            self._submit()
            return
        key, modifiers = _KEYS[place]
        window = self._app.window.windowHandle()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.postEvent(window, QKeyEvent(kind, key.value, modifiers))
        QTimer.singleShot(30, self, partial(self._press, place + 1))


def main() -> int:
    """Open the till, sign the cashier in, release every pump, sell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--sales", type=int, required=True)
    given = parser.parse_args()
    app = build(["--config", given.config, "--place", "counter", "--size", "1366x768"])
    shift = Shift(app, given.sales)
    begin: Callable[[StaffId], None] = shift.begin
    hands = SignIn(app, begin, lines=0)
    app.start()
    hands.start()
    code = QApplication.exec()
    app.stop()
    print(json.dumps(shift.memory))
    return code


if __name__ == "__main__":
    sys.exit(main())
