"""One price change nozzle by nozzle: what was asked and confirmed when, who planned and agreed, what was looked at."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QWidget

from admin_app.prices.board import ChangeRow
from core.domain.price_paper import CheckPoint
from core.domain.price_switch import PriceSwitch, SwitchState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import LEFT, RIGHT, Words
from core.qt.widgets.layers import Sheet
from core.wording import formats, names, prices
from core.wording.catalogue import _

_TONES = {SwitchState.BLOCKED: Tone.RED, SwitchState.WAITING: Tone.AMBER, SwitchState.ASKED: Tone.AMBER}
_TALLEST = 260
_FIGURES = (1, 2, 3)
_STATE = 4


class ChangeSheet(Sheet):
    """Signals: ticked(CheckPoint); paper_wanted; file_wanted."""

    ticked = Signal(object)
    paper_wanted = Signal()
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("", "price_change_sheet", width=900)
        self._people = Words("", name="price_change_people", wrap=True)
        self._nozzles = QScrollArea()
        self._nozzles.setObjectName("price_change_nozzles")
        self._nozzles.setWidgetResizable(True)
        self._painted: object = None
        self._points = {
            point: BusyButton(prices.check_point(point), f"price_tick_{point.value}", role="choice")
            for point in CheckPoint
        }
        self._ticked = {
            point: Words("", "caption", name=f"price_ticked_{point.value}") for point in CheckPoint
        }
        self.paper = BusyButton(_("Print the slip"), "price_change_print", role="quiet")
        self.paper.clicked.connect(self.paper_wanted)
        self.file = BusyButton(_("As PDF"), "price_change_pdf", role="quiet")
        self.file.clicked.connect(self.file_wanted)
        self.body.addWidget(self._people)
        self.body.addWidget(self._nozzles)
        for point, button in self._points.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, chosen=point: self.ticked.emit(chosen))
            row = QHBoxLayout()
            row.addWidget(button, 1)
            row.addWidget(self._ticked[point])
            self.body.addLayout(row)
        papers = QHBoxLayout()
        papers.addStretch(1)
        papers.addWidget(self.file)
        papers.addWidget(self.paper)
        self.body.addLayout(papers)

    def show_row(self, row: ChangeRow) -> None:
        """Paint it."""
        change = row.change
        self.title.setText(
            f"{names.grade(change.grade)}  {formats.unit_price(change.price)}"
            f"  {names.price_change_state(change.state)}"
        )
        self._people.setText(_people(row))
        if row.switches != self._painted:
            self._painted = row.switches
            self._nozzles.setWidget(_table(row.switches))
            rows = max(2, len(row.switches) + 1)
            self._nozzles.setFixedHeight(theme.current().px(min(_TALLEST, 12 + 30 * rows)))
        ticked = {check.point: (check, name) for check, name in row.checks}
        for point, button in self._points.items():
            known = ticked.get(point)
            button.setChecked(known is not None)
            button.set_reason(
                "" if known is None and point in row.unchecked else _("This comes after the change, once.")
            )
            self._ticked[point].setText(
                f"{known[1]}  {formats.short_moment(known[0].at)}" if known is not None else ""
            )


def _people(row: ChangeRow) -> str:
    change = row.change
    told = [
        _("From {moment}").format(moment=formats.end_moment(change.due_at)),
        _("planned by {name} {moment}").format(
            name=row.by or _("somebody who left"), moment=formats.moment(change.scheduled_at)
        ),
    ]
    if change.approved_at is not None:
        told.append(
            _("agreed by {name} {moment}").format(
                name=row.approver or _("somebody who left"), moment=formats.moment(change.approved_at)
            )
        )
    if change.over is not None:
        told.append(_("above the guide price {price}").format(price=formats.unit_price(change.over)))
    if change.applied_at is not None:
        told.append(
            _("in force everywhere {moment}").format(moment=formats.moment_to_the_second(change.applied_at))
        )
    return _(", ").join(told)


def _table(switches: tuple[PriceSwitch, ...]) -> QWidget:
    inside = QWidget()
    grid = QGridLayout(inside)
    wearing = theme.current()
    grid.setContentsMargins(0, 0, wearing.px(8), 0)
    grid.setHorizontalSpacing(wearing.px(16))
    grid.setVerticalSpacing(wearing.px(4))
    heads = (_("Nozzle"), _("Before"), _("New"), _("Counter at the switch"), _("State"), _("Confirmed"))
    for column, head in enumerate(heads):
        grid.addWidget(Words(head, "caption", align=RIGHT if column in _FIGURES else LEFT), 0, column)
    for number, each in enumerate(switches, 1):
        tone = _TONES.get(each.state)
        state = prices.why_blocked(each.why) if each.why else prices.switch_state(each.state)
        confirmed = each.state is SwitchState.CONFIRMED and each.ended_at is not None
        texts = (
            each.nozzle,
            formats.unit_price_without_unit(each.before) if each.before else "—",
            formats.unit_price_without_unit(each.price),
            formats.litres(each.counter) if each.counter is not None else "—",
            state,
            formats.moment_to_the_second(each.ended_at) if confirmed and each.ended_at else "",
        )
        for column, text in enumerate(texts):
            cell = Words("", align=RIGHT if column in _FIGURES else LEFT)
            cell.say(text, tone if column == _STATE else None)
            grid.addWidget(cell, number, column)
    if not switches:
        grid.addWidget(Words(_("No pump has been asked yet."), "quiet"), 1, 0, 1, len(heads))
    grid.setColumnStretch(4, 1)
    grid.setRowStretch(len(switches) + 1, 1)
    return inside
