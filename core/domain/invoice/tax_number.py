"""The unified social credit code (统一社会信用代码, GB 32100-2015) of whoever is invoiced."""

from core.domain.refusals.invoices import TaxNumberUnfit

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V and Z, which look like digits
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_LENGTH = 18


def tax_number_of(text: str) -> str:
    """The code in its one spelling. Raises TaxNumberUnfit where its length, a character or the check character is wrong."""
    spelled = "".join(text.split()).upper()
    if len(spelled) != _LENGTH or any(sign not in _SIGNS for sign in spelled) or not spelled[2:8].isdigit():
        raise TaxNumberUnfit(text)
    if spelled[-1] != check_character(spelled[:-1]):
        raise TaxNumberUnfit(text)
    return spelled


def check_character(first: str) -> str:
    """The last character that belongs to the first seventeen."""
    weighed = sum(_SIGNS.index(sign) * weight for sign, weight in zip(first, _WEIGHTS, strict=True))
    return _SIGNS[-weighed % len(_SIGNS)]
