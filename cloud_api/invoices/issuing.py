"""The chore that brings every invoice to its end at the invoice house, one step at a time, each step written down.

waiting -> sent -> issued, or failed. What was given back after that is taken back whole by a red one (issued -> reversing ->
reversed), and what is left is invoiced anew with the same title. Whatever the house was asked before a power cut is asked
again under the same number, which makes no second invoice.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.invoices import repository, sources
from cloud_api.invoices.house import (
    Asked,
    HouseRefused,
    HouseSilent,
    InvoiceHouse,
    Issued,
    Reason,
    Reversal,
    Standing,
)
from cloud_api.invoices.repository import InvoiceRow, Seller, SourceRow
from cloud_api.invoices.service import SPECIAL, Buyer, make
from cloud_api.invoices.sources import Source
from core.domain.invoice.lines import lines_of
from core.domain.refusals.refusal import Refusal

_log = logging.getLogger(__name__)
_AT_ONCE = 50
# Longer than one question may take: then another worker may ask.
_LEASE = timedelta(seconds=60)
_LOOK_AGAIN = timedelta(seconds=4)
_SLOWEST = timedelta(minutes=10)
_STOCK = timedelta(hours=1)
_LONGEST_FAILURE = 200
_RED = "red-"


class Issuing:
    """Runs beside the requests; several workers may run it at once."""

    def __init__(self, database: Database, clock: Clock, house: InvoiceHouse) -> None:
        self._database, self._clock, self._house = database, clock, house

    async def issue_due(self) -> None:
        """Chore: one step for every invoice that is due."""
        now = self._clock.now()
        for invoice_id in await self._database.read(lambda c: repository.due(c, now, _AT_ONCE)):
            await self._step(invoice_id)

    async def _step(self, invoice_id: str) -> None:
        now = self._clock.now()

        def take(work: Work) -> tuple[InvoiceRow, Seller] | None:
            if not repository.lease(work.connection, invoice_id, now, now + _LEASE):
                return None
            row = repository.invoice(work.connection, invoice_id)
            seller = repository.seller(work.connection, row.entity) if row else None
            return (row, seller) if row and seller else None

        taken = await self._database.write(take)
        if taken is None:
            return
        row, seller = taken
        try:
            if row.state == "waiting":
                await self._hand_in(row, seller)
            elif row.state == "sent":
                await self._ask(row, seller)
            elif row.state == "issued" and row.is_stale:
                await self._compare(row)
            elif row.state == "reversing":
                await self._take_back(row, seller)
            else:
                await self._let_rest(row)
        except HouseSilent as silent:
            _log.warning("invoice %s: the house said nothing that can be used: %s", row.id, silent)
            await self._later(row, str(silent))

    # --- blue ---

    async def _hand_in(self, row: InvoiceRow, seller: Seller) -> None:
        fresh = await self._database.write(lambda work: self._made_fresh(work, row.id))
        if fresh is None:
            return
        row, its_lines = fresh
        # Before it is asked: what was asked of the house without our knowing would be invoiced twice.
        await self._keep(row, state="sent", next_at=self._clock.now() + _LEASE)
        asked = Asked(row.order_no, row.at, seller, row.title, row.form == SPECIAL, its_lines)
        try:
            await self._house.issue(asked)
        except HouseRefused as refused:
            await self._failed(row, str(refused))
            return
        await self._keep(row, next_at=self._clock.now() + _LOOK_AGAIN, tries=0, failure=None)

    def _made_fresh(self, work: Work, invoice_id: str) -> tuple[InvoiceRow, Sequence[Any]] | None:
        """What has been given back since it was asked for is not invoiced at all; nothing left: it is dropped."""
        connection = work.connection
        row = repository.invoice(connection, invoice_id, lock=True)
        if row is None or row.state != "waiting":
            return None
        if row.is_stale:
            left = _left(connection, repository.sources_of(connection, row.id))
            its_lines = lines_of([sold for one in left for sold in one.sold])
            if not its_lines:
                repository.change(connection, row.id, state="dropped", next_at=None, is_stale=False)
                repository.let_go(connection, row.id)
                return None
            repository.put_lines(connection, row.id, its_lines)
            sums = {
                "gross_fen": sum(line.gross.fen for line in its_lines),
                "net_fen": sum(line.net.fen for line in its_lines),
            }
            repository.change(connection, row.id, is_stale=False, **sums)
        again = repository.invoice(connection, row.id)
        return (again, repository.lines_of(connection, row.id)) if again else None

    async def _ask(self, row: InvoiceRow, seller: Seller) -> None:
        issued = await self._house.query(seller, row.order_no)
        if issued.standing is Standing.ABSENT:
            # Our asking never reached it.
            await self._keep(row, state="waiting", next_at=self._clock.now())
        elif issued.standing is Standing.FAILED:
            await self._failed(row, issued.failure, may_come_right=issued.may_come_right)
        elif issued.standing is Standing.IN_WORK:
            await self._later(row, None)
        else:
            await self._take_papers(row, issued, prefix="")
            await self._keep(
                row,
                state="issued",
                number=issued.number,
                issued_at=issued.at or self._clock.now(),
                failure=None,
                tries=0,
                # Once more, where something was given back meanwhile; else never.
                next_at=self._clock.now(),
            )

    async def _failed(self, row: InvoiceRow, why: str, *, may_come_right: bool = False) -> None:
        why = why[:_LONGEST_FAILURE]
        if may_come_right:
            # A number that failed cannot be used again.
            await self._keep(
                row,
                state="waiting",
                order_no=_next_no(row.order_no),
                failure=why,
                next_at=self._clock.now() + _STOCK,
            )
            return
        _log.warning("invoice %s failed: %s", row.id, why)
        await self._keep(row, state="failed", order_no=_next_no(row.order_no), failure=why, next_at=None)

    # --- red ---

    async def _compare(self, row: InvoiceRow) -> None:
        def compare(work: Work) -> None:
            known = repository.invoice(work.connection, row.id, lock=True)
            if known is None or known.state != "issued":
                # Somebody takes it back meanwhile.
                return
            left = _left(work.connection, repository.sources_of(work.connection, row.id))
            changed = sum(one.paid.fen for one in left) != row.gross_fen
            state = {"state": "reversing", "reason": Reason.RETURNED.value} if changed else {}
            next_at = self._clock.now() if changed else None
            repository.change(work.connection, row.id, is_stale=False, next_at=next_at, **state)

        await self._database.write(compare)

    async def _take_back(self, row: InvoiceRow, seller: Seller) -> None:
        red_no = f"R{row.order_no}"[:32]
        issued = await self._house.query_reversal(seller, red_no)
        if issued.standing is Standing.ABSENT:
            reversal = Reversal(
                red_no,
                row.number or "",
                seller,
                row.title,
                row.form == SPECIAL,
                Reason(row.reason or Reason.RETURNED.value),
            )
            try:
                await self._house.reverse(reversal)
            except HouseRefused as refused:
                await self._later(row, str(refused))
                return
            await self._keep(row, next_at=self._clock.now() + _LOOK_AGAIN)
        elif issued.standing is Standing.ISSUED:
            await self._take_papers(row, issued, prefix=_RED)
            await self._database.write(lambda work: self._reversed(work, row, issued))
        else:
            # The buyer has to agree, or the form was refused: a person looks at it, we look again.
            await self._later(row, issued.failure or None)

    def _reversed(self, work: Work, row: InvoiceRow, issued: Issued) -> None:
        connection, now = work.connection, self._clock.now()
        known = repository.invoice(connection, row.id, lock=True)
        if known is None or known.state != "reversing":
            return
        repository.let_go(connection, row.id)
        followed_by = None
        if row.reason == Reason.RETURNED.value:
            left = [one for one in _left(connection, repository.sources_of(connection, row.id)) if one.paid]
            if left:
                followed_by = new_id(now)
                make(work, followed_by, left, Buyer(row.driver_id, row.title, row.form), now)
        repository.change(
            connection,
            row.id,
            state="reversed",
            red_number=issued.number,
            reversed_at=issued.at or now,
            followed_by=followed_by,
            failure=None,
            next_at=None,
        )

    # --- both ---

    async def _take_papers(self, row: InvoiceRow, issued: Issued, prefix: str) -> None:
        for form, address in issued.papers:
            await self._keep_paper(row.id, prefix + form, await self._house.paper(address))

    async def _keep_paper(self, invoice_id: str, form: str, body: bytes) -> None:
        now = self._clock.now()
        await self._database.write(
            lambda work: repository.put_paper(work.connection, invoice_id, form, body, now)
        )

    async def _later(self, row: InvoiceRow, why: str | None) -> None:
        pause = min(_LOOK_AGAIN * 2 ** min(row.tries, 8), _SLOWEST)
        failure = {"failure": why[:_LONGEST_FAILURE]} if why else {}
        await self._keep(row, tries=row.tries + 1, next_at=self._clock.now() + pause, **failure)

    async def _let_rest(self, row: InvoiceRow) -> None:
        """Nothing is to be done, unless somebody took it back or gave something back since it was looked at."""

        def rest(work: Work) -> None:
            known = repository.invoice(work.connection, row.id, lock=True)
            if known is not None and (known.state, known.is_stale) == (row.state, row.is_stale):
                repository.change(work.connection, row.id, next_at=None)

        await self._database.write(rest)

    async def _keep(self, row: InvoiceRow, **values: Any) -> None:
        await self._database.write(lambda work: repository.change(work.connection, row.id, **values))


def _left(connection: Connection, of: Sequence[SourceRow]) -> list[Source]:
    """What of an invoice's sources may be invoiced now; what cannot be any more is left out."""
    found = []
    for row in of:
        try:
            found.append(sources.loaded(connection, row))
        except Refusal as refusal:
            _log.info("%s %s is not invoiced any more: %s", row.kind, row.source_id, refusal)
    return found


def _next_no(order_no: str) -> str:
    """The house's next number for the same invoice."""
    return f"{(int(order_no) + 1) % 10**20:020d}"
