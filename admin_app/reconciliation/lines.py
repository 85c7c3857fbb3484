"""What a table shows of the four counts: a line for each nozzle, and one for each grade with its tanks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.litres import Litres
from core.domain.reconciliation.gap import Gap
from core.domain.reconciliation.grade_balance import GradeBalance, Reconciliation
from core.domain.reconciliation.nozzle_balance import NozzleBalance, Whereto
from core.qt.notices import Tone
from core.wording import formats, gaps, names
from core.wording.catalogue import _


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in words; `tone` is that of its differences."""

    key: str
    place: str
    counter: str
    counted: str
    booked: str
    went: str
    tank: str
    apart: str
    tone: Tone | None
    is_grade: bool


def lines_of(live: Reconciliation) -> tuple[Line, ...]:
    """Each grade's line, with those of its nozzles below it."""
    return tuple(
        line
        for grade in live.grades
        for line in (_of_grade(grade), *(_of_nozzle(nozzle) for nozzle in grade.nozzles))
    )


def difference(millilitres: int) -> str:
    """Litres with their sign."""
    sign = "+" if millilitres > 0 else ""
    return sign + formats.litres(Litres(millilitres))


def where(gap: Gap) -> str:
    """A nozzle's name as people say it, or a grade's."""
    if gap.nozzle is None:
        return names.grade(gap.grade)
    pump, _dash, nozzle = gap.nozzle.partition("-")
    return _("Pump {pump}, nozzle {nozzle}").format(pump=pump, nozzle=nozzle)


def whereto(value: Whereto) -> str:
    """Where fuel went."""
    return {
        Whereto.BILL: _("Bills"),
        Whereto.ORDER: _("Online orders"),
        Whereto.PREPAY: _("Prepays"),
        Whereto.WAITS: _("Not paid yet"),
        Whereto.OWED: _("Amount owed"),
        Whereto.DISPUTED: _("Disputed"),
        Whereto.TEST: _("Tests"),
        Whereto.WRITTEN_OFF: _("Written off"),
    }[value]


def _of_grade(grade: GradeBalance) -> Line:
    lost = grade.tanks.lost if grade.tanks is not None else None
    sums: dict[Whereto, Litres] = {}
    for nozzle in grade.nozzles:
        for where_to, litres in nozzle.went.items():
            sums[where_to] = sums.get(where_to, Litres(0)) + litres
    return Line(
        f"grade {grade.grade}",
        names.grade(grade.grade),
        "",
        _litres(grade.counted),
        formats.litres(grade.booked),
        _went(sums),
        _litres(lost) if grade.tanks is not None else _("no gauge"),
        _apart(grade.gaps),
        _tone(grade.gaps),
        is_grade=True,
    )


def _of_nozzle(nozzle: NozzleBalance) -> Line:
    pump, _dash, number = nozzle.nozzle.partition("-")
    now = _litres(nozzle.now)
    if nozzle.running:
        now += " " + _("({litres} running)").format(litres=formats.litres(nozzle.running))
    return Line(
        f"nozzle {nozzle.nozzle}",
        "    " + _("Pump {pump}, nozzle {nozzle}").format(pump=pump, nozzle=number),
        now,
        _litres(nozzle.counted),
        formats.litres(nozzle.booked),
        _went(nozzle.went),
        "",
        _apart(nozzle.gaps),
        _tone(nozzle.gaps),
        is_grade=False,
    )


def _litres(volume: Litres | None) -> str:
    return formats.litres(volume) if volume is not None else _("not known")


def _went(sums: Mapping[Whereto, Litres]) -> str:
    told = [
        f"{whereto(where_to)} {formats.litres_without_unit(sums[where_to])}"
        for where_to in Whereto
        if sums.get(where_to)
    ]
    return "  ".join(told)


def _apart(found: Sequence[Gap]) -> str:
    return "; ".join(f"{difference(gap.millilitres)} {gaps.cause(gap.cause)}" for gap in found)


def _tone(found: Sequence[Gap]) -> Tone | None:
    if any(gap.needs_somebody for gap in found):
        return Tone.RED
    return Tone.AMBER if found else Tone.GREEN
