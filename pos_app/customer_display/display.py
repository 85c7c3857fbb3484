"""Brings what the counter and the payment show to the customer's screen; reads nothing of its own."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from core.ports.clock import Clock
from core.wording import formats
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.payment.presenter import PaymentPresenter
from pos_app.customer_display.showing import Showing, Stage, idle, showing
from pos_app.customer_display.window import CustomerWindow, Placement
from pos_app.pumps.presenter import PumpsPresenter

PREVIEW_KEY = "Shift+F12"
_THANKS_SECONDS = 30  # nobody stands there any more, though the cashier has not gone on


class CustomerDisplay(QObject):
    """The customer's screen, at work. `sells` is whether somebody is selling: before the sign-in nothing shows of a bill."""

    def __init__(
        self,
        presenters: tuple[CounterPresenter, PaymentPresenter, PumpsPresenter],
        till: QWidget,
        clock: Clock,
        *,
        station: str,
        sells: Callable[[], bool],
        on_second_screen: bool,
    ) -> None:
        super().__init__()
        self._counter, self._payment, self._pumps = presenters
        self._clock = clock
        self._sells = sells
        self._thanked = 0
        self.state = Showing()
        self.window = CustomerWindow(station)
        self.placement = Placement(self.window, till, wanted=on_second_screen)
        self._shortcut = QShortcut(QKeySequence(PREVIEW_KEY), till)
        self._shortcut.activated.connect(self.preview)
        for changed in (self._counter.changed, self._payment.changed):
            changed.connect(self.look)
        self._pumps.changed.connect(self._prices_may_have_moved)
        self._seconds = QTimer(self, interval=1_000)
        self._seconds.timeout.connect(self._tick)

    def start(self) -> None:
        """Show it where there is a screen for it."""
        self.placement.place()
        self._tick()
        self._seconds.start()

    def stop(self) -> None:
        """The till is closed."""
        self._seconds.stop()
        self.placement.put_away()

    def preview(self) -> None:
        """Show it on the till's own screen, or put it away."""
        self.placement.preview()
        self.look()

    def look(self) -> None:
        """What the counter shows now; painted only where that changes anything and somebody can see it."""
        if not self.window.isVisible():
            return
        tiles = self._pumps.state.tiles
        if self._sells():
            state = showing(self._counter.state.sale, self._payment.state, tiles)
        else:
            state = idle(tiles)
        if state.stage is not Stage.THANKS:
            self._thanked = 0
        elif self._thanked >= _THANKS_SECONDS:
            state = idle(tiles)
        if state != self.state:
            self.state = state
            self.window.show_state(state)

    def _prices_may_have_moved(self) -> None:
        if self.state.stage is Stage.IDLE:  # Pumps that run tell of themselves many times a second.
            self.look()

    def _tick(self) -> None:
        if self.state.stage is Stage.THANKS:
            self._thanked += 1
        self.look()
        now = self._clock.now()
        self.window.show_time(formats.time_of_day(now), formats.day(now))
