"""What is said where a coupon, a campaign or a gift is refused, and where abuse is looked into."""

from core.wording.catalogue import mark

SENTENCES = {
    "coupon_below_floor": mark("The fuel costs its floor price already: the coupon could take nothing off."),
    "coupon_not_found": mark("There is no coupon with this code. Check it and try again."),
    "coupon_expired": mark("The coupon expired at {valid_until}. The bill stays as it was."),
    "coupon_not_yet_valid": mark("The coupon is valid only from {valid_from}."),
    "coupon_already_used": mark("The coupon was used already."),
    "coupon_held_elsewhere": mark(
        "The coupon is on another bill or order right now. Release it there first."
    ),
    "coupon_of_another_station": mark("The coupon is not valid at this station."),
    "coupon_of_another_grade": mark("The coupon is only for {grades}."),
    "coupon_below_threshold": mark("The coupon needs {threshold}; only {have} counts for it."),
    "coupon_already_on_bill": mark("There is a coupon on this bill. Take it off first."),
    "coupon_hold_gone": mark("The coupon is not set aside for this bill any more. Scan it again."),
    "campaign_not_found": mark("This campaign does not exist."),
    "campaign_over": mark("This campaign is not running now. Look at the others."),
    "campaign_sold_out": mark("All coupons of this campaign have been claimed."),
    "campaign_already_claimed": mark("You have claimed this coupon already. It is among your coupons."),
    "coupon_not_now": mark("The coupon holds on other days or at other hours. Look at its terms."),
    "coupon_of_another_level": mark("The coupon is for members of another level."),
    "coupon_of_another_plate": mark("The coupon is for another car."),
    "coupon_for_first_timers": mark("The coupon is for a first fill only."),
    "coupon_of_other_goods": mark("What the coupon pays for is not on this bill."),
    "coupon_not_with_offers": mark("The coupon does not go with the lower price, which takes more off here."),
    "coupons_do_not_stack": mark("These coupons cannot be used together."),
    "coupon_under_review": mark("This coupon is being looked at first. You will hear from us within a day."),
    "coupon_void": mark("This coupon was taken back. Ask customer service."),
    "campaign_unfit": mark("The campaign cannot be kept: {wrong} is missing or wrong."),
    "campaign_paused": mark("This campaign pauses. Look again later."),
    "campaign_limit_reached": mark(
        "This campaign gives no more here: its limit of {most} is reached ({key})."
    ),
    "share_not_found": mark("This gift is over. Ask your friend for a new one."),
    "share_used_up": mark("All gifts of this link have been taken."),
    "share_of_oneself": mark("This gift is for your friends; you cannot take it yourself."),
    "birthday_known": mark("Your birthday is kept already. Ask customer service to change it."),
    "case_unknown": mark("There is nothing to look into here."),
    "case_is_answered": mark("This has been looked into and answered already."),
}
