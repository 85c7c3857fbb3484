"""What requests and answers of all rooms are made of."""

import unicodedata
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core.protocol.field_types import MessageId

KeyId = MessageId


class Asked(BaseModel):
    """A request's body: unknown fields are refused, as a misspelt one would otherwise be silently passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def from_row(cls, row: object) -> Self:
        """Where each field is the row's of the same name; what the row does not have is as by default."""
        return cls.model_validate(row, from_attributes=True)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    # No control, direction or private characters: they have no business in a name and PostgreSQL takes no zero byte.
    if not text.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") for character in text
    ):
        raise ValueError("no control characters, please")
    return text


PlainText = Annotated[str, Field(max_length=200), AfterValidator(_plain)]


class ErrorBody(Given):
    """What went wrong: a code for programs, a sentence for people, and the facts behind it."""

    code: str = Field(examples=["coupon_expired"])
    message: str = Field(examples=["这张券已于 2026-11-01 过期。请换一张，或不用券继续。"])
    data: dict[str, Any] = Field(examples=[{"valid_until": "2026-10-31T16:00:00Z"}])


class Error(Given):
    """Every answer of 400 and above."""

    error: ErrorBody
