"""Writes down a conversation with a device, or plays one back in tests.

One line a turn: `> ` what was asked, `< ` what came back, `! ` the name of a failure. Only the first two characters of
a line are ours; everything after them is the conversation's own text.
"""

import threading
from pathlib import Path
from typing import TextIO

from core.devices.links.link import AnswerMissing, Exchange, LinkFailure, LoginRefused, NotReached

_FAILURES = {kind.__name__: kind for kind in (NotReached, AnswerMissing, LoginRefused)}


class RecordedExchange:
    """A link that writes down what goes through it."""

    def __init__(self, link: Exchange, paper: TextIO) -> None:
        self._link = link
        self._paper = paper
        self._lock = threading.Lock()

    def ask(self, question: bytes) -> bytes:
        """As the link within, written down whole or not at all."""
        try:
            answer = self._link.ask(question)
        except LinkFailure as failure:
            self._write(question, f"! {type(failure).__name__}")
            raise
        self._write(question, f"< {_on_one_line(answer)}")
        return answer

    def _write(self, question: bytes, outcome: str) -> None:
        with self._lock:
            self._paper.write(f"> {_on_one_line(question)}\n{outcome}\n")
            self._paper.flush()


class ReplayedExchange:
    """A link that answers as a recording does, turn by turn, whatever the question."""

    def __init__(self, recording: Path) -> None:
        lines = recording.read_text(encoding="utf-8").splitlines()
        self._outcomes = [line for line in lines if line.startswith(("< ", "! "))]
        self._lock = threading.Lock()
        self.questions: list[bytes] = []

    def ask(self, question: bytes) -> bytes:
        """The recording's next answer or failure. Raises AnswerMissing past its end."""
        with self._lock:
            self.questions.append(question)
            if not self._outcomes:
                raise AnswerMissing("the recording is over")
            outcome = self._outcomes.pop(0)
        if outcome.startswith("! "):
            raise _FAILURES[outcome[2:]](outcome)
        return outcome[2:].encode()


def _on_one_line(words: bytes) -> str:
    return " ".join(words.decode("utf-8", "backslashreplace").split())
