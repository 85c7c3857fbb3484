"""Keep the catalogue of goods."""

from collections.abc import Sequence

from core.domain.ids import StaffId
from core.domain.product import Goods
from core.domain.staff import Permission
from core.ports.unit_of_work import UnitOfWork


class ProductDesk:
    """Goods on the shelf."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def on_sale(self) -> Sequence[Goods]:
        """What can be sold, by name."""
        with self._work.reading() as work:
            return work.catalogue.on_sale()

    def save(self, goods: Goods, by: StaffId) -> None:
        """Add goods or change them. Raises NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SCHEDULE_PRICES)
            work.catalogue.save(goods)
