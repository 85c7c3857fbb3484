"""Port order_desk over the client."""

from core.cloud_link.answers import Answer, AnswerUnfit
from core.cloud_link.client import CloudClient
from core.domain.ids import OrderId


class CloudOrderDesk:
    """Claims orders; the cloud is the arbiter."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client

    def claim(self, order: OrderId, claim: str) -> None:
        """Take the order for serving. Idempotent by `claim`.

        Raises OrderNoLongerWaiting, CloudUnreachable (not claimed), CloudAnswerLost (claim again with the same id).
        """

        def read(answer: Answer) -> None:
            if answer.text("order_id") != order:
                raise AnswerUnfit("order_id")

        self._client.post(f"/v1/station/orders/{order}/claim", {"claim_id": claim}, read)
