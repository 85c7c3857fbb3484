"""The kinds of value that messages are made of: ids, fen, millilitres, li, moments, short texts."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from core.protocol.moments import moment_text
from core.protocol.part import Field

# Far above anything a station sells, far below what a database column or a double would bend.
_MOST = 2_000_000_000


class _ForPydantic:
    """A moment in the cloud's requests and answers, as it is in messages."""

    @staticmethod
    def __get_pydantic_core_schema__(_source: Any, handler: Any) -> Any:
        from pydantic import AfterValidator, AwareDatetime, BeforeValidator, PlainSerializer

        in_json = PlainSerializer(moment_text, return_type=str, when_used="json")
        whole = Annotated[AwareDatetime, BeforeValidator(_only_text), AfterValidator(_in_utc), in_json]
        return handler.generate_schema(whole)


def _only_text(value: object) -> object:
    """Pydantic alone would also take a bare number for seconds since 1970."""
    if not isinstance(value, str | datetime):
        # Pydantic makes a refusal of a ValueError; a TypeError would come through as a bug.
        raise ValueError(  # noqa: TRY004
            "a moment is written as 2026-11-22T07:02:03Z"
        )
    return value


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


MessageId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["019ab3c0f0a27c3e8d51f6b2a4c7e901"])]
Moment = Annotated[datetime, _ForPydantic, Field(examples=["2026-11-22T07:02:03Z"])]
Fen = Annotated[int, Field(strict=True, ge=0, le=_MOST, examples=[20000])]
SignedFen = Annotated[int, Field(strict=True, ge=-_MOST, le=_MOST, examples=[-500])]
Millilitres = Annotated[int, Field(strict=True, ge=0, le=_MOST, examples=[25610])]
LiPerLitre = Annotated[int, Field(strict=True, ge=1, le=100_000, examples=[7810])]
Number = Annotated[int, Field(strict=True, ge=1, le=99, examples=[3])]
Counter = Annotated[int, Field(strict=True, ge=0, le=_MOST)]
Grade = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}$", examples=["G92"])]
# No control characters: they have no business in a name, and PostgreSQL takes no zero byte.
ShortText = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
By = Literal["amount", "volume"]
