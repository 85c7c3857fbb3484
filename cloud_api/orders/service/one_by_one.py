"""The ordinary way of an order that is paid from the wallet at once: quoted, placed and paid in one transaction."""

from cloud_api.access import Driver
from cloud_api.database import Work
from cloud_api.orders import repository, schemas
from cloud_api.orders.service import view
from cloud_api.orders.service.orders import Orders
from cloud_api.orders.service.paying import Paying
from cloud_api.orders.service.quotes import Quotes
from core.domain.order import OrderState
from core.domain.refusals.orders import OrderNotFound, QuoteExpired
from core.domain.tenders import Tender


class OneByOne:
    """What `OrdersFromWallet` leaves to the rooms' own ways, and is held against in a test."""

    def __init__(self, quotes: Quotes, orders: Orders, paying: Paying) -> None:
        self._quotes, self._orders, self._paying = quotes, orders, paying

    def __call__(
        self, work: Work, driver: Driver, key: str, asked: schemas.WalletOrderAsked
    ) -> schemas.Order:
        """Raises what quoting, placing and paying raise, and QuoteExpired where the price is not what the phone showed."""
        wanted = {"station_id", "pump", "nozzle", "by", "amount_fen", "volume_ml", "coupon_id"}
        quote = self._quotes.quote_in(
            work, driver.id, schemas.QuoteAsked.model_validate(asked.model_dump(include=wanted))
        )
        if quote.to_pay_fen != asked.to_pay_fen:
            raise QuoteExpired
        placing = schemas.OrderAsked(quote_id=quote.id, plate=asked.plate, car=asked.car)
        self._orders.place_in(work, driver, key, placing)
        order = self._known(work, key)
        if order.state is OrderState.PENDING_PAYMENT:
            self._paying.pay_whole(work, order, Tender.WALLET)
        return view.shown(work.connection, self._known(work, key))

    @staticmethod
    def _known(work: Work, order_id: str) -> repository.OrderRow:
        order = repository.order_to_change(work.connection, order_id)
        if order is None:
            raise OrderNotFound(order_id)
        return order
