"""What scanners, keyboards and Chinese input methods do to a code on its way, and what the filter makes of it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QInputMethodQueryEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.domain.scan import CodeKind, what_is
from core.qt.scanner import GAP_MS, Scanner
from core.qt.widgets.edits import CodeEdit, DecimalEdit, PinEdit

WATER = "6901234500018"
PAYER = "134512345678901234"
MEMBER = "YM" + "7" * 18


def known(text: str) -> bool:
    return what_is(text) not in (CodeKind.UNKNOWN, CodeKind.PHONE, CodeKind.PLATE)


class Desk:
    """A window with one field of each kind and a button that Enter would press."""

    def __init__(self, application: QApplication, window: QWidget | None = None) -> None:
        self.application = application
        self.window = window or QWidget()
        self.amount = DecimalEdit("amount")
        self.code = CodeEdit("code")
        self.pin = PinEdit("pin")
        self.name = QLineEdit()
        self.button = QPushButton("OK")
        self.fields = (self.amount, self.code, self.pin, self.name)
        column = QVBoxLayout(self.window)
        for widget in (*self.fields, self.button):
            column.addWidget(widget)
        self.clicks = 0
        self.button.clicked.connect(self._click)
        self.window.show()
        self.scanner = Scanner(is_code=known)
        self.scans: list[str] = []
        self.noise: list[bool] = []
        self.scanner.scanned.connect(self.scans.append)
        self.scanner.garbled.connect(self.noise.append)
        application.installEventFilter(self.scanner)
        self.now = 1_000

    def _click(self) -> None:
        self.clicks += 1

    def key(
        self,
        key: int,
        text: str,
        after_ms: int = 8,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """One key as the system sends it: to the window, with the device's own time."""
        self.now += after_ms
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, held, text)
            event.setTimestamp(self.now)
            self.application.sendEvent(self.window.windowHandle(), event)

    def keys(self, text: str, each_ms: int = 8, end: int | None = None) -> None:
        for letter in text:
            self.key(ord(letter.upper()), letter, each_ms)
        if end is not None:
            self.key(end, "\r", each_ms)

    def compose(self, target: QWidget, commit: str = "", preedit: str = "") -> None:
        """What an input method writes into a field, or shows there while it composes."""
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(commit)
        self.application.sendEvent(target, event)

    def texts(self) -> list[str]:
        return [field.text() for field in self.fields]


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Iterator[Desk]:
    built = Desk(qapp)
    qtbot.addWidget(built.window)
    qtbot.waitUntil(built.window.isActiveWindow, timeout=5_000)
    yield built
    qapp.removeEventFilter(built.scanner)


def focus(field: QWidget, qtbot: QtBot) -> None:
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=5_000)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
@pytest.mark.parametrize("each_ms", [1, 12, 45])
def test_no_digit_of_a_scan_stays_in_the_field_that_has_the_focus(
    desk: Desk, qtbot: QtBot, place: int, each_ms: int
) -> None:
    field = desk.fields[place]
    focus(field, qtbot)
    field.setText("12")
    field.selectAll()
    desk.keys(WATER, each_ms, end=Qt.Key.Key_Return)
    assert desk.scans == [WATER]
    assert field.text() == "12"
    assert field.selectedText() == "12"


def test_whoever_listens_to_a_pin_being_typed_hears_that_the_first_digit_is_gone(
    desk: Desk, qtbot: QtBot
) -> None:
    heard: list[str] = []
    desk.pin.textEdited.connect(heard.append)
    focus(desk.pin, qtbot)
    desk.keys(WATER, end=Qt.Key.Key_Return)
    assert heard[-1] == ""


def test_the_first_key_of_typing_is_in_the_field_at_once(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.amount, qtbot)
    for letter, text in (("2", "2"), ("5", "25"), ("0", "250")):
        desk.keys(letter, GAP_MS + 30)
        assert desk.amount.text() == text


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_the_end_of_a_scan_presses_no_button_and_moves_no_focus(desk: Desk, qtbot: QtBot, end: int) -> None:
    focus(desk.button, qtbot)
    desk.keys(PAYER, end=end)
    assert desk.scans == [PAYER]
    assert desk.clicks == 0
    assert desk.button.hasFocus()


def test_the_end_of_a_scan_presses_no_default_button_of_a_dialog(qapp: QApplication, qtbot: QtBot) -> None:
    dialog = QDialog()
    desk = Desk(qapp, dialog)
    qtbot.addWidget(dialog)
    desk.button.setDefault(True)
    focus(desk.name, qtbot)
    desk.keys(WATER, end=Qt.Key.Key_Return)
    qapp.removeEventFilter(desk.scanner)
    assert desk.clicks == 0
    assert dialog.isVisible()


def test_a_line_feed_after_the_return_is_swallowed_as_well(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.button, qtbot)
    desk.keys(WATER, end=Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_Enter, "\n")
    assert desk.clicks == 0
    assert desk.scans == [WATER]


def test_two_scans_without_a_breath_between_are_two(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.amount, qtbot)
    desk.keys(WATER, 4, end=Qt.Key.Key_Return)
    desk.keys(PAYER, 4, end=Qt.Key.Key_Return)
    assert desk.scans == [WATER, PAYER]
    assert desk.texts() == ["", "", "", ""]


def test_a_code_without_an_end_is_known_by_its_shape(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.name, qtbot)
    desk.keys(WATER)
    qtbot.waitUntil(lambda: desk.scans == [WATER], timeout=5_000)
    assert desk.name.text() == ""


def test_what_a_scanner_sends_without_an_end_never_stays_in_an_amount(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.amount, qtbot)
    desk.keys("123456789")  # no code that anybody knows
    qtbot.waitUntil(lambda: desk.scans == ["123456789"], timeout=5_000)
    assert desk.amount.text() == ""


def test_caps_lock_turns_letters_about_and_the_code_is_still_known(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.code, qtbot)
    desk.keys(MEMBER.swapcase(), end=Qt.Key.Key_Return)
    assert [what_is(code) for code in desk.scans] == [CodeKind.MEMBER]


def test_shift_and_caps_lock_keys_between_do_not_tear_a_scan(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.code, qtbot)
    for letter in MEMBER:
        desk.key(Qt.Key.Key_Shift, "", 2, Qt.KeyboardModifier.ShiftModifier)
        desk.key(ord(letter), letter, 2, Qt.KeyboardModifier.ShiftModifier)
    desk.key(Qt.Key.Key_Return, "\r")
    assert desk.scans == [MEMBER]


def test_full_width_digits_are_made_narrow(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.name, qtbot)
    desk.keys("".join(chr(ord(digit) + 0xFEE0) for digit in WATER), end=Qt.Key.Key_Return)
    assert desk.scans == [WATER]
    assert desk.name.text() == ""


def test_full_width_digits_that_an_input_method_writes_one_by_one_are_a_scan(
    desk: Desk, qtbot: QtBot
) -> None:
    focus(desk.name, qtbot)
    for digit in PAYER:
        desk.compose(desk.name, commit=chr(ord(digit) + 0xFEE0))
    desk.now += 8
    desk.key(Qt.Key.Key_Return, "\r")
    qtbot.waitUntil(lambda: desk.scans == [PAYER], timeout=5_000)
    assert desk.name.text() == ""


def test_a_whole_code_that_an_input_method_writes_at_once_is_a_scan(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.name, qtbot)
    desk.name.setText("张三")
    desk.compose(desk.name, preedit="ym777")
    desk.compose(desk.name, commit=MEMBER.lower())
    assert [code.upper() for code in desk.scans] == [MEMBER]
    assert desk.name.text() == "张三"


def test_what_an_input_method_has_made_words_of_is_swallowed_and_said(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.name, qtbot)
    for length in range(1, 7):
        desk.compose(desk.name, preedit="ymabcd"[:length])
    for words in ("一面", "气", "气", "气"):
        desk.compose(desk.name, commit=words)
    qtbot.waitUntil(lambda: desk.noise == [True], timeout=5_000)
    assert desk.name.text() == ""
    assert desk.scans == []


def test_words_that_a_person_composes_reach_the_field(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.name, qtbot)
    desk.compose(desk.name, preedit="shui")
    desk.compose(desk.name, commit="矿泉水")
    qtbot.waitUntil(lambda: desk.name.text() == "矿泉水", timeout=5_000)
    assert desk.scans == []
    assert desk.noise == []


def test_fields_of_codes_and_figures_let_no_input_method_in(desk: Desk, qtbot: QtBot) -> None:
    for field in (desk.amount, desk.code, desk.pin):
        focus(field, qtbot)
        asked = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
        QApplication.sendEvent(field, asked)
        assert asked.value(Qt.InputMethodQuery.ImEnabled) is False
    assert QGuiApplication.focusObject() is desk.pin


def test_eight_kilobytes_of_garbage_leave_no_trace_but_a_word(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.amount, qtbot)
    garbage = "".join(chr(33 + (7 * number) % 90) for number in range(8_192))
    for number, letter in enumerate(garbage):
        if number % 11 == 7:
            desk.key(Qt.Key.Key_J, chr(1 + number % 8), 2, Qt.KeyboardModifier.ControlModifier)
        if number % 501 == 500:
            desk.key(Qt.Key.Key_F12, "", 2)
        desk.keys(letter, 2)
    desk.key(Qt.Key.Key_Return, "\r")
    assert desk.scans == []
    assert desk.noise == [False]
    assert desk.texts() == ["", "", "", ""]
    desk.keys(WATER, end=Qt.Key.Key_Return)
    assert desk.scans == [WATER]


def test_garbage_full_of_line_ends_leaves_no_trace(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.button, qtbot)
    desk.keys("ABCDEFGH", 4, end=Qt.Key.Key_Return)
    for piece in ("a", "12", "", "xyz", "1"):
        desk.keys(piece, 4, end=Qt.Key.Key_Return)
    assert desk.clicks == 0
    assert desk.scans == ["ABCDEFGH"]


def test_the_separators_of_a_gs1_code_do_not_tear_it(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.code, qtbot)
    desk.keys("0106901234500018")
    desk.key(Qt.Key.Key_Control, "", 2)
    desk.key(Qt.Key.Key_BracketRight, "\x1d", 2, Qt.KeyboardModifier.ControlModifier)
    desk.keys("10AB", end=Qt.Key.Key_Return)
    assert desk.scans == ["010690123450001810AB"]


def test_a_held_key_and_a_key_with_alt_are_no_scan(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.name, qtbot)
    for _number in range(20):
        desk.now += 30
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_7, Qt.KeyboardModifier.NoModifier, "7", autorep=True
        )
        event.setTimestamp(desk.now)
        desk.application.sendEvent(desk.window.windowHandle(), event)
    assert desk.name.text() == "7" * 20


def test_keys_without_a_time_of_their_own_are_timed_here(desk: Desk, qtbot: QtBot) -> None:
    focus(desk.name, qtbot)
    for letter in "ab":
        event = QKeyEvent(QEvent.Type.KeyPress, ord(letter.upper()), Qt.KeyboardModifier.NoModifier, letter)
        desk.application.sendEvent(desk.window.windowHandle(), event)
    qtbot.waitUntil(lambda: desk.name.text() == "ab", timeout=5_000)
