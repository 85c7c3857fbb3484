"""Port coupon_desk over the client."""

from core.cloud_link.answers import Answer, AnswerUnfit
from core.cloud_link.client import CloudClient
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.ids import CouponUseId, GradeCode, SaleId, StationId
from core.domain.money import Money
from core.ports.coupon_desk import HeldCoupon

_PATH = "/v1/station/coupons/holds"


class CloudCouponDesk:
    """The cloud's coupons. The use's id is the hold's id there."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client

    def hold(self, use: CouponUseId, sale: SaleId, code: str) -> HeldCoupon:
        """Set the coupon aside for this sale. Raises the coupon refusals, CloudUnreachable, CloudAnswerLost."""
        asked = {"hold_id": use, "code": code, "sale_id": sale}
        return self._client.post(_PATH, asked, _held)

    def redeem(self, use: CouponUseId, sale: SaleId, discount: Money) -> None:
        """The sale is paid: the coupon is used up."""
        asked = {"sale_id": sale, "discount_fen": discount.fen}
        self._client.post(f"{_PATH}/{use}/redeem", asked, lambda answer: _must_be(answer, "redeemed"))

    def release(self, use: CouponUseId) -> None:
        """The coupon is free again."""
        self._client.post(f"{_PATH}/{use}/release", {}, lambda answer: _must_be(answer, "released"))


def _held(answer: Answer) -> HeldCoupon:
    terms = answer.part("terms")
    try:
        kind = CouponKind(terms.named("kind"))
    except ValueError as error:
        raise AnswerUnfit(str(error)) from error
    cap_fen = terms.whole("cap_fen", -1)
    return HeldCoupon(
        answer.text("title"),
        CouponTerms(
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
        ),
    )


def _must_be(answer: Answer, state: str) -> None:
    if answer.text("state") != state:
        raise AnswerUnfit("state")
