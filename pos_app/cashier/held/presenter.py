"""The list of bills that wait, and taking one of them up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.ids import SaleId
from core.domain.sale import HeldBill, Sale
from core.qt.background import Runs

if TYPE_CHECKING:
    from core.services.sales.desk import SaleDesk


@dataclass(frozen=True, slots=True)
class HeldState:
    """Bills that wait, oldest first, without the one on the counter."""

    bills: tuple[HeldBill, ...] = ()

    def bill(self, sale: str) -> HeldBill | None:
        """The one of that id."""
        return next((each for each in self.bills if each.sale.id == sale), None)


class HeldPresenter(QObject):
    """Signals: changed."""

    changed = Signal()

    def __init__(
        self,
        sales: "SaleDesk",
        background: Runs,
        fault: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sales = sales
        self._background = background
        self._fault = fault
        self._hidden: tuple[SaleId, ...] = ()
        self._all: tuple[HeldBill, ...] = ()
        self.state = HeldState()

    def reload(self) -> None:
        """Look again."""
        self._background.run(self._sales.held, self._loaded, self._fault)

    def hide(self, *sales: Sale | None) -> None:
        """These are shown elsewhere."""
        hidden = tuple(sale.id for sale in sales if sale is not None)
        if hidden != self._hidden:
            self._hidden = hidden
            self._show()

    def _loaded(self, bills: Sequence[HeldBill]) -> None:
        self._all = tuple(bills)
        self._show()

    def _show(self) -> None:
        state = HeldState(tuple(each for each in self._all if each.sale.id not in self._hidden))
        if state != self.state:
            self.state = state
            self.changed.emit()
