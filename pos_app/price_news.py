"""What a till says of prices: that one comes, that it is there, that a nozzle is blocked, that nobody agreed in time."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.events.prices import (
    NozzleNotSwitched,
    NozzlePriceApplied,
    PriceApplied,
    PriceComing,
    PriceExpired,
)
from core.domain.ids import GradeCode
from core.domain.price import PriceChange, UnitPrice
from core.domain.price_switch import BlockWhy
from core.qt.event_bridge import EventBridge
from core.qt.notices import Notices
from core.wording import formats, names, prices
from core.wording.catalogue import _


class PriceNews:
    """Says it in the till's notice, whoever is signed in. A blocked nozzle's notice stays until it has its price."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._blocked = ""  # the notice of the nozzle that was blocked last
        self._nozzle = ""

    def listen(self, bridge: EventBridge) -> None:
        """Begin."""
        bridge.on(PriceComing, self._coming)
        bridge.on(PriceApplied, self._applied)
        bridge.on(PriceExpired, self._expired)
        bridge.on(NozzleNotSwitched, self._not_switched)
        bridge.on(NozzlePriceApplied, self._switched)

    def remind(self, coming: Sequence[PriceChange]) -> None:
        """Whoever signs in now hears of what was announced before they came."""
        if coming:
            said = (_comes(each.grade, each.price, each.due_at) for each in coming)
            self._notices.watch("\n".join(dict.fromkeys(said)))

    def _coming(self, event: PriceComing) -> None:
        self._notices.watch(
            _comes(GradeCode(event.grade), UnitPrice(event.price_li), datetime.fromisoformat(event.due_at))
        )

    def _applied(self, event: PriceApplied) -> None:
        self._notices.watch(
            _("{grade} costs {price} now.").format(
                grade=names.grade(event.grade), price=formats.unit_price(UnitPrice(event.price_li))
            ),
            passing=True,
        )

    def _expired(self, event: PriceExpired) -> None:
        self._notices.act(
            _("{grade} stays as it is: nobody agreed in time to {price}. Tell the manager.").format(
                grade=names.grade(event.grade), price=formats.unit_price(UnitPrice(event.price_li))
            )
        )

    def _not_switched(self, event: NozzleNotSwitched) -> None:
        pump, _dash, nozzle = event.nozzle.partition("-")
        self._nozzle = event.nozzle
        self._blocked = _(
            "Pump {pump}, nozzle {nozzle} does not have the new price and is blocked. {why}. The manager retries it."
        ).format(pump=pump, nozzle=nozzle, why=prices.why_blocked(BlockWhy(event.why)))
        self._notices.act(self._blocked)

    def _switched(self, event: NozzlePriceApplied) -> None:
        shows = self._notices.now
        if event.nozzle == self._nozzle and shows is not None and shows.text == self._blocked:
            self._notices.clear()


def _comes(grade: GradeCode, price: UnitPrice, due_at: datetime) -> str:
    return _("{grade} costs {price} from {moment} on. A fill that runs then keeps its price.").format(
        grade=names.grade(grade), price=formats.unit_price(price), moment=formats.short_end_moment(due_at)
    )
