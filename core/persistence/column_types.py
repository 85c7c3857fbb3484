"""Money, litres, prices, moments, words and ids as columns, the same on SQLite and PostgreSQL."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from core.domain.coupon import CouponKind, CouponTerms, conditions_in, conditions_of
from core.domain.ids import GradeCode, NozzleId, StationId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import Preset, PresetKind
from core.domain.staff import Permission
from core.persistence.words import (
    BigInteger,
    ColumnElement,
    Integer,
    LargeBinary,
    Said,
    String,
    Text,
    TypeEngine,
    literal_column,
)

Value = TypeVar("Value")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _encoder() -> Callable[[dict[str, Any]], str]:
    """JSONEncoder builds its encoder in C anew for each text, which takes longer than a small text itself."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _JSON.encode
    encode = make(None, _JSON.default, json.encoder.encode_basestring, None, ":", ",", False, False, True)
    return lambda value: "".join(encode(value, 0))


def Id() -> String:  # noqa: N802 - reads as a column type in a table
    """32 hex characters of core.ports.identity."""
    return String(32)


def Counter() -> TypeEngine[int]:  # noqa: N802 - reads as a column type in a table
    """A row's number, given by the one writer. SQLite then keeps the rows in this very order."""
    return BigInteger().with_variant(Integer(), "sqlite")


if TYPE_CHECKING:

    class _Kind(TypeEngine[Value]):
        """What SQLAlchemy takes for a column's type."""

        def __init__(self, said: str) -> None: ...

else:

    class _Kind(Said):
        """A word like all others: what it means to SQLAlchemy, core.persistence.compiling knows."""

        def __class_getitem__(cls, _value: type) -> type:
            return cls


class AsColumn(_Kind[Value]):
    """A type of ours as `impl`, a type that every database has. Nothing stays nothing."""

    impl: ClassVar[Any]
    # By the name under which the book of statements knows them.
    known: ClassVar[dict[str, type["AsColumn[Any]"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.known[cls.__name__] = cls

    def __init__(self, *named: str) -> None:
        super().__init__(f"kept({' '.join((type(self).__name__, *named))!r})")

    def to_column(self, value: Value) -> Any:
        """What the database keeps."""
        raise NotImplementedError

    def from_column(self, value: Any) -> Value:
        """What was kept."""
        raise NotImplementedError


class Fen(AsColumn[Money]):
    """Money as whole fen."""

    impl = BigInteger

    def to_column(self, value: Money) -> int:
        return value.fen

    def from_column(self, value: Any) -> Money:
        return Money(value)


class Millilitres(AsColumn[Litres]):
    """A volume as whole millilitres."""

    impl = BigInteger

    def to_column(self, value: Litres) -> int:
        return value.millilitres

    def from_column(self, value: Any) -> Litres:
        return Litres(value)


class Li(AsColumn[UnitPrice]):
    """A unit price as whole li per litre."""

    impl = Integer

    def to_column(self, value: UnitPrice) -> int:
        return value.li

    def from_column(self, value: Any) -> UnitPrice:
        return UnitPrice(value)


class Moment(AsColumn[datetime]):
    """A moment as whole microseconds since 1970 in UTC: exact, in order, and alike on every database.

    By hand in SQLite: ``datetime(column / 1000000, 'unixepoch')``. A moment without a zone raises ValueError.
    """

    impl = BigInteger

    def to_column(self, value: datetime) -> int:
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone must not reach the database")
        return (value - _EPOCH) // _MICROSECOND

    def from_column(self, value: Any) -> datetime:
        return _EPOCH + timedelta(microseconds=value)


class Day(AsColumn[date]):
    """A day of the calendar, by itself."""

    impl = String(10)

    def to_column(self, value: date) -> str:
        return value.isoformat()

    def from_column(self, value: Any) -> date:
        return date.fromisoformat(value)


class Digest(AsColumn[bytes]):
    """Bytes of a hash, as they are."""

    impl = LargeBinary

    def to_column(self, value: bytes) -> bytes:
        return value

    def from_column(self, value: Any) -> bytes:
        # By hand somebody may have put in anything: what is no bytes is no hash.
        return bytes(value) if isinstance(value, bytes | memoryview) else b""


class Word(AsColumn[StrEnum]):
    """One of an enumeration's words, as itself."""

    impl = String(20)

    def __init__(self, words: type[StrEnum] | str) -> None:
        self.words = words if isinstance(words, type) else _enumeration(words)
        super().__init__(f"{self.words.__module__}:{self.words.__qualname__}")

    def to_column(self, value: StrEnum) -> str:
        return str.__str__(value)

    def from_column(self, value: Any) -> StrEnum:
        return self.words(value)


class PresetText(AsColumn[Preset]):
    """How far a pump may go: ``full``, ``amount 20000`` (fen) or ``volume 25000`` (millilitres)."""

    impl = String(32)

    def to_column(self, value: Preset) -> str:
        match value.kind:
            case PresetKind.AMOUNT:
                return f"amount {value.amount.fen}"
            case PresetKind.VOLUME:
                return f"volume {value.volume.millilitres}"
            case PresetKind.FULL:
                return "full"

    def from_column(self, value: Any) -> Preset:
        kind, _, most = value.partition(" ")
        match PresetKind(kind):
            case PresetKind.AMOUNT:
                return Preset(PresetKind.AMOUNT, amount=Money(int(most)))
            case PresetKind.VOLUME:
                return Preset(PresetKind.VOLUME, volume=Litres(int(most)))
            case PresetKind.FULL:
                return Preset(PresetKind.FULL)


class NozzleNames(AsColumn[frozenset[NozzleId]]):
    """A set of nozzles, by name, with spaces between."""

    impl = Text

    def to_column(self, value: frozenset[NozzleId]) -> str:
        return " ".join(sorted(value))

    def from_column(self, value: Any) -> frozenset[NozzleId]:
        return frozenset(NozzleId(name) for name in value.split())


class PermissionNames(AsColumn[frozenset[Permission]]):
    """A set of rights, by name, with spaces between."""

    impl = Text

    def to_column(self, value: frozenset[Permission]) -> str:
        return " ".join(sorted(value))

    def from_column(self, value: Any) -> frozenset[Permission]:
        return _permissions(value)


@cache
def _permissions(words: str) -> frozenset[Permission]:
    # Read with every person on the sale's path, and there are only as many texts as roles.
    return frozenset(Permission(word) for word in words.split())


class TermsJson(AsColumn[CouponTerms]):
    """A coupon's terms as they were when it was held."""

    impl = Text

    def to_column(self, value: CouponTerms) -> str:
        return to_json(
            {
                "kind": value.kind.value,
                "valid_from": value.valid_from.isoformat(),
                "valid_until": value.valid_until.isoformat(),
                "off_fen": value.off.fen,
                "percent": value.percent,
                "off_li": value.off_li,
                "threshold_fen": value.threshold.fen,
                "cap_fen": None if value.cap is None else value.cap.fen,
                "grades": list(value.grades),
                "stations": list(value.stations),
                **conditions_of(value),
            }
        )

    def from_column(self, value: Any) -> CouponTerms:
        terms = json.loads(value)
        return CouponTerms(
            CouponKind(terms["kind"]),
            datetime.fromisoformat(terms["valid_from"]),
            datetime.fromisoformat(terms["valid_until"]),
            off=Money(terms["off_fen"]),
            percent=terms["percent"],
            off_li=terms["off_li"],
            threshold=Money(terms["threshold_fen"]),
            cap=None if terms["cap_fen"] is None else Money(terms["cap_fen"]),
            grades=tuple(GradeCode(grade) for grade in terms["grades"]),
            stations=tuple(StationId(station) for station in terms["stations"]),
            **conditions_in(terms),
        )


def _enumeration(place: str) -> type[StrEnum]:
    module, _, name = place.partition(":")
    found: type[StrEnum] = getattr(import_module(module), name)
    return found


def one_of(column: ColumnElement[Any], words: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Whether the column holds one of these words, written out so that a partial index is found by it."""
    written_out: list[ColumnElement[Any]] = [literal_column(f"'{word.value}'") for word in words]
    return column == written_out[0] if len(written_out) == 1 else column.in_(written_out)


def is_word(column: ColumnElement[Any], word: StrEnum) -> ColumnElement[bool]:
    """Whether the column holds this word, written out so that a partial index is found by it."""
    return column == literal_column(f"'{word.value}'")


def to_json(value: dict[str, Any]) -> str:
    """Compact JSON text, Chinese as itself."""
    return _encode(value)


_encode = _encoder()
