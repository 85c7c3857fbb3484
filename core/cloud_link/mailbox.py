"""Port mailbox over the client."""

import json
from collections.abc import Sequence

from core.cloud_link.answers import Answer, AnswerUnfit
from core.cloud_link.client import CloudClient
from core.domain.refusals.cloud import UnknownMessage
from core.ports.mailbox import Delivery, RefusedMessage
from core.protocol.codec import from_json
from core.protocol.envelope import Envelope

PAGE = 100


class CloudMailbox:
    """Both directions of the numbered mailbox."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client

    def send(self, messages: Sequence[Envelope]) -> Delivery:
        """Hand over, in order; taken once each by id. Raises CloudUnreachable, CloudAnswerLost, StationNotEnrolled."""
        asked = {"messages": [message.model_dump(mode="json") for message in messages]}
        return self._client.post("/v1/station/messages", asked, _delivery)

    def fetch(self, after: int) -> Sequence[Envelope]:
        """The messages with numbers above `after`, in order, a page at a time; what is `after` and below is safe here."""
        return self._client.get("/v1/station/mailbox", _envelopes, {"after": after, "limit": PAGE})


def _delivery(answer: Answer) -> Delivery:
    refused = tuple(
        RefusedMessage(each.named("id"), each.named("code"), each.text("message"))
        for each in map(Answer, answer.list("refused"))
    )
    return Delivery(answer.texts("accepted"), refused)


def _envelopes(answer: Answer) -> list[Envelope]:
    try:
        return [from_json(json.dumps(each)) for each in answer.list("messages")]
    except UnknownMessage as refusal:
        raise AnswerUnfit(f"messages: {refusal.why}") from refusal
