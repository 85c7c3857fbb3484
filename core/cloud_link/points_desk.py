"""Port points_desk over the client."""

from core.cloud_link.answers import Answer, AnswerUnfit
from core.cloud_link.client import CloudClient
from core.domain.ids import MemberId, PointsUseId, SaleId

_PATH = "/v1/station/points/uses"


class CloudPointsDesk:
    """The cloud's points. The use's id is the idempotency key."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client

    def hold(self, use: PointsUseId, sale: SaleId, member: MemberId, points: int) -> None:
        """Set the points aside for this sale.

        Raises PointsNotEnough, MemberNotProven, PointsHoldGone, CloudUnreachable, CloudAnswerLost.
        """
        asked = {"use_id": use, "sale_id": sale, "member_id": member, "points": points}
        self._client.post(_PATH, asked, lambda answer: _must_be(answer, "held", "redeemed"))

    def redeem(self, use: PointsUseId, sale: SaleId, points: int) -> None:
        """The sale is paid: so many of those held are spent and the rest is free again. Raises PointsHoldGone."""
        asked = {"sale_id": sale, "points": points}
        self._client.post(f"{_PATH}/{use}/redeem", asked, lambda answer: _must_be(answer, "redeemed"))

    def release(self, use: PointsUseId) -> None:
        """The points are free again. Raises PointsHoldGone where they were spent or never held."""
        self._client.post(f"{_PATH}/{use}/release", {}, lambda answer: _must_be(answer, "released"))


def _must_be(answer: Answer, *states: str) -> None:
    if answer.text("state") not in states:
        raise AnswerUnfit("state")
