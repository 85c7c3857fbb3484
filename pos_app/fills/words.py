"""What is said of a fill in the till's lists."""

from core.domain.debt import DebtKind, OwedFill
from core.domain.fill import Fill
from core.wording import fills, formats, names
from core.wording.catalogue import _


def what(fill: Fill) -> str:
    """Pump, nozzle, grade, litres."""
    return _("Pump {pump}, nozzle {nozzle}, {grade}: {litres}").format(
        pump=fill.pump,
        nozzle=fill.nozzle,
        grade=names.grade(fill.grade),
        litres=formats.litres(fill.volume),
    )


def stands(fill: Fill) -> str:
    """When it ended, how it stands, and whether it was found out afterwards."""
    words = [formats.short_moment(fill.ended_at), fills.fill_state(fill.state)]
    if fill.is_recovered:
        words.append(fills.source(fill.source))
    return "   ".join(words)


def owed_by(owed: OwedFill) -> str:
    """Who owes it, since when, until when."""
    debt = owed.debt
    words = [fills.debt_kind(debt.kind), debt.number]
    words += [each for each in (debt.person, debt.plate, debt.phone) if each]
    if debt.kind is DebtKind.PROMISE and debt.due_on is not None:
        due = formats.day(debt.due_on)
        words.append(
            _("overdue since {day}").format(day=due) if owed.overdue else _("until {day}").format(day=due)
        )
    else:
        words.append(formats.short_moment(debt.at))
    return "   ".join(words)
