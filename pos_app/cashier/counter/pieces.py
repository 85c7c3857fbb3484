"""How many pieces a person types, and from how many on it is rather a slip of the hand."""

import re
from typing import Final

# "3*6901234567892" is three of them, as cashiers type it.
_TIMES: Final = re.compile(r"(\d{1,3})[*×xX](.+)")
MOST_UNASKED: Final = 99


def times(text: str) -> tuple[str, int]:
    """The code that was typed, and how many of it: one where nothing else is said."""
    found = _TIMES.fullmatch(text.strip())
    return (found[2], int(found[1])) if found else (text, 1)
