"""The language is the process's own, save where a request asks for another."""

import threading

import pytest

from core.domain.refusals.pumps import PumpRefused
from core.wording.catalogue import Language, _, in_language, language, language_asked_for, mark, ngettext, use
from core.wording.refusals import sentence


def test_a_till_speaks_chinese_unless_told_otherwise():
    assert language() is Language.CHINESE
    assert _("{litres} L") == "{litres} 升"


def test_english_is_the_message_itself():
    use("en")
    assert _("{litres} L") == "{litres} L"


def test_a_request_has_its_own_language_and_gives_it_back():
    with in_language("en"):
        assert _("{litres} L") == "{litres} L"
        with in_language(Language.CHINESE):
            assert _("{litres} L") == "{litres} 升"
    assert _("{litres} L") == "{litres} 升"


def test_a_request_in_one_thread_leaves_the_others_alone():
    heard: list[Language] = []
    with in_language("en"):
        other = threading.Thread(target=lambda: heard.append(language()))
        other.start()
        other.join()
    assert heard == [Language.CHINESE]


def test_a_language_that_we_do_not_write_is_refused():
    with pytest.raises(ValueError, match="fr"):
        use("fr")
    assert language() is Language.CHINESE


def test_a_sentence_without_translation_stays_as_it_is():
    assert _(mark("nobody has translated this")) == "nobody has translated this"


def test_one_and_many_are_told_apart_in_english():
    with in_language("en"):
        assert [ngettext("{n} thing", "{n} things", n) for n in (1, 2)] == ["{n} thing", "{n} things"]


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("", "zh_CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr, en;q=0.5", "en"),
        ("zh;q=0.2, en;q=0.7", "en"),
        ("en;q=0", "zh_CN"),
        ("en;q=much", "zh_CN"),
        ("fr,de", "zh_CN"),
        ("en;level=1", "en"),
        ("zh_CN", "zh_CN"),
        (",;q=,", "zh_CN"),
    ],
)
def test_a_browser_is_answered_in_the_language_it_prefers(header, spoken):
    assert language_asked_for(header) == spoken


def test_a_controllers_no_is_told_in_the_language_chosen() -> None:
    busy = PumpRefused(3, 40, "JSONPTS_ERROR_PUMP_BUSY_OTHER_USER")
    assert "控制器的另一个用户正在使用该油机" in sentence(busy)
    assert "SOMETHING_NEW" in sentence(PumpRefused(3, 99, "SOMETHING_NEW"))
