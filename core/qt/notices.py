"""One way to speak to the user: a banner that says what happened, what is safe and what to do."""

import logging
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from core.wording.catalogue import _, mark

_log = logging.getLogger(__name__)

_CALM = mark(
    "Something went wrong in the program. What was done before is safe; try again, and tell a manager."
)


class Tone(StrEnum):
    """The colours' grammar: red act now, amber watch, green normal, grey nothing to do, blue the primary action."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    GREY = "grey"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence and how urgent it is; `passing` ones go away by themselves."""

    text: str
    tone: Tone
    passing: bool = False


class Notices(QObject):
    """What is being said now: one notice at a time, the newest.

    Signals: changed(Notice | None).
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now: Notice | None = None

    @property
    def now(self) -> Notice | None:
        """The notice that shows, if any."""
        return self._now

    def good(self, text: str) -> None:
        """Something was done; goes away by itself."""
        self._say(Notice(text, Tone.GREEN, passing=True))

    def watch(self, text: str, passing: bool = False) -> None:
        """Something to keep an eye on; stays until dismissed or replaced, unless it is only passing."""
        self._say(Notice(text, Tone.AMBER, passing))

    def act(self, text: str) -> None:
        """Something to do now; stays until dismissed or replaced."""
        self._say(Notice(text, Tone.RED))

    def fault(self, error: Exception) -> None:
        """Say what a use case raised: a refusal or fault by its sentence, a bug calmly and with its trace in the log."""
        self.act(told(error))

    def clear(self) -> None:
        """Nothing to say any more."""
        if self._now is not None:
            self._now = None
            self.changed.emit(None)

    def _say(self, notice: Notice) -> None:
        self._now = notice
        self.changed.emit(notice)


def told(error: Exception) -> str:
    """The sentence for whatever a use case raised; a bug is logged with its trace."""
    # The words for everything that can go wrong wait until something does: the first window is shown without them.
    from core.domain.refusals.refusal import Refusal
    from core.wording.refusals import sentence

    if isinstance(error, Refusal):
        return sentence(error)
    _log.error("a use case failed unexpectedly", exc_info=error)
    return _(_CALM)
