"""What is under way when a shift is to end: what it is, whose, how much, and a button that opens it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from core.domain.blocker import Blocker, BlockerKind
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.qt.widgets.put_away import put_away
from core.wording import formats
from core.wording.blockers import what
from core.wording.catalogue import _, mark
from pos_app.cashier.shift.closing.presenter import ClosingState, key_of

_WITH_KEYS = 9
_LONGEST_NOTE = 200
_USUAL = (
    mark("The customer comes back for it"),
    mark("The provider has not answered yet"),
    mark("The next shift goes on with it"),
)
# What the till itself can ask for at once; everything else is opened.
_ASKED = (
    BlockerKind.UNCLEAR_PAYMENT,
    BlockerKind.PENDING_REFUND,
    BlockerKind.WAITING_PAPER,
    BlockerKind.UNSENT,
)


class UnderWayPanel(QWidget):
    """Signals: opened(Blocker); asked(Blocker); gone_on(note)."""

    opened = Signal(object)
    asked = Signal(object)
    gone_on = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._intro = Words("", "body", wrap=True)
        column.addWidget(self._intro)
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, wearing.px(8), 0)
        self._rows.setSpacing(wearing.px(8))
        self._rows.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setMinimumHeight(wearing.px(264))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(area, 1)
        self._note_words = Words(_("Why the next shift takes it over"), "quiet")
        self.note = QLineEdit()
        self.note.setObjectName("blockers_note")
        self.note.setMaxLength(_LONGEST_NOTE)
        self.note.textChanged.connect(lambda _text: self._settle())
        column.addWidget(self._note_words)
        column.addWidget(self.note)
        column.addWidget(self._usual())
        self._trouble = Words("", "strong", Tone.RED, name="blockers_trouble", wrap=True)
        column.addWidget(self._trouble)
        self._go = BusyButton("", "blockers_go", key="Return", role="primary")
        self._go.clicked.connect(lambda: self.gone_on.emit(self.note.text()))
        column.addWidget(self._go)
        self._state = ClosingState()
        self._shown: tuple[Blocker, ...] | None = None
        self._buttons: dict[str, BusyButton] = {}

    def begin(self) -> None:
        """Nothing written."""
        self.note.clear()

    def show_state(self, state: ClosingState) -> None:
        """Paint the list."""
        self._state = state
        if state.blockers != self._shown:
            self._lay_out(state.blockers)
        for key, button in self._buttons.items():
            button.set_busy(key == state.asking)
        self._intro.setText(_intro(state))
        wanted = state.has_questions
        self._note_words.setVisible(wanted)
        self.note.setVisible(wanted)
        self._reasons.setVisible(wanted)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)
        carries = wanted and not state.handing_over
        self._go.set_words(_("Carry over and count") if carries else _("Go on to the count"))
        self._settle()

    def _usual(self) -> QWidget:
        """What it mostly is, for a finger or a key."""
        self._reasons = QWidget()
        row = QHBoxLayout(self._reasons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(8))
        for place, word in enumerate(_USUAL, 1):
            button = BusyButton(_(word), f"blockers_reason_{place}", key=f"F{place + 1}")
            button.clicked.connect(lambda _checked=False, said=word: self.note.setText(_(said)))
            row.addWidget(button, 1)
        return self._reasons

    def _settle(self) -> None:
        written = bool(self.note.text().strip())
        missing = "" if self._state.may_go_on or written else _("Settle these first, or write why not.")
        self._go.set_reason(missing)

    def _lay_out(self, blockers: tuple[Blocker, ...]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                put_away(row)
        self._shown, self._buttons = blockers, {}
        for number, blocker in enumerate(blockers, 1):
            self._rows.addWidget(self._row(blocker, f"Alt+{number}" if number <= _WITH_KEYS else ""))

    def _row(self, blocker: Blocker, key: str) -> QFrame:
        wearing = theme.current()
        frame = QFrame()
        frame.setProperty("role", "tinted")
        frame.setProperty("tone", "amber" if blocker.asks_a_person else None)
        row = QHBoxLayout(frame)
        row.setContentsMargins(wearing.px(16), wearing.px(4), wearing.px(8), wearing.px(4))
        row.setSpacing(wearing.px(16))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedWords(what(blocker), "strong", name=f"blocker_{key_of(blocker)}"))
        words.addWidget(ElidedWords(_more(blocker), "quiet"))
        row.addLayout(words, 1)
        if blocker.amount:
            row.addWidget(Words(formats.money(blocker.amount), "title", align=RIGHT))
        if blocker.kind is not BlockerKind.RUNNING_FILL:
            button = BusyButton(_do(blocker), f"blocker_do_{key_of(blocker)}", key=key)
            button.setMinimumWidth(wearing.px(176))
            button.clicked.connect(lambda _checked=False, this=blocker: self._pressed(this))
            row.addWidget(button)
            self._buttons[key_of(blocker)] = button
        return frame

    def _pressed(self, blocker: Blocker) -> None:
        (self.asked if blocker.kind in _ASKED else self.opened).emit(blocker)


def _more(blocker: Blocker) -> str:
    match blocker.kind:
        case BlockerKind.RUNNING_FILL:
            return _("Goes on; its litres count in the shift in which it ends.")
        case BlockerKind.WAITING_PAPER:
            return _("Comes out by itself when the printer can.")
        case BlockerKind.UNSENT:
            return _("Is sent by itself when the cloud can be reached; the Z is printed all the same.")
    return _("Cashier {name}").format(name=blocker.owner) if blocker.owner else ""


def _do(blocker: Blocker) -> str:
    match blocker.kind:
        case BlockerKind.UNCLEAR_PAYMENT | BlockerKind.PENDING_REFUND:
            return _("Ask now")
        case BlockerKind.WAITING_PAPER:
            return _("Print now")
        case BlockerKind.UNSENT:
            return _("Send now")
    return _("Open")


def _intro(state: ClosingState) -> str:
    if state.handing_over:
        return _("All of this goes along to the next shift; the pumps run on. Settle what you can.")
    if state.has_questions:
        return _("This is still under way. Settle it, or carry it over to the next shift with a note.")
    return _("Nothing of this keeps the shift from being closed.")
