"""What is said aloud: the sentence for a voice that can speak, and the same as a row of recorded clips for one that cannot."""

from dataclasses import dataclass

from core.domain.litres import Litres
from core.domain.money import Money
from core.wording import formats, names
from core.wording.catalogue import Language, _, language

_GRADES = ("G89", "G92", "G95", "G98", "D0", "DN10", "DN20", "DN35")
_WAN = 10_000


@dataclass(frozen=True, slots=True)
class Announcement:
    """Said once. `clips` name files of resources/sounds/<language>; `chime` one of resources/sounds, rung before."""

    text: str = ""
    clips: tuple[str, ...] = ()
    chime: str = ""
    urgent: bool = False  # at once, over whatever is being said, and muted or not
    language: Language = Language.CHINESE


def order(pump: int, grade: str, much: Money | Litres) -> Announcement:
    """A paid online order came in."""
    words = formats.money(much) if isinstance(much, Money) else formats.litres(much)
    text = _("New order: pump {pump}, {grade}, {much}, paid").format(
        pump=pump, grade=names.grade(grade), much=words
    )
    clips = ("new_order", *_pump(pump), *_grade(grade), *_amount(much), "paid")
    return Announcement(text, clips, chime="order", language=language())


def received(amount: Money) -> Announcement:
    """Money has come in."""
    text = _("Received {amount}").format(amount=formats.money(amount))
    return Announcement(text, ("received", *_amount(amount)), language=language())


def received_cash(given: Money, change: Money) -> Announcement:
    """Cash was handed over, and so much goes back."""
    text = _("Received {amount} in cash, {change} change").format(
        amount=formats.money(given), change=formats.money(change)
    )
    clips = ("received_cash", *_amount(given), "change", *_amount(change))
    return Announcement(text, clips, language=language())


def to_pay(pump: int, amount: Money) -> Announcement:
    """A fill has ended and waits to be paid."""
    text = _("Pump {pump} has finished, {amount} to pay").format(pump=pump, amount=formats.money(amount))
    return Announcement(text, (*_pump(pump), "filled", "to_pay", *_amount(amount)), language=language())


def emergency_stop() -> Announcement:
    """Every pump was told to stop."""
    return Announcement(
        _("Emergency stop. Every pump was told to stop."),
        ("emergency_stop",),
        chime="alarm",
        urgent=True,
        language=language(),
    )


def order_waits(pump: int, *, urgent: bool) -> Announcement:
    """Nobody accepts a paid order; `urgent` once it has waited twice as long as it may."""
    text = _("An online order waits at pump {pump}").format(pump=pump)
    clips = ("order_waits", *_pump(pump))
    return Announcement(text, clips, chime="alarm", urgent=urgent, language=language())


def nobody_came(pump: int) -> Announcement:
    """A pump waits for the car of an accepted order."""
    text = _("Pump {pump}: nobody came for the online order").format(pump=pump)
    return Announcement(text, (*_pump(pump), "nobody_came"), chime="order", language=language())


def car_answered(pump: int, *, mine: bool) -> Announcement:
    """The driver answered whether the car at the pump is theirs."""
    text = (
        _("Pump {pump}: the driver says it is the right car")
        if mine
        else _("Pump {pump}: the driver says it is another car")
    ).format(pump=pump)
    clips = (*_pump(pump), "car_is_mine" if mine else "car_is_not_mine")
    return Announcement(text, clips, chime="order", language=language())


def help_wanted(pump: int) -> Announcement:
    """Somebody on the forecourt calls for help; pump 0 is anywhere. Heard even where the sound is off."""
    text = _("Help wanted at pump {pump}").format(pump=pump) if pump else _("Help wanted on the forecourt")
    clips = ("help_wanted", *(_pump(pump) if pump else ()))
    return Announcement(text, clips, chime="alarm", urgent=True, language=language())


def to_counter(pump: int, amount: Money) -> Announcement:
    """An attendant sent the customer of a fill to the counter."""
    text = _("Pump {pump}: the customer comes to the counter, {amount}").format(
        pump=pump, amount=formats.money(amount)
    )
    clips = (*_pump(pump), "to_counter", *_amount(amount))
    return Announcement(text, clips, language=language())


def alarm() -> Announcement:
    """Something waits for too long; no words."""
    return Announcement(chime="alarm", language=language())


def number(value: int) -> tuple[str, ...]:
    """A whole number from 0 to 99,999,999 as clips in the language chosen."""
    if not 0 <= value < _WAN * _WAN:
        return ()
    return _chinese(value) if language() is Language.CHINESE else _english(value)


def decimal(hundredths: int) -> tuple[str, ...]:
    """A number of hundredths, what is after the point digit by digit."""
    whole, below = divmod(hundredths, 100)
    digits = f"{below:02}".rstrip("0")
    return (*number(whole), *(("point", *(f"n{digit}" for digit in digits)) if digits else ()))


def _amount(much: Money | Litres) -> tuple[str, ...]:
    if isinstance(much, Money):
        return (*decimal(abs(much.fen)), "yuan")
    return (*decimal(round(abs(much.millilitres) / 10)), "litres")


def _pump(pump: int) -> tuple[str, ...]:
    return (*number(pump), "pump") if language() is Language.CHINESE else ("pump", *number(pump))


def _grade(code: str) -> tuple[str, ...]:
    return (f"grade_{code.lower()}",) if code in _GRADES else ()


def _chinese(value: int) -> tuple[str, ...]:
    if value >= _WAN:
        above, below = divmod(value, _WAN)
        head = ("n2_both",) if above == 2 else _chinese(above)
        gap = ("n0",) if 0 < below < 1_000 else ()
        return (*head, "wan", *gap, *(_chinese(below) if below else ()))
    if value < 20:
        return (f"n{value}",) if value <= 10 else ("n10", f"n{value - 10}")
    said: list[str] = []
    for unit, name in ((1_000, "thousand"), (100, "hundred"), (10, "n10")):
        digit, value = divmod(value, unit)
        if digit:
            said += ["n2_both" if digit == 2 and unit == 1_000 else f"n{digit}", name]
        elif said and value and said[-1] != "n0":
            said.append("n0")
    return (*said, *((f"n{value}",) if value else ()))


def _english(value: int) -> tuple[str, ...]:
    for unit, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if value >= unit:
            above, below = divmod(value, unit)
            return (*_english(above), name, *(_english(below) if below else ()))
    if value < 20:
        return (f"n{value}",)
    tens, ones = divmod(value, 10)
    return (f"n{tens * 10}", *((f"n{ones}",) if ones else ()))
