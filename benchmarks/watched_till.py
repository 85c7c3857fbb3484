"""The forecourt's window as the demo's puppet, that also notes when each order's card was first painted."""

import sys
import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from demo import puppet

_CARD = "order_card_"


class _Sightings(QObject):
    """Writes `seen <order id> <nanoseconds since 1970>` at each card's first paint."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            name = watched.objectName()
            if name.startswith(_CARD) and name not in self._seen:
                self._seen.add(name)
                print(f"seen {name.removeprefix(_CARD)} {time.time_ns()}", flush=True)
        return False


def main() -> int:
    """As demo.puppet, with a look at every paint."""
    application = QApplication([])
    sightings = _Sightings()
    application.installEventFilter(sightings)
    return puppet.main()


if __name__ == "__main__":
    sys.exit(main())
