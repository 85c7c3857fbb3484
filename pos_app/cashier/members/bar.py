"""The member on the bill, in one bar: who, what he has, his points."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from core.domain.sale import Sale
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import ElidedWords
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.members.presenter import MemberState
from pos_app.cashier.words import what_he_has, who_is


class MemberBar(QFrame):
    """Signals: points_wanted; points_dropped; proof_wanted, of one who was only named; member_removed."""

    points_wanted = Signal()
    proof_wanted = Signal()
    points_dropped = Signal()
    member_removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self.setProperty("role", "tinted")
        self.setProperty("tone", Tone.BLUE.value)
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(12), wearing.px(4), wearing.px(4), wearing.px(4))
        row.setSpacing(wearing.px(4))
        words = QVBoxLayout()
        words.setSpacing(0)
        self._who = ElidedWords("", "strong", name="member_who")
        self._has = ElidedWords("", "caption", name="member_has")
        words.addWidget(self._who)
        words.addWidget(self._has)
        row.addLayout(words, 1)
        self._points = BusyButton(
            _("Use points"), "member_points", key="Shift+F4", role="quiet", stacked=True
        )
        self._away = BusyButton(_("Remove"), "member_remove", key="Ctrl+Del", role="quiet", stacked=True)
        self._points.clicked.connect(self._tap_points)
        self._away.clicked.connect(self.member_removed)
        row.addWidget(self._points)
        row.addWidget(self._away)
        self._spent = self._proves = False
        self.hide()

    def show_state(self, state: MemberState, sale: Sale | None, *, changeable: bool) -> None:
        """Paint him; what only the cloud knows is left out while it is away."""
        on_bill = sale.member if sale is not None else None
        self.setVisible(on_bill is not None)
        if on_bill is None or sale is None:
            return
        member = state.member
        self._who.setText(who_is(on_bill))
        self._spent = sale.points is not None
        if sale.points is not None:
            worth = formats.money(sale.points.worth)
            text = _("{points} points pay {worth}").format(points=f"{sale.points.points:,}", worth=worth)
            self._has.setText(text)
        else:
            self._has.setText(
                what_he_has(member) if member is not None else _("The cloud was not asked yet.")
            )
        # Who told his digits may pay from his balance as well, as long as he has not.
        told = state.proof is not None and bool(state.proof.spending_code)
        self._proves = not self._spent and (not on_bill.proven or told)
        if self._proves:
            self._points.set_words(_("Points, balance") if told else _("Text message"))
        else:
            self._points.set_words(_("No points") if self._spent else _("Use points"))
        self._points.set_reason(self._no_points(state, sale, changeable))
        self._away.set_reason("" if changeable else _("The bill cannot be changed now."))

    def _no_points(self, state: MemberState, sale: Sale, changeable: bool) -> str:
        if not changeable:
            return _("The bill cannot be changed now.")
        if self._spent or self._proves:
            return ""
        if not sale.lines:
            return _("The bill is empty.")
        member = state.member
        return "" if member is not None and member.points else _("The member has no points.")

    def _tap_points(self) -> None:
        if self._proves:
            self.proof_wanted.emit()
        else:
            (self.points_dropped if self._spent else self.points_wanted).emit()
