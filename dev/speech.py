"""Makes the clips that are missing in resources/sounds/<language>: `python -m dev.speech`, with the package espeakng-loader installed.

eSpeak NG (GPL 3) is the tool that speaks them, and no part of it is shipped: what it speaks from our own words is ours.
"""

import array
import ctypes
import importlib
import wave
from pathlib import Path

RATE = 22_050
_SOUNDS = Path(__file__).resolve().parent.parent / "resources" / "sounds"
_DIGITS = "零一二三四五六七八九十"
CHINESE = {f"n{number}": _DIGITS[number] for number in range(11)} | {
    "n2_both": "两",
    "hundred": "百",
    "thousand": "千",
    "wan": "万",
    "point": "点",
    "yuan": "元",
    "litres": "升",
    "pump": "号枪",
    "grade_g89": "八十九号汽油",
    "grade_g92": "九十二号汽油",
    "grade_g95": "九十五号汽油",
    "grade_g98": "九十八号汽油",
    "grade_d0": "零号柴油",
    "grade_dn10": "负十号柴油",
    "grade_dn20": "负二十号柴油",
    "grade_dn35": "负三十五号柴油",
    "new_order": "线上新订单",
    "paid": "已支付",
    "received": "收款成功",
    "received_cash": "收现金",
    "change": "找零",
    "filled": "加油完成",
    "to_pay": "应付",
    "emergency_stop": "紧急停止，所有油枪已停。",
    "order_waits": "线上订单等待受理",
    "nobody_came": "车辆没有到",
    "car_is_mine": "司机确认是他的车",
    "car_is_not_mine": "司机说不是他的车",
    "help_wanted": "呼叫支援",
    "to_counter": "顾客到收银台付款",
}
_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ENGLISH = (
    {f"n{number}": word for number, word in enumerate(_SMALL)}
    | {f"n{number * 10}": word for number, word in enumerate(_TENS, 2)}
    | {
        "hundred": "hundred",
        "thousand": "thousand",
        "million": "million",
        "point": "point",
        "yuan": "yu-en",
        "litres": "litres",
        "pump": "pump",
        "grade_g89": "petrol eighty-nine",
        "grade_g92": "petrol ninety-two",
        "grade_g95": "petrol ninety-five",
        "grade_g98": "petrol ninety-eight",
        "grade_d0": "diesel zero",
        "grade_dn10": "diesel minus ten",
        "grade_dn20": "diesel minus twenty",
        "grade_dn35": "diesel minus thirty-five",
        "new_order": "new order",
        "paid": "paid",
        "received": "received",
        "received_cash": "cash received",
        "change": "change",
        "filled": "has finished",
        "to_pay": "to pay",
        "emergency_stop": "Emergency stop. Every pump was told to stop.",
        "order_waits": "an online order waits",
        "nobody_came": "nobody came",
        "car_is_mine": "the driver says it is the right car",
        "car_is_not_mine": "the driver says it is another car",
        "help_wanted": "help wanted",
        "to_counter": "customer on the way to the counter",
    }
)
# The voice's name in eSpeak NG, and how many words a minute.
VOICES = {"zh_CN": ("cmn", 190, CHINESE), "en": ("en-us", 165, ENGLISH)}
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_SILENCE = 300
_LOUDEST = 24_000


class Voice:
    """eSpeak NG through its C interface, speaking into memory."""

    def __init__(self) -> None:
        loader = importlib.import_module("espeakng_loader")
        self._library = ctypes.CDLL(loader.get_library_path())
        rate = self._library.espeak_Initialize(1, 0, loader.get_data_path().encode(), 0)
        if rate != RATE:
            raise RuntimeError(f"the voice speaks at {rate} Hz")
        self._heard = array.array("h")
        self._callback = _CALLBACK(self._hear)  # kept: the library calls it for as long as it lives
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, voice: str, speed: int, text: str) -> "array.array[int]":
        """The words as samples, the silence around them cut off, as loud as every other clip."""
        self._heard = array.array("h")
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise RuntimeError(f"there is no voice {voice}")
        self._library.espeak_SetParameter(1, speed, 0)
        words = text.encode() + b"\0"
        self._library.espeak_Synth(words, len(words), 0, 1, 0, 1, None, None)
        self._library.espeak_Synchronize()
        return _levelled(_trimmed(self._heard))

    def _hear(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if count > 0:  # at the end of a text there are none
            self._heard.frombytes(ctypes.string_at(samples, count * 2))
        return 0


def write(samples: "array.array[int]", file: Path) -> None:
    """Write 16-bit mono WAV."""
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(samples.tobytes())


def _trimmed(samples: "array.array[int]") -> "array.array[int]":
    loud = [at for at, value in enumerate(samples) if abs(value) > _SILENCE]
    return samples[max(0, loud[0] - 110) : loud[-1] + 220]


def _levelled(samples: "array.array[int]") -> "array.array[int]":
    loudest = max(map(abs, samples))
    return array.array("h", (value * _LOUDEST // loudest for value in samples))


if __name__ == "__main__":
    speaking = Voice()
    for language, (voice, speed, clips) in VOICES.items():
        folder = _SOUNDS / language
        folder.mkdir(exist_ok=True)
        for name, text in clips.items():
            if (folder / f"{name}.wav").exists():
                continue  # made before, and perhaps recorded by a person since
            write(speaking.say(voice, speed, text), folder / f"{name}.wav")
