"""Opens the tank gauge that station.toml names, and takes what it measures to the use cases."""

import logging
from collections.abc import Callable, Sequence

from core.devices.gauges.pts_probes import PtsProbes
from core.devices.gauges.veeder_root import PORT, VeederRootGauge
from core.devices.gauges.veeder_root_messages import UNITS
from core.devices.links.http_link import HttpLink
from core.devices.links.http_login import LoginKind
from core.devices.links.secured_tcp_link import SecuredTcpLink
from core.devices.links.tcp_link import TcpLink
from core.devices.pumps.pts.controller import PtsForecourt
from core.devices.pumps.pts.conversation import Conversation
from core.domain.ids import TankNumber
from core.domain.tanks.reading import GaugeDelivery, TankReading
from core.ports.clock import Clock
from core.ports.forecourt import Forecourt
from core.ports.tank_gauge import TankGauge
from core.services.tanks.measuring import TankMeasuring
from core.station.gauge_settings import GaugeSettings
from core.station.health import Health
from core.station.pump_settings import PumpSettings
from core.station.workers import Workers
from core.wording.formats import STATION_ZONE

_log = logging.getLogger(__name__)
_ANSWER_SECONDS = 3.0


def open_gauge(
    settings: GaugeSettings,
    pumps: PumpSettings,
    forecourt: Forecourt | None,
    tanks: Sequence[TankNumber],
    clock: Clock,
) -> TankGauge | None:
    """The station's gauge, to be started; None where there is none, or no tank to measure."""
    if settings.kind == "none" or not tanks:
        return None
    if settings.kind == "pts":
        conversation = _conversation(pumps, forecourt, clock)
        if conversation is None:
            _log.error("the tank gauge is to be behind the pump controller, and no jsonPTS controller is set")
            return None
        return PtsProbes(conversation, {tank: int(tank) for tank in tanks}, clock, settings.poll_seconds)
    host, port = _host_and_port(settings.address)
    link = (
        SecuredTcpLink(host, port, settings.fingerprint, answer_seconds=_ANSWER_SECONDS)
        if settings.tls
        else TcpLink(host, port, answer_seconds=_ANSWER_SECONDS)
    )
    return VeederRootGauge(
        link,
        clock,
        UNITS[settings.units],
        STATION_ZONE,
        security_code=settings.security_code,
        poll_seconds=settings.poll_seconds,
    )


class GaugeListener:
    """Implements core.ports.tank_gauge.TankGaugeListener for the program that owns the pumps."""

    def __init__(self, measuring: TankMeasuring, health: Health, workers: Workers) -> None:
        self._measuring = measuring
        self._health = health
        self._workers = workers

    def measured(self, reading: TankReading) -> None:
        """Judge it, and keep it where it is worth that."""
        self._submit(lambda: self._measuring.record(reading))

    def noticed(self, delivery: GaugeDelivery) -> None:
        """A second opinion beside what people measure."""
        self._submit(lambda: self._measuring.noticed(delivery))

    def gauge_line(self, up: bool, why: str) -> None:
        """The gauge came back or went silent."""
        self._health.change(gauge="" if up else why)
        if not up:
            self._submit(self._measuring.gauge_silent)

    def _submit(self, call: Callable[[], object]) -> None:
        def logged() -> None:
            try:
                call()
            except Exception:  # noqa: BLE001 - the gauge's thread goes on: it measures again in a moment
                _log.exception("what the tank gauge measured could not be kept; it is measured again")

        try:
            self._workers.in_order(logged)
        except RuntimeError:  # stopping: it is measured again at the next start
            _log.info("a measurement came while the program was ending")


def _conversation(pumps: PumpSettings, forecourt: Forecourt | None, clock: Clock) -> Conversation | None:
    """The pumps' own line and login; where several controllers share the forecourt, another line to the jsonPTS one."""
    if isinstance(forecourt, PtsForecourt):
        return forecourt.conversation
    for controller in pumps.controllers:
        if controller.kind == "pts":
            auth: LoginKind = "basic" if controller.auth == "basic" else "digest"
            link = HttpLink(
                controller.address,
                user=controller.user,
                password=controller.password,
                auth="auto" if controller.auth == "auto" else auth,
                fingerprint=controller.fingerprint,
            )
            return Conversation(link, clock)
    return None


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or port.endswith("]"):  # a name alone, or an IPv6 address in its brackets
        host, port = address, str(PORT)
    return host.strip("[]"), int(port)
