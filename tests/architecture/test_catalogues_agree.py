"""Every sentence that the programs say is written in both languages, with the same blanks to fill in."""

import gettext
from collections import Counter

import pytest

from core.resources import resource
from dev import words
from dev.needs.catalogues import compile_catalogue
from dev.telling import CannotGoOn

TRANSLATED = words.translations()


@pytest.fixture(scope="module")
def said():
    return words.sentences_of_the_code()


def test_no_sentence_lacks_its_chinese(said):
    lacking = words.missing(said, TRANSLATED)
    assert not lacking, "\n".join(f"{sentence.place}: {sentence.msgid!r}" for sentence in lacking)


def test_no_entry_is_stale(said):
    stale = words.stale(said, TRANSLATED)
    assert not stale, f"no code says this any more; take it out of the catalogue: {stale}"


def test_no_sentence_is_translated_twice():
    written = words.CATALOGUE.read_text(encoding="utf-8")
    entries = Counter(entry.split("\nmsgstr")[0].strip() for entry in written.split("msgid ")[1:])
    twice = [entry for entry, times in entries.items() if times > 1]
    assert not twice, "keep one of each: " + ", ".join(twice)


def test_both_languages_have_the_same_blanks():
    differing = [
        msgid
        for msgid, forms in TRANSLATED.items()
        if any(words.placeholders(form) != words.placeholders(_english(msgid)) for form in forms)
    ]
    assert differing == []


def _english(msgid: words.Msgid) -> str:
    return msgid if isinstance(msgid, str) else msgid[-1]


def test_our_own_compiler_says_what_babel_reads():
    with resource("locale/zh_CN/LC_MESSAGES/youzhan.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    for msgid, forms in TRANSLATED.items():
        if isinstance(msgid, str) and forms:
            assert catalogue.gettext(msgid) == forms[0]


def test_a_sentence_written_twice_stops_the_compiler(tmp_path):
    written = tmp_path / "youzhan.po"
    written.write_text('msgid "Cash"\nmsgstr "现金"\n\nmsgid "Cash"\nmsgstr "钱"\n', encoding="utf-8")
    with pytest.raises(CannotGoOn, match=r"line 4.*Cash"):
        compile_catalogue(written)


def test_several_lines_plurals_and_escapes_survive_compiling(tmp_path):
    written = tmp_path / "youzhan.po"
    entries = [
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n',
        'msgid "one "\n"sentence"\nmsgstr "一句\\"话\\""\n',
        'msgid "{n} order"\nmsgid_plural "{n} orders"\nmsgstr[0] "{n} 单"\n',
        'msgid "not yet"\nmsgstr ""\n',
    ]
    written.write_text("\n".join(entries), encoding="utf-8")
    compile_catalogue(written)
    with written.with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    assert catalogue.gettext("one sentence") == '一句"话"'
    assert catalogue.ngettext("{n} order", "{n} orders", 3) == "{n} 单"
    assert catalogue.gettext("not yet") == "not yet"
