"""Whom messages are about: left out of what waits in the mailbox, and said when the station fetches.

So a person's data lies in one place, and whoever has been erased is nobody in a message either, though a station that comes
back from a backup may fetch it once more.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from cloud_api.metadata import metadata
from cloud_api.sets import among
from core.domain.masking import masked_phone
from core.protocol.from_cloud import OrderPlaced

_OF_A_PERSON = frozenset({"plate", "car", "driver_phone_masked"})
_NOBODY: Mapping[str, str] = dict.fromkeys(sorted(_OF_A_PERSON), "")


def left_out(kind: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body as it is kept."""
    if kind != OrderPlaced.kind:
        return body
    return {name: value for name, value in body.items() if name not in _OF_A_PERSON}


def said(connection: Connection, envelopes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The envelopes whole, as the station takes them."""
    ids = {one["body"]["order_id"] for one in envelopes if one["kind"] == OrderPlaced.kind}
    if not ids:
        return envelopes
    whom = _whom(connection, ids)
    return [
        {**one, "body": {**one["body"], **whom.get(one["body"]["order_id"], _NOBODY)}}
        if one["kind"] == OrderPlaced.kind
        else one
        for one in envelopes
    ]


def _whom(connection: Connection, order_ids: set[str]) -> dict[str, Mapping[str, str]]:
    orders, drivers = metadata.tables["orders"], metadata.tables["drivers"]
    rows = connection.execute(
        select(orders.c.id, orders.c.plate, orders.c.car, drivers.c.phone)
        .join(drivers, drivers.c.id == orders.c.driver_id)
        # The bounds tell PostgreSQL in which months to look.
        .where(among(connection, orders.c.id, order_ids), orders.c.id.between(min(order_ids), max(order_ids)))
    )
    return {
        row.id: {
            "plate": row.plate,
            "car": row.car,
            "driver_phone_masked": masked_phone(row.phone or ""),
        }
        for row in rows
    }
