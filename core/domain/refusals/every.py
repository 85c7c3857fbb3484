"""Every refusal, for whoever has only its code."""

from collections.abc import Mapping
from functools import cache

from core.domain.refusals import (
    abuse,
    accounts,
    bills,
    cloud,
    goods,
    helping,
    invoices,
    keyed,
    members,
    offers,
    offices,
    orders,
    papers,
    payments,
    people,
    persons,
    prepays,
    prices,
    pumps,
    reconciliation,
    refunds,
    sales,
    shifts,
    stored_value,
    tanks,
    typed,
)
from core.domain.refusals.refusal import Refusal

_ROOMS = (
    abuse,
    accounts,
    bills,
    cloud,
    goods,
    helping,
    invoices,
    keyed,
    members,
    offers,
    offices,
    orders,
    papers,
    payments,
    people,
    persons,
    prepays,
    prices,
    pumps,
    reconciliation,
    refunds,
    sales,
    shifts,
    stored_value,
    tanks,
    typed,
)


@cache
def refusals_by_code() -> Mapping[str, type[Refusal]]:
    """Whatever the rules can say no with. Faults are not among them: they are the caller's own finding."""
    kinds = {kind for room in _ROOMS for kind in vars(room).values() if isinstance(kind, type)}
    return {
        kind.__new__(kind).code: kind for kind in kinds if issubclass(kind, Refusal) and kind is not Refusal
    }
