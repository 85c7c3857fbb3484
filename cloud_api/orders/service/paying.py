"""How a driver pays an order: stored value chosen as parts, and the rest asked of a provider."""

from collections.abc import Callable

from sqlalchemy import Connection

from cloud_api import first_answers
from cloud_api.access import Driver
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from cloud_api.orders import repository, schemas
from cloud_api.orders.repository import OrderRow
from cloud_api.orders.service.moves import Moves
from cloud_api.orders.service.tenders import Tenders, Wanted
from cloud_api.payments.service import Payments
from cloud_api.settings import Settings
from cloud_api.stations import repository as stations
from core.domain.order import OrderState
from core.domain.refusals.orders import OrderNotFound, OrderStateUnfit
from core.domain.refusals.payments import PartsUnfit
from core.domain.refusals.refusal import Refusal
from core.domain.tenders import Tender
from core.wording import names
from core.wording.catalogue import _

_PAY = "pay order"
# Who a driver is at a provider (an openid), where the provider has told us.
PayerOf = Callable[[Connection, str, str], str | None]


def openid_at(connection: Connection, driver_id: str, provider: str) -> str | None:
    """WeChat names whoever comes by its mini program; nobody comes by Alipay's so far."""
    return drivers.openid_of(connection, driver_id) if provider == "wechat" else None


class Paying:
    """Attempts to pay; each has an id of the phone's own, and the same id again answers the same."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        *,
        moves: Moves,
        tenders: Tenders,
        payments: Payments,
        payer_of: PayerOf = openid_at,
    ) -> None:
        self._database, self._clock, self._settings = database, clock, settings
        self._moves, self._tenders, self._payments = moves, tenders, payments
        self._payer_of = payer_of

    async def pay(
        self, driver: Driver, order_id: str, payment_id: str, asked: schemas.PaymentAsked, payer_ip: str
    ) -> schemas.StartedPayment:
        """Takes the parts that were chosen at once, and starts to pay what is left.

        Parts left out are kept as they were chosen before. Raises OrderNotFound, OrderStateUnfit, IdempotencyKeyReused,
        PartsUnfit, what a part says no to, PayerNotKnown, ProviderUnreachable.
        """
        # A code proves who pays and serves once: asked again with a fresh one, it is the same request.
        request = {"order_id": order_id, **asked.model_dump(exclude_none=True, exclude={"payer_code"})}
        if asked.parts is None:
            order, known = await self._database.read(
                lambda c: self._to_pay(c, repository.order(c, order_id), driver, payment_id, request)
            )
        else:
            chosen = await self._database.write(
                lambda work: self._choose(work, driver, order_id, payment_id, asked, request)
            )
            if isinstance(chosen, Refusal):
                raise chosen
            order, known = chosen
        if known is not None:
            return known
        if asked.parts is not None:
            # An attempt over another amount cannot pay this order any more: should it be paid all the same, it goes back.
            await self._payments.close_order_payments(order.id, but_fen=order.online_fen)
        answer = await self._started(driver, order, payment_id, asked, payer_ip)
        await self._database.write(
            lambda work: self._keep(work.connection, driver, payment_id, request, answer)
        )
        return answer

    def pay_whole(self, work: Work, order: OrderRow, tender: Tender) -> None:
        """The whole order out of stored value, in the transaction that placed it. Raises what the tender says no to."""
        refusal = self._tenders.choose(work, order, [Wanted(tender, order.to_pay_fen)])
        if refusal is not None:
            raise refusal
        self._moves.pay(work, self._moves.order(work, order.id), None, None, self._clock.now())

    def _choose(  # noqa: PLR0917 - a job of one method
        self,
        work: Work,
        driver: Driver,
        order_id: str,
        payment_id: str,
        asked: schemas.PaymentAsked,
        request: dict[str, object],
    ) -> tuple[OrderRow, schemas.StartedPayment | None] | Refusal:
        order, known = self._to_pay(
            work.connection,
            repository.order_to_change(work.connection, order_id),
            driver,
            payment_id,
            request,
        )
        if known is not None:
            return order, known
        wanted = [
            Wanted(Tender(one.tender), one.amount_fen or 0, one.points or 0, one.code or "")
            for one in asked.parts or ()
        ]
        refusal = self._tenders.choose(work, order, wanted)
        if refusal is not None:
            return refusal
        order = self._moves.order(work, order_id)
        if order.online_fen:
            if asked.provider is None:
                raise PartsUnfit(Tender.ONLINE, 0, order.online_fen)
            return order, None
        self._moves.pay(work, order, None, None, self._clock.now(), others_to_close=True)
        answer = schemas.StartedPayment(
            payment_id=payment_id,
            provider=None,
            pay_url=None,
            mini_program=None,
            expires_at=order.pay_before,
        )
        self._keep(work.connection, driver, payment_id, request, answer)
        return order, answer

    async def _started(
        self,
        driver: Driver,
        order: OrderRow,
        payment_id: str,
        asked: schemas.PaymentAsked,
        payer_ip: str,
    ) -> schemas.StartedPayment:
        if asked.provider is None or asked.channel is None:
            raise PartsUnfit(Tender.ONLINE, 0, order.online_fen)
        provider, channel = asked.provider, asked.channel
        station, openid = await self._database.read(
            lambda c: (
                stations.station(c, order.station_id),
                self._payer_of(c, driver.id, provider) if channel in ("mini_program", "jsapi") else None,
            )
        )
        description = _("{grade} at {station}, pump {pump}").format(
            grade=names.grade(order.grade), station=station.name if station else "", pump=order.pump
        )
        started = await self._payments.start_order_payment(
            order.id,
            payment_id,
            provider,
            channel,
            order.online_fen,
            description,
            f"{self._settings.site_url}/#/pages/order/order?id={order.id}",
            order.pay_before,
            payer_ip=payer_ip,
            payer_openid=openid,
            payer_code=asked.payer_code,
        )
        return schemas.StartedPayment(
            payment_id=payment_id,
            provider=provider,
            pay_url=started.pay_url,
            mini_program=dict(started.mini_program) if started.mini_program is not None else None,
            expires_at=started.expires_at,
        )

    def _to_pay(
        self,
        connection: Connection,
        order: OrderRow | None,
        driver: Driver,
        payment_id: str,
        request: dict[str, object],
    ) -> tuple[OrderRow, schemas.StartedPayment | None]:
        if order is None or order.driver_id != driver.id:
            raise OrderNotFound(str(request["order_id"]))
        answered = first_answers.recall(connection, driver.id, _PAY, payment_id, request)
        if answered is not None:
            return order, schemas.StartedPayment.model_validate(answered)
        if order.state is not OrderState.PENDING_PAYMENT or self._clock.now() >= order.pay_before:
            raise OrderStateUnfit(order.id, order.state)
        return order, None

    def _keep(
        self,
        connection: Connection,
        driver: Driver,
        payment_id: str,
        request: dict[str, object],
        answer: schemas.StartedPayment,
    ) -> None:
        if first_answers.recall(connection, driver.id, _PAY, payment_id, request) is None:
            first_answers.keep(
                connection,
                asker=driver.id,
                route=_PAY,
                key=payment_id,
                request=request,
                answer=answer.model_dump(mode="json"),
                now=self._clock.now(),
            )
