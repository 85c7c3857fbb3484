"""A QR code, drawn sharp at whatever size there is; dark on light in every theme, as cameras want it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.qt import theme

_BORDER = 4  # modules of light around it, as the standard asks


class QrPicture(QWidget):
    """Shows one code; nothing while there is none."""

    def __init__(self, name: str, pixels: int = 240) -> None:
        super().__init__()
        self.setObjectName(name)
        self._side = theme.current().px(pixels)
        self._rows: tuple[tuple[bool, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_code(self, content: str) -> None:
        """This one; empty for none."""
        # Loaded when a code is first shown: most days none is.
        import segno

        self._rows = (
            tuple(tuple(bool(dark) for dark in row) for row in segno.make_qr(content, error="m").matrix)
            if content
            else ()
        )
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """Whole pixels a module, in the middle."""
        if not self._rows:
            return
        modules = len(self._rows) + 2 * _BORDER
        size = min(self.width(), self.height()) // modules
        left = (self.width() - size * modules) // 2
        top = (self.height() - size * modules) // 2
        painter = QPainter(self)
        painter.fillRect(left, top, size * modules, size * modules, QColor(Qt.GlobalColor.white))
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    at = left + (x + _BORDER) * size, top + (y + _BORDER) * size
                    painter.fillRect(*at, size, size, QColor(Qt.GlobalColor.black))
        painter.end()
