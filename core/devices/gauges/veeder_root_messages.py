"""Questions and answers of a Veeder-Root TLS console in computer format; pure bytes on both sides.

TLS is the console's name here, not encryption. After the vendor's serial interface manual 576013-635 (TLS-300/350), sections
5 to 7, and 577013-950 (TLS-450), as far as both are public:

    question    <SOH>[security code, 6 digits]i201TT                       TT = tank, 00 for all
    answer      <SOH>i201TTYYMMDDHHmm <one record a tank> &&CCCC<ETX>
    201 record  TT p ssss NN FFFFFFFF*NN    volume, volume at the console's own standard, ullage, height, water height,
                                            temperature, water volume; ssss bit 1 delivery, 2 leak test, 3 height not valid
    205 record  TT nn AA*nn                 kinds of alarm that stand
    202 record  TT p dd (begin end NN FFFFFFFF*NN)*dd    volume, corrected volume, water, temperature before, the same after,
                                            height before and after
    unknown     <SOH>9999FF1B<ETX>

CCCC makes the sum of all bytes from SOH to && and itself zero in sixteen bits. FFFFFFFF is a big-endian IEEE single in hex.
The console measures in the units that it is set to: nothing in an answer says which, so the station's settings do. The kinds
of alarm are two decimal digits, as three independent public readers of this protocol have them.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal

from core.domain.faults import GaugeAnswerUnfit, GaugeRefused
from core.domain.ids import TankNumber
from core.domain.litres import Litres
from core.domain.tanks.reading import GaugeAlarm, GaugeDelivery, ProbeStatus, TankReading

SOH, ETX = 0x01, 0x03
INVENTORY, DELIVERIES, ALARMS = "i201", "i202", "i205"
EVERY_TANK = TankNumber(0)
MOST_TANKS = 99
LONGEST = 65_536  # ninety-nine tanks with their deliveries need less
_END = b"&&"
_UNKNOWN = "9999FF1B"
_STAMP = 10
_FLOAT = 8
_DELIVERING, _HEIGHT_NOT_VALID = 0x0001, 0x0004

_ALARMS = {
    2: GaugeAlarm.LEAK,
    3: GaugeAlarm.HIGH_WATER,
    4: GaugeAlarm.CRITICAL_HIGH,
    5: GaugeAlarm.LOW,
    6: GaugeAlarm.THEFT,
    7: GaugeAlarm.HIGH,
    8: GaugeAlarm.PROBE,
    9: GaugeAlarm.PROBE,
    10: GaugeAlarm.HIGH_WATER,
    11: GaugeAlarm.DELIVERY_NEEDED,
    12: GaugeAlarm.CRITICAL_HIGH,
    13: GaugeAlarm.LEAK,
    14: GaugeAlarm.LEAK,
    15: GaugeAlarm.LEAK,
}
_PROBE_OUT = 9
# A leak test that runs or is due is the console's own business.
_NO_ALARMS = frozenset(range(16, 24))


@dataclass(frozen=True, slots=True)
class Units:
    """What the console is set to: a unit of volume in millilitres, of length in tenths of a millimetre, and its degrees."""

    volume: Decimal
    length: Decimal
    fahrenheit: bool = False


UNITS: Mapping[str, Units] = {
    "metric": Units(Decimal(1000), Decimal(10)),
    "us": Units(Decimal("3785.411784"), Decimal(254), fahrenheit=True),
    "imperial": Units(Decimal("4546.09"), Decimal(254)),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer whose checksum is right: the question that it is to, and its records."""

    function: str
    tank: TankNumber
    stamp: str
    records: str


def question(function: str, tank: TankNumber, security_code: str = "") -> bytes:
    """The bytes to send."""
    return bytes([SOH]) + f"{security_code}{function}{tank:02d}".encode("ascii")


def answer_in(frame: bytes, function: str, tank: TankNumber) -> Answer:
    """The answer in a frame from SOH to ETX. Raises GaugeRefused for 9999, GaugeAnswerUnfit for all that is no answer to this."""
    if len(frame) < 2 or frame[0] != SOH or frame[-1] != ETX:
        raise GaugeAnswerUnfit("no frame")
    body = frame[1:-1]
    if not body.isascii() or not all(0x20 <= byte < 0x7F for byte in body):
        raise GaugeAnswerUnfit("bytes that are no text")
    text = body.decode("ascii")
    if text == _UNKNOWN:
        raise GaugeRefused(tank, f"{function} is not known")
    if body[-6:-4] != _END:
        raise GaugeAnswerUnfit("no && before the checksum")
    told = _hex(text[-4:])
    if (sum(frame[:-5]) + told) & 0xFFFF:
        raise GaugeAnswerUnfit("wrong checksum")
    head = f"{function}{tank:02d}"
    if text[:6].lower() != head:
        raise GaugeAnswerUnfit(f"an answer to {text[:6]!r}, asked was {head}")
    stamp, records = text[6 : 6 + _STAMP], text[6 + _STAMP : -6]
    if len(stamp) != _STAMP or not stamp.isdigit():
        raise GaugeAnswerUnfit("no moment")
    return Answer(function, tank, stamp, records)


def inventory(answer: Answer, at: datetime, units: Units) -> list[TankReading]:
    """What lies in each tank of an i201, by our own clock: the console's is set by hand. Raises GaugeAnswerUnfit."""
    reader = _Reader(answer.records)
    readings = []
    while not reader.is_empty:
        tank = reader.tank()
        reader.take(1)  # the product's letter is the console's own
        bits = _hex(reader.take(4))
        figures = reader.floats()
        if len(figures) < 6:
            raise GaugeAnswerUnfit("fewer than six figures of a tank")
        readings.append(_reading(tank, at, bits, figures, units))
    if len({reading.tank for reading in readings}) != len(readings):
        raise GaugeAnswerUnfit("a tank told twice")
    return readings


def alarms(answer: Answer) -> dict[TankNumber, frozenset[int]]:
    """The kinds of alarm of each tank of an i205. Raises GaugeAnswerUnfit."""
    reader = _Reader(answer.records)
    found: dict[TankNumber, frozenset[int]] = {}
    while not reader.is_empty:
        tank = reader.tank()
        count = _hex(reader.take(2))
        found[tank] = frozenset(_digits(reader.take(2)) for _ in range(count))
    return found


def with_alarms(reading: TankReading, kinds: frozenset[int]) -> TankReading:
    """The reading with what the console warns of; a probe that is out has measured nothing."""
    told = frozenset(_ALARMS.get(kind, GaugeAlarm.OTHER) for kind in kinds - _NO_ALARMS)
    if _PROBE_OUT in kinds:
        return TankReading(reading.tank, reading.at, ProbeStatus.OFFLINE, alarms=told)
    if GaugeAlarm.PROBE in told:
        return TankReading(reading.tank, reading.at, ProbeStatus.ERROR, alarms=told)
    return TankReading(
        reading.tank,
        reading.at,
        reading.status,
        reading.product_height,
        reading.water_height,
        reading.temperature,
        reading.product_volume,
        reading.water_volume,
        reading.ullage,
        alarms=told,
        delivery_detected=reading.delivery_detected,
    )


def deliveries(answer: Answer, units: Units, zone: tzinfo) -> list[GaugeDelivery]:
    """What the console took for deliveries, of an i202; its moments are its own clock's. Raises GaugeAnswerUnfit."""
    reader = _Reader(answer.records)
    found = []
    while not reader.is_empty:
        tank = reader.tank()
        reader.take(1)
        for _ in range(_digits(reader.take(2))):
            began, ended = _moment(reader.take(_STAMP), zone), _moment(reader.take(_STAMP), zone)
            figures = reader.floats()
            if len(figures) < 8:
                raise GaugeAnswerUnfit("fewer than eight figures of a delivery")
            before, _, water, warm, after, _, water_after, warm_after = figures[:8]
            found.append(
                GaugeDelivery(
                    tank,
                    began,
                    ended,
                    _volume(before, units),
                    _volume(after, units),
                    _height(water, units),
                    _height(water_after, units),
                    _temperature(warm, units),
                    _temperature(warm_after, units),
                )
            )
    return found


class _Reader:
    """Takes fields off the records one by one."""

    def __init__(self, records: str) -> None:
        self._left = records

    @property
    def is_empty(self) -> bool:
        return not self._left

    def take(self, length: int) -> str:
        if len(self._left) < length:
            raise GaugeAnswerUnfit("ends in the middle of a record")
        taken, self._left = self._left[:length], self._left[length:]
        return taken

    def tank(self) -> TankNumber:
        number = _digits(self.take(2))
        if not 1 <= number <= MOST_TANKS:
            raise GaugeAnswerUnfit(f"tank {number}")
        return TankNumber(number)

    def floats(self) -> list[Decimal]:
        return [_float(self.take(_FLOAT)) for _ in range(_hex(self.take(2)))]


def _reading(
    tank: TankNumber, at: datetime, bits: int, figures: Sequence[Decimal], units: Units
) -> TankReading:
    volume, _corrected, ullage, height, water, temperature = figures[:6]
    if bits & _HEIGHT_NOT_VALID:
        return TankReading(tank, at, ProbeStatus.ERROR, alarms=frozenset({GaugeAlarm.PROBE}))
    return TankReading(
        tank,
        at,
        ProbeStatus.OK,
        product_height=_height(height, units),
        water_height=_height(water, units),
        temperature=_temperature(temperature, units),
        product_volume=_volume(volume, units),
        water_volume=_volume(figures[6], units) if len(figures) > 6 else Litres(0),
        ullage=_volume(ullage, units),
        delivery_detected=bool(bits & _DELIVERING),
    )


def _volume(figure: Decimal, units: Units) -> Litres:
    return Litres(_whole(figure * units.volume, 0, 10**9, "volume"))


def _height(figure: Decimal, units: Units) -> int:
    return _whole(figure * units.length, 0, 200_000, "height")


def _temperature(figure: Decimal, units: Units) -> int:
    celsius = (figure - 32) * 5 / 9 if units.fahrenheit else figure
    return _whole(celsius * 10, -1_000, 1_500, "temperature")


def _whole(figure: Decimal, least: int, most: int, what: str) -> int:
    rounded = int(figure.to_integral_value(rounding=ROUND_HALF_EVEN))
    if not least <= rounded <= most:
        raise GaugeAnswerUnfit(f"a {what} of {rounded}")
    return rounded


def _float(text: str) -> Decimal:
    value = Decimal(struct.unpack(">f", _hex(text).to_bytes(4, "big"))[0])
    if not value.is_finite() or abs(value) > 10**12:
        raise GaugeAnswerUnfit(f"the figure {text}")
    return value


def _hex(text: str) -> int:
    # int() would take signs, spaces and underscores too.
    if not text or not set(text) <= set("0123456789abcdefABCDEF"):
        raise GaugeAnswerUnfit(f"{text!r} is no hexadecimal number")
    return int(text, 16)


def _digits(text: str) -> int:
    if not text.isdigit():
        raise GaugeAnswerUnfit(f"{text!r} is no number")
    return int(text)


def _moment(text: str, zone: tzinfo) -> datetime:
    if not text.isdigit():
        raise GaugeAnswerUnfit(f"{text!r} is no moment")
    try:
        pair: Iterator[int] = (int(text[place : place + 2]) for place in range(0, _STAMP, 2))
        year, month, day, hour, minute = pair
        return datetime(2000 + year, month, day, hour, minute, tzinfo=zone)
    except ValueError as error:
        raise GaugeAnswerUnfit(f"{text!r} is no moment") from error
