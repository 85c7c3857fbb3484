"""Port price_pole: rows of digits on a network or serial cable, each row told in an ISO 1745 frame and acknowledged.

Makers of LED price signs have each a language of their own and publish few of them. This is the plainest that a sign's
converter can be set to: STX, row in two digits, price in characters, ETX, and the exclusive-or of what follows STX; the sign
answers ACK or NAK. A pole behind the pump controller needs none of it: that follows the controller's list of grade prices.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import xor

from core.devices.links.link import ByteLink, LinkFailure
from core.domain.faults import PricePoleSilent
from core.domain.ids import GradeCode
from core.domain.price import UnitPrice

STX, ETX, ACK, NAK = 0x02, 0x03, 0x06, 0x15
_TRIES = 3
_WIDTH = 6
_log = logging.getLogger(__name__)


class RowPricePole:
    """One row for each of `rows`, from the top."""

    def __init__(self, link: ByteLink, rows: Sequence[GradeCode]) -> None:
        self._link = link
        self._rows = tuple(rows)
        self._one_at_a_time = threading.Lock()

    def show(self, prices: Mapping[GradeCode, UnitPrice]) -> None:
        """Each row its grade's price; a grade without one is left dark."""
        with self._one_at_a_time:
            try:
                self._link.open()
                for row, grade in enumerate(self._rows, 1):
                    self._tell(row, framed(row, prices.get(grade)))
            except LinkFailure as failure:
                _log.info("the price pole: %s", failure)
                raise PricePoleSilent from failure
            finally:
                self._link.close()

    def _tell(self, row: int, frame: bytes) -> None:
        for _try in range(_TRIES):
            self._link.write(frame)
            answer = self._link.read()
            if answer[:1] == bytes([ACK]):
                return
        _log.info("the price pole refuses row %d", row)
        raise PricePoleSilent


def framed(row: int, price: UnitPrice | None) -> bytes:
    """What one row is told; no price is dark."""
    figure = "" if price is None else f"{price.li // 1_000}.{price.li % 1_000:03}".removesuffix("0")
    body = f"{row:02}{figure:>{_WIDTH}}".encode("ascii") + bytes([ETX])
    return bytes([STX]) + body + bytes([reduce(xor, body)])
