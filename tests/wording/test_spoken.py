"""Numbers and announcements as rows of clips, every one of which is there."""

import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.litres import Litres
from core.domain.money import Money
from core.resources import resource
from core.wording import spoken
from core.wording.catalogue import Language, in_language, use

WORDS = {f"n{digit}": word for digit, word in enumerate("零一二三四五六七八九十")} | {
    "n2_both": "两",
    "thousand": "千",
    "hundred": "百",
    "wan": "万",
    "point": "点",
}


def chinese(value: int) -> str:
    return "".join(WORDS[clip] for clip in spoken.number(value))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (92, "九十二"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (200, "二百"),
        (1_001, "一千零一"),
        (1_010, "一千零一十"),
        (2_000, "两千"),
        (2_022, "两千零二十二"),
        (10_000, "一万"),
        (20_000, "两万"),
        (10_001, "一万零一"),
        (102_030, "十万两千零三十"),
        (12_345_678, "一千二百三十四万五千六百七十八"),
    ],
)
def test_numbers_are_said_as_in_china(value: int, words: str) -> None:
    assert chinese(value) == words


@pytest.mark.parametrize(
    ("value", "clips"),
    [
        (0, ("n0",)),
        (17, ("n17",)),
        (42, ("n40", "n2")),
        (200, ("n2", "hundred")),
        (1_305, ("n1", "thousand", "n3", "hundred", "n5")),
        (2_000_000, ("n2", "million")),
    ],
)
def test_numbers_are_said_in_english(value: int, clips: tuple[str, ...]) -> None:
    use(Language.ENGLISH)
    assert spoken.number(value) == clips


def test_after_the_point_each_digit_is_said() -> None:
    assert spoken.decimal(25_863) == ("n2", "hundred", "n5", "n10", "n8", "point", "n6", "n3")
    assert spoken.decimal(20_000) == ("n2", "hundred")
    assert spoken.decimal(5) == ("n0", "point", "n0", "n5")


def test_an_order_is_said_as_at_every_station() -> None:
    said = spoken.order(2, "G92", Money(20_000))
    assert said.clips == (
        "new_order",
        "n2",
        "pump",
        "grade_g92",
        "n2",
        "hundred",
        "yuan",
        "paid",
    )
    assert said.text == "线上新订单，2号枪，92号汽油，￥200.00，已支付"
    assert said.chime == "order"


@given(
    fen=st.integers(0, 999_999_999),
    pump=st.integers(1, 99),
    grade=st.sampled_from(["G89", "G92", "G95", "G98", "D0", "DN10", "DN20", "DN35", "unknown"]),
    language=st.sampled_from(list(Language)),
)
def test_every_clip_that_is_named_was_recorded(fen: int, pump: int, grade: str, language: Language) -> None:
    with in_language(language):
        for said in (
            spoken.order(pump, grade, Money(fen)),
            spoken.order(pump, grade, Litres(fen)),
            spoken.received(Money(fen)),
            spoken.received_cash(Money(fen), Money(fen)),
            spoken.to_pay(pump, Money(fen)),
            spoken.emergency_stop(),
            spoken.order_waits(pump, urgent=True),
            spoken.nobody_came(pump),
            spoken.car_answered(pump, mine=True),
            spoken.car_answered(pump, mine=False),
            spoken.help_wanted(pump),
            spoken.help_wanted(0),
            spoken.to_counter(pump, Money(fen)),
        ):
            assert said.text
            for clip in said.clips:
                assert resource(f"sounds/{said.language}/{clip}.wav").stat().st_size > 1_000


def test_all_clips_are_of_one_form() -> None:
    for file in resource("sounds").rglob("*.wav"):
        with wave.open(str(file)) as read:
            assert (read.getframerate(), read.getnchannels(), read.getsampwidth()) == (22_050, 1, 2), file
            assert 0.1 < read.getnframes() / read.getframerate() < 5, file
