"""Sales that ended while nobody listened: found in each pump's list when the line stands again."""

import logging
from collections.abc import Mapping
from datetime import tzinfo

from core.devices.pumps.fusion.endings import Endings
from core.devices.pumps.fusion.line import Line
from core.devices.pumps.fusion.marks import is_promise, moment_of
from core.devices.pumps.fusion.messages import Message
from core.devices.pumps.fusion.promises import Promises
from core.devices.pumps.fusion.sales import Sale, sales_of
from core.domain.ids import PumpNumber

_log = logging.getLogger(__name__)

LIST = "REQ_GET_PUMP_SALES"
LIST_ANSWER = "RES_GET_PUMP_SALES"
AT_ONCE = 10
"""The controller lists no more of a pump's sales at a time."""


class Recovery:
    """Decides which of the listed sales are news. Used by the line's thread alone.

    `booked` has the number of the last fill that the books know of each pump: ours for a promise, else the controller's.
    """

    def __init__(
        self, endings: Endings, promises: Promises, zone: tzinfo, booked: Mapping[PumpNumber, int]
    ) -> None:
        self._endings = endings
        self._promises = promises
        self._zone = zone
        self._booked = dict(booked)
        self._newest: dict[PumpNumber, int] = {}  # up to this sale everything is known
        self.last: list[Sale] = []  # the list that came last, oldest first

    def ask(self, line: Line, pumps: tuple[PumpNumber, ...]) -> None:
        """Ask for every pump's list. Raises the line's faults."""
        for pump in pumps:
            line.post(LIST, {"PM": str(pump), "QT": str(AT_ONCE)})

    def listed(self, pump: PumpNumber, message: Message) -> list[Sale]:
        """The sales in this pump's list that are news, oldest first. Raises MessageUnfit."""
        sales, unfit = sales_of(message, self._zone)
        for trouble in unfit:
            _log.warning("one sale in a pump's list cannot be read: %s", trouble)
        self.last = sales = [sale for sale in sales if sale.pump == pump]
        since = self._newest[pump] if pump in self._newest else self._known_by_books(pump, sales)
        self._newest[pump] = max((sale.number for sale in sales), default=since)
        news: list[Sale] = []
        for sale in sales:
            if sale.paid:
                self._endings.closed(sale.number)
            elif not self._endings.knows(sale.number) and (sale.promise is not None or sale.number > since):
                news.append(sale)
        return news

    def _known_by_books(self, pump: PumpNumber, sales: list[Sale]) -> int:
        """The controller's number of the newest sale that the books have, as well as can be told."""
        booked = self._booked.get(pump)
        if booked is None:
            return max(
                (sale.number for sale in sales), default=0
            )  # a new station: what was before it is not its own
        if not is_promise(booked):
            return booked
        same = next((sale.number for sale in sales if sale.promise == booked), None)
        if same is not None:
            return same
        before = [sale.number for sale in sales if sale.ended is not None and sale.ended < moment_of(booked)]
        # The first sale after the promise was made is the one that the books have.
        later = [sale.number for sale in sales if sale.number > max(before, default=0)]
        return later[0] if later else max(before, default=0)
