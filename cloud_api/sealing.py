"""Personal data as the database may keep it: sealed text, and blind indexes by which it is found again."""

import base64
import hashlib
import hmac
import json
import secrets
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import JSON, Connection, LargeBinary, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.operators import OperatorType, is_, is_not
from sqlalchemy.types import TypeDecorator, TypeEngine

KEY_BYTES = 32
_NONCE_BYTES = 12
_INDEX_CHARACTERS = 32


class CannotUnseal(Exception):
    """What the database holds was not sealed with a key of ours, not for this column, or was changed. Says no text of it."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys: new text is sealed with `current`, older text is still opened with the key that it names."""

    current: str
    sealing: Mapping[str, bytes] = field(repr=False)
    indexing: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.sealing:
            raise ValueError("the current key is not among the sealing keys")
        if not all(name.isalnum() and name.isascii() for name in self.sealing):
            raise ValueError("a key's name is letters and digits")
        if any(len(key) != KEY_BYTES for key in (*self.sealing.values(), self.indexing)):
            raise ValueError(f"a key has {KEY_BYTES} bytes")

    def seal(self, text: str, about: str) -> str:
        """`key.base64(nonce, ciphertext, tag)`; `about` (table.column) must be said again to open it."""
        closed = self._close(text.encode(), about)
        return f"{self.current}.{base64.urlsafe_b64encode(closed).decode()}"

    def unseal(self, sealed: str, about: str) -> str:
        """Raises CannotUnseal."""
        name, _dot, closed = sealed.partition(".")
        try:
            return self._open(name, base64.urlsafe_b64decode(closed), about).decode()
        except ValueError as error:
            raise CannotUnseal(f"{about}: the seal is broken") from error

    def seal_bytes(self, content: bytes, about: str) -> bytes:
        """`key.`, and behind it the bytes that `seal` would write as text."""
        return self.current.encode() + b"." + self._close(content, about)

    def unseal_bytes(self, sealed: bytes, about: str) -> bytes:
        """Raises CannotUnseal."""
        name, _dot, closed = sealed.partition(b".")
        return self._open(name.decode("ascii", "replace"), closed, about)

    def _close(self, content: bytes, about: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + _cipher(self.sealing[self.current]).encrypt(nonce, content, about.encode())

    def _open(self, name: str, raw: bytes, about: str) -> bytes:
        key = self.sealing.get(name)
        if key is None:
            raise CannotUnseal(f"{about}: sealed with a key that is not on the ring")
        try:
            return _cipher(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal(f"{about}: the seal is broken") from error

    def is_current(self, sealed: str | bytes) -> bool:
        begins = sealed.partition(b".")[0].decode("ascii", "replace") if isinstance(sealed, bytes) else ""
        return (begins or str(sealed).partition(".")[0]) == self.current

    def blind_index(self, value: str, purpose: str) -> str:
        """The same for the same value and purpose, and nothing to anybody without the key. 32 hex characters."""
        mark = hmac.new(self.indexing, f"{purpose}\0{value}".encode(), hashlib.sha256)
        return mark.hexdigest()[:_INDEX_CHARACTERS]


_rings: weakref.WeakKeyDictionary[Dialect, Callable[[], Keyring]] = weakref.WeakKeyDictionary()


def hang(ring: Callable[[], Keyring], dialect: Dialect) -> None:
    """From now on everything that goes through this engine is sealed with this ring; it is asked for when first needed."""
    _rings[dialect] = ring


def ring_of(connection: Connection) -> Keyring:
    return _ring(connection.dialect)


def blind_index(connection: Connection, value: str, purpose: str) -> str:
    """What a BlindIndex column of this purpose holds for the value."""
    return ring_of(connection).blind_index(value, purpose)


class Sealed(TypeDecorator[Any]):
    """What is of a person: plain in the program, sealed in the database. It cannot be looked up; a BlindIndex beside it can.

    `about` is the column's own name, `drivers.phone`: what is copied into another column does not open there.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[Any]):  # noqa: N801 - SQLAlchemy's name for it
        """Whoever compares what is sealed would find nothing and not know why."""

        def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> Any:
            if op not in {is_, is_not}:
                raise TypeError("what is sealed is not compared; look it up by its blind index")
            return super().operate(op, *other, **kwargs)

    def __init__(self, about: str) -> None:
        super().__init__()
        self.about = about

    def is_current(self, ring: Keyring, written: Any) -> bool:
        """Whether nothing of what stands in the database is sealed with an older key."""
        return not written or ring.is_current(written)


class SealedText(Sealed):
    """Text of a person. No text is written as it is: it says nothing, and nothing is left of whoever was erased."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return _ring(dialect).seal(value, self.about) if value else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return _ring(dialect).unseal(value, self.about) if value else value


class SealedJson(Sealed):
    """Fields and lists that say something of a person. Whoever has them as JSON's text already writes a SealedText of `about`."""

    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _ring(dialect).seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")), self.about)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(_ring(dialect).unseal(value, self.about))


class SealedBytes(Sealed):
    """A paper that names a person."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _ring(dialect).seal_bytes(value, self.about)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _ring(dialect).unseal_bytes(bytes(value), self.about)

    def is_current(self, ring: Keyring, written: Any) -> bool:
        return ring.is_current(bytes(written))


class WithSealedList(TypeDecorator[Any]):
    """JSON fields of which one, a list, is of persons (a coupon's plates): each of its values is sealed, the others are plain."""

    impl = JSON
    cache_ok = True

    def __init__(self, about: str, name: str) -> None:
        super().__init__()
        self.about = about
        self.name = name

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> Any:
        if not value or not value.get(self.name):
            return value
        ring = _ring(dialect)
        return {**value, self.name: [ring.seal(one, self.about) for one in value[self.name]]}

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        if not value or not value.get(self.name):
            return value
        ring = _ring(dialect)
        return {**value, self.name: [ring.unseal(one, self.about) for one in value[self.name]]}

    def is_current(self, ring: Keyring, written: Any) -> bool:
        return all(map(ring.is_current, (written or {}).get(self.name) or ()))


class BlindIndex(TypeDecorator[str]):
    """Holds a value's keyed hash: written and compared with the plain value (in its one spelling), read as the hash."""

    impl = String(_INDEX_CHARACTERS)
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _ring(dialect).blind_index(value, self.purpose)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(value)


@lru_cache(64)
def _cipher(key: bytes) -> AESGCM:
    """Made once for each key: making it costs more than sealing a plate."""
    return AESGCM(key)


def _ring(dialect: Dialect) -> Keyring:
    ring = _rings.get(dialect)
    if ring is None:
        raise CannotUnseal("this engine was given no keys; open it through cloud_api.database.Database")
    return ring()
