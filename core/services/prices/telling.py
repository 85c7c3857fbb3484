"""Tells the cloud what every grade costs and what it is going to cost."""

from datetime import datetime

from core.domain.price import PriceChangeState
from core.ports.identity import Identity
from core.ports.unit_of_work import Work
from core.protocol import from_station
from core.protocol.codec import wrap


def tell_cloud(work: Work, ids: Identity, now: datetime) -> None:
    """With this commit. What nobody has agreed to yet is nobody's business outside."""
    coming = [
        change for change in work.prices.open_changes() if change.state is not PriceChangeState.PROPOSED
    ]
    work.messages.post(wrap(from_station.PricesChanged.of(work.prices.board(), coming), ids(), now))
