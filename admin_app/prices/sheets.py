"""The sheets of the price room and what they do: confirm a change, look at one, key guide prices."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from admin_app.prices import words
from admin_app.prices.change_sheet import ChangeSheet
from admin_app.prices.confirm_sheet import ConfirmSheet
from admin_app.prices.guide_sheet import GuideSheet
from admin_app.prices.presenter import PricesPresenter
from admin_app.prices.screen import PricesScreen
from core.domain.ids import PriceChangeId
from core.qt.notices import Notices
from core.qt.widgets.layers import Layers
from core.wording.catalogue import _


class PriceSheets(QObject):
    """Keeps the three sheets of the room."""

    def __init__(
        self,
        presenter: PricesPresenter,
        screen: PricesScreen,
        layers: Layers,
        notices: Notices,
        open_file: Callable[[Path], object],
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._layers = layers
        self._notices = notices
        self._open_file = open_file
        self._confirm, self._guides, self._change = ConfirmSheet(), GuideSheet(), ChangeSheet()
        screen.confirmation_wanted.connect(self._ask)
        screen.guides_wanted.connect(self._key_guides)
        self._confirm.agreed.connect(self._agreed)
        self._confirm.left.connect(lambda: layers.close_sheet(self._confirm))
        self._guides.agreed.connect(presenter.set_guides)
        self._guides.left.connect(lambda: layers.close_sheet(self._guides))
        self._change.left.connect(lambda: presenter.look_at(None))
        self._change.ticked.connect(
            lambda point: self._of_this(lambda change: presenter.tick_off(change, point))
        )
        self._change.paper_wanted.connect(lambda: self._of_this(presenter.print_slip))
        self._change.file_wanted.connect(lambda: self._of_this(presenter.write_file))
        presenter.changed.connect(self._show_change)
        presenter.planned.connect(lambda change: notices.good(words.planned(change)))
        presenter.approved.connect(lambda change: notices.good(words.approved(change)))
        presenter.withdrawn.connect(lambda change: notices.good(words.withdrawn(change)))
        presenter.guides_kept.connect(lambda: layers.close_sheet(self._guides))
        presenter.printed.connect(
            lambda: notices.good(_("The price change slip comes out of the receipt printer."))
        )
        presenter.written.connect(self._written)

    def _ask(self) -> None:
        self._confirm.show_state(self._presenter.state)
        self._layers.open(self._confirm, self._confirm.confirm)

    def _agreed(self) -> None:
        self._layers.close_sheet(self._confirm)
        self._presenter.plan()

    def _key_guides(self) -> None:
        self._guides.begin(self._presenter.state.board)
        self._layers.open(self._guides, self._guides.first)

    def _show_change(self) -> None:
        change = self._presenter.state.looked_at
        row = self._presenter.state.board.change(change) if change is not None else None
        if row is None:
            self._layers.close_sheet(self._change)
            return
        self._change.show_row(row)
        if not self._change.isVisible():
            self._layers.open(self._change, self._change.paper)

    def _of_this(self, call: Callable[[PriceChangeId], None]) -> None:
        change = self._presenter.state.looked_at
        if change is not None:
            call(change)

    def _written(self, path: Path) -> None:
        self._notices.good(_("Written: {path}").format(path=path))
        self._open_file(path)
