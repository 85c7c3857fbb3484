"""The jsonPTS envelope: what a message may be, and the packets answered in their order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.simulated.pts_controller import errors
from core.simulated.pts_controller.commands import ALONE_IN_A_MESSAGE, COMMANDS
from core.simulated.pts_controller.errors import MESSAGES, MessageRefused, PacketRefused
from core.simulated.pts_controller.forecourt import Forecourt
from core.simulated.pts_controller.request import Reply, Request
from core.simulated.pts_controller.site import User

INPUT_BUFFER_BYTES = 16 * 1024
MOST_TOKENS = 600
HIGHEST_ID = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Packet:
    id: int
    type: str
    data: Mapping[str, object]

    @property
    def pump(self) -> int | None:
        number = self.data.get("Pump")
        return number if isinstance(number, int) else None


def read(body: bytes) -> list[Packet]:
    """The packets of a message. Raises MessageRefused."""
    if len(body) > INPUT_BUFFER_BYTES:
        raise MessageRefused(errors.REQUEST_TOO_LONG)
    try:
        message = json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MessageRefused(errors.INVALID_JSON_REQUEST) from None
    if _tokens(message) > MOST_TOKENS:
        raise MessageRefused(errors.REQUEST_TOO_LONG)
    if not isinstance(message, dict) or message.get("Protocol") != "jsonPTS":
        raise MessageRefused(errors.INVALID_JSON_REQUEST)
    written = message.get("Packets")
    if not isinstance(written, list) or not written:
        raise MessageRefused(errors.NO_DATA)
    packets = [_packet(packet) for packet in written]
    if len({packet.id for packet in packets}) < len(packets):
        raise MessageRefused(errors.INVALID_JSON_REQUEST)
    return packets


def forbids_all(packets: list[Packet], user: User) -> bool:
    """Whether the user may have nothing of what the message asks, which HTTP says with 403."""
    return all(
        packet.type in COMMANDS and not COMMANDS[packet.type][1] & user.permissions for packet in packets
    )


def answer(forecourt: Forecourt, user: User, packets: list[Packet]) -> dict[str, object]:
    """The answer to the whole message, one packet for each asked, in order."""
    replies = [_answer(forecourt, user, packet, len(packets) == 1) for packet in packets]
    return {"Protocol": "jsonPTS", "Packets": replies}


def refusal(refused: MessageRefused) -> dict[str, object]:
    return {"Protocol": "jsonPTS", "Error": True, "Code": refused.code, "Message": MESSAGES[refused.code]}


def write(value: object) -> str:
    """JSON with decimals written as they are, which the standard writer would send through binary fractions."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(str(name))}:{write(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(write, value)) + "]"
    return json.dumps(value)


def _answer(forecourt: Forecourt, user: User, packet: Packet, alone: bool) -> dict[str, object]:
    try:
        reply = _carry_out(forecourt, user, packet, alone)
    except PacketRefused as refused:
        wrong: dict[str, object] = {
            "Id": packet.id,
            "Type": packet.type,
            "Error": True,
            "Code": refused.code,
            "Message": MESSAGES[refused.code],
        }
        return wrong | {"Data": refused.details} if refused.details else wrong
    if reply is None:
        return {"Id": packet.id, "Type": packet.type, "Message": "OK"}
    type_name, data = reply
    return {"Id": packet.id, "Type": type_name, "Data": data}


def _carry_out(forecourt: Forecourt, user: User, packet: Packet, alone: bool) -> Reply:
    if packet.type not in COMMANDS:
        raise PacketRefused(errors.NOT_FOUND)
    command, permissions = COMMANDS[packet.type]
    if not permissions & user.permissions:
        raise PacketRefused(errors.NO_PERMISSIONS)
    if packet.type == ALONE_IN_A_MESSAGE and not alone:
        raise PacketRefused(errors.OPERATION_ERROR)
    with forecourt.lock:
        return command(Request(forecourt, user, packet.type, packet.data))


def _packet(written: object) -> Packet:
    if not isinstance(written, dict):
        raise MessageRefused(errors.INVALID_JSON_REQUEST)
    number, type_name, data = written.get("Id"), written.get("Type"), written.get("Data", {})
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= HIGHEST_ID:
        raise MessageRefused(errors.INVALID_JSON_REQUEST)
    if not isinstance(type_name, str) or not isinstance(data, dict):
        raise MessageRefused(errors.INVALID_JSON_REQUEST)
    return Packet(number, type_name, data)


def _tokens(value: object) -> int:
    """Every object, array, name and plain value counts one, as the controller's parser counts."""
    if isinstance(value, dict):
        return 1 + sum(1 + _tokens(item) for item in value.values())
    if isinstance(value, list):
        return 1 + sum(map(_tokens, value))
    return 1


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
