"""What Alipay tells a merchant by itself: signed, repeated by its schedule, spoilt on request."""

import secrets
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import urlencode

from cloud_api.clock import Clock
from cloud_api.simulated.alipay_entries import Refund, Trade, china_time, yuan
from cloud_api.simulated.alipay_wire import AlipayWire
from cloud_api.simulated.deliveries import Deliveries, Delivery
from cloud_api.simulated.script import Behaviour, On, Script

_NOTIFY_AFTER_SECONDS = (240, 600, 600, 3600, 7200, 21600, 54000)
# Alipay's first wait is four minutes against WeChat's fifteen seconds; a demo wants both equally soon.
_SCALE_BESIDE_WECHAT = 15 / 240


class AlipayTelling:
    """Sends notifications until they are acknowledged, across restarts."""

    def __init__(
        self,
        wire: AlipayWire,
        clock: Clock,
        script: Script,
        *,
        retry_scale: float,
        remembered: list[dict[str, Any]],
        save: Callable[[], None],
    ) -> None:
        self._wire, self._clock, self._script = wire, clock, script

        self._deliveries = Deliveries(
            self._letter,
            lambda response: response.status_code == 200 and response.text == "success",
            waits=[seconds * retry_scale * _SCALE_BESIDE_WECHAT for seconds in _NOTIFY_AFTER_SECONDS],
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

    def _fields(self, trade: Trade) -> dict[str, str]:
        return {
            "notify_type": "trade_status_sync",
            "notify_id": secrets.token_hex(17),
            "notify_time": china_time(self._clock.now()),
            "charset": "utf-8",
            "version": "1.0",
            "app_id": self._wire.merchant.app_id,
            "auth_app_id": self._wire.merchant.app_id,
            "seller_id": self._wire.merchant.seller_id,
            "trade_no": trade.trade_no,
            "out_trade_no": trade.out_trade_no,
            "trade_status": "TRADE_SUCCESS" if trade.charged else trade.status,
            "subject": trade.subject,
            "total_amount": yuan(trade.total),
            "receipt_amount": yuan(trade.charged),
            "buyer_pay_amount": yuan(trade.charged),
            "gmt_create": trade.created_at,
            "gmt_payment": trade.paid_at,
            "buyer_id": trade.payer,
        }

    def paid(self, trade: Trade) -> None:
        self._tell(trade, "trade_paid", trade.out_trade_no, self._fields(trade))

    def refunded(self, trade: Trade, refund: Refund) -> None:
        refund.told = True
        more = {
            "refund_fee": yuan(trade.refunded),
            "out_biz_no": refund.out_request_no,
            "gmt_refund": china_time(self._clock.now()),
            "trade_status": trade.status,
        }
        self._tell(trade, "trade_refunded", refund.out_request_no, self._fields(trade) | more)

    def _tell(self, trade: Trade, kind: str, about: str, fields: dict[str, str]) -> None:
        if not trade.notify_url:
            return
        behaviour = self._script.take(On.NOTIFICATION)
        if behaviour is Behaviour.WITHHELD:
            return
        if behaviour is Behaviour.WRONG_AMOUNT:
            fields = fields | {"total_amount": yuan(trade.total - 1)}
        if behaviour is Behaviour.WRONG_MERCHANT:
            fields = fields | {"app_id": "2021000000000000"}
        delivery = Delivery(fields["notify_id"], kind, about, trade.notify_url, dict(fields), [])
        if behaviour in (Behaviour.BAD_SIGNATURE, Behaviour.NO_SIGNATURE, Behaviour.PROBE):
            # The first try alone is spoilt; the next one, by the schedule, is as it should be.
            self._spoilt[delivery.event_id] = behaviour
        self._deliveries.send(delivery, copies=2 if behaviour is Behaviour.DUPLICATE else 1)

    def _letter(self, delivery: Delivery) -> tuple[Mapping[str, str], bytes]:
        spoilt = self._spoilt.pop(delivery.event_id, None)
        behaviour = Behaviour.BAD_SIGNATURE if spoilt is Behaviour.PROBE else spoilt
        form = self._wire.notification(delivery.content, behaviour)
        return {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, urlencode(form).encode()
