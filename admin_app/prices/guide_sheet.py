"""The highest prices that the province allows, keyed by hand from its notice: one field for each grade."""

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QWidget

from admin_app.prices.board import Board
from admin_app.prices.typed_price import PATTERN, price_of
from core.domain.ids import GradeCode
from core.domain.price import UnitPrice
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.labels import RIGHT, Words
from core.qt.widgets.layers import Sheet
from core.wording import formats, names
from core.wording.catalogue import _


class GuideSheet(Sheet):
    """Signals: agreed(dict of grades and prices)."""

    agreed = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("Guide prices"), "price_guide_sheet", width=640)
        self._fields: dict[GradeCode, CodeEdit] = {}
        self._since = Words("", "quiet", name="price_guide_since", wrap=True)
        self._grid = QGridLayout()
        self.keep = BusyButton(_("Keep them"), "price_guide_keep", key="Return", role="primary")
        self.keep.clicked.connect(self._kept)
        self.body.addWidget(
            Words(_("The highest retail price in the province's notice, yuan per litre."), wrap=True)
        )
        self.body.addLayout(self._grid)
        self.body.addWidget(self._since)
        self.body.addWidget(self.keep)

    @property
    def first(self) -> QWidget:
        """Where typing begins."""
        return next(iter(self._fields.values()), self.keep)

    def begin(self, board: Board) -> None:
        """A field for each grade, with what is known."""
        if not self._fields:
            for row, grade in enumerate(board.grades):
                field = CodeEdit(f"price_guide_{grade}", "0.00")
                field.setValidator(QRegularExpressionValidator(QRegularExpression(PATTERN), field))
                field.setAlignment(RIGHT)
                field.textChanged.connect(self._check)
                self._grid.addWidget(Words(names.grade(grade)), row, 0)
                self._grid.addWidget(field, row, 1)
                self._grid.addWidget(Words(_("yuan/L"), "quiet"), row, 2)
                self._fields[grade] = field
        known = {**board.guides, **board.guides_tonight}
        for grade, field in self._fields.items():
            price = known.get(grade)
            field.setText(formats.unit_price_without_unit(price) if price else "")
        tonight = board.reminder is not None and board.reminder.window.is_today(board.reminder.today)
        self._since.setText(
            _("They hold from 24:00 tonight. A price above them then needs a second person.")
            if tonight
            else _("They hold from now on. A price above them needs a second person.")
        )
        self._check()

    def _typed(self) -> dict[GradeCode, UnitPrice]:
        typed = {grade: price_of(field.text()) for grade, field in self._fields.items()}
        return {grade: price for grade, price in typed.items() if price is not None}

    def _check(self) -> None:
        self.keep.set_reason("" if self._typed() else _("Type the new price in yuan per litre."))

    def _kept(self) -> None:
        typed = self._typed()
        if typed:
            self.agreed.emit(typed)
