"""Asks the controller's other door on a thread of its own, so that the window never waits."""

import threading
from collections.abc import Mapping
from queue import Empty, Queue

from PySide6.QtCore import QObject, Signal

from demo.forecourt.door import Door, DoorClosed, NotPossible

_EVERY_SECONDS = 0.2
_LEDGER_EVERY = 5  # looks


class Watching(QObject):
    """Signals: pumps(rows), ledger(rows), refused(words), away(words)."""

    pumps = Signal(object)
    ledger = Signal(object)
    refused = Signal(str)
    away = Signal(str)

    def __init__(self, port: int) -> None:
        super().__init__()
        self._door = Door(port)
        self._wanted: Queue[tuple[int | None, str, Mapping[str, object]]] = Queue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="forecourt window", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()
        self._door.close()

    def do(self, pump: int | None, deed: str, **asked: object) -> None:
        """Have it done as soon as the thread comes to it."""
        self._wanted.put((pump, deed, asked))

    def _watch(self) -> None:
        looks = 0
        while not self._stop.is_set():
            try:
                self.pumps.emit(self._door.pumps())
                if looks % _LEDGER_EVERY == 0:
                    self.ledger.emit(self._door.ledger())
            except DoorClosed as error:
                self.away.emit(str(error))
            looks += 1
            self._do_what_is_wanted()

    def _do_what_is_wanted(self) -> None:
        try:
            pump, deed, asked = self._wanted.get(timeout=_EVERY_SECONDS)
        except Empty:
            return
        try:
            self._door.do(pump, deed, asked)
        except NotPossible as why:
            self.refused.emit(str(why))
        except DoorClosed as why:
            self.away.emit(str(why))
