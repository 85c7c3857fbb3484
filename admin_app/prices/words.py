"""What the price room says: nozzles, moments, what will happen, what is missing."""

from collections.abc import Iterable

from admin_app.prices.board import Board, NozzleRow
from admin_app.prices.presenter import Lack, Moment, PricesState
from admin_app.prices.typed_price import difference
from core.domain.ids import GradeCode, PumpNumber
from core.domain.price import HIGHEST_LI, LOWEST_LI, PriceChange, PriceChangeState, UnitPrice
from core.domain.price_view import WindowReminder
from core.domain.pump import Nozzle
from core.domain.refusals.pumps import PriceOutOfRange
from core.qt.notices import Tone
from core.wording import formats, names
from core.wording.catalogue import _, mark, ngettext
from core.wording.refusals import sentence

_LACKS = {
    Lack.GRADE: mark("Choose a grade above."),
    Lack.PRICE: mark("Type the new price in yuan per litre."),
    Lack.SAME: mark("This is the price now. Type another one."),
    Lack.MOMENT: mark("Type the moment like 2026-11-23 08:00."),
    Lack.PAST: mark("This moment is over. Choose a later one."),
    Lack.TWICE: mark("This grade already has a change at this moment. Withdraw it first."),
}


def nozzle(each: Nozzle) -> str:
    """Pump and nozzle as they are written on the forecourt."""
    return _("Pump {pump}, nozzle {nozzle}").format(pump=each.pump, nozzle=each.number)


def pumps(rows: Iterable[NozzleRow]) -> str:
    """``4, 7``."""
    numbers: dict[PumpNumber, None] = dict.fromkeys(row.nozzle.pump for row in rows)
    return _(", ").join(str(number) for number in numbers)


def lack(state: PricesState) -> str:
    """Why the change cannot be planned yet; empty when it can."""
    if state.lack is Lack.RANGE and state.price is not None:
        return sentence(PriceOutOfRange(state.price.li, LOWEST_LI, HIGHEST_LI))
    return _(_LACKS[state.lack]) if state.lack in _LACKS else ""


def moment(state: PricesState) -> str:
    """When it begins, in the middle of a sentence."""
    if state.moment is Moment.MIDNIGHT and state.now is not None:
        return _("at 24:00 of {day}").format(day=formats.day(state.now))
    if state.moment is Moment.LATER and state.due_at is not None:
        return _("at {moment}").format(moment=formats.end_moment(state.due_at))
    return _("at once")


def due(change: PriceChange) -> str:
    """When a change begins or began, 24:00 as the law counts it."""
    return formats.short_end_moment(change.due_at)


def what_will_happen(state: PricesState) -> str:
    """The whole change in one sentence; empty while something is missing."""
    if not state.wanted or state.lack:
        return ""
    count = sum(len(state.board.nozzles_of(grade)) for grade in state.wanted)
    how = ngettext(
        "{count} nozzle takes it as soon as its pump is idle; a fill that runs keeps the price it began with.",
        "{count} nozzles take it as soon as their pumps are idle; a fill that runs keeps the price it began with.",
        count,
    ).format(count=count)
    told = " ".join(_change(state, grade, price) for grade, price in state.wanted.items())
    return _("{one_sentence} {another}").format(one_sentence=told, another=how)


def above_guide(state: PricesState) -> str:
    """That a second person has to agree, where a price is above the province's; empty otherwise."""
    if not state.above_guide:
        return ""
    grades = _(", ").join(names.grade(grade) for grade in state.above_guide)
    return _("Above the guide price: {grades}. A second person has to agree.").format(grades=grades)


def also(state: PricesState) -> str:
    """The grades that change at the same go."""
    return _(", ").join(
        f"{names.grade_short(grade)} {formats.unit_price_without_unit(price)}" for grade, price in state.also
    )


def reminder(reminder: WindowReminder) -> tuple[str, Tone | None]:
    """Where today stands between two days on which the state sets guide prices."""
    window = reminder.window
    if window.is_today(reminder.today) and not reminder.keyed:
        return (
            _(
                "Today is the tenth working day: new guide prices may hold from 24:00. Look them up and key them."
            ),
            Tone.AMBER,
        )
    if not reminder.keyed:
        return (
            _("The guide prices of {day} are not keyed yet. Look them up and key them.").format(
                day=formats.day(window.last)
            ),
            Tone.AMBER,
        )
    if window.next is None:
        return (
            _("The calendar of working days ends. Put the new year's holidays into station.toml, [prices]."),
            Tone.AMBER,
        )
    return _("Next guide prices: {day}, 24:00").format(day=formats.day(window.next)), None


def guides(board: Board) -> str:
    """The guide prices that are known, those of tonight marked."""
    told = [
        _("{grade} at most {price}").format(
            grade=names.grade_short(grade), price=formats.unit_price_without_unit(price)
        )
        for grade, price in {**board.guides, **board.guides_tonight}.items()
    ]
    return _(", ").join(told)


def _change(state: PricesState, code: GradeCode, price: UnitPrice) -> str:
    grade, before = names.grade(code), state.board.price(code)
    if before is None:
        return _("{grade} will cost {price} {moment}.").format(
            grade=grade, price=formats.unit_price(price), moment=moment(state)
        )
    between = difference(before, price)
    return _("{grade} changes from {before} to {after} ({yuan}, {percent}) {moment}.").format(
        grade=grade,
        before=formats.unit_price_without_unit(before),
        after=formats.unit_price(price),
        yuan=between.yuan,
        percent=between.percent,
        moment=moment(state),
    )


def planned(change: PriceChange) -> str:
    """Said once it is written down."""
    told = (
        _("Written down: {grade} {price}. A second person has to agree before {moment}.")
        if change.state is PriceChangeState.PROPOSED
        else _("Planned: {grade} {price} from {moment}.")
    )
    return told.format(
        grade=names.grade(change.grade),
        price=formats.unit_price(change.price),
        moment=formats.end_moment(
            change.lapses_at if change.state is PriceChangeState.PROPOSED else change.due_at
        ),
    )


def approved(change: PriceChange) -> str:
    """Said once the second person agreed."""
    return _("Agreed: {grade} {price} from {moment}.").format(
        grade=names.grade(change.grade),
        price=formats.unit_price(change.price),
        moment=formats.end_moment(change.due_at),
    )


def withdrawn(change: PriceChange) -> str:
    """Said once it is taken back."""
    return _("Withdrawn: {grade} {price}. The price stays as it is.").format(
        grade=names.grade(change.grade), price=formats.unit_price(change.price)
    )
