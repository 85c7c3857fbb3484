"""The bill's lines: what, how much, and what it costs, each with a second line below."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.domain.sale_line import SaleLine
from core.qt import theme
from core.qt.row_table import ROW_ROLE, Column, RowTable, RowTableView
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.words import line_title


def quantity_of(line: SaleLine) -> str:
    """How much of it."""
    if line.prepay is not None:
        return _("prepaid")
    if line.overrun is not None:
        return _("overrun")
    return formats.litres(line.volume) if line.fill is not None else f"× {line.quantity}"


def price_of(line: SaleLine) -> str:
    """What one litre or piece costs."""
    if line.stands_apart:
        return ""
    if line.fill is not None:
        return formats.unit_price(line.fuel_price) if line.fuel_price is not None else ""
    if line.listed_price is not None:
        return _("{price} instead of {listed}").format(
            price=formats.money(line.piece_price), listed=formats.money(line.listed_price)
        )
    return formats.money(line.piece_price)


def discount_of(line: SaleLine) -> str:
    """What was taken off, or nothing."""
    return formats.money_without_sign(-line.discount) if line.discount else ""


_SECOND = (price_of, lambda _line: "", discount_of)


def basket_model() -> RowTable[SaleLine]:
    """The lines as a table."""
    return RowTable(
        (
            Column(_("What"), line_title),
            Column(_("Quantity"), quantity_of, figures=True, width=104),
            Column(
                _("Yuan"),
                lambda line: formats.money_without_sign(line.gross),
                figures=True,
                bold=True,
                width=136,
            ),
        ),
        key=lambda line: line.id,
    )


class BasketView(RowTableView):
    """The table as it shows on the counter: `bill_table`."""

    def __init__(self, model: RowTable[SaleLine]) -> None:
        super().__init__(model, "bill_table")
        self.setItemDelegate(_TwoLines(self))
        self.verticalHeader().setDefaultSectionSize(theme.current().px(56))
        self.setFocusPolicy(
            Qt.FocusPolicy.NoFocus
        )  # The scan box keeps the focus; arrows come from the screen.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class _TwoLines(QStyledItemDelegate):
    """Paints a cell's words and, smaller below, its second line."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        wearing = theme.current()
        line: SaleLine = index.data(ROW_ROLE)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, wearing.colour("blue_soft"))
        painter.save()
        painter.setPen(wearing.colour("sunken"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        rect = option.rect.adjusted(wearing.px(8), wearing.px(6), -wearing.px(8), -wearing.px(6))
        column = index.column()
        second = _SECOND[column](line)
        first_rect = QRect(rect)
        if second:
            first_rect.setHeight(rect.height() * 11 // 20)
        side = int(index.data(Qt.ItemDataRole.TextAlignmentRole).value)
        self._write(painter, first_rect, str(index.data()), side, ("body", "text", column != 1))
        if second:
            second_rect = rect.adjusted(0, first_rect.height(), 0, 0)
            self._write(
                painter, second_rect, second, side, ("caption", "green" if column == 2 else "quiet", False)
            )
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802  Qt's name.
        return QSize(theme.current().px(80), theme.current().px(56))

    @staticmethod
    def _write(painter: QPainter, rect: QRect, text: str, side: int, look: tuple[str, str, bool]) -> None:
        size, colour, bold = look
        wearing = theme.current()
        painter.setFont(wearing.font(size, bold=bold))
        painter.setPen(wearing.colour(colour))
        painter.drawText(rect, side, wearing.elided(size, bold, text, rect.width()))
