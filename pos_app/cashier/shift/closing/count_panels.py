"""The blind count: cash by notes and coins, then every other tender that moved by its total."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.payment import Tender
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, SIGNED_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.wording import names
from core.wording.catalogue import _
from pos_app.cashier.shift.closing.presenter import ClosingState
from pos_app.cashier.shift.pieces import PieceFields, Walk


class CashPanel(QWidget):
    """Signals: counted(Count)."""

    counted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        column.addWidget(
            Words(
                _(
                    "Count all the cash in the drawer, the float included. What it should be shows after that."
                ),
                "body",
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.setSpacing(wearing.px(24))
        self.fields = PieceFields("count", "counted_cash", _("Counted as one sum, yuan"), "F2")
        self.fields.changed.connect(self._settle)
        keypad = Keypad("count_key", MONEY_KEYS, self.fields.fields[0], wearing.px(56))
        keypad.setFixedWidth(wearing.px(264))
        self._walk = Walk(self.fields.fields, keypad, self)
        row.addWidget(self.fields, 1)
        row.addWidget(keypad)
        column.addLayout(row)
        self._trouble = Words("", "strong", Tone.RED, name="count_trouble", wrap=True)
        column.addWidget(self._trouble)
        self._go = BusyButton("", "count_go", key="Return", role="primary")
        self._go.clicked.connect(lambda: self.counted.emit(self.fields.count()))
        column.addWidget(self._go)
        self._settle()

    def show_state(self, state: ClosingState) -> None:
        """Paint waiting and trouble; what is typed stays."""
        goes_on = state.tenders or state.handing_over
        self._go.set_words(_("Go on") if goes_on else _("Close the shift"))
        self._go.set_busy(state.busy, _("Closing…"))
        for field in self.fields.fields:
            field.setEnabled(not state.busy)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)

    def _settle(self) -> None:
        missing = _("Type what you counted; 0 for an empty drawer.")
        self._go.set_reason(missing if self.fields.is_empty else "")


class OthersPanel(QWidget):
    """Signals: counted(tuple of (Tender, Money))."""

    counted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        column.addWidget(
            Words(
                _(
                    "Add up the slips and look into each channel's own app. Type the total of each; 0 for none, "
                    "with a minus where more went back than came in."
                ),
                "body",
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.setSpacing(wearing.px(24))
        grid = QGridLayout()
        grid.setSpacing(wearing.px(8))
        self._names: dict[Tender, Words] = {}
        self._fields: dict[Tender, DecimalEdit] = {}
        for place, tender in enumerate(tender for tender in Tender if tender is not Tender.CASH):
            self._names[tender] = Words(names.tender(tender), "strong")
            field = DecimalEdit(f"count_total_{tender}", signed=True)
            field.setProperty("type", "body")
            field.textChanged.connect(lambda _text: self._settle())
            self._fields[tender] = field
            grid.addWidget(self._names[tender], place, 0)
            grid.addWidget(field, place, 1)
        left = QVBoxLayout()
        left.addLayout(grid)
        left.addStretch(1)
        row.addLayout(left, 1)
        keypad = Keypad("totals_key", SIGNED_KEYS, None, wearing.px(56))
        keypad.setFixedWidth(wearing.px(264))
        self._walk = Walk(list(self._fields.values()), keypad, self)
        row.addWidget(keypad)
        column.addLayout(row)
        self._trouble = Words("", "strong", Tone.RED, name="totals_trouble", wrap=True)
        column.addWidget(self._trouble)
        self._go = BusyButton("", "count_totals_go", key="Return", role="primary")
        self._go.clicked.connect(self._count)
        column.addWidget(self._go)

    def begin(self) -> None:
        """Nothing typed."""
        for field in self._fields.values():
            field.clear()

    def focus(self) -> None:
        """Into the first field."""
        for field in self._fields.values():
            if not field.isHidden():
                field.setFocus()
                return

    def show_state(self, state: ClosingState) -> None:
        """Only what moved is asked for."""
        for tender, field in self._fields.items():
            asked = tender in state.tenders
            field.setVisible(asked)
            field.setEnabled(not state.busy)
            self._names[tender].setVisible(asked)
        self._go.set_words(_("Go on") if state.handing_over else _("Close the shift"))
        self._go.set_busy(state.busy, _("Closing…"))
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)
        self._settle()

    def _typed(self) -> list[tuple[Tender, DecimalEdit]]:
        return [(tender, field) for tender, field in self._fields.items() if not field.isHidden()]

    def _settle(self) -> None:
        missing = [tender for tender, field in self._typed() if field.money() is None]
        words = _("Type the total of {tender}; 0 for none.")
        self._go.set_reason(words.format(tender=names.tender(missing[0])) if missing else "")

    def _count(self) -> None:
        totals = [(tender, field.money()) for tender, field in self._typed()]
        self.counted.emit(tuple((tender, amount) for tender, amount in totals if amount is not None))
