"""Today's four figures, litres by hour, payment mix, and what needs a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.overview.figure_card import FigureCard
from admin_app.overview.hour_chart import HourChart
from admin_app.overview.need_list import NeedList
from admin_app.overview.payment_mix import PaymentMix, shares
from admin_app.overview.presenter import OverviewPresenter, OverviewState, permille
from admin_app.panels import page, panel
from core.domain.report import DayFigures
from core.qt import theme
from core.qt.widgets.labels import RIGHT, Words
from core.wording import formats
from core.wording.catalogue import _, mark

_WEEKDAYS = (
    mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"), mark("Saturday"),
    mark("Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Figure:
    """One of the four: in words with its unit, without it, and as a whole number to compare."""

    with_unit: Callable[[DayFigures], str]
    bare: Callable[[DayFigures], str]
    whole: Callable[[DayFigures], int]


_AMOUNT = _Figure(
    lambda day: formats.money(day.amount),
    lambda day: formats.money_without_sign(day.amount),
    lambda day: day.amount.fen,
)
_VOLUME = _Figure(
    lambda day: formats.litres(day.volume),
    lambda day: formats.litres_without_unit(day.volume),
    lambda day: day.volume.millilitres,
)
_FILLS = _Figure(lambda day: f"{day.fills:,}", lambda day: f"{day.fills:,}", lambda day: day.fills)
_AVERAGE = _Figure(
    lambda day: formats.money(day.average),
    lambda day: formats.money_without_sign(day.average),
    lambda day: day.average.fen,
)


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
        self._chart_title = Words("", "strong", name="overview_hours_title")
        self._chart = HourChart("overview_hours")
        self._mix = PaymentMix("overview_payments")
        self._needs = NeedList("overview_needs")
        self._needs.room_wanted.connect(self.room_wanted)
        self._needs.answered.connect(presenter.answer)
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
        self._chart_title.setText(
            _("Litres by hour and grade (lines: {week_ago})").format(week_ago=week_ago) if week_ago else ""
        )
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
        for card, figure in (
            (self._amount, _AMOUNT),
            (self._litres, _VOLUME),
            (self._fills, _FILLS),
            (self._average, _AVERAGE),
        ):
            value = figure.with_unit(state.today)
            if state.until is None or not state.week_ago.fills:
                card.show_figure(value, "", None)
                continue
            compared = _("{until}: {so_far}; week ago {before}").format(
                until=formats.time_of_day(state.until),
                so_far=figure.bare(state.so_far),
                before=figure.bare(state.week_ago),
            )
            card.show_figure(
                value, compared, permille(figure.whole(state.so_far), figure.whole(state.week_ago))
            )

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
        for card, stretch in ((self._amount, 5), (self._litres, 5), (self._fills, 4), (self._average, 4)):
            cards.addWidget(card, stretch)
        outer.addLayout(cards)
        below = QHBoxLayout()
        below.setSpacing(gap)
        left = QVBoxLayout()
        left.setSpacing(gap)
        left.addWidget(panel(self._chart_title, self._chart), 1)
        left.addWidget(panel(_("How it was paid"), self._mix))
        below.addLayout(left, 11)
        below.addWidget(panel(self._needs_title, self._needs), 8)
        outer.addLayout(below, 1)


def _weekday(moment: datetime) -> str:
    return _(_WEEKDAYS[moment.astimezone(formats.STATION_ZONE).weekday()])
