"""Receipts as ESC/POS bytes: whole ones against golden files, and the traps one by one."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.devices.printers.characters import cells, encoded, has_rare_words, printable
from core.devices.printers.encoder import drawer, job
from core.devices.printers.pictures import BAND_ROWS
from core.devices.printers.profile import PrinterProfile, profile_of
from core.devices.printers.raster import picture, raster_job
from core.devices.printers.wrapping import wrapped
from core.domain.receipt import Align, Gap, Logo, Pair, QrCode, Receipt, Rule, Text
from core.simulated.receipt_printer.decoder import read_receipt
from core.simulated.receipt_printer.receipt import Line as PrintedLine
from core.simulated.receipt_printer.receipt import Picture as PrintedPicture
from tests.conftest import ExpectLog
from tests.devices.receipts import COUNTER_SALE

GOLDEN = Path(__file__).parent / "golden"
WIDE, NARROW = profile_of(80), profile_of(58)
DRAWER = drawer(WIDE)


def lines_of(*lines: Text | Pair, profile=WIDE) -> list[str]:
    """The lines as they stand on the paper, orders taken out."""
    sent = job(Receipt(lines), profile)[len(b"\x1b@\x1c&") : -len(b"\x1bd\x02\x1dVB\x00")]
    return sent.decode("gb18030").split("\n")[:-1]


@pytest.mark.parametrize(("width", "name"), [(80, "counter_sale_80.bin"), (58, "counter_sale_58.bin")])
def test_a_counter_sale_prints_these_bytes(width: int, name: str):
    assert job(COUNTER_SALE, profile_of(width)) == (GOLDEN / name).read_bytes()


def test_a_receipt_begins_with_chinese_switched_on_and_ends_with_the_cut():
    sent = job(Receipt((Text("你好"),)), WIDE)
    assert sent == b"\x1b@\x1c&" + "你好".encode("gbk") + b"\n" + b"\x1bd\x02\x1dVB\x00"


def test_the_drawer_opens_before_the_first_line():
    sent = job(Receipt((Text("A"),), open_drawer=True), WIDE)
    assert sent.index(DRAWER) < sent.index(b"A\n")
    assert DRAWER not in job(Receipt((Text("A"),)), WIDE)


def test_the_yen_sign_becomes_the_full_width_yuan_sign():
    assert encoded(printable("¥7.81")) == b"\xa3\xa47.81"


def test_what_the_printer_has_no_glyph_for_is_a_question_mark():
    assert printable("加油😀!") == "加油?!"
    assert printable("한") == "?"


def test_a_rare_name_asks_for_a_picture_and_an_emoji_does_not():
    assert has_rare_words("䶮先生")
    assert not has_rare_words("加油😀")


def test_a_name_cannot_give_the_printer_orders():
    sent = job(Receipt((Text("茶\x1bp\x00\x19\x19\x10\x04\x01\x1dV\x00"),)), WIDE)
    assert DRAWER[:2] not in sent
    assert b"\x10" not in sent
    assert sent.count(b"\x1dV") == 1


@given(st.text())
def test_every_printable_text_is_ascii_or_pairs_of_bytes(text: str):
    for character in printable(text):
        sent = encoded(character)
        assert len(sent) == (1 if " " <= character <= "~" else 2)
        assert character.isascii() or sent[0] >= 0x81


@given(st.text(alphabet="加油站，。abc 12.¥·①", max_size=80), st.sampled_from([16, 24, 32, 48]))
def test_no_line_is_wider_than_the_paper_and_no_letter_is_lost(text: str, budget: int):
    lines = wrapped(printable(text), budget, cells)
    assert all(cells(line) <= budget for line in lines)
    assert "".join(lines).replace(" ", "") == printable(text).replace(" ", "")


def test_ambiguous_characters_are_two_cells_wide():
    assert cells("·①℃×Я") == 10


def test_chinese_breaks_between_characters_and_never_before_a_comma():
    assert wrapped("加油站加油站，再见", 12, cells) == ["加油站加油", "站，再见"]


def test_latin_words_break_at_their_spaces():
    assert wrapped("thank you very much", 12, cells) == ["thank you", "very much"]
    assert wrapped("4200001234567890", 12, cells) == ["420000123456", "7890"]


def test_a_pair_stands_at_both_edges():
    assert lines_of(Pair("现金", "￥200.00")) == ["现金" + " " * (48 - 4 - 8) + "￥200.00"]


def test_a_pair_that_is_too_long_takes_two_lines():
    first, second = lines_of(Pair("农夫山泉饮用天然水整箱二十四瓶", "￥36.00"), profile=NARROW)[:2]
    assert first == "农夫山泉饮用天然水整箱二十四瓶"
    assert second == " " * 25 + "￥36.00"


def test_large_letters_halve_the_line():
    sent = job(Receipt((Pair("应付", "￥236.00", large=True),)), NARROW)
    assert b"\x1d!\x11" + "应付    ￥236.00\n".encode("gb18030") + b"\x1d!\x00" in sent


def test_a_centred_line_is_centred_by_the_printer_and_the_next_is_not():
    sent = job(Receipt((Text("中", Align.CENTRE), Text("左"))), WIDE)
    assert b"\x1ba\x01" + "中\n".encode("gbk") + b"\x1ba\x00" + "左\n".encode("gbk") in sent


def test_a_qr_code_is_drawn_by_the_printer_itself():
    sent = job(Receipt((QrCode("油"),)), WIDE)
    stored = "油".encode()
    assert b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1" in sent
    assert b"\x1d(k" + bytes([3 + len(stored), 0]) + b"1P0" + stored + b"\x1d(k\x03\x001Q0" in sent


def test_a_long_qr_code_still_fits_the_narrow_paper():
    content = "https://station.example/" + "x" * 300
    sent = job(Receipt((QrCode(content),)), NARROW)
    module = sent[sent.index(b"1C") + 2]
    assert 2 <= module <= 5
    assert picture(Receipt((QrCode(content),)), NARROW).width == 384


@pytest.mark.parametrize(("profile", "bytes_across"), [(WIDE, 72), (NARROW, 48)])
def test_a_picture_goes_out_in_bands_that_sum_to_it(profile, bytes_across: int):
    sent = raster_job(COUNTER_SALE, profile)
    rows, at = 0, sent.index(b"\x1dv0")
    while sent[at : at + 3] == b"\x1dv0":
        across, height = (
            int.from_bytes(sent[at + 4 : at + 6], "little"),
            int.from_bytes(sent[at + 6 : at + 8], "little"),
        )
        assert across == bytes_across
        assert 0 < height <= BAND_ROWS
        rows += height
        at += 8 + across * height
    assert rows == picture(COUNTER_SALE, profile).height
    assert sent[at:] == b"\x1bd" + bytes([profile.feed_lines]) + b"\x1dVB\x00"


def test_paper_is_80_or_58_millimetres_wide():
    with pytest.raises(ValueError, match="80 or 58"):
        profile_of(76)


# --- anything at all, read back by the simulated printer's decoder, which shares no code with the encoder -----------------

WORDS = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.sampled_from("￥¥·①℃×，。：（）Яγ😀한䶮\n\t\x1b\x10\u200b\u00a0"),
    ),
    max_size=70,
)
LINES = st.one_of(
    st.builds(Text, WORDS, st.sampled_from(Align), st.booleans(), st.booleans()),
    st.builds(Pair, WORDS, WORDS, st.booleans(), st.booleans()),
    st.just(Rule()),
    st.builds(Gap, st.integers(0, 3)),
    st.builds(QrCode, st.text(alphabet="abc123:/?=&加油", min_size=1, max_size=120)),
)
RECEIPTS = st.builds(Receipt, st.lists(LINES, max_size=12).map(tuple), st.booleans())


@settings(max_examples=200, deadline=None)
@given(RECEIPTS, st.sampled_from([WIDE, NARROW]))
def test_whatever_is_on_a_receipt_another_decoder_reads_it_back_within_the_paper(
    receipt: Receipt, profile: PrinterProfile
):
    sent = job(receipt, profile)
    printed = read_receipt(sent, profile.dots)
    assert printed.errors == []  # among them: a four-byte character, half a one, a command unknown
    lines = [element for element in printed.elements if isinstance(element, PrintedLine)]
    assert all(line.dots <= profile.dots for line in lines)
    wanted = "".join(
        printable(words)
        for line in receipt.lines
        for words in (
            (line.text,)
            if isinstance(line, Text)
            else (line.left, line.right)
            if isinstance(line, Pair)
            else ()
        )
    )
    read = "".join(line.text for line in lines if set(line.text) != {"-"} or len(line.text) != profile.cells)
    assert _letters(read) == _letters(wanted)


def _letters(words: str) -> str:
    """What is read must be what was meant, but for where lines break; a rule's dashes are told apart by nobody."""
    return "".join(words.split()).replace("-", "")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.builds(Text, WORDS, st.sampled_from(Align), st.booleans(), st.booleans()), max_size=4))
def test_whatever_is_drawn_is_as_wide_as_the_paper(lines: list[Text]):
    for profile in (WIDE, NARROW):
        printed = read_receipt(raster_job(Receipt(tuple(lines)), profile), profile.dots)
        assert printed.errors == []
        assert all(
            element.width == profile.dots
            for element in printed.elements
            if isinstance(element, PrintedPicture)
        )


def test_a_logo_stands_at_the_top_and_one_that_is_no_picture_is_left_out(
    tmp_path: Path, expected_log: ExpectLog
):
    file = tmp_path / "logo.png"
    Image.new("RGBA", (300, 100), (200, 0, 0, 255)).save(file)
    receipt = Receipt((Logo(), Text("加油站")))
    for profile in (replace(WIDE, logo=file), replace(NARROW, logo=file)):
        for sent in (job(receipt, profile), raster_job(receipt, profile)):
            printed = read_receipt(sent, profile.dots)
            assert printed.errors == []
            assert any(isinstance(element, PrintedPicture) for element in printed.elements)
    assert job(receipt, WIDE) == job(Receipt((Text("加油站"),)), WIDE)
    expected_log("WARNING core.devices.printers.pictures: the logo .* cannot be drawn")
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    assert job(receipt, replace(WIDE, logo=broken)) == job(receipt, WIDE)


def test_a_qr_code_can_be_drawn_where_the_printer_draws_none():
    sent = job(Receipt((QrCode("https://station.example/i?n=1"),)), replace(NARROW, qr_as_picture=True))
    assert b"\x1d(k" not in sent
    assert read_receipt(sent, NARROW.dots).errors == []
