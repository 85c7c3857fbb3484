"""The counter's left: the pump wall, and below it the fills that wait to be paid."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.domain.fill import Fill
from core.domain.ids import FillId, PrepayId
from core.domain.prepay import Prepay
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, RIGHT, ElidedWords, Words
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _, ngettext
from pos_app.pumps.presenter import PumpsState
from pos_app.pumps.wall import PumpWall


class PumpPanel(QWidget):
    """Signals: pump_tapped(pump number); fill_chosen(FillId); prepays_wanted; prepay_chosen(PrepayId); fills_wanted."""

    pump_tapped = Signal(int)
    fill_chosen = Signal(str)
    prepays_wanted = Signal()
    prepay_chosen = Signal(str)
    fills_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(8))
        column.addLayout(self._head())
        self._wall = PumpWall()
        self._wall.tapped.connect(self.pump_tapped)
        column.addWidget(self._wall, 1)
        self._fills = QWidget()
        self._list = QVBoxLayout(self._fills)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(wearing.px(8))
        self._area = QScrollArea()
        self._area.setWidget(self._fills)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Its room stays when it is empty: no pump may move under a finger because a fill ends.
        rows = 2 if wearing.scale == 1 else 3
        self._area.setFixedHeight(rows * wearing.px(50) + (rows - 1) * wearing.px(8))
        self._nothing = Words(
            _("Fills that are not paid yet stand here."), "quiet", align=CENTRE, wrap=True, parent=self._area
        )
        self._nothing.setMinimumHeight(wearing.px(50))
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._list.addWidget(self._nothing)
        column.addWidget(self._area)
        self._begin_empty()

    def _begin_empty(self) -> None:
        self._buttons: dict[FillId, QPushButton] = {}
        self._owed: dict[PrepayId, QPushButton] = {}
        self._shown: tuple[object, ...] = ()
        self._may_take: bool | None = None
        self._made_of: dict[QPushButton, object] = {}
        self._sent: Mapping[FillId, str] = {}
        self._state: tuple[PumpsState, bool] | None = None

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.addWidget(Words(_("Pumps"), "title"))
        self._sum = ElidedWords("", "strong", name="unpaid_sum", align=RIGHT)
        head.addWidget(self._sum, 1)
        self._prepays = BusyButton(_("Prepays"), "prepays_open", key="Shift+F2", role="small", stacked=True)
        self._prepays.clicked.connect(self.prepays_wanted)
        head.addWidget(self._prepays)
        self._fills_open = BusyButton(
            _("Fill cases"), "fills_open", key="Shift+F3", role="small", stacked=True
        )
        self._fills_open.clicked.connect(self.fills_wanted)
        head.addWidget(self._fills_open)
        return head

    def show_state(self, state: PumpsState, may_take: bool) -> None:
        """Paint pumps and fills; `may_take` is whether the bill can take a fill now."""
        self._state = (state, may_take)
        self._wall.show_state(state)
        fills = self._first_sent(state.unpaid)
        count = len(fills)
        if count:
            text = ngettext("{count} unpaid", "{count} unpaid", count).format(count=count)
            self._sum.say(f"{text}   {formats.money(state.unpaid_amount)}", Tone.RED)
        else:
            self._sum.say(_("Nothing unpaid"), Tone.GREY)
        shown = (state.to_return, fills, tuple(self._sent.get(fill.id) for fill in fills))
        if self._shown != shown:
            self._shown = shown
            self._lay_out(state.to_return, fills)
            self._may_take = None
        if (
            self._may_take is not may_take
        ):  # a bill that waits is told so once, not with every litre that flows
            self._may_take = may_take
            for button in self._buttons.values():
                button.setEnabled(may_take)
                button.setToolTip("" if may_take else _("Finish the payment of this bill first."))

    def show_sent(self, sent: Mapping[FillId, str]) -> None:
        """Whose customers are on the way from the forecourt, and who sent them: they stand first."""
        if sent != self._sent:
            self._sent = sent
            if self._state is not None:
                self.show_state(*self._state)

    def _first_sent(self, fills: tuple[Fill, ...]) -> tuple[Fill, ...]:
        known = {fill.id: fill for fill in fills}
        sent = [known[fill] for fill in self._sent if fill in known]
        return (*sent, *(fill for fill in fills if fill.id not in self._sent))

    def show_prepays(self, count: int) -> None:
        """How many prepays are open, of customers who are there and of such as have gone."""
        words = _("Prepays {count}").format(count=count) if count else _("Prepays")
        self._prepays.set_words(words)

    def show_fills(self, to_decide: int) -> None:
        """How many fills somebody has to decide about: missing, disputed, a promise that was not kept."""
        words = _("Fill cases {count}").format(count=to_decide) if to_decide else _("Fill cases")
        self._fills_open.set_words(words)

    def _lay_out(self, to_return: tuple[Prepay, ...], fills: tuple[Fill, ...]) -> None:
        """What is there already stays: a fill more costs one row more, however many wait."""
        owed = {prepay.id: self._owed_row(prepay) for prepay in to_return}
        buttons = {fill.id: self._fill_row(fill) for fill in fills}
        wanted = (*owed.values(), *buttons.values())
        for row in self._made_of.keys() - set(wanted):
            del self._made_of[row]
            self._list.removeWidget(row)
            put_away(row)
        self._owed, self._buttons = owed, buttons
        for place, row in enumerate(wanted, 1):  # after the words for an empty list
            standing = self._list.itemAt(place)
            if standing is None or standing.widget() is not row:
                self._list.insertWidget(place, row)
        self._nothing.setVisible(not wanted)

    def _owed_row(self, prepay: Prepay) -> QPushButton:
        known = self._owed.get(prepay.id)
        if known is not None and self._made_of.get(known) == prepay:
            return known
        row = MoneyToReturn(prepay)
        row.clicked.connect(lambda _checked=False, chosen=prepay.id: self.prepay_chosen.emit(chosen))
        self._made_of[row] = prepay
        return row

    def _fill_row(self, fill: Fill) -> QPushButton:
        made_of = (fill, self._sent.get(fill.id, ""))
        known = self._buttons.get(fill.id)
        if known is not None and self._made_of.get(known) == made_of:
            return known
        row = UnpaidFill(*made_of)
        row.clicked.connect(lambda _checked=False, chosen=fill.id: self.fill_chosen.emit(chosen))
        self._made_of[row] = made_of
        return row


class MoneyToReturn(QPushButton):
    """A prepay that was filled with money left, or with more than was paid: its customer is on the way in, or is to come."""

    def __init__(self, prepay: Prepay) -> None:
        super().__init__()
        wearing = theme.current()
        self.setObjectName(f"prepay_owed_{prepay.id}")
        owes = bool(prepay.owed)
        self.setProperty("role", "unpaid" if owes else "owed")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        left = formats.money(prepay.owed or prepay.to_return)
        words = (_("Pump {pump}: collect") if owes else _("Pump {pump}: give back")).format(pump=prepay.pump)
        self.setAccessibleName(f"{words} {left}")
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(12), 0, wearing.px(12), 0)
        row.setSpacing(wearing.px(12))
        row.addWidget(ElidedWords(words, "strong"), 1)
        used = _("{used} of {amount}").format(
            used=formats.money(prepay.used), amount=formats.money(prepay.amount)
        )
        row.addWidget(ElidedWords(used, align=RIGHT))
        row.addWidget(Words(left, "strong", Tone.RED if owes else Tone.AMBER, align=RIGHT))
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """A finger high."""
        return QSize(theme.current().px(200), theme.current().px(50))


class UnpaidFill(QPushButton):
    """One fill that waits: pump, grade, litres, yuan, and who on the forecourt sent its customer in."""

    def __init__(self, fill: Fill, sent_by: str = "") -> None:
        super().__init__()
        wearing = theme.current()
        self.setObjectName(f"unpaid_fill_{fill.id}")
        self.setProperty("role", "unpaid")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        what = _("Pump {pump}, {grade}").format(pump=fill.pump, grade=names.grade(fill.grade))
        self.setAccessibleName(what)
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(12), 0, wearing.px(12), 0)
        row.setSpacing(wearing.px(12))
        row.addWidget(ElidedWords(what, "strong"), 1)
        if sent_by:
            said = ElidedWords(_("sent by {name}").format(name=sent_by), "strong", Tone.AMBER, align=RIGHT)
            said.setObjectName(f"sent_by_{fill.id}")
            row.addWidget(said, 1)
        row.addWidget(Words(formats.litres(fill.volume), align=RIGHT))
        amount = Words(formats.money(fill.amount), "strong", Tone.RED, align=RIGHT)
        amount.setMinimumWidth(wearing.px(88))
        row.addWidget(amount)
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """A finger high."""
        return QSize(theme.current().px(200), theme.current().px(50))
