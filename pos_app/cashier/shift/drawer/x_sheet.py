"""The X: the shift so far, on the screen and on paper; blind unless somebody may know more."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea

from core.domain.report import ShiftReport
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.figure_parts import FigureParts
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording import formats
from core.wording.catalogue import _
from core.wording.shift_figures import parts_of
from pos_app.cashier.shift.drawer.presenter import DrawerState


class ReportSheet(Sheet):
    """Signals: whole_wanted; print_wanted."""

    whole_wanted = Signal()
    print_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("", "x_sheet", width=760)
        wearing = theme.current()
        self._shown: ShiftReport | None = None
        self._blind = Words(
            _("What the drawer should hold is left out: it is counted blind."),
            "quiet",
            name="x_blind",
            wrap=True,
        )
        self.body.addWidget(self._blind)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setMinimumHeight(wearing.px(400))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.area, 1)
        self._said = Words("", "strong", name="x_said", wrap=True)
        self.body.addWidget(self._said)
        row = QHBoxLayout()
        row.setSpacing(wearing.px(8))
        self._whole = BusyButton(_("Show what should be there"), "x_whole", key="F2")
        self._whole.set_height(wearing.size("primary"))
        self._whole.clicked.connect(self.whole_wanted)
        self._print = BusyButton(_("Print"), "x_print", key="F9", role="primary")
        self._print.clicked.connect(self.print_wanted)
        row.addWidget(self._whole, 1)
        row.addWidget(self._print, 1)
        self.body.addLayout(row)

    def show_state(self, state: DrawerState) -> None:
        """Paint the figures."""
        report = state.report
        if report is None:
            return
        if report is not self._shown:
            self._shown = report
            moment = formats.moment(report.printed_at) if report.printed_at else ""
            words = _("X report, shift {number}, {moment}")
            self.title.setText(words.format(number=report.shift.number, moment=moment))
            self.area.setWidget(FigureParts(parts_of(report)))
        self._blind.setVisible(report.is_blind)
        self._whole.set_reason("" if report.is_blind else _("It shows already."))
        self._whole.set_busy(state.busy == "whole")
        self._print.set_busy(state.busy == "print")
        if state.trouble is not None:
            self._said.say(told(state.trouble), Tone.RED)
        else:
            self._said.say(_("The X is being printed.") if state.printing else "", Tone.GREEN)
        self._said.setVisible(bool(self._said.text()))
