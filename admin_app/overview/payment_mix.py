"""What the day's money came in as: one row a way to pay, a bar, the amount and its share."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.domain.money import Money, half_up, total
from core.domain.report import TenderFigure
from core.qt import theme
from core.qt.widgets.labels import LEFT, RIGHT
from core.wording import formats, names
from core.wording.catalogue import _


@dataclass(frozen=True, slots=True)
class Share:
    """One row."""

    words: str
    amount: Money


def shares(tenders: Sequence[TenderFigure], online: Money) -> tuple[Share, ...]:
    """The rows, largest first."""
    rows = [Share(names.tender(figure.tender), figure.amount) for figure in tenders if figure.amount]
    if online:
        rows.append(Share(_("Paid online"), online))
    return tuple(sorted(rows, key=lambda row: -row.amount.fen))


class PaymentMix(QWidget):
    """Paints the rows."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: tuple[Share, ...] = ()

    def show_shares(self, rows: tuple[Share, ...]) -> None:
        """Paint these."""
        self._rows = rows
        self.setAccessibleDescription("; ".join(f"{row.words} {formats.money(row.amount)}" for row in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """One line a row; the room of four is kept so that the screen does not jump."""
        return QSize(theme.current().px(280), theme.current().px(34) * max(4, len(self._rows)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The same height."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """Words, bar, amount, share."""
        wearing = theme.current()
        painter = QPainter(self)
        painter.setFont(wearing.font("body"))
        if not self._rows:
            painter.setPen(wearing.colour("quiet"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _("No money has come in yet today."))
            painter.end()
            return
        line = wearing.px(34)
        whole = total(row.amount for row in self._rows)
        most = max(row.amount.fen for row in self._rows)
        metrics = painter.fontMetrics()
        words_wide = max(metrics.horizontalAdvance(row.words) for row in self._rows) + wearing.px(12)
        amount_wide = max(metrics.horizontalAdvance(formats.money(row.amount)) for row in self._rows)
        percent_wide = metrics.horizontalAdvance("100.0%") + wearing.px(12)
        bar_wide = self.width() - words_wide - amount_wide - percent_wide - wearing.px(12)
        for number, row in enumerate(self._rows):
            top = line * number
            painter.setPen(wearing.colour("text"))
            painter.drawText(QRectF(0, top, words_wide, line), int(LEFT.value), row.words)
            if bar_wide > 0 and most > 0:
                high = wearing.px(12)
                bar = QRectF(words_wide, top + (line - high) / 2, bar_wide * row.amount.fen / most, high)
                painter.fillRect(bar, wearing.colour("chart_1"))
            amount_box = QRectF(self.width() - percent_wide - amount_wide, top, amount_wide, line)
            painter.drawText(amount_box, int(RIGHT.value), formats.money(row.amount))
            painter.setPen(wearing.colour("quiet"))
            share = half_up(row.amount.fen * 1_000, whole.fen) if whole else 0
            percent_box = QRectF(self.width() - percent_wide, top, percent_wide, line)
            painter.drawText(percent_box, int(RIGHT.value), f"{share // 10}.{share % 10}%")
        painter.end()
