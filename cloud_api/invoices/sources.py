"""What may be invoiced of an order, a counter's sale or a top-up: money that came in and has no invoice yet.

Coupons, points and a wallet's bonus are no money: they stand as a discount. Prepaid money that was invoiced when it was paid
in is left out, each line in proportion. What an account customer owes is invoiced when he settles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select

from cloud_api.invoices import repository
from cloud_api.invoices.repository import Seller, SourceRow
from cloud_api.ledger import lots, stored_value
from cloud_api.ledger.book import Kind
from cloud_api.ledger.lots import LotRow
from cloud_api.orders import repository as orders
from cloud_api.orders import tenders
from cloud_api.stations import repository as stations
from cloud_api.stations.tables import stations as station_rows
from cloud_api.wallets.tables import refund_items, top_ups
from core.domain.invoice.goods import PREPAID, InvoicedGoods
from core.domain.invoice.lines import Sold, only_part
from core.domain.money import ZERO, Money
from core.domain.order import OrderState
from core.domain.payment import Tender as CounterTender
from core.domain.price import UnitPrice
from core.domain.refusals.invoices import (
    InvoiceNotFound,
    InvoiceSellerNotSet,
    NothingToInvoice,
    NotYetInvoiceable,
    ReceiptNotFound,
    TopUpNotInvoiceable,
)
from core.domain.tenders import Tender
from core.protocol.from_station import SaleCompleted

# Refined oil stands on papers of its own (成品油发票): a sale's fuel is one source, its other goods another.
ORDER, SALE, SALE_GOODS, TOP_UP = "order", "sale", "goods", "top_up"
OTHER_GOODS = "goods"


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to invoice: what was sold and so much of it as may be invoiced."""

    row: SourceRow
    seller: Seller
    sold: tuple[Sold, ...]
    is_prepaid: bool = False

    @property
    def paper(self) -> str:
        """What may stand on one paper together."""
        if self.is_prepaid:
            return "prepaid"
        return "oil" if any(one.goods.is_refined_oil for one in self.sold) else "goods"

    @property
    def paid(self) -> Money:
        return sum((one.paid for one in self.sold), ZERO)


def order(connection: Connection, order_id: str, driver_id: str | None = None) -> Source:
    """Raises InvoiceNotFound (not this driver's), NotYetInvoiceable, NothingToInvoice, InvoiceSellerNotSet."""
    row = orders.order(connection, order_id)
    if row is None or (driver_id is not None and row.driver_id != driver_id):
        raise InvoiceNotFound
    if row.state is not OrderState.COMPLETED:
        raise NotYetInvoiceable if row.state is not OrderState.CANCELLED else NothingToInvoice
    seller = seller_of(connection, row.station_id)
    no_money, has_invoice = Money(row.used_discount_fen or 0), ZERO
    for part in tenders.taken_of(connection, [order_id]):
        kept = part.part.kept
        if part.tender == Tender.POINTS:
            no_money += kept
        elif part.tender == Tender.WALLET:
            bonus, invoiced = _of_wallet(connection, part.reference)
            no_money, has_invoice = no_money + bonus, has_invoice + invoiced
        elif part.tender == Tender.CARD and seller.invoices_top_ups:
            has_invoice += kept
    price = UnitPrice(min(row.fill_price_li or row.price_li, row.price_li))
    goods = _fuel(connection, seller, row.grade, row.grade)
    sold = (Sold(goods, Money(row.used_fen or 0), no_money, price),)
    return _left(Source(SourceRow(ORDER, order_id, row.station_id), seller, sold), has_invoice)


def sale(connection: Connection, station_id: str, sale_id: str, total_fen: int | None = None) -> list[Source]:
    """A counter's sale, less what was given back since: its fuel, its goods. Who scans the receipt says its amount, too.

    Raises ReceiptNotFound, NotYetInvoiceable (a prepaid pump still runs), NothingToInvoice, InvoiceSellerNotSet.
    """
    body = stations.report(connection, station_id, SaleCompleted.kind, sale_id)
    if body is None or (total_fen is not None and body["total_fen"] != total_fen):
        raise ReceiptNotFound
    seller = seller_of(connection, station_id)
    returned = repository.returned_of(connection, sale_id)
    paid = _paid_by_line(body)
    no_money, has_invoice = _of_payments(connection, body["payments"], seller)
    left = [
        Money(max(0, one.fen - returned.get(line.get("line_id") or "", 0)))
        for line, one in zip(body["lines"], paid, strict=True)
    ]
    # What is no money lowers every line in proportion.
    off = no_money.split([one.fen for one in left]) if any(left) else left
    sold = []
    for line, line_paid, line_left, line_off in zip(body["lines"], paid, left, off, strict=True):
        if line_left:
            whole = _sold(connection, seller, line, line_paid)
            gross = whole.gross.part(line_left.fen, line_paid.fen)
            discount = gross - line_left + min(line_off, line_left)
            sold.append(replace(whole, gross=gross, discount=discount))
    whole_sale = _left(Source(SourceRow(SALE, sale_id, station_id), seller, tuple(sold)), has_invoice)
    fuel = tuple(one for one in whole_sale.sold if one.goods.is_refined_oil)
    others = tuple(one for one in whole_sale.sold if not one.goods.is_refined_oil)
    found = [replace(whole_sale, sold=fuel)] if fuel else []
    if others:
        found.append(Source(SourceRow(SALE_GOODS, sale_id, station_id), seller, others))
    return found


def top_up(connection: Connection, top_up_id: str, driver_id: str | None = None) -> Source:
    """Prepaid money, before any of it was spent.

    Raises InvoiceNotFound, NotYetInvoiceable, TopUpNotInvoiceable, NothingToInvoice (spent or paid back), InvoiceSellerNotSet.
    """
    row = connection.execute(select(top_ups).where(top_ups.c.id == top_up_id)).one_or_none()
    if row is None or (driver_id is not None and row.driver_id != driver_id):
        raise InvoiceNotFound
    if row.state != "paid":
        raise NotYetInvoiceable
    source = _top_up(connection, row)
    if sum(lot.left for lot in _principal(connection, row)) != source.paid.fen:
        raise NothingToInvoice
    return source


def _top_up(connection: Connection, row: Row[Any]) -> Source:
    seller = _seller(connection, row.entity)
    if not seller.invoices_top_ups:
        raise TopUpNotInvoiceable
    paid_back = connection.execute(
        select(func.coalesce(func.sum(refund_items.c.amount_fen), 0)).where(
            refund_items.c.source_id == row.id, refund_items.c.state != "dropped"
        )
    ).scalar_one()
    left = sum(lot.amount for lot in _principal(connection, row)) - int(paid_back)
    sold = (Sold(PREPAID, Money(max(0, left))),)
    return Source(SourceRow(TOP_UP, row.id, ""), seller, sold, is_prepaid=True)


def _principal(connection: Connection, row: Row[Any]) -> list[LotRow]:
    of = lots.of_source(connection, row.driver_id, row.id)
    return [lot for lot in of if lot.kind is Kind.WALLET_PRINCIPAL]


def loaded(connection: Connection, row: SourceRow) -> Source:
    """The same source as it is now. Raises what the others raise."""
    if row.kind == ORDER:
        return order(connection, row.source_id)
    if row.kind in (SALE, SALE_GOODS):
        for one in sale(connection, row.station_id, row.source_id):
            if one.row.kind == row.kind:
                return one
        raise NothingToInvoice
    # Spending it changes nothing about its invoice; only what was paid back does.
    found = connection.execute(select(top_ups).where(top_ups.c.id == row.source_id)).one()
    return _top_up(connection, found)


def seller_of(connection: Connection, station_id: str) -> Seller:
    """Raises InvoiceSellerNotSet."""
    entity = connection.execute(
        select(station_rows.c.entity).where(station_rows.c.id == station_id)
    ).scalar_one_or_none()
    return _seller(connection, entity or "")


def _seller(connection: Connection, entity: str) -> Seller:
    found = repository.seller(connection, entity)
    if found is None:
        raise InvoiceSellerNotSet(entity)
    return found


def _left(source: Source, has_invoice: Money) -> Source:
    left = Money(max(0, source.paid.fen - has_invoice.fen))
    return source if not has_invoice else replace(source, sold=only_part(source.sold, left))


def _of_wallet(connection: Connection, use_id: str) -> tuple[Money, Money]:
    """Of what a wallet paid: bonus, and principal that was invoiced when it was paid in."""
    bonus = invoiced = 0
    for lot, part in lots.of_use(connection, use_id):
        kept = part.taken - part.returned
        if part.is_bonus:
            bonus += kept
        elif lot.invoiced:
            invoiced += kept
    return Money(bonus), Money(invoiced)


def _of_payments(
    connection: Connection, payments: Sequence[Mapping[str, Any]], seller: Seller
) -> tuple[Money, Money]:
    """Of a counter's payments: what is no money, and what has or will have its own invoice."""
    no_money = has_invoice = ZERO
    for payment in payments:
        method, amount = payment["method"], Money(payment["amount_fen"])
        if method == CounterTender.WALLET:
            bonus, invoiced = _of_wallet(connection, payment["payment_id"])
            no_money, has_invoice = no_money + bonus, has_invoice + invoiced
        elif method == CounterTender.RECHARGE_CARD and seller.invoices_top_ups:
            charge = stored_value.charge_of(connection, payment["payment_id"])
            has_invoice += Money(amount.fen - (charge.refunded_fen if charge else 0))
        elif method == CounterTender.CREDIT:
            has_invoice += amount
    return no_money, has_invoice


def _paid_by_line(body: Mapping[str, Any]) -> list[Money]:
    """What each line cost in the end: the bill's own discount and its rounding fall on all lines in proportion."""
    paid = [Money(line["gross_fen"] - line["discount_fen"]) for line in body["lines"]]
    off = sum(one.fen for one in paid) - body["total_fen"]
    if not off or not any(one.fen > 0 for one in paid):
        return paid
    shares = Money(off).split([max(one.fen, 0) for one in paid])
    return [one - share for one, share in zip(paid, shares, strict=True)]


def _sold(connection: Connection, seller: Seller, line: Mapping[str, Any], paid: Money) -> Sold:
    gross = Money(max(line["gross_fen"], paid.fen))
    if line["what"] == "fuel":
        if line.get("price_li") is None:
            raise NotYetInvoiceable
        goods = _fuel(connection, seller, line["grade"] or "", line["name"])
        return Sold(goods, gross, gross - paid, UnitPrice(line["price_li"]))
    known = repository.goods_of(connection, seller.entity)
    found = known.get(line.get("barcode") or OTHER_GOODS) or known.get(OTHER_GOODS)
    if found is None:
        raise InvoiceSellerNotSet(line["name"])
    named = replace(found, name=f"{_class_of(found)}{line['name']}")
    return Sold(named, gross, gross - paid, count=line["quantity"])


def _fuel(connection: Connection, seller: Seller, grade: str, name: str) -> InvoicedGoods:
    found = repository.goods_of(connection, seller.entity).get(grade)
    if found is None:
        raise InvoiceSellerNotSet(name)
    return found


def _class_of(goods: InvoicedGoods) -> str:
    """`*软饮料*`, the bureau's short name of the class, which stands before the goods' own name."""
    parts = goods.name.split("*")
    return f"*{parts[1]}*" if goods.name.startswith("*") and len(parts) > 2 else ""
