"""Receipt to ESC/POS bytes; pure."""

from core.devices.printers.characters import cells, encoded, printable
from core.devices.printers.pictures import bands, logo, qr_module, qr_picture
from core.devices.printers.profile import PrinterProfile
from core.devices.printers.wrapping import paired, wrapped
from core.domain.receipt import Align, Gap, Logo, Pair, QrCode, Receipt, ReceiptLine, Rule, Text

INITIALISE = b"\x1b@"
CHINESE_ON = b"\x1c&"
_PULSE = b"\x32\x32"  # 100 ms on, 100 ms off
_PINS = {2: b"\x00", 5: b"\x01"}
_BOLD = {True: b"\x1bE\x01", False: b"\x1bE\x00"}
_LARGE = {True: b"\x1d!\x11", False: b"\x1d!\x00"}
_ALIGN = {Align.LEFT: b"\x1ba\x00", Align.CENTRE: b"\x1ba\x01", Align.RIGHT: b"\x1ba\x02"}
_CUT = b"\x1dVB\x00"  # to the cutter's place, then cut


def job(receipt: Receipt, profile: PrinterProfile) -> bytes:
    """The whole receipt: drawer first, so that it opens while the paper still runs; cut at the end."""
    words = b"".join(_line(line, profile) for line in receipt.lines)
    return opening(receipt, profile) + words + closing(profile)


def opening(receipt: Receipt, profile: PrinterProfile) -> bytes:
    """What goes before the first line of every receipt."""
    return INITIALISE + CHINESE_ON + (drawer(profile) if receipt.open_drawer else b"")


def drawer(profile: PrinterProfile) -> bytes:
    """Open the drawer, in its turn."""
    return b"\x1bp" + _PINS[profile.drawer_pin] + _PULSE


def drawer_at_once(profile: PrinterProfile) -> bytes:
    """Open the drawer, past all that waits in the printer: DLE DC4 is heard without paper too."""
    return b"\x10\x14\x01" + _PINS[profile.drawer_pin] + b"\x01"


def closing(profile: PrinterProfile) -> bytes:
    """What goes after its last."""
    return b"\x1bd" + bytes([profile.feed_lines]) + _CUT


def _line(line: ReceiptLine, profile: PrinterProfile) -> bytes:
    match line:
        case Text(text, align, bold, large):
            lines = [encoded(each) for each in wrapped(printable(text), _budget(profile, large), cells)]
            return _dressed(b"".join(each + b"\n" for each in lines), align, bold=bold, large=large)
        case Pair(left, right, bold, large):
            budget = _budget(profile, large)
            pairs = paired(printable(left), printable(right), budget, cells)
            spread = b"".join(encoded(_spread(each, budget)) + b"\n" for each in pairs)
            return _dressed(spread, Align.LEFT, bold=bold, large=large)
        case Rule():
            return b"-" * profile.cells + b"\n"
        case QrCode(content):
            return _qr_code(content, profile)
        case Logo():
            drawn = logo(profile)
            return b"" if drawn is None else b"".join(bands(drawn))
        case Gap(lines_):
            return b"\n" * max(0, lines_)


def _qr_code(content: str, profile: PrinterProfile) -> bytes:
    if profile.qr_as_picture:
        return b"".join(bands(qr_picture(content, profile)))
    return _ALIGN[Align.CENTRE] + _qr(content, profile) + b"\n" + _ALIGN[Align.LEFT]


def _budget(profile: PrinterProfile, large: bool) -> int:
    return profile.cells // 2 if large else profile.cells


def _spread(pair: tuple[str, str], budget: int) -> str:
    left, right = pair
    return left + " " * (budget - cells(left) - cells(right)) + right if right else left


def _dressed(words: bytes, align: Align, *, bold: bool, large: bool) -> bytes:
    before = (b"" if align is Align.LEFT else _ALIGN[align]) + (_BOLD[True] if bold else b"")
    after = (_BOLD[False] if bold else b"") + (b"" if align is Align.LEFT else _ALIGN[Align.LEFT])
    if large:
        before, after = before + _LARGE[True], _LARGE[False] + after
    return before + words + after


def _qr(content: str, profile: PrinterProfile) -> bytes:
    stored = content.encode()
    return (
        _symbol(b"1A2\x00")  # model 2
        + _symbol(b"1C" + bytes([qr_module(content, profile)]))
        + _symbol(b"1E1")  # error correction M
        + _symbol(b"1P0" + stored)
        + _symbol(b"1Q0")
    )


def _symbol(function: bytes) -> bytes:
    return b"\x1d(k" + len(function).to_bytes(2, "little") + function
