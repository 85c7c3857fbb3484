"""A need as a sentence that says what is so and what to do."""

from admin_app.overview.needs import Need, NeedKind
from core.domain.money import ZERO
from core.wording import formats, names, tanks
from core.wording.catalogue import _, mark, ngettext
from core.wording.refusals import sentence_of_code

_PLAIN = {
    NeedKind.NOBODY_OWNS_PUMPS: mark(
        "No till is connected to the pumps. Start the till; until then prices do not change."
    ),
    NeedKind.PAPER_LOW: mark("The receipt paper is nearly used up. Have a new roll ready."),
    NeedKind.GUIDE_PRICES: mark("The state sets guide prices: look them up and key them."),
    NeedKind.NOT_PAIRED: mark(
        "The station is not paired with the cloud: no codes, coupons or online orders."
    ),
}


def words(need: Need) -> str:
    """The sentence."""
    if need.kind is NeedKind.PRINTER:
        return sentence_of_code(need.fault)
    if need.kind is NeedKind.TANK_ALARM:
        return _("Tank {tank}: {what}, since {time}. Look at it, and say that you have seen it.").format(
            tank=need.count, what=tanks.alarm(need.alarm), time=_time(need)
        )
    if need.kind is NeedKind.GAUGE_SILENT:
        return _("The tank gauge reaches no tank since {time}. Check its power and network cable.").format(
            time=_time(need)
        )
    if need.kind is NeedKind.PUMPS_LOST:
        return _words_of_pumps(need)
    if need.kind in _PLAIN:
        return _(_PLAIN[need.kind])
    return _words_of_business(need)


def _words_of_pumps(need: Need) -> str:
    if len(need.pumps) == need.count:
        return _("No pump answers. Check the pump controller's power and network cable.")
    return _("Pump {pumps} does not answer or is out of order. Look at it.").format(pumps=_pumps(need))


def _words_of_business(need: Need) -> str:
    match need.kind:
        case NeedKind.HELP_WANTED:
            return _words_of_help(need)
        case NeedKind.ORDER_WAITING:
            return ngettext(
                "{count} paid online order is not accepted, pump {pumps}, since {time}. Send the attendant.",
                "{count} paid online orders are not accepted, pump {pumps}, since {time}. Send the attendant.",
                need.count,
            ).format(count=need.count, pumps=_pumps(need), time=_time(need))
        case NeedKind.UNSENT:
            return ngettext(
                "{count} message waits for the cloud since {time}. It goes by itself once the line is back.",
                "{count} messages wait for the cloud since {time}. They go by themselves once the line is back.",
                need.count,
            ).format(count=need.count, time=_time(need))
        case NeedKind.FILLS_UNPAID:
            return ngettext(
                "{count} fill is unpaid, {amount}, pump {pumps}, since {time}.",
                "{count} fills are unpaid, {amount}, pump {pumps}, since {time}.",
                need.count,
            ).format(
                count=need.count, amount=formats.money(need.amount), pumps=_pumps(need), time=_time(need)
            )
        case NeedKind.SHIFT_DIFFERENCE:
            return _words_of_shift(need)
        case _:
            return _words_of_prices(need)


def _words_of_help(need: Need) -> str:
    if need.pumps:
        return _("{name} needs help at pump {pump} since {time}. Somebody at a till has to answer.").format(
            name=need.who, pump=_pumps(need), time=_time(need)
        )
    return _("{name} needs help on the forecourt since {time}. Somebody at a till has to answer.").format(
        name=need.who, time=_time(need)
    )


def _words_of_prices(need: Need) -> str:
    match need.kind:
        case NeedKind.NOZZLE_BLOCKED:
            return _("Pump {pumps} did not take the new price and is blocked since {time}. Retry it.").format(
                pumps=_pumps(need), time=_time(need)
            )
        case NeedKind.PRICE_PROPOSED | NeedKind.PRICE_LAPSED:
            told = (
                _("{grade} to {price} from {moment}: another person has to agree before that.")
                if need.kind is NeedKind.PRICE_PROPOSED
                else _("{grade} to {price} from {moment}: nobody agreed in time. The price stays as it is!")
            )
            return told.format(
                grade=names.grade(need.grade),
                price=formats.unit_price(need.price),
                moment=formats.short_end_moment(need.since) if need.since else "",
            )
        case NeedKind.PRICE_WAITING:
            return _("{grade} to {price}: waiting for pump {pumps} to be idle.").format(
                grade=names.grade(need.grade), price=formats.unit_price(need.price), pumps=_pumps(need)
            )
        case _:
            return _(
                "{grade} should cost {price} since {time} and no till has begun with it. Start the till."
            ).format(grade=names.grade(need.grade), price=formats.unit_price(need.price), time=_time(need))


def _words_of_shift(need: Need) -> str:
    if need.amount > ZERO:
        sentence = _("Shift {number} counted {amount} more than there should be. Ask who closed it.")
        return sentence.format(number=need.count, amount=formats.money(need.amount))
    sentence = _("Shift {number} counted {amount} less than there should be. Ask who closed it.")
    return sentence.format(number=need.count, amount=formats.money(-need.amount))


def _pumps(need: Need) -> str:
    return _(", ").join(str(pump) for pump in need.pumps)


def _time(need: Need) -> str:
    return formats.time_of_day(need.since) if need.since else ""
