"""Litre offers, floors and rules for bills: what holds now, and what held before."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.domain.ids import GradeCode, OfferId, StaffId
from core.domain.offer import BillRules, LitreOffer, OfferBook
from core.domain.price import UnitPrice
from core.domain.refusals.offers import OfferNotFound
from core.persistence.bill_columns import offer_of, offer_text, rules_of, rules_text
from core.persistence.rows import written
from core.persistence.tables.offers import HOLDS, offer_book
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import bindparam, select, update
from core.ports.offers import OfferEntry

_OFFER, _FLOOR, _RULES = "offer", "floor", "rules"


class _Row(NamedTuple):
    kind: str
    key: str
    content: str


_NOW = Query(select(offer_book.c.kind, offer_book.c.key, offer_book.c.content).where(HOLDS), _Row)
_HISTORY = Query(
    select(
        offer_book.c.kind,
        offer_book.c.key,
        offer_book.c.content,
        offer_book.c.since,
        offer_book.c.set_by,
        offer_book.c.ended_at,
        offer_book.c.ended_by,
    )
    .order_by(offer_book.c.since.desc(), offer_book.c.kind, offer_book.c.key)
    .limit(bindparam("limit")),
    lambda *row: row,
)
_ADD = written(offer_book, ("kind", "key", "since", "content", "set_by"))
_END = Command(
    update(offer_book)
    .where(offer_book.c.kind == bindparam("of_kind"), offer_book.c.key == bindparam("of_key"), HOLDS)
    .values(ended_at=bindparam("at", type_=offer_book.c.since.type), ended_by=bindparam("by")),
    asks=("of_kind", "of_key", "at", "by"),
)


class SqlOffers:
    """Port Offers."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def book(self) -> OfferBook:
        offers: list[LitreOffer] = []
        floors: dict[GradeCode, UnitPrice] = {}
        rules = BillRules()
        for kind, key, content in self._transaction.all(_NOW):
            if kind == _OFFER:
                offers.append(offer_of(OfferId(key), content))
            elif kind == _FLOOR:
                floors[GradeCode(key)] = UnitPrice(int(content))
            else:
                rules = rules_of(content)
        return OfferBook(tuple(sorted(offers, key=lambda offer: offer.id)), floors, rules)

    def save_offer(self, offer: LitreOffer, by: StaffId, at: datetime) -> None:
        self._replace(_OFFER, offer.id, offer_text(offer), by, at)

    def end_offer(self, offer: OfferId, by: StaffId, at: datetime) -> None:
        if not self._transaction.run(_END, _OFFER, offer, at, by):
            raise OfferNotFound(offer)

    def set_floor(self, grade: GradeCode, price: UnitPrice | None, by: StaffId, at: datetime) -> None:
        self._replace(_FLOOR, grade, None if price is None else str(price.li), by, at)

    def set_rules(self, rules: BillRules, by: StaffId, at: datetime) -> None:
        self._replace(_RULES, "", rules_text(rules), by, at)

    def history(self, limit: int) -> Sequence[OfferEntry]:
        return [_entry(*row) for row in self._transaction.all(_HISTORY, limit)]

    def _replace(self, kind: str, key: str, content: str | None, by: StaffId, at: datetime) -> None:
        self._transaction.run(_END, kind, key, at, by)
        if content is not None:
            self._transaction.run(_ADD, kind, key, at, content, by)


def _entry(  # noqa: PLR0917 - one row
    kind: str,
    key: str,
    content: str,
    since: datetime,
    set_by: StaffId,
    ended_at: datetime | None,
    ended_by: StaffId | None,
) -> OfferEntry:
    what: LitreOffer | UnitPrice | BillRules
    if kind == _OFFER:
        what = offer_of(OfferId(key), content)
    elif kind == _FLOOR:
        what = UnitPrice(int(content))
    else:
        what = rules_of(content)
    return OfferEntry(key, what, since, set_by, ended_at, ended_by)
