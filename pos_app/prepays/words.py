"""How a prepay stands, in words."""

from core.domain.prepay import Prepay, PrepayState
from core.qt.notices import Tone
from core.wording import formats, names
from core.wording.catalogue import _
from core.wording.refusals import sentence_of_code


def where(prepay: Prepay) -> str:
    """Its nozzle and grade."""
    words = _("Pump {pump}, {grade}").format(pump=prepay.pump, grade=names.grade(prepay.grade))
    if prepay.moved_from is not None and prepay.moved_from != prepay.pump:
        words += "   " + _("moved from pump {pump}").format(pump=prepay.moved_from)
    return words


def stands(prepay: Prepay) -> str:
    """What has become of it so far."""
    if prepay.deposit:
        who = prepay.plate or _("a customer without a plate")
        return _("Kept for {who}").format(who=who)
    if prepay.is_moving:
        return _("On its way to pump {pump}").format(pump=prepay.to_pump)
    words = {
        PrepayState.PAID: _("Paid, the pump is not released"),
        PrepayState.RELEASED: _("Paid, the pump is released"),
        PrepayState.FILLED: _filled(prepay),
        PrepayState.SETTLED: _("Finished"),
        PrepayState.RETURNED: _("All given back"),
    }
    return words[prepay.state]


def why(prepay: Prepay) -> str:
    """Why its pump is not released, where that is known."""
    if prepay.state is not PrepayState.PAID or not prepay.reason:
        return ""
    known = {
        "not_promised": _("The release was taken back."),
        "pump_busy": _("The pump was busy when it was paid."),
    }
    sentence = known.get(prepay.reason) or sentence_of_code(prepay.reason)
    return sentence if sentence != prepay.reason else _("Look at the pump and try again.")


def figures(prepay: Prepay) -> str:
    """What was paid, and what of it was filled."""
    paid = _("paid {amount}").format(amount=formats.money(prepay.amount))
    if prepay.fill is None:
        return paid
    filled = _("filled {volume}, {amount}").format(
        volume=formats.litres(prepay.volume), amount=formats.money(prepay.used)
    )
    words = f"{paid}   {filled}"
    if prepay.overrun:
        if prepay.owed:
            over = _("{amount} over, still to be paid")
        elif prepay.overrun_sale is not None:
            over = _("{amount} over, paid as well")
        else:
            over = _("{amount} over, not charged")
        words = f"{words}   {over.format(amount=formats.money(prepay.overrun))}"
    return words


def _filled(prepay: Prepay) -> str:
    if prepay.owed:
        return _("Filled with more than was paid")
    return _("Filled, money is left") if prepay.used else _("Nothing was filled")


def tone(prepay: Prepay) -> Tone | None:
    """What needs somebody."""
    if not prepay.is_open:
        return Tone.GREY
    if prepay.owed:
        return Tone.RED
    return None if prepay.state is PrepayState.RELEASED or prepay.deposit else Tone.AMBER
