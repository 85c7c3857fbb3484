"""What shows while the till is locked: nothing of the bill, who may open it, and the emergency stop."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Tone
from core.qt.sign_in.pad import PadWords, PeopleAndPad
from core.qt.sign_in.presenter import UnlockPresenter
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording.catalogue import _


class LockPage(QWidget):
    """Signals: stop_all, wanted and not yet agreed to."""

    stop_all = Signal()

    def __init__(self, presenter: UnlockPresenter, station: str, large: bool = False) -> None:
        super().__init__()
        self.setObjectName("lock_page")
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._presenter = presenter
        wearing = theme.current()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(wearing.px(48), wearing.px(24), wearing.px(48), wearing.px(32))
        outer.setSpacing(wearing.px(16))
        head = QHBoxLayout()
        head.setSpacing(wearing.px(16))
        picture = Words()
        picture.setPixmap(wearing.picture("lock", "text", wearing.px(36)))
        head.addWidget(picture)
        head.addWidget(Words(_("{station}: locked").format(station=station), "large"), 1)
        # An emergency does not wait for a PIN.
        stop = BusyButton(_("Stop all pumps"), "lock_stop_all", key="F12", role="quiet-red")
        stop.setFixedHeight(wearing.size("target"))
        stop.clicked.connect(self.stop_all)
        head.addWidget(stop)
        outer.addLayout(head)
        self._who = Words("", "body", Tone.GREY, name="lock_who", wrap=True)
        outer.addWidget(self._who)
        words = PadWords(_("Choose your name"), _("Unlock"), _("Nobody may sign in here."))
        self.pad = PeopleAndPad(
            presenter, "unlock", words, wearing.size("target_large") if large else wearing.px(56)
        )
        self.setFocusProxy(self.pad)
        outer.addWidget(self.pad, 1)
        presenter.locked.connect(self._show_who)
        self._show_who()

    def _show_who(self) -> None:
        before = self._presenter.before
        if before is not None:
            self._who.setText(
                _(
                    "{name} works here. Type the PIN or scan the staff card; another person takes over."
                ).format(name=before.name)
            )
