"""The decoder: text, sizes, widths, codes, pictures, and every byte that should not be there."""

import pytest

from core.simulated.receipt_printer.decoder import decode, read_receipt
from core.simulated.receipt_printer.receipt import Picture
from core.simulated.receipt_printer.report import plain_receipt
from core.simulated.receipt_printer.stream import Stream

INIT = b"\x1b@"
CUT = b"\x1dV\x00"


def kanji(text):
    return b"\x1c&" + text.encode("gb18030") + b"\x1c."


def qr(content, module=6):
    length = len(content) + 3
    return (
        b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C"
        + bytes([module])
        + b"\x1d(k\x03\x001E1"
        + b"\x1d(k"
        + bytes([length % 256, length // 256])
        + b"1P0"
        + content
        + b"\x1d(k\x03\x001Q0"
    )


def errors(data, paper_dots=576):
    return [(wrong.offset, wrong.message) for wrong in read_receipt(data, paper_dots).errors]


def test_chinese_in_kanji_mode_is_read_as_gb18030():
    lines = decode(INIT + kanji("城西加油站 92#汽油 ￥200.00") + b"\nplain\n")
    assert [line.text for line in lines] == ["城西加油站 92#汽油 ￥200.00", "plain"]
    assert lines[0].width_half_cells == 10 + 1 + 3 + 4 + 1 + 2 + 6


def test_modes_last_until_they_are_changed():
    lines = decode(
        INIT
        + b"\x1ba\x01\x1bE\x01\x1d!\x11"
        + kanji("大")
        + b"A\n"
        + b"\x1ba\x02\x1bE\x00\x1d!\x00B\n"
        + INIT
        + b"C\n"
    )
    assert [(line.align.value, line.size) for line in lines] == [
        ("centre", (2, 2)),
        ("right", (1, 1)),
        ("left", (1, 1)),
    ]
    assert [glyph.style.bold for glyph in lines[0].glyphs] == [True, True]
    assert lines[0].width_half_cells == 6


def test_print_mode_is_for_latin_and_kanji_mode_for_chinese():
    latin, han, both = decode(
        INIT
        + b"\x1b!\x30a"
        + kanji("大")
        + b"\n"
        + b"\x1b!\x00\x1c!\x0ca"
        + kanji("大")
        + b"\n\x1c!\x00\x1b-\x01\x1dB\x01x\n"
    )
    assert [(g.style.width, g.style.height, g.dots) for g in latin.glyphs] == [(2, 2, 24), (1, 1, 24)]
    assert [(g.style.width, g.style.height, g.dots) for g in han.glyphs] == [(1, 1, 12), (2, 2, 48)]
    assert (both.glyphs[0].style.underline, both.glyphs[0].style.reverse) == (True, True)


def test_spacing_between_chinese_characters_takes_room():
    (line,) = decode(INIT + b"\x1cS\x02\x04" + kanji("油站") + b"\n")
    assert line.dots == 60


@pytest.mark.parametrize(
    ("text", "paper_dots", "overflow", "rows"),
    [
        ("油" * 24, 576, False, 1),
        ("油" * 25, 576, True, 2),
        ("油" * 16 + "1", 384, True, 2),
        ("1" * 48, 576, False, 1),
    ],
)
def test_a_line_too_wide_for_the_paper_is_flagged(text, paper_dots, overflow, rows):
    (line,) = decode(INIT + kanji(text) + b"\n", paper_dots)
    assert (line.overflow, len(line.rows), line.text) == (overflow, rows, text)


def test_a_character_of_two_bytes_is_never_split_at_the_edge():
    (line,) = decode(INIT + b"1" * 47 + kanji("油") + b"\n")
    assert ["".join(glyph.character for glyph in row) for row in line.rows] == ["1" * 47, "油"]


def test_a_qr_code_keeps_its_words_and_its_place():
    receipt = read_receipt(INIT + b"\x1ba\x01" + qr("https://例.cn/开票?n=1".encode()) + CUT)
    (code,) = receipt.qr_codes
    assert (code.content, code.module_dots, code.level) == ("https://例.cn/开票?n=1", 6, "M")
    assert code.align.value == "centre"
    assert receipt.errors == []


def test_a_picture_swallows_its_own_bytes_whatever_they_look_like():
    bits = b"\x1b@\x10\x04\x01\x1dV\x00" + bytes(8)
    receipt = read_receipt(INIT + b"\x1dv0\x00\x02\x00\x08\x00" + bits + b"ok\n")
    picture = receipt.elements[0]
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height, picture.bits) == (16, 8, bits)
    assert receipt.lines[0].text == "ok"
    assert receipt.errors == []


def test_cuts_feeds_and_pulses():
    plain = plain_receipt(read_receipt(INIT + b"a\n\x1bd\x03\x1bp\x00\x19\xfa\x1dVB\x20"))
    assert [element["kind"] for element in plain["elements"]] == ["line", "feed", "pulse", "feed", "cut"]
    assert (plain["cut"], plain["drawer_pulses"], plain["elements"][-1]["full"]) == (True, 1, False)


@pytest.mark.parametrize(
    ("data", "offset", "words"),
    [
        (b"ab\x1bZ\n", 2, "unknown command ESC Z"),
        (b"\x1dk\x04\n", 0, "unknown command GS k"),
        (b"\x1c?\n", 0, "unknown command FS ?"),
        (b"\x10\x05\n", 0, "unknown command DLE 05"),
        (b"\t\n", 0, "control byte 09"),
        ("油\n".encode("gb18030"), 0, "byte D3 outside Kanji mode"),
        (b"\x1c&\xd3\n", 2, "half a character"),
        (b"\x1c&" + "¥".encode("gb18030") + b"\n", 2, "four-byte character"),
        (b"\x1c&\xff\n", 2, "begins no character"),
        (b"\x1c&\xaa\xa1\x1c.\n", 2, "no character of GB18030"),
        (b"\x1ba\x05\n", 0, "no alignment"),
        (b"a\x1ba\x01\n", 1, "start of a line"),
        (b"\x1d!\x88\n", 0, "larger than 8 by 8"),
        (b"\x1bt\xff\n", 0, "no code page"),
        (b"a\x1dV\x00", 1, "a cut counts only"),
        (b"\x1dV\x09", 0, "no cut"),
        (b"\x1d(k\x03\x001Q0", 0, "none is stored"),
        (b"\x1d(k\x03\x001C\x20", 0, "wrong parameters"),
        (b"\x1dv0\x00\x49\x00\x01\x00" + bytes(73), 0, "584 dots wide on 576"),
        (qr(b"x" * 2400), 2433, "do not fit"),
        (qr(b"x" * 300, module=16), 333, "dots wide on 576"),
        (b"\x1bp\x05\x01\x01\n", 0, "opens no drawer"),
        (b"text", 0, "without a line feed"),
        (b"text\x1b@\n", 0, "threw away"),
        (b"\x1d(k\x09\x00", 0, "ends inside a command"),
        (b"\x10\x04\x09\n", 0, "asks for nothing"),
    ],
)
def test_what_a_printer_would_stumble_over_is_told_with_its_place(data, offset, words):
    found = errors(data)
    assert found
    assert found[0][0] == offset
    assert words in found[0][1]


def test_the_bytes_may_come_one_by_one():
    data = INIT + kanji("油站") + b"\n" + qr(b"x") + b"\x1dv0\x00\x01\x00\x02\x00\x0f\xf0" + CUT
    whole = Stream().feed(data)
    stream = Stream()
    assert [token for byte in data for token in stream.feed(bytes([byte]))] == whole
    assert stream.end() == []


def test_every_character_of_gb2312_comes_back():
    rows = [
        "".join(bytes([high, low]).decode("gb2312") for low in range(0xA1, 0xFF))
        for high in range(0xB0, 0xD7)
    ]
    lines = decode(INIT + b"".join(kanji(row) + b"\n" for row in rows))
    assert [line.text for line in lines] == rows
