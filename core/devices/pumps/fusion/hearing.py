"""What the controller says, taken to where it belongs: states, figures, sales, locks, its set-up."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from core.devices.pumps.fusion.board import PROGRESS, STATUS, Board, Status, status_of
from core.devices.pumps.fusion.endings import Endings
from core.devices.pumps.fusion.line import Line
from core.devices.pumps.fusion.messages import Message
from core.devices.pumps.fusion.pricing import APPLIED, CHANGE_ANSWER
from core.devices.pumps.fusion.promises import Promises
from core.devices.pumps.fusion.recovery import LIST_ANSWER, Recovery
from core.devices.pumps.fusion.sales import Sale, pump_of_list, sale_of
from core.devices.pumps.fusion.setup import (
    GRADES,
    GRADES_ANSWER,
    PUMPS,
    PUMPS_ANSWER,
    Hoses,
    grades_of,
    hoses_of,
    setup_of,
)
from core.domain.controller import Counted, Totals
from core.domain.ids import NozzleNumber, PumpNumber
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener

_log = logging.getLogger(__name__)

NEW_SALE = "EVT_PUMP_NEW_TRANSACTION"
_LOCK_ANSWERS = frozenset({"RES_PAYMENT_TRANSACTION_LOCK", "EVT_PAYMENT_TRANSACTION_LOCK"})
_CLEARED = "EVT_PAYMENT_SALE_CLEARED"
ALL_STATES = "REQ_PUMP_STATUS_ID_000"
SUBSCRIPTIONS = (
    f"{STATUS}*",
    f"{PROGRESS}*",
    "EVT_PUMP_ERROR_MSG_ID_*",
    NEW_SALE,
    "EVT_PAYMENT_TRANSACTION_LOCK",
    _CLEARED,
    APPLIED,
    CHANGE_ANSWER,
    "EVT_NEW_CONFIG_APPLIED",
)
_ASK_AGAIN_SECONDS = 1.0
_FRESH = timedelta(minutes=5)


class Hearing:
    """Lives as long as one listener. Everything here runs on the line's thread; `counters` and `apart` are read by all."""

    def __init__(
        self,
        line: Line,
        board: Board,
        endings: Endings,
        promises: Promises,
        clock: Clock,
        *,
        listener: ForecourtListener,
        zone: tzinfo,
        booked: Mapping[PumpNumber, int],
    ) -> None:
        self._line = line
        self._board = board
        self._endings = endings
        self._promises = promises
        self._clock = clock
        self._listener = listener
        self._zone = zone
        self._recovery = Recovery(endings, promises, zone, booked)
        self._up: bool | None = None
        self._was_up = False
        self._hoses: Hoses | None = None
        self._uncounted: set[PumpNumber] = set()
        self._complained: set[PumpNumber] = set()
        self._awaited: dict[PumpNumber, float] = {}  # a sale is to come: when to ask for it
        self.counters: dict[tuple[PumpNumber, NozzleNumber], Totals] = {}
        self.apart: timedelta | None = None  # the controller's clock minus ours, when it was last to be seen
        self.to_free: set[PumpNumber] = set()  # stopped to end a fill: set free once it has ended

    def connected(self) -> None:
        """The line stands: hear of everything, and ask how it all is."""
        for event in SUBSCRIPTIONS:
            self._line.subscribe(event)
        self._endings.again()
        self._uncounted = set(self._board.pumps)
        self._line.post(PUMPS, {"PC": "YOUZHAN", "MID": "001"})
        self._line.post(GRADES)
        self._recovery.ask(self._line, self._board.pumps)
        self._line.post(ALL_STATES)

    def heard(self, message: Message) -> None:
        """Raises MessageUnfit where it cannot be used."""
        event = message.event
        if message.is_about(STATUS):
            self._state(status_of(message))
        elif message.is_about(PROGRESS):
            self._board.progress(message, self._listener)
        elif event == NEW_SALE:
            self._sale(sale_of(message, self._zone))
        elif event == LIST_ANSWER:
            self._listed(message)
        elif event in _LOCK_ANSWERS:
            self._endings.lock_answered(message)
        elif event == _CLEARED:
            self._endings.cleared(message)
        elif event == PUMPS_ANSWER:
            self._hoses = hoses_of(message)
        elif event == GRADES_ANSWER and self._hoses is not None:
            self._listener.set_up(setup_of(self._hoses, grades_of(message)))
        elif event == "EVT_NEW_CONFIG_APPLIED":
            self._line.post(PUMPS, {"PC": "YOUZHAN", "MID": "001"})
            self._line.post(GRADES)

    def passed(self) -> None:
        """A moment went by."""
        if not self._up:
            return
        self._endings.pass_on(self._listener)
        now = time.monotonic()
        for pump in [pump for pump, due in self._awaited.items() if due <= now]:
            self._awaited[pump] = now + _ASK_AGAIN_SECONDS
            self._recovery.ask(self._line, (pump,))

    def lost(self, why: str) -> None:
        """The line is gone, or could not be made."""
        if self._up is False:
            return
        self._up = False
        _log.warning("the pump controller went silent: %s", why)
        self._listener.line(False, why)
        self._board.went_silent(self._listener)

    def _is_up(self) -> None:
        if self._up:
            return
        if self._up is False:
            _log.info("the pump controller is back")
        self._up = True
        self._listener.line(True, "")

    def _state(self, status: Status) -> None:
        if status.pump not in self._board.pumps:
            self._complain(status.pump, "the controller has a pump that the station does not know")
            return
        if status.word:
            self._complain(status.pump, f"state {status.word[:20]!r} is not in the protocol")
        self._is_up()
        if status.is_promised:
            self._promises.see(status.pump, status.mark)
        standing = self._promises.on(status.pump)
        ours = standing if standing and not status.marked_by_others else None
        number = status.mark or (ours.number if ours else None)
        before = self._board.take(status, self._listener, number, ours.preset if ours else None)
        ended = before.is_promised and not status.is_promised
        if ended or (status.unpaid and not before.unpaid):
            # Its sale comes by itself; where it was lost on the way, the list has it.
            self._recovery.ask(self._line, (status.pump,))
            self._awaited[status.pump] = time.monotonic() + _ASK_AGAIN_SECONDS
        if status.stopped and not status.is_promised and status.pump in self.to_free:
            self.to_free.discard(status.pump)
            self._line.post(f"REQ_PUMP_CLEAR_STOP_ID_{status.pump:03d}")

    def _sale(self, sale: Sale) -> None:
        self._compare_clocks(sale.ended)
        self._count(sale)
        if sale.pump not in self._board.pumps:
            self._complain(sale.pump, f"sale {sale.number} is of a pump that the station does not know")
            return
        self._awaited.pop(sale.pump, None)
        self._take(sale)

    def _listed(self, message: Message) -> None:
        pump = PumpNumber(pump_of_list(message))
        for sale in self._recovery.listed(pump, message):
            self._take(sale)
        self._awaited.pop(pump, None)
        for sale in self._recovery.last:
            self._count(sale)
        if pump in self._uncounted:
            self._uncounted.discard(pump)
            why = Counted.RECONNECT if self._was_up else Counted.START
            for (at, nozzle), totals in sorted(self.counters.items()):
                if at == pump:
                    self._listener.counted(pump, nozzle, totals, why)
            self._was_up = self._was_up or not self._uncounted

    def _take(self, sale: Sale) -> None:
        if self._endings.knows(sale.number):
            return
        number = self._promises.number_of(sale)
        self._promises.forget(sale.pump, number)
        self._endings.hear(sale, number)

    def _count(self, sale: Sale) -> None:
        totals = sale.totals()
        if totals is not None:
            before = self.counters.get((sale.pump, sale.nozzle))
            if before is None or totals.volume >= before.volume:
                self.counters[sale.pump, sale.nozzle] = totals

    def _compare_clocks(self, ended: datetime | None) -> None:
        if ended is not None:
            apart = ended - self._clock.now()
            # What was only just over: a sale that waited somewhere tells nothing of the clock.
            self.apart = apart if abs(apart) < _FRESH or self.apart is None else self.apart

    def _complain(self, pump: PumpNumber, what: str) -> None:
        if pump not in self._complained:
            self._complained.add(pump)
            _log.warning("pump %d: %s", pump, what)
