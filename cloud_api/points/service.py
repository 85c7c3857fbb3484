"""Rules of points: earned by what was paid, set aside and spent by a till's use id, reversed with what was given back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.ledger import book
from cloud_api.ledger.book import BalanceTooShort, Entry, Kind, Posting, derived_id
from cloud_api.points import repository
from cloud_api.points.repository import HELD, OVERDUE, REDEEMED, RELEASED, LevelRow, SaleRow, UseRow
from cloud_api.settings import Settings
from core.domain.litres import Litres
from core.domain.member import EarningRule
from core.domain.money import Money
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.members import PointsHoldGone, PointsNotEnough
from core.protocol.from_station import RefundCompleted, SaleCompleted

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a driver has in points, and which level a year's points make."""

    points: int
    level: LevelRow


class Points:
    """Points of drivers. The callers see to it that a member who spends is the one who stands there."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database, self._clock, self._settings = database, clock, settings

    def standing(self, connection: Connection, driver_id: str) -> Standing:
        return Standing(book.balance(connection, Kind.POINTS, driver_id), self._level(connection, driver_id))

    # --- spending ---

    def known_use(self, connection: Connection, use_id: str) -> UseRow | None:
        return repository.use(connection, use_id)

    def hold(
        self, work: Work, use_id: str, *, station_id: str, sale_id: str, driver_id: str, points: int
    ) -> UseRow:
        """Sets points aside for a bill, once for this id. Raises PointsNotEnough, PointsHoldGone."""
        connection, now = work.connection, self._clock.now()
        until = now + timedelta(seconds=self._settings.points_hold_seconds)
        known = repository.use(connection, use_id)
        if known is not None:
            asked = (station_id, sale_id, driver_id, points)
            if (known.station_id, known.sale_id, known.driver_id, known.points) != asked:
                raise IdempotencyKeyReused
            if known.state not in (HELD, REDEEMED):
                raise PointsHoldGone
            repository.change_use(connection, use_id, expires_at=until)
            return known
        moved = (Entry(Kind.POINTS, driver_id, -points), Entry(Kind.POINTS_HELD, driver_id, points))
        self._post(connection, Posting(use_id, "points_held", sale_id, moved), driver_id, points)
        worth_fen = points * 100 // self._settings.points_per_yuan_off
        row = UseRow(use_id, driver_id, station_id, sale_id, points, worth_fen, HELD, until)
        repository.add_use(connection, row, now)
        return row

    async def redeem(self, station_id: str, use_id: str, sale_id: str, points: int) -> UseRow:
        """The bill is paid: so many of those held are spent, the rest is free again. Once; a repeat changes nothing.

        A hold that was let go of in the meantime is made good where the points are still there. Raises PointsHoldGone.
        """
        return await self._database.write(
            lambda work: self._redeem(work, station_id, use_id, sale_id, points)
        )

    def _redeem(self, work: Work, station_id: str, use_id: str, sale_id: str, points: int) -> UseRow:
        connection = work.connection
        row = repository.use(connection, use_id)
        if row is None or (row.station_id, row.sale_id) != (station_id, sale_id) or row.state == RELEASED:
            raise PointsHoldGone
        if row.state == REDEEMED:
            return row
        if not 0 < points <= row.points:
            raise PointsHoldGone
        held = row.points if row.state == HELD else 0
        moved = (
            Entry(Kind.POINTS_HELD, row.driver_id, -held),
            Entry(Kind.POINTS, row.driver_id, held - points),
            Entry(Kind.POINTS_SPENT, "", points),
        )
        posting = Posting(derived_id("spend", use_id), "points_spent", sale_id, moved)
        try:
            with connection.begin_nested():
                book.post(connection, posting, self._clock.now())
        except BalanceTooShort as short:
            raise PointsHoldGone from short
        repository.change_use(connection, use_id, state=REDEEMED, spent=points)
        # A refund may have been told before the till had told of the spending.
        self._settle(work, station_id, sale_id)
        return repository.use(connection, use_id) or row

    async def release(self, station_id: str, use_id: str) -> UseRow:
        """The points are the member's again. Raises PointsHoldGone (there is no such hold, or it was spent)."""

        def free(work: Work) -> UseRow:
            row = repository.use(work.connection, use_id)
            if row is None or row.station_id != station_id or row.state == REDEEMED:
                raise PointsHoldGone
            return self._free(work, row, RELEASED)

        return await self._database.write(free)

    async def release_overdue(self) -> None:
        """Chore: holds that counters forgot."""
        now = self._clock.now()
        if await self._database.read(lambda c: repository.overdue_uses(c, now)):
            await self._database.write(self._release_overdue)

    def _release_overdue(self, work: Work) -> None:
        now = self._clock.now()
        for use_id in repository.overdue_uses(work.connection, now):
            row = repository.use(work.connection, use_id)
            if row is not None and row.state == HELD and row.expires_at <= now:
                self._free(work, row, OVERDUE)

    def _free(self, work: Work, row: UseRow, state: str) -> UseRow:
        if row.state == HELD:
            moved = (
                Entry(Kind.POINTS_HELD, row.driver_id, -row.points),
                Entry(Kind.POINTS, row.driver_id, row.points),
            )
            posting = Posting(derived_id("free", row.id), "points_freed", row.sale_id, moved)
            book.post(work.connection, posting, self._clock.now())
        repository.change_use(work.connection, row.id, state=state)
        return repository.use(work.connection, row.id) or row

    # --- earning ---

    def take_sale(self, work: Work, station_id: str, sale: SaleCompleted) -> None:
        """A bill of a member is paid: it earns, by the member's level of that moment. Once for the same bill."""
        connection = work.connection
        if sale.member_id is None or repository.sale(connection, station_id, sale.sale_id) is not None:
            return
        earned = points_for(self._level(connection, sale.member_id), sale)
        row = SaleRow(
            station_id, sale.sale_id, sale.member_id, sale.completed_at, max(0, sale.total_fen), earned
        )
        repository.add_sale(connection, row)
        posting_id = derived_id("earn", f"{station_id} {sale.sale_id}")
        self._give(connection, posting_id, row, earned, source=Kind.POINTS_ISSUED, why="points_earned")
        self._settle(work, station_id, sale.sale_id)

    def take_refund(self, work: Work, station_id: str, refund: RefundCompleted) -> None:
        """Money was given back: what it had earned goes, what was spent comes back, both in proportion. Once each."""
        repository.add_refund(work.connection, station_id, refund.refund_id, refund.sale_id, refund.total_fen)
        self._settle(work, station_id, refund.sale_id)

    def give(self, work: Work, gift_id: str, driver_id: str, points: int) -> None:
        """Points for nothing, once for this id: of a campaign, or of whoever keeps the cloud."""
        moved = (Entry(Kind.POINTS, driver_id, points), Entry(Kind.POINTS_ISSUED, "", -points))
        book.post(work.connection, Posting(gift_id, "points_given", driver_id, moved), self._clock.now())

    def _settle(self, work: Work, station_id: str, sale_id: str) -> None:
        """Brings a bill's points to where its refunds so far put them; nothing where that is done already."""
        connection = work.connection
        row = repository.sale(connection, station_id, sale_id)
        count, refunded_fen = repository.refunded(connection, station_id, sale_id)
        if row is None or not count:
            return
        spent = sum(use.spent for use in repository.spent_on(connection, station_id, sale_id))
        back = _in_proportion(row.earned, refunded_fen, row.total_fen)
        if back > row.reversed:
            posting_id = derived_id("reverse points", f"{station_id} {sale_id} {back}")
            self._take_back(connection, posting_id, row, back - row.reversed)
            repository.change_sale(connection, row, reversed=back)
        returned = _in_proportion(spent, refunded_fen, row.total_fen)
        if returned > row.returned:
            posting_id = derived_id("return points", f"{station_id} {sale_id} {returned}")
            self._give(
                connection,
                posting_id,
                row,
                returned - row.returned,
                source=Kind.POINTS_SPENT,
                why="points_returned",
            )
            repository.change_sale(connection, row, returned=returned)

    def _give(
        self, connection: Connection, posting_id: str, row: SaleRow, points: int, *, source: Kind, why: str
    ) -> None:
        """What is owed is repaid first."""
        owed = max(0, -book.balance(connection, Kind.POINTS_OWED, row.driver_id, lock=True))
        repaid = min(owed, points)
        moved = (
            Entry(Kind.POINTS, row.driver_id, points - repaid),
            Entry(Kind.POINTS_OWED, row.driver_id, repaid),
            Entry(source, "", -points),
        )
        book.post(connection, Posting(posting_id, why, row.sale_id, moved), self._clock.now())

    def _take_back(self, connection: Connection, posting_id: str, row: SaleRow, points: int) -> None:
        """Points that were spent already are owed: nobody's balance goes below zero."""
        have = min(points, book.balance(connection, Kind.POINTS, row.driver_id, lock=True))
        moved = (
            Entry(Kind.POINTS, row.driver_id, -have),
            Entry(Kind.POINTS_OWED, row.driver_id, have - points),
            Entry(Kind.POINTS_ISSUED, "", points),
        )
        book.post(connection, Posting(posting_id, "points_reversed", row.sale_id, moved), self._clock.now())

    def _post(self, connection: Connection, posting: Posting, driver_id: str, points: int) -> None:
        try:
            with connection.begin_nested():
                book.post(connection, posting, self._clock.now())
        except BalanceTooShort as short:
            raise PointsNotEnough(book.balance(connection, Kind.POINTS, driver_id), points) from short

    def _level(self, connection: Connection, driver_id: str) -> LevelRow:
        earned = repository.earned_since(connection, driver_id, self._year_ago())
        reached = [level for level in repository.levels(connection) if level.from_points <= earned]
        return reached[-1] if reached else LevelRow("member", "会员", 0, 0, 0)

    def _year_ago(self) -> datetime:
        return self._clock.now() - _YEAR


def points_for(level: LevelRow, sale: SaleCompleted) -> int:
    """Whole points for what was paid, discounts and spent points already off, and for the litres."""
    filled = Litres(sum(line.volume_ml or 0 for line in sale.lines if line.what == "fuel"))
    return EarningRule(level.per_yuan, level.per_litre).earned(Money(sale.total_fen), filled)


def _in_proportion(points: int, part_fen: int, whole_fen: int) -> int:
    return points if part_fen >= whole_fen else points * part_fen // whole_fen
