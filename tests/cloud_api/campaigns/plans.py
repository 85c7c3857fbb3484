"""A campaign as the head office asks for it; a test says only what matters."""

from datetime import timedelta
from typing import Any

from core.protocol.moments import moment_text
from tests.cloud_api.conftest import Cloud


def a_plan(cloud: Cloud, **other: Any) -> dict[str, Any]:
    """15 yuan off, for 30 days from now."""
    now = cloud.clock.now()
    terms = {
        "kind": "amount_off",
        "off_fen": 1500,
        "threshold_fen": 10000,
        "valid_from": moment_text(now),
        "valid_until": moment_text(now + timedelta(days=30)),
    }
    return {"title": "满100减15", "terms": terms, "stock": 100, **other}
