"""Power cuts: a till's writes are recorded, and what the disk may hold after the power went at any of them is laid out.

Only what was synced is certain. Everything since is, file by file, kept, dropped, kept in another order, or torn by
sectors, as chance will have it; the write under way at the cut is torn too.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults.books import Books, BooksBroken, read_books
from tests.faults.disk import SQLITE_OK, Kind, Operation

_SECTOR = 512
_WRITES = {Kind.WRITE, Kind.TRUNCATE, Kind.SYNC, Kind.DELETE}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the till had told somebody when it had asked so many things of the disk."""

    operations: int
    events: int
    sales: frozenset[tuple[str, str, int]]


@dataclass
class Recording:
    """Everything that a till asked of its disk, and when it told what. A watcher of tests.faults.disk."""

    before_it: bytes  # the database's file when the recording began
    stocked: frozenset[tuple[str, int]] = frozenset()
    operations: list[Operation] = field(default_factory=list)
    told: list[Acknowledged] = field(default_factory=list)

    ended: bool = False

    def before(self, operation: Operation) -> int:
        if operation.kind in _WRITES and not self.ended:
            self.operations.append(operation)
        return SQLITE_OK

    def end(self) -> None:
        """What comes after this, such as closing in peace, is not cut."""
        self.ended = True

    def cut_short(self, operation: Operation) -> int:
        return 0

    def tell(self, events: int, sales: frozenset[tuple[str, str, int]]) -> None:
        """From now on this must never be lost."""
        self.told.append(Acknowledged(len(self.operations), events, sales))


@dataclass(slots=True)
class _File:
    """One file on the disk: what is safe on it, and what was asked since."""

    safe: bytearray = field(default_factory=bytearray)
    unsafe: list[Operation] = field(default_factory=list)

    def ask(self, operation: Operation) -> None:
        if operation.kind is Kind.SYNC:
            for each in self.unsafe:
                _apply(self.safe, each)
            self.unsafe.clear()
        else:
            self.unsafe.append(operation)


@dataclass(frozen=True, slots=True)
class Image:
    """What the disk holds after a cut, and what the till had told by then."""

    cut: int
    how: str
    files: dict[str, bytes]
    told: Acknowledged


_Way = Callable[[Sequence[Operation], Random], Sequence[Operation]]


def images(recording: Recording, many: int, chance: Random) -> Iterator[Image]:
    """So many cuts, in the order of their moments."""
    cuts = sorted(chance.randrange(1, len(recording.operations) + 1) for _ in range(many))
    files = {"": _File(bytearray(recording.before_it)), "-wal": _File(), "-journal": _File()}
    done, told = 0, Acknowledged(0, 0, frozenset())
    waiting = list(reversed(recording.told))
    for cut in cuts:
        for operation in recording.operations[done : cut - 1]:
            files[operation.file].ask(operation)
        done = cut - 1
        while waiting and waiting[-1].operations < cut:
            told = waiting.pop()
        how = chance.choice(_WAYS)
        yield Image(
            cut,
            how.__name__.strip("_"),
            dict(_laid_out(files, recording.operations[done], how, chance)),
            told,
        )


def _laid_out(
    files: dict[str, _File], last: Operation, how: _Way, chance: Random
) -> Iterator[tuple[str, bytes]]:
    for name, file in files.items():
        unsafe = [*file.unsafe]
        if last.file == name and last.kind is not Kind.SYNC:
            unsafe.append(last)
        if not unsafe:
            yield name, bytes(file.safe)
            continue
        content = bytearray(file.safe)
        for operation in how(unsafe, chance):
            _apply(content, operation)
        yield name, bytes(content)


def _kept(unsafe: Sequence[Operation], _chance: Random) -> Sequence[Operation]:
    return unsafe


def _dropped(_unsafe: Sequence[Operation], _chance: Random) -> Sequence[Operation]:
    return ()


def _cut_off(unsafe: Sequence[Operation], chance: Random) -> Sequence[Operation]:
    """The first ones whole, the next one torn."""
    kept = chance.randrange(len(unsafe))
    return [*unsafe[:kept], *_torn([unsafe[kept]], chance)]


def _some(unsafe: Sequence[Operation], chance: Random) -> Sequence[Operation]:
    return [operation for operation in unsafe if chance.random() < 0.5]


def _reordered(unsafe: Sequence[Operation], chance: Random) -> Sequence[Operation]:
    """Another order, of which the power let only the beginning through."""
    shuffled = chance.sample(unsafe, len(unsafe))
    return shuffled[: chance.randrange(1, len(unsafe) + 1)]


def _torn(unsafe: Sequence[Operation], chance: Random) -> Sequence[Operation]:
    """Every sector of every write for itself."""
    sectors = []
    for operation in unsafe:
        if operation.kind is not Kind.WRITE:
            sectors += [operation] if chance.random() < 0.5 else []
            continue
        begin = 0
        while begin < len(operation.content):
            end = begin + _SECTOR - (operation.offset + begin) % _SECTOR
            if chance.random() < 0.5:
                part = operation.content[begin:end]
                sectors.append(Operation(Kind.WRITE, operation.file, operation.offset + begin, part))
            begin = end
    return sectors


_WAYS = (_kept, _dropped, _cut_off, _some, _reordered, _torn)


def _apply(content: bytearray, operation: Operation) -> None:
    if operation.kind is Kind.WRITE:
        end = operation.offset + len(operation.content)
        if len(content) < end:
            content.extend(bytes(end - len(content)))
        content[operation.offset : end] = operation.content
    elif operation.kind is Kind.TRUNCATE:
        del content[operation.offset :]
    elif operation.kind is Kind.DELETE:
        content.clear()


class Reopening:
    """Opens images as a till that starts again would. Images that recover to the same bytes need one audit."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "image.db"
        self.audits: dict[int, Books | BooksBroken] = {}

    def lay(self, image: Image) -> None:
        """Write the image where it can be opened."""
        for suffix, content in image.files.items():
            file = self.file.with_name(self.file.name + suffix)
            if not content:
                file.unlink(missing_ok=True)
                continue
            # Over what is there: making and freeing a file's pages anew took a third of the time.
            with file.open("r+b" if file.exists() else "wb") as laid:
                laid.write(content)
                laid.truncate()
        self.file.with_name(self.file.name + "-shm").unlink(missing_ok=True)

    def books(self, image: Image) -> Books:
        """What is in the image's books. Raises BooksBroken."""
        self.lay(image)
        try:
            self._recover()
        except sqlite3.DatabaseError as error:
            raise BooksBroken(str(error)) from error
        content = hash(self.file.read_bytes())  # 64 bits over a few hundred different files
        if content not in self.audits:
            try:
                self.audits[content] = read_books(self.file)
            except BooksBroken as broken:
                self.audits[content] = broken
        found = self.audits[content]
        if isinstance(found, BooksBroken):
            raise found
        return found

    def _recover(self) -> None:
        """SQLite's own recovery, written back into the one file."""
        connection = sqlite3.connect(self.file, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=OFF")  # the image itself need not survive a cut
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA schema_version").fetchall()
        finally:
            connection.close()


@dataclass
class Tally:
    """How images ended."""

    images: int = 0
    begun: float = field(default_factory=time.monotonic)
    lost: list[Image] = field(default_factory=list)
    broken: list[tuple[Image, str]] = field(default_factory=list)

    def __str__(self) -> str:
        rate = self.images / (time.monotonic() - self.begun)
        first = [f"cut {image.cut}, {image.how}: lost" for image in self.lost[:2]]
        first += [f"cut {image.cut}, {image.how}: {why}" for image, why in self.broken[:2]]
        words = f"{self.images} images, {len(self.lost)} lost, {len(self.broken)} broken, {rate:.0f} a second"
        return "; ".join([words, *first])


def survived(recording: Recording, many: int, chance: Random, reopening: Reopening, tally: Tally) -> Tally:
    """Cut so many times, and see what is left of what was told."""
    for image in images(recording, many, chance):
        tally.images += 1
        try:
            books = reopening.books(image)
        except BooksBroken as broken:
            tally.broken.append((image, str(broken)))
            continue
        if not image.told.sales <= books.sales or books.events < image.told.events:
            tally.lost.append(image)
        elif books.stocked != recording.stocked:
            tally.broken.append((image, "goods on the shelf and sold are not what there was"))
    return tally
