"""Words that a person typed: one line, nothing in it that cannot be seen."""


def one_line(text: str) -> str:
    """The text with single spaces where it held others, line ends or control characters, and nothing around it.

    A scanner or a paste can bring any of these into a field; databases, printers and the cloud refuse some of them.
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
