"""What a station sets about its tanks beside the tanks themselves."""

from dataclasses import dataclass

from core.domain.tanks.delivery import DIFFERENCE_LIMIT
from core.domain.tanks.variance import VarianceLimits

_VARIANCE = VarianceLimits()


@dataclass(frozen=True, slots=True)
class TankRules:
    """Limits of variances, and of what a delivery may lack, in hundredths of a percent of its note."""

    variance: VarianceLimits = _VARIANCE
    delivery_difference: int = DIFFERENCE_LIMIT
