"""A big amount: right-aligned, figures of one width, in a smaller type where it would not fit."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.domain.money import Money
from core.qt import theme
from core.qt.widgets.labels import RIGHT, Words
from core.wording import formats


class AmountLabel(Words):
    """Money as the largest thing around. An eight-digit amount shrinks rather than being cut."""

    def __init__(self, type: str = "due", name: str = "", parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__("", type, name=name, align=RIGHT, parent=parent)
        self._type = type
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_amount(Money(0))

    def show_amount(self, amount: Money) -> None:
        """With ￥, thousands and two decimals."""
        self.setText(formats.money(amount))

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """One line of its type, whatever the amount: the screen must not jump."""
        font = theme.current().font(self._type, bold=True)
        return QSize(theme.current().px(120), round(font.pixelSize() * 1.3))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """As high; narrower, because it shrinks."""
        return QSize(theme.current().px(64), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The amount at the largest size that fits."""
        painter = QPainter(self)
        font = theme.current().font(self._type, bold=True)
        painter.setFont(font)
        while painter.fontMetrics().horizontalAdvance(self.text()) > self.width() and font.pixelSize() > 16:
            font.setPixelSize(font.pixelSize() - 2)
            painter.setFont(font)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment().value), self.text())
        painter.end()
