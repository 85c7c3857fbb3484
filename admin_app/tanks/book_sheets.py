"""The sheets that change what a tank's book rests on: fuel pumped over into another tank, its strapping table."""

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit

from admin_app.panels import form
from admin_app.tanks.presenter import TableFile, TanksState
from admin_app.tanks.words import whole
from core.domain.ids import TankNumber
from core.domain.litres import NO_LITRES
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording import names, tanks
from core.wording.catalogue import _


class MoveSheet(Sheet):
    """Signals: wanted(TankNumber, Litres, reason)."""

    wanted = Signal(object, object, str)

    def __init__(self) -> None:
        super().__init__(_("Pump fuel over"), "move_form", width=640)
        self._neighbours: tuple[TankNumber, ...] = ()
        self._who = Words("", "title", name="move_tank")
        self._to = ChoiceBox()
        self._to.setObjectName("move_to")
        self.volume = DecimalEdit("move_volume")
        self._reason = QLineEdit()
        self._reason.setObjectName("move_reason")
        self._reason.setMaxLength(120)
        self.volume.textEdited.connect(lambda _text: self._settle())
        self._reason.textEdited.connect(lambda _text: self._settle())
        self._told = Words(
            _(
                "Both books get a line: out of this tank, into the other. "
                "Take the litres from dips or gauge readings."
            ),
            wrap=True,
        )
        self._go = BusyButton(_("Write it into both books"), "move_save", key="Return", role="primary")
        self._go.clicked.connect(self._send)
        self.body.addWidget(self._who)
        self.body.addLayout(
            form((_("Into tank"), self._to), (_("Litres"), self.volume), (_("Reason"), self._reason))
        )
        for widget in (self._told, self._go):
            self.body.addWidget(widget)

    def begin(self, state: TanksState) -> None:
        """Empty fields for the chosen tank."""
        self._who.setText(_named(state))
        self._neighbours = state.neighbours
        self._to.clear()
        self._to.addItems([_("Tank {tank}").format(tank=number) for number in self._neighbours])
        self.volume.clear()
        self._reason.clear()
        self._settle()

    def show_state(self, state: TanksState) -> None:
        """Whether it is being written down."""
        self._go.set_busy("move" in state.busy, _("Writing it down…"))

    def _settle(self) -> None:
        volume = self.volume.litres()
        lacks = volume is None or volume <= NO_LITRES or not self._reason.text().strip()
        self._go.set_reason(_("Type the litres, and why.") if lacks else "")

    def _send(self) -> None:
        volume, place = self.volume.litres(), self._to.currentIndex()
        if volume is not None and place >= 0:
            self.wanted.emit(self._neighbours[place], volume, self._reason.text())


class StrapSheet(Sheet):
    """A file is looked into first, and read in when a person has seen what is in it.

    Signals: look_wanted(Path); wanted().
    """

    look_wanted = Signal(Path)
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_("Strapping table"), "strap_form", width=760)
        self._file: TableFile | None = None
        self._who = Words("", "title", name="strap_tank")
        self.path = QLineEdit()
        self.path.setObjectName("strap_path")
        self.path.textChanged.connect(lambda _text: self._settle())
        self._choose = BusyButton(_("Choose a file…"), "strap_choose", role="quiet")
        self._choose.clicked.connect(self._open_dialog)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(self._choose)
        self._told = Words("", name="strap_told", wrap=True)
        self._go = BusyButton(_("Look into the file"), "strap_save", key="Return", role="primary")
        self._go.clicked.connect(self._send)
        self.body.addWidget(self._who)
        self.body.addLayout(row)
        for widget in (self._told, self._go):
            self.body.addWidget(widget)

    def begin(self, state: TanksState) -> None:
        """No file yet."""
        self._who.setText(_named(state))
        self._file = None
        self.path.clear()
        self._settle()

    def show_state(self, state: TanksState) -> None:
        """What was found in the file."""
        self._file = state.table
        self._go.set_busy("strap" in state.busy, _("Writing it down…"))
        self._settle()

    @property
    def _is_looked_into(self) -> bool:
        return self._file is not None and self._file.path == self._typed()

    def _typed(self) -> Path:
        text = self.path.text().strip().strip('"')
        # A file dragged from a folder's window arrives as an address.
        return Path(QUrl(text).toLocalFile() if text.startswith("file:") else text)

    def _settle(self) -> None:
        self._go.set_reason("" if self.path.text().strip() else _("Choose a file first."))
        if self._file is None or not self._is_looked_into:
            self._go.set_words(_("Look into the file"))
            self._told.setText(
                _(
                    "A CSV file with millimetres and litres in each line, from 0,0 to the full tank. "
                    "Nothing changes before you have seen what is in it."
                )
            )
            return
        found = self._file.table
        self._go.set_words(_("Read it in"))
        self._told.setText(
            _(
                "{points} lines, up to {height} and {volume}. It takes the place of the table there was."
            ).format(
                points=f"{len(found.points):,}", height=tanks.height(found.highest), volume=whole(found.most)
            )
        )

    def _send(self) -> None:
        if self._is_looked_into:
            self.wanted.emit()
        else:
            self.look_wanted.emit(self._typed())

    def _open_dialog(self) -> None:
        dialog = QFileDialog(self, _("Strapping table"), "", _("Tables (*.csv *.txt);;All files (*)"))
        dialog.setObjectName("strap_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._chosen)
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def _chosen(self, path: str) -> None:
        self.path.setText(path)
        self.look_wanted.emit(self._typed())


def _named(state: TanksState) -> str:
    tank = state.tank
    if tank is None:
        return ""
    return _("Tank {tank}, {grade}").format(tank=tank.tank.number, grade=names.grade(tank.tank.grade))
