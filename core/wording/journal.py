"""What a verification of the journal found, as sentences."""

from collections.abc import Callable

from core.domain.journal import (
    AnchorDiffers,
    Finding,
    MoneyChanged,
    MoneyMissing,
    MoneyUnrecorded,
    RowBroken,
    RowsMissing,
    SumsDiffer,
    Verdict,
)
from core.domain.money import Money
from core.wording import formats
from core.wording.catalogue import _, mark, ngettext

# A new thing that the journal pins down needs a line here: how it is called when its name follows.
_THINGS = {
    "sale": mark("bill {name}"),
    "refund": mark("refund {name}"),
    "shift": mark("shift {name}"),
    "fill": mark("fill {name}"),
    "correction": mark("correction {name} of a shift"),
    "movement": mark("cash movement {name}"),
    "prepay": mark("prepay {name}"),
}
_PARTS = {
    "bill": mark("its head"),
    "lines": mark("its lines"),
    "payments": mark("its payments"),
    "shift": mark("its totals"),
    "count": mark("its count"),
    "meters": mark("its meter readings"),
    "z": mark("its Z"),
    "entry": mark("its entry"),
    "figures": mark("its figures"),
}


def verdict(found: Verdict) -> str:
    """How the verification ended, in one sentence."""
    rows = f"{found.rows:,}"
    if not found.complete:
        return _(
            "Stopped at row {last}. {rows} rows were looked at, {count} things are wrong so far."
        ).format(last=found.last, rows=rows, count=len(found.findings) + found.more)
    if found.sound:
        return _(
            "The journal is whole: {rows} rows, {pinned} of them with money. Last row {number}, hash {hash}."
        ).format(rows=rows, pinned=f"{found.pinned:,}", number=found.head.number, hash=found.head.short)
    count = len(found.findings) + found.more
    return ngettext(
        "The books were changed: {count} thing is wrong in {rows} rows.",
        "The books were changed: {count} things are wrong in {rows} rows.",
        count,
    ).format(count=count, rows=rows)


def finding(found: Finding) -> str:
    """What is wrong, and where."""
    return _SENTENCES[type(found)](found)


def thing(kind: str, name: str) -> str:
    """What is pinned down, by its name."""
    return _(_THINGS[kind]).format(name=name)


def _missing(found: RowsMissing) -> str:
    if found.first == found.last:
        return _("Journal row {number} is missing.").format(number=found.first)
    return _("Journal rows {first} to {last} are missing.").format(first=found.first, last=found.last)


def _broken(found: RowBroken) -> str:
    return _(
        "Journal row {number} does not fit the row before it: one of the two was changed, put in or put elsewhere."
    ).format(number=found.number)


def _changed(found: MoneyChanged) -> str:
    parts = _(", ").join(_(_PARTS[part]) for part in found.parts)
    return _("Journal row {number}: {thing} was changed afterwards ({parts}).").format(
        number=found.number, thing=thing(found.thing, found.name), parts=parts
    )


def _gone(found: MoneyMissing) -> str:
    return _("Journal row {number}: {thing} is gone.").format(
        number=found.number, thing=thing(found.thing, found.name)
    )


def _unrecorded(found: MoneyUnrecorded) -> str:
    return _("The journal knows nothing of {thing}: it was put in by hand.").format(
        thing=thing(found.thing, found.name)
    )


def _sums(found: SumsDiffer) -> str:
    return _(
        "The Z of shift {shift} says {sales} bills and {net}; the bills themselves are {counted} and {counted_net}."
    ).format(
        shift=found.shift,
        sales=found.sales,
        net=formats.money(Money(found.net_fen)),
        counted=found.sales_counted,
        counted_net=formats.money(Money(found.net_counted_fen)),
    )


def _anchor(found: AnchorDiffers) -> str:
    if not found.here:
        return _(
            "Row {number} is known outside with hash {there}, and the journal does not reach it."
        ).format(number=found.number, there=found.there)
    return _(
        "Row {number} is known outside with hash {there}, here it has {here}: the chain was rewritten."
    ).format(number=found.number, there=found.there, here=found.here)


_SENTENCES: dict[type[Finding], Callable[..., str]] = {
    RowsMissing: _missing,
    RowBroken: _broken,
    MoneyChanged: _changed,
    MoneyMissing: _gone,
    MoneyUnrecorded: _unrecorded,
    SumsDiffer: _sums,
    AnchorDiffers: _anchor,
}
