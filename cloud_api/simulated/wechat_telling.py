"""What WeChat Pay tells a merchant by itself: signed, repeated by its schedule, spoilt on request."""

import secrets
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from cloud_api.clock import Clock
from cloud_api.simulated.deliveries import Deliveries, Delivery
from cloud_api.simulated.script import Behaviour, On, Script
from cloud_api.simulated.wechat_books import WechatBooks
from cloud_api.simulated.wechat_entries import CHINA, Refund, Transaction
from cloud_api.simulated.wechat_wire import WechatWire

_NOTIFY_AFTER_SECONDS = (
    15,
    15,
    30,
    180,
    600,
    1200,
    1800,
    1800,
    1800,
    3600,
    10800,
    10800,
    10800,
    21600,
    21600,
)


class WechatTelling:
    """Sends notifications until they are acknowledged, across restarts."""

    def __init__(
        self,
        wire: WechatWire,
        clock: Clock,
        books: WechatBooks,
        script: Script,
        *,
        retry_scale: float,
        remembered: list[dict[str, Any]],
        save: Callable[[], None],
    ) -> None:
        self._wire, self._clock, self._script = wire, clock, script
        self._books = books
        self._deliveries = Deliveries(
            self._letter,
            # HTTP status wins over the body: {"code": "FAIL"} with 200 counts as received.
            lambda response: response.status_code in (200, 204),
            waits=[seconds * retry_scale for seconds in _NOTIFY_AFTER_SECONDS],
            remembered=remembered,
        )
        self._deliveries.changed = save
        self._spoilt: dict[str, Behaviour] = {}

    async def start(self) -> None:
        await self._deliveries.start()

    async def stop(self) -> None:
        await self._deliveries.stop()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Goes on with it until `stop`."""
        self._deliveries.run(work)

    def remembered(self) -> list[dict[str, Any]]:
        return self._deliveries.remembered()

    def paid(self, transaction: Transaction) -> None:
        if transaction.notify_url is not None:
            content = self._books.as_answer(transaction)
            self._tell(
                "TRANSACTION.SUCCESS",
                "transaction",
                transaction.out_trade_no,
                transaction.notify_url,
                content,
            )

    def refunded(self, refund: Refund) -> None:
        if refund.notify_url is not None:
            content = self._books.refund_as_answer(refund, notified=True)
            self._tell(f"REFUND.{refund.status}", "refund", refund.out_refund_no, refund.notify_url, content)

    def _tell(self, event: str, kind: str, about: str, url: str, content: dict[str, Any]) -> None:
        behaviour = self._script.take(On.NOTIFICATION)
        if behaviour is Behaviour.WITHHELD:
            return
        if behaviour is Behaviour.WRONG_AMOUNT:
            content = content | {"amount": content["amount"] | {"total": content["amount"]["total"] - 1}}
        if behaviour is Behaviour.WRONG_MERCHANT:
            content = content | {"mchid": "1600000000"}
        identity = secrets.token_hex(16)
        delivery = Delivery(identity, event, about, url, {"kind": kind, "content": content}, [])
        if behaviour in (
            Behaviour.BAD_SIGNATURE,
            Behaviour.NO_SIGNATURE,
            Behaviour.STALE_TIMESTAMP,
            Behaviour.WRONG_SERIAL,
            Behaviour.PROBE,
        ):
            # The first try alone is spoilt; the next one, by the schedule, is as it should be.
            self._spoilt[identity] = behaviour
        self._deliveries.send(delivery, copies=2 if behaviour is Behaviour.DUPLICATE else 1)

    def _letter(self, delivery: Delivery) -> tuple[Mapping[str, str], bytes]:
        now = self._clock.now()
        kind, content = delivery.content["kind"], delivery.content["content"]
        at = now.astimezone(CHINA).isoformat(timespec="seconds")
        body = self._wire.notification(delivery.event_id, delivery.kind, kind, content, at)
        headers = self._wire.signed_headers(body, now, self._spoilt.pop(delivery.event_id, None))
        return headers | {"Content-Type": "application/json"}, body
