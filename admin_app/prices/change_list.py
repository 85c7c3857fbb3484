"""Planned, running and past price changes, each with how it stands."""

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from admin_app.prices import words
from admin_app.prices.board import ChangeRow
from admin_app.prices.presenter import PricesState
from core.domain.price import PriceChangeState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _

_TONES = {
    PriceChangeState.PROPOSED: Tone.AMBER,
    PriceChangeState.SCHEDULED: Tone.BLUE,
    PriceChangeState.APPLYING: Tone.AMBER,
    PriceChangeState.APPLIED: Tone.GREEN,
    PriceChangeState.WITHDRAWN: Tone.GREY,
    PriceChangeState.SUPERSEDED: Tone.GREY,
    PriceChangeState.EXPIRED: Tone.RED,
}


class ChangeList(QScrollArea):
    """Signals: withdraw_wanted, approve_wanted, look_wanted(PriceChangeId)."""

    withdraw_wanted = Signal(str)
    approve_wanted = Signal(str)
    look_wanted = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self._painted: object = None

    def show_state(self, state: PricesState) -> None:
        """Paint the rows, where they have changed."""
        wanted = (state.board.changes, state.withdrawing, state.busy, state.loaded)
        if wanted == self._painted:
            return
        self._painted = wanted
        at = self.verticalScrollBar().value()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.current().px(4), 0)
        column.setSpacing(theme.current().px(4))
        for row in state.board.changes:
            column.addWidget(self._row(row, state))
        if state.loaded and not state.board.changes:
            column.addWidget(Words(_("No price has been changed yet."), "quiet"))
        column.addStretch(1)
        self.setWidget(inside)
        self.verticalScrollBar().setValue(at)

    def _row(self, row: ChangeRow, state: PricesState) -> QFrame:
        wearing, change = theme.current(), row.change
        frame = QFrame()
        frame.setObjectName(f"price_change_{change.id}")
        frame.setProperty("role", "tinted" if change.state is PriceChangeState.APPLYING else "surface")
        tone = Tone.RED if row.blocked else _TONES[change.state]
        frame.setProperty("tone", tone.value)
        line = QHBoxLayout(frame)
        line.setContentsMargins(wearing.px(10), wearing.px(4), wearing.px(8), wearing.px(4))
        line.setSpacing(wearing.px(12))
        badge = Words(names.price_change_state(change.state), name=f"price_state_{change.id}")
        badge.setProperty("role", "state")
        badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        badge.setFixedWidth(wearing.px(112))
        badge.setProperty("tone", tone.value)
        line.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(
            ElidedWords(f"{names.grade(change.grade)}  {formats.unit_price(change.price)}", "strong")
        )
        told.addWidget(ElidedWords(_told(row), "caption"))
        line.addLayout(told, 1)
        if change.state is PriceChangeState.PROPOSED:
            line.addWidget(
                self._button(
                    _("Agree to it"), f"price_approve_{change.id}", "small", self.approve_wanted, change.id
                )
            )
        if change.state in (PriceChangeState.PROPOSED, PriceChangeState.SCHEDULED):
            withdraw = self._button(
                _("Withdraw"), f"price_withdraw_{change.id}", "small-red", self.withdraw_wanted, change.id
            )
            withdraw.set_busy(change.id in state.withdrawing)
            line.addWidget(withdraw)
        line.addWidget(
            self._button(_("Details"), f"price_look_{change.id}", "small", self.look_wanted, change.id)
        )
        return frame

    @staticmethod
    def _button(said: str, name: str, role: str, wanted: SignalInstance, change: str) -> BusyButton:
        button = BusyButton(said, name, role=role)
        button.clicked.connect(lambda: wanted.emit(change))
        return button


def _told(row: ChangeRow) -> str:
    change = row.change
    by = _people(row)
    blocked = (
        _("blocked: {nozzles}").format(nozzles=_(", ").join(each.nozzle for each in row.blocked))
        if row.blocked
        else ""
    )
    if change.state is PriceChangeState.APPLYING and row.waiting:
        told = _("{done} of {count} nozzles have it, waiting for pump {pumps}").format(
            done=row.nozzles - len(row.waiting) - len(row.blocked),
            count=row.nozzles,
            pumps=words.pumps(row.waiting),
        )
        return f"{blocked}{_(', ')}{told}" if blocked else told
    begun = change.state is PriceChangeState.APPLIED and change.applied_at is not None
    when = (
        _("at once") if change.at_once and not begun else _("from {moment}").format(moment=words.due(change))
    )
    parts = [blocked, when, by]
    if row.unchecked and change.state is PriceChangeState.APPLIED:
        parts.insert(1, _("look at the pole"))
    return _(", ").join(part for part in parts if part)


def _people(row: ChangeRow) -> str:
    name = row.by or _("somebody who left")
    if row.change.approved_by is not None:
        return _("{name}, agreed by {other}").format(name=name, other=row.approver or _("somebody who left"))
    return _("planned by {name} {moment}").format(
        name=name, moment=formats.short_moment(row.change.scheduled_at)
    )
