"""One announcement at a time, in their order; what has waited too long behind others is not said any more."""

from collections import deque

from PySide6.QtCore import QObject, Signal

from core.qt.speech.loudness import Loudness
from core.qt.speech.voices import Voice
from core.wording.spoken import Announcement

MOST_WAITING = 4
_LEAST_FOR_EMERGENCIES = 70


class Announcer(QObject):
    """Lives on the screen's thread and never waits there. Signals: changed(Loudness)."""

    changed = Signal(object)

    def __init__(self, voice: Voice, loudness: Loudness | None = None) -> None:
        super().__init__()
        self._voice = voice
        self._waiting: deque[Announcement] = deque()
        self._saying: Announcement | None = None
        self.loudness = loudness or Loudness()
        voice.ended.connect(self._ended)

    @property
    def waiting(self) -> tuple[Announcement, ...]:
        """What will be said next."""
        return tuple(self._waiting)

    def say(self, said: Announcement) -> None:
        """Say it when it is its turn. What is urgent is said at once, muted or not."""
        if said.urgent:
            self._waiting.clear()
            self._waiting.append(said)
            if self._saying is not None:
                self._voice.hush()
        elif self.loudness.muted or said in self._waiting:
            return
        else:
            self._waiting.append(said)
            if len(self._waiting) > MOST_WAITING:
                # The oldest is the one that people have seen and dealt with meanwhile.
                self._waiting.popleft()
        self._next()

    def set_loudness(self, chosen: Loudness) -> None:
        """As loud as this from now on."""
        if chosen == self.loudness:
            return
        self.loudness = chosen
        if chosen.muted:
            self._waiting = deque(each for each in self._waiting if each.urgent)
            if self._saying is not None and not self._saying.urgent:
                self._voice.hush()
        self.changed.emit(chosen)

    def close(self) -> None:
        """Silence."""
        self._waiting.clear()
        self._voice.close()

    def _next(self) -> None:
        if self._saying is None and self._waiting:
            said = self._saying = self._waiting.popleft()
            volume = self.loudness.volume
            self._voice.begin(said, max(_LEAST_FOR_EMERGENCIES, volume) if said.urgent else volume)

    def _ended(self) -> None:
        self._saying = None
        self._next()
