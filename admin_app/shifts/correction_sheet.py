"""A counted figure put right by a new entry: which tender, how much more or less, why. The Z stays as it was."""

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QWidget

from admin_app.panels import form
from admin_app.shifts.presenter import ShiftsPresenter
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.report import ShiftReport
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _

_LONGEST_REASON = 200


class CorrectionSheet(Sheet):
    """Opens and closes by itself as the presenter says."""

    def __init__(self, presenter: ShiftsPresenter, layers: Layers) -> None:
        super().__init__("", "correction_sheet", width=640)
        self._presenter = presenter
        self._layers = layers
        self._report: ShiftReport | None = None
        self._tender = Tender.CASH
        self._tenders = QButtonGroup(self)
        self._tender_row = QHBoxLayout()
        holder = QWidget()
        holder.setLayout(self._tender_row)
        self._tender_row.setContentsMargins(0, 0, 0, 0)
        self._ways = QButtonGroup(self)
        ways = QWidget()
        row = QHBoxLayout(ways)
        row.setContentsMargins(0, 0, 0, 0)
        self._more = self._way(row, _("More was counted"), "correction_more")
        self._less = self._way(row, _("Less was counted"), "correction_less")
        self.field = DecimalEdit("correction_amount")
        self.reason = QLineEdit()
        self.reason.setObjectName("correction_reason")
        self.reason.setMaxLength(_LONGEST_REASON)
        for edit in (self.field, self.reason):
            edit.textChanged.connect(lambda _text: self._settle())
        self.body.addWidget(
            Words(_("The Z stays as it was; this entry stands beside it with your name."), "quiet", wrap=True)
        )
        self.body.addLayout(
            form(
                (_("Tender"), holder),
                (_("Which way"), ways),
                (_("Amount, yuan"), self.field),
                (_("Why"), self.reason),
            )
        )
        self._told = Words("", "strong", name="correction_told", wrap=True)
        self.body.addWidget(self._told)
        self._go = BusyButton(_("Put it right"), "correction_go", key="Return", role="primary")
        self._go.clicked.connect(self._give)
        self.body.addWidget(self._go)
        self.left.connect(presenter.give_up_correction)
        presenter.changed.connect(self._show)

    def _way(self, row: QHBoxLayout, words: str, name: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        button.setCheckable(True)
        button.setProperty("role", "choice")
        button.clicked.connect(self._settle)
        self._ways.addButton(button)
        row.addWidget(button)
        return button

    def _show(self) -> None:
        state = self._presenter.state
        if not state.correcting or state.shown is None:
            self._layers.close_sheet(self)
            return
        if not self._layers.is_open(self):
            self._begin(state.shown)
            self._layers.open(self, self.field)
        self._go.set_busy(state.saving, _("Writing it down…"))
        if state.trouble is not None:
            self._told.say(told(state.trouble), Tone.RED)

    def _begin(self, report: ShiftReport) -> None:
        self._report = report
        self.title.setText(_("Put shift {number} right").format(number=report.shift.number))
        for button in self._tenders.buttons():
            self._tenders.removeButton(button)
            put_away(button)
        for variance in report.variances:
            button = QPushButton(names.tender(variance.tender))
            button.setObjectName(f"correction_tender_{variance.tender}")
            button.setCheckable(True)
            button.setProperty("role", "choice")
            button.clicked.connect(lambda _checked=False, tender=variance.tender: self._choose(tender))
            self._tenders.addButton(button)
            self._tender_row.addWidget(button)
            button.setChecked(variance.tender is Tender.CASH)
        self._tender = Tender.CASH
        self._more.setChecked(True)
        self.field.clear()
        self.reason.clear()
        self._settle()

    def _choose(self, tender: Tender) -> None:
        self._tender = tender
        self._settle()

    @property
    def _amount(self) -> Money | None:
        typed = self.field.money()
        if typed is None or not typed:
            return None
        return -typed if self._less.isChecked() else typed

    def _settle(self) -> None:
        amount, report = self._amount, self._report
        if amount is None or report is None:
            self._told.say("")
            self._go.set_reason(_("Type how much first."))
            return
        self._go.set_reason("" if self.reason.text().strip() else _("Type why."))
        entered = sum(
            (entry.amount for entry in report.corrections if entry.tender is self._tender), start=amount
        )
        for variance in report.variances:
            if variance.tender is self._tender:
                after = variance.difference + entered
                words = _("{tender}: the difference is {before}, then {after}.").format(
                    tender=names.tender(self._tender),
                    before=formats.money(after - amount),
                    after=formats.money(after),
                )
                self._told.say(words, None if after else Tone.GREEN)

    def _give(self) -> None:
        amount = self._amount
        if amount is not None:
            self._presenter.correct(self._tender, amount, self.reason.text().strip())
