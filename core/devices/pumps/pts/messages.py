"""jsonPTS envelopes, both ways; pure. A number is written and read as a decimal, never through a float."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.devices.pumps.pts.fields import AnswerUnfit, Fields

_LARGEST_ID = 2_147_483_647


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

    def fields(self) -> Fields:
        """The answer's data. Raises AnswerUnfit where there is none."""
        return Fields(self.data, self.type)


def ask_of(pump: int, type_: str, **data: object) -> Request:
    """A request about one pump; what is None is left out."""
    return Request(
        type_, {"Pump": pump, **{name: value for name, value in data.items() if value is not None}}
    )


def written(requests: Sequence[Request]) -> bytes:
    """One message with these requests, numbered from 1."""
    packets = [
        {"Id": number, "Type": request.type, **({"Data": dict(request.data)} if request.data else {})}
        for number, request in enumerate(requests, 1)
    ]
    return _json({"Protocol": "jsonPTS", "Packets": packets}).encode("ascii")


def read(body: bytes, expected: int) -> tuple[Answer | None, ...]:
    """The answers in the order asked; None where one is missing or not understood.

    A second answer to the same request is passed over. Raises AnswerUnfit where the message as a whole is not jsonPTS,
    which includes a controller that refuses it as a whole.
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
        if 1 <= number <= expected and answers[number - 1] is None:
            answers[number - 1] = answer
    return tuple(answers)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise AnswerUnfit(f"not JSON: {error}") from error


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _parsed_packets(message: Fields) -> list[object]:
    packets = message.list_or_none("Packets")
    if packets is None:
        code = message.whole_or("Code", 0, 100_000, 0)
        raise AnswerUnfit(f"the controller refuses the whole message: {code} {message.text('Message')}")
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
