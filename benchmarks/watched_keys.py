"""python -m benchmarks.watched_keys --config F --rounds N: press every key of the counter, time each one's painted answer."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from benchmarks.shop import CASHIER, CASHIER_PIN, PUMPS, barcode
from core.domain.ids import NozzleNumber, PumpNumber, StaffId
from core.domain.pump import Preset, PresetKind
from core.services.forecourt.desk import ForecourtDesk
from pos_app.app import App, build

_PLAIN = Qt.KeyboardModifier.NoModifier
_PATIENCE_SECONDS = 20.0
LINES = 40
_WARM_ROUNDS = 1  # what is built when it is first opened is built once a day


@dataclass(frozen=True, slots=True)
class Press:
    """One key, and how its answer is known to be there."""

    name: str
    key: Qt.Key
    text: str
    answered: Callable[[], bool]
    modifiers: Qt.KeyboardModifier = _PLAIN


class Presses:
    """Every key of the counter, one after another, as the README of the till names the widgets."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._known: dict[str, list[QWidget]] = {}

    def round(self) -> Iterator[Press]:
        """One of each."""
        yield from self._typed("scan_box", "6901")
        yield from self._taken_back("scan_box", 4)
        for name, key in (("up", Qt.Key.Key_Up), ("up", Qt.Key.Key_Up), ("down", Qt.Key.Key_Down)):
            before = self._row()
            yield Press(name, key, "", partial(self._row_is_not, before))
        yield self._changes_bill("more", Qt.Key.Key_PageUp)
        yield self._changes_bill("less", Qt.Key.Key_PageDown)
        yield from self._typed("scan_box", "7")  # more than any line has by now
        yield self._changes_bill("quantity", Qt.Key.Key_F5)
        yield self._changes_bill("less", Qt.Key.Key_PageDown)
        yield self._opens("cash", Qt.Key.Key_F3, "cash_given")
        yield from self._typed("cash_given", "999")
        yield from self._taken_back("cash_given", 1)
        yield self._closes("cash_given")
        yield self._opens("code", Qt.Key.Key_F2, "code_box")
        yield from self._typed("code_box", "28")
        yield self._closes("code_box")
        yield self._opens("goods", Qt.Key.Key_F4, "goods_search")
        yield from self._typed("goods_search", "69")
        yield self._closes("goods_search")
        yield self._opens("pump", Qt.Key.Key_2, "release_state", Qt.KeyboardModifier.AltModifier)
        yield self._closes("release_state")

    def _typed(self, field: str, text: str) -> Iterator[Press]:
        for letter in text:
            before = self._text(field)  # a field whose words are chosen gives them up for the first letter
            answered = partial(self._reads_on, field, before, letter)
            yield Press(f"type {field}", Qt.Key(ord(letter.upper())), letter, answered)

    def _taken_back(self, field: str, count: int) -> Iterator[Press]:
        for _ in range(count):
            wanted = self._text(field)[:-1]
            yield Press(f"back {field}", Qt.Key.Key_Backspace, "\b", partial(self._reads, field, wanted))

    def _changes_bill(self, name: str, key: Qt.Key) -> Press:
        before = self._due()
        return Press(name, key, "", lambda: self._due() != before)

    def _opens(self, name: str, key: Qt.Key, shows: str, modifiers: Qt.KeyboardModifier = _PLAIN) -> Press:
        return Press(name, key, "", lambda: self.find(shows) is not None, modifiers)

    def _closes(self, shows: str) -> Press:
        return Press(f"close {shows}", Qt.Key.Key_Escape, "", lambda: self.find(shows) is None)

    def find(self, name: str) -> QWidget | None:
        """The visible one of that name."""
        known = [each for each in self._known.get(name, ()) if isValid(each)]
        if not known:  # looking through the whole window takes a millisecond
            known = self._known[name] = self._window.findChildren(QWidget, name)
        return next((each for each in known if each.isVisible()), None)

    def _text(self, field: str) -> str:
        found = self.find(field)
        return found.text() if isinstance(found, QLineEdit) else ""

    def _reads_on(self, field: str, before: str, letter: str) -> bool:
        now = self._text(field)
        return now != before and now.endswith(letter)

    def _reads(self, field: str, wanted: str) -> bool:
        return self._text(field) == wanted

    def _row_is_not(self, row: int) -> bool:
        return self._row() != row

    def _row(self) -> int:
        table = self.find("bill_table")
        assert isinstance(table, QAbstractItemView)
        return table.currentIndex().row()

    def _due(self) -> str:
        found = self.find("due_amount")
        return found.accessibleName() + str(found.property("text")) if found is not None else ""


class Watch(QObject):
    """Presses one key after another and times each, on the screen's own thread."""

    def __init__(self, app: App, rounds: int) -> None:
        super().__init__()
        self._app = app
        self._presses = Presses(app.window)
        self._rounds = rounds
        self._round = 0
        self._queue: Iterator[Press] = iter(())
        self._now: Press | None = None
        self._posted = self._reached = 0
        self._painted = False
        self.timed: list[dict[str, object]] = []
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._resting)
        # The window alone: looking at every event of every widget cost each key a millisecond or two of its own.
        app.window.winId()  # makes the window that its keys come to
        for window in (app.window, app.window.windowHandle()):
            window.installEventFilter(self)

    def begin(self) -> None:
        """Press the first."""
        QTimer.singleShot(0, self._next)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """When the key reaches the window, and when the window paints what the answer changed."""
        press, kind = self._now, event.type()
        if press is None:
            return False
        if not self._reached and kind == QEvent.Type.KeyPress and watched is not self._app.window:
            self._reached = time.thread_time_ns()
        elif self._reached and kind == QEvent.Type.UpdateRequest:
            # Whatever was to be painted anew by then is painted by this.
            self._painted = self._painted or press.answered()
        return False

    def _next(self) -> None:
        press = next(self._queue, None)
        if press is None:
            if self._round == self._rounds + _WARM_ROUNDS:
                QApplication.exit(0)
                return
            self._round += 1
            self._queue = self._presses.round()
            press = next(self._queue)
        self._reached = 0
        self._painted = False
        self._now = press
        self._posted = time.perf_counter_ns()
        window = self._app.window.windowHandle()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, press.key.value, press.modifiers, press.text)
            event.setTimestamp(time.monotonic_ns() // 1_000_000)
            QCoreApplication.postEvent(window, event)
        QTimer.singleShot(int(_PATIENCE_SECONDS * 1_000), self, lambda: self._must_be_over(press))

    def _resting(self) -> None:
        """The screen's thread has nothing to do just now."""
        press = self._now
        if press is None or not self._painted:
            return
        worked = time.thread_time_ns() - self._reached
        passed = time.perf_counter_ns() - self._posted
        self._now = None
        first = self._round <= _WARM_ROUNDS
        self.timed.append({"key": press.name, "gui": worked / 1e6, "whole": passed / 1e6, "first": first})
        # Not in step with anything that goes on at the pumps, and slower than any scanner, as fingers are.
        QTimer.singleShot(73, self._next)

    def _must_be_over(self, press: Press) -> None:
        if self._now is press:
            sys.stderr.write(
                f"no answer to {press.name}: reached {bool(self._reached)}, answered {press.answered()}\n"
            )
            QApplication.exit(1)


def main() -> int:
    """Open the till, sign the cashier in, release every pump, press."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    given = parser.parse_args()
    app = build(["--config", given.config, "--place", "counter", "--size", "1366x768"])
    watch = Watch(app, given.rounds)
    hands = SignIn(app, lambda _cashier: watch.begin())
    app.start()
    hands.start()
    code = QApplication.exec()
    app.stop()
    print(json.dumps(watch.timed))
    return code


class SignIn(QObject):
    """Signs the cashier in, lets every pump run, and tells when all of them do."""

    def __init__(self, app: App, then: Callable[[StaffId], object], lines: int = LINES) -> None:
        super().__init__()
        self._app = app
        self._lines = lines
        self._then = then
        self._presses = Presses(app.window)
        self._released = False
        self._look = QTimer(self, interval=20)
        self._look.timeout.connect(self._step)

    def start(self) -> None:
        """Look again and again what can be done."""
        self._look.start()

    def _step(self) -> None:
        joined = self._app.joined
        if joined is None:
            return
        presenters = joined.till.presenters
        people = presenters.sign_in.state.people
        cashier = next((person for person in people if person.name == CASHIER), None)
        if cashier is None:
            return
        if self._presses.find("sign_in_pin") is not None and not presenters.sign_in.state.busy:
            presenters.sign_in.choose(cashier.id)
            presenters.sign_in.type_pin(CASHIER_PIN)
            presenters.sign_in.sign_in()
        elif self._presses.find("scan_box") is not None and self._has_bill() and self._all_run(cashier.id):
            self._look.stop()
            self._then(cashier.id)

    def _has_bill(self) -> bool:
        """A line more each time, until there are enough."""
        joined = self._app.joined
        assert joined is not None
        counter = joined.till.presenters.counter
        lines = len(counter.state.sale.lines) if counter.state.sale else 0
        if lines < self._lines and not counter.state.busy:
            counter.add_goods(barcode(lines))
        return lines == self._lines

    def _all_run(self, cashier: StaffId) -> bool:
        joined = self._app.joined
        assert joined is not None
        tiles = joined.till.presenters.pumps.state.tiles
        if not self._released and all(tile.may_be_released for tile in tiles):
            self._released = True
            for tile in tiles:
                joined.station.workers.in_order(
                    partial(self._release, joined.station.forecourt, tile.number, cashier)
                )
        return sum(tile.delivers for tile in tiles) == PUMPS

    @staticmethod
    def _release(forecourt: ForecourtDesk, pump: PumpNumber, cashier: StaffId) -> None:
        forecourt.request(pump, NozzleNumber(1), Preset(PresetKind.FULL), cashier)


if __name__ == "__main__":
    sys.exit(main())
