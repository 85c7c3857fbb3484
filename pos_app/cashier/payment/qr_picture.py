"""A QR code as a picture, black on white in either theme: that is what phones read."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_QUIET_MODULES = 4


class QrPicture(QWidget):
    """Draws whole modules only, so that every edge is sharp."""

    def __init__(self, name: str, side: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self._side = side
        self._content = ""
        self._modules: tuple[bytes, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_content(self, content: str) -> None:
        """The code of this text; none for an empty one."""
        if content == self._content:
            return
        self._content = content
        self._modules = _modules(content) if content else ()
        self.setVisible(bool(content))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """A square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The modules in their quiet zone."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if self._modules:
            count = len(self._modules) + 2 * _QUIET_MODULES
            module = max(1, self._side // count)
            start = (self._side - module * len(self._modules)) // 2
            for row, dots in enumerate(self._modules):
                for column, dark in enumerate(dots):
                    if dark:
                        left, top = start + column * module, start + row * module
                        painter.fillRect(left, top, module, module, QColor(0, 0, 0))
        painter.end()


def _modules(content: str) -> tuple[bytes, ...]:
    # Loaded when the first code is shown: most tills never show one.
    import segno

    return tuple(bytes(row) for row in segno.make_qr(content, error="m").matrix)
