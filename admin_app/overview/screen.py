"""Today's four figures, litres by hour, payment mix, and what needs a person."""

from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.overview.figure_card import FigureCard
from admin_app.overview.hour_chart import HourChart
from admin_app.overview.need_list import NeedList
from admin_app.overview.payment_mix import PaymentMix, shares
from admin_app.overview.presenter import OverviewPresenter, OverviewState, permille
from admin_app.panels import page, panel
from core.qt import theme
from core.qt.widgets.labels import RIGHT, Words
from core.wording import formats
from core.wording.catalogue import _, mark

_WEEKDAYS = (
    mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"), mark("Saturday"),
    mark("Sunday"),
)  # fmt: skip


class OverviewScreen(QWidget):
    """Paints the state. Signals: room_wanted(Room)."""

    room_wanted = Signal(object)

    def __init__(self, presenter: OverviewPresenter) -> None:
        super().__init__()
        self.setObjectName("overview_screen")
        self._day = Words("", "title", name="overview_day")
        self._compared = Words("", "caption", name="overview_compared", align=RIGHT)
        self._amount = FigureCard(_("Taken today"), "overview_amount")
        self._litres = FigureCard(_("Litres today"), "overview_litres")
        self._fills = FigureCard(_("Fills today"), "overview_fills")
        self._average = FigureCard(_("Average a fill"), "overview_average")
        self._chart = HourChart("overview_hours")
        self._mix = PaymentMix("overview_payments")
        self._needs = NeedList("overview_needs")
        self._needs.room_wanted.connect(self.room_wanted)
        self._needs_title = Words("", "title", name="overview_needs_title")
        self._lay_out()
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: OverviewState) -> None:
        """Paint everything."""
        now = state.now
        self._day.setText(
            _("Today, {day}, {weekday}").format(day=formats.day(now), weekday=_weekday(now)) if now else ""
        )
        self._compared.setText(self._comparison(state))
        self._show_figures(state)
        week_ago = _("last {weekday}").format(weekday=_weekday(now)) if now else ""
        self._chart.show_day(state.grades, state.today.by_hour, state.whole_week_ago.by_hour, week_ago)
        self._mix.show_shares(shares(state.today.tenders, state.online))
        count = len(state.needs)
        self._needs_title.setText(_("Needs you ({count})").format(count=count) if count else _("Needs you"))
        if now is not None:
            self._needs.show_needs(state.needs)

    @staticmethod
    def _comparison(state: OverviewState) -> str:
        if state.now is None:
            return ""
        if state.until is None:
            return _("The comparison with last week begins at 01:00.")
        return _("Arrows compare 00:00–{until} with the same hours of {day}").format(
            until=formats.time_of_day(state.until), day=formats.day(state.until - timedelta(days=7))
        )

    def _show_figures(self, state: OverviewState) -> None:
        today, so_far, before = state.today, state.so_far, state.week_ago
        compared = state.until is not None
        figures = (
            (
                self._amount,
                formats.money(today.amount),
                formats.money(before.amount),
                permille(so_far.amount.fen, before.amount.fen),
            ),
            (
                self._litres,
                formats.litres(today.volume),
                formats.litres(before.volume),
                permille(so_far.volume.millilitres, before.volume.millilitres),
            ),
            (
                self._fills,
                f"{today.fills:,}",
                f"{before.fills:,}",
                permille(so_far.fills, before.fills),
            ),
            (
                self._average,
                formats.money(today.average),
                formats.money(before.average),
                permille(so_far.average.fen, before.average.fen),
            ),
        )
        for card, value, value_before, change in figures:
            words = _("last week {value}").format(value=value_before) if before.fills else ""
            card.show_figure(value, words if compared else "", change if compared else None)

    def _lay_out(self) -> None:
        wearing = theme.current()
        gap = wearing.px(16)
        outer = page(self)
        head = QHBoxLayout()
        head.addWidget(self._day)
        head.addWidget(self._compared, 1)
        outer.addLayout(head)
        cards = QHBoxLayout()
        cards.setSpacing(gap)
        for card, stretch in ((self._amount, 5), (self._litres, 5), (self._fills, 3), (self._average, 4)):
            cards.addWidget(card, stretch)
        outer.addLayout(cards)
        below = QHBoxLayout()
        below.setSpacing(gap)
        left = QVBoxLayout()
        left.setSpacing(gap)
        left.addWidget(panel(_("Litres by hour and grade"), self._chart), 1)
        left.addWidget(panel(_("How it was paid"), self._mix))
        below.addLayout(left, 11)
        below.addWidget(panel(self._needs_title, self._needs), 8)
        outer.addLayout(below, 1)


def _weekday(moment: datetime) -> str:
    return _(_WEEKDAYS[moment.astimezone(formats.STATION_ZONE).weekday()])
