"""Two ways to say an announcement: Qt's own speech where it is installed and speaks the language, else recorded clips."""

import importlib
import logging
import threading
from queue import SimpleQueue
from typing import Any, Protocol

from PySide6.QtCore import QLocale, QObject, Signal

from core.qt.speech.clips import joined
from core.qt.speech.player import Player
from core.wording.catalogue import Language
from core.wording.spoken import Announcement

_log = logging.getLogger(__name__)
_LOCALES = {Language.CHINESE: "zh_CN", Language.ENGLISH: "en_US"}


class Plays(Protocol):
    """What a clip voice is heard through."""

    def play(self, wav: bytes) -> None:
        """To its end."""
        ...

    def stop(self) -> None:
        """Be silent now."""
        ...


class Voice(QObject):
    """Says one announcement after another. Signals: ended, once for each `begin`, on the screen's thread."""

    ended = Signal()

    def begin(self, said: Announcement, volume: int) -> None:
        """Begin to say it, at this volume in percent; never waits."""
        raise NotImplementedError

    def hush(self) -> None:
        """Break off what is being said; `ended` comes all the same."""

    def close(self) -> None:
        """No more."""


class ClipVoice(Voice):
    """Recorded words, put together and played on a thread of their own."""

    def __init__(self, player: Plays | None = None) -> None:
        super().__init__()
        self._player: Plays = player or Player()
        self._wanted: SimpleQueue[tuple[int, Announcement, int] | None] = SimpleQueue()
        self._begun = 0
        self._hushed = 0  # this one and all before it
        self._thread: threading.Thread | None = None

    def begin(self, said: Announcement, volume: int) -> None:
        """Begin to say it."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
            self._thread.start()
        self._begun += 1
        self._wanted.put((self._begun, said, volume))

    def hush(self) -> None:
        """Break off."""
        self._hushed = self._begun
        self._player.stop()

    def close(self) -> None:
        """No more."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self.hush()
            self._wanted.put(None)
            thread.join()

    def _run(self) -> None:
        while (wanted := self._wanted.get()) is not None:
            number, said, volume = wanted
            try:
                wav = joined(said, volume)
                if wav and number > self._hushed:
                    self._player.play(wav)
            except Exception:  # noqa: BLE001 - a sound card is no reason to stop selling
                _log.warning("an announcement was not heard", exc_info=True)
            self.ended.emit()


class QtVoice(Voice):
    """Qt's speech, which belongs to Qt's add-ons: see `spoken_by_qt`. A chime before the words is played as a clip."""

    def __init__(self, speech: Any, states: Any, chimes: Voice) -> None:
        super().__init__()
        self._speech = speech
        self._states = states
        self._chimes = chimes
        self._next: tuple[Announcement, int] | None = None
        self._speaking = False
        speech.stateChanged.connect(self._state_changed)
        chimes.ended.connect(self._chimed)

    def begin(self, said: Announcement, volume: int) -> None:
        """Begin with the chime, or with the words."""
        self._next = (said, volume)
        if said.chime:
            self._chimes.begin(Announcement(chime=said.chime), volume)
        else:
            self._chimed()

    def hush(self) -> None:
        """Break off."""
        self._chimes.hush()
        if self._speaking:
            self._speech.stop()

    def close(self) -> None:
        """No more."""
        self._next = None
        self._speech.stop()
        self._chimes.close()

    def _chimed(self) -> None:
        if self._next is None:
            return
        (said, volume), self._next = self._next, None
        if not said.text:
            self.ended.emit()
            return
        self._speaking = True
        self._speech.setVolume(volume / 100)
        self._speech.say(said.text)

    def _state_changed(self, state: object) -> None:
        if self._speaking and state in (self._states.Ready, self._states.Error):
            self._speaking = False
            self.ended.emit()


def spoken_by_qt(language: Language, chimes: Voice, engine: str = "") -> QtVoice | None:
    """Qt's speech in this language; None where Qt's add-ons are not installed, or no voice speaks the language.

    The one place that knows of them.
    """
    try:
        module: Any = importlib.import_module("PySide6.QtTextToSpeech")
    except ImportError:
        return None
    speech = module.QTextToSpeech(engine) if engine else module.QTextToSpeech()
    wanted = QLocale(_LOCALES[language])
    fits = [each for each in speech.availableLocales() if each.language() == wanted.language()]
    if speech.state() == module.QTextToSpeech.State.Error or not fits:
        _log.info("Qt's speech has no voice for %s; recorded words are used", language)
        return None
    speech.setLocale(fits[0])
    return QtVoice(speech, module.QTextToSpeech.State, chimes)
