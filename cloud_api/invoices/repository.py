"""Rows of sellers, titles, invoices and what they are of."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud_api.invoices.tables import goods, holds, invoices, lines, papers, returns, sellers, sources, titles
from cloud_api.ledger import lots
from core.domain.invoice.goods import InvoicedGoods
from core.domain.invoice.lines import InvoiceLine, LineKind
from core.domain.invoice.title import Title, TitleKind
from core.domain.money import Money


@dataclass(frozen=True, slots=True)
class Seller:
    """A legal entity as it stands on its invoices."""

    entity: str
    name: str
    tax_number: str
    address: str
    phone: str
    bank: str
    account: str
    clerk: str
    invoices_top_ups: bool


@dataclass(frozen=True, slots=True)
class KeptTitle:
    id: str
    driver_id: str
    title: Title
    is_default: bool


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice. `followed_by` took its place when part of it was given back."""

    id: str
    order_no: str
    entity: str
    driver_id: str | None
    form: str
    title: Title
    gross_fen: int
    net_fen: int
    state: str
    at: datetime
    next_at: datetime | None = None
    tries: int = 0
    failure: str | None = None
    number: str | None = None
    issued_at: datetime | None = None
    is_stale: bool = False
    reason: int | None = None
    red_number: str | None = None
    reversed_at: datetime | None = None
    followed_by: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One thing that an invoice is of: an order, a counter's sale, a top-up."""

    kind: str
    source_id: str
    station_id: str


# --- sellers ---


def seller(connection: Connection, entity: str) -> Seller | None:
    row = connection.execute(
        select(*(sellers.c[one.name] for one in fields(Seller))).where(sellers.c.entity == entity)
    ).one_or_none()
    return Seller(*row) if row else None


def put_seller(connection: Connection, row: Seller) -> None:
    values = asdict(row)
    written = _dialect(connection).insert(sellers).values(values)
    connection.execute(written.on_conflict_do_update(index_elements=[sellers.c.entity], set_=values))


def goods_of(connection: Connection, entity: str) -> dict[str, InvoicedGoods]:
    rows = connection.execute(select(goods).where(goods.c.entity == entity))
    return {
        row.what: InvoicedGoods(row.name, row.tax_code, row.unit, row.rate, row.is_refined_oil)
        for row in rows
    }


def put_goods(connection: Connection, entity: str, what: str, one: InvoicedGoods) -> None:
    values = {"entity": entity, "what": what, **asdict(one)}
    written = _dialect(connection).insert(goods).values(values)
    connection.execute(
        written.on_conflict_do_update(index_elements=[goods.c.entity, goods.c.what], set_=values)
    )


# --- titles ---


def titles_of(connection: Connection, driver_id: str) -> list[KeptTitle]:
    rows = connection.execute(
        select(titles.c.id, titles.c.driver_id, titles.c.title, titles.c.is_default)
        .where(titles.c.driver_id == driver_id)
        .order_by(titles.c.is_default.desc(), titles.c.at, titles.c.id)
    )
    return [KeptTitle(row.id, row.driver_id, _title(row.title), row.is_default) for row in rows]


def put_title(connection: Connection, kept: KeptTitle, now: datetime) -> None:
    """New or changed. One that is the default takes that from the others."""
    if kept.is_default:
        connection.execute(
            update(titles).where(titles.c.driver_id == kept.driver_id).values(is_default=False)
        )
    changed = {"title": _written(kept.title), "is_default": kept.is_default}
    added = (
        _dialect(connection).insert(titles).values(id=kept.id, driver_id=kept.driver_id, at=now, **changed)
    )
    connection.execute(
        added.on_conflict_do_update(
            index_elements=[titles.c.id], set_=changed, where=titles.c.driver_id == kept.driver_id
        )
    )


def remove_title(connection: Connection, driver_id: str, title_id: str) -> bool:
    gone = delete(titles).where(titles.c.driver_id == driver_id, titles.c.id == title_id)
    return connection.execute(gone).rowcount == 1


# --- invoices ---


def add(
    connection: Connection, row: InvoiceRow, of: Sequence[SourceRow], its_lines: Sequence[InvoiceLine]
) -> None:
    connection.execute(insert(invoices).values(_values(row)))
    connection.execute(insert(sources), [{"invoice_id": row.id, **asdict(one)} for one in of])
    put_lines(connection, row.id, its_lines)


def put_lines(connection: Connection, invoice_id: str, its_lines: Sequence[InvoiceLine]) -> None:
    connection.execute(delete(lines).where(lines.c.invoice_id == invoice_id))
    connection.execute(
        insert(lines),
        [
            {
                "invoice_id": invoice_id,
                "position": position,
                "kind": line.kind.value,
                **asdict(line.goods),
                "gross_fen": line.gross.fen,
                "net_fen": line.net.fen,
                "quantity_e8": line.quantity_e8,
                "price_e8": line.price_e8,
            }
            for position, line in enumerate(its_lines, 1)
        ],
    )


def invoice(connection: Connection, invoice_id: str, *, lock: bool = False) -> InvoiceRow | None:
    query = select(*_INVOICE).where(invoices.c.id == invoice_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return _invoice(row) if row else None


def invoices_of(
    connection: Connection,
    driver_id: str | None,
    states: Sequence[str],
    limit: int,
    before: str | None = None,
    *,
    stations: Collection[str] | None = None,
) -> list[InvoiceRow]:
    """Newest first; of one driver, or of everybody; with stations those that are of nothing sold elsewhere."""
    query = select(*_INVOICE).order_by(invoices.c.id.desc()).limit(limit)
    if driver_id is not None:
        query = query.where(invoices.c.driver_id == driver_id)
    if states:
        query = query.where(invoices.c.state.in_(states))
    if before:
        query = query.where(invoices.c.id < before)
    if stations is not None:
        of = select(sources.c.invoice_id).where(sources.c.invoice_id == invoices.c.id)
        query = query.where(of.exists(), ~of.where(sources.c.station_id.not_in(sorted(stations))).exists())
    return [_invoice(row) for row in connection.execute(query)]


def due(connection: Connection, now: datetime, limit: int) -> list[str]:
    rows = connection.execute(
        select(invoices.c.id).where(invoices.c.next_at <= now).order_by(invoices.c.next_at).limit(limit)
    )
    return list(rows.scalars())


def lease(connection: Connection, invoice_id: str, now: datetime, until: datetime) -> bool:
    """Only one worker asks the house about an invoice at a time."""
    taken = update(invoices).where(invoices.c.id == invoice_id, invoices.c.next_at <= now)
    return connection.execute(taken.values(next_at=until)).rowcount == 1


def change(connection: Connection, invoice_id: str, **values: Any) -> None:
    if isinstance(title := values.get("title"), Title):
        values["title"] = _written(title)
    connection.execute(update(invoices).where(invoices.c.id == invoice_id).values(**values))


def lines_of(connection: Connection, invoice_id: str) -> list[InvoiceLine]:
    rows = connection.execute(
        select(lines).where(lines.c.invoice_id == invoice_id).order_by(lines.c.position)
    )
    return [
        InvoiceLine(
            InvoicedGoods(row.name, row.tax_code, row.unit, row.rate, row.is_refined_oil),
            LineKind(row.kind),
            Money(row.gross_fen),
            Money(row.net_fen),
            row.quantity_e8,
            row.price_e8,
        )
        for row in rows
    ]


def sources_of(connection: Connection, invoice_id: str) -> list[SourceRow]:
    rows = connection.execute(
        select(sources.c.kind, sources.c.source_id, sources.c.station_id)
        .where(sources.c.invoice_id == invoice_id)
        .order_by(sources.c.kind, sources.c.source_id)
    )
    return [SourceRow(*row) for row in rows]


# --- what is invoiced ---


def hold(connection: Connection, invoice_id: str, of: Iterable[SourceRow]) -> bool:
    """Whether everything was free and is this invoice's now."""
    dialect = _dialect(connection)
    for one in sorted(of, key=lambda one: (one.kind, one.source_id)):
        values = {"kind": one.kind, "source_id": one.source_id, "invoice_id": invoice_id}
        if not connection.execute(dialect.insert(holds).values(values).on_conflict_do_nothing()).rowcount:
            return False
    return True


def let_go(connection: Connection, invoice_id: str) -> None:
    """What it was of may be invoiced again; prepaid money that it was of, too."""
    of = delete(holds).where(holds.c.invoice_id == invoice_id).returning(holds.c.kind, holds.c.source_id)
    for kind, source_id in connection.execute(of).all():
        if kind == "top_up":
            lots.mark_invoiced(connection, source_id, invoiced=False)


def are_held(connection: Connection, of: Iterable[SourceRow]) -> bool:
    """Whether any of them stands on an invoice, or is on its way onto one."""
    return any(
        connection.execute(
            select(holds.c.invoice_id).where(holds.c.kind == one.kind, holds.c.source_id == one.source_id)
        ).first()
        for one in of
    )


def make_stale(connection: Connection, kind: str, source_id: str, now: datetime) -> None:
    """Whatever invoice stands for this is looked at again."""
    of = select(holds.c.invoice_id).where(holds.c.kind == kind, holds.c.source_id == source_id)
    connection.execute(
        update(invoices)
        .where(invoices.c.id.in_(of), or_(invoices.c.state != "failed", invoices.c.next_at.is_not(None)))
        .values(is_stale=True, next_at=now)
    )


def add_return(
    connection: Connection, *, refund_id: str, line_id: str, sale_id: str, amount_fen: int
) -> None:
    values = {"refund_id": refund_id, "line_id": line_id, "sale_id": sale_id, "amount_fen": amount_fen}
    connection.execute(_dialect(connection).insert(returns).values(values).on_conflict_do_nothing())


def returned_of(connection: Connection, sale_id: str) -> dict[str, int]:
    """What was given back of a sale's lines, in fen by line."""
    rows = connection.execute(
        select(returns.c.line_id, func.sum(returns.c.amount_fen))
        .where(returns.c.sale_id == sale_id)
        .group_by(returns.c.line_id)
    )
    return {line_id: int(fen) for line_id, fen in rows}


# --- papers ---


def put_paper(connection: Connection, invoice_id: str, form: str, body: bytes, now: datetime) -> None:
    values = {"invoice_id": invoice_id, "form": form, "body": body, "at": now}
    connection.execute(_dialect(connection).insert(papers).values(values).on_conflict_do_nothing())


def paper(connection: Connection, invoice_id: str, form: str) -> bytes | None:
    body = connection.execute(
        select(papers.c.body).where(papers.c.invoice_id == invoice_id, papers.c.form == form)
    ).scalar_one_or_none()
    return None if body is None else bytes(body)


def papers_of(connection: Connection, invoice_id: str) -> list[str]:
    rows = connection.execute(select(papers.c.form).where(papers.c.invoice_id == invoice_id))
    return sorted(rows.scalars())


_INVOICE = tuple(invoices.c[one.name] for one in fields(InvoiceRow))


def _invoice(row: Any) -> InvoiceRow:
    values = dict(zip((one.name for one in fields(InvoiceRow)), row, strict=True))
    return InvoiceRow(**{**values, "title": _title(values["title"])})


def _values(row: InvoiceRow) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(InvoiceRow)} | {"title": _written(row.title)}


def _written(title: Title) -> str:
    return json.dumps(asdict(title), ensure_ascii=False)


def _title(written: str) -> Title:
    values = json.loads(written)
    return Title(**{**values, "kind": TitleKind(values["kind"])})


def _dialect(connection: Connection) -> Any:
    return postgresql if connection.dialect.name == "postgresql" else sqlite
