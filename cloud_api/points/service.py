"""Rules of points: earned by what was paid, set aside and spent by a till's use id, reversed with what was given back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.ledger import book, lots
from cloud_api.ledger.book import Entry, Kind, Posting, derived_id
from cloud_api.ledger.lots import LotsTooShort
from cloud_api.ledger.repository import StatementRow
from cloud_api.points import repository
from cloud_api.points.pockets import Pockets
from cloud_api.points.repository import HELD, OVERDUE, REDEEMED, RELEASED, LevelRow, SaleRow, UseRow
from cloud_api.settings import Settings
from core.domain.litres import Litres
from core.domain.member import EarningRule
from core.domain.money import Money
from core.domain.points_earning import BoughtFuel, PointsBonus, Purchase, earned
from core.domain.refusals.cloud import IdempotencyKeyReused, NotFound
from core.domain.refusals.members import PointsHoldGone, PointsNotEnough
from core.protocol.from_station import RefundCompleted, SaleCompleted

_MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """What a driver has in points, and which level a year's points make."""

    points: int
    level: LevelRow


@dataclass(frozen=True, slots=True)
class Overview:
    """What a driver may know of points: what is owed, what ends when, and how far it is to the next level."""

    standing: Standing
    owed: int
    next_level: LevelRow | None
    missing_for_next: int
    ending: tuple[tuple[int, datetime], ...]
    rules: tuple[PointsBonus, ...]


class Points:
    """Points of drivers. The callers see to it that a member who spends is the one who stands there."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database, self._clock, self._settings = database, clock, settings
        self._pockets = Pockets(settings.points_live_months)

    def standing(self, connection: Connection, driver_id: str) -> Standing:
        return Standing(book.balance(connection, Kind.POINTS, driver_id), self._level(connection, driver_id))

    def overview(self, connection: Connection, driver_id: str) -> Overview:
        now = self._clock.now()
        standing = self.standing(connection, driver_id)
        above = [
            level for level in repository.levels(connection) if level.from_points > standing.level.from_points
        ]
        missing = 0
        if above:
            since = now - timedelta(days=above[0].period_days)
            missing = max(0, above[0].from_points - repository.earned_since(connection, driver_id, since))
        held = lots.of_owner(connection, driver_id, (Kind.POINTS,))
        ending = sorted((lot.ends_at, lot.left) for lot in held if lot.ends_at is not None)
        return Overview(
            standing,
            max(0, -book.balance(connection, Kind.POINTS_OWED, driver_id)),
            above[0] if above else None,
            missing,
            tuple((left, ends_at) for ends_at, left in ending),
            tuple(rule for rule in self.rules(connection) if rule.starts_at <= now),
        )

    def statement(
        self, connection: Connection, driver_id: str, limit: int, before: int | None
    ) -> Sequence[StatementRow]:
        return book.statement(connection, Kind.POINTS, driver_id, limit, before=before)

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
        self._take(connection, Posting(use_id, "points_held", sale_id, moved), driver_id, points)
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
        if held:
            self._pockets.give_back(connection, use_id, held - points, self._clock.now())
        else:
            try:
                self._pockets.take(connection, _again(use_id), row.driver_id, points)
            except LotsTooShort as short:
                raise PointsHoldGone from short
        book.post(connection, posting, self._clock.now())
        repository.change_use(connection, use_id, state=REDEEMED, spent=points)
        # A refund may have been told before the till had told of the spending.
        self._settle(work, station_id, sale_id)
        return repository.use(connection, use_id) or row

    def spend_for_order(
        self, work: Work, use_id: str, *, station_id: str, order_id: str, driver_id: str, points: int
    ) -> int:
        """Points pay a part of an online order at once; what they are worth in fen. Raises PointsNotEnough."""
        row = self.hold(
            work, use_id, station_id=station_id, sale_id=order_id, driver_id=driver_id, points=points
        )
        self._redeem(work, station_id, use_id, order_id, points)
        return row.worth_fen

    def return_for_order(self, work: Work, use_id: str, points: int) -> None:
        """So many of the points that paid an order are the driver's again."""
        row = repository.use(work.connection, use_id)
        if row is None or row.state != REDEEMED or not 0 < points <= row.spent:
            raise ValueError(f"{points} points of {use_id} cannot come back")
        moved = (Entry(Kind.POINTS, row.driver_id, points), Entry(Kind.POINTS_SPENT, "", -points))
        # What is spent still gives each return a name of its own.
        posting = Posting(
            derived_id("order points", f"{use_id} {row.spent}"), "points_returned", row.sale_id, moved
        )
        self._give_back(work.connection, use_id, points)
        book.post(work.connection, posting, self._clock.now())
        repository.change_use(work.connection, use_id, spent=row.spent - points)

    def spend_on_coupon(self, work: Work, coupon_id: str, driver_id: str, points: int) -> None:
        """Points leave for good for a coupon or goods, once for the same coupon. Raises PointsNotEnough."""
        posting_id = derived_id("coupon for points", coupon_id)
        moved = (Entry(Kind.POINTS, driver_id, -points), Entry(Kind.POINTS_SPENT, "", points))
        posting = Posting(posting_id, "points_spent", coupon_id, moved)
        if lots.of_use(work.connection, posting_id):
            book.post(work.connection, posting, self._clock.now())
            return
        self._take(work.connection, posting, driver_id, points)

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
            self._give_back(work.connection, row.id, row.points)
            book.post(work.connection, posting, self._clock.now())
        repository.change_use(work.connection, row.id, state=state)
        return repository.use(work.connection, row.id) or row

    # --- earning ---

    def take_sale(self, work: Work, station_id: str, sale: SaleCompleted) -> None:
        """A bill of a member is paid: it earns, by the member's level of that moment. Once for the same bill."""
        if sale.member_id is None:
            return
        fuels = tuple(
            BoughtFuel(line.grade or "", Litres(line.volume_ml or 0), Money(max(0, line.gross_fen)))
            for line in sale.lines
            if line.what == "fuel"
        )
        row = SaleRow(station_id, sale.sale_id, sale.member_id, sale.completed_at, max(0, sale.total_fen), 0)
        self._earn(work, row, fuels)

    def take_completed_order(
        self,
        work: Work,
        order_id: str,
        station_id: str,
        driver_id: str,
        at: datetime,
        *,
        paid_fen: int,
        fuel: BoughtFuel,
    ) -> None:
        """An online order was filled: what was paid in money for it earns. Once for the same order."""
        self._earn(work, SaleRow(station_id, order_id, driver_id, at, max(0, paid_fen), 0), (fuel,))

    def _earn(self, work: Work, row: SaleRow, fuels: tuple[BoughtFuel, ...]) -> None:
        connection = work.connection
        if repository.sale(connection, row.station_id, row.sale_id) is not None:
            return
        level = self._level(connection, row.driver_id)
        purchase = Purchase(row.at, Money(row.total_fen), fuels, row.station_id, level.code)
        why = earned(
            EarningRule(level.per_yuan, level.per_litre), repository.rules(connection, row.at), purchase
        )
        row = replace(row, earned=why.points)
        repository.add_sale(connection, row)
        posting_id = derived_id("earn", f"{row.station_id} {row.sale_id}")
        self._give(connection, posting_id, row, row.earned, source=Kind.POINTS_ISSUED, why="points_earned")
        self._settle(work, row.station_id, row.sale_id)

    def take_refund(self, work: Work, station_id: str, refund: RefundCompleted) -> None:
        """Money was given back: what it had earned goes, what was spent comes back, both in proportion. Once each.

        A station names an online order as it names a bill of its own.
        """
        repository.add_refund(work.connection, station_id, refund.refund_id, refund.sale_id, refund.total_fen)
        self._settle(work, station_id, refund.sale_id)

    def give(self, work: Work, gift_id: str, driver_id: str, points: int) -> bool:
        """Points for nothing, once for this id: of a campaign, or of whoever keeps the cloud. False where it was done."""
        moved = (Entry(Kind.POINTS, driver_id, points), Entry(Kind.POINTS_ISSUED, "", -points))
        now = self._clock.now()
        is_new = book.post(work.connection, Posting(gift_id, "points_given", driver_id, moved), now)
        if is_new:
            self._pockets.add(work.connection, driver_id, points, now, "given")
        return is_new

    async def end_old(self) -> None:
        """Chore: points whose time is over."""
        now = self._clock.now()
        if await self._database.read(lambda c: lots.ended(c, Kind.POINTS, now, 1, lock=False)):
            await self._database.write(self._end_old)

    def _end_old(self, work: Work) -> None:
        now = self._clock.now()
        for driver_id, lot in lots.ended(work.connection, Kind.POINTS, now, _MOST_AT_ONCE):
            posting_id = derived_id("points ended", f"{lot.id} {lot.amount} {lot.ends_at}")
            lots.take_from(work.connection, posting_id, {lot.id: lot.left})
            moved = (Entry(Kind.POINTS, driver_id, -lot.left), Entry(Kind.POINTS_EXPIRED, "", lot.left))
            book.post(work.connection, Posting(posting_id, "points_ended", lot.id, moved), now)

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
                uses=[use.id for use in repository.spent_on(connection, station_id, sale_id)],
            )
            repository.change_sale(connection, row, returned=returned)

    def _give(
        self,
        connection: Connection,
        posting_id: str,
        row: SaleRow,
        points: int,
        *,
        source: Kind,
        why: str,
        uses: Sequence[str] = (),
    ) -> None:
        """What is owed is repaid first; what was spent goes back where it was taken."""
        owed = max(0, -book.balance(connection, Kind.POINTS_OWED, row.driver_id))
        repaid = min(owed, points)
        left = points - repaid
        for use_id in uses:
            left -= self._give_back(connection, use_id, left)
        self._pockets.add(connection, row.driver_id, left, self._clock.now() if uses else row.at, "earned")
        moved = (
            Entry(Kind.POINTS, row.driver_id, points - repaid),
            Entry(Kind.POINTS_OWED, row.driver_id, repaid),
            Entry(source, "", -points),
        )
        book.post(connection, Posting(posting_id, why, row.sale_id, moved), self._clock.now())

    def _take_back(self, connection: Connection, posting_id: str, row: SaleRow, points: int) -> None:
        """Points that were spent already are owed: nobody's balance goes below zero."""
        have = self._pockets.take_what_is_there(connection, posting_id, row.driver_id, points, row.at)
        moved = (
            Entry(Kind.POINTS, row.driver_id, -have),
            Entry(Kind.POINTS_OWED, row.driver_id, have - points),
            Entry(Kind.POINTS_ISSUED, "", points),
        )
        book.post(connection, Posting(posting_id, "points_reversed", row.sale_id, moved), self._clock.now())

    def _take(self, connection: Connection, posting: Posting, driver_id: str, points: int) -> None:
        try:
            self._pockets.take(connection, posting.id, driver_id, points)
        except LotsTooShort as short:
            raise PointsNotEnough(short.have, points) from short
        book.post(connection, posting, self._clock.now())

    def _give_back(self, connection: Connection, use_id: str, points: int) -> int:
        """Into the lots that a use took them from, the first time or again after its hold had ended; how many."""
        now = self._clock.now()
        back = self._pockets.give_back(connection, use_id, points, now)
        if back < points:
            back += self._pockets.give_back(connection, _again(use_id), points - back, now)
        return back

    # --- levels and rules ---

    def level_of(self, connection: Connection, driver_id: str) -> str:
        """The code of a driver's level now."""
        return self._level(connection, driver_id).code

    def levels(self, connection: Connection) -> Sequence[LevelRow]:
        return repository.levels(connection)

    def put_level(self, work: Work, level: LevelRow) -> None:
        repository.put_level(work.connection, level)

    def rules(self, connection: Connection) -> list[PointsBonus]:
        """Those that hold now or will."""
        return repository.rules(connection, self._clock.now())

    def add_rule(self, work: Work, rule: PointsBonus) -> None:
        repository.add_rule(work.connection, rule)

    def stop_rule(self, work: Work, rule_id: str) -> None:
        """From now on it gives nothing. Raises NotFound."""
        if not repository.stop_rule(work.connection, rule_id, self._clock.now()):
            raise NotFound

    def _level(self, connection: Connection, driver_id: str) -> LevelRow:
        """The highest one whose points were earned within its own period and not taken back."""
        now, earned_in = self._clock.now(), dict[int, int]()
        best = LevelRow("member", "会员", 0, 0, 0)
        for level in repository.levels(connection):
            if level.period_days not in earned_in:
                since = now - timedelta(days=level.period_days)
                earned_in[level.period_days] = repository.earned_since(connection, driver_id, since)
            if level.from_points <= earned_in[level.period_days]:
                best = level
        return best


def _again(use_id: str) -> str:
    """A use that takes points once more, after its hold had ended."""
    return derived_id("points again", use_id)


def _in_proportion(points: int, part_fen: int, whole_fen: int) -> int:
    return points if part_fen >= whole_fen else points * part_fen // whole_fen
