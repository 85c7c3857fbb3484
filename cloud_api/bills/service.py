"""Fetches each provider's bill of each day, compares it with our books, and keeps what differs until somebody has settled it."""

import hashlib
import logging
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import partial

from sqlalchemy import Connection

from cloud_api.access import OfficeUser
from cloud_api.bills import repository
from cloud_api.bills.lines import PAYMENT, BillUnfit, Line, compare
from cloud_api.bills.repository import EMPTY, FETCHED, MISSING, OPEN, BillRow, DifferenceRow
from cloud_api.bills.sources import Source
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.offices import journal
from cloud_api.payments.provider import ProviderSilent
from core.domain.refusals.bills import BillDayUnfit, DifferenceClosed, DifferenceNotFound
from core.domain.refusals.payments import ProviderNotOffered

_log = logging.getLogger(__name__)
_CHINA = timezone(timedelta(hours=8))
# The providers make a day's bill in the next morning, from nine.
_MADE_BY = time(10, 0)
_DAYS_BACK = 7
_MOST_DAYS_BACK = 90
_AGAIN_AFTER = timedelta(hours=1)


class Bills:
    """The finance office's room; the chore does by itself what nobody asks for."""

    def __init__(self, database: Database, clock: Clock, sources: Mapping[str, Source]) -> None:
        self._database, self._clock, self._sources = database, clock, sources

    async def fetch_due(self) -> None:
        """Chore: the bills of the last days that are made by now and not here, each asked for once an hour at most."""
        now = self._clock.now()
        here = now.astimezone(_CHINA)
        last = here.date() - timedelta(days=1 if here.time() >= _MADE_BY else 2)
        for provider in self._sources:
            for day in await self._database.read(partial(self._due, provider=provider, last=last, now=now)):
                await self.fetch(provider, day)

    @staticmethod
    def _due(connection: Connection, provider: str, last: date, now: datetime) -> list[date]:
        began = repository.first_paid(connection, provider)
        if began is None:
            return []
        first = max(last - timedelta(days=_DAYS_BACK - 1), began.astimezone(_CHINA).date())
        known = repository.bills_between(connection, first.isoformat(), last.isoformat())
        has = {
            row.day
            for row in known
            if row.provider == provider and (row.state != MISSING or now - row.fetched_at < _AGAIN_AFTER)
        }
        days = [first + timedelta(days=by) for by in range((last - first).days + 1)]
        return [day for day in days if day.isoformat() not in has]

    async def fetch(self, provider: str, day: date, user: OfficeUser | None = None) -> BillRow:
        """Fetches a day's bill and compares it; as often as one likes, with the same result.

        Raises ProviderNotOffered, BillDayUnfit.
        """
        source, now = self._sources.get(provider), self._clock.now()
        if source is None:
            raise ProviderNotOffered(provider)
        today = now.astimezone(_CHINA).date()
        if not today - timedelta(days=_MOST_DAYS_BACK) <= day < today:
            raise BillDayUnfit(_MOST_DAYS_BACK)
        lines: list[Line] = []
        digest = trouble = None
        state = FETCHED
        try:
            content = await source.provider.trade_bill(day.isoformat())
            if content is None:
                state = EMPTY
            else:
                digest, lines = hashlib.sha256(content).hexdigest(), source.read(content)
        except (ProviderSilent, BillUnfit) as no:
            _log.warning("the bill of %s for %s could not be had: %s", provider, day, no)
            state, trouble = MISSING, str(no)[:200]
        row = BillRow(
            id=new_id(now),
            provider=provider,
            day=day.isoformat(),
            state=state,
            fetched_at=now,
            trouble=trouble,
            digest=digest,
            paid_fen=sum(line.amount_fen for line in lines if line.subject == PAYMENT),
            refunded_fen=sum(line.amount_fen for line in lines if line.subject != PAYMENT),
            fee_fen=sum(line.fee_fen for line in lines),
            lines=len(lines),
        )
        kept = await self._database.write(lambda work: self._take_in(work, row, lines, day, user))
        await self._compare_what_is_open(provider)
        return kept

    async def _compare_what_is_open(self, provider: str) -> None:
        """What was unclear on an earlier day may be clear by now: a refund has arrived, a payment was heard of after all."""
        for day in await self._database.read(partial(repository.days_with_open, provider=provider)):
            await self._database.write(partial(self._compare_again, provider=provider, day=day))

    def _compare_again(self, work: Work, provider: str, day: str) -> None:
        self._compare(work.connection, provider, date.fromisoformat(day))

    async def bills(self, first: date, last: date) -> list[BillRow]:
        return await self._database.read(
            lambda c: repository.bills_between(c, first.isoformat(), last.isoformat())
        )

    async def differences(
        self,
        state: str | None,
        provider: str | None,
        day: date | None,
        stations: Collection[str] | None = None,
    ) -> list[DifferenceRow]:
        """With stations only what was paid for something there."""
        return await self._database.read(
            lambda c: repository.differences(
                c, state=state, provider=provider, day=day.isoformat() if day else None, stations=stations
            )
        )

    async def resolve(self, difference_id: str, note: str, user: OfficeUser) -> DifferenceRow:
        """Somebody has settled it, and says how; the same again is the same. Raises DifferenceNotFound, DifferenceClosed."""
        return await self._database.write(lambda work: self._resolve(work, difference_id, note, user))

    def _take_in(
        self, work: Work, row: BillRow, lines: list[Line], day: date, user: OfficeUser | None
    ) -> BillRow:
        connection = work.connection
        before = repository.bill(connection, row.provider, row.day)
        if row.state == MISSING and before is not None and before.state != MISSING:
            # What is here already does not go because it could not be had again.
            return before
        repository.keep(connection, row, lines)
        if row.state != MISSING:
            # What was paid at midnight may stand on the bill beside.
            for other in (day - timedelta(days=1), day, day + timedelta(days=1)):
                self._compare(connection, row.provider, other)
        if user is not None:
            details = {"state": row.state, "lines": row.lines}
            journal.note(
                work, user, "bills.fetched", f"{row.provider} {row.day}", details, at=self._clock.now()
            )
        return row

    def _compare(self, connection: Connection, provider: str, day: date) -> None:
        bill = repository.bill(connection, provider, day.isoformat())
        if bill is None or bill.state == MISSING:
            return
        lines = repository.lines_of(connection, provider, day.isoformat())
        since = datetime.combine(day, time(), _CHINA)
        until = since + timedelta(days=1)
        expected = repository.ours_between(connection, provider, since, until)
        theirs = {line.our_id for line in lines}
        found = compare(
            lines,
            repository.ours_of(connection, provider, theirs | {line.payment_id for line in lines}),
            expected,
            repository.billed(
                connection, provider, day.isoformat(), theirs | {one.our_id for one in expected}
            ),
            until,
        )
        repository.put_differences(connection, provider, day.isoformat(), found, self._clock.now())

    def _resolve(self, work: Work, difference_id: str, note: str, user: OfficeUser) -> DifferenceRow:
        row = repository.difference(work.connection, difference_id, lock=True)
        if row is None or not user.may_see_all(repository.paid_at(work.connection, row.payment_id)):
            raise DifferenceNotFound(difference_id)
        if row.state == repository.RESOLVED and row.note == note:
            return row
        if row.state != OPEN:
            raise DifferenceClosed(difference_id, row.state)
        now = self._clock.now()
        values = {"state": repository.RESOLVED, "ended_at": now, "ended_by": user.name[:64], "note": note}
        repository.change(work.connection, row.id, **values)
        journal.note(work, user, "bills.resolved", row.id, {"note": note}, at=now)
        return repository.difference(work.connection, row.id) or row
