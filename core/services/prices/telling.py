"""Tells the cloud what every grade costs and what it is going to cost."""

from datetime import datetime

from core.ports.identity import Identity
from core.ports.unit_of_work import Work
from core.protocol import from_station
from core.protocol.codec import wrap


def tell_cloud(work: Work, ids: Identity, now: datetime) -> None:
    """With this commit."""
    told = from_station.PricesChanged.of(work.prices.board(), work.prices.open_changes())
    work.messages.post(wrap(told, ids(), now))
