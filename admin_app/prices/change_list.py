"""Planned, running and past price changes, each with how it stands."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from admin_app.prices import words
from admin_app.prices.presenter import ChangeRow, PricesState
from core.domain.price import PriceChangeState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _

_TONES = {
    PriceChangeState.SCHEDULED: Tone.BLUE,
    PriceChangeState.APPLYING: Tone.AMBER,
    PriceChangeState.APPLIED: Tone.GREEN,
    PriceChangeState.WITHDRAWN: Tone.GREY,
    PriceChangeState.SUPERSEDED: Tone.GREY,
}


class ChangeList(QScrollArea):
    """Signals: withdraw_wanted(PriceChangeId)."""

    withdraw_wanted = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self._painted: object = None

    def show_state(self, state: PricesState) -> None:
        """Paint the rows, where they have changed."""
        wanted = (state.board.changes, state.withdrawing, state.loaded)
        if wanted == self._painted:
            return
        self._painted = wanted
        at = self.verticalScrollBar().value()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.current().px(4), 0)
        column.setSpacing(theme.current().px(4))
        for row in state.board.changes:
            column.addWidget(self._row(row, row.change.id in state.withdrawing))
        if state.loaded and not state.board.changes:
            column.addWidget(Words(_("No price has been changed yet."), "quiet"))
        column.addStretch(1)
        self.setWidget(inside)
        self.verticalScrollBar().setValue(at)

    def _row(self, row: ChangeRow, withdrawing: bool) -> QFrame:
        wearing, change = theme.current(), row.change
        frame = QFrame()
        frame.setObjectName(f"price_change_{change.id}")
        frame.setProperty("role", "tinted" if change.state is PriceChangeState.APPLYING else "surface")
        frame.setProperty("tone", _TONES[change.state].value)
        line = QHBoxLayout(frame)
        line.setContentsMargins(wearing.px(10), wearing.px(4), wearing.px(8), wearing.px(4))
        line.setSpacing(wearing.px(12))
        badge = Words(names.price_change_state(change.state), name=f"price_state_{change.id}")
        badge.setProperty("role", "state")
        badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        badge.setFixedWidth(wearing.px(112))
        badge.setProperty("tone", _TONES[change.state].value)
        line.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(
            ElidedWords(f"{names.grade(change.grade)}  {formats.unit_price(change.price)}", "strong")
        )
        told.addWidget(ElidedWords(_told(row), "caption"))
        line.addLayout(told, 1)
        if change.state is PriceChangeState.SCHEDULED:
            button = BusyButton(_("Withdraw"), f"price_withdraw_{change.id}", role="small-red")
            button.set_busy(withdrawing)
            button.clicked.connect(lambda: self.withdraw_wanted.emit(change.id))
            line.addWidget(button)
        return frame


def _told(row: ChangeRow) -> str:
    change = row.change
    by = _("planned by {name} {moment}").format(
        name=row.by or _("somebody who left"), moment=formats.short_moment(change.scheduled_at)
    )
    if change.state is PriceChangeState.APPLYING and row.waiting:
        return _("{done} of {count} nozzles have it, waiting for pump {pumps}").format(
            done=row.nozzles - len(row.waiting), count=row.nozzles, pumps=words.pumps(row.waiting)
        )
    if change.state is PriceChangeState.APPLIED and change.applied_at is not None:
        return _("in force since {moment}, {by}").format(
            moment=formats.short_moment(change.applied_at), by=by
        )
    return _("from {moment}, {by}").format(moment=formats.short_moment(change.due_at), by=by)
