"""Amounts as people read and type them."""

import re

_AMOUNT = re.compile(r"￥([\d,]+\.\d\d)")


def fen_of(words: str) -> int | None:
    """The first amount in a sentence."""
    found = _AMOUNT.search(words)
    return None if found is None else int(found[1].replace(",", "").replace(".", ""))


def yuan(fen: int) -> str:
    """As one types it."""
    whole, rest = divmod(abs(fen), 100)
    return ("-" if fen < 0 else "") + (f"{whole}.{rest:02}" if rest else str(whole))
