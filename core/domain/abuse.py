"""What looks like abuse: rules with a weight, a score that says which of them spoke, and how softly it is met."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SoftAction(StrEnum):
    """What is done about it; nobody is shut out by a score alone."""

    ALLOW = "allow"
    DELAY = "delay"  # the coupon holds from tomorrow on
    LOWER = "lower"  # it takes half off
    REVIEW = "review"  # somebody looks first


@dataclass(frozen=True, slots=True)
class Rule:
    """Speaks where more than `most` were found; `weight` is what it adds to the score."""

    name: str
    weight: int
    most: int


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that spoke, with what was found and what it allows."""

    rule: str
    weight: int
    found: int
    most: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The score, what is done, and why: the reasons' weights sum to the score."""

    score: int
    action: SoftAction
    reasons: tuple[Reason, ...] = ()


# What a driver who asks for a coupon is judged by. Weak signs alone (a new phone, a shared network: carriers put thousands
# behind one address) never come to anything; two strong ones are looked at by somebody.
CLAIM_RULES = (
    Rule("accounts_on_device", 40, 2),
    Rule("accounts_of_payer", 45, 1),
    Rule("accounts_with_plate", 25, 3),
    Rule("claims_from_network_in_an_hour", 25, 20),
    Rule("claims_of_driver_in_ten_minutes", 20, 6),
    Rule("phone_of_virtual_operator", 15, 0),
    Rule("no_device_told", 10, 0),
    Rule("program_instead_of_app", 15, 0),
    Rule("account_of_this_hour", 10, 0),
)
# What a member of a station's staff is judged by, day by day.
STAFF_RULES = (
    Rule("same_member_again", 50, 3),
    Rule("coupons_for_same_member", 40, 2),
    Rule("discounts_by_hand", 40, 10),
    Rule("refunds", 40, 5),
    Rule("bills_thrown_away", 40, 8),
)
_FROM = ((80, SoftAction.REVIEW), (60, SoftAction.LOWER), (40, SoftAction.DELAY))

_VIRTUAL_OPERATORS = ("162", "165", "167", "170", "171")


def verdict(rules: tuple[Rule, ...], found: Mapping[str, int]) -> Verdict:
    """The verdict on what was found; a rule about which nothing is known keeps silent."""
    reasons = tuple(
        Reason(rule.name, rule.weight, found[rule.name], rule.most)
        for rule in rules
        if found.get(rule.name, 0) > rule.most
    )
    score = sum(reason.weight for reason in reasons)
    action = next((action for least, action in _FROM if score >= least), SoftAction.ALLOW)
    return Verdict(score, action, reasons)


def is_of_virtual_operator(phone: str) -> bool:
    """Whether the number was given out by an operator without a net of its own: cheap, and often had by the dozen."""
    return phone.startswith(_VIRTUAL_OPERATORS)
