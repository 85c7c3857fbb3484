"""The chain that ties each journal row to all rows before it, and the digests by which a row pins money down.

Neither form can ever change: rows of years ago are checked by it. A new field of a pinned value is no danger, as long as it
has a default, because a field at its default is not part of the canonical form.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum, StrEnum
from hashlib import sha256
from json import loads
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from core.domain.money import Money

BEFORE_THE_FIRST = bytes(32)
PART_BYTES = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BY_NOBODY: Mapping[str, Callable[[Any], str]] = {}


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The last row of a journal, or of its beginning up to some row: whoever has it knows all rows before it."""

    number: int = 0
    hash: bytes = BEFORE_THE_FIRST

    @property
    def short(self) -> str:
        """The first 16 hex digits, for paper."""
        return self.hash.hex()[:16]


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A row as it is stored. `at` is in microseconds since 1970; `content` pins money down and may be empty."""

    number: int
    id: str
    kind: str
    body: str
    program: str
    actor: str
    approver: str
    at: int
    content: bytes
    hash: bytes

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the body says; nothing where a hand made it unreadable."""
        try:
            facts = loads(self.body)
        except ValueError:
            return {}
        return facts if isinstance(facts, dict) else {}

    def hash_after(self, previous: bytes) -> bytes:
        """What its hash must be when the row before it has that hash."""
        told = (self.number, self.at, self.id, self.program, self.actor, self.approver, self.kind)
        return chained(previous, told, self.content, self.body)


def chained(
    previous: bytes, told: tuple[int, int, str, str, str, str, str], content: bytes, body: str
) -> bytes:
    """The hash of a row: SHA-256 over the hash before it and all that the row says.

    `told` is number, moment in microseconds, id, program, actor, approver and kind.
    """
    number, at, *words = told
    # A JSON array of all of them; made by hand, as building an encoder for it takes longer than the hash.
    texts = ",".join(map(encode_basestring, words))
    head = f'[{number},{at},{texts},"{content.hex()}"]'
    return sha256(previous + f"{head}\n{body}".encode("utf-8", "surrogateescape")).digest()


class PartDigest(bytes):
    """The digest of one part of a finished value."""

    __slots__ = ()


def digest_of(part: object) -> PartDigest:
    """16 bytes of the hash of the part's canonical form."""
    return PartDigest(sha256(canonical(part).encode()).digest()[:PART_BYTES])


def pinned(parts: tuple[object, ...]) -> bytes:
    """One digest for each part of a finished value, so that a change is found and its part named.

    A part may be its digest already.
    """
    return b"".join([part if type(part) is PartDigest else digest_of(part) for part in parts])


def changed_parts(names: tuple[str, ...], pinned_then: bytes, pinned_now: bytes) -> tuple[str, ...]:
    """The names of the parts whose digests differ."""
    return tuple(
        name
        for place, name in enumerate(names)
        if pinned_then[place * PART_BYTES : (place + 1) * PART_BYTES]
        != pinned_now[place * PART_BYTES : (place + 1) * PART_BYTES]
    )


def canonical(value: object) -> str:
    """A frozen value as one text that is the same whenever and wherever it is made.

    Fields stand in the order of their names, those at their default left out. Raises TypeError for a float and for
    whatever else has no exact form.
    """
    return _WRITERS[type(value)](value)


class Canonical(str):
    """A canonical form, which is its own canonical form."""

    __slots__ = ()


def form_without(
    kind: type, *names: str, written_by: Mapping[str, Callable[[Any], str]] = _BY_NOBODY
) -> Callable[[Any], Canonical]:
    """Writes the canonical form of a dataclass's values as if these fields were at their defaults.

    `written_by` has another way to the very same canonical form of a field.
    """
    write = _dataclass_writer(kind, names, written_by)
    return lambda value: Canonical(write(value))


def _writer(kind: type) -> Callable[[Any], str]:
    if is_dataclass(kind):
        return _dataclass_writer(kind)
    if issubclass(kind, StrEnum):
        return lambda value: encode_basestring(str.__str__(value))
    if issubclass(kind, Enum):
        return lambda value: canonical(value.value)
    if issubclass(kind, tuple | list):
        return lambda value: "[" + ",".join(map(canonical, value)) + "]"
    if issubclass(kind, AbstractSet):
        return lambda value: "[" + ",".join(sorted(map(canonical, value))) + "]"
    if issubclass(kind, Mapping):
        return _mapping
    raise TypeError(f"{kind.__name__} has no canonical form")


def _dataclass_writer(
    kind: type, without: tuple[str, ...] = (), written_by: Mapping[str, Callable[[Any], str]] = _BY_NOBODY
) -> Callable[[Any], str]:
    """Written out once, field by field: a finished bill has a hundred of them, and a customer waits."""
    known: dict[str, Any] = {"writers": _WRITERS, "Money": Money}
    steps = ["def write(value):", "    parts = []"]
    written = sorted(
        (field for field in fields(kind) if field.name not in without), key=lambda field: field.name
    )
    for place, run in enumerate(_runs(written, written_by)):
        inset = "    "
        if len(run) > 1:
            known[f"run{place}"] = attrgetter(*(field.name for field in run))
            known[f"defaults{place}"] = tuple(_default(field) for field in run)
            steps.append(f"    if run{place}(value) != defaults{place}:")
            inset += "    "
        for field in run:
            name = field.name
            known[f"default_{name}"] = default = _default(field)
            known[f"write_{name}"] = written_by.get(name)
            way = f"write_{name}" if name in written_by else "writers[type(each)]"
            write_it = f"parts.append('\"{name}\":' + {way}(each))"
            steps += [f"{inset}each = value.{name}", f"{inset}{_unless(name, default)}{write_it}"]
    exec("\n".join([*steps, "    return '{' + ','.join(parts) + '}'"]), known)  # noqa: S102 - no word of it is anybody's input
    write: Callable[[Any], str] = known["write"]
    return write


def _runs(written: Sequence[Any], written_by: Mapping[str, Any]) -> list[list[Any]]:
    """The fields in their order; several that may be left out stand together, as they mostly all are."""
    runs: list[list[Any]] = []
    together = False
    for field in written:
        may_go = _default(field) is not MISSING and field.name not in written_by
        if together and may_go:
            runs[-1].append(field)
        else:
            runs.append([field])
        together = may_go
    return runs


def _unless(name: str, default: object) -> str:
    """The condition under which a field is not at its default."""
    if default is MISSING:
        return ""
    if default is None:
        return "if each is not None: "
    differs = f"each != default_{name}"
    if isinstance(default, Money):  # most amounts of a bill, and comparing them is a call of Python's own
        differs = f"(each.fen != {default.fen} if type(each) is Money else {differs})"
    return f"if each is not default_{name} and {differs}: "


def _default(field: Any) -> object:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


def _mapping(value: Mapping[Any, Any]) -> str:
    items = sorted((canonical(key), canonical(each)) for key, each in value.items())
    return "{" + ",".join(f"{key}:{each}" for key, each in items) + "}"


def _moment(value: datetime) -> str:
    return str((value - _EPOCH) // _MICROSECOND)


class _Writers(dict[type, Callable[[Any], str]]):
    """What writes the values of each class; made when the first of them comes."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        made = self[kind] = _writer(kind)
        return made


_WRITERS = _Writers(
    {
        str: encode_basestring,
        Canonical: str,
        int: str,
        bool: lambda value: "true" if value else "false",
        type(None): lambda _value: "null",
        bytes: lambda value: f'"{value.hex()}"',
        datetime: _moment,
        date: lambda value: f'"{value.isoformat()}"',
        # As its dataclass would be written, only faster: a bill holds dozens of amounts.
        Money: lambda value: f'{{"fen":{value.fen}}}' if value.fen else "{}",
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the books is not as the journal says it must be."""


@dataclass(frozen=True, slots=True)
class RowsMissing(Finding):
    """Journal rows are gone; both numbers included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RowBroken(Finding):
    """A journal row does not fit the one before it: one of the two was changed, put in or put elsewhere."""

    number: int


@dataclass(frozen=True, slots=True)
class MoneyChanged(Finding):
    """A finished bill, shift or fill is not what the journal pinned down; `parts` are the words of a Pin."""

    number: int
    thing: str
    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MoneyMissing(Finding):
    """What the journal tells of is gone."""

    number: int
    thing: str
    name: str


@dataclass(frozen=True, slots=True)
class MoneyUnrecorded(Finding):
    """Something finished that the journal knows nothing of: it was put in by hand."""

    thing: str
    name: str


@dataclass(frozen=True, slots=True)
class SumsDiffer(Finding):
    """A shift's Z does not follow from its bills. Amounts in fen."""

    shift: int
    sales: int
    sales_counted: int
    net_fen: int
    net_counted_fen: int


@dataclass(frozen=True, slots=True)
class AnchorDiffers(Finding):
    """A hash that left the station, on a Z or to the cloud, is not the hash that its row has now."""

    number: int
    there: str
    here: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a verification ended. The findings are the first ones in their order, `more` how many were left out."""

    first: int
    last: int
    rows: int
    pinned: int
    findings: tuple[Finding, ...]
    more: int
    head: JournalHead
    complete: bool = True  # false when it was stopped

    @property
    def sound(self) -> bool:
        """Nothing is wrong with what was looked at."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a verification is."""

    done: int
    last: int
    found: int
