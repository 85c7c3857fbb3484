"""Fields, keys and layers do what a hand expects."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.refusals.people import WrongPin
from core.qt import theme
from core.qt.notices import Notices, Tone, told
from core.qt.row_table import ROW_ROLE, Column, RowTable
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.layers import Layers, Sheet
from core.qt.widgets.letters import LettersButton
from core.qt.widgets.put_away import put_away
from tests.conftest import ExpectLog


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    theme.wear(qapp, theme.load("light"))


@pytest.mark.parametrize(
    ("text", "fen"),
    [("", None), ("0", 0), ("12", 1_200), ("12.", 1_200), ("12.5", 1_250), (".05", 5), (".", None)],
)
def test_what_is_typed_is_read_to_the_fen(qtbot: QtBot, text: str, fen: int | None) -> None:
    field = DecimalEdit("given")
    qtbot.addWidget(field)
    QTest.keyClicks(field, text)
    assert field.money() == (None if fen is None else Money(fen))


def test_a_field_for_amounts_takes_no_letters_and_no_third_decimal(qtbot: QtBot) -> None:
    field = DecimalEdit("given")
    qtbot.addWidget(field)
    QTest.keyClicks(field, "1a2.345x")
    assert field.text() == "12.34"
    assert field.litres() == Litres(12_340)


def test_keys_of_the_pad_type_into_the_field_without_taking_its_focus(qtbot: QtBot) -> None:
    field = DecimalEdit("given")
    pad = Keypad("key", MONEY_KEYS, field)
    qtbot.addWidget(field)
    qtbot.addWidget(pad)
    for key in ("3", "00", ".", "5", "back", "2"):
        pad.press(key)
    assert field.text() == "300.2"
    pad.press("clear")
    assert field.text() == ""


def test_a_button_says_why_it_cannot_be_pressed(qtbot: QtBot) -> None:
    button = BusyButton("Pay", "pay", key="F2")
    qtbot.addWidget(button)
    button.set_reason("The bill is empty.")
    assert not button.isEnabled()
    assert button.toolTip() == "The bill is empty."
    button.set_reason("")
    assert button.isEnabled()


def test_a_button_that_waits_cannot_be_pressed_twice_and_says_what_for(qtbot: QtBot) -> None:
    button = BusyButton("Pay", "pay")
    qtbot.addWidget(button)
    button.set_busy(True, "Asking the bank…")
    assert not button.isEnabled()
    qtbot.waitUntil(lambda: button.text() == "Asking the bank…", timeout=5_000)
    button.set_busy(False)
    assert (button.text(), button.isEnabled()) == ("Pay", True)


def test_a_key_presses_only_the_top_layer(qtbot: QtBot) -> None:
    content = QWidget()
    pressed: list[str] = []
    below = BusyButton("Cash", "cash", key="F3", parent=content)
    below.clicked.connect(lambda: pressed.append("below"))
    layers = Layers(content, Notices())
    qtbot.addWidget(layers)
    layers.show()
    QTest.keyClick(layers, Qt.Key.Key_F3)
    sheet = Sheet("Sheet", "sheet")
    go = BusyButton("Go", "go", key="Return")
    go.clicked.connect(lambda: pressed.append("sheet"))
    sheet.body.addWidget(go)
    layers.open(sheet)
    QTest.keyClick(layers, Qt.Key.Key_F3)
    QTest.keyClick(layers, Qt.Key.Key_Enter)
    layers.close_sheet(sheet)
    QTest.keyClick(layers, Qt.Key.Key_F3)
    assert pressed == ["below", "sheet", "below"]
    sheet.deleteLater()


def test_escape_asks_to_leave_a_sheet_unless_it_must_be_finished(qtbot: QtBot) -> None:
    layers = Layers(QWidget(), Notices())
    qtbot.addWidget(layers)
    layers.show()
    sheet = Sheet("Sheet", "sheet")
    left: list[bool] = []
    sheet.left.connect(lambda: left.append(True))
    layers.open(sheet)
    sheet.allow_leaving(False)
    QTest.keyClick(layers, Qt.Key.Key_Escape)
    assert left == []
    sheet.allow_leaving(True)
    QTest.keyClick(layers, Qt.Key.Key_Escape)
    assert left == [True]


def test_a_refusal_is_told_in_its_sentence_and_stays_until_put_away(qtbot: QtBot) -> None:
    notices = Notices()
    notices.fault(WrongPin(3))
    assert notices.now is not None
    assert (notices.now.text, notices.now.tone, notices.now.passing) == (
        "密码不对，还可以试 3 次。",
        Tone.RED,
        False,
    )
    notices.clear()
    assert notices.now is None


def test_a_bug_is_told_calmly_and_logged(expected_log: ExpectLog) -> None:
    expected_log("ERROR core.qt.notices: a use case failed unexpectedly")
    assert "程序" in told(ZeroDivisionError())


@dataclass(frozen=True)
class _Person:
    name: str
    age: int


def _table() -> RowTable[_Person]:
    return RowTable(
        (
            Column("Name", lambda person: person.name),
            Column("Age", lambda person: str(person.age), figures=True, value=lambda person: person.age),
        ),
        key=lambda person: person.name,
    )


def test_a_table_shows_its_rows_figures_at_the_right() -> None:
    table = _table()
    table.show_rows([_Person("Li", 9), _Person("Wang", 41)])
    assert (table.rowCount(), table.columnCount()) == (2, 2)
    assert table.data(table.index(1, 1)) == "41"
    assert table.data(table.index(0, 1), Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert table.data(table.index(0, 0), ROW_ROLE) == _Person("Li", 9)
    assert table.data(QModelIndex()) is None


def test_a_table_sorts_by_value_not_by_words() -> None:
    table = _table()
    table.show_rows([_Person("Li", 9), _Person("Wang", 41), _Person("Sun", 100)])
    table.sort(1, Qt.SortOrder.DescendingOrder)
    assert [person.age for person in table.rows] == [100, 41, 9]


def test_a_changed_row_is_repainted_alone(qtbot: QtBot) -> None:
    table = _table()
    table.show_rows([_Person("Li", 9), _Person("Wang", 41)])
    changed: list[int] = []
    table.dataChanged.connect(lambda top, _bottom: changed.append(top.row()))
    table.show_rows([_Person("Li", 9), _Person("Wang", 42)])
    assert changed == [1]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(qapp: QApplication, look: str) -> None:
    wearing = theme.load(look)
    pairs = [
        ("text", "surface"),
        ("text", "ground"),
        ("quiet", "surface"),
        ("quiet", "ground"),
        ("quiet", "sunken"),
    ]
    for tone in ("blue", "red", "amber", "green"):
        pairs += [(f"on_{tone}", tone), (tone, "surface"), (tone, f"{tone}_soft"), ("text", f"{tone}_soft")]
    weak = {
        pair: round(ratio, 2)
        for pair in pairs
        if (ratio := _contrast(wearing.colours[pair[0]], wearing.colours[pair[1]])) < 4.5
    }
    assert weak == {}


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_what_is_put_away_does_not_open_as_a_window(qtbot: QtBot) -> None:
    screen = QWidget()
    qtbot.addWidget(screen)
    column = QVBoxLayout(screen)
    screen.show()
    before = set(QApplication.topLevelWidgets())
    row = QWidget()
    column.addWidget(row)  # Qt shows it when it comes to it,
    column.removeWidget(row)
    put_away(row)  # and by then it is nobody's any more.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall.value)
    assert [each for each in set(QApplication.topLevelWidgets()) - before if each.isVisible()] == []


def test_the_list_of_a_choice_is_as_high_a_line_as_a_finger_needs(qtbot: QtBot, qapp: QApplication) -> None:
    theme.wear(qapp, theme.load("light"), "pos")
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItems(["云A12345", "云A99999"])
    box.show()
    assert box.view().sizeHintForRow(0) >= theme.current().size("target")


def test_letters_are_written_as_if_they_had_been_typed(qtbot: QtBot) -> None:
    content = QWidget()
    row = QHBoxLayout(content)
    field = QLineEdit("旧")
    field.setObjectName("plate")
    heard: list[str] = []
    field.textEdited.connect(heard.append)
    row.addWidget(field)
    row.addWidget(LettersButton(field))
    layers = Layers(content, Notices())
    qtbot.addWidget(layers)
    layers.show()

    def tap(name: str) -> None:
        button = layers.findChild(QPushButton, name)
        assert button is not None
        button.click()

    tap("plate_letters")
    for name in ("letters_letter_clear", "letters_province_云", "letters_letter_A", "letters_digit_1"):
        tap(name)
    assert field.text() == "旧"
    tap("letters_sheet_back")
    assert field.text() == "旧"
    tap("plate_letters")
    tap("letters_letter_clear")
    tap("letters_letter_B")
    tap("letters_go")
    assert field.text() == "B"
    assert heard[-1] == "B"
    tap("plate_letters")
    tap("letters_letter_clear")
    tap("letters_go")
    assert field.text() == ""


def test_a_key_on_a_button_that_cannot_be_pressed_tells_why(qtbot: QtBot) -> None:
    content = QWidget()
    button = BusyButton("Pay", "pay", key="F2", parent=content)
    button.set_reason("The bill is empty.")
    layers = Layers(content, Notices())
    qtbot.addWidget(layers)
    layers.show()
    QTest.keyClick(layers, Qt.Key.Key_F2)
    assert QToolTip.text() == "The bill is empty."
    QToolTip.hideText()


def test_edges_and_gaps_grow_with_the_screen_as_its_letters_do(qapp: QApplication) -> None:
    small, large = theme.load("light"), theme.load("light", scale=2.2)
    assert "border: 1px solid" in small.style_sheet("shared")
    assert "border: 1px solid" not in large.style_sheet("shared")
    assert "border: 2px solid" in large.style_sheet("shared")
