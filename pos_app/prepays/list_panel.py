"""Which prepay: by number, receipt or plate, or among the open ones."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from core.domain.prepay import Prepay
from core.qt import theme
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats
from core.wording.catalogue import _
from pos_app.prepays.presenter import PrepaysState
from pos_app.prepays.words import stands, tone, where
from pos_app.search_panel import WITH_KEYS, SearchPanel


class ListPanel(SearchPanel):
    """Signals: sought(str); chosen(prepay id)."""

    chosen = Signal(str)

    def __init__(self) -> None:
        words = _("Scan the receipt, or type its number or the plate.")
        super().__init__("prepay", Words(words, "strong", wrap=True), _("No prepay is open."))
        self._shown: tuple[Prepay, ...] | None = None

    def show_state(self, state: PrepaysState) -> None:
        """Paint what is open, or was found."""
        prepays = state.shown if state.sought else state.open_ones
        self.show_looking(state.busy == "find", nothing=not prepays)
        if prepays == self._shown:
            return
        self._shown = prepays
        rows = [_row(prepay, number) for number, prepay in enumerate(prepays, 1)]
        for row, prepay in zip(rows, prepays, strict=True):
            row.clicked.connect(lambda _checked=False, chosen=prepay.id: self.chosen.emit(chosen))
        self.lay_out(rows)


class _Row(QPushButton):
    key = ""

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """A finger high; a style sheet would overrule `setMinimumHeight`."""
        return QSize(theme.current().px(200), theme.current().px(64))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The same height."""
        return QSize(0, theme.current().px(64))


def _row(prepay: Prepay, number: int) -> QPushButton:
    wearing = theme.current()
    row = _Row()
    row.setObjectName(f"prepay_{prepay.number}")
    row.setAccessibleName(prepay.number)
    row.setProperty("role", "flat")
    if number <= WITH_KEYS:
        row.key = f"Alt+{number}"
    column = QVBoxLayout(row)
    column.setContentsMargins(wearing.px(12), wearing.px(4), wearing.px(12), wearing.px(4))
    column.setSpacing(0)
    owed = (prepay.owed or prepay.to_return) if prepay.is_open else prepay.amount
    for left, right, kind in (
        (where(prepay), formats.money(owed), "strong"),
        (
            f"{prepay.number}   {stands(prepay)}",
            f"{formats.short_moment(prepay.paid_at)}   {row.key}".rstrip(),
            "quiet",
        ),
    ):
        line = QHBoxLayout()
        line.addWidget(ElidedWords(left, kind), 1)
        line.addWidget(Words(right, kind, tone(prepay) if kind == "strong" else None, align=RIGHT))
        column.addLayout(line)
    for label in row.findChildren(Words):
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return row
