"""Answers out of their shape, as broken or careless firmware gives them."""

from decimal import Decimal
from typing import Any

_SWOLLEN_BYTES = 250_000


def deformed(answer: dict[str, Any], kind: str) -> dict[str, Any]:
    """The answer as this fault leaves it; unchanged where the fault is of another sort."""
    packets = answer.get("Packets", [])
    match kind:
        case "twice":
            return answer | {"Packets": [packet for packet in packets for _again in range(2)]}
        case "spelled":
            return answer | {"Packets": [_spelled(packet) for packet in packets]}
        case "strange":
            return answer | {"Packets": [packet | {"Type": "PumpDaydream"} for packet in packets]}
        case "swollen":
            return answer | {"Comment": "x" * _SWOLLEN_BYTES}
    return answer


def _spelled(value: Any) -> Any:
    match value:
        case dict():
            return {name: _spelled(each) for name, each in value.items()}
        case list() | tuple():
            return [_spelled(each) for each in value]
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
    return value
