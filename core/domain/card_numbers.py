"""Bank card numbers, and that none of them is ever written down."""

import re
import unicodedata

from core.domain.refusals.payments import CardNumberRefused
from core.domain.words import one_line

# Digits as people write them down: in groups, with spaces, dashes or dots between.
_RUNS = re.compile(r"(?:\d[ \-._/]{0,2}){12,}\d")
_SHORTEST, _LONGEST = 13, 19


def holds_card_number(text: str) -> bool:
    """Whether 13 to 19 digits in a row, however grouped, pass the check digit of bank cards (Luhn, ISO/IEC 7812)."""
    narrow = unicodedata.normalize("NFKC", text)
    return any(_may_be_card(re.sub(r"\D", "", run.group())) for run in _RUNS.finditer(narrow))


def refuse_card_number(text: str) -> str:
    """The text as one line, once it is sure to hold no card number. Raises CardNumberRefused."""
    if holds_card_number(text):
        raise CardNumberRefused
    return one_line(text)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    figures = [int(digit) for digit in reversed(digits)]
    doubled = (sum(divmod(2 * figure, 10)) for figure in figures[1::2])
    return (sum(figures[::2]) + sum(doubled)) % 10 == 0


def _may_be_card(digits: str) -> bool:
    if len(digits) <= _LONGEST:
        return passes_luhn(digits)
    # Two numbers stuck together, or one among others: any stretch of a card's length counts.
    return any(
        passes_luhn(digits[start : start + length])
        for length in (16, 19)
        for start in range(len(digits) - length + 1)
    )
