"""The form for a litre offer: what it is called, how much, for whom, on what, when."""

from dataclasses import replace

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from admin_app.offers.presenter import Draft, Lack, OffersState
from admin_app.offers.words import WEEKDAYS
from admin_app.panels import form
from admin_app.prices.typed_moment import PATTERN as MOMENT_PATTERN
from admin_app.prices.typed_price import PATTERN as PRICE_PATTERN
from core.domain.ids import GradeCode
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.qt.widgets.put_away import put_away
from core.wording import names
from core.wording.catalogue import _, mark

_LACKS = {
    Lack.TITLE: mark("Type what it is called on the receipt."),
    Lack.OFF: mark("Type how much comes off a litre, 0.001 to 5 yuan."),
    Lack.UNTIL: mark("Type the end as 2026-12-31 24:00, or leave it empty."),
    Lack.DAYS: mark("Type days of the month as 8, 18, 28, or leave it empty."),
    Lack.HOURS: mark("The hours begin and end at the same time."),
    Lack.LITRES: mark("Type whole litres."),
}
_LONGEST_TITLE = 30


class OfferSheet(Sheet):
    """Signals: typed(Draft); wanted."""

    typed = Signal(object)
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("", "offer_form", width=860)
        self._draft = Draft()
        self.name = QLineEdit()
        self.name.setObjectName("offer_title")
        self.name.setMaxLength(_LONGEST_TITLE)
        self._whom = ChoiceBox()
        self._whom.setObjectName("offer_whom")
        self._whom.addItems([_("Members"), _("Everybody")])
        self._off = self._field("offer_off", PRICE_PATTERN, "0.20")
        self._levels = CodeEdit("offer_levels", _("all levels; or codes such as gold, silver"))
        self._grades = QWidget()
        self._grade_row = QHBoxLayout(self._grades)
        self._grade_boxes: dict[GradeCode, QCheckBox] = {}
        self._days = QWidget()
        self._day_boxes = self._weekday_boxes(QHBoxLayout(self._days))
        self._month_days = CodeEdit("offer_month_days", "8, 18, 28")
        self._until = self._field("offer_until", MOMENT_PATTERN, "2026-12-31 24:00")
        self._litres = self._field("offer_litres", r"\d{0,4}", "0")
        self._stacks = QCheckBox(_("Goes together with others that do"))
        self._stacks.setObjectName("offer_stacks")
        hours = self._hours()
        for layout in (self._grade_row, self._days.layout()):
            assert layout is not None
            layout.setContentsMargins(0, 0, 0, 0)
        self.body.addLayout(
            form(
                (_("Called"), self.name),
                (_("Yuan off a litre"), self._off),
                (_("For"), _beside(self._whom, self._levels)),
                (_("Fuels, none for all"), self._grades),
                (_("Weekdays, none for all"), self._days),
                (_("Days of the month"), self._month_days),
                (_("Hours"), hours),
                (_("Until"), _beside(self._until, Words(_("From litres on"), "quiet"), self._litres)),
                ("", self._stacks),
            )
        )
        self._told = Words("", name="offer_told", wrap=True)
        self._go = BusyButton(_("Save"), "offer_save", key="Return", role="primary")
        self._go.clicked.connect(self.wanted)
        self.body.addWidget(self._told)
        self.body.addWidget(self._go)
        for field in (self.name, self._off, self._levels, self._month_days, self._until, self._litres):
            field.textEdited.connect(lambda _text: self._typed())
        self._whom.currentIndexChanged.connect(lambda _index: self._typed())
        self._stacks.toggled.connect(lambda _on: self._typed())

    def begin(self, draft: Draft, grades: tuple[GradeCode, ...]) -> None:
        """Fill the fields."""
        self._draft = draft
        self.title.setText(_("New offer") if draft.id is None else _("Change the offer"))
        self._lay_out_grades(grades)
        for signalling in (
            self._whom,
            self._stacks,
            *self._grade_boxes.values(),
            *self._day_boxes,
            *self._hour_boxes,
        ):
            signalling.blockSignals(True)
        self.name.setText(draft.title)
        self._whom.setCurrentIndex(0 if draft.members else 1)
        self._off.setText(draft.off)
        self._levels.setText(draft.levels)
        for grade, box in self._grade_boxes.items():
            box.setChecked(grade in draft.grades)
        for day, box in enumerate(self._day_boxes):
            box.setChecked(day in draft.weekdays)
        self._month_days.setText(draft.month_days)
        for choice, hour in zip(self._hour_boxes, draft.hours, strict=True):
            choice.setCurrentIndex(choice.findData(hour))
        self._until.setText(draft.until)
        self._litres.setText(draft.litres)
        self._stacks.setChecked(draft.stacks)
        for signalling in (
            self._whom,
            self._stacks,
            *self._grade_boxes.values(),
            *self._day_boxes,
            *self._hour_boxes,
        ):
            signalling.blockSignals(False)

    def show_state(self, state: OffersState) -> None:
        """Paint what is missing."""
        lack = _(_LACKS[state.lack]) if state.lack in _LACKS else ""
        self._told.say(lack, Tone.GREY)
        self._go.set_reason(lack)
        self._go.set_busy(state.saving, _("Writing it down…"))

    @staticmethod
    def _field(name: str, pattern: str, hint: str) -> CodeEdit:
        field = CodeEdit(name, hint)
        field.setValidator(QRegularExpressionValidator(QRegularExpression(pattern), field))
        return field

    def _weekday_boxes(self, row: QHBoxLayout) -> list[QCheckBox]:
        boxes = []
        for day, word in enumerate(WEEKDAYS):
            box = QCheckBox(_(word))
            box.setObjectName(f"offer_weekday_{day}")
            box.toggled.connect(lambda _on: self._typed())
            row.addWidget(box)
            boxes.append(box)
        return boxes

    def _hours(self) -> QWidget:
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(8))
        self._hour_boxes = []
        for name, hours in (("offer_from_hour", range(24)), ("offer_until_hour", range(1, 25))):
            box = ChoiceBox()
            box.setObjectName(name)
            for hour in hours:
                box.addItem(f"{hour:02}:00", hour)
            box.currentIndexChanged.connect(lambda _index: self._typed())
            row.addWidget(box)
            self._hour_boxes.append(box)
        row.addStretch(1)
        return inside

    def _lay_out_grades(self, grades: tuple[GradeCode, ...]) -> None:
        if tuple(self._grade_boxes) == grades:
            return
        for box in self._grade_boxes.values():
            self._grade_row.removeWidget(box)
            put_away(box)
        self._grade_boxes = {}
        for grade in grades:
            box = QCheckBox(names.grade(grade))
            box.setObjectName(f"offer_grade_{grade}")
            box.toggled.connect(lambda _on: self._typed())
            self._grade_row.addWidget(box)
            self._grade_boxes[grade] = box

    def _typed(self) -> None:
        first, last = (int(box.currentData()) for box in self._hour_boxes)
        self._draft = replace(
            self._draft,
            title=self.name.text(),
            members=self._whom.currentIndex() == 0,
            off=self._off.text(),
            levels=self._levels.text(),
            grades=frozenset(grade for grade, box in self._grade_boxes.items() if box.isChecked()),
            weekdays=frozenset(day for day, box in enumerate(self._day_boxes) if box.isChecked()),
            month_days=self._month_days.text(),
            hours=(first, last),
            until=self._until.text(),
            litres=self._litres.text(),
            stacks=self._stacks.isChecked(),
        )
        self.typed.emit(self._draft)


def _beside(*widgets: QWidget) -> QWidget:
    """Several in one row: the form has to fit a small screen."""
    inside = QWidget()
    row = QHBoxLayout(inside)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.current().px(8))
    for widget in widgets:
        row.addWidget(widget, 0 if isinstance(widget, Words) else 1)
    return inside
