"""Ask who the customer is: member code, phone number or plate."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.qt.widgets.put_away import put_away
from core.wording.catalogue import _
from pos_app.cashier.members.presenter import MemberState

_DIGITS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("clear", "0", "back"))
_PROVINCES = (
    tuple("京津沪渝冀豫云辽黑湘皖"),
    tuple("鲁新苏浙赣鄂桂甘晋蒙陕"),
    tuple("吉闽贵粤青藏川宁琼港澳"),
)
_LETTERS = (tuple("ABCDEFGHJKL"), tuple("MNPQRSTUVWX"), (*"YZ学警挂", "back"))


class MemberSheet(Sheet):
    """Signals: asked(text); chosen(member id)."""

    asked = Signal(str)
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Member"), "member_sheet", width=1040)
        wearing = theme.current()
        self.body.addWidget(
            Words(_("Scan his member code, or type his phone number or plate."), "quiet", wrap=True)
        )
        # No input method: a plate's first sign has its own key below, or is left out: "A12345" is looked for here.
        self.box = CodeEdit("member_box", _("Member code, phone number or plate"))
        self.box.setProperty("type", "figure")
        self.body.addWidget(self.box)
        self._choices = QVBoxLayout()
        self._choice_buttons: list[BusyButton] = []
        self.body.addLayout(self._choices)
        self._pads = QWidget()
        pads = QHBoxLayout(self._pads)
        pads.setContentsMargins(0, 0, 0, 0)
        pads.setSpacing(wearing.px(16))
        pads.addWidget(Keypad("member_key", _DIGITS, self.box, wearing.px(48)), 3)
        plates = QVBoxLayout()
        plates.setSpacing(wearing.px(8))
        plates.addWidget(Keypad("member_province", _PROVINCES, self.box, wearing.px(48)))
        plates.addWidget(Keypad("member_letter", _LETTERS, self.box, wearing.px(48)))
        pads.addLayout(plates, 8)
        self.body.addWidget(self._pads)
        words = _("The cloud cannot be reached: members wait until it is back. The sale itself goes on.")
        self._away = Words(words, "strong", Tone.AMBER, name="member_cloud_away", wrap=True)
        self._away.hide()
        self.body.addWidget(self._away)
        self._trouble = Words("", "strong", Tone.RED, name="member_trouble", wrap=True)
        self.body.addWidget(self._trouble)
        self._go = BusyButton(_("Find the member"), "member_go", key="Return", role="primary")
        self._go.clicked.connect(self._ask)
        self.box.textChanged.connect(lambda _text: self._settle())
        self.body.addWidget(self._go)

    def begin(self) -> None:
        """Empty."""
        self.box.clear()
        self._settle()

    def show_state(self, state: MemberState, *, cloud_away: bool = False) -> None:
        """Paint waiting, trouble, and those who share a plate."""
        self._away.setVisible(cloud_away and state.trouble is None)
        self._go.set_busy(state.asking, _("Asking the cloud…"))
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)
        if [button.objectName() for button in self._choice_buttons] != [
            f"member_choice_{member}" for member, _name, _phone in state.choices
        ]:
            self._lay_out(state.choices)

    def _lay_out(self, choices: tuple[tuple[str, str, str], ...]) -> None:
        for button in self._choice_buttons:
            self._choices.removeWidget(button)
            put_away(button)
        self._choice_buttons = []
        self._pads.setVisible(not choices)
        for number, (member, name, phone) in enumerate(choices, 1):
            button = BusyButton(f"{name}  {phone}", f"member_choice_{member}", key=f"Alt+{number}")
            button.clicked.connect(lambda _checked=False, one=member: self.chosen.emit(one))
            self._choices.addWidget(button)
            self._choice_buttons.append(button)
        if self._choice_buttons:
            self._choice_buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _settle(self) -> None:
        self._go.set_reason("" if self.box.text().strip() else _("Scan or type something first."))

    def _ask(self) -> None:
        text = self.box.text().strip()
        if text:
            self.asked.emit(text)
