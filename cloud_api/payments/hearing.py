"""What providers tell by themselves: proven genuine, taken in once, safe on disk before it is acknowledged."""

import logging
from collections.abc import Mapping

from cloud_api.database import Work
from cloud_api.payments import repository
from cloud_api.payments.ledger import Ledger
from cloud_api.payments.outcomes import Paid
from cloud_api.payments.provider import (
    Notification,
    NotificationRefused,
    PaidNotification,
    RefundNotification,
)
from cloud_api.payments.refunding import Refunding
from cloud_api.payments.repository import PENDING

_log = logging.getLogger(__name__)


class Hearing:
    """Takes notifications in."""

    def __init__(self, ledger: Ledger, refunding: Refunding) -> None:
        self._ledger, self._refunding = ledger, refunding

    async def take(self, provider: str, headers: Mapping[str, str], body: bytes) -> None:
        """Takes in what a provider tells by itself; returns once it is safe on disk. Raises NotificationRefused."""
        asked = self._ledger.providers.get(provider)
        if asked is None:
            raise NotificationRefused("we have no account there")
        told = asked.read_notification(headers, body)
        match told:
            case PaidNotification():
                paid = await self._ledger.database.write(lambda work: self._told_paid(work, asked.name, told))
                if paid is not None and paid.is_mismatch:
                    raise NotificationRefused("the amount is not what this payment asks for")
                self._refunding.give_back(paid.refund_id if paid is not None else None)
            case RefundNotification():
                if await self._ledger.database.write(lambda work: self._told_refund(work, asked.name, told)):
                    self._refunding.go_on(self._refunding.carry_out(told.refund_id))
            case _:
                _log.info("%s tells %s, which changes nothing here", provider, told.kind)

    def _told_paid(self, work: Work, provider: str, told: PaidNotification) -> Paid | None:
        row = repository.payment(work.connection, told.payment_id, lock=True)
        if row is None or row.provider != provider:
            raise NotificationRefused("there is no such payment here")
        if not self._is_news(work, provider, told, row.id):
            return None
        return self._ledger.outcomes.paid(work, row.id, told.answer)

    def _told_refund(self, work: Work, provider: str, told: RefundNotification) -> bool:
        """Whether the provider has to be asked, since it only said that something happened."""
        row = repository.refund(work.connection, told.refund_id, lock=True)
        if row is None:
            _log.info("%s tells of a refund that was not ours", provider)
            return False
        if not self._is_news(work, provider, told, row.id):
            return False
        if told.answer is not None:
            self._ledger.outcomes.refund_answered(work, row.id, told.answer, "notified")
        return told.answer is None and row.state == PENDING

    def _is_news(self, work: Work, provider: str, told: Notification, about: str) -> bool:
        return repository.is_new_notification(
            work.connection, provider, told.event_id, about, self._ledger.clock.now()
        )
