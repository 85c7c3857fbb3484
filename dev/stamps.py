"""Stamps: a small file, written last, that says from what exactly a thing was made; without it the thing was not finished."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def fingerprint(*parts: str | Path) -> str:
    """One hash of texts and of the contents of files; a file that is not there counts as such."""
    whole = hashlib.sha256()
    for part in parts:
        content = (
            part.encode() if isinstance(part, str) else (part.read_bytes() if part.is_file() else b"(none)")
        )
        whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()


def fingerprint_of_tree(folder: Path, without: Iterable[str] = ()) -> str:
    """One hash of every file below a folder, names and contents, leaving out the folders named."""
    left_out = set(without)
    parts: list[str | Path] = []
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in left_out)
        for name in sorted(files):
            path = Path(here, name)
            parts += [path.relative_to(folder).as_posix(), path]
    return fingerprint(*parts)


def is_stamped(stamp: Path, wanted: str) -> bool:
    """Whether the thing was finished, and from just this."""
    try:
        return stamp.read_text(encoding="ascii") == wanted
    except OSError:
        return False


def write_stamp(stamp: Path, made_from: str) -> None:
    """The last act of making: whole or not at all, as a half stamp would be a lie."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    half = stamp.with_name(stamp.name + ".half")
    half.write_text(made_from, encoding="ascii")
    half.replace(stamp)
