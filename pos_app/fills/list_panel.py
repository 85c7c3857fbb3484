"""Every fill that may need somebody, under headings: what has to be decided first stands first."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from core.domain.fill import Fill
from core.domain.missing_fill import MissingFill
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import CENTRE, Words
from core.qt.widgets.put_away import put_away
from core.wording import formats
from core.wording.catalogue import _
from pos_app.fills.presenter import Fills, FillsState
from pos_app.fills.rows import FillRow, GapRow
from pos_app.fills.words import owed_by, stands, what


class ListPanel(QWidget):
    """Signals: chosen(fill id); accepted(missing id); rejected(missing id)."""

    chosen = Signal(str)
    accepted = Signal(str)
    rejected = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(wearing.px(4))
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setMinimumHeight(wearing.px(420))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(area)
        self._rows: list[QWidget] = []
        self._shown: Fills | None = None

    def show_state(self, state: FillsState) -> None:
        """Paint what there is."""
        if state.fills == self._shown:
            return
        self._shown = state.fills
        for row in self._rows:
            self._list.removeWidget(row)
            put_away(row)
        self._rows = self._laid_out(state.fills)
        if not self._rows:
            self._rows = [Words(_("Every fill is paid and in the books."), "quiet", align=CENTRE)]
        for row in self._rows:
            self._list.addWidget(row)

    def _laid_out(self, fills: Fills) -> list[QWidget]:
        rows: list[QWidget] = []
        if fills.gaps:
            rows.append(_heading(_("Missing: the counter moved, and no fill is booked")))
        rows += [self._gap(gap) for gap in fills.gaps]
        rows += self._plain(_("Disputed: to be decided"), fills.disputed, Tone.AMBER)
        if fills.owed:
            rows.append(_heading(_("Owed by customers who have gone")))
        for owed in fills.owed:
            tone = Tone.RED if owed.overdue else Tone.AMBER
            rows.append(self._row(owed.fill, owed_by(owed), tone))
        rows += self._plain(_("Waiting to be paid"), fills.unpaid, Tone.RED)
        if fills.claims:
            rows.append(_heading(_("On the bill of another till")))
        for claim in fills.claims:
            words = _("{cashier} at {place} since {time}").format(
                cashier=claim.cashier,
                place=claim.place or "—",
                time=formats.time_of_day(claim.since),
            )
            rows.append(self._row(claim.fill, words, None))
        rows += self._plain(_("Pump tests"), fills.tests, None)
        rows += self._plain(_("Written off"), fills.written_off, None)
        return rows

    def _gap(self, gap: MissingFill) -> GapRow:
        return GapRow(gap, lambda: self.accepted.emit(gap.id), lambda: self.rejected.emit(gap.id))

    def _plain(self, title: str, found: Sequence[Fill], tone: Tone | None) -> list[QWidget]:
        if not found:
            return []
        return [_heading(title), *(self._row(fill, stands(fill), tone) for fill in found)]

    def _row(self, fill: Fill, words: str, tone: Tone | None) -> FillRow:
        row = FillRow(f"fill_{fill.id}", what(fill), formats.money(fill.amount), words, tone)
        row.clicked.connect(lambda _checked=False, chosen=fill.id: self.chosen.emit(chosen))
        return row


def _heading(words: str) -> Words:
    return Words(words, "strong", Tone.GREY)
