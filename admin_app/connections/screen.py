"""Printer, pumps, cloud and unsent messages: how they are and what to do, in whole sentences."""

from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.connections.aside_list import AsideList
from admin_app.connections.health import GaugeState, Health, PumpCondition
from admin_app.connections.lamps import cloud_words, gauge_words, printer_words, pumps_words, tones
from admin_app.connections.presenter import ConnectionsPresenter
from admin_app.panels import page, panel
from core.domain.pump import PumpState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.papers.panel import PapersPanel
from core.qt.row_table import Column, RowTable, RowTableView
from core.qt.widgets.labels import Words
from core.wording import formats, names
from core.wording.catalogue import _

_PAPERS_HEIGHT = 72
_ROWS = (("printer", "pumps", "gauge"), ("cloud", "waiting"))
_ICONS = {"printer": "printer", "pumps": "pump", "gauge": "tank", "cloud": "cloud", "waiting": "waiting"}


class ConnectionsScreen(QWidget):
    """Paints a Health; what waits for the printer and what the cloud refused is seen to here."""

    def __init__(self, presenter: ConnectionsPresenter) -> None:
        super().__init__()
        self.setObjectName("connections_screen")
        self._cards = {name: _Card(name, title) for name, title in _titles().items()}
        self._table = RowTable(_columns(), key=lambda pump: pump.pump)
        column = page(self)
        for names_of_row in _ROWS:
            cards = QHBoxLayout()
            cards.setSpacing(theme.current().px(16))
            for name in names_of_row:
                cards.addWidget(self._cards[name], 1)
            column.addLayout(cards)
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(16))
        row.addWidget(panel(_("What each pump told last"), RowTableView(self._table, "pumps_table")), 2)
        row.addLayout(self._to_see_to(presenter), 3)
        column.addLayout(row, 1)

    @staticmethod
    def _to_see_to(presenter: ConnectionsPresenter) -> QVBoxLayout:
        papers, aside = PapersPanel(_PAPERS_HEIGHT), AsideList()
        papers.cancelled.connect(presenter.papers.cancel)
        papers.test_wanted.connect(presenter.papers.print_test_page)
        presenter.papers.changed.connect(lambda: papers.show_state(presenter.papers.state))
        aside.again.connect(presenter.try_again)
        aside.settled.connect(presenter.settle)
        presenter.changed.connect(lambda: aside.show_state(presenter.state))
        column = QVBoxLayout()
        column.setSpacing(theme.current().px(16))
        column.addWidget(panel(_("What waits for this printer"), papers))
        column.addWidget(aside, 1)
        return column

    def show_health(self, health: Health) -> None:
        """Paint everything."""
        said = {
            "printer": printer_words(health),
            "pumps": pumps_words(health),
            "gauge": gauge_words(health),
            "cloud": cloud_words(health),
            "waiting": _unsent(health),
        }
        for name, tone in tones(health).items():
            self._cards[name].show_words(said[name], tone)
        self._cards["gauge"].setVisible(health.gauge is not GaugeState.NOT_SET)
        self._table.show_rows(health.pumps)


class _Card(QFrame):
    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        wearing = theme.current()
        self.setObjectName(f"connection_{name}")
        self.setProperty("role", "tinted")
        self._name = name
        self._icon = Words()
        self._words = Words("", name=f"connection_{name}_words", wrap=True)
        self.setMinimumHeight(wearing.px(104))
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(16), wearing.px(12), wearing.px(16), wearing.px(12))
        row.setSpacing(wearing.px(16))
        row.addWidget(self._icon)
        column = QVBoxLayout()
        column.setSpacing(wearing.px(4))
        column.addWidget(Words(title, "title"))
        column.addWidget(self._words)
        column.addStretch(1)
        row.addLayout(column, 1)

    def show_words(self, words: str, tone: Tone) -> None:
        """Paint them."""
        wearing = theme.current()
        theme.paint_as(self, tone=tone.value)
        colour = "quiet" if tone is Tone.GREY else tone.value
        self._icon.setPixmap(wearing.picture(_ICONS[self._name], colour, wearing.px(36)))
        self._words.setText(words)


def _titles() -> dict[str, str]:
    return {
        "printer": _("Receipt printer"),
        "pumps": _("Fuel pumps"),
        "gauge": _("Tank gauge"),
        "cloud": _("Cloud service"),
        "waiting": _("Messages to the cloud"),
    }


def _unsent(health: Health) -> str:
    waiting = _waiting(health)
    if not health.aside:
        return waiting
    refused = _("The cloud refused {count}: see below.").format(count=health.aside)
    return _("{one_sentence} {another}").format(one_sentence=waiting, another=refused)


def _waiting(health: Health) -> str:
    if not health.unsent or health.unsent_since is None:
        return _("Everything has been sent.")
    words = _("{count} wait to be sent, the oldest since {moment}. They are safe here and go by themselves.")
    return words.format(count=health.unsent, moment=formats.short_moment(health.unsent_since))


def _heard(moment: datetime | None) -> str:
    return formats.moment_to_the_second(moment) if moment else _("never")


def _columns() -> list[Column[PumpCondition]]:
    tones_of_states = {
        PumpState.OFFLINE: Tone.RED,
        PumpState.INOPERATIVE: Tone.RED,
        PumpState.UNKNOWN: Tone.AMBER,
    }
    return [
        Column(_("Pump"), lambda pump: str(pump.pump), width=72, bold=True),
        Column(
            _("Does"),
            lambda pump: names.pump_state(pump.state),
            tone=lambda pump: tones_of_states.get(pump.state, Tone.GREEN),
        ),
        Column(_("Last change heard of"), lambda pump: _heard(pump.heard_at), width=190),
    ]
