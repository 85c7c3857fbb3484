"""jsonPTS envelopes, both ways; pure. A number is written and read as a decimal, never through a float."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.devices.pumps.pts.fields import AnswerUnfit, Fields
from core.domain.ids import GradeCode, NozzleNumber
from core.domain.pump import Pump

_LARGEST_ID = 2_147_483_647


class MessageRefused(AnswerUnfit):
    """The controller turns the message away as a whole: nothing of it was done."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"the controller refuses the whole message: {code} {message}")
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked of the controller."""

    type: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request; `code` is not None where the controller said no."""

    type: str
    data: object
    code: int | None = None
    message: str = ""
    also: tuple["Answer", ...] = ()  # further answers to the same request: news that came with the first

    def fields(self) -> Fields:
        """The answer's data. Raises AnswerUnfit where there is none."""
        return Fields(self.data, self.type)


def ask_of(pump: int, type_: str, **data: object) -> Request:
    """A request about one pump; what is None is left out."""
    return Request(
        type_, {"Pump": pump, **{name: value for name, value in data.items() if value is not None}}
    )


def chosen(
    pump: Pump, nozzle: NozzleNumber | None, grades: Mapping[GradeCode, int] | None
) -> dict[str, object]:
    """Which nozzles an authorisation is for: by their numbers or, with `grades`, by the fuels behind them."""
    # A fuel that two nozzles of the pump have does not name one of them.
    meant = [each for each in pump.nozzles if nozzle is None or each.number == nozzle]
    twice = nozzle is not None and sum(each.grade == meant[0].grade for each in pump.nozzles) > 1
    if grades is None or twice or any(each.grade not in grades for each in meant):
        return {"Nozzles": [each.number for each in pump.nozzles]} if nozzle is None else {"Nozzle": nozzle}
    fuels = list(dict.fromkeys(grades[each.grade] for each in meant))
    return {"FuelGradeIds": fuels} if nozzle is None else {"FuelGradeId": fuels[0]}


def written(requests: Sequence[Request]) -> bytes:
    """One message with these requests, numbered from 1."""
    packets = [
        {"Id": number, "Type": request.type, **({"Data": dict(request.data)} if request.data else {})}
        for number, request in enumerate(requests, 1)
    ]
    return _json({"Protocol": "jsonPTS", "Packets": packets}).encode("ascii")


def read(body: bytes, expected: int) -> tuple[Answer | None, ...]:
    """The answers in the order asked; None where one is missing or not understood.

    A second answer to the same request hangs on the first. Raises MessageRefused where the controller refuses the message
    as a whole, AnswerUnfit where it is not jsonPTS.
    """
    message = Fields(_parsed(body), "message")
    if message.text("Protocol") != "jsonPTS":
        raise AnswerUnfit("the protocol is not jsonPTS")
    packets = _parsed_packets(message)
    answers: list[Answer | None] = [None] * expected
    for packet in packets:
        try:
            number, answer = _packet(packet)
        except AnswerUnfit:
            continue
        if not 1 <= number <= expected:
            continue
        first = answers[number - 1]
        answers[number - 1] = answer if first is None else replace(first, also=(*first.also, answer))
    return tuple(answers)


def _parsed(body: bytes) -> object:
    try:
        # A grade's name may come in another encoding; nothing that counts is outside ASCII.
        return json.loads(body.decode("utf-8-sig", "replace"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise AnswerUnfit(f"not JSON: {error}") from error


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _parsed_packets(message: Fields) -> list[object]:
    packets = message.list_or_none("Packets")
    if not packets and (message.flag("Error") or message.has("Code")):
        raise MessageRefused(message.whole_or("Code", 0, 100_000, 0), message.text("Message"))
    if packets is None:
        raise AnswerUnfit("the message has no packets")
    return packets


def _packet(packet: object) -> tuple[int, Answer]:
    fields = Fields(packet, "packet")
    # The vendor's own examples write an Id as text here and there.
    spelled = fields.text("Id") if fields.is_text("Id") else ""
    number = int(spelled) if spelled.isascii() and spelled.isdigit() and len(spelled) < 11 else 0
    if not number:
        number = fields.whole("Id", 1, _LARGEST_ID)
    code = fields.whole("Code", 0, 100_000) if fields.flag("Error") else None
    message = fields.text("Message") if fields.is_text("Message") else ""
    return number, Answer(fields.text("Type"), fields.raw("Data"), code, message)


def _json(value: object) -> str:
    """JSON of these few types, with decimals written out in full."""
    match value:
        case dict():
            return (
                "{" + ",".join(f"{json.dumps(str(name))}:{_json(each)}" for name, each in value.items()) + "}"
            )
        case list() | tuple():
            return "[" + ",".join(_json(each) for each in value) + "]"
        case Decimal():
            return format(value, "f")
        case bool() | int() | str():
            return json.dumps(value)
        case _:
            raise TypeError(f"jsonPTS has no way to write {type(value).__name__}")
