"""Asking for invoices: titles, what may be invoiced, one invoice for one or many things, and never two for one."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from cloud_api.access import OfficeUser
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.hub import CHORES, Hub
from cloud_api.invoices import repository, sources
from cloud_api.invoices.house import HouseRefused, HouseSilent, InvoiceHouse, Reason
from cloud_api.invoices.repository import InvoiceRow, KeptTitle, Seller, SourceRow
from cloud_api.invoices.sources import Source
from cloud_api.ledger import lots
from cloud_api.ledger.book import derived_id
from cloud_api.offices import journal
from core.domain.faults import InvoiceHouseUnreachable
from core.domain.invoice.goods import InvoicedGoods
from core.domain.invoice.lines import InvoiceLine, lines_of
from core.domain.invoice.title import Title, TitleKind
from core.domain.money import ZERO, Money
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.invoices import (
    AlreadyInvoiced,
    InvoiceNotFound,
    InvoiceNotIssued,
    InvoicesOfSeveralSellers,
    InvoiceTitleNotFound,
    InvoiceTitlesTooMany,
    NothingToInvoice,
    SpecialInvoiceUnfit,
)
from core.protocol.from_station import RefundCompleted

MOST_TITLES = 20
ORDINARY, SPECIAL = "ordinary", "special"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks an invoice for. A receipt is (station, sale, its amount in fen)."""

    orders: tuple[str, ...] = ()
    receipts: tuple[tuple[str, str, int], ...] = ()
    top_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who gets an invoice: a driver, or nobody that we know; the title that it names; ordinary or special."""

    driver_id: str | None
    title: Title
    form: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An invoice with all that is told of it."""

    row: InvoiceRow
    lines: tuple[InvoiceLine, ...]
    sources: tuple[SourceRow, ...]
    papers: tuple[str, ...]
    seller: Seller | None


@dataclass(frozen=True, slots=True)
class Invoiceable:
    """What an invoice of a receipt would say, and whether there is one already."""

    seller: str
    amount: Money
    lines: tuple[InvoiceLine, ...]
    is_invoiced: bool


class Invoices:
    """Drivers, buyers at the counter and the finance office ask here; the chore issues."""

    def __init__(self, database: Database, clock: Clock, hub: Hub, house: InvoiceHouse | None) -> None:
        self._database, self._clock, self._hub, self._house = database, clock, hub, house

    # --- titles ---

    async def titles(self, driver_id: str) -> list[KeptTitle]:
        return await self._database.read(lambda c: repository.titles_of(c, driver_id))

    async def keep_title(
        self, driver_id: str, title_id: str, title: Title, *, is_default: bool
    ) -> list[KeptTitle]:
        """New or changed under the phone's own id. Raises InvoiceTitlesTooMany."""

        def keep(work: Work) -> list[KeptTitle]:
            known = repository.titles_of(work.connection, driver_id)
            if len(known) >= MOST_TITLES and title_id not in {one.id for one in known}:
                raise InvoiceTitlesTooMany(MOST_TITLES)
            kept = KeptTitle(title_id, driver_id, title, is_default or not known)
            repository.put_title(work.connection, kept, self._clock.now())
            return repository.titles_of(work.connection, driver_id)

        return await self._database.write(keep)

    async def remove_title(self, driver_id: str, title_id: str) -> None:
        """Raises InvoiceTitleNotFound."""

        def remove(work: Work) -> None:
            if not repository.remove_title(work.connection, driver_id, title_id):
                raise InvoiceTitleNotFound

        await self._database.write(remove)

    # --- asking ---

    async def ask(
        self, invoice_id: str, driver_id: str | None, wanted: Wanted, title: Title | str, form: str
    ) -> list[Shown]:
        """The invoice of all that is wanted, under the asker's own id; `title` may be the id of one that is kept.

        What the bureau wants on papers of their own (fuel, goods, prepaid money) gets one each; the first has the asker's id.

        Raises what the sources raise, AlreadyInvoiced, InvoicesOfSeveralSellers, SpecialInvoiceUnfit, NothingToInvoice,
        InvoiceTitleNotFound, IdempotencyKeyReused.
        """

        def write(work: Work) -> list[Shown]:
            named = title if isinstance(title, Title) else _kept(work.connection, driver_id, title)
            return self._ask(work, invoice_id, wanted, Buyer(driver_id, named, form))

        return await self._database.write(write)

    def _ask(self, work: Work, invoice_id: str, wanted: Wanted, buyer: Buyer) -> list[Shown]:
        connection = work.connection
        ids = (invoice_id, *(derived_id(f"invoice {number}", invoice_id) for number in (2, 3)))
        known = [row for one in ids if (row := repository.invoice(connection, one))]
        if known:
            if Buyer(known[0].driver_id, known[0].title, known[0].form) != buyer:
                raise IdempotencyKeyReused
            return [self._shown(connection, row) for row in known]
        found = [sources.order(connection, one, buyer.driver_id) for one in wanted.orders]
        found += [part for receipt in wanted.receipts for part in sources.sale(connection, *receipt)]
        found += [sources.top_up(connection, one, buyer.driver_id) for one in wanted.top_ups]
        check(found, buyer)
        papers = [[one for one in found if one.paper == paper] for paper in ("oil", "goods", "prepaid")]
        now = self._clock.now()
        made = [
            make(work, own_id, of, buyer, now)
            for own_id, of in zip(ids, (of for of in papers if of), strict=False)
        ]
        work.after_commit(lambda: self._hub.ring(CHORES))
        return [self._shown(connection, row) for row in made]

    async def of_receipt(self, station_id: str, sale_id: str, total_fen: int) -> Invoiceable:
        """What the receipt's code leads to. Raises ReceiptNotFound, NotYetInvoiceable, InvoiceSellerNotSet."""

        def load(connection: Connection) -> Invoiceable:
            parts = sources.sale(connection, station_id, sale_id, total_fen)
            held = repository.are_held(connection, [part.row for part in parts])
            sold = [one for part in parts for one in part.sold]
            name = sources.seller_of(connection, station_id).name
            return Invoiceable(name, sum((one.paid for one in sold), ZERO), lines_of(sold), held)

        return await self._database.read(load)

    # --- looking ---

    async def invoice(self, invoice_id: str, driver_id: str | None) -> Shown:
        """Raises InvoiceNotFound, also for another driver's. One that was asked for without signing in has nobody."""
        return await self._database.read(lambda c: self._shown(c, self._own(c, invoice_id, driver_id)))

    async def any_invoice(self, invoice_id: str, user: OfficeUser) -> Shown:
        """Raises InvoiceNotFound."""
        return await self._database.read(lambda c: self._shown(c, _of_office(c, invoice_id, user)))

    async def invoices_of(
        self,
        driver_id: str | None,
        limit: int,
        before: str | None = None,
        states: Sequence[str] = (),
        *,
        stations: Collection[str] | None = None,
    ) -> list[Shown]:
        """Newest first; everybody's for None. With stations those that are of nothing sold elsewhere."""
        return await self._database.read(
            lambda c: [
                self._shown(c, row)
                for row in repository.invoices_of(c, driver_id, states, limit, before, stations=stations)
            ]
        )

    async def paper(self, invoice_id: str, driver_id: str | None, form: str) -> bytes:
        """Raises InvoiceNotFound, InvoiceNotIssued."""

        def load(connection: Connection) -> bytes:
            self._own(connection, invoice_id, driver_id)
            body = repository.paper(connection, invoice_id, form)
            if body is None:
                raise InvoiceNotIssued
            return body

        return await self._database.read(load)

    async def deliver(self, invoice_id: str, driver_id: str | None, email: str) -> None:
        """Sends the papers again. Raises InvoiceNotFound, InvoiceNotIssued, InvoiceHouseUnreachable."""

        def load(connection: Connection) -> tuple[InvoiceRow, Seller | None]:
            row = self._own(connection, invoice_id, driver_id)
            return row, repository.seller(connection, row.entity)

        row, seller = await self._database.read(load)
        if row.state != "issued" or row.number is None:
            raise InvoiceNotIssued
        if self._house is None or seller is None:
            raise InvoiceHouseUnreachable
        try:
            await self._house.deliver(seller, row.order_no, row.number, email or row.title.email)
        except (HouseSilent, HouseRefused) as error:
            raise InvoiceHouseUnreachable from error

    # --- the finance office ---

    async def put_seller(self, seller: Seller, user: OfficeUser | None) -> None:
        def put(work: Work) -> None:
            repository.put_seller(work.connection, seller)
            self._journal(work, user, "seller_set", seller.entity, {"name": seller.name})

        await self._database.write(put)

    async def put_goods(
        self, entity: str, what: str, goods: InvoicedGoods, user: OfficeUser | None
    ) -> dict[str, InvoicedGoods]:
        def put(work: Work) -> dict[str, InvoicedGoods]:
            repository.put_goods(work.connection, entity, what, goods)
            self._journal(work, user, "goods_set", entity, {"what": what, "tax_code": goods.tax_code})
            return repository.goods_of(work.connection, entity)

        return await self._database.write(put)

    async def try_again(self, invoice_id: str, user: OfficeUser) -> Shown:
        """One that failed is made from what holds now, and handed in again. Raises InvoiceNotFound, InvoiceNotIssued."""

        def again(work: Work) -> Shown:
            row = _of_office(work.connection, invoice_id, user, lock=True)
            if row.state != "failed":
                raise InvoiceNotIssued
            self._journal(work, user, "tried_again", invoice_id)
            return self._changed(work, row, state="waiting", is_stale=True, tries=0)

        return await self._database.write(again)

    async def take_back(self, invoice_id: str, reason: Reason, user: OfficeUser) -> Shown:
        """A red one for the whole; what it was of may be invoiced anew. Raises InvoiceNotFound, InvoiceNotIssued."""

        def back(work: Work) -> Shown:
            row = _of_office(work.connection, invoice_id, user, lock=True)
            if row.state != "issued":
                raise InvoiceNotIssued
            self._journal(work, user, "taken_back", invoice_id, {"reason": reason.name.lower()})
            return self._changed(work, row, state="reversing", reason=reason.value)

        return await self._database.write(back)

    # --- what stations and other rooms tell ---

    def take_refund(self, work: Work, station_id: str, refund: RefundCompleted) -> None:  # noqa: ARG002
        """A counter gave something back: the sale's invoice is looked at again."""
        for line in refund.lines:
            repository.add_return(
                work.connection,
                refund_id=refund.refund_id,
                line_id=line.line_id,
                sale_id=refund.sale_id,
                amount_fen=line.amount_fen,
            )
        for kind in (sources.SALE, sources.SALE_GOODS):
            self.given_back(work, kind, refund.sale_id)

    def given_back(self, work: Work, kind: str, source_id: str) -> None:
        """Some of what was paid for this went back, or a top-up was paid back."""
        repository.make_stale(work.connection, kind, source_id, self._clock.now())
        work.after_commit(lambda: self._hub.ring(CHORES))

    def _journal(
        self, work: Work, user: OfficeUser | None, what: str, about: str, details: dict[str, object] | None = None
    ) -> None:  # fmt: skip
        journal.note(work, user, f"invoices.{what}", about, details, at=self._clock.now())

    def _changed(self, work: Work, row: InvoiceRow, **values: object) -> Shown:
        repository.change(work.connection, row.id, next_at=self._clock.now(), failure=None, **values)
        work.after_commit(lambda: self._hub.ring(CHORES))
        return self._shown(work.connection, _again(work.connection, row.id))

    @staticmethod
    def _own(connection: Connection, invoice_id: str, driver_id: str | None) -> InvoiceRow:
        row = repository.invoice(connection, invoice_id)
        if row is None or row.driver_id != driver_id:
            raise InvoiceNotFound
        return row

    @staticmethod
    def _shown(connection: Connection, row: InvoiceRow) -> Shown:
        return Shown(
            row,
            tuple(repository.lines_of(connection, row.id)),
            tuple(repository.sources_of(connection, row.id)),
            tuple(repository.papers_of(connection, row.id)),
            repository.seller(connection, row.entity),
        )


def _of_office(
    connection: Connection, invoice_id: str, user: OfficeUser, *, lock: bool = False
) -> InvoiceRow:
    """Raises InvoiceNotFound, also where something on it was sold at a station that the user may not see."""
    row = repository.invoice(connection, invoice_id, lock=lock)
    sold_at = [one.station_id for one in repository.sources_of(connection, invoice_id)]
    if row is None or not user.may_see_all(sold_at):
        raise InvoiceNotFound
    return row


def check(found: Sequence[Source], buyer: Buyer) -> None:
    """Whether they may stand on one invoice. Raises NothingToInvoice, InvoicesOfSeveralSellers, SpecialInvoiceUnfit."""
    if sum((one.paid for one in found), ZERO) <= ZERO:
        raise NothingToInvoice
    if len({one.seller.entity for one in found}) > 1:
        raise InvoicesOfSeveralSellers
    has_prepaid = any(one.is_prepaid for one in found)
    if buyer.form == SPECIAL and (has_prepaid or buyer.title.kind is not TitleKind.COMPANY):
        raise SpecialInvoiceUnfit


def make(work: Work, invoice_id: str, found: Sequence[Source], buyer: Buyer, now: datetime) -> InvoiceRow:
    """Writes an invoice down, to be issued by the chore. Raises AlreadyInvoiced."""
    connection = work.connection
    of = list(dict.fromkeys(one.row for one in found))
    if len(of) != len(found) or not repository.hold(connection, invoice_id, of):
        raise AlreadyInvoiced
    for one in found:
        if one.is_prepaid:
            # From now on nothing that this money buys is invoiced again.
            lots.mark_invoiced(connection, one.row.source_id, invoiced=True)
    its_lines = lines_of([sold for one in found for sold in one.sold])
    row = InvoiceRow(
        id=invoice_id,
        order_no=new_order_no(now),
        entity=found[0].seller.entity,
        driver_id=buyer.driver_id,
        form=buyer.form,
        title=buyer.title,
        gross_fen=sum(line.gross.fen for line in its_lines),
        net_fen=sum(line.net.fen for line in its_lines),
        state="waiting",
        at=now,
        next_at=now,
    )
    repository.add(connection, row, of, its_lines)
    return row


def new_order_no(now: datetime, chance: Callable[[int], int] = secrets.randbelow) -> str:
    """20 digits that no other invoice has: the millisecond, and chance."""
    return f"{int(now.timestamp() * 1000):013d}{chance(10_000_000):07d}"


def _kept(connection: Connection, driver_id: str | None, title_id: str) -> Title:
    for one in repository.titles_of(connection, driver_id) if driver_id else ():
        if one.id == title_id:
            return one.title
    raise InvoiceTitleNotFound


def _again(connection: Connection, invoice_id: str) -> InvoiceRow:
    row = repository.invoice(connection, invoice_id)
    if row is None:
        raise InvoiceNotFound
    return replace(row)
