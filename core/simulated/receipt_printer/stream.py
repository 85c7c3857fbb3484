"""The bytes of an ESC/POS stream cut into commands, in whatever pieces the network brings them."""

from dataclasses import dataclass
from enum import StrEnum

EOT, DC4 = 0x04, 0x14


class Kind(StrEnum):
    TEXT = "text"
    """One character outside Kanji mode."""
    KANJI = "kanji"
    """One character of two bytes in Kanji mode."""
    COMMAND = "command"
    STATUS_REQUEST = "status request"
    """DLE EOT: answered at once, whatever waits to be printed."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Token:
    offset: int
    """Where it begins, in bytes from the start of the stream, status requests not counted."""
    kind: Kind
    name: str
    """The command as a manual writes it, or what is wrong."""
    raw: bytes
    values: bytes = b""
    """The command's parameters without its name."""


# How many parameter bytes follow each plain command.
_ESC = {
    "@": 0,
    "a": 1,
    "E": 1,
    "!": 1,
    "d": 1,
    "J": 1,
    "t": 1,
    "R": 1,
    "-": 1,
    "M": 1,
    "2": 0,
    "3": 1,
    "p": 3,
}
_FS = {"&": 0, ".": 0, "!": 1, "S": 2, "-": 1, "W": 1}
_GS = {"!": 1, "B": 1}


class _NeedsMore(Exception):
    """The command goes on in bytes that have not come yet."""


class Stream:
    """Feed it bytes; it returns the tokens that are whole by now and keeps the rest."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._at = 0
        self._offset = 0
        self.kanji = False

    def feed(self, received: bytes) -> list[Token]:
        self._waiting += received
        tokens = []
        while self._waiting:
            self._at = 0
            try:
                token = self._next()
            except _NeedsMore:
                break
            del self._waiting[: len(token.raw)]
            if token.kind is not Kind.STATUS_REQUEST:
                self._offset += len(token.raw)
            tokens.append(token)
        return tokens

    def end(self) -> list[Token]:
        """What is left when no more bytes come."""
        if not self._waiting:
            return []
        token = Token(self._offset, Kind.WRONG, "the stream ends inside a command", bytes(self._waiting))
        self._waiting.clear()
        return [token]

    # -- inside -------------------------------------------------------------------------------

    def _take(self, count: int = 1) -> bytes:
        if self._at + count > len(self._waiting):
            raise _NeedsMore
        taken = bytes(self._waiting[self._at : self._at + count])
        self._at += count
        return taken

    def _token(self, kind: Kind, name: str, values: bytes = b"") -> Token:
        return Token(self._offset, kind, name, bytes(self._waiting[: self._at]), values)

    def _next(self) -> Token:
        first = self._take()[0]
        match first:
            case 0x1B:
                token = self._plain("ESC", _ESC)
            case 0x1C:
                token = self._plain("FS", _FS)
            case 0x1D:
                token = self._gs()
            case 0x10:
                token = self._dle()
            case 0x0A:
                token = self._token(Kind.COMMAND, "LF")
            case 0x0D:
                token = self._token(Kind.COMMAND, "CR")
            case _ if first < 0x20 or first == 0x7F:
                token = self._token(Kind.WRONG, f"control byte {first:02X} means nothing here")
            case _ if first >= 0x80 and self.kanji:
                token = self._kanji(first)
            case _:
                token = self._token(Kind.TEXT, "character")
        return token

    def _plain(self, group: str, lengths: dict[str, int]) -> Token:
        letter = chr(self._take()[0])
        if letter not in lengths:
            return self._token(Kind.WRONG, f"unknown command {group} {_shown(letter)}")
        values = self._take(lengths[letter])
        if (group, letter) in (("FS", "&"), ("FS", "."), ("ESC", "@")):
            self.kanji = letter == "&"
        return self._token(Kind.COMMAND, f"{group} {letter}", values)

    def _gs(self) -> Token:
        letter = chr(self._take()[0])
        if letter in _GS:
            return self._token(Kind.COMMAND, f"GS {letter}", self._take(_GS[letter]))
        if letter == "V":
            mode = self._take()
            feed = self._take() if mode[0] in (65, 66) else b""
            return self._token(Kind.COMMAND, "GS V", mode + feed)
        if letter == "(":
            function = chr(self._take()[0])
            low, high = self._take(2)
            values = self._take(low + high * 256)
            if function != "k":
                return self._token(Kind.WRONG, f"unknown command GS ( {_shown(function)}")
            return self._token(Kind.COMMAND, "GS ( k", values)
        if letter == "v":
            return self._raster()
        return self._token(Kind.WRONG, f"unknown command GS {_shown(letter)}")

    def _raster(self) -> Token:
        head = self._take(6)
        if head[0] not in (0, 48):
            return self._token(Kind.WRONG, f"unknown command GS v {head[0]}")
        width_bytes, rows = head[2] + head[3] * 256, head[4] + head[5] * 256
        return self._token(Kind.COMMAND, "GS v 0", head[1:] + self._take(width_bytes * rows))

    def _dle(self) -> Token:
        second = self._take()[0]
        if second == EOT:
            number = self._take()
            if 1 <= number[0] <= 4:
                return self._token(Kind.STATUS_REQUEST, "DLE EOT", number)
            return self._token(Kind.WRONG, f"DLE EOT {number[0]} asks for nothing")
        if second == DC4:
            return self._token(Kind.COMMAND, "DLE DC4", self._take(3))
        return self._token(Kind.WRONG, f"unknown command DLE {second:02X}")

    def _kanji(self, first: int) -> Token:
        if first in (0x80, 0xFF):
            return self._token(Kind.WRONG, f"byte {first:02X} begins no character of GB18030")
        second = self._take()[0]
        if 0x30 <= second <= 0x39:
            self._take(2)
            return self._token(Kind.WRONG, "a four-byte character, which no printer's font holds")
        if not 0x40 <= second <= 0xFE or second == 0x7F:
            # The second byte may begin something of its own, a line feed for one; it stays in the stream.
            self._at -= 1
            return self._token(Kind.WRONG, f"half a character: {first:02X} without its second byte")
        return self._token(Kind.KANJI, "character")


def _shown(letter: str) -> str:
    return letter if 0x20 < ord(letter) < 0x7F else f"{ord(letter):02X}"
