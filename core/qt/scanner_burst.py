"""What a burst of keys has been so far: its text, how quick it was, and the field that its first key went into."""

import re
import unicodedata
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from shiboken6 import isValid

SHORTEST_CODE = 6
LONGEST_CODE = 512
"""As much as a QR code of an invoice address holds; more is noise."""

_SEPARATOR = "\x1d"  # stands between the parts of a GS1 code
# ]C1, ]E0, ]Q3: some scanners tell first which kind of code it is (AIM identifiers).
_IDENTIFIER = re.compile(r"^\][A-Za-z][0-9A-Za-z](?=.)")


@dataclass(frozen=True, slots=True)
class FieldBefore:
    """A field as it was before the first key of a burst was let into it."""

    field: QLineEdit
    text: str
    cursor: int
    chosen: tuple[int, int]  # where the selection begins, and how long it is

    @classmethod
    def of(cls, field: QLineEdit) -> "FieldBefore":
        """As it is now."""
        chosen = (field.selectionStart(), field.selectionLength())
        return cls(field, field.text(), field.cursorPosition(), chosen)

    @property
    def takes_figures(self) -> bool:
        """Whether it is for figures only, where nothing that a scanner reads belongs."""
        return isValid(self.field) and self.field.validator() is not None

    def restore(self) -> None:
        """As if the key had never come; whoever listens to typing hears of that too."""
        if not isValid(self.field):
            return
        if self.field.text() != self.text:
            self.field.setText(self.text)
            self.field.textEdited.emit(self.text)
        start, length = self.chosen
        if start >= 0:
            self.field.setSelection(start, length)
        else:
            self.field.setCursorPosition(self.cursor)

    def drop_composition(self) -> None:
        """Whatever an input method was composing here is gone."""
        if isValid(self.field):
            QApplication.sendEvent(self.field, QInputMethodEvent())
        QGuiApplication.inputMethod().reset()


def focused_field(window: QObject | None = None) -> QLineEdit | None:
    """The field that a key which comes to this window would be written into now."""
    focused = QApplication.focusWidget()
    if focused is None:
        # A key can come to a window before the system has told that it is the active one.
        tops = (top for top in QApplication.topLevelWidgets() if top.windowHandle() is window)
        focused = next((top.focusWidget() for top in tops), None)
    if isinstance(focused, QLineEdit) and focused.isEnabled() and not focused.isReadOnly():
        return focused
    return None


@dataclass(slots=True)
class Burst:
    """Keys that came one upon another. `held` are those that nobody has seen yet, to be handed on if it was typing."""

    held: list[tuple[QObject, QEvent]] = field(default_factory=list)
    before: FieldBefore | None = None  # where the first key was let through
    first_ms: int = 0
    last_ms: int = 0
    composed: bool = False  # an input method had its hands in it
    noise: bool = False  # something came that stands in no code
    surely: bool = False  # it follows an ended scan too closely for fingers
    _letters: list[str] = field(default_factory=list)
    _count: int = 0

    def add(self, text: str, now_ms: int) -> None:
        """One more key, or what an input method made of one."""
        if not self._count:
            self.first_ms = now_ms
        self.last_ms = now_ms
        self._count += 1
        if text == _SEPARATOR:
            return
        if not text or any(unicodedata.category(letter)[0] == "C" for letter in text):
            self.noise = True
        elif self._count <= LONGEST_CODE:
            self._letters.append(text)
        else:
            self.noise = True

    def after(self, torn: "Burst") -> "Burst":
        """Both as one: a busy machine made two of what a scanner sent."""
        return replace(
            self,
            before=torn.before,
            first_ms=torn.first_ms,
            composed=torn.composed or self.composed,
            noise=torn.noise or self.noise,
            surely=torn.surely,
            _letters=torn._letters + self._letters,
            _count=torn._count + self._count,
        )

    def is_of_the_same_field(self, other: "Burst") -> bool:
        """Whether the first key of both went into one field."""
        return (
            self.before is not None and other.before is not None and self.before.field is other.before.field
        )

    @property
    def count(self) -> int:
        """How many keys it has, those included that stand in no code."""
        return self._count

    @property
    def gap_ms(self) -> float:
        """The middle pause between two of them."""
        return (self.last_ms - self.first_ms) / max(1, self._count - 1)

    @property
    def code(self) -> str:
        """Its text as a code: full-width digits narrow, without what scanners put before it; empty where it is none."""
        text = unicodedata.normalize("NFKC", "".join(self._letters)).strip()
        text = _IDENTIFIER.sub("", text).strip()
        return "" if self.noise or len(text) < SHORTEST_CODE else text
