"""Goods."""

from collections.abc import Sequence

from core.domain.ids import GoodsId
from core.domain.product import Goods
from core.domain.refusals.goods import GoodsNotFound
from core.persistence.rows import RowsOf
from core.persistence.tables.catalogue import goods
from core.persistence.transaction import Command, Transaction
from core.persistence.words import bindparam, func, literal_column, or_, update

_GOODS = RowsOf(goods, Goods)
_BY_BARCODE = _GOODS.where(goods.c.barcode == bindparam("barcode"), goods.c.on_sale)
_ON_SALE = _GOODS.where(goods.c.on_sale, order=[goods.c.name, goods.c.id])
# Also what is no longer sold: a barcode stays that of its goods.
_WITH_BARCODE = _GOODS.where(goods.c.barcode == bindparam("barcode"))
_BY_ID = _GOODS.where(goods.c.id == bindparam("goods"))
_ON_KEY = _GOODS.where(goods.c.quick_page == bindparam("page"), goods.c.quick_place == bindparam("place"))
_QUICK_KEYS = _GOODS.where(
    goods.c.on_sale, goods.c.quick_page > literal_column("0"), order=[goods.c.quick_page, goods.c.quick_place]
)
_WANTED = bindparam("wanted", type_=goods.c.name.type)
_SEARCH = _GOODS.where(
    goods.c.on_sale,
    or_(
        func.lower(goods.c.name).like(_WANTED),
        goods.c.barcode.like(_WANTED),
        goods.c.initials.like(_WANTED),
    ),
    order=[goods.c.name, goods.c.id],
    limited=True,
)
_TAKE_STOCK = Command(
    update(goods)
    .where(goods.c.id == bindparam("goods"))
    .values(stock=goods.c.stock - bindparam("pieces", type_=goods.c.stock.type)),
    asks=("goods", "pieces"),
)


class SqlCatalogue:
    """Port Catalogue."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def by_barcode(self, barcode: str) -> Goods:
        found = self._transaction.first(_BY_BARCODE, barcode)
        if found is None:
            raise GoodsNotFound(barcode)
        return found

    def get(self, goods: GoodsId) -> Goods:
        found = self._transaction.first(_BY_ID, goods)
        if found is None:
            raise GoodsNotFound(goods)
        return found

    def with_barcode(self, barcode: str) -> Goods | None:
        return self._transaction.first(_WITH_BARCODE, barcode)

    def on_key(self, page: int, place: int) -> Goods | None:
        return self._transaction.first(_ON_KEY, page, place)

    def on_sale(self) -> Sequence[Goods]:
        return self._transaction.all(_ON_SALE)

    def quick_keys(self) -> Sequence[Goods]:
        return self._transaction.all(_QUICK_KEYS)

    def search(self, text: str, limit: int) -> Sequence[Goods]:
        # What stands for anything in a pattern stands for nothing here.
        wanted = text.strip().lower()
        plain = wanted.replace("%", "").replace("_", "")
        return self._transaction.all(_SEARCH, f"%{plain}%", limit) if plain or not wanted else []

    def save(self, goods: Goods) -> None:
        self._transaction.run(_GOODS.save, *_GOODS.of(goods))

    def take_stock(self, goods: GoodsId, pieces: int) -> None:
        self._transaction.run(_TAKE_STOCK, goods, pieces)
