"""What each kind of pole display is told; pure bytes."""

import unicodedata
from typing import Protocol

from core.domain.money import Money
from core.ports.pole_display import PoleAmount
from core.wording.catalogue import _, mark

_COLUMNS = 20
_DIGITS = 8
_INITIALISE = b"\x1b@"
_CLEAR = b"\x0c"
_WORDS = {
    PoleAmount.PRICE: mark("Price"),
    PoleAmount.TOTAL: mark("Total"),
    PoleAmount.RECEIVED: mark("Received"),
    PoleAmount.CHANGE: mark("Change"),
}
# Most displays have Latin letters alone, whatever language the till speaks.
_LATIN_WORDS = {
    PoleAmount.PRICE: "PRICE",
    PoleAmount.TOTAL: "TOTAL",
    PoleAmount.RECEIVED: "PAID",
    PoleAmount.CHANGE: "CHANGE",
}
# Which of the four lamps an LED display lights: 单价, 合计, 收款, 找零.
_LAMPS = {PoleAmount.PRICE: b"1", PoleAmount.TOTAL: b"2", PoleAmount.RECEIVED: b"3", PoleAmount.CHANGE: b"4"}


class Dialect(Protocol):
    """How one kind of display is spoken to."""

    def initialise(self) -> bytes:
        """After it was switched on."""
        ...

    def lines(self, upper: str, lower: str) -> bytes:
        """Two lines of text."""
        ...

    def amount(self, kind: PoleAmount, amount: Money) -> bytes:
        """One amount."""
        ...

    def change(self, received: Money, change: Money) -> bytes:
        """What was handed over and what comes back."""
        ...

    def clear(self) -> bytes:
        """Nothing."""
        ...


class _TwoLines:
    """A display of two lines of twenty cells."""

    def __init__(self, *, chinese: bool = False) -> None:
        self._chinese = chinese

    def initialise(self) -> bytes:
        return _INITIALISE + _CLEAR

    def clear(self) -> bytes:
        return _CLEAR

    def lines(self, upper: str, lower: str) -> bytes:
        return self._placed(self._fitted(upper), self._fitted(lower))

    def amount(self, kind: PoleAmount, amount: Money) -> bytes:
        word = _(_WORDS[kind]) if self._chinese else _LATIN_WORDS[kind]
        return self._placed(self._fitted(word), _figure(amount).encode().rjust(_COLUMNS))

    def change(self, received: Money, change: Money) -> bytes:
        both = ((PoleAmount.RECEIVED, received), (PoleAmount.CHANGE, change))
        return self._placed(*(self._beside(kind, amount) for kind, amount in both))

    def _beside(self, kind: PoleAmount, amount: Money) -> bytes:
        word = _(_WORDS[kind]) if self._chinese else _LATIN_WORDS[kind]
        figure = _figure(amount).encode()
        return self._fitted(word)[: _COLUMNS - len(figure)] + figure

    def _placed(self, upper: bytes, lower: bytes) -> bytes:
        raise NotImplementedError

    def _fitted(self, text: str) -> bytes:
        """As much as fits into a line, filled up with blanks so that nothing older is left behind it."""
        shown = bytearray()
        for character in unicodedata.normalize("NFKC", text):
            sent = self._sent(character)
            if len(shown) + len(sent) > _COLUMNS:
                break
            shown += sent
        return bytes(shown.ljust(_COLUMNS))

    def _sent(self, character: str) -> bytes:
        if " " <= character <= "~":
            return character.encode()
        if not self._chinese or unicodedata.category(character)[0] in "CZM":
            return b""
        sent = character.encode("gb18030")
        return sent if len(sent) == 2 else b"?"


class Cd5220(_TwoLines):
    """CD5220 mode: ESC Q A and ESC Q B write a line each, ended by CR."""

    def _placed(self, upper: bytes, lower: bytes) -> bytes:
        return b"\x1bQA" + upper + b"\r" + b"\x1bQB" + lower + b"\r"


class EscposDisplay(_TwoLines):
    """ESC/POS mode: US $ puts the cursor at a column and line."""

    def _placed(self, upper: bytes, lower: bytes) -> bytes:
        return b"\x1f$\x01\x01" + upper + b"\x1f$\x01\x02" + lower


class Led8:
    """Eight digits and four lamps, the display of most Chinese tills."""

    def initialise(self) -> bytes:
        return _INITIALISE + _CLEAR

    def clear(self) -> bytes:
        return _CLEAR + b"\x1bs0"

    def lines(self, upper: str, lower: str) -> bytes:
        """It has no letters: the digits of the lower line, or else of the upper, or nothing."""
        for line in (lower, upper):
            figure = "".join(
                character for character in line if character.isascii() and character in "0123456789.-"
            )
            if any(character.isdigit() for character in figure):
                return b"\x1bs0" + self._digits(figure)
        return self.clear()

    def amount(self, kind: PoleAmount, amount: Money) -> bytes:
        return b"\x1bs" + _LAMPS[kind] + self._digits(_figure(amount))

    def change(self, received: Money, change: Money) -> bytes:  # noqa: ARG002  There is one line.
        return self.amount(PoleAmount.CHANGE, change)

    @staticmethod
    def _digits(figure: str) -> bytes:
        if len(figure.replace(".", "")) > _DIGITS:
            figure = figure.partition(".")[0]  # fen are what one can do without
        if len(figure.replace(".", "")) > _DIGITS:
            figure = "-" * _DIGITS
        return b"\x1bQA" + figure.encode() + b"\r"


def dialect_of(kind: str, *, chinese: bool = False) -> Dialect:
    """The dialect of this name. Raises ValueError for one that nobody speaks."""
    match kind:
        case "cd5220":
            return Cd5220(chinese=chinese)
        case "escpos":
            return EscposDisplay(chinese=chinese)
        case "led8":
            return Led8()
    raise ValueError(f"there is no pole display of kind {kind}")


def _figure(amount: Money) -> str:
    return f"{'-' if amount.fen < 0 else ''}{abs(amount.fen) // 100}.{abs(amount.fen) % 100:02}"
