"""Speaks to whoever runs dev.py: in Chinese where the machine does, in English elsewhere."""

import os
import sys


def in_chinese() -> bool:
    """Whether this person's environment asks for Chinese; the first variable that is set decides, as everywhere."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value.lower().startswith("zh")
    return False


def sentence(english: str, chinese: str) -> str:
    """The one of the two that this person reads."""
    return chinese if in_chinese() else english


def tell(english: str, chinese: str) -> None:
    """Say one sentence on the error stream, which leaves the output to the command that runs afterwards."""
    print(sentence(english, chinese), file=sys.stderr, flush=True)


class CannotGoOn(Exception):
    """Set-up cannot do it; carries the sentence that tells the person what is missing and what to do."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(sentence(english, chinese))
