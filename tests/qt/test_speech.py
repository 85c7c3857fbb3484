"""Announcements are said one at a time, in their order, as loud as this machine is set to, and never hold anything up."""

import io
import os
import stat
import threading
import wave
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.money import Money
from core.qt.speech.announcer import MOST_WAITING, Announcer
from core.qt.speech.clips import joined, seconds
from core.qt.speech.loudness import Loudness, read_loudness, write_loudness
from core.qt.speech.player import Player
from core.qt.speech.voices import ClipVoice, Voice, spoken_by_qt
from core.wording import spoken
from core.wording.catalogue import Language
from core.wording.spoken import Announcement


class Mouth(Voice):
    """A voice that says when it is told that it has finished."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, int]] = []
        self.hushed = 0

    def begin(self, said: Announcement, volume: int) -> None:
        self.said.append((said.text, volume))

    def hush(self) -> None:
        self.hushed += 1
        self.ended.emit()


@pytest.fixture
def mouth(qapp: QApplication) -> Mouth:
    assert qapp is not None
    return Mouth()


def test_one_is_said_after_another(mouth: Mouth) -> None:
    announcer = Announcer(mouth)
    for text in ("a", "b", "c"):
        announcer.say(Announcement(text))
    assert mouth.said == [("a", 70)]
    mouth.ended.emit()
    mouth.ended.emit()
    mouth.ended.emit()
    assert [text for text, _volume in mouth.said] == ["a", "b", "c"]


def test_what_waited_too_long_is_not_said_any_more(mouth: Mouth) -> None:
    announcer = Announcer(mouth)
    for number in range(10):
        announcer.say(Announcement(str(number)))
    assert [said.text for said in announcer.waiting] == ["6", "7", "8", "9"]
    assert len(announcer.waiting) == MOST_WAITING


def test_the_same_waits_only_once(mouth: Mouth) -> None:
    announcer = Announcer(mouth)
    for _number in range(5):
        announcer.say(spoken.alarm())
    assert len(announcer.waiting) == 1


def test_an_emergency_is_said_at_once_and_loud_though_muted(mouth: Mouth) -> None:
    announcer = Announcer(mouth, Loudness(20))
    for text in ("a", "b", "c"):
        announcer.say(Announcement(text))
    announcer.say(spoken.emergency_stop())
    assert mouth.hushed == 1
    assert mouth.said[-1] == (spoken.emergency_stop().text, 70)
    assert announcer.waiting == ()
    mouth.ended.emit()
    announcer.set_loudness(Loudness(20, muted=True))
    announcer.say(Announcement("d"))
    announcer.say(spoken.emergency_stop())
    assert [text for text, _volume in mouth.said].count(spoken.emergency_stop().text) == 2
    assert "d" not in [text for text, _volume in mouth.said]


def test_muting_breaks_off_what_is_being_said(mouth: Mouth) -> None:
    announcer = Announcer(mouth)
    announcer.say(Announcement("a"))
    announcer.say(Announcement("b"))
    announcer.set_loudness(Loudness(70, muted=True))
    assert mouth.hushed == 1
    assert [text for text, _volume in mouth.said] == ["a"]


def test_louder_and_softer_stay_within_what_there_is() -> None:
    assert Loudness(95).changed_by(+1) == Loudness(100)
    assert Loudness(10).changed_by(-1) == Loudness(10)
    assert Loudness(50, muted=True).changed_by(+1) == Loudness(60)
    assert Loudness(50, muted=True).changed_by(-1) == Loudness(40, muted=True)


def test_how_loud_is_remembered_and_rubbish_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "loudness.json"
    assert read_loudness(file, Loudness(muted=True)) == Loudness(70, muted=True)
    write_loudness(file, Loudness(40, muted=True))
    assert read_loudness(file, Loudness()) == Loudness(40, muted=True)
    for rubbish in ("", "[]", '{"volume": "x", "muted": 1}', '{"volume": null}'):
        file.write_text(rubbish)
        assert read_loudness(file, Loudness()) == Loudness()


def test_clips_are_put_together_and_half_as_loud_is_softer() -> None:
    said = spoken.order(2, "G92", Money(20_000))
    loud, soft = joined(said, 100), joined(said, 50)
    assert 4 < seconds(loud) < 9
    assert len(loud) == len(soft)
    assert _peak(loud) > 3 * _peak(soft) > 0


def test_nothing_to_say_is_no_sound() -> None:
    assert joined(Announcement("only words"), 100) == b""


class Recorder:
    """Plays into memory, and waits to be told."""

    def __init__(self) -> None:
        self.heard: list[float] = []
        self.threads: set[str] = set()
        self.go_on = threading.Event()

    def play(self, wav: bytes) -> None:
        self.threads.add(threading.current_thread().name)
        self.heard.append(seconds(wav))
        assert self.go_on.wait(5)

    def stop(self) -> None:
        self.go_on.set()


def test_playing_holds_nothing_up_and_ends_on_the_screens_thread(qtbot: QtBot) -> None:
    recorder = Recorder()
    voice = ClipVoice(recorder)
    announcer = Announcer(voice)
    announcer.say(spoken.received(Money(20_000)))
    announcer.say(spoken.received(Money(100)))
    qtbot.waitUntil(lambda: len(recorder.heard) == 1, timeout=5_000)
    assert len(announcer.waiting) == 1
    recorder.go_on.set()
    qtbot.waitUntil(lambda: len(recorder.heard) == 2, timeout=5_000)
    assert recorder.threads == {"voice"}
    announcer.close()
    assert not any(thread.name == "voice" for thread in threading.enumerate())


@pytest.fixture
def fake_player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program called aplay that writes down what it is given."""
    heard = tmp_path / "heard.wav"
    program = tmp_path / "aplay"
    program.write_text(f'#!/bin/sh\n/bin/cat "$2" > {heard}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    return heard


@pytest.mark.skipif(os.name != "posix", reason="Windows plays by itself")
def test_a_program_of_the_system_plays_the_whole_announcement(fake_player: Path) -> None:
    player = Player()
    assert player.can_play
    wav = joined(spoken.emergency_stop(), 100)
    player.play(wav)
    assert fake_player.read_bytes() == wav


def test_where_nothing_plays_sounds_the_till_is_silent_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    player = Player()
    assert not player.can_play
    player.play(joined(spoken.alarm(), 100))


def test_without_qts_add_ons_recorded_words_are_used(mouth: Mouth) -> None:
    try:
        import PySide6.QtTextToSpeech  # noqa: F401
    except ImportError:
        assert spoken_by_qt(Language.CHINESE, mouth) is None
    else:
        pytest.skip("Qt's add-ons are installed here")


def _peak(wav: bytes) -> int:
    with wave.open(io.BytesIO(wav)) as read:
        frames = read.readframes(read.getnframes())
    return max(
        abs(int.from_bytes(frames[at : at + 2], "little", signed=True)) for at in range(0, len(frames), 2)
    )
