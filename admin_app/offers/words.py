"""Offers, floors and rules in words."""

from core.domain.offer import BillRules, LitreOffer, StepKind
from core.domain.price import UnitPrice
from core.ports.offers import OfferEntry
from core.wording import formats, names, offers
from core.wording.catalogue import _, mark

WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))


def off(offer: LitreOffer) -> str:
    """How many yuan a litre."""
    return f"{offer.off_li // 1_000}.{offer.off_li % 1_000:03}"


def whom(offer: LitreOffer) -> str:
    """Who has it."""
    if offer.levels:
        return _("Members: {levels}").format(levels=_(", ").join(offer.levels))
    return _("All members") if offer.kind is StepKind.MEMBER else _("Everybody")


def what(offer: LitreOffer) -> str:
    """On which fuel."""
    said = _(", ").join(names.grade(grade) for grade in offer.grades) if offer.grades else _("All fuels")
    if not offer.least_volume:
        return said
    return _("{fuels} from {litres} on").format(fuels=said, litres=formats.litres(offer.least_volume))


def when(offer: LitreOffer) -> str:
    """On which days, at what hours, until when."""
    parts = []
    if offer.weekdays:
        parts.append(_(", ").join(_(WEEKDAYS[day]) for day in offer.weekdays))
    if offer.month_days:
        days = _(", ").join(str(day) for day in offer.month_days)
        parts.append(_("on day {days} of the month").format(days=days))
    if (offer.from_hour, offer.until_hour) != (0, 24):
        parts.append(f"{offer.from_hour:02}:00–{offer.until_hour:02}:00")
    if offer.valid_until is not None:
        parts.append(_("until {moment}").format(moment=formats.moment(offer.valid_until)))
    return "  ".join(parts) or _("Always")


def rules(set_to: BillRules) -> str:
    """The rules in one line."""
    parts = [
        _("every bill: {to}").format(to=offers.round_to(set_to.round_to)),
        _("by hand: {to}").format(to=offers.round_to(set_to.hand_round_to)),
        _("points at most {percent} %").format(percent=set_to.points_most_percent),
    ]
    if set_to.guard_line_void:
        parts.append(_("taking lines off needs a right"))
    return _(", ").join(parts)


def entry(of: OfferEntry) -> str:
    """What held, in one line of the history."""
    if isinstance(of.what, LitreOffer):
        return f"{of.what.title}   -{formats.unit_price(UnitPrice(of.what.off_li))}   {whom(of.what)}   {when(of.what)}"
    if isinstance(of.what, BillRules):
        return _("Rules: {rules}").format(rules=rules(of.what))
    return _("Floor of {grade}: {price}").format(grade=names.grade(of.key), price=formats.unit_price(of.what))
