"""Amounts as people read and type them."""

import re

_AMOUNT = re.compile(r"￥([\d,]+\.\d\d)")


def fen_of(words: str) -> int | None:
    """The first amount in a sentence."""
    found = _AMOUNT.search(words)
    return None if found is None else int(found[1].replace(",", "").replace(".", ""))


def yuan(fen: int) -> str:
    """As one types it."""
    return f"{fen // 100}.{fen % 100:02}" if fen % 100 else str(fen // 100)
