"""Coupon terms as the cloud tells them."""

from core.cloud_link.answers import Answer, AnswerUnfit
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.ids import GradeCode, StationId
from core.domain.money import Money


def coupon_terms(terms: Answer) -> CouponTerms:
    """The terms in an answer. Raises AnswerUnfit."""
    try:
        kind = CouponKind(terms.named("kind"))
    except ValueError as error:
        raise AnswerUnfit(str(error)) from error
    cap_fen = terms.whole("cap_fen", -1)
    return CouponTerms(
        kind,
        valid_from=terms.moment("valid_from"),
        valid_until=terms.moment("valid_until"),
        off=Money(terms.whole("off_fen", 0)),
        percent=terms.whole("percent", 0),
        off_li=terms.whole("off_li", 0),
        threshold=Money(terms.whole("threshold_fen", 0)),
        cap=Money(cap_fen) if cap_fen >= 0 else None,
        grades=tuple(GradeCode(each) for each in terms.texts("grades")),
        stations=tuple(StationId(each) for each in terms.texts("stations")),
        # A cloud of before does not tell these.
        price_li=terms.whole("price_li", 0),
        goods=terms.texts("goods"),
        weekdays=tuple(int(each) for each in terms.list("weekdays")),
        from_hour=terms.whole("from_hour", 0),
        until_hour=terms.whole("until_hour", 24),
        levels=terms.texts("levels"),
        plates=terms.texts("plates"),
        first_timers=terms.flag("first_timers"),
        with_offers=terms.flag("with_offers") if terms.has("with_offers") else True,
        with_points=terms.flag("with_points") if terms.has("with_points") else True,
        stack_group=terms.text("stack_group"),
    )
