"""An order that was placed and paid at once, as its driver and its station are told of it; the same as any other's.

What `view.of_parts` and `OrderPlaced` make of its rows, written down for the one state that it can be in. Tests hold both.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from cloud_api.coupons.repository import CouponRow
from cloud_api.orders.service import view
from cloud_api.orders.together import Place
from core.domain.masking import masked_phone
from core.domain.tenders import Tender
from core.protocol.moments import moment_text
from core.wording import names
from core.wording.catalogue import Language, in_language

WHAT = ("placed", "paid")
# The columns of orders that its message says under their own names.
_TOLD = (
    "code", "pump", "nozzle", "grade", "price_li", "amount_fen", "volume_ml", "discount_fen", "paid_fen", "plate", "car",
)  # fmt: skip


def answer(
    row: Mapping[str, Any],
    same: Mapping[str, Any],
    place: Place,
    coupon: CouponRow | None,
    language: Language,
) -> bytes:
    """The body that goes out. `row` and `same` are what is written in orders."""
    at = moment_text(same["created_at"])
    words = _words(language)
    return to_json(
        {
            "id": row["id"],
            "code": row["code"],
            "state": same["state"],
            "station": {"id": place.station_id, "name": place.station_name, "address": place.station_address},
            "pump": row["pump"],
            "nozzle": row["nozzle"],
            "grade": row["grade"],
            "grade_name": _grade(row["grade"], language),
            "price_li": row["price_li"],
            "by": row["by_what"],
            "amount_fen": row["amount_fen"],
            "volume_ml": row["volume_ml"],
            "discount_fen": row["discount_fen"],
            "to_pay_fen": row["paid_fen"],
            "paid_fen": row["paid_fen"],
            "coupon": None if coupon is None else {"id": coupon.id, "title": coupon.title},
            "plate": row["plate"],
            "car": row["car"],
            "created_at": at,
            "pay_before": moment_text(same["pay_before"]),
            "paid_at": at,
            "accepted_at": None,
            "provider": None,
            "fuelling": None,
            "fill": None,
            "settlement": None,
            "cancelled": None,
            "car_question": None,
            "tenders": [
                {
                    "tender": Tender.WALLET.value,
                    "amount_fen": row["paid_fen"],
                    "points": None,
                    "returned_fen": 0,
                }
            ],
            "back_asked": None,
            "timeline": [{"at": at, "what": what, "sentence": sentence} for what, sentence in words],
        }
    )


def message(row: Mapping[str, Any], same: Mapping[str, Any], phone: str) -> dict[str, Any]:
    """The body of its OrderPlaced."""
    told = {name: row[name] for name in _TOLD}
    return {
        "order_id": row["id"],
        "by": row["by_what"],
        **told,
        "driver_phone_masked": masked_phone(phone),
        "paid_at": moment_text(same["paid_at"]),
    }


@lru_cache
def _words(language: Language) -> tuple[tuple[str, str], ...]:
    with in_language(language):
        return tuple((what, view.sentence(what)) for what in WHAT)


@lru_cache(256)
def _grade(code: str, language: Language) -> str:
    with in_language(language):
        return names.grade(code)
