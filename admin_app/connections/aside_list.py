"""What the cloud refused: which message, about what, since when and why; once more, or seen to some other way."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from admin_app.connections.presenter import ConnectionsState
from admin_app.panels import panel
from core.ports.mailbox import MessageAside
from core.qt.row_table import Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _, mark
from core.wording.refusals import sentence_of_code

_KINDS: Mapping[str, str] = {
    "station_described": mark("What the station is"),
    "prices_changed": mark("Prices"),
    "order_authorised": mark("Online order: released"),
    "order_fuelling": mark("Online order: fuelling"),
    "order_completed": mark("Online order: done"),
    "order_declined": mark("Online order: declined"),
    "sale_completed": mark("A sale"),
    "refund_completed": mark("A refund"),
    "shift_closed": mark("A shift"),
}
_NOT_UNDERSTOOD = mark("Unknown to the cloud: update, then send again.")
_REFUSED = mark("The cloud refused it ({code}).")


class AsideList(QWidget):
    """Signals: again(message id); settled(message id)."""

    again = Signal(str)
    settled = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._table: RowTable[MessageAside] = RowTable(_columns(), key=lambda aside: aside.id)
        self._view = RowTableView(self._table, "aside_table")
        self._title = Words("", "strong", name="aside_title")
        self._again = BusyButton(_("Send again"), "aside_again")
        self._settle = BusyButton(_("Mark as settled"), "aside_settle")
        self._again.clicked.connect(lambda: self._tell(self.again))
        self._settle.clicked.connect(lambda: self._tell(self.settled))
        self._busy = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel(self._title, self._view, self._again, self._settle))
        self._view.selectionModel().selectionChanged.connect(lambda *_what: self._settle_buttons())
        self.show_state(ConnectionsState())

    def show_state(self, state: ConnectionsState) -> None:
        """Paint them."""
        count = len(state.aside)
        words = _("Refused by the cloud ({count})").format(count=count)
        self._title.setText(words if count else _("The cloud has refused nothing."))
        self._busy = state.busy
        self._table.show_rows(state.aside)
        self._settle_buttons()

    def _chosen(self) -> MessageAside | None:
        rows = self._view.selectionModel().selectedRows()
        return self._table.row(rows[0].row()) if rows else None

    def _settle_buttons(self) -> None:
        reason = "" if self._chosen() is not None else _("Choose a message first.")
        for button in (self._again, self._settle):
            button.set_reason(_("One moment…") if self._busy else reason)

    def _tell(self, signal: object) -> None:
        chosen = self._chosen()
        if chosen is not None:
            signal.emit(chosen.id)  # type: ignore[attr-defined]  # A bound Qt signal has no type of its own.


def _why(aside: MessageAside) -> str:
    code = aside.why.partition(":")[0]
    if code == "unknown_message":
        return _(_NOT_UNDERSTOOD)
    words = sentence_of_code(code)
    return words if words != code else _(_REFUSED).format(code=aside.why)


def _columns() -> list[Column[MessageAside]]:
    return [
        Column(_("Message no."), lambda aside: str(aside.number), width=112, bold=True),
        Column(_("About"), lambda aside: _(_KINDS.get(aside.kind, aside.kind)), width=96),
        Column(_("Since"), lambda aside: formats.short_moment(aside.at), width=118),
        Column(_("Why"), _why),
    ]
