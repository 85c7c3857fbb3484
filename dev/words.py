"""Brings the catalogue up to date with the code: ``python3 dev.py words``. Runs in the virtual environment, for Babel."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from dev.needs.catalogues import compile_catalogue
from dev.places import LOCALES, PROJECT
from dev.telling import tell

SPOKEN_IN = ("core", "pos_app", "admin_app", "cloud_api", "demo")
CATALOGUE = LOCALES / "zh_CN" / "LC_MESSAGES" / "youzhan.po"
_KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2)}

Msgid = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that the code says, and where."""

    msgid: Msgid
    place: str


def sentences_of_the_code() -> list[Sentence]:
    """Every sentence that the programs say, in the order of the code."""
    found: dict[Msgid, Sentence] = {}
    for room in SPOKEN_IN:
        if not (PROJECT / room).is_dir():
            continue
        told = extract_from_dir(str(PROJECT / room), [("**.py", "python")], keywords=_KEYWORDS)
        for name, line, message, _comments, _context in told:
            found.setdefault(message, Sentence(message, f"{room}/{name}:{line}"))
    return list(found.values())


def translations(written: Path = CATALOGUE) -> dict[Msgid, tuple[str, ...]]:
    """What the catalogue says to each msgid; nothing where its entry is empty."""
    with written.open("rb") as lines:
        catalogue = read_po(lines, locale="zh_CN", abort_invalid=True)
    return {_msgid(entry.id): _forms(entry.string) for entry in catalogue if entry.id}


def missing(said: Iterable[Sentence], translated: dict[Msgid, tuple[str, ...]]) -> list[Sentence]:
    """The sentences with no words in the other language."""
    return [sentence for sentence in said if not translated.get(sentence.msgid)]


def stale(said: Iterable[Sentence], translated: dict[Msgid, tuple[str, ...]]) -> list[Msgid]:
    """The entries that no code says any more."""
    alive = {sentence.msgid for sentence in said}
    return [msgid for msgid in translated if msgid not in alive]


def placeholders(text: str) -> set[str]:
    """The names in braces, which both languages must have alike."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def _msgid(read: str | tuple[str, ...] | list[str]) -> Msgid:
    return read if isinstance(read, str) else tuple(read)


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    forms = (string,) if isinstance(string, str) else tuple(string or ())
    return forms if all(forms) else ()


def main() -> int:
    """Tell what is missing and what is stale, and compile; with ``--add``, missing sentences become empty entries."""
    said = sentences_of_the_code()
    translated = translations()
    if "--add" in sys.argv[1:]:
        _add([sentence for sentence in said if sentence.msgid not in translated])
    for sentence in missing(said, translated):
        tell(
            f"missing: {sentence.msgid!r} ({sentence.place})",
            f"缺少译文:{sentence.msgid!r}({sentence.place})",
        )
    for msgid in stale(said, translated):
        tell(f"stale, delete it: {msgid!r}", f"已不再使用,请删除:{msgid!r}")
    compile_catalogue(CATALOGUE)
    lacking = len(missing(said, translated))
    tell(f"{len(said)} sentences, {lacking} without Chinese.", f"共 {len(said)} 句,{lacking} 句缺少中文。")
    return 1 if lacking else 0


def _add(new: list[Sentence]) -> None:
    with CATALOGUE.open("a", encoding="utf-8") as entries:
        for sentence in new:
            entries.write(f"\n{_entry(sentence.msgid)}\n")


def _entry(msgid: Msgid) -> str:
    if isinstance(msgid, str):
        return f'msgid {_quoted(msgid)}\nmsgstr ""'
    return f'msgid {_quoted(msgid[0])}\nmsgid_plural {_quoted(msgid[1])}\nmsgstr[0] ""'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    sys.exit(main())
