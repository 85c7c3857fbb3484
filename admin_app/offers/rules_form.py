"""Floor prices and the rules for bills."""

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from admin_app.offers.presenter import OffersState
from admin_app.panels import form
from admin_app.prices.typed_price import PATTERN
from core.domain.ids import GradeCode
from core.domain.offer import BillRules, RoundTo
from core.domain.price import UnitPrice
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.labels import RIGHT, Words
from core.qt.widgets.put_away import put_away
from core.wording import formats, names, offers
from core.wording.catalogue import _

_TO = tuple(RoundTo)


class FloorsForm(QWidget):
    """One row a grade. Signals: wanted(GradeCode, text)."""

    wanted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.current().px(8))
        self._grid.setColumnStretch(0, 1)
        self._fields: dict[GradeCode, CodeEdit] = {}
        self._prices: dict[GradeCode, Words] = {}
        self._shown: dict[GradeCode, UnitPrice | None] = {}

    def show_state(self, state: OffersState) -> None:
        """Paint what holds; a field that somebody types in is left alone."""
        figures = state.figures
        if tuple(self._fields) != tuple(figures.prices):
            self._lay_out(tuple(figures.prices))
        for grade, field in self._fields.items():
            self._prices[grade].setText(formats.unit_price(figures.prices[grade]))
            floor = figures.book.floors.get(grade)
            if grade not in self._shown or self._shown[grade] != floor:
                self._shown[grade] = floor
                field.setText("" if floor is None else f"{floor.li // 1_000}.{floor.li % 1_000:03}")

    def _lay_out(self, grades: tuple[GradeCode, ...]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                put_away(widget)
        self._fields, self._prices, self._shown = {}, {}, {}
        for row, grade in enumerate(grades):
            field = CodeEdit(f"floor_{grade}", _("no floor"))
            field.setValidator(QRegularExpressionValidator(QRegularExpression(PATTERN), field))
            field.setFixedWidth(theme.current().px(96))
            price = Words("", "quiet", align=RIGHT)
            button = BusyButton(_("Set"), f"floor_set_{grade}", role="small")
            button.clicked.connect(
                lambda _checked=False, of=grade, typed=field: self.wanted.emit(of, typed.text())
            )
            field.returnPressed.connect(button.click)
            for column, widget in enumerate((Words(names.grade(grade)), price, field, button)):
                self._grid.addWidget(widget, row, column)
            self._fields[grade], self._prices[grade] = field, price


class RulesForm(QWidget):
    """Signals: wanted(BillRules)."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(12))
        self._every = self._choice("rules_round_to")
        self._by_hand = self._choice("rules_hand_round_to")
        self._points = CodeEdit("rules_points_percent", "0 … 100")
        self._points.setValidator(
            QRegularExpressionValidator(QRegularExpression(r"100|\d{0,2}"), self._points)
        )
        self._guard = QCheckBox(_("Guard lines of fuel bills and held bills"))
        self._guard.setObjectName("rules_guard_line_void")
        self._save = BusyButton(_("Save the rules"), "rules_save", role="small")
        self._save.clicked.connect(self._give)
        column.addLayout(
            form(
                (_("Every bill"), self._every),
                (_("By hand at most"), self._by_hand),
                (_("Points pay at most, %"), self._points),
            )
        )
        column.addWidget(self._guard)
        column.addWidget(self._save)
        self._shown: BillRules | None = None

    def show_state(self, state: OffersState) -> None:
        """Paint what holds; what somebody is choosing is left alone."""
        rules = state.figures.book.rules
        self._save.set_busy(state.saving, _("Writing it down…"))
        if rules == self._shown:
            return
        self._shown = rules
        self._every.setCurrentIndex(_TO.index(rules.round_to))
        self._by_hand.setCurrentIndex(_TO.index(rules.hand_round_to))
        self._points.setText(str(rules.points_most_percent))
        self._guard.setChecked(rules.guard_line_void)

    @staticmethod
    def _choice(name: str) -> QComboBox:
        box = ChoiceBox()
        box.setObjectName(name)
        box.addItems([offers.round_to(to) for to in _TO])
        return box

    def _give(self) -> None:
        self.wanted.emit(
            BillRules(
                _TO[self._every.currentIndex()],
                _TO[self._by_hand.currentIndex()],
                int(self._points.text() or 0),
                self._guard.isChecked(),
            )
        )
