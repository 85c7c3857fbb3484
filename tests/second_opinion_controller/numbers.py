"""Numbers as they stand in jsonPTS: litres, yuan and yuan a litre with so many digits after the point."""

from decimal import ROUND_DOWN, Decimal


def written(value: object) -> str:
    """JSON text; a Decimal keeps its digits, as the vendor's examples have 25.00."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        assert value.isascii(), "names are ASCII"
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dict):
        return "{" + ",".join(f"{written(key)}:{written(each)}" for key, each in value.items()) + "}"
    assert isinstance(value, list | tuple), value
    return "[" + ",".join(written(each) for each in value) + "]"


def cut(value: int, per_unit: int, digits: int) -> Decimal:
    """A whole number of thousandths or hundredths as the wire has it, with this many digits."""
    return (Decimal(value) / per_unit).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)


def is_whole(value: object, least: int, most: int) -> bool:
    """A JSON integer in the range; true and 1.0 are none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def thousandths(value: object) -> int | None:
    """A number of at most three digits after the point, in thousandths; None where it is not one."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    exact = Decimal(value) * 1000
    return int(exact) if exact == exact.to_integral_value() and exact >= 0 else None
