"""A moment as the wire writes it; beside the messages, so that the till's quick path loads no more than this."""

from datetime import UTC, datetime


def moment_text(value: datetime) -> str:
    """UTC with Z; milliseconds only where there are any."""
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    precision = "milliseconds" if in_utc.microsecond else "seconds"
    return in_utc.isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def moment_of(text: str) -> datetime | None:
    """The moment in UTC that such a text tells, in any zone; None for another text, and for one without a zone."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
