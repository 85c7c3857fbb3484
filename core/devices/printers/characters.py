"""Which characters a Chinese receipt printer has, and how many cells each takes."""

import unicodedata

# GB18030 writes these in four bytes, which such printers show as two wrong characters; the neighbours say the same.
_NEIGHBOURS = {
    "\u00a5": "\uffe5",  # the yen sign that is typed for the yuan: its four bytes would print as "0 6"
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u2212": "-",
    "\u2011": "-",
    "\u2022": "·",
    "\u00ab": "《",
    "\u00bb": "》",
    "\u00a9": "(C)",
    "\u00ae": "(R)",
}
_TABLE = str.maketrans(_NEIGHBOURS)


def printable(text: str) -> str:
    """The text as the printer can show it; what it has no glyph for becomes a question mark.

    Control characters go, whoever put them there: a name must not be able to give the printer orders.
    """
    tidy = unicodedata.normalize("NFC", text).translate(_TABLE)
    return "".join(_shown(character) for character in tidy)


def has_rare_words(text: str) -> bool:
    """Whether a letter or Chinese character would be lost. A lost emoji is no reason to draw the receipt."""
    tidy = unicodedata.normalize("NFC", text).translate(_TABLE)
    return any(unicodedata.category(each).startswith("L") and _encoded(each) is None for each in tidy)


def encoded(text: str) -> bytes:
    """The bytes of a text that `printable` gave."""
    return text.encode("gb18030")


def cells(text: str) -> int:
    """Half-width cells that a text from `printable` takes.

    Two for all that is sent in two bytes, which is every East Asian wide and ambiguous character: the printer's own
    table is GB 2312, where the Greek and the Cyrillic letters, the middle dot and the circled numbers are full width.
    """
    return len(encoded(text))


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\r\n":
        return " "
    if category in {"Cc", "Cf", "Mn", "Me", "Cs", "Co"}:
        return ""
    return character if _encoded(character) is not None else "?"


def _encoded(character: str) -> bytes | None:
    """One or two bytes, or None where the printer has no glyph."""
    if unicodedata.category(character) in {"Cs", "Co"}:
        return None
    sent = character.encode("gb18030")
    # Row FE came late to the standard; the glyph tables of printers end before it.
    return sent if len(sent) <= 2 and sent[0] < 0xFE else None
