"""What the price room says: nozzles, moments, what will happen, what is missing."""

from collections.abc import Iterable

from admin_app.prices.presenter import Lack, Moment, NozzleRow, PricesState
from core.domain.ids import PumpNumber
from core.domain.price import HIGHEST_LI, LOWEST_LI, PriceChange, UnitPrice
from core.domain.pump import Nozzle
from core.domain.refusals.pumps import PriceOutOfRange
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
        return _("at {moment}").format(moment=formats.moment(state.due_at))
    return _("at once")


def what_will_happen(state: PricesState) -> str:
    """The whole change in one sentence; empty while something is missing."""
    if state.grade is None or state.price is None or state.lack:
        return ""
    count = len(state.board.nozzles_of(state.grade))
    how = ngettext(
        "{count} nozzle takes it as soon as its pump is idle; a fill that runs keeps the price it began with.",
        "{count} nozzles take it as soon as their pumps are idle; a fill that runs keeps the price it began with.",
        count,
    ).format(count=count)
    return _("{one_sentence} {another}").format(one_sentence=_change(state, state.price), another=how)


def _change(state: PricesState, price: UnitPrice) -> str:
    grade = names.grade(state.grade or "")
    between = state.difference
    if state.price_now is None or between is None:
        return _("{grade} will cost {price} {moment}.").format(
            grade=grade, price=formats.unit_price(price), moment=moment(state)
        )
    return _("{grade} changes from {before} to {after} ({yuan}, {percent}) {moment}.").format(
        grade=grade,
        before=formats.unit_price_without_unit(state.price_now),
        after=formats.unit_price(price),
        yuan=between.yuan,
        percent=between.percent,
        moment=moment(state),
    )


def planned(change: PriceChange) -> str:
    """Said once it is written down."""
    return _("Planned: {grade} {price} from {moment}.").format(
        grade=names.grade(change.grade),
        price=formats.unit_price(change.price),
        moment=formats.moment(change.due_at),
    )


def withdrawn(change: PriceChange) -> str:
    """Said once it is taken back."""
    return _("Withdrawn: {grade} {price}. The price stays as it is.").format(
        grade=names.grade(change.grade), price=formats.unit_price(change.price)
    )
