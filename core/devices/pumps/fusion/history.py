"""Sales of the past, asked for: a pump's newest, and from there back one by one."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from core.devices.pumps.fusion.endings import Endings
from core.devices.pumps.fusion.line import Line
from core.devices.pumps.fusion.marks import is_promise
from core.devices.pumps.fusion.messages import MessageUnfit
from core.devices.pumps.fusion.promises import Promises
from core.devices.pumps.fusion.recovery import AT_ONCE, LIST, LIST_ANSWER
from core.devices.pumps.fusion.sales import SETTLED, Sale, pump_of_list, sale_of, sales_of
from core.domain.controller import Totals
from core.domain.faults import PumpAnswerUnfit
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.pump import EndedFill

_DETAIL = "REQ_GET_SALE_DETAIL"
_DETAIL_ANSWER = "RES_GET_SALE_DETAIL"
_MOST_BACK = 1_000
_MOST_KEPT = 5_000
_MOST_GAPS = 3  # numbers that the controller does not know, one after the other: there its past begins


class History:
    """Asks from the caller's thread. Numbers of ours stand for sales where a mark of ours came with them."""

    def __init__(
        self, line: Line, endings: Endings, promises: Promises, *, zone: tzinfo, answer_seconds: float
    ) -> None:
        self._line = line
        self._endings = endings
        self._promises = promises
        self._settled: dict[int, Sale] = {}  # what is settled does not change any more
        self._zone = zone
        self._answer_seconds = answer_seconds

    def find(self, pump: PumpNumber, transaction: int) -> EndedFill | None:
        """The fill under this number (ours, or a sale's own), None where it is not known."""
        if is_promise(transaction):
            sale = next((each for each in self._newest(pump) if each.promise == transaction), None)
        else:
            sale = self._detail(transaction)
        if sale is None or sale.pump != pump or not self._is_told(sale):
            return None
        return self._fill(sale)

    def is_paid(self, pump: PumpNumber, number: int) -> bool:
        """Whether the controller has this sale as settled."""
        return any(sale.number == number and sale.paid for sale in self._newest(pump))

    def counters(self, pump: PumpNumber) -> dict[NozzleNumber, Totals]:
        """Each nozzle's counters after its last sale, of those that are still in the pump's list."""
        found: dict[NozzleNumber, Totals] = {}
        for sale in self._newest(pump):
            totals = sale.totals()
            if totals is not None:
                found[sale.nozzle] = totals
        return found

    def between(self, since: datetime, until: datetime, pumps: Sequence[PumpNumber]) -> Sequence[EndedFill]:
        """Fills that ended in this time, oldest first."""
        sales = {sale.number: sale for pump in pumps for sale in self._newest(pump)}
        listed = dict(sales)
        lists = {pump: [sale for sale in listed.values() if sale.pump == pump] for pump in pumps}
        # A full list may hide older ones behind it.
        hidden = [
            min(sale.number for sale in found)
            for found in lists.values()
            if len(found) >= AT_ONCE and all(sale.ended is None or sale.ended >= since for sale in found)
        ]
        if hidden:
            for sale in self._back_from(max(hidden), since):
                if sale.pump in pumps:
                    sales.setdefault(sale.number, sale)
        fills = [self._fill(sale) for _number, sale in sorted(sales.items()) if self._is_told(sale)]
        return sorted(
            (fill for fill in fills if since <= fill.ended_at <= until), key=lambda fill: fill.ended_at
        )

    def _is_told(self, sale: Sale) -> bool:
        """Whether it is ours to book, and under which number is certain.

        What another till settled is his. What came of a promise and shows no mark of it could be in the books under the
        promise's number already.
        """
        if sale.paid and sale.settled_by != SETTLED:
            return False
        if self._endings.knows(sale.number) or sale.promise is not None or sale.uncontrolled:
            return True
        return self._promises.marks_come_back

    def _back_from(self, newest: int, since: datetime) -> Iterator[Sale]:
        gaps = 0
        for number in range(newest - 1, max(0, newest - _MOST_BACK), -1):
            sale = self._detail(number)
            if sale is None:
                gaps += 1
                if gaps >= _MOST_GAPS:
                    return
                continue
            gaps = 0
            if sale.ended is not None and sale.ended < since:
                return
            yield sale

    def _newest(self, pump: PumpNumber) -> list[Sale]:
        message = self._line.ask(
            LIST,
            {"PM": str(pump), "QT": str(AT_ONCE)},
            lambda heard: heard.event == LIST_ANSWER and pump_of_list(heard) == pump,
            self._answer_seconds,
        )
        if message is None:
            raise PumpAnswerUnfit
        try:
            return sales_of(message, self._zone)[0]
        except MessageUnfit as unfit:
            raise PumpAnswerUnfit from unfit

    def _detail(self, number: int) -> Sale | None:
        known = self._settled.get(number)
        if known is not None:
            return known
        message = self._line.ask(
            _DETAIL,
            {"SID": str(number)},
            lambda heard: (
                heard.event == _DETAIL_ANSWER
                and (heard.values.get("SA") == str(number) or heard.values.get("RC") == "ERROR")
            ),
            self._answer_seconds,
        )
        if message is None or message.values.get("RC") == "ERROR":
            return None
        try:
            sale = sale_of(message, self._zone)
        except MessageUnfit as unfit:
            raise PumpAnswerUnfit from unfit
        if sale.paid:
            self._settled[sale.number] = sale
            while len(self._settled) > _MOST_KEPT:
                del self._settled[next(iter(self._settled))]
        return sale

    def _fill(self, sale: Sale) -> EndedFill:
        number = self._endings.number_of(sale.number) or sale.promise or sale.number
        return self._endings.fill_of(sale, number)
