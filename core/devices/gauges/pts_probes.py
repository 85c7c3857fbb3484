"""Probes behind the pump controller: asked over the pumps' own line and login, on a thread of their own."""

import logging
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from core.devices.pumps.poller import Poller
from core.devices.pumps.pts.conversation import NO_PERMISSION, Conversation
from core.devices.pumps.pts.fields import AnswerUnfit, Fields
from core.devices.pumps.pts.messages import Answer, Request
from core.domain.faults import (
    Fault,
    GaugeAnswerUnfit,
    GaugeRefused,
    GaugeSilent,
    PumpAnswerUnfit,
    PumpControllerLogin,
    PumpLineDown,
)
from core.domain.ids import TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.tanks.reading import GaugeAlarm, ProbeStatus, TankReading
from core.ports.clock import Clock
from core.ports.tank_gauge import TankGaugeListener

_log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
_COLDEST, _HOTTEST = Decimal(-60), Decimal(100)
_STATUSES = {"OK": ProbeStatus.OK, "Error": ProbeStatus.ERROR, "Offline": ProbeStatus.OFFLINE}
_ALARMS = {
    "CriticalHighProduct": GaugeAlarm.CRITICAL_HIGH,
    "HighProduct": GaugeAlarm.HIGH,
    "LowProduct": GaugeAlarm.LOW,
    "CriticalLowProduct": GaugeAlarm.CRITICAL_LOW,
    "HighWater": GaugeAlarm.HIGH_WATER,
    "TankLeakage": GaugeAlarm.LEAK,
}


class PtsProbes:
    """Implements core.ports.tank_gauge.TankGauge. `probes` has the controller's probe of each tank.

    The controller's temperature-corrected volume is left out: by its text it is corrected to whatever degree it was set
    up for, and China's is 20 °C.
    """

    def __init__(
        self,
        conversation: Conversation,
        probes: Mapping[TankNumber, int],
        clock: Clock,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._conversation = conversation
        self._probes = dict(probes)
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._poller: Poller | None = None
        self._complained: set[TankNumber] = set()

    def start(self, listener: TankGaugeListener) -> None:
        """Begin to measure every tank."""
        if self._poller is not None:
            raise RuntimeError("the tanks are being measured already")
        self._poller = Poller(
            "probe poller",
            lambda: self._look(listener),
            listener.gauge_line,
            self._poll_seconds,
            self._poll_seconds,
        )
        self._poller.start()

    def stop(self) -> None:
        """End it; nothing is told any more once this returns."""
        poller, self._poller = self._poller, None
        if poller is not None:
            poller.stop()

    def measure(self, tank: TankNumber) -> TankReading:
        """Measure one tank now. Raises GaugeSilent, GaugeRefused, GaugeAnswerUnfit."""
        if tank not in self._probes:
            raise GaugeRefused(int(tank), "no probe is set for it")
        return self._measured((tank,))[tank]

    def _look(self, listener: TankGaugeListener) -> bool:
        for reading in self._measured(tuple(self._probes), one_by_one=False).values():
            listener.measured(reading)
        return True

    def _measured(
        self, tanks: tuple[TankNumber, ...], *, one_by_one: bool = True
    ) -> dict[TankNumber, TankReading]:
        try:
            self._conversation.introduce()
            answers = self._conversation.look(
                [Request("ProbeGetMeasurements", {"Probe": self._probes[tank]}) for tank in tanks]
            )
        except PumpControllerLogin as failure:
            raise GaugeRefused(int(tanks[0]), "our user may not see the probes") from failure
        except PumpAnswerUnfit as failure:
            raise GaugeAnswerUnfit from failure
        except PumpLineDown as failure:
            raise GaugeSilent from failure
        readings: dict[TankNumber, TankReading] = {}
        troubles: list[Fault] = []
        for tank, answer in zip(tanks, answers, strict=True):
            try:
                readings[tank] = self._reading(tank, answer)
                self._complained.discard(tank)
            except Fault as fault:
                troubles.append(fault)
                if not one_by_one:
                    self._complain(tank, fault)
        # One probe that talks nonsense leaves the others readable.
        if troubles and (one_by_one or not readings):
            raise troubles[0]
        return readings

    def _reading(self, tank: TankNumber, answer: Answer | None) -> TankReading:
        if answer is None:
            raise GaugeAnswerUnfit("there is no answer for it")
        if answer.code is not None:
            why = "our user may not see it" if answer.code == NO_PERMISSION else answer.message[:100]
            raise GaugeRefused(int(tank), why or f"error {answer.code}")
        try:
            fields = answer.fields()
            fields.whole("Probe", self._probes[tank], self._probes[tank])
            return self._understood(tank, fields)
        except AnswerUnfit as unfit:
            raise GaugeAnswerUnfit(str(unfit)) from unfit

    def _understood(self, tank: TankNumber, fields: Fields) -> TankReading:
        told = fields.moment("DateTime")
        at = self._conversation.moment(told) if told is not None else self._clock.now()
        status = _STATUSES.get(fields.text("Status"))
        if status is None:
            raise AnswerUnfit(f"{fields.text('Status')[:40]!r} is no status of a probe")
        alarms = frozenset(_alarms(fields))
        if status is not ProbeStatus.OK:
            return TankReading(tank, at, status, alarms=alarms)
        volume = _volume(fields, "ProductVolume")
        if volume is None:
            raise AnswerUnfit("a probe that is well tells no volume")
        return TankReading(
            tank,
            at,
            status,
            product_height=_tenths(fields, "ProductHeight"),
            water_height=_tenths(fields, "WaterHeight") if fields.has("WaterHeight") else 0,
            temperature=_temperature(fields),
            product_volume=volume,
            water_volume=_volume(fields, "WaterVolume") or NO_LITRES,
            ullage=_volume(fields, "ProductUllage"),
            alarms=alarms,
            delivery_detected=fields.flag("InTankDeliveryDetected"),
        )

    def _complain(self, tank: TankNumber, fault: Fault) -> None:
        if tank not in self._complained:
            self._complained.add(tank)
            _log.warning("tank %s cannot be read: %s", tank, fault)


def _volume(fields: Fields, name: str) -> Litres | None:
    """With decimals where the controller has them."""
    for each in (f"{name}Float", name):
        if fields.has(each):
            return fields.volume(each)
    return None


def _tenths(fields: Fields, name: str) -> int:
    return _rounded(fields.number(name))


def _temperature(fields: Fields) -> int | None:
    if not fields.has("Temperature"):
        return None
    degrees = fields.signed("Temperature")
    if not _COLDEST <= degrees <= _HOTTEST:
        raise AnswerUnfit(f"{degrees} degrees are no temperature of a tank")
    return _rounded(degrees)


def _rounded(value: Decimal) -> int:
    return int((value * 10).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _alarms(fields: Fields) -> list[GaugeAlarm]:
    told = fields.list_or_none("Alarms") or []
    return [_ALARMS.get(each, GaugeAlarm.OTHER) for each in told if isinstance(each, str)]
