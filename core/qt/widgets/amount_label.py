"""A big amount: right-aligned, figures of one width, in a smaller type where it would not fit."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.domain.money import Money
from core.qt import theme
from core.qt.widgets.labels import RIGHT, RunningWords
from core.wording import formats


class AmountLabel(RunningWords):
    """Money as the largest thing around. An eight-digit amount shrinks rather than being cut."""

    def __init__(self, type: str = "due", name: str = "", parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__("", type, name=name, align=RIGHT, parent=parent)
        self._type = type
        self._fitted: tuple[object, QFont] | None = None  # the typeface, and what it was chosen for
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_amount(Money(0))

    def show_amount(self, amount: Money) -> None:
        """With ￥, thousands and two decimals."""
        self.setText(formats.money(amount))

    def run_on_to(self, amount: Money, ground: QColor) -> None:
        """The same while it runs, on this ground."""
        self.run_on(formats.money(amount), ground)

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
        self.paint_ground(painter)
        painter.setFont(self._font_that_fits())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment().value), self.text())
        painter.end()

    def _font_that_fits(self) -> QFont:
        """Figures are all of one width: an amount of as many letters needs as much room."""
        wearing = theme.current()
        wanted = (id(wearing), wearing.scale, self.width(), len(self.text()))
        if self._fitted is None or self._fitted[0] != wanted:
            font = wearing.font(self._type, bold=True)
            while QFontMetrics(font).horizontalAdvance(self.text()) > self.width() and font.pixelSize() > 16:
                font.setPixelSize(font.pixelSize() - 2)
            self._fitted = wanted, font
        return self._fitted[1]
