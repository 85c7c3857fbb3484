"""[gauge] and [tanks] of station.toml: what measures in the tanks, and how far book and measure may lie apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.domain.litres import Litres
from core.domain.tanks.rules import TankRules
from core.domain.tanks.variance import VarianceLimits

GAUGE_KINDS = ("none", "veeder_root", "pts")
GAUGE_UNITS = ("metric", "us", "imperial")


@dataclass(frozen=True, slots=True)
class GaugeSettings:
    """What measures. `units` is what a Veeder-Root console is set to; with `pts` the pumps' controller has the probes."""

    kind: str = "none"
    address: str = ""
    units: str = "metric"
    security_code: str = ""
    tls: bool = False
    fingerprint: str = ""
    poll_seconds: float = 10.0


def tank_rules(values: Mapping[str, Any]) -> TankRules:
    """What the section asks for. Raises ValueError for a percentage below zero, or limits that do not rise."""
    watch, act = _per_myriad(values["watch_percent"]), _per_myriad(values["act_percent"])
    allowance = values["allowance_litres"]
    if watch > act or allowance < 0:
        raise ValueError(f"{watch} {act} {allowance}")
    limits = VarianceLimits(watch, act, Litres(allowance * 1_000))
    return TankRules(limits, _per_myriad(values["delivery_percent"]))


def _per_myriad(percent: float) -> int:
    """0.5 is fifty hundredths of a percent."""
    hundredths = round(Decimal(str(percent)) * 100)
    if not 0 <= hundredths <= 10_000:
        raise ValueError(str(percent))
    return hundredths
