"""Goods on the shelf: add one, change one."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import GoodsId
from core.domain.money import Money
from core.domain.product import Goods
from core.domain.refusals.refusal import Refusal
from core.domain.scan import CodeKind, what_is
from core.ports.identity import Identity
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.products import ProductDesk

HIGHEST_STOCK = 99_999


class Lack(StrEnum):
    """What is still missing or wrong before goods can be saved."""

    NOTHING = ""
    NAME = "name"
    BARCODE = "barcode"
    BARCODE_TWICE = "barcode_twice"
    PRICE = "price"
    STOCK = "stock"
    QUICK_KEY = "quick_key"


@dataclass(frozen=True, slots=True)
class Draft:
    """Goods as they are being typed."""

    id: GoodsId | None = None  # None for new ones
    name: str = ""
    barcode: str = ""
    price: Money | None = None
    stock: int | None = None
    quick_page: int = 0  # 0 is no quick key
    quick_place: int = 1
    quick_colour: str = ""

    @property
    def is_new(self) -> bool:
        """Whether these goods are not in the catalogue yet."""
        return self.id is None


@dataclass(frozen=True, slots=True)
class ProductsState:
    """The list and what is being typed, if anything."""

    goods: tuple[Goods, ...] = ()
    loaded: bool = False
    draft: Draft | None = None
    saving: bool = False
    refused: Refusal | None = None  # why what was typed was not kept, until something else is typed

    @property
    def lack(self) -> Lack:
        """The first thing that is missing or wrong."""
        draft = self.draft
        if draft is None:
            return Lack.NAME
        wrong = {
            Lack.NAME: not draft.name.strip(),
            Lack.BARCODE: what_is(draft.barcode) is not CodeKind.GOODS,
            Lack.BARCODE_TWICE: any(
                each.barcode == draft.barcode and each.id != draft.id for each in self.goods
            ),
            Lack.PRICE: draft.price is None or draft.price.fen <= 0,
            Lack.STOCK: draft.stock is None or abs(draft.stock) > HIGHEST_STOCK,
            Lack.QUICK_KEY: bool(draft.quick_page) and self.on_key(draft) is not None,
        }
        return next((lack for lack, is_wrong in wrong.items() if is_wrong), Lack.NOTHING)

    def on_key(self, draft: Draft) -> Goods | None:
        """The other goods that have this quick key."""
        place = (draft.quick_page, draft.quick_place)
        others = (each for each in self.goods if each.id != draft.id)
        return next((each for each in others if (each.quick_page, each.quick_place) == place), None)


class ProductsPresenter(RefreshingPresenter[tuple[Goods, ...]]):
    """Signals: changed; saved(Goods)."""

    saved = Signal(object)

    def __init__(
        self,
        products: "ProductDesk",
        ids: Identity,
        background: Runs,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._products = products
        self._ids = ids
        self.state = ProductsState()

    def begin_new(self) -> None:
        """An empty form."""
        self._show(replace(self.state, draft=Draft(stock=0), refused=None))

    def begin_change(self, goods: GoodsId) -> None:
        """The form about these goods."""
        known = next((each for each in self.state.goods if each.id == goods), None)
        if known is not None:
            draft = Draft(
                known.id,
                known.name,
                known.barcode,
                known.price,
                known.stock,
                known.quick_page,
                known.quick_place or 1,
                known.quick_colour,
            )
            self._show(replace(self.state, draft=draft, refused=None))

    def type_draft(self, draft: Draft) -> None:
        """The form so far."""
        self._show(replace(self.state, draft=draft, refused=None))

    def give_up(self) -> None:
        """No form any more; nothing is saved."""
        self._show(replace(self.state, draft=None, saving=False, refused=None))

    def save(self) -> None:
        """Keep what is typed."""
        draft = self.state.draft
        if draft is None or self.state.lack or draft.price is None or draft.stock is None:
            return
        self._keep(
            Goods(
                draft.id or GoodsId(self._ids()),
                draft.barcode,
                draft.name.strip(),
                draft.price,
                draft.stock,
                quick_page=draft.quick_page,
                quick_place=draft.quick_place if draft.quick_page else 0,
                quick_colour=draft.quick_colour if draft.quick_page else "",
            )
        )

    def _keep(self, goods: Goods) -> None:
        by = self._by

        def done(_nothing: object = None) -> None:
            self.give_up()
            self.saved.emit(goods)
            self.reload()

        def failed(error: Exception) -> None:
            refused = error if isinstance(error, Refusal) else None
            self._show(replace(self.state, saving=False, refused=refused))
            if refused is None:
                self._notices.fault(error)

        if not self.state.saving:
            self._show(replace(self.state, saving=True, refused=None))
            self._background.run(lambda: self._products.save(goods, by), done, failed)

    def _read(self) -> tuple[Goods, ...]:
        return tuple(self._products.on_sale())

    def _arrived(self, figures: tuple[Goods, ...]) -> None:
        self._show(replace(self.state, goods=figures, loaded=True))

    def _show(self, state: ProductsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
