"""Letters, digits and the first signs of plates for a finger: a button beside a field opens them over what shows."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.layers import Layers, Sheet
from core.wording.catalogue import _

PROVINCES = (
    tuple("京津沪渝冀豫云辽黑湘皖鲁"),
    tuple("新苏浙赣鄂桂甘晋蒙陕吉闽"),
    tuple("贵粤青藏川宁琼港澳学警挂"),
)
_DIGITS = (tuple("1234567890"),)
_LETTERS = (tuple("QWERTYUIOP"), tuple("ASDFGHJKL-"), (*"ZXCVBNM", "clear", "back"))


class LettersSheet(Sheet):
    """Writes into the field that it was opened for, once it is agreed to; Esc leaves that as it was."""

    def __init__(self) -> None:
        super().__init__("", "letters_sheet", width=960)
        wearing = theme.current()
        self._for: QLineEdit | None = None
        self.field = QLineEdit()
        self.field.setObjectName("letters_field")
        self.field.setProperty("type", "figure")
        self.body.addWidget(self.field)
        for prefix, rows in (
            ("letters_province", PROVINCES),
            ("letters_digit", _DIGITS),
            ("letters_letter", _LETTERS),
        ):
            self.body.addWidget(Keypad(prefix, rows, self.field, wearing.size("target")))
        self._go = BusyButton(_("Write it"), "letters_go", key="Return", role="primary")
        self._go.clicked.connect(self._write)
        self.body.addWidget(self._go)
        self.left.connect(self._away)

    def begin(self, field: QLineEdit) -> None:
        """For this field, with what stands in it."""
        self._for = field
        self.title.setText(field.placeholderText())
        self.field.setMaxLength(field.maxLength())
        self.field.setText(field.text())

    def _away(self) -> None:
        over = self.parentWidget()
        if isinstance(over, Layers):
            over.close_sheet(self)

    def _write(self) -> None:
        field, text = self._for, self.field.text()
        self._away()
        if field is not None:
            field.selectAll()
            field.insert(text)  # As if it had been typed there: who listens for typing hears it.
            if not text:
                field.del_()
            field.setFocus(Qt.FocusReason.OtherFocusReason)


class LettersButton(QPushButton):
    """Opens the letters for the field beside it; named as the field is, with `_letters`."""

    def __init__(self, field: QLineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        wearing = theme.current()
        self._field = field
        self._sheet: LettersSheet | None = None  # built when a finger first asks for it
        self.setObjectName(f"{field.objectName()}_letters")
        self.setAccessibleName(_("Letters on the screen"))
        self.setToolTip(_("Letters on the screen"))
        self.setProperty("role", "key")
        self.setIcon(wearing.icon("keyboard"))
        self.setIconSize(QSize(wearing.px(24), wearing.px(24)))
        self.setFixedWidth(wearing.px(56))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clicked.connect(self._open)

    def _open(self) -> None:
        over = self.parentWidget()
        while over is not None and not isinstance(over, Layers):
            over = over.parentWidget()
        if over is None:
            return
        if self._sheet is None:
            self._sheet = LettersSheet()
        self._sheet.begin(self._field)
        over.open(self._sheet, self._sheet.field)
