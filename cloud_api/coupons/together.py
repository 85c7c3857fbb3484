"""Many coupons at once, by one statement."""

from collections.abc import Sequence

from cloud_api.coupons.tables import coupons
from cloud_api.sets import Writes


def hold_all(writes: Writes, held: Sequence[tuple[str, str]]) -> None:
    """Sets coupons aside that were locked and found free: each coupon for its order, until the order ends."""
    writes.update(
        coupons,
        "id",
        [{"id": coupon, "holder": order} for coupon, order in held],
        {"state": "held", "held_until": None, "companions": None},
    )
