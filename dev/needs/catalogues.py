"""The catalogues of gettext: each .po that people write, compiled to the .mo that programs read."""

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

from dev.places import LOCALES
from dev.progress import Step
from dev.telling import CannotGoOn, sentence

_KEYWORDS = ("msgctxt", "msgid", "msgid_plural", "msgstr")


class Catalogues:
    """Every catalogue compiled; done here in plain Python, so that a till needs no tool of translators."""

    @property
    def title(self) -> str:
        return sentence("Catalogues of words", "语言文件")

    def is_met(self) -> bool:
        return all(_is_fresh(written) for written in _written())

    def meet(self, step: Step) -> None:
        for written in _written():
            if not _is_fresh(written):
                step.detail(written.parent.parent.name)
                compile_catalogue(written)


def compile_catalogue(written: Path) -> None:
    """Write the .mo beside the .po, whole or not at all. Raises CannotGoOn where the .po is not well formed."""
    compiled = written.with_suffix(".mo")
    half = compiled.with_suffix(".half")
    half.write_bytes(_machine_readable(_messages(written)))
    half.replace(compiled)


def _written() -> list[Path]:
    return sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))


def _is_fresh(written: Path) -> bool:
    compiled = written.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime_ns >= written.stat().st_mtime_ns


def _messages(written: Path) -> dict[str, str]:
    messages: dict[str, str] = {}
    for number, entry in _entries(written):
        key = entry.get("msgid", "")
        if context := entry.get("msgctxt"):
            key = f"{context}\x04{key}"
        if plural := entry.get("msgid_plural"):
            key = f"{key}\x00{plural}"
        forms = [text for name, text in sorted(entry.items()) if name.startswith("msgstr")]
        if key in messages:
            raise CannotGoOn(
                f"{written}, line {number}: the msgid {key!r} is there twice; delete one of the two",
                f"{written} 第 {number} 行:msgid {key!r} 重复,请删除其中一条",
            )
        messages[key] = "\x00".join(forms) if all(forms) else ""
    return messages


def _entries(written: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each entry as keyword and text, with the line it begins at; a blank line or a new msgid ends the one before."""
    entry: dict[str, str] = {}
    begun = 0
    keyword = ""
    for number, raw in enumerate(written.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if line.startswith("#"):
            continue
        if line.startswith('"'):
            entry[keyword] += _text(line, written, number)
            continue
        if not line:
            continue
        keyword, _space, quoted = line.partition(" ")
        begins = keyword == "msgctxt" or (keyword == "msgid" and "msgid" in entry) or not entry
        if keyword.split("[")[0] not in _KEYWORDS:
            raise _not_understood(written, number)
        if begins and entry:
            yield begun, entry
            entry = {}
        if not entry:
            begun = number
        entry[keyword] = _text(quoted, written, number)
    if entry:
        yield begun, entry


def _text(quoted: str, written: Path, number: int) -> str:
    try:
        text = ast.literal_eval(quoted)
    except (SyntaxError, ValueError):
        raise _not_understood(written, number) from None
    return str(text)


def _not_understood(written: Path, number: int) -> CannotGoOn:
    return CannotGoOn(
        f"{written}, line {number}: not a line of a catalogue", f"{written} 第 {number} 行格式不正确"
    )


def _machine_readable(messages: dict[str, str]) -> bytes:
    """The format of gettext's .mo: two tables of length and offset, then the texts, each ended by a zero byte."""
    said = sorted((key.encode(), text.encode()) for key, text in messages.items() if text)
    header_bytes = 7 * 4
    keys_at = header_bytes
    texts_at = keys_at + 8 * len(said)
    at = texts_at + 8 * len(said)
    tables: list[tuple[int, int]] = []
    for words in ([key for key, _text in said], [text for _key, text in said]):
        for word in words:
            tables.append((len(word), at))
            at += len(word) + 1
    header = struct.pack("<7I", 0x950412DE, 0, len(said), keys_at, texts_at, 0, 0)
    body = b"".join(struct.pack("<2I", length, offset) for length, offset in tables)
    texts = b"".join(key + b"\0" for key, _text in said) + b"".join(text + b"\0" for _key, text in said)
    return header + body + texts
