"""The speaker in the status strip, and its sheet: louder, softer, silent, and one to try."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from core.domain.money import Money
from core.qt import theme
from core.qt.speech.announcer import Announcer
from core.qt.speech.loudness import STEP, Loudness
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording import spoken
from core.wording.catalogue import _

_KEY = "Ctrl+M"
_LOUDEST = 100
_SAMPLE = Money(20_000)


class SpeakerButton(QPushButton):
    """Small: a picture only, its words on hover. `key` is pressed through core.qt.widgets.layers."""

    def __init__(self) -> None:
        super().__init__()
        self.key = _KEY
        self.setObjectName("sound")
        self.setProperty("role", "quiet")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side = theme.current().size("target")
        self.setFixedSize(side, side)
        self.setIconSize(QSize(theme.current().px(22), theme.current().px(22)))
        self.setStyleSheet("padding: 0")

    def show_loudness(self, chosen: Loudness) -> None:
        """Paint whether anything is heard."""
        self.setIcon(
            theme.current().icon("muted" if chosen.muted else "sound", "quiet" if chosen.muted else "text")
        )
        words = _("Sound is off") if chosen.muted else _("Sound {volume}%").format(volume=chosen.volume)
        self.setAccessibleName(words)
        self.setToolTip(f"{words}   {_KEY}")


class SoundSheet(Sheet):
    """How loud; every step can be heard at once."""

    def __init__(self, announcer: Announcer) -> None:
        super().__init__(_("Announcements"), "sound_sheet", width=560)
        self._announcer = announcer
        self._volume = Words("", "due", name="sound_volume", align=CENTRE)
        self._softer = BusyButton(_("Softer"), "sound_softer", key="F2")
        self._louder = BusyButton(_("Louder"), "sound_louder", key="F3")
        self._mute = BusyButton("", "sound_mute", key="F4")
        self._try = BusyButton(_("Try it"), "sound_try", key="F5")
        self._said = Words(
            _("New orders, money that comes in, fills to be paid and emergency stops are said aloud."),
            "quiet",
            align=CENTRE,
            wrap=True,
        )
        self._muted = Words(
            _("An emergency stop is heard even so."), "quiet", name="sound_even_so", align=CENTRE, wrap=True
        )
        self.body.addWidget(self._volume)
        for pair in ((self._softer, self._louder), (self._mute, self._try)):
            row = QHBoxLayout()
            row.setSpacing(theme.current().px(8))
            for button in pair:
                button.set_height(theme.current().px(56))
                row.addWidget(button, 1)
            self.body.addLayout(row)
        self.body.addWidget(self._said)
        self.body.addWidget(self._muted)
        self._softer.clicked.connect(lambda: self._change(-1))
        self._louder.clicked.connect(lambda: self._change(+1))
        self._mute.clicked.connect(self._turn)
        self._try.clicked.connect(self._say)
        announcer.changed.connect(self.show_loudness)
        self.show_loudness(announcer.loudness)

    def show_loudness(self, chosen: Loudness) -> None:
        """Paint it."""
        self._volume.setText(_("Silent") if chosen.muted else f"{chosen.volume}%")
        self._mute.set_words(_("Sound on") if chosen.muted else _("Sound off"))
        self._softer.set_reason(_("It is as soft as it gets.") if chosen.volume <= STEP else "")
        loudest = chosen.volume >= _LOUDEST and not chosen.muted
        self._louder.set_reason(_("It is as loud as it gets.") if loudest else "")
        self._try.set_reason(_("Turn the sound on first.") if chosen.muted else "")
        theme.keep_room(self._muted, chosen.muted)

    def _change(self, steps: int) -> None:
        self._announcer.set_loudness(self._announcer.loudness.changed_by(steps))
        self._say()

    def _turn(self) -> None:
        now = self._announcer.loudness
        self._announcer.set_loudness(Loudness(now.volume, muted=not now.muted))

    def _say(self) -> None:
        self._announcer.say(spoken.received(_SAMPLE))


class SoundControl:
    """The button and its sheet in one window."""

    def __init__(self, announcer: Announcer, layers: Layers) -> None:
        self.button = SpeakerButton()
        self._layers = layers
        self._announcer = announcer
        self._sheet: SoundSheet | None = None  # built when it is first asked for
        self.button.clicked.connect(self._open)
        announcer.changed.connect(self.button.show_loudness)
        self.button.show_loudness(announcer.loudness)

    def _open(self) -> None:
        if self._sheet is None:
            sheet = self._sheet = SoundSheet(self._announcer)
            sheet.left.connect(lambda: self._layers.close_sheet(sheet))
        self._layers.open(self._sheet)
