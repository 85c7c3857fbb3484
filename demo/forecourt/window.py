"""The forecourt to put hands on: pumps in a grid, and beside them what goes wrong and what is played again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import ElidedWords, Words
from core.wording.catalogue import _
from demo.forecourt.door import Door
from demo.forecourt.player import Player, Progress
from demo.forecourt.pump_card import PumpCard
from demo.forecourt.script import ScriptUnfit, of_ledger, read, write
from demo.forecourt.script_panel import ScriptPanel
from demo.forecourt.watching import Watching

_COLUMNS = 4
_TARGETS: tuple[Mapping[str, object], ...] = (
    {"target_amount_fen": 10_000},
    {"target_amount_fen": 20_000},
    {"target_volume_ml": 30_000},
    {},
)


class _Telling(QObject):
    """Brings a player's progress to the screen's thread."""

    progress = Signal(object)


class ForecourtWindow(QMainWindow):
    """Over one simulated controller, wherever it runs on this machine."""

    def __init__(self, control_port: int) -> None:
        super().__init__()
        self.setObjectName("forecourt_window")
        self.setWindowTitle(_("Simulated forecourt"))
        self._port = control_port
        self._cards: dict[int, PumpCard] = {}
        self._rows: Sequence[Mapping[str, Any]] = ()
        self._target: Mapping[str, object] = _TARGETS[0]
        self._player: tuple[Player, Door] | None = None
        self._telling = _Telling()
        self._watching = Watching(control_port)
        px = theme.current().px
        ground = QWidget()
        ground.setProperty("role", "ground")
        across = QHBoxLayout(ground)
        across.setContentsMargins(px(12), px(12), px(12), px(12))
        across.setSpacing(px(12))
        left = QVBoxLayout()
        left.setSpacing(px(8))
        left.addLayout(self._head())
        pumps = QWidget()
        pumps.setProperty("role", "ground")
        self._grid = QGridLayout(pumps)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(px(8))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(pumps)
        left.addWidget(scroll, 1)
        self._panel = ScriptPanel()
        across.addLayout(left, 1)
        across.addWidget(self._panel)
        self.setCentralWidget(ground)
        self._connect()

    def start(self) -> None:
        """Begin to look at the controller."""
        self._watching.start()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name.
        """The pumps go on without their window."""
        self._stop_playing()
        self._watching.stop()
        super().closeEvent(event)

    def play(self, path: Path, speed: int) -> None:
        """Play a file's script from its beginning, instead of what plays now."""
        self._stop_playing()
        try:
            script = read(path)
        except (ScriptUnfit, OSError) as why:
            self._panel.show_unfit(str(why))
            return
        door = Door(self._port)
        player = Player(door, script, speed, self._telling.progress.emit)
        self._player = player, door
        self._panel.show_progress(Progress(0, (), len(script)))
        player.start()

    def keep(self, path: Path) -> None:
        """Write the fills that the pumps counted down as a script."""
        write(path, of_ledger(self._rows))
        self._said.say(_("Kept in {file}.").format(file=path.name), Tone.GREEN)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Words(_("Who drives up takes"), "strong"))
        group = QButtonGroup(self)
        for place, words in enumerate((_("¥100"), _("¥200"), _("30 litres"), _("A full tank"))):
            button = QPushButton(words)
            button.setObjectName(f"target_{place}")
            button.setCheckable(True)
            button.setChecked(place == 0)
            button.clicked.connect(lambda _checked=False, chosen=place: self._take(_TARGETS[chosen]))
            group.addButton(button)
            row.addWidget(button)
        self._said = ElidedWords("", "strong", name="forecourt_said")
        row.addWidget(self._said, 1)
        return row

    def _connect(self) -> None:
        watching, panel = self._watching, self._panel
        watching.pumps.connect(self._show_pumps)
        watching.ledger.connect(self._show_ledger)
        watching.refused.connect(lambda why: self._said.say(why, Tone.AMBER))
        watching.away.connect(
            lambda _why: self._said.say(_("The controller does not answer at its control port."), Tone.RED)
        )
        panel.fault.connect(lambda kind: watching.do(None, "fault", kind=kind))
        panel.pace.connect(lambda factor: watching.do(None, "pace", factor=factor))
        panel.play.connect(self.play)
        panel.stop.connect(self._stop_playing)
        panel.keep.connect(self.keep)
        self._telling.progress.connect(panel.show_progress)

    def _take(self, target: Mapping[str, object]) -> None:
        self._target = target
        for card in self._cards.values():
            card.set_target(target)

    def _show_pumps(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            card = self._cards.get(row["pump"])
            if card is None:
                card = self._add_card(row)
            card.show_pump(row)

    def _add_card(self, row: Mapping[str, Any]) -> PumpCard:
        card = self._cards[row["pump"]] = PumpCard(row["pump"], len(row["nozzles"]))
        card.set_target(self._target)
        card.wanted.connect(self._do)
        place = len(self._cards) - 1
        self._grid.addWidget(card, place // _COLUMNS, place % _COLUMNS)
        return card

    def _show_ledger(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows != self._rows:
            self._rows = rows
            self._panel.show_ledger(rows)

    def _do(self, pump: int, deed: str, asked: Mapping[str, object]) -> None:
        self._said.say("")
        self._watching.do(pump, deed, **asked)

    def _stop_playing(self) -> None:
        if self._player is not None:
            player, door = self._player
            self._player = None
            player.stop()
            door.close()
