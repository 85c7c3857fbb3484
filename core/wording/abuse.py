"""Why something looked like abuse, in words for whoever it is about and for whoever looks into it."""

from core.wording.catalogue import _, mark

_RULES = {
    "accounts_on_device": mark("{found} accounts were used on this device; {most} are usual."),
    "accounts_of_payer": mark("Whoever paid for this account has paid for {found} accounts."),
    "accounts_with_plate": mark("{found} accounts have this car; {most} are usual."),
    "claims_from_network_in_an_hour": mark("{found} claims came from this network within an hour."),
    "claims_of_driver_in_ten_minutes": mark("{found} claims were made within ten minutes."),
    "phone_of_virtual_operator": mark("The number was given out by a virtual operator."),
    "no_device_told": mark("The request does not say from which device it comes."),
    "program_instead_of_app": mark("The request does not come from our app."),
    "account_of_this_hour": mark("The account was opened within the hour."),
    "same_member_again": mark("The same member was rung up {found} times on this day; {most} are usual."),
    "coupons_for_same_member": mark("{found} coupons were used for the same member; {most} are usual."),
    "discounts_by_hand": mark("{found} discounts were given by hand; {most} are usual."),
    "refunds": mark("{found} refunds were given; {most} are usual."),
    "bills_thrown_away": mark("{found} bills or lines were thrown away; {most} are usual."),
}


def reason(rule: str, found: int, most: int) -> str:
    """The sentence of a rule that spoke; a rule of before, that has none any more, by its name."""
    text = _RULES.get(rule)
    return rule if text is None else _(text).format(found=found, most=most)
