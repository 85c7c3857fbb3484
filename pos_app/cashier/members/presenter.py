"""Who the customer is to us, and what that is worth on this bill."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.combination import BestCoupon
from core.domain.coupon import CouponUseState
from core.domain.faults import Fault
from core.domain.ids import ConfirmationId, MemberId, StaffId
from core.domain.member import Member
from core.domain.money import ZERO, Money
from core.domain.refusals.cloud import SignInCodeExpired
from core.domain.refusals.members import MemberNeedsChoice
from core.domain.refusals.refusal import Refusal
from core.domain.sale import Sale
from core.domain.scan import CodeKind, what_is
from core.qt.background import Runs

if TYPE_CHECKING:
    from core.services.sales.desk import SaleDesk
    from core.services.sales.members import ConfirmedMember


@dataclass(frozen=True, slots=True)
class Proof:
    """How far a member who was only named is in proving himself by text message."""

    confirmation: ConfirmationId | None = None  # digits were sent
    busy: str = ""  # "send", "confirm"
    trouble: Exception | None = None
    is_done: bool = False
    spending_code: str = ""  # pays from his balance once, and once done with it is gone


@dataclass(frozen=True, slots=True)
class MemberState:
    """`member` is whom the cloud told of; `choices` are (id, name, phone) of several who share a plate."""

    member: Member | None = None
    best: BestCoupon | None = None
    asking: bool = False
    choices: tuple[tuple[str, str, str], ...] = ()
    trouble: Exception | None = None
    proof: Proof | None = None


class MemberPresenter(QObject):
    """Signals: changed; found(Member, plate), to be put on the bill; proven(Sale), the bill on which he now is."""

    changed = Signal()
    found = Signal(object, str)
    proven = Signal(object)

    def __init__(self, sales: "SaleDesk", background: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sales = sales
        self._background = background
        self._sale: Sale | None = None
        self._plate = ""
        self.cloud_away = False
        self.state = MemberState()

    def saw_cloud(self, away: bool) -> None:
        """Whether the cloud is away: what needs it says so before anybody tries."""
        if away != self.cloud_away:
            self.cloud_away = away
            self.changed.emit()

    def begin(self) -> None:
        """A fresh question: nobody asked for, no trouble."""
        self._show(replace(self.state, asking=False, choices=(), trouble=None))

    def find(self, text: str) -> None:
        """Ask the cloud whose code, phone number or plate this is."""
        self._plate = text.strip().upper() if what_is(text) is CodeKind.PLATE else ""
        self._show(replace(self.state, asking=True, choices=(), trouble=None))
        self._background.run_outside(lambda: self._sales.find_member(text), self._found, self._failed)

    def choose(self, member: str) -> None:
        """One of those who share a plate."""
        self._show(replace(self.state, asking=True, trouble=None))
        self._background.run_outside(
            lambda: self._sales.member_now(MemberId(member)), self._found, self._failed
        )

    def saw(self, sale: Sale | None) -> None:
        """The bill as it stands now: its member, and what of his would save most on it."""
        before, self._sale = self._sale, sale
        on_bill = sale.member if sale is not None else None
        known = self.state.member
        if on_bill is None:
            if known is not None or self.state.best is not None:
                self._show(MemberState(asking=self.state.asking))
            return
        if before is None or sale is None or before.id != sale.id:
            self._show(replace(self.state, proof=None))
        if known is None or known.id != on_bill.id:
            if before is None or before.member is None or before.member.id != on_bill.id:
                # A bill that was recalled or came back after a power cut: what he has today is the cloud's to say.
                member = on_bill.id
                self._background.run_outside(
                    lambda: self._sales.member_now(member), self._came_back, lambda _error: None
                )
            return
        if _matters(before) != _matters(sale):
            self._look_for_best()

    def send_digits(self, by: StaffId) -> None:
        """Six digits to his phone."""
        sale, proof = self._sale, self.state.proof or Proof()
        if sale is None or proof.busy:
            return

        def sent(confirmation: ConfirmationId) -> None:
            if self._is_on(sale):
                self._show(replace(self.state, proof=Proof(confirmation)))

        self._show(replace(self.state, proof=replace(proof, busy="send", trouble=None)))
        self._background.run_outside(
            lambda: self._sales.send_confirmation(sale.id, by),
            sent,
            lambda error: self._unproven(sale, error),
        )

    def tell_digits(self, digits: str, by: StaffId) -> None:
        """He has read them out."""
        sale, proof = self._sale, self.state.proof
        if sale is None or proof is None or proof.busy or proof.confirmation is None:
            return
        confirmation = proof.confirmation

        def done(confirmed: "ConfirmedMember") -> None:
            if self._is_on(sale):
                self._show(
                    replace(
                        self.state,
                        member=confirmed.member,
                        proof=Proof(is_done=True, spending_code=confirmed.spending_code),
                    )
                )
                self.proven.emit(confirmed.sale)

        self._show(replace(self.state, proof=replace(proof, busy="confirm", trouble=None)))
        self._background.run_outside(
            lambda: self._sales.confirm_member(sale.id, confirmation, digits, by),
            done,
            lambda error: self._unproven(sale, error),
        )

    def spent(self) -> None:
        """What pays from his balance went to the cloud: it pays no second time."""
        if self.state.proof is not None:
            self._show(replace(self.state, proof=replace(self.state.proof, spending_code="")))

    def most_points(self) -> int:
        """How many of his points this bill can take at most; the reckoning has the last word."""
        member, sale = self.state.member, self._sale
        if member is None or sale is None:
            return 0
        rule = member.points_rule
        spent = sale.points.worth if sale.points is not None else ZERO
        room = (sale.gross - sale.discount + spent).fen * rule.most_percent // 100
        return min(member.points, room * rule.points_per_yuan_off // 100)

    def worth(self, points: int) -> Money:
        """What so many points take off."""
        member = self.state.member
        return member.points_rule.worth(points) if member is not None else ZERO

    def _found(self, member: Member) -> None:
        self._show(MemberState(member=member))
        self.found.emit(member, self._plate)

    def _came_back(self, member: Member) -> None:
        on_bill = self._sale.member if self._sale is not None else None
        if on_bill is not None and on_bill.id == member.id:
            # Only his code proves who he is, and only on the bill where it was scanned.
            self._show(MemberState(member=replace(member, proven=on_bill.proven)))
            self._look_for_best()

    def _is_on(self, sale: Sale) -> bool:
        """Whether this is still the bill and its member that was asked about."""
        now = self._sale
        return (
            now is not None
            and now.id == sale.id
            and now.member is not None
            and sale.member is not None
            and now.member.id == sale.member.id
        )

    def _unproven(self, sale: Sale, error: Exception) -> None:
        proof = self.state.proof
        if proof is not None and self._is_on(sale):
            gone = isinstance(error, SignInCodeExpired)
            kept = replace(proof, busy="", trouble=error)
            self._show(replace(self.state, proof=replace(kept, confirmation=None) if gone else kept))
        if not isinstance(error, Refusal | Fault):
            raise error

    def _look_for_best(self) -> None:
        sale, member = self._sale, self.state.member
        if sale is None or member is None:
            return
        taken = sale.coupon is not None and sale.coupon.state is not CouponUseState.REFUSED
        if taken or not sale.lines or not member.coupons:
            if self.state.best is not None:
                self._show(replace(self.state, best=None))
            return
        asked = sale.id

        def best(found: BestCoupon | None) -> None:
            if self._sale is not None and self._sale.id == asked and self._sale.coupon is None:
                self._show(replace(self.state, best=found))

        self._background.run(lambda: self._sales.best_offer(asked, member), best, lambda _error: None)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, MemberNeedsChoice):
            self._show(replace(self.state, asking=False, choices=error.choices))
            return
        self._show(replace(self.state, asking=False, trouble=error))
        if not isinstance(error, Refusal | Fault):
            raise error

    def _show(self, state: MemberState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()


def _matters(sale: Sale | None) -> object:
    """What decides which coupon is best."""
    return None if sale is None else (sale.id, sale.lines, sale.coupon, sale.member)
