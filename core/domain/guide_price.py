"""GuidePrice: the highest retail price that the province allows for a grade, as the manager keyed it from the notice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.ids import GradeCode, GuidePriceId, StaffId
from core.domain.price import UnitPrice


@dataclass(frozen=True, slots=True)
class GuidePrice:
    """One grade's ceiling from a moment on; added, never changed. The one written down last for a moment counts."""

    id: GuidePriceId
    grade: GradeCode
    price: UnitPrice
    since: datetime
    set_by: StaffId
    set_at: datetime


def ceilings(guides: Iterable[GuidePrice], at: datetime) -> Mapping[GradeCode, GuidePrice]:
    """The ceiling of each grade that has one at that moment."""
    found: dict[GradeCode, GuidePrice] = {}
    for guide in sorted(guides, key=lambda each: (each.since, each.set_at, each.id)):
        if guide.since <= at:
            found[guide.grade] = guide
    return found
