"""What each pump is doing by the controller's last word, and what was told of it."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.devices.pumps.fusion.fields import Fields
from core.devices.pumps.fusion.marks import number_in_lock, number_in_payment
from core.devices.pumps.fusion.messages import Message
from core.devices.pumps.fusion.states import DELIVERING, PROMISED, STATES, STOPPED, meaning
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import NO_LITRES
from core.domain.money import ZERO
from core.domain.pump import Preset, PumpReading, PumpState
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener

STATUS = "EVT_PUMP_STATUS_CHANGE_ID_"
PROGRESS = "EVT_PUMP_DELIVERY_PROGRESS_ID_"
_MOST_NOZZLES = 99


@dataclass(frozen=True, slots=True)
class Status:
    """A pump's state as the controller told it."""

    pump: PumpNumber
    state: PumpState
    stopped: bool = False
    nozzle: NozzleNumber | None = None
    mark: int | None = None  # our number, where the state came with a mark of ours
    marked_by_others: bool = False
    unpaid: bool = False  # the controller says that a sale of this pump waits to be paid
    word: str = ""

    @property
    def is_promised(self) -> bool:
        """Something is promised, or flows."""
        return self.state in PROMISED


def status_of(message: Message) -> Status:
    """The pump's state in this message. A word that we do not know gives UNKNOWN; raises MessageUnfit for no pump."""
    fields = Fields(message.values, message.event)
    payment = fields.text("PAY_IN")
    mark = number_in_payment(payment) or number_in_lock(fields.text("LID"))
    word, part = fields.text("ST").upper(), fields.text("SU").upper()
    nozzle = (fields.text("HO") or fields.text("PR_HO")).split("@")[0].split(",")[0]
    return Status(
        PumpNumber(message.pump),
        meaning(word, part),
        stopped=part == STOPPED,
        nozzle=NozzleNumber(int(nozzle)) if _is_nozzle(nozzle) else None,
        mark=mark,
        marked_by_others=bool(payment) and mark is None,
        unpaid=fields.text("PAY_AL").upper() == "ON",
        word=word if word not in STATES else "",
    )


def _is_nozzle(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) <= 2 and 1 <= int(words) <= _MOST_NOZZLES


class Board:
    """The pumps as they stand. The line's thread writes; anyone reads."""

    def __init__(self, pumps: Iterable[PumpNumber], clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._status = {pump: Status(pump, PumpState.UNKNOWN) for pump in pumps}
        self._told: dict[PumpNumber, PumpReading] = {}

    @property
    def pumps(self) -> tuple[PumpNumber, ...]:
        """The pumps that are ours."""
        return tuple(self._status)

    def status(self, pump: PumpNumber) -> Status:
        """The pump's state by the controller's last word."""
        with self._lock:
            return self._status[pump]

    def take(
        self, status: Status, listener: ForecourtListener, transaction: int | None, preset: Preset | None
    ) -> Status:
        """The state that it had before; the new one is told where it says something new."""
        with self._lock:
            before, self._status[status.pump] = self._status[status.pump], status
            told = self._told.get(status.pump)
        figures = (
            status.state in DELIVERING and told is not None and told.state in {*DELIVERING, PumpState.OFFLINE}
        )
        last = told if figures and told is not None else None
        self._tell(
            PumpReading(
                status.pump,
                status.state,
                self._clock.now(),
                nozzle=status.nozzle or (last.nozzle if last else None),
                volume=last.volume if last else NO_LITRES,
                amount=last.amount if last else ZERO,
                price=last.price if last else None,
                transaction=transaction if status.is_promised else None,
                preset=preset if status.is_promised else None,
            ),
            listener,
        )
        return before

    def progress(self, message: Message, listener: ForecourtListener) -> None:
        """Live figures. What comes late, after the end, is no news."""
        fields = Fields(message.values, message.event)
        volume, amount = fields.volume("VO"), fields.money("AM")
        price = fields.price("PU") if fields.has("PU") else None
        with self._lock:
            status = self._status.get(PumpNumber(message.pump))
            told = self._told.get(PumpNumber(message.pump))
        if status is None or told is None or status.state not in DELIVERING:
            return
        if told.volume and volume < told.volume:
            return
        self._tell(
            replace(told, at=self._clock.now(), volume=volume, amount=amount, price=price or told.price),
            listener,
        )

    def went_silent(self, listener: ForecourtListener) -> None:
        """The line is gone: every pump is offline, with the figures last seen."""
        for pump in self.pumps:
            with self._lock:
                self._status[pump] = replace(self._status[pump], state=PumpState.OFFLINE, stopped=False)
            last = self._told.get(pump, PumpReading(pump, PumpState.OFFLINE, self._clock.now()))
            self._tell(replace(last, state=PumpState.OFFLINE, at=self._clock.now()), listener)

    def forget_told(self) -> None:
        """A new listener knows nothing yet."""
        with self._lock:
            self._told.clear()

    def _tell(self, reading: PumpReading, listener: ForecourtListener) -> None:
        with self._lock:
            before = self._told.get(reading.pump)
            if before is not None and replace(before, at=reading.at) == reading:
                return
            self._told[reading.pump] = reading
        listener.read(reading)
