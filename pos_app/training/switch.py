"""The button on the sign-in screen that leads to training and out of it again."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording.catalogue import _

# The PIN of everybody at a training till; core.station.training gives it to them.
PIN = "0000"


class TrainingSwitch(QWidget):
    """Signals: begin, start a training till beside this one; end, leave this training till."""

    begin = Signal()
    end = Signal()

    def __init__(self, *, in_training: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(16))
        if in_training:
            row.addWidget(
                Words(_("Everybody's PIN here is {pin}.").format(pin=PIN), "strong", name="training_pin")
            )
        words, name = (
            (_("End training"), "training_end") if in_training else (_("Training"), "training_begin")
        )
        button = BusyButton(words, name, role="quiet")
        button.setFixedHeight(theme.current().px(48))
        button.clicked.connect(self.end if in_training else self.begin)
        row.addWidget(button)


def start_training(config: Path, place: str) -> bool:
    """Start a training till as a program of its own; whether the system let it."""
    own = [] if getattr(sys, "frozen", False) else ["-m", "pos_app"]
    where = ["--place", place] if place else []
    arguments = [*own, "--training", "--config", str(config.resolve()), *where]
    started, _process = QProcess.startDetached(sys.executable, arguments)
    return started
