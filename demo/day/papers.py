"""A second decoder of receipts: reads ESC/POS bytes from the command tables alone, as another maker's printer would."""

import re
from dataclasses import dataclass, field

_ARGUMENTS = {  # bytes that follow a two-byte command
    b"\x1b@": 0, b"\x1c&": 0, b"\x1c.": 0, b"\x1ba": 1, b"\x1bE": 1, b"\x1d!": 1, b"\x1bd": 1, b"\x1bJ": 1,
    b"\x1b!": 1, b"\x1bM": 1, b"\x1bt": 1, b"\x1bR": 1, b"\x1b3": 1, b"\x1b2": 0, b"\x1b-": 1, b"\x1dB": 1,
    b"\x1bp": 3, b"\x1cS": 2, b"\x1dL": 2, b"\x1dW": 2, b"\x10\x04": 1, b"\x1dh": 1, b"\x1dw": 1, b"\x1dH": 1,
}  # fmt: skip
_MONEY = r"(-?)￥([\d,]+\.\d\d)"


class NotReadable(Exception):
    """Bytes that no command table knows."""


@dataclass
class Paper:
    """What stands on one paper."""

    words: str = ""
    codes: list[str] = field(default_factory=list)
    cuts: int = 0
    kicks: int = 0

    def after(self, label: str) -> str:
        """What stands at the right of a word, or nothing."""
        found = re.search(rf"^{re.escape(label)}\s+(.+?)\s*$", self.words, re.MULTILINE)
        return found[1] if found else ""

    def fen(self, label: str) -> int | None:
        """The amount at the right of a word."""
        found = re.search(rf"^{re.escape(label)}\s+{_MONEY}\s*$", self.words, re.MULTILINE)
        return (
            None
            if found is None
            else int(found[2].replace(",", "").replace(".", "")) * (-1 if found[1] else 1)
        )


def read(sent: bytes) -> Paper:
    """The paper that these bytes make. Raises NotReadable."""
    paper, text, at = Paper(), bytearray(), 0
    while at < len(sent):
        byte, two = sent[at], sent[at : at + 2]
        if two == b"\x1dV":
            at += 4 if sent[at + 2] in b"AB" else 3
            paper.cuts += 1
        elif two == b"\x1bp":
            at += 5
            paper.kicks += 1
        elif two == b"\x1d(":
            long = int.from_bytes(sent[at + 3 : at + 5], "little")
            inside = sent[at + 5 : at + 5 + long]
            if inside[:3] == b"1P0":
                paper.codes.append(inside[3:].decode())
            at += 5 + long
        elif sent[at : at + 3] == b"\x1dv0":
            wide, high = (int.from_bytes(sent[at + n : at + n + 2], "little") for n in (4, 6))
            at += 8 + wide * high
        elif two == b"\x1b*":
            wide = int.from_bytes(sent[at + 3 : at + 5], "little") * (3 if sent[at + 2] in (32, 33) else 1)
            at += 5 + wide
        elif two == b"\x10\x14":
            at += 5
            paper.kicks += 1
        elif two in _ARGUMENTS:
            at += 2 + _ARGUMENTS[two]
        elif byte == 0x0A or byte >= 0x20:
            text.append(byte)
            at += 1
        else:
            raise NotReadable(f"byte {byte:#04x} at {at}: {sent[at : at + 6].hex(' ')}")
    paper.words = text.decode("gb18030")
    return paper
