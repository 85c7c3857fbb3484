"""Takes in what a station says of its prices, and tells what each grade costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from cloud_api.database import Work
from cloud_api.prices import repository
from cloud_api.prices.repository import ComingRow, PriceRow
from core.domain.refusals.pumps import GradeNotFound
from core.protocol.from_station import PricesChanged


@dataclass(frozen=True, slots=True)
class GradeOnBoard:
    """What a grade costs now, and the next change that is known."""

    grade: str
    price_li: int
    coming_li: int | None
    coming_at: datetime | None


def take_board(
    work: Work, station_id: str, told: datetime, board: PricesChanged, *, may_be_late: bool = False
) -> None:
    """The station's board; one that `may_be_late`, and was written before the one we know, changes nothing."""
    known = repository.told_at(work.connection, station_id)
    if may_be_late and known is not None and told < known:
        return
    now = {one.grade: PriceRow(station_id, one.grade, one.price_li) for one in board.prices}
    coming = {
        (one.grade, one.at): ComingRow(station_id, one.grade, one.price_li, one.at) for one in board.coming
    }
    repository.replace_board(work.connection, station_id, told, list(now.values()), list(coming.values()))


def price_li_of(connection: Connection, station_id: str, grade: str) -> int:
    """Li per litre now. Raises GradeNotFound where the station's board does not have the grade."""
    price = repository.price_of(connection, station_id, grade)
    if price is None:
        raise GradeNotFound(grade)
    return price


def boards(
    connection: Connection, station_ids: Sequence[str], now: datetime
) -> dict[str, list[GradeOnBoard]]:
    """The boards of these stations."""
    coming: dict[tuple[str, str], ComingRow] = {}
    for row in repository.coming_rows(connection, station_ids, now):
        coming.setdefault((row.station_id, row.grade), row)
    found: dict[str, list[GradeOnBoard]] = {station_id: [] for station_id in station_ids}
    for price in repository.board_rows(connection, station_ids):
        soon = coming.get((price.station_id, price.grade))
        found[price.station_id].append(
            GradeOnBoard(
                price.grade, price.price_li, soon.price_li if soon else None, soon.at if soon else None
            )
        )
    return found
