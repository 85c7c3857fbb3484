"""What came off a bill and what did not, in words: for the counter, the receipt and the customer's display."""

from core.domain.money import ZERO, Money
from core.domain.offer import RoundTo, Step, StepKind
from core.wording import formats
from core.wording.catalogue import _, mark
from core.wording.refusals import sentence_of_code

_KINDS = {
    StepKind.MANUAL: mark("Taken off by hand"),
    StepKind.MEMBER: mark("Member price"),
    StepKind.CAMPAIGN: mark("Campaign"),
    StepKind.COUPON: mark("Coupon"),
    StepKind.POINTS: mark("Points"),
    StepKind.ROUNDING: mark("Rounding"),
}
_ROUND_TO = {
    RoundTo.NONE: mark("Not rounded"),
    RoundTo.JIAO: mark("Down to 0.10"),
    RoundTo.YUAN: mark("Down to 1.00"),
}
_WHY = {
    "below_floor": mark("The fuel may not cost less than its floor price."),
    "better_one_taken": mark("Another offer takes more off."),
    "offer_for_members": mark("Only for members."),
    "offer_of_another_level": mark("Not for this member's level."),
    "offer_not_now": mark("Not at this time."),
    "offer_below_volume": mark("Too little fuel for it."),
    "coupon_expired": mark("Its time is over."),
    "coupon_not_yet_valid": mark("Its time has not come yet."),
    "coupon_of_another_grade": mark("Not for what is on this bill."),
    "points_over_share": mark("Points pay only a part of a bill."),
    "points_not_with_coupon": mark("Points do not go with this coupon."),
    "coupon_instead": mark("The coupon takes more off and does not go with it."),
    "nothing_would_be_left": mark("Nothing would be left to pay."),
    "nothing_to_take_off": mark("There is nothing to take it off."),
}


def kind(of: StepKind) -> str:
    """What a step of this kind is called."""
    return _(_KINDS[of])


def round_to(to: RoundTo) -> str:
    """How far a total is rounded."""
    return _(_ROUND_TO[to])


def title(step: Step) -> str:
    """What the step is called: the offer's or coupon's own name where it has one."""
    if step.kind is StepKind.POINTS:
        return _("{points} points").format(points=step.title) if step.applied else kind(step.kind)
    if step.kind is StepKind.ROUNDING or not step.title:
        return kind(step.kind)
    return step.title


def why(step: Step) -> str:
    """Why nothing, or not all, came off; nothing where all of it did."""
    if not step.why:
        return ""
    said = why_not(step.why, step.need, step.have)
    return _("Only in part: {why}").format(why=said) if step.applied else said


def why_not(code: str, need: Money = ZERO, have: Money = ZERO) -> str:
    """The sentence of a reason, with what was needed where that is known."""
    if need:
        return _("From {need} on; this bill has {have}, {missing} are missing.").format(
            need=formats.money(need), have=formats.money(have), missing=formats.money(need - have)
        )
    if code in _WHY:
        return _(_WHY[code])
    sentence = sentence_of_code(code)
    return _("It does not fit this bill.") if sentence == code else sentence
