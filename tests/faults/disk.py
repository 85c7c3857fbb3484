"""A disk under SQLite that tells of every write before it happens, and fails when it is told to.

It stands between the very SQLite that a till uses (the one inside Python's own sqlite3) and the machine's files: SQLite's
table of file calls is copied with some of them replaced, so that the product's code needs to know nothing of it and
shared memory, locks and several connections stay the real ones.
"""

import _sqlite3
import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

SQLITE_OK = 0


class Kind(StrEnum):
    """What SQLite asks of a disk."""

    OPEN = "open"
    READ = "read"
    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    DELETE = "delete"
    LOCK = "lock"
    SHARED_LOCK = "shared_lock"
    SHARED_MAP = "shared_map"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing asked of the disk. `file` is what its name has after the database's: empty, "-wal", "-journal"."""

    kind: Kind
    file: str
    offset: int = 0  # for a truncation the new size
    content: bytes = b""


class Watcher(Protocol):
    """Hears of everything that is asked of one database's files."""

    def before(self, operation: Operation) -> int:
        """SQLITE_OK lets it happen; any other of SQLite's result codes is what SQLite gets told instead."""
        ...

    def cut_short(self, operation: Operation) -> int:
        """How many bytes of a write that fails reach the disk all the same."""
        ...


class _Vfs(ctypes.Structure):
    """struct sqlite3_vfs of sqlite3.h, as far as it is read here."""


_OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
_Vfs._fields_ = [
    ("version", ctypes.c_int),
    ("file_size", ctypes.c_int),
    ("longest_path", ctypes.c_int),
    ("next", ctypes.c_void_p),
    ("name", ctypes.c_char_p),
    ("app_data", ctypes.c_void_p),
    ("open", _OPEN),
    ("delete", _DELETE),
    ("rest", ctypes.c_void_p * 14),
]

_MOVE = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
)  # read, write
_CLOSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_WITH_NUMBER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)  # sync, lock
_SHARED_MAP = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_void_p
)
_SHARED_LOCK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int)


class _Methods(ctypes.Structure):
    """struct sqlite3_io_methods of sqlite3.h."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("close", _CLOSE),
        ("read", _MOVE),
        ("write", _MOVE),
        ("truncate", _TRUNCATE),
        ("sync", _WITH_NUMBER),
        ("size", ctypes.c_void_p),
        ("lock", _WITH_NUMBER),
        ("unlock", ctypes.c_void_p),
        ("is_reserved", ctypes.c_void_p),
        ("control", ctypes.c_void_p),
        ("sector_size", ctypes.c_void_p),
        ("characteristics", ctypes.c_void_p),
        ("shared_map", _SHARED_MAP),
        ("shared_lock", _SHARED_LOCK),
        ("rest", ctypes.c_void_p * 4),
    )


_FILE = ctypes.POINTER(ctypes.c_void_p)  # struct sqlite3_file begins with the address of its methods
_SHARED_MEMORY_UNLOCKS = 1  # SQLITE_SHM_UNLOCK


class _Disk:
    """The one such disk of this process; SQLite keeps its address, so it stays for good."""

    def __init__(self) -> None:
        self._sqlite = ctypes.CDLL("sqlite3.dll" if sys.platform == "win32" else _sqlite3.__file__)
        self._sqlite.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        self._sqlite.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
        self._sqlite.sqlite3_vfs_register.argtypes = [ctypes.POINTER(_Vfs), ctypes.c_int]
        self._usual = self._sqlite.sqlite3_vfs_find(None)
        self._own = _Vfs()
        ctypes.memmove(ctypes.byref(self._own), self._usual, ctypes.sizeof(_Vfs))
        self._own.name = b"watched"
        self._own.open = _OPEN(self._open)
        self._own.delete = _DELETE(self._delete)
        # Each table of calls that the machine's own files use, and ours that replaces it.
        self._tables: dict[int, tuple[_Methods, _Methods]] = {}
        self._files: dict[int, tuple[Watcher, str, _Methods]] = {}
        self._watched: dict[str, Watcher] = {}

    def begin(self, path: str, watcher: Watcher) -> None:
        if not self._watched:
            self._sqlite.sqlite3_vfs_register(ctypes.byref(self._own), 1)
        self._watched[path] = watcher

    def end(self, path: str) -> None:
        del self._watched[path]
        if not self._watched:
            self._sqlite.sqlite3_vfs_register(self._usual, 1)

    def _watcher_of(self, name: str) -> tuple[Watcher, str] | None:
        for path, watcher in self._watched.items():
            if name.startswith(path) and name[len(path) :] in {"", "-wal", "-journal"}:
                return watcher, name[len(path) :]
        return None

    # --- what SQLite calls: arguments as in sqlite3.h ------------------------------------------------------------------------

    def _open(self, _vfs: int, name: int | None, file: int, flags: int, flags_out: int) -> int:
        found = self._watcher_of(ctypes.string_at(name).decode()) if name else None
        if found is not None:
            answer = found[0].before(Operation(Kind.OPEN, found[1]))
            if answer != SQLITE_OK:
                ctypes.cast(file, _FILE)[0] = None
                return answer
        usual = self._usual
        result: int = usual.contents.open(ctypes.cast(usual, ctypes.c_void_p), name, file, flags, flags_out)
        methods = ctypes.cast(file, _FILE)[0]
        if found is not None and methods:
            theirs, ours = self._table(methods)
            self._files[file] = (*found, theirs)
            ctypes.cast(file, _FILE)[0] = ctypes.addressof(ours)
        return result

    def _delete(self, _vfs: int, name: bytes, sync: int) -> int:
        found = self._watcher_of(name.decode())
        if found is not None:
            answer = found[0].before(Operation(Kind.DELETE, found[1]))
            if answer != SQLITE_OK:
                return answer
        usual = self._usual
        result: int = usual.contents.delete(ctypes.cast(usual, ctypes.c_void_p), name, sync)
        return result

    def _table(self, address: int) -> tuple[_Methods, _Methods]:
        if address not in self._tables:
            theirs = _Methods.from_address(address)
            ours = _Methods()
            ctypes.memmove(ctypes.byref(ours), address, ctypes.sizeof(_Methods))
            ours.close = _CLOSE(self._close)
            ours.read = _MOVE(self._read)
            ours.write = _MOVE(self._write)
            ours.truncate = _TRUNCATE(self._truncate)
            ours.sync = _WITH_NUMBER(self._sync)
            ours.lock = _WITH_NUMBER(self._lock)
            ours.shared_map = _SHARED_MAP(self._shared_map)
            ours.shared_lock = _SHARED_LOCK(self._shared_lock)
            self._tables[address] = theirs, ours
        return self._tables[address]

    def _close(self, file: int) -> int:
        theirs = self._files.pop(file)[2]
        result: int = theirs.close(file)
        return result

    def _read(self, file: int, into: int, amount: int, offset: int) -> int:
        ctypes.memset(into, 0, amount)  # what a read that comes short has to leave
        return self._asked(file, Kind.READ, offset, lambda usual: usual.read(file, into, amount, offset))

    def _write(self, file: int, content: int, amount: int, offset: int) -> int:
        watcher, suffix, usual = self._files[file]
        operation = Operation(Kind.WRITE, suffix, offset, ctypes.string_at(content, amount))
        answer = watcher.before(operation)
        if answer != SQLITE_OK:
            short = watcher.cut_short(operation)
            if short:
                usual.write(file, content, short, offset)
            return answer
        result: int = usual.write(file, content, amount, offset)
        return result

    def _truncate(self, file: int, size: int) -> int:
        return self._asked(file, Kind.TRUNCATE, size, lambda usual: usual.truncate(file, size))

    def _sync(self, file: int, flags: int) -> int:
        return self._asked(file, Kind.SYNC, 0, lambda usual: usual.sync(file, flags))

    def _lock(self, file: int, level: int) -> int:
        return self._asked(file, Kind.LOCK, 0, lambda usual: usual.lock(file, level))

    def _shared_map(self, file: int, region: int, size: int, extend: int, out: int) -> int:
        return self._asked(
            file, Kind.SHARED_MAP, region, lambda usual: usual.shared_map(file, region, size, extend, out)
        )

    def _shared_lock(self, file: int, first: int, many: int, flags: int) -> int:
        theirs = self._files[file][2]
        if flags & _SHARED_MEMORY_UNLOCKS:
            result: int = theirs.shared_lock(file, first, many, flags)
            return result
        return self._asked(
            file, Kind.SHARED_LOCK, first, lambda usual: usual.shared_lock(file, first, many, flags)
        )

    def _asked(self, file: int, kind: Kind, offset: int, do: Callable[[Any], int]) -> int:
        watcher, suffix, usual = self._files[file]
        answer = watcher.before(Operation(kind, suffix, offset))
        return do(usual) if answer == SQLITE_OK else answer


_the_disk: list[_Disk] = []


@contextmanager
def watched(database: Path, watcher: Watcher) -> Iterator[None]:
    """Every connection that is opened to this file meanwhile works on a disk that the watcher hears of."""
    if not _the_disk:
        _the_disk.append(_Disk())
        # A connection that is still open when Python ends calls it once more: it must outlive everything.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(_the_disk[0]))
    disk, path = _the_disk[0], str(database.resolve())
    disk.begin(path, watcher)
    try:
        yield
    finally:
        disk.end(path)
