"""The presenters of a till, one of each, and what those who serve somebody have in common."""

from dataclasses import dataclass
from typing import Protocol

from core.domain.ids import StaffId
from core.qt.approval.presenter import Approvals
from core.qt.sign_in.presenter import SignInPresenter, UnlockPresenter
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.payment.presenter import PaymentPresenter
from pos_app.cashier.receipts.presenter import ReceiptsPresenter
from pos_app.cashier.refund.presenter import RefundPresenter
from pos_app.cashier.shift.closing.presenter import ClosingPresenter
from pos_app.cashier.shift.drawer.presenter import DrawerPresenter
from pos_app.cashier.shift.presenter import ShiftPresenter
from pos_app.fills.presenter import FillsPresenter
from pos_app.helping.presenter import HelpPresenter
from pos_app.orders.presenter import OrdersPresenter
from pos_app.prepays.presenter import PrepaysPresenter
from pos_app.pumps.manual.presenter import ManualPresenter
from pos_app.pumps.presenter import PumpsPresenter


@dataclass(frozen=True, slots=True)
class Presenters:
    """One of each."""

    sign_in: SignInPresenter
    shift: ShiftPresenter
    pumps: PumpsPresenter
    orders: OrdersPresenter
    counter: CounterPresenter
    payment: PaymentPresenter
    receipts: ReceiptsPresenter
    approvals: Approvals
    unlock: UnlockPresenter
    refund: RefundPresenter
    drawer: DrawerPresenter
    closing: ClosingPresenter
    prepays: PrepaysPresenter
    helping: HelpPresenter
    manual: ManualPresenter
    fills: FillsPresenter


class Serves(Protocol):
    """A presenter that does things in somebody's name."""

    def take_over(self, person: StaffId) -> None:
        """From now on in this person's; what is under way goes on."""
        ...
