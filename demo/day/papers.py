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

    def fens(self, label: str, *, titled: bool = False) -> list[int]:
        """The amounts at the right of a word; with `titled`, of a word that a name may follow."""
        between = r"\s[^\n]*?" if titled else r"\s+"
        found = re.findall(rf"^{re.escape(label)}{between}{_MONEY}\s*$", self.words, re.MULTILINE)
        return [
            int(amount.replace(",", "").replace(".", "")) * (-1 if minus else 1) for minus, amount in found
        ]

    def fen(self, label: str) -> int | None:
        """The first of them, or nothing."""
        return next(iter(self.fens(label)), None)


def read(sent: bytes) -> Paper:
    """The paper that these bytes make. Raises NotReadable."""
    paper, text, at = Paper(), bytearray(), 0
    while at < len(sent):
        long = _command(sent, at, paper)
        if not long:
            if sent[at] != 0x0A and sent[at] < 0x20:
                raise NotReadable(f"byte {sent[at]:#04x} at {at}: {sent[at : at + 6].hex(' ')}")
            text.append(sent[at])
        at += long or 1
    paper.words = text.decode("gb18030")
    return paper


def _command(sent: bytes, at: int, paper: Paper) -> int:
    """How long the command is that stands here, noted on the paper; 0 where it is text."""
    two = sent[at : at + 2]
    if two == b"\x1dV":
        paper.cuts += 1
        return 4 if sent[at + 2] in b"AB" else 3
    if two in (b"\x1bp", b"\x10\x14"):
        paper.kicks += 1
        return 5
    if two == b"\x1d(":
        long = int.from_bytes(sent[at + 3 : at + 5], "little")
        if sent[at + 5 : at + 8] == b"1P0":
            paper.codes.append(sent[at + 8 : at + 5 + long].decode())
        return 5 + long
    if sent[at : at + 3] == b"\x1dv0":
        wide, high = (int.from_bytes(sent[at + n : at + n + 2], "little") for n in (4, 6))
        return 8 + wide * high
    if two == b"\x1b*":
        columns = int.from_bytes(sent[at + 3 : at + 5], "little")
        return 5 + columns * (3 if sent[at + 2] in (32, 33) else 1)
    return 2 + _ARGUMENTS[two] if two in _ARGUMENTS else 0
