"""A staff card as it may be kept: its hash, never the code that is printed on it."""

import hashlib
from collections.abc import Callable

# No letters that look like digits, so that a code can be read aloud and typed; 18 of 32 are 90 bits, nothing to guess.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
START = "YS"
_LENGTH = 18


def new_card(choose: Callable[[str], str]) -> str:
    """A fresh code; `choose` takes one of the letters at random, as secrets.choice does."""
    return START + "".join(choose(LETTERS) for _ in range(_LENGTH))


def card_hash(code: str) -> str:
    """What is kept of a cleaned code. A salt would keep a card from being found; this much chance needs none."""
    return hashlib.sha256(f"staff card {code}".encode()).hexdigest()


def is_card(code: str) -> bool:
    """Whether a cleaned code looks like a staff card and not like a PIN."""
    return code.startswith(START)
