"""A member and a coupon to learn with."""

from datetime import datetime, timedelta

from core.domain.coupon import CouponKind, CouponTerms
from core.domain.ids import MemberId
from core.domain.member import EarningRule, Member, MemberCoupon
from core.domain.money import Money
from core.simulated.coupon_desk import MemoryCouponDesk
from core.simulated.member_desk import MemoryMemberDesk

MEMBER_CODE = "YM000000000000000001"
PHONE = "13800000000"
PLATE = "云A12345"
# Each can be used once a day of training.
COUPON_CODES = ("YZ2222222222", "YZ3333333333", "YZ4444444444")


def practice(title: str, name: str, now: datetime) -> tuple[MemoryMemberDesk, MemoryCouponDesk]:
    """Desks that know one member and three coupons of 10 yuan off from 100 yuan on, called `title`."""
    terms = CouponTerms(
        CouponKind.AMOUNT_OFF,
        now - timedelta(days=1),
        now + timedelta(days=30),
        off=Money(1_000),
        threshold=Money(10_000),
    )
    coupons, members = MemoryCouponDesk(), MemoryMemberDesk()
    for code in COUPON_CODES:
        coupons.issue(code, title, terms)
    member = Member(
        MemberId("1" * 32),
        name,
        "138****0000",
        "gold",
        "",
        (PLATE,),
        balance=Money(100_000),
        points=5_000,
        earning=EarningRule(per_yuan=100),
        coupons=(MemberCoupon(COUPON_CODES[0], title, terms),),
    )
    members.enrol(member, code=MEMBER_CODE, phone=PHONE)
    return members, coupons
