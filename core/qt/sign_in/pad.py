"""People at the left, a PIN pad at the right: for signing in, for agreeing, for opening a locked screen."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.domain.staff import StaffMember
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.sign_in.proving import ProvingPresenter, ProvingState
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import PinEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import CENTRE, ElidedWords, Words
from core.qt.widgets.put_away import put_away
from core.wording import names
from core.wording.catalogue import _

ICONS = {"cashier": "till", "attendant": "pump", "manager": "desk"}
_WITH_A_KEY = 9


@dataclass(frozen=True, slots=True)
class PadWords:
    """What it says: who is asked to choose, on the button, and where nobody is offered."""

    choose: str
    go: str
    nobody: str


class PeopleAndPad(QWidget):
    """Paints the state; what a person does goes to the presenter. Widgets are named `<prefix>_person_<id>`, `<prefix>_pin`…"""

    def __init__(
        self,
        presenter: ProvingPresenter[Any],
        prefix: str,
        words: PadWords,
        target: int,
        *,
        narrow: bool = False,
    ) -> None:
        """`target` is how tall a key is, in pixels; `narrow` puts people below each other."""
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # Nobody is chosen by where the focus happens to be.
        self._presenter = presenter
        self._prefix = prefix
        self._words = words
        self._columns = 1 if narrow else 2
        self._cards: dict[str, PersonCard] = {}
        self._painted: tuple[StaffMember, ...] = ()
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(theme.current().px(16 if narrow else 32))
        columns.addWidget(self._people(), 3)
        columns.addWidget(self._pad(target, 0 if narrow else 24), 3 if narrow else 2)
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: ProvingState) -> None:
        """Paint everything."""
        if state.people != self._painted:
            self._lay_out(state.people)
        for person, card in self._cards.items():
            card.setChecked(person == state.chosen)
        chosen = next((person for person in state.people if person.id == state.chosen), None)
        self._nobody.setVisible(state.loaded and not state.people)
        self._name.setText(chosen.name if chosen else self._words.choose)
        if self._pin.text() != state.pin:
            self._pin.setText(state.pin)
        self._pin.setEnabled(chosen is not None and not state.busy)
        if self.isVisible():
            if chosen is not None and not state.busy:
                self._pin.setFocus()
            elif chosen is None:
                self.setFocus()
        trouble = told(state.trouble) if state.trouble is not None else ""
        self._trouble.say(trouble, Tone.RED)
        theme.paint_as(self._pin, tone="red" if trouble else None)
        self._go.set_busy(state.busy, _("Checking…"))
        self._go.set_reason("" if state.may_go or state.busy else _("Choose your name and type your PIN."))

    def _people(self) -> QWidget:
        wearing = theme.current()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, wearing.px(8), 0)
        self._grid = QGridLayout()
        self._grid.setSpacing(wearing.px(16 if self._columns > 1 else 8))
        column.addLayout(self._grid)
        self._nobody = Words(self._words.nobody, "quiet", wrap=True)
        column.addWidget(self._nobody)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _pad(self, target: int, margin: int) -> QWidget:
        wearing = theme.current()
        card = QFrame()
        card.setProperty("role", "surface")
        column = QVBoxLayout(card)
        margin = wearing.px(margin)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(wearing.px(12))
        self._name = ElidedWords("", "title", align=CENTRE)
        self._pin = PinEdit(f"{self._prefix}_pin")
        self._pin.textEdited.connect(self._presenter.type_pin)
        self._trouble = Words("", "strong", name=f"{self._prefix}_trouble", align=CENTRE, wrap=True)
        self._trouble.setMinimumHeight(wearing.px(48))
        self._keys = Keypad(f"{self._prefix}_key", target=self._pin, height=target)
        self._keys.pressed.connect(lambda _key: self._presenter.type_pin(self._pin.text()))
        self._go = BusyButton(self._words.go, f"{self._prefix}_go", key="Return", role="primary")
        self._go.clicked.connect(self._presenter.go)
        column.addWidget(self._name)
        column.addWidget(self._pin)
        column.addWidget(self._trouble)
        column.addWidget(self._keys, 1)
        column.addWidget(self._go)
        return card

    def _lay_out(self, people: tuple[StaffMember, ...]) -> None:
        for card in self._cards.values():
            self._grid.removeWidget(card)
            put_away(card)
        self._cards = {}
        self._painted = people
        for number, person in enumerate(people):
            key = f"Alt+{number + 1}" if number < _WITH_A_KEY else ""
            card = PersonCard(person, f"{self._prefix}_person_{person.id}", key)
            card.clicked.connect(lambda _checked=False, who=person.id: self._presenter.choose(who))
            self._cards[person.id] = card
            self._grid.addWidget(card, number // self._columns, number % self._columns)


class PersonCard(QPushButton):
    """One person: name, role, a picture of the role, and the key that chooses it."""

    def __init__(self, person: StaffMember, name: str, key: str) -> None:
        super().__init__()
        wearing = theme.current()
        self.key = key
        self.setObjectName(name)
        self.setAccessibleName(person.name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(wearing.px(88))
        picture = Words()
        picture.setPixmap(wearing.picture(ICONS.get(person.role.code, "people"), "quiet", wearing.px(32)))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(ElidedWords(person.name, "title"))
        words.addWidget(ElidedWords(names.role(person.role), "quiet"))
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(16), wearing.px(8), wearing.px(16), wearing.px(8))
        row.setSpacing(wearing.px(16))
        row.addWidget(picture)
        row.addLayout(words, 1)
        row.addWidget(Words(key, "quiet"))
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """As large as what is in it."""
        return QSize(theme.current().px(200), theme.current().px(88))
