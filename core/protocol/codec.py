"""Message to JSON and back, refusing what it does not know."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn, get_args

from core.domain.refusals.cloud import UnknownMessage
from core.protocol.envelope import Envelope
from core.protocol.from_cloud import FromCloud
from core.protocol.from_station import FromStation
from core.protocol.part import Unfit

Message = FromStation | FromCloud
_KINDS: Mapping[tuple[str, int], type[Message]] = {
    (kind.kind, kind.version): kind for kind in get_args(Message)
}


def wrap(message: Message, message_id: str, at: datetime, number: int | None = None) -> Envelope:
    """The message in its envelope, ready for the wire."""
    body = message.model_dump(mode="json")
    return Envelope(
        id=message_id, kind=message.kind, version=message.version, number=number, at=at, body=body
    )


def unwrap(envelope: Envelope) -> Message:
    """The message in an envelope.

    Raises UnknownMessage for a kind or version this program does not know, and for a body that is not what its kind
    promises.
    """
    kind = _KINDS.get((envelope.kind, envelope.version))
    if kind is None:
        raise UnknownMessage(envelope.kind, f"version {envelope.version} is not known here")
    try:
        return kind.model_validate(envelope.body)
    except Unfit as unfit:
        raise UnknownMessage(envelope.kind, str(unfit)) from unfit


def to_json(envelope: Envelope) -> str:
    """The envelope as text, for an outbox or an inbox."""
    return json.dumps(envelope.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | bytes) -> Envelope:
    """The envelope in a text. Raises UnknownMessage for a text that is none."""
    try:
        fields = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UnknownMessage("envelope", str(error)) from error
    return from_fields(fields)


def from_fields(fields: Mapping[str, object]) -> Envelope:
    """The envelope in JSON that was read already. Raises UnknownMessage for what is none."""
    try:
        return Envelope.model_validate(fields)
    except Unfit as unfit:
        raise UnknownMessage("envelope", str(unfit)) from unfit


def _no_number(word: str) -> NoReturn:
    # JSON knows no infinities, and no database keeps them as JSON.
    raise ValueError(f"{word} is no number")
