"""Tanks on top, deliveries at the left below, the chosen tank's days, readings and alarms at the right."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from admin_app.panels import page, panel
from admin_app.tanks.curve import Curve
from admin_app.tanks.presenter import Form, Page, TanksPresenter, TanksState
from admin_app.tanks.tank_card import TankCard
from admin_app.tanks.words import DELIVERIES, RATINGS, alarm_state, alarm_tone, bare, leak
from core.domain.ids import TankNumber
from core.domain.tanks.alarm import TankAlarm
from core.domain.tanks.delivery import Delivery
from core.domain.tanks.variance import VarianceLine
from core.qt import theme
from core.qt.row_table import Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording import formats, names, tanks
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.ports.tanks import KeptReading


class TanksScreen(QWidget):
    """Paints the state; its buttons ask the presenter."""

    def __init__(self, presenter: TanksPresenter) -> None:
        super().__init__()
        self.setObjectName("tanks_screen")
        self._presenter = presenter
        self._state = presenter.state
        self._cards: dict[TankNumber, TankCard] = {}
        self._nothing = Words(
            _("This station's plan has no tanks."), "title", name="tanks_nothing", wrap=True
        )
        self._top = QHBoxLayout()
        self._top.setSpacing(theme.current().px(12))
        self._top.addWidget(self._nothing)
        column = page(self)
        column.addLayout(self._top)
        below = QHBoxLayout()
        below.setSpacing(theme.current().px(12))
        below.addWidget(self._deliveries(), 10)
        below.addWidget(self._of_the_tank(), 11)
        column.addLayout(below, 1)
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: TanksState) -> None:
        """Paint everything."""
        self._state = state
        view = state.view
        shown = view.tanks if view is not None else ()
        self._lay_out([each.tank.number for each in shown])
        self._nothing.setVisible(view is not None and not shown)
        for each in shown:
            self._cards[each.tank.number].show_tank(each, each.tank.number == state.chosen)
        self._delivery_rows.show_rows(view.deliveries if view is not None else ())
        self._days.show_rows(state.lines)
        self._readings.show_rows(state.readings)
        self._alarms.show_rows(state.alarms)
        self._stack.setCurrentIndex(list(Page).index(state.page))
        for each_page, button in self._tabs.items():
            button.setChecked(each_page is state.page)
        self._show_curves(state)
        told, tone = leak(state.hint)
        self._leak.say(told, tone)
        no_tank = "" if state.tank is not None else _("There is no tank.")
        unstrapped = _("This tank has no strapping table.") if state.tank and not state.tank.strapped else ""
        self._dip.set_reason(no_tank or unstrapped)
        self._adjust.set_reason(no_tank)
        self._order.set_reason(no_tank)
        alone = "" if state.neighbours else _("No other tank of this fuel.")
        self._move.set_reason(no_tank or alone)
        self._strap.set_reason(no_tank)
        self._paper.set_reason("" if state.lines else _("No day is over yet."))
        self._paper.set_busy("day" in state.busy, _("Writing it down…"))
        self._settle()

    # --- parts -------------------------------------------------------------------------------------------------------

    def _deliveries(self) -> QWidget:
        self._delivery_rows = RowTable(_delivery_columns(), key=lambda delivery: delivery.id)
        self.deliveries_view = RowTableView(self._delivery_rows, "deliveries_table")
        self.deliveries_view.selectionModel().selectionChanged.connect(lambda *_changed: self._settle())
        self.deliveries_view.doubleClicked.connect(lambda _index: self._open_delivery())
        self._order = BusyButton(_("Order fuel…"), "delivery_order", role="small")
        self._order.clicked.connect(lambda: self._presenter.open_form(Form.ORDER))
        self._next = BusyButton(_("Next step…"), "delivery_next", role="small")
        self._next.clicked.connect(self._open_delivery)
        return panel(_("Deliveries"), self.deliveries_view, self._next, self._order)

    def _of_the_tank(self) -> QWidget:
        self._days = RowTable(_day_columns(), key=lambda line: line.day.day)
        self._readings = RowTable(_reading_columns(), key=lambda kept: kept.reading.at)
        self._alarms = RowTable(self._alarm_columns(), key=lambda alarm: alarm.id)
        self._leak = Words("", "caption", name="tank_leak", wrap=True)
        self._day_curve = Curve("tank_day_curve", has_zero=True)
        self._level_curve = Curve("tank_level_curve", has_zero=False)
        self.alarms_view = RowTableView(self._alarms, "tank_alarms_table")
        self.alarms_view.selectionModel().selectionChanged.connect(lambda *_changed: self._settle())
        self._seen = BusyButton(_("I have seen it"), "tank_alarm_seen", role="small")
        self._seen.clicked.connect(self._acknowledge)
        self._stack = QStackedWidget()
        days = self.days_view = RowTableView(self._days, "tank_days_table")
        readings = RowTableView(self._readings, "tank_readings_table")
        for parts in (
            (self._day_curve, days, self._leak),
            (self._level_curve, readings),
            (self.alarms_view, self._seen),
        ):
            inside = QWidget()
            column = QVBoxLayout(inside)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.current().px(6))
            for part in parts:
                column.addWidget(part, 1 if isinstance(part, RowTableView) else 0)
            self._stack.addWidget(inside)
        self._dip = BusyButton(_("Dip…"), "tank_dip", role="small")
        self._dip.clicked.connect(lambda: self._presenter.open_form(Form.DIP))
        self._adjust = BusyButton(_("Adjust…"), "tank_adjust", role="small")
        self._adjust.clicked.connect(lambda: self._presenter.open_form(Form.ADJUST))
        self._move = BusyButton(_("Pump over…"), "tank_move", role="small")
        self._move.clicked.connect(lambda: self._presenter.open_form(Form.MOVE))
        self._strap = BusyButton(_("Strapping table…"), "tank_strap", role="small")
        self._strap.clicked.connect(lambda: self._presenter.open_form(Form.STRAP))
        self._paper = BusyButton(_("Day as PDF"), "tank_day_pdf", role="small")
        self._paper.clicked.connect(self._write_day)
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        for button in (self._dip, self._adjust, self._move, self._strap):
            row.addWidget(button)
        row.addStretch(1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(8))
        column.addWidget(self._stack, 1)
        column.addLayout(row)
        return panel(self._tab_row(), inside, self._paper)

    def _tab_row(self) -> QWidget:
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(6))
        group = QButtonGroup(self)
        self._tabs: dict[Page, QPushButton] = {}
        for each, words in (
            (Page.DAYS, _("Book and measure")),
            (Page.READINGS, _("Readings")),
            (Page.ALARMS, _("Alarms")),
        ):
            button = BusyButton(words, f"tank_page_{each}", role="choice")
            button.setCheckable(True)
            # What is chosen is bold, and must not be wider than it was.
            bold = QFontMetrics(theme.current().font("body", bold=True))
            button.setMinimumWidth(bold.horizontalAdvance(words) + theme.current().px(32))
            group.addButton(button)
            button.clicked.connect(lambda _checked=False, to=each: self._presenter.turn_to(to))
            row.addWidget(button)
            self._tabs[each] = button
        row.addStretch(1)
        return inside

    def _lay_out(self, numbers: list[TankNumber]) -> None:
        if list(self._cards) == numbers:
            return
        for card in self._cards.values():
            self._top.removeWidget(card)
            card.deleteLater()
        self._cards = {number: TankCard(number) for number in numbers}
        for number, card in self._cards.items():
            card.clicked.connect(lambda _checked=False, to=number: self._presenter.choose(to))
            self._top.addWidget(card, 1)

    def _show_curves(self, state: TanksState) -> None:
        lines = [line for line in reversed(state.lines) if line.cumulative is not None]
        last = max(1, len(lines) - 1)
        self._day_curve.show_points(
            [
                (place / last, line.cumulative.millilitres)
                for place, line in enumerate(lines)
                if line.cumulative is not None
            ],
            RATINGS[lines[-1].cumulative_rating] if lines else None,
        )
        valid = [kept.reading for kept in reversed(state.readings) if kept.reading.valid]
        if not valid:
            self._level_curve.show_points((), None)
            return
        begun, lasted = valid[0].at, max(1.0, (valid[-1].at - valid[0].at).total_seconds())
        self._level_curve.show_points(
            [((each.at - begun).total_seconds() / lasted, each.fuel.millilitres) for each in valid], None
        )

    def _chosen_delivery(self) -> Delivery | None:
        rows = self.deliveries_view.selectionModel().selectedRows()
        return self._delivery_rows.row(rows[0].row()) if rows else None

    def _open_delivery(self) -> None:
        delivery = self._chosen_delivery()
        if delivery is not None:
            self._presenter.open_delivery(delivery.id)

    def _chosen_alarm(self) -> TankAlarm | None:
        rows = self.alarms_view.selectionModel().selectedRows()
        return self._alarms.row(rows[0].row()) if rows else None

    def _acknowledge(self) -> None:
        alarm = self._chosen_alarm()
        if alarm is not None:
            self._presenter.acknowledge(alarm.id)

    def _write_day(self) -> None:
        """The day that was chosen, or the last one that is over."""
        rows = self.days_view.selectionModel().selectedRows()
        line = self._days.row(rows[0].row()) if rows else next(iter(self._state.lines), None)
        if line is not None:
            self._presenter.write_day(line.day.day)

    def _settle(self) -> None:
        self._next.set_reason("" if self._chosen_delivery() is not None else _("Choose a line first."))
        alarm = self._chosen_alarm()
        waits = alarm is not None and alarm.gone_at is None and alarm.acknowledged_at is None
        self._seen.set_reason("" if waits else _("Choose an alarm that nobody has seen yet."))

    def _alarm_columns(self) -> list[Column[TankAlarm]]:
        return [
            Column(_("Since"), lambda alarm: formats.short_moment(alarm.raised_at), width=112),
            Column(_("Tank"), lambda alarm: str(alarm.tank), figures=True, width=52),
            Column(_("Alarm"), lambda alarm: tanks.alarm(alarm.kind), tone=alarm_tone, bold=True),
            Column(_("State"), lambda alarm: alarm_state(alarm, self._state), width=150),
        ]


def _delivery_columns() -> list[Column[Delivery]]:
    return [
        Column(_("Ordered"), lambda each: formats.short_moment(each.ordered_at), width=108),
        Column(_("Fuel"), lambda each: names.grade_short(each.grade), width=56),
        Column(
            _("State"),
            lambda each: tanks.delivery_state(each.state),
            tone=lambda each: DELIVERIES[each.state],
            bold=True,
            width=88,
        ),
        Column(
            _("By note"),
            lambda each: bare(each.noted if each.parts else each.ordered),
            figures=True,
            width=76,
        ),
        Column(
            _("Apart, L"),
            lambda each: tanks.signed(each.difference),
            figures=True,
            width=72,
        ),
        Column(_("Supplier"), lambda each: each.supplier),
    ]


def _day_columns() -> list[Column[VarianceLine]]:
    return [
        Column(_("Day"), lambda line: line.day.day.strftime("%m-%d"), width=72, bold=True),
        Column(_("Sold"), lambda line: bare(line.day.moved.throughput), figures=True, width=84),
        Column(_("Book"), lambda line: bare(line.day.closing), figures=True, width=88),
        Column(_("Measured"), lambda line: bare(line.day.measured), figures=True, width=88),
        Column(
            _("Day's"),
            lambda line: tanks.signed(line.daily),
            figures=True,
            tone=lambda line: RATINGS[line.daily_rating],
            width=76,
        ),
        Column(
            _("In all"),
            _in_all,
            figures=True,
            tone=lambda line: RATINGS[line.cumulative_rating],
            bold=True,
        ),
    ]


def _in_all(line: VarianceLine) -> str:
    share = line.per_myriad
    return tanks.signed(line.cumulative) + (f"  {tanks.percent(share)}" if share is not None else "")


def _reading_columns() -> "list[Column[KeptReading]]":
    return [
        Column(_("At"), lambda kept: formats.short_moment(kept.reading.at), width=108),
        Column(
            _("Fuel"),
            lambda kept: bare(kept.reading.fuel) if kept.reading.valid else "—",
            figures=True,
            width=80,
        ),
        Column(_("At 20 °C"), lambda kept: bare(kept.reading.volume_at_20), figures=True, width=76),
        Column(_("Height"), lambda kept: tanks.height(kept.reading.product_height), figures=True, width=100),
        Column(_("Water"), lambda kept: tanks.height(kept.reading.water_height), figures=True, width=76),
        Column(_("Source"), _source),
    ]


def _source(kept: "KeptReading") -> str:
    if kept.by is not None:
        return _("dip")
    return _("gauge") if kept.reading.valid else tanks.probe(kept.reading.status)
