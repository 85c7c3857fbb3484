"""The sign-in screen: people at the left, a PIN pad at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.sign_in.pad import PadWords, PeopleAndPad
from core.qt.sign_in.presenter import SignInPresenter
from core.qt.widgets.labels import Words
from core.wording.catalogue import _


class SignInScreen(QWidget):
    """Paints the state; everything that a person does goes to the presenter."""

    def __init__(self, presenter: SignInPresenter, title: str, large: bool = False) -> None:
        """`title` says where one signs in; `large` is for gloves."""
        super().__init__()
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        wearing = theme.current()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(wearing.px(48), wearing.px(32), wearing.px(48), wearing.px(32))
        outer.setSpacing(wearing.px(24))
        self._head = QHBoxLayout()
        self._head.addWidget(Words(title, "large"), 1)
        outer.addLayout(self._head)
        words = PadWords(
            _("Choose your name"),
            _("Sign in"),
            _("Nobody may sign in here. A manager adds people at the manager's desk."),
        )
        self.pad = PeopleAndPad(
            presenter, "sign_in", words, wearing.size("target_large") if large else wearing.px(56)
        )
        self.setFocusProxy(self.pad)
        outer.addWidget(self.pad, 1)

    def add_beside_title(self, widget: QWidget) -> None:
        """Something else that one may want before anybody has signed in."""
        self._head.addWidget(widget)
