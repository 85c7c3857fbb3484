"""A tap on a pump or an order at either place: the fill onto the bill, the prepay, the sheet that releases, the decline."""

from functools import cached_property
from typing import Protocol

from PySide6.QtCore import QObject

from core.domain.fill import Fill
from core.domain.ids import FillId, NozzleNumber, OrderId, PumpNumber
from core.domain.order import CancelReason
from core.domain.pump import Preset
from core.domain.station_order import ServiceState
from core.qt.notices import Notices
from core.qt.widgets.layers import Layers
from core.wording import formats
from core.wording.catalogue import _
from core.wording.refusals import sentence_of_code
from pos_app.attendant.forecourt.screen import ForecourtScreen
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.counter.screen import CounterScreen
from pos_app.helping.fill_sheet import FillSheet
from pos_app.helping.presenter import HelpPresenter
from pos_app.helping.strip import HelpStrip
from pos_app.orders.presenter import OrdersPresenter
from pos_app.orders.trouble_sheet import TroubleSheet
from pos_app.prepays.presenter import PrepaysPresenter
from pos_app.pumps.manual.presenter import ManualPresenter
from pos_app.pumps.manual_sheet import ManualSheet
from pos_app.pumps.presenter import PumpsPresenter
from pos_app.pumps.release_sheet import ReleaseSheet


class PumpPresenters(Protocol):
    """The presenters that a pump's tap may reach."""

    @property
    def pumps(self) -> PumpsPresenter: ...
    @property
    def orders(self) -> OrdersPresenter: ...
    @property
    def counter(self) -> CounterPresenter: ...
    @property
    def prepays(self) -> PrepaysPresenter: ...
    @property
    def helping(self) -> HelpPresenter: ...
    @property
    def manual(self) -> ManualPresenter: ...


class AtPumps(QObject):
    """Joins both places' pumps and orders to their sheets."""

    def __init__(
        self,
        presenters: PumpPresenters,
        counter: CounterScreen,
        layers: Layers,
        notices: Notices,
        large: bool,
    ) -> None:
        super().__init__()
        self._pumps, self._orders = presenters.pumps, presenters.orders
        self._sale, self._prepays = presenters.counter, presenters.prepays
        self._manual = presenters.manual
        self._manual.booked.connect(self._keyed)
        self._large = large
        self._layers = layers
        self._notices = notices
        self._release = ReleaseSheet(large, sells=not large)
        counter.pump_panel.pump_tapped.connect(self._counter_pump)
        self._pumps.release_failed.connect(self._release_failed)
        self._pumps.changed.connect(self._show_release)
        self._release.released.connect(self._released)
        self._release.prepaid.connect(self._prepaid)
        self._release.taken_back.connect(self._pumps.take_back)
        self._release.left.connect(lambda: layers.close_sheet(self._release))
        counter.order_strip.decline_wanted.connect(self._ask_decline)
        self._join_helping(presenters.helping, counter)

    def _join_helping(self, helping: HelpPresenter, counter: CounterScreen) -> None:
        self._helping = helping
        self.band = HelpStrip()
        self.band.answered.connect(helping.answer)
        helping.changed.connect(lambda: self.band.show_state(helping.state))
        helping.changed.connect(lambda: counter.pump_panel.show_sent(helping.state.names_by_fill))
        self._release.help_wanted.connect(self._call_for_help)

    def join_forecourt(self, screen: ForecourtScreen) -> None:
        """The same sheets over the other place."""
        screen.wall.tapped.connect(self._forecourt_pump)
        screen.help_wanted.connect(self._call_for_help)
        screen.orders.decline_wanted.connect(self._ask_decline)

    @cached_property
    def _keying(self) -> ManualSheet:
        return ManualSheet(self._manual, self._layers, self._large)

    @cached_property
    def _trouble(self) -> TroubleSheet:
        sheet = TroubleSheet()
        sheet.declined.connect(self._declined)
        sheet.asked.connect(self._asked)
        sheet.moved.connect(self._moved)
        sheet.fill_ended.connect(self._fill_ended)
        sheet.help_wanted.connect(self._call_for_help)
        sheet.left.connect(lambda: self._layers.close_sheet(sheet))
        self._orders.changed.connect(self._show_trouble)
        return sheet

    @cached_property
    def _fills(self) -> FillSheet:
        sheet = FillSheet()
        sheet.handed.connect(self._hand)
        sheet.release_wanted.connect(self._release_again)
        sheet.help_wanted.connect(self._call_for_help)
        sheet.left.connect(lambda: self._layers.close_sheet(sheet))
        return sheet

    def _forecourt_pump(self, pump: int) -> None:
        tile = self._pumps.state.tile(PumpNumber(pump))
        if tile is not None and tile.unpaid and not tile.delivers and not tile.promised:
            self._fills.begin(tile, self._helping.state.names_by_fill)
            self._layers.open(self._fills)
        else:
            self._open_release(pump)

    def _hand(self, fill: str) -> None:
        self._layers.close_sheet(self._fills)
        self._helping.hand(FillId(fill))

    def _release_again(self, pump: int) -> None:
        self._layers.close_sheet(self._fills)
        self._open_release(pump)

    def _call_for_help(self, pump: int, order: str = "") -> None:
        self._layers.close_sheets()
        self._helping.call(PumpNumber(pump) if pump else None, OrderId(order) if order else None)

    def _prepaid(self, pump: int, nozzle: int, preset: Preset) -> None:
        self._layers.close_sheet(self._release)
        self._sale.add_prepay(PumpNumber(pump), NozzleNumber(nozzle), preset)

    def _counter_pump(self, pump: int) -> None:
        tile = self._pumps.state.tile(PumpNumber(pump))
        if tile is not None and tile.unpaid:
            self._sale.take_oldest(tile.unpaid)
        else:
            self._open_release(pump)

    def _open_release(self, pump: int) -> None:
        tile = self._pumps.state.tile(PumpNumber(pump))
        if tile is not None and tile.prepay is not None and not tile.delivers:
            self._prepays.open(tile.prepay.id)
        elif tile is not None and self._manual.is_manual(tile.number):
            self._keying.begin(tile)
        elif tile is not None:
            self._release.begin(tile)
            self._layers.open(self._release)

    def _keyed(self, fill: Fill) -> None:
        self._pumps.reload()
        words = _("Pump {pump}: {volume}, {amount} were keyed.")
        self._notices.act(
            words.format(
                pump=fill.pump, volume=formats.litres(fill.volume), amount=formats.money(fill.amount)
            )
        )

    def _show_release(self) -> None:
        pump = self._release.pump
        if pump is None or not self._layers.is_open(self._release):
            return
        state = self._pumps.state
        tile = state.tile(PumpNumber(pump))
        if tile is not None:
            self._release.show_tile(tile, busy=PumpNumber(pump) in state.busy)

    def _released(self, pump: int, nozzle: object, preset: object) -> None:
        self._layers.close_sheet(self._release)
        self._pumps.release(pump, nozzle, preset)  # type: ignore[arg-type]  # A Qt signal forgets the types.

    def _release_failed(self, pump: int, reason: str) -> None:
        sentence = sentence_of_code(reason)
        plain = _("Look at the pump and try again.")
        why = plain if sentence == reason else sentence
        self._notices.act(_("Pump {pump} was not released. {why}").format(pump=pump, why=why))

    def _ask_decline(self, order: str) -> None:
        view = next((v for v in self._orders.state.orders if v.order.id == order), None)
        if view is None:
            return
        if view.order.state is ServiceState.FILLED:
            self._orders.decline(view.order.id, CancelReason.NOTHING_FILLED)
            return
        self._trouble.begin(view, self._pumps.state.tiles)
        self._layers.open(self._trouble)

    def _show_trouble(self) -> None:
        """The order goes on while somebody thinks about it."""
        sheet = self._trouble
        if not self._layers.is_open(sheet):
            return
        view = next((v for v in self._orders.state.orders if v.order.id == sheet.order), None)
        if view is None or view.order.state is ServiceState.FILLED:
            self._layers.close_sheet(sheet)
        else:
            sheet.show_view(view, self._pumps.state.tiles)

    def _declined(self, order: str, reason: object) -> None:
        self._layers.close_sheet(self._trouble)
        self._orders.decline(OrderId(order), CancelReason(str(reason)))

    def _asked(self, order: str, differs: str) -> None:
        self._layers.close_sheet(self._trouble)
        self._orders.ask_driver(OrderId(order), differs)

    def _moved(self, order: str, pump: int, nozzle: int) -> None:
        self._layers.close_sheet(self._trouble)
        self._orders.move(OrderId(order), PumpNumber(pump), NozzleNumber(nozzle))

    def _fill_ended(self, pump: int) -> None:
        self._layers.close_sheet(self._trouble)
        self._pumps.take_back(PumpNumber(pump))
