"""Bills that wait: under which name, for how long, whose, how much; one tap takes one up."""

from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.domain.sale import HeldBill
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, RIGHT, ElidedWords, Words
from core.qt.widgets.layers import Sheet
from core.qt.widgets.put_away import put_away
from core.wording import formats
from core.wording.catalogue import _, ngettext
from pos_app.cashier.held.presenter import HeldState
from pos_app.cashier.words import age, label_of

_WITH_KEYS = 9


class HeldSheet(Sheet):
    """Signals: recalled(sale id)."""

    recalled = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Bills that wait"), "held_sheet", width=960)
        wearing = theme.current()
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(wearing.px(8))
        self._rows.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setMinimumHeight(wearing.px(400))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing = Words(_("No bill waits."), "quiet", align=CENTRE)
        self.body.addWidget(self._nothing)
        self.body.addWidget(area, 1)
        self._shown: list[QWidget] = []
        self._state = HeldState()

    def show_state(self, state: HeldState, now: datetime) -> None:
        """Paint them."""
        for row in self._shown:
            self._rows.removeWidget(row)
            put_away(row)
        self._shown = []
        self._nothing.setVisible(not state.bills)
        for number, bill in enumerate(state.bills, 1):
            row = _Row(bill, now, number)
            row.button.clicked.connect(lambda _checked=False, sale=bill.sale.id: self.recalled.emit(sale))
            self._rows.addWidget(row)
            self._shown.append(row)


class _Row(QFrame):
    def __init__(self, bill: HeldBill, now: datetime, number: int) -> None:
        super().__init__()
        wearing = theme.current()
        sale = bill.sale
        self.setProperty("role", "tinted")
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(16), wearing.px(4), wearing.px(8), wearing.px(4))
        row.setSpacing(wearing.px(16))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(
            ElidedWords(sale.held_label or label_of(sale), "strong", name=f"held_label_{sale.id}")
        )
        count = len(sale.lines)
        lines = ngettext("{count} line", "{count} lines", count).format(count=count)
        waits = age(sale.held_at or sale.opened_at, now)
        state = _("held") if sale.is_held else _("open, not held")
        where = _("open at another till") if bill.elsewhere else state
        words.addWidget(ElidedWords(f"{waits}   {bill.who}   {lines}   {where}", "caption"))
        row.addLayout(words, 1)
        tone = Tone.AMBER if sale.unclear_payment is not None else None
        row.addWidget(Words(formats.money(sale.total), "title", tone, align=RIGHT))
        key = f"Alt+{number}" if number <= _WITH_KEYS else ""
        self.button = BusyButton(_("Take up"), f"held_recall_{sale.id}", key=key)
        row.addWidget(self.button)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """A finger high."""
        return QSize(theme.current().px(600), theme.current().px(64))
