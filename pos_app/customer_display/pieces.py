"""Words, lines and a code of the customer's screen, each drawn as large as that screen allows."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.qt import theme
from core.qt.widgets.labels import LEFT, RIGHT
from core.wording.catalogue import _
from pos_app.customer_display.showing import ShownLine

_QUIET_MODULES = 4
_SMALLEST = 0.45  # so far a text shrinks before it is cut


def font_of(pixels: float, *, bold: bool = False) -> QFont:
    """The typeface at so many pixels, whatever the till's own scale is."""
    font = theme.current().font("body", bold)
    font.setPixelSize(max(8, round(pixels)))
    return font


class Shown(QWidget):
    """One line of words, smaller where there is no room and cut only then. `scale` comes from the size of the screen."""

    def __init__(
        self,
        name: str,
        pixels: int,
        *,
        bold: bool = False,
        colour: str = "text",
        align: Qt.AlignmentFlag = LEFT,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._pixels = pixels
        self._bold = bold
        self._colour = colour
        self._align = align
        self._scale = 1.0
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What stands there."""
        return self._text

    def say(self, text: str, *, room: bool = False) -> None:
        """Other words; without any it takes no room unless `room` is kept."""
        if text != self._text:
            self._text = text
            self.update()
        self.setVisible(bool(text) or room)

    def set_scale(self, scale: float) -> None:
        """As large as this."""
        if scale != self._scale:
            self._scale = scale
            self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """One line high."""
        return QSize(0, round(self._pixels * self._scale * 1.4))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The words."""
        painter = QPainter(self)
        painter.setPen(theme.current().colour(self._colour))
        pixels = self._pixels * self._scale
        font = font_of(pixels, bold=self._bold)
        wanted = QFontMetrics(font).horizontalAdvance(self._text)
        if wanted > self.width():
            font = font_of(pixels * max(_SMALLEST, self.width() / wanted * 0.95), bold=self._bold)
        painter.setFont(font)
        cut = QFontMetrics(font).elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self._align), cut)
        painter.end()


class LinesList(QWidget):
    """The bill's lines and what was taken off; where there are too many, the newest ones."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("customer_lines")
        self._lines: Sequence[ShownLine] = ()
        self._taken_off: Sequence[tuple[str, str]] = ()
        self._scale = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_lines(self, lines: Sequence[ShownLine], taken_off: Sequence[tuple[str, str]]) -> None:
        """These."""
        if (lines, taken_off) != (self._lines, self._taken_off):
            self._lines, self._taken_off = lines, taken_off
            self.update()

    def set_scale(self, scale: float) -> None:
        """As large as this."""
        self._scale = scale
        self.update()

    def room_for(self) -> int:
        """How many lines fit beside what was taken off."""
        free = self.height() - len(self._taken_off) * self._off_height - self._scale * 12
        return max(1, int(free // self._line_height))

    @property
    def _line_height(self) -> float:
        return 74 * self._scale

    @property
    def _off_height(self) -> float:
        return 42 * self._scale

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """From above: how many are not shown, the lines, what came off."""
        painter = QPainter(self)
        top, fit = 0.0, self.room_for()
        lines = self._lines
        if len(lines) > fit:
            shown = max(1, fit - 1)
            words = _("… and {count} more lines before").format(count=len(lines) - shown)
            self._write(painter, (words, ""), top, self._line_height, 22, "quiet")
            top += self._line_height
            lines = lines[-shown:]
        for line in lines:
            self._draw(painter, line, top)
            top += self._line_height
        top += self._scale * 12
        for words, amount in self._taken_off:
            self._write(painter, (words, amount), top, self._off_height, 26, "green")
            top += self._off_height
        painter.end()

    def _draw(self, painter: QPainter, line: ShownLine, top: float) -> None:
        height = self._line_height
        painter.fillRect(
            QRectF(0, top + height - 1, self.width(), 1), QColor(theme.current().colour("sunken"))
        )
        if line.how:
            upper = height * 0.56
            self._write(painter, (line.what, line.amount), top, upper, 30, "text")
            self._write(painter, (line.how, ""), top + upper, height - upper - 6 * self._scale, 21, "quiet")
        else:
            self._write(painter, (line.what, line.amount), top, height, 30, "text")

    def _write(  # noqa: PLR0917  All of them are where and how.
        self,
        painter: QPainter,
        words: tuple[str, str],
        top: float,
        height: float,
        pixels: int,
        colour: str,
    ) -> None:
        left, right = words
        font = font_of(pixels * self._scale)
        painter.setFont(font)
        painter.setPen(theme.current().colour(colour))
        metrics = QFontMetrics(font)
        box = QRect(0, round(top), self.width(), round(height))
        amount_width = metrics.horizontalAdvance(right)
        room = self.width() - amount_width - (round(24 * self._scale) if right else 0)
        painter.drawText(box, int(RIGHT), right)
        painter.drawText(box, int(LEFT), metrics.elidedText(left, Qt.TextElideMode.ElideRight, room))


class CodePicture(QWidget):
    """One QR code, black on white in either theme, every module the same whole number of pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("customer_qr")
        self._content = ""
        self._modules: tuple[bytes, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def content(self) -> str:
        """What the code says."""
        return self._content

    def show_content(self, content: str) -> None:
        """The code of this text; none for an empty one."""
        if content == self._content:
            return
        self._content = content
        self._modules = _modules(content) if content else ()
        self.update()

    @property
    def module(self) -> int:
        """Pixels of one module at this size; 0 while there is no code."""
        count = len(self._modules) + 2 * _QUIET_MODULES
        return min(self.width(), self.height()) // count if self._modules else 0

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The modules in their quiet zone, in the middle."""
        module = self.module
        if not module:
            return
        side = module * (len(self._modules) + 2 * _QUIET_MODULES)
        left, top = (self.width() - side) // 2, (self.height() - side) // 2
        painter = QPainter(self)
        painter.fillRect(left, top, side, side, QColor(255, 255, 255))
        black = QColor(0, 0, 0)
        for row, dots in enumerate(self._modules, _QUIET_MODULES):
            for column, dark in enumerate(dots, _QUIET_MODULES):
                if dark:
                    painter.fillRect(left + column * module, top + row * module, module, module, black)
        painter.end()


def _modules(content: str) -> tuple[bytes, ...]:
    # Loaded when the first code is shown: most tills never show one.
    import segno

    return tuple(bytes(row) for row in segno.make_qr(content, error="m").matrix)
