"""Keep the catalogue of goods and their quick keys."""

from collections.abc import Sequence
from dataclasses import replace

from core.domain.events.prices import GoodsChanged
from core.domain.ids import StaffId
from core.domain.product import Goods
from core.domain.refusals.goods import BarcodeTaken, QuickKeyTaken
from core.domain.staff import Permission
from core.domain.words import one_line
from core.ports.unit_of_work import UnitOfWork
from core.wording.initials import initials_of


class ProductDesk:
    """Goods on the shelf."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def on_sale(self) -> Sequence[Goods]:
        """What can be sold, by name."""
        with self._work.reading() as work:
            return work.catalogue.on_sale()

    def save(self, goods: Goods, by: StaffId) -> None:
        """Add goods or change them; their pinyin initials are made here.

        Raises NotAllowed, BarcodeTaken, QuickKeyTaken.
        """
        name = one_line(goods.name)
        named = replace(goods, name=name, initials=initials_of(name))
        with self._work() as work:
            work.staff.get(by).must(Permission.SCHEDULE_PRICES)
            same_code = work.catalogue.with_barcode(named.barcode)
            if same_code is not None and same_code.id != named.id:
                raise BarcodeTaken(same_code.name, named.barcode)
            if named.quick_page:
                there = work.catalogue.on_key(named.quick_page, named.quick_place)
                if there is not None and there.id != named.id:
                    raise QuickKeyTaken(there.name)
            work.catalogue.save(named)
            work.record(GoodsChanged(named.id, named.name), actor=by)
