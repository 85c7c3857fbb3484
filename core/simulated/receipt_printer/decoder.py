"""What a printer makes of the commands: the state that modes leave, and the receipt that grows under it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from unicodedata import category

from core.simulated.receipt_printer.receipt import (
    HALF_CELL_DOTS,
    LINE_DOTS,
    Align,
    Cut,
    Feed,
    Glyph,
    Line,
    Picture,
    Pulse,
    QrCode,
    Receipt,
    Style,
    Wrong,
)
from core.simulated.receipt_printer.stream import Kind, Stream, Token

PAPER_80_DOTS = 576
PAPER_58_DOTS = 384
FONT_B_DOTS = 9
KANJI_DOTS = 24
QR_LEVELS = "LMQH"
MOST_QR_BYTES = 7089

# The code pages of ESC t that this printer has, by their Epson numbers.
CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
}


def decode(data: bytes, paper_dots: int = PAPER_80_DOTS) -> list[Line]:
    """The lines of text of one or more receipts, one after the other."""
    return read_receipt(data, paper_dots).lines


def read_receipt(data: bytes, paper_dots: int = PAPER_80_DOTS) -> Receipt:
    """Everything that the bytes put on paper, and everything that is wrong with them."""
    stream = Stream()
    head = PrintHead(paper_dots)
    head.take(stream.feed(data) + stream.end())
    head.finish()
    return head.receipt


class PrintHead:
    """Takes tokens, keeps the modes, writes the receipt."""

    def __init__(self, paper_dots: int) -> None:
        self.paper_dots = paper_dots
        self.receipt = Receipt(paper_dots)
        self._commands: dict[str, Callable[[Token], None]] = {
            "LF": self._line_feed,
            "CR": lambda _: None,
            "ESC @": lambda _: self._initialise(),
            "ESC a": self._align,
            "ESC E": self._bold,
            "ESC !": self._print_mode,
            "ESC -": self._underline,
            "ESC M": self._font,
            "ESC d": self._feed_lines,
            "ESC J": self._feed_dots,
            "ESC 2": lambda _: self._set_spacing(LINE_DOTS),
            "ESC 3": lambda token: self._set_spacing(token.values[0]),
            "ESC t": self._code_page,
            "ESC R": self._character_set,
            "ESC p": self._pulse,
            "DLE DC4": self._pulse_at_once,
            "FS &": lambda _: None,
            "FS .": lambda _: None,
            "FS !": self._kanji_mode,
            "FS S": self._kanji_spacing,
            "FS -": self._kanji_underline,
            "FS W": self._kanji_double,
            "GS !": self._size,
            "GS B": self._reverse,
            "GS V": self._cut,
            "GS ( k": self._qr,
            "GS v 0": self._raster,
        }
        self._pending: list[Glyph] = []
        self._pending_offset = 0
        self._initialise()

    def take(self, tokens: Iterable[Token]) -> None:
        for token in tokens:
            if token.kind is Kind.COMMAND:
                self._commands[token.name](token)
            elif token.kind is Kind.WRONG:
                self._wrong(token, token.name)
            elif token.kind is not Kind.STATUS_REQUEST:
                self._character(token)

    def finish(self) -> None:
        """No more bytes come: what waits in the line buffer is never printed, which is an error of the sender."""
        if self._pending:
            self.receipt.errors.append(Wrong(self._pending_offset, "text without a line feed at the end"))
            self._flush()

    def begin_receipt(self) -> None:
        self.receipt = Receipt(self.paper_dots)

    # -- modes ----------------------------------------------------------------------------------

    def _initialise(self) -> None:
        # As the printer does: what waited in the line buffer is thrown away.
        if self._pending:
            self.receipt.errors.append(Wrong(self._pending_offset, "ESC @ threw away text not yet printed"))
            self._pending = []
        self._style = Style()
        self._kanji_style = Style()
        self._font_dots = HALF_CELL_DOTS
        self._kanji_left = self._kanji_right = 0
        self._code_page_name = CODE_PAGES[0]
        self._alignment = Align.LEFT
        self._spacing = LINE_DOTS
        self._qr_module, self._qr_level, self._qr_data = 3, "L", b""

    def _align(self, token: Token) -> None:
        n = token.values[0] - 48 if token.values[0] >= 48 else token.values[0]
        if n > 2:
            self._wrong(token, f"ESC a {token.values[0]} is no alignment")
        elif self._pending:
            self._wrong(token, "ESC a counts only at the start of a line")
        else:
            self._alignment = tuple(Align)[n]

    def _bold(self, token: Token) -> None:
        bold = bool(token.values[0] & 1)
        self._both(lambda style: replace(style, bold=bold))

    def _underline(self, token: Token) -> None:
        if token.values[0] not in (0, 1, 2, 48, 49, 50):
            self._wrong(token, f"ESC - {token.values[0]} is no underline")
            return
        self._style = replace(self._style, underline=token.values[0] not in (0, 48))

    def _reverse(self, token: Token) -> None:
        reverse = bool(token.values[0] & 1)
        self._both(lambda style: replace(style, reverse=reverse))

    def _font(self, token: Token) -> None:
        if token.values[0] not in (0, 1, 48, 49):
            self._wrong(token, f"ESC M {token.values[0]} is no font")
            return
        self._font_dots = FONT_B_DOTS if token.values[0] in (1, 49) else HALF_CELL_DOTS

    def _print_mode(self, token: Token) -> None:
        n = token.values[0]
        self._font_dots = FONT_B_DOTS if n & 0x01 else HALF_CELL_DOTS
        self._style = replace(
            self._style,
            bold=bool(n & 0x08),
            height=2 if n & 0x10 else 1,
            width=2 if n & 0x20 else 1,
            underline=bool(n & 0x80),
        )
        self._kanji_style = replace(self._kanji_style, bold=bool(n & 0x08))

    def _kanji_mode(self, token: Token) -> None:
        n = token.values[0]
        if n & ~0x8C:
            self._wrong(token, f"FS ! {n:02X} sets bits that mean nothing")
        self._kanji_style = replace(
            self._kanji_style,
            width=2 if n & 0x04 else 1,
            height=2 if n & 0x08 else 1,
            underline=bool(n & 0x80),
        )

    def _kanji_underline(self, token: Token) -> None:
        self._kanji_style = replace(self._kanji_style, underline=token.values[0] not in (0, 48))

    def _kanji_double(self, token: Token) -> None:
        times = 2 if token.values[0] & 1 else 1
        self._kanji_style = replace(self._kanji_style, width=times, height=times)

    def _kanji_spacing(self, token: Token) -> None:
        self._kanji_left, self._kanji_right = token.values

    def _size(self, token: Token) -> None:
        width, height = (token.values[0] >> 4) + 1, (token.values[0] & 0x0F) + 1
        if width > 8 or height > 8:
            self._wrong(token, f"GS ! {token.values[0]:02X} is larger than 8 by 8")
            return
        self._both(lambda style: replace(style, width=width, height=height))

    def _code_page(self, token: Token) -> None:
        page = CODE_PAGES.get(token.values[0])
        if page is None:
            self._wrong(token, f"ESC t {token.values[0]} is no code page of this printer")
        else:
            self._code_page_name = page

    def _character_set(self, token: Token) -> None:
        if token.values[0] > 15:
            self._wrong(token, f"ESC R {token.values[0]} is no character set")

    def _set_spacing(self, dots: int) -> None:
        self._spacing = dots

    def _both(self, change: Callable[[Style], Style]) -> None:
        self._style = change(self._style)
        self._kanji_style = change(self._kanji_style)

    # -- what marks the paper -------------------------------------------------------------------

    def _character(self, token: Token) -> None:
        if not self._pending:
            self._pending_offset = token.offset
        if token.kind is Kind.KANJI:
            character = token.raw.decode("gb18030", errors="replace")
            if category(character) in ("Co", "Cn") or character == "\ufffd":
                self._wrong(token, f"{token.raw.hex(' ').upper()} is no character of GB18030")
            left, right = self._kanji_left, self._kanji_right
            dots = (KANJI_DOTS + left + right) * self._kanji_style.width
            self._pending.append(Glyph(character, self._kanji_style, dots, left * self._kanji_style.width))
            return
        if token.raw[0] >= 0x80:
            self._wrong(token, f"byte {token.raw[0]:02X} outside Kanji mode")
        character = token.raw.decode(self._code_page_name, errors="replace")
        self._pending.append(Glyph(character, self._style, self._font_dots * self._style.width))

    def _line_feed(self, _token: Token) -> None:
        self._flush()

    def _feed_lines(self, token: Token) -> None:
        lines = token.values[0]
        if self._pending:
            self._flush()
            lines -= 1
        if lines > 0:
            self.receipt.elements.append(Feed(lines * self._spacing))

    def _feed_dots(self, token: Token) -> None:
        if self._pending:
            self._flush()
        self.receipt.elements.append(Feed(token.values[0]))

    def _flush(self) -> None:
        line = Line(
            tuple(self._pending), self._alignment, self.paper_dots, self._spacing, self._pending_offset
        )
        self._pending = []
        self.receipt.elements.append(line)

    def _pulse(self, token: Token) -> None:
        if token.values[0] not in (0, 1, 48, 49):
            self._wrong(token, f"ESC p {token.values[0]} opens no drawer")
            return
        self.receipt.elements.append(Pulse(token.values[0] & 1))

    def _pulse_at_once(self, token: Token) -> None:
        if token.values[0] != 1 or token.values[1] > 1 or not 1 <= token.values[2] <= 8:
            self._wrong(token, f"DLE DC4 {token.values.hex(' ')} asks for nothing")
            return
        self.receipt.elements.append(Pulse(token.values[1]))

    def _cut(self, token: Token) -> None:
        mode = token.values[0]
        if mode not in (0, 1, 48, 49, 65, 66):
            self._wrong(token, f"GS V {mode} is no cut")
            return
        if self._pending:
            self._wrong(token, "a cut counts only at the start of a line")
            self._flush()
        if len(token.values) > 1 and token.values[1]:
            self.receipt.elements.append(Feed(token.values[1]))
        self.receipt.elements.append(Cut(full=mode in (0, 48, 65)))

    def _qr(self, token: Token) -> None:
        values = token.values
        if len(values) < 2 or values[0] != 49:
            self._wrong(token, "GS ( k for a code that this printer does not draw")
            return
        function, rest = values[1], values[2:]
        if function == 65 and len(rest) == 2 and rest[0] in (49, 50) and rest[1] == 0:
            return
        if function == 67 and len(rest) == 1 and 1 <= rest[0] <= 16:
            self._qr_module = rest[0]
        elif function == 69 and len(rest) == 1 and 48 <= rest[0] <= 51:
            self._qr_level = QR_LEVELS[rest[0] - 48]
        elif function == 80 and 2 <= len(rest) <= MOST_QR_BYTES + 1 and rest[0] == 48:
            self._qr_data = rest[1:]
        elif function == 81 and rest == b"0":
            self._print_qr(token)
        else:
            self._wrong(token, f"GS ( k function {function} with wrong parameters")

    def _print_qr(self, token: Token) -> None:
        if not self._qr_data:
            self._wrong(token, "a QR code is to be printed but none is stored")
            return
        if self._pending:
            self._wrong(token, "a QR code counts only at the start of a line")
            self._flush()
        code = QrCode(_qr_text(self._qr_data), self._qr_module, self._qr_level, self._alignment)
        modules = code.modules
        if not modules:
            self._wrong(token, f"{len(self._qr_data)} bytes do not fit into a QR code of level {code.level}")
            return
        dots = len(modules) * code.module_dots
        if dots > self.paper_dots:
            self._wrong(token, f"a QR code {dots} dots wide on {self.paper_dots}")
        self.receipt.elements.append(code)

    def _raster(self, token: Token) -> None:
        mode = token.values[0] & 0x0F
        width = (token.values[1] + token.values[2] * 256) * 8
        height = token.values[3] + token.values[4] * 256
        if token.values[0] not in (0, 1, 2, 3, 48, 49, 50, 51) or not width or not height:
            self._wrong(token, "GS v 0 with wrong parameters")
            return
        if self._pending:
            self._wrong(token, "a picture counts only at the start of a line")
            self._flush()
        picture = Picture(width, height, token.values[5:], self._alignment, 1 + (mode & 1), 1 + (mode >> 1))
        if picture.width * picture.scale_x > self.paper_dots:
            self._wrong(token, f"a picture {picture.width * picture.scale_x} dots wide on {self.paper_dots}")
        self.receipt.elements.append(picture)

    def _wrong(self, token: Token, message: str) -> None:
        self.receipt.errors.append(Wrong(token.offset, message))


def _qr_text(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
