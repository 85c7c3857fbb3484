"""Makes resources/sounds: `python -m dev.sounds`. Plain sine bells of our own, nobody's recording."""

import math
import struct
import wave
from pathlib import Path

RATE = 22_050
_SOUNDS = Path(__file__).resolve().parent.parent / "resources" / "sounds"
# name: (pitch in hertz, begins after seconds, lasts seconds)
SOUNDS = {
    "order": ((659.3, 0.0, 0.5), (880.0, 0.16, 0.7), (1108.7, 0.32, 0.9)),
    "alarm": ((880.0, 0.0, 0.18), (622.3, 0.2, 0.18), (880.0, 0.4, 0.18), (622.3, 0.6, 0.25)),
}


def bell(pitch: float, seconds: float) -> list[float]:
    """One struck bell: a sine and its octave that die away."""
    return [
        math.exp(-5 * at / RATE / seconds)
        * min(1.0, at / 80)
        * (0.8 * math.sin(2 * math.pi * pitch * at / RATE) + 0.2 * math.sin(4 * math.pi * pitch * at / RATE))
        for at in range(round(seconds * RATE))
    ]


def write(name: str) -> None:
    """Write one sound as 16-bit mono WAV."""
    notes = SOUNDS[name]
    mixed = [0.0] * round(max(begin + seconds for _pitch, begin, seconds in notes) * RATE + 1)
    for pitch, begin, seconds in notes:
        for at, value in enumerate(bell(pitch, seconds)):
            mixed[round(begin * RATE) + at] += value
    loudest = max(abs(value) for value in mixed)
    with wave.open(str(_SOUNDS / f"{name}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", round(value / loudest * 28_000)) for value in mixed))


if __name__ == "__main__":
    for each in SOUNDS:
        write(each)
