"""What the cloud hears of prices: the board, and what is surely coming."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.domain.ids import GradeCode, PriceChangeId, StaffId
from core.domain.price import PriceBoard, PriceChange, PriceChangeState, UnitPrice
from core.protocol.from_station import PricesChanged

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PLANNED = PriceChange(
    PriceChangeId("1" * 32), GradeCode("G92"), UnitPrice(7_650), NOW + timedelta(hours=2), StaffId("s"), NOW
)


def test_a_change_that_nobody_has_agreed_to_is_not_told():
    proposed = replace(
        PLANNED, grade=GradeCode("G95"), price=UnitPrice(8_100), state=PriceChangeState.PROPOSED
    )
    board = PriceBoard({GradeCode("G92"): UnitPrice(7_810), GradeCode("G95"): UnitPrice(8_330)})
    told = PricesChanged.of(board, [PLANNED, proposed])
    assert [(price.grade, price.price_li) for price in told.prices] == [("G92", 7_810), ("G95", 8_330)]
    assert [(one.grade, one.price_li, one.at) for one in told.coming] == [("G92", 7_650, PLANNED.due_at)]
