"""Port coupon_desk over the client."""

from core.cloud_link.answers import Answer, AnswerUnfit
from core.cloud_link.client import CloudClient
from core.cloud_link.coupon_terms import coupon_terms
from core.domain.ids import CouponUseId, SaleId
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
    return HeldCoupon(answer.text("title"), coupon_terms(answer.part("terms")))


def _must_be(answer: Answer, state: str) -> None:
    if answer.text("state") != state:
        raise AnswerUnfit("state")
