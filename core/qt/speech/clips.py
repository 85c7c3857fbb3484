"""Recorded clips put together into one sound, in memory; pure but for reading the clips."""

import array
import io
import sys
import wave
from functools import lru_cache

from core.resources import ResourceMissing, resource
from core.wording.catalogue import Language
from core.wording.spoken import Announcement

RATE = 22_050
_GAP = RATE * 3 // 100  # between words
_BREATH = RATE // 5  # after a chime
_CLIPS_KEPT = 160


def joined(said: Announcement, volume: int) -> bytes:
    """The announcement as a WAV at this volume in percent; empty where there is nothing to be heard."""
    samples = array.array("h")
    if said.chime:
        samples.extend(_clip(f"sounds/{said.chime}.wav"))
        if said.clips:
            samples.extend(array.array("h", bytes(2 * _BREATH)))
    for name in said.clips:
        samples.extend(_clip(f"sounds/{said.language}/{name}.wav"))
        samples.extend(array.array("h", bytes(2 * _GAP)))
    if not samples:
        return b""
    # As ears hear it: half of the scale is half as loud.
    factor = volume * volume * 65_536 // 10_000
    if factor != 65_536:
        samples = array.array("h", (value * factor >> 16 for value in samples))
    return _wav(samples)


def seconds(wav: bytes) -> float:
    """How long it lasts."""
    with wave.open(io.BytesIO(wav)) as read:
        return read.getnframes() / read.getframerate()


def has_clips(language: Language) -> bool:
    """Whether anything was recorded in this language."""
    try:
        return resource(f"sounds/{language}").is_dir()
    except ResourceMissing:
        return False


@lru_cache(maxsize=_CLIPS_KEPT)
def _clip(name: str) -> "array.array[int]":
    with wave.open(str(resource(name))) as read:
        if (read.getframerate(), read.getnchannels(), read.getsampwidth()) != (RATE, 1, 2):
            raise ValueError(f"{name} is not 16-bit mono at {RATE} Hz")
        samples = array.array("h", read.readframes(read.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _wav(samples: "array.array[int]") -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    made = io.BytesIO()
    with wave.open(made, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(samples.tobytes())
    return made.getvalue()
