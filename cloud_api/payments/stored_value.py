"""The providers "wallet" and "recharge_card": stored value on our own ledger, asked in the same words as everybody else."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.ledger import stored_value
from cloud_api.ledger.book import Kind
from cloud_api.ledger.stored_value import CHARGED, DECLINED, Charge, Drawn
from cloud_api.members.codes import MemberCodes
from cloud_api.payments import repository
from cloud_api.payments.provider import (
    Notification,
    NotificationRefused,
    Order,
    ProviderAnswer,
    ProviderRefused,
    ProviderSilent,
    RefundAnswer,
    RefundStanding,
    Standing,
)
from cloud_api.recharge_cards import service as recharge_cards
from cloud_api.recharge_cards.service import RechargeCards
from cloud_api.wallets import service as wallets

_Answer = TypeVar("_Answer")


class StoredValue(ABC):
    """What both have in common. Charge, query, undo and refund are each one transaction of the ledger."""

    name = ""
    seconds_before_reversing = 0.0
    page_lives: timedelta | None = None
    # Where a refund goes: principal, then bonus.
    _accounts: Sequence[Kind] = ()

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def end(self) -> None:  # noqa: B027 - nothing is right for both
        """Nothing to close: the database belongs to the cloud."""

    async def charge_code(
        self,
        payment_id: str,
        amount_fen: int,
        auth_code: str,
        description: str,  # noqa: ARG002 - the payment's own row has it
        terminal: str,
    ) -> ProviderAnswer:
        """`terminal` is the station's id."""

        def charge(work: Work) -> Charge:
            row = repository.payment(work.connection, payment_id)
            sale_id = None if row is None else row.sale_id
            return self._charged(
                work,
                stored_value.charge(
                    work.connection,
                    payment_id,
                    tender=self.name,
                    station_id=terminal,
                    at=self._clock.now(),
                    draw=lambda: self._draw(
                        work.connection,
                        auth_code,
                        amount_fen,
                        payment_id=payment_id,
                        station_id=terminal,
                        sale_id=sale_id,
                    ),
                ),
            )

        return _answer(await self._written(charge))

    @abstractmethod
    def _draw(
        self,
        connection: Connection,
        code: str,
        amount_fen: int,
        *,
        payment_id: str,
        station_id: str,
        sale_id: str | None,
    ) -> Drawn:
        """Out of what this code pays. Raises CannotPay."""

    def _charged(self, work: Work, charge: Charge) -> Charge:  # noqa: ARG002 - for cards
        """What follows from how a charge ended, in its own transaction."""
        return charge

    async def open_page(self, order: Order) -> str:  # noqa: ARG002 - there is none
        raise ProviderRefused("channel_not_offered", "stored value has no page of its own")

    async def open_mini_program(self, order: Order) -> Mapping[str, str]:  # noqa: ARG002 - there is none
        raise ProviderRefused("channel_not_offered", "stored value needs no payment call")

    async def open_qr(self, order: Order) -> str:  # noqa: ARG002 - there is none
        raise ProviderRefused("channel_not_offered", "stored value is paid by a code that we scan")

    async def query(self, payment_id: str) -> ProviderAnswer:
        return _answer(await self._database.read(lambda c: stored_value.charge_of(c, payment_id)))

    async def close(self, payment_id: str) -> ProviderAnswer:
        return await self.reverse(payment_id)

    async def reverse(self, payment_id: str) -> ProviderAnswer:
        return _answer(
            await self._written(
                lambda work: stored_value.reverse(
                    work.connection,
                    payment_id,
                    tender=self.name,
                    at=self._clock.now(),
                    back=self._accounts,
                )
            )
        )

    async def refund(
        self,
        refund_id: str,
        payment_id: str,
        *,
        amount_fen: int,
        paid_fen: int,  # noqa: ARG002 - our own books know it
        reason: str,  # noqa: ARG002 - the refund's own row has it
    ) -> RefundAnswer:
        is_done = await self._written(
            lambda work: stored_value.refund(
                work.connection,
                refund_id,
                payment_id,
                amount_fen,
                at=self._clock.now(),
                back=self._accounts,
            )
        )
        if is_done:
            return RefundAnswer(RefundStanding.REFUNDED, amount_fen)
        return RefundAnswer(RefundStanding.CLOSED, reason="refund_closed")

    async def query_refund(
        self,
        refund_id: str,
        payment_id: str,  # noqa: ARG002 - Alipay alone asks for it
    ) -> RefundAnswer:
        given = await self._database.read(lambda c: stored_value.refund_of(c, refund_id))
        if given is None:
            return RefundAnswer(RefundStanding.ABSENT)
        return RefundAnswer(RefundStanding.REFUNDED, given)

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:  # noqa: ARG002 - nobody tells
        raise NotificationRefused("our own books tell nobody")

    async def _written(self, job: Callable[[Work], _Answer]) -> _Answer:
        try:
            return await self._database.write(job)
        except DBAPIError as error:
            # Another process was at the same payment, or the database is away: nothing of this was written.
            raise ProviderSilent(f"the ledger did not take it: {error.orig!r}") from error


class WalletTender(StoredValue):
    """A member's balance, by the code on the member's phone or the one of a confirmation."""

    name = "wallet"
    _accounts = wallets.ACCOUNTS

    def __init__(self, database: Database, clock: Clock, codes: MemberCodes) -> None:
        super().__init__(database, clock)
        self._codes = codes

    def _draw(
        self,
        connection: Connection,
        code: str,
        amount_fen: int,
        *,
        payment_id: str,
        station_id: str,
        sale_id: str | None,
    ) -> Drawn:
        driver_id = self._codes.spend(
            connection, code, payment_id=payment_id, station_id=station_id, sale_id=sale_id
        )
        return wallets.draw(connection, driver_id, amount_fen, payment_id=payment_id, station_id=station_id)


class RechargeCardTender(StoredValue):
    """A recharge card, by the code on it."""

    name = "recharge_card"
    _accounts = recharge_cards.ACCOUNTS

    def __init__(self, database: Database, clock: Clock, cards: RechargeCards) -> None:
        super().__init__(database, clock)
        self._cards = cards

    def _draw(
        self,
        connection: Connection,
        code: str,
        amount_fen: int,
        *,
        payment_id: str,  # noqa: ARG002 - a card's code may be used again
        station_id: str,
        sale_id: str | None,  # noqa: ARG002 - and for any bill
    ) -> Drawn:
        return self._cards.draw(connection, code, amount_fen, station_id)

    def _charged(self, work: Work, charge: Charge) -> Charge:
        if charge.state == DECLINED and charge.reason == "card_not_known":
            self._cards.count_wrong(work, charge.station_id)
        return charge


def _answer(charge: Charge | None) -> ProviderAnswer:
    if charge is None:
        return ProviderAnswer(Standing.ABSENT)
    if charge.state == CHARGED:
        return ProviderAnswer(
            Standing.PAID,
            charge.amount_fen,
            charge.payment_id,
            charge.at,
            available_fen=charge.available_fen,
        )
    if charge.state == DECLINED:
        return ProviderAnswer(Standing.DECLINED, reason=charge.reason, available_fen=charge.available_fen)
    return ProviderAnswer(Standing.CLOSED)
