"""The room: offers at the left with their history below, floors and rules at the right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.offers import words
from admin_app.offers.presenter import OffersPresenter, OffersState
from admin_app.offers.rules_form import FloorsForm, RulesForm
from admin_app.panels import page, panel
from core.domain.ids import GradeCode, OfferId
from core.domain.offer import LitreOffer
from core.ports.offers import OfferEntry
from core.qt import theme
from core.qt.row_table import ROW_ROLE, Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _


class OffersScreen(QWidget):
    """Paints the state. Signals: new_wanted; change_wanted(OfferId); end_wanted(OfferId)."""

    new_wanted = Signal()
    change_wanted = Signal(str)
    end_wanted = Signal(str)

    def __init__(self, presenter: OffersPresenter) -> None:
        super().__init__()
        self.setObjectName("offers_screen")
        self._presenter = presenter
        self._title = Words("", "strong", name="offers_count")
        self._table = RowTable(_offer_columns(), key=lambda offer: offer.id)
        self._view = RowTableView(self._table, "offers_table", sortable=True)
        self._view.selectionModel().selectionChanged.connect(lambda *_changed: self._settle())
        self._view.doubleClicked.connect(lambda _index: self._with_chosen(self.change_wanted))
        new = BusyButton(_("New offer…"), "offer_new", role="small")
        new.clicked.connect(self.new_wanted)
        self._change = BusyButton(_("Change…"), "offer_change", role="small")
        self._change.clicked.connect(lambda: self._with_chosen(self.change_wanted))
        self._end = BusyButton(_("End it…"), "offer_end", role="small-red")
        self._end.clicked.connect(lambda: self._with_chosen(self.end_wanted))
        self._people: dict[str, str] = {}
        self._history = RowTable(self._history_columns(), key=lambda entry: (entry.key, entry.since))
        history = RowTableView(self._history, "offers_history")
        self._floors = FloorsForm()
        self._floors.wanted.connect(lambda grade, text: presenter.set_floor(GradeCode(grade), text))
        self._rules = RulesForm()
        self._rules.wanted.connect(presenter.set_rules)
        columns = QHBoxLayout()
        columns.setSpacing(theme.current().px(16))
        left = QVBoxLayout()
        left.setSpacing(theme.current().px(16))
        left.addWidget(panel(self._title, self._view, self._end, self._change, new), 3)
        left.addWidget(panel(_("What was set before"), history), 2)
        columns.addLayout(left, 1)
        columns.addLayout(self._right())
        page(self).addLayout(columns)
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: OffersState) -> None:
        """Paint everything."""
        figures = state.figures
        count = len(figures.book.offers)
        said = _("Offers ({count})").format(count=count) if count else _("No offers yet.")
        self._title.setText(said)
        self._people = {str(person): name for person, name in figures.people.items()}
        self._table.show_rows(figures.book.offers)
        self._history.show_rows(figures.history)
        self._floors.show_state(state)
        self._rules.show_state(state)
        self._settle()

    def _right(self) -> QVBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(theme.current().px(16))
        for title, inside in (
            (_("Floor prices, yuan a litre"), self._floors),
            (_("Rounding, points, lines"), self._rules),
        ):
            framed = panel(title, inside, stretch=0)
            framed.setFixedWidth(theme.current().px(416))
            right.addWidget(framed)
        right.addStretch(1)
        return right

    def _settle(self) -> None:
        none = "" if self._chosen() else _("Choose an offer in the list.")
        self._change.set_reason(none)
        self._end.set_reason(none)

    def _chosen(self) -> OfferId | None:
        rows = self._view.selectionModel().selectedRows()
        offer = rows[0].data(ROW_ROLE) if rows else None
        return offer.id if isinstance(offer, LitreOffer) else None

    def _with_chosen(self, signal: object) -> None:
        chosen = self._chosen()
        if chosen is not None:
            signal.emit(chosen)  # type: ignore[attr-defined]  # one of the three above

    def _history_columns(self) -> list[Column[OfferEntry]]:
        return [
            Column(_("Since"), lambda entry: formats.moment(entry.since), width=150),
            Column(
                _("Until"),
                lambda entry: formats.moment(entry.ended_at) if entry.ended_at is not None else _("holds"),
                width=150,
            ),
            Column(_("Set by"), lambda entry: self._people.get(entry.set_by, ""), width=96),
            Column(_("What held"), words.entry),
        ]


def _offer_columns() -> list[Column[LitreOffer]]:
    return [
        Column(_("Called"), lambda offer: offer.title),
        Column(
            _("Yuan off a litre"),
            words.off,
            figures=True,
            bold=True,
            width=112,
            value=lambda offer: offer.off_li,
        ),
        Column(_("For"), words.whom, width=104),
        Column(_("Fuels"), words.what, width=112),
        Column(_("When"), words.when, width=128),
    ]
