"""Bytes of a scanner as whole codes; pure. What is no code is left out, and says nothing of what comes after it."""

import re
import unicodedata

_ENDS = re.compile(rb"[\r\n\t\x03]+")
_START = b"\x02"
# What a QR code of an invoice address holds; more is a cable that picks up noise.
MOST_BYTES = 512
# ]C1, ]E0, ]Q3: some scanners tell first which kind of code it is (AIM identifiers).
_IDENTIFIER = re.compile(r"^\][A-Za-z][0-9A-Za-z](?=.)")


class Framing:
    """Feed it bytes as they come; it returns the codes that are whole by now."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._too_long = False

    @property
    def has_half(self) -> bool:
        """Whether a code has begun and not ended."""
        return bool(self._waiting) or self._too_long

    def feed(self, received: bytes) -> list[str]:
        """The codes that these bytes complete."""
        *whole, rest = _ENDS.split(bytes(self._waiting) + received)
        self._waiting = bytearray(rest)
        if self._too_long and whole:
            whole[0], self._too_long = b"", False  # the end of what was too long
        if len(self._waiting) > MOST_BYTES:
            self._waiting.clear()
            self._too_long = True
        return [code for code in map(_code, whole) if code]

    def forget_half(self) -> None:
        """What began and was never ended is no code: it must not stand before the next one."""
        self._waiting.clear()
        self._too_long = False


def _code(line: bytes) -> str:
    """The line as text, or nothing where it is noise."""
    line = line.rpartition(_START)[2].strip(b"\x00 ")
    if not line or len(line) > MOST_BYTES:
        return ""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = line.decode("gb18030")
        except UnicodeDecodeError:
            return ""
    if any(unicodedata.category(character)[0] == "C" for character in text):
        return ""
    return _IDENTIFIER.sub("", text.strip()).strip()
