"""A pump test: how much of it went back, and into which tank."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.ids import TankNumber
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.put_away import put_away
from core.wording import formats
from core.wording.catalogue import _
from pos_app.fills.presenter import FillsState


class TrialPanel(QWidget):
    """Signals: tested(Litres, tank number or None)."""

    tested = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._what = Words("", "title", wrap=True)
        self._asked = Words(_("Litres that went back"), "quiet")
        self.returned = DecimalEdit("test_returned")
        self.returned.textChanged.connect(lambda _text: self._settle())
        self._tanks = QHBoxLayout()
        self._tanks.setSpacing(wearing.px(8))
        self._none = Words(
            _("The station has no tank of this fuel: only 0 litres can go back."), "quiet", wrap=True
        )
        self._go = BusyButton(_("It was a pump test"), "test_go", key="Return", role="primary")
        self._go.set_height(wearing.size("target"))
        self._go.clicked.connect(self._emit)
        column.addWidget(self._what)
        column.addWidget(self._asked)
        column.addWidget(self.returned)
        column.addLayout(self._tanks)
        column.addWidget(self._none)
        column.addWidget(self._go)
        self._buttons: list[BusyButton] = []
        self._group = QButtonGroup(self)
        self._shown: tuple[TankNumber, ...] | None = None
        self._tank: TankNumber | None = None

    def begin(self, state: FillsState) -> None:
        """All of it went back, as it usually does."""
        if state.chosen is not None:
            self.returned.setText(formats.litres_without_unit(state.chosen.volume).replace(",", ""))
            self.returned.selectAll()

    def show_state(self, state: FillsState) -> None:
        """Paint the fill and its tanks."""
        if state.chosen is not None:
            words = _("{litres} of pump {pump} are no sale.")
            volume = formats.litres(state.chosen.volume)
            self._what.setText(words.format(litres=volume, pump=state.chosen.pump))
        if state.tanks != self._shown:
            self._shown = state.tanks
            self._lay_tanks(state.tanks)
        self._go.set_busy(state.busy == "test", _("Writing it down…"))
        self._settle()

    def _lay_tanks(self, tanks: tuple[TankNumber, ...]) -> None:
        for button in self._buttons:
            self._group.removeButton(button)
            self._tanks.removeWidget(button)
            put_away(button)
        self._buttons = []
        self._tank = tanks[0] if len(tanks) == 1 else None
        for place, tank in enumerate(tanks, 1):
            button = BusyButton(_("Tank {tank}").format(tank=tank), f"test_tank_{tank}", key=f"Alt+{place}")
            button.setCheckable(True)
            button.setChecked(tank == self._tank)
            button.set_height(theme.current().size("target"))
            button.clicked.connect(lambda _checked=False, chosen=tank: self._choose(chosen))
            self._group.addButton(button)
            self._tanks.addWidget(button, 1)
            self._buttons.append(button)
        self._none.setVisible(not tanks)

    def _choose(self, tank: TankNumber) -> None:
        self._tank = tank
        self._settle()

    def _settle(self) -> None:
        returned = self.returned.litres()
        missing = ""
        if returned is None:
            missing = _("Type how much first.")
        elif returned and self._tank is None:
            missing = _("Choose the tank first.")
        self._go.set_reason(missing)

    def _emit(self) -> None:
        returned = self.returned.litres()
        if returned is not None:
            self.tested.emit(returned, self._tank if returned else None)
