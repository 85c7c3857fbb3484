"""The price board: grades on top, the form at the left, nozzles and changes at the right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.panels import page, panel
from admin_app.prices.change_form import ChangeForm
from admin_app.prices.change_list import ChangeList
from admin_app.prices.grade_card import GradeCard
from admin_app.prices.guide_strip import GuideStrip
from admin_app.prices.nozzle_grid import NozzleGrid
from admin_app.prices.presenter import PricesPresenter, PricesState
from core.domain.ids import GradeCode, NozzleId, PriceChangeId
from core.qt import theme
from core.qt.widgets.put_away import put_away
from core.wording.catalogue import _


class PricesScreen(QWidget):
    """Paints the state. Signals: confirmation_wanted, when the form is complete and its button was pressed; guides_wanted."""

    confirmation_wanted = Signal()
    guides_wanted = Signal()

    def __init__(self, presenter: PricesPresenter) -> None:
        super().__init__()
        self.setObjectName("prices_screen")
        self._presenter = presenter
        self._cards: dict[GradeCode, GradeCard] = {}
        self._grades = QHBoxLayout()
        self._form = ChangeForm()
        self._guides = GuideStrip()
        self._guides.wanted.connect(self.guides_wanted)
        self._nozzles = NozzleGrid("price_nozzles")
        self._changes = ChangeList("price_changes")
        self._lay_out()
        self._form.price_typed.connect(presenter.type_price)
        self._form.moment_chosen.connect(presenter.begin_at)
        self._form.later_typed.connect(presenter.type_later)
        self._form.postponed.connect(presenter.postpone)
        self._form.wanted.connect(self._wanted)
        self._form.also_wanted.connect(presenter.keep_also)
        self._form.also_dropped.connect(presenter.drop_also)
        self._nozzles.again_wanted.connect(lambda nozzle: presenter.try_again(NozzleId(nozzle)))
        self._changes.approve_wanted.connect(lambda change: presenter.approve(PriceChangeId(change)))
        self._changes.look_wanted.connect(lambda change: presenter.look_at(PriceChangeId(change)))
        self._changes.withdraw_wanted.connect(lambda change: presenter.withdraw(PriceChangeId(change)))
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: PricesState) -> None:
        """Paint everything."""
        if tuple(self._cards) != state.board.grades:
            self._lay_out_grades(state.board.grades)
        for grade, card in self._cards.items():
            card.show_board(state.board, chosen=grade == state.grade)
        self._form.show_state(state)
        self._guides.show_board(state.board)
        self._nozzles.show_board(state.board, state.busy)
        self._changes.show_state(state)

    def _wanted(self) -> None:
        if not self._presenter.state.lack and not self._presenter.state.planning:
            self.confirmation_wanted.emit()

    def _chosen(self, grade: GradeCode) -> None:
        self._presenter.choose(grade)
        self._form.focus_price()

    def _lay_out_grades(self, grades: tuple[GradeCode, ...]) -> None:
        for card in self._cards.values():
            self._grades.removeWidget(card)
            put_away(card)
        self._cards = {}
        for grade in grades:
            card = GradeCard(grade)
            card.clicked.connect(lambda _checked=False, chosen=grade: self._chosen(chosen))
            self._cards[grade] = card
            self._grades.addWidget(card, 1)

    def _lay_out(self) -> None:
        wearing = theme.current()
        gap = wearing.px(16)
        outer = page(self)
        self._grades.setSpacing(gap)
        outer.addWidget(self._guides)
        outer.addLayout(self._grades)
        below = QHBoxLayout()
        below.setSpacing(gap)
        self._form.setFixedWidth(wearing.px(420))
        below.addWidget(self._form)
        right = QVBoxLayout()
        right.setSpacing(gap)
        right.addWidget(panel(_("What each nozzle has confirmed"), self._nozzles, stretch=0))
        right.addWidget(panel(_("Price changes"), self._changes), 1)
        below.addLayout(right, 1)
        outer.addLayout(below, 1)
