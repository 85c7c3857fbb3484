"""Beside the pumps: what goes wrong at the controller, a script to play or to keep, and what the pumps counted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QListWidget, QVBoxLayout

from core.domain.litres import Litres
from core.domain.money import Money
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _
from demo.forecourt.player import Progress

_SPEEDS = (1, 5, 20, 100)
_SHOWN = 60


class ScriptPanel(QFrame):
    """Signals: fault(kind), pace(factor), play(path, speed), stop(), keep(path)."""

    fault = Signal(str)
    pace = Signal(int)
    play = Signal(object, int)
    stop = Signal()
    keep = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        px = theme.current().px
        self.setFixedWidth(px(340))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.setSpacing(px(8))
        column.addWidget(Words(_("What goes wrong"), "title"))
        column.addLayout(self._faults())
        column.addWidget(Words(_("A day again"), "title"))
        column.addLayout(self._playing())
        self._progress = Words(_("No script is playing."), "quiet", name="script_progress", wrap=True)
        column.addWidget(self._progress)
        column.addWidget(Words(_("What the pumps counted"), "title"))
        self._sum = Words("", "quiet", name="ledger_sum")
        column.addWidget(self._sum)
        self._ledger = QListWidget()
        self._ledger.setObjectName("ledger")
        column.addWidget(self._ledger, 1)

    def show_ledger(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """The newest fills first, and the sums of all."""
        litres = Litres(sum(row["volume_ml"] for row in rows))
        amount = Money(sum(row["amount_fen"] for row in rows))
        words = _("{count} fills, {litres}, {amount}")
        self._sum.say(
            words.format(count=len(rows), litres=formats.litres(litres), amount=formats.money(amount))
        )
        self._ledger.clear()
        for row in reversed(rows[-_SHOWN:]):
            self._ledger.addItem(_line(row))

    def show_progress(self, progress: Progress) -> None:
        """How far the script is."""
        words = _("{done} done, {left} to come.").format(done=progress.done, left=progress.left)
        if progress.given_up:
            words += " " + _("Not possible: {deeds}").format(deeds="; ".join(progress.given_up[-3:]))
        self._progress.say(words)

    def show_unfit(self, why: str) -> None:
        """Why a file cannot be played."""
        self._progress.say(_("This file cannot be played: {why}").format(why=why))

    def _faults(self) -> QGridLayout:
        grid = QGridLayout()
        kinds = (
            ("lose_reply", _("Lose the next reply")),
            ("garbage", _("Answer nonsense once")),
            ("slow", _("Answer late")),
            ("silent", _("Say nothing")),
            ("restart", _("Restart the controller")),
            ("none", _("All is well again")),
        )
        for place, (kind, words) in enumerate(kinds):
            button = BusyButton(words, f"fault_{kind}", role="small")
            button.clicked.connect(lambda _checked=False, said=kind: self.fault.emit(said))
            grid.addWidget(button, place // 2, place % 2)
        return grid

    def _playing(self) -> QVBoxLayout:
        self._speed = ChoiceBox()
        self._speed.setObjectName("script_speed")
        for speed in _SPEEDS:
            self._speed.addItem(_("{speed} times as fast").format(speed=speed), speed)
        self._speed.currentIndexChanged.connect(lambda _place: self.pace.emit(self._speed.currentData()))
        open_, stop, keep = (
            BusyButton(words, name, role="small")
            for words, name in (
                (_("Play a file…"), "script_play"),
                (_("Stop"), "script_stop"),
                (_("Keep this day…"), "script_keep"),
            )
        )
        open_.clicked.connect(self._choose)
        stop.clicked.connect(self.stop)
        keep.clicked.connect(self._choose_where)
        row = QHBoxLayout()
        for button in (open_, stop, keep):
            row.addWidget(button)
        column = QVBoxLayout()
        column.addWidget(self._speed)
        column.addLayout(row)
        return column

    def _choose(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, _("Play a file…"), "", "*.jsonl")
        if name:
            self.play.emit(Path(name), self._speed.currentData())

    def _choose_where(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, _("Keep this day…"), "day.jsonl", "*.jsonl")
        if name:
            self.keep.emit(Path(name))


def _line(row: Mapping[str, Any]) -> str:
    ended = datetime.fromisoformat(row["ended_at"])
    words = _("{time}  pump {pump}  {litres}  {amount}").format(
        time=f"{ended:%H:%M:%S}",
        pump=f"{row['pump']}-{row['nozzle']}",
        litres=formats.litres(Litres(row["volume_ml"])),
        amount=formats.money(Money(row["amount_fen"])),
    )
    return words if row["closed"] else words + "  " + _("not fetched")
