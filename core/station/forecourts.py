"""Builds the forecourt from station.toml: which controller serves which pumps, and which pumps nobody is connected to."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from core.devices.links.http_link import HttpLink
from core.devices.links.http_login import LoginKind
from core.devices.pumps.composed import ComposedForecourt
from core.devices.pumps.manual.forecourt import ManualForecourt
from core.devices.pumps.pts.controller import PtsForecourt
from core.domain.ids import PumpNumber
from core.domain.product import FuelGrade
from core.domain.pump import Pump
from core.ports.clock import Clock
from core.ports.forecourt import Forecourt
from core.station.pump_settings import ControllerSettings, PumpSettings

_FUSION_PORT = 3011


def open_forecourt(
    settings: PumpSettings,
    pumps: Sequence[Pump],
    grades: Sequence[FuelGrade],
    clock: Clock,
    booked: Callable[[], Mapping[PumpNumber, int]],
) -> Forecourt | None:
    """The station's forecourt, to be started; None where there is none."""
    parts: list[tuple[Sequence[Pump], Forecourt]] = []
    by_hand = pumps_by_hand(settings, [pump.number for pump in pumps])
    for controller in settings.controllers:
        served = settings.served_by(controller, [pump.number for pump in pumps])
        own = tuple(pump for pump in pumps if pump.number in served)
        parts.append((own, _controller(controller, own, grades, clock, booked)))
    if by_hand:
        own = tuple(pump for pump in pumps if pump.number in by_hand)
        parts.append((own, ManualForecourt(own, clock)))
    if not parts:
        return None
    return parts[0][1] if len(parts) == 1 else ComposedForecourt(parts)


def pumps_by_hand(settings: PumpSettings, pumps: Sequence[PumpNumber]) -> frozenset[PumpNumber]:
    """The pumps whose figures a person keys: those named so, and what no controller serves beside them."""
    if not settings.controllers and not settings.manual:
        return frozenset()
    served = {number for each in settings.controllers for number in settings.served_by(each, pumps)}
    return frozenset(pumps) - served


def _controller(
    settings: ControllerSettings,
    pumps: Sequence[Pump],
    grades: Sequence[FuelGrade],
    clock: Clock,
    booked: Callable[[], Mapping[PumpNumber, int]],
) -> Forecourt:
    if settings.kind == "fusion":
        # Most stations have none, and it is half of all the pumps' code.
        from core.devices.pumps.fusion.controller import FusionForecourt
        from core.devices.pumps.fusion.line import Line

        host, port = _host_and_port(settings.address)
        return FusionForecourt(Line(host, port), pumps, grades, clock, booked=booked)
    link = HttpLink(
        settings.address,
        user=settings.user,
        password=settings.password,
        auth=cast(LoginKind, settings.auth),  # checked when it was read
        fingerprint=settings.fingerprint,
    )
    return PtsForecourt(
        link,
        pumps,
        grades,
        clock,
        poll_seconds=settings.poll_seconds,
        booked=booked,
        by_grade=settings.by_grade,
    )


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or port.endswith("]"):  # a name alone, or an IPv6 address in its brackets
        host, port = address, str(_FUSION_PORT)
    return host.strip("[]"), int(port)
