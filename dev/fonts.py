"""Cuts the bundled typeface down to what a station writes; resources/fonts/README.md says how it is called.

Runs in the virtual environment, for fontTools.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.reorderGlyphs import reorderGlyphs

from dev.places import LOCALES, PROJECT
from dev.telling import tell

FOLDER = PROJECT / "resources" / "fonts"
_WEIGHTS = {"400Regular": "NotoSansSC-Regular.ttf", "700Bold": "NotoSansSC-Bold.ttf"}
# Latin with accents, punctuation, currencies, letter-like, numbers in circles, arrows, mathematics, technical, frames,
# shapes, symbols, dingbats, Chinese punctuation, bracketed and squared, full-width forms.
_BLOCKS = (
    (0x20, 0x17F),
    (0x2000, 0x206F),
    (0x20A0, 0x20CF),
    (0x2100, 0x27BF),
    (0x2E80, 0x303F),
    (0x3200, 0x33FF),
    (0xFE10, 0xFE4F),
    (0xFF00, 0xFFEF),
)
# Of the first extension, what the state's table of standard characters (2013) has: people and places are called so.
_RARE_BUT_STANDARD = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖"
    "䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)


def characters() -> set[int]:
    """Every character of one or two bytes in GB 18030, what is rarer but in today's names, and the symbols around them."""
    wanted = {character for first, last in _BLOCKS for character in range(first, last + 1)}
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            text = bytes((lead, trail)).decode("gb18030", errors="ignore")
            wanted.update(map(ord, text))
    # Beyond the first plane the face has only characters that are in use, so all of them come along.
    return wanted | set(map(ord, _RARE_BUT_STANDARD)) | set(range(0x20000, 0x323B0))


def put_first_what_is_shown(font: TTFont) -> None:
    """Let the outlines of what every screen shows lie beside each other.

    A typeface is mapped, and what is touched of it is in memory with the 64 KB around it: scattered, the outlines of a
    few hundred characters were half of both files, 9 MB of a till's memory.
    """
    shown = {
        ord(letter) for words in LOCALES.glob("*/LC_MESSAGES/*.po") for letter in words.read_text("utf-8")
    }
    names = font.getBestCmap()
    first = [
        ".notdef",
        *(names[character] for character in sorted(shown | set(range(0x20, 0x180))) if character in names),
    ]
    reorderGlyphs(font, list(dict.fromkeys([*first, *font.getGlyphOrder()])))


def main() -> int:
    """Cut each weight out of the unpacked npm package named on the command line."""
    package = Path(sys.argv[1])
    options = subset.Options(
        hinting=False, glyph_names=False, name_IDs=["*"], layout_features=["ccmp", "locl", "liga", "kern"]
    )
    for weight, name in _WEIGHTS.items():
        font = subset.load_font(str(package / weight / f"NotoSansSC_{weight}.ttf"), options)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=characters())
        cutter.subset(font)
        put_first_what_is_shown(font)
        subset.save_font(font, str(FOLDER / name), options)
        size = (FOLDER / name).stat().st_size
        tell(
            f"{name}: {len(font.getBestCmap())} characters, {size} bytes",
            f"{name}:{len(font.getBestCmap())} 个字符,{size} 字节",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
