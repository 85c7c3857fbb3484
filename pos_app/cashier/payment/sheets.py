"""Which payment sheet lies over the counter, and what a scan means while one does."""

from typing import Protocol

from PySide6.QtWidgets import QWidget

from core.domain.account import Account
from core.domain.money import Money
from core.domain.payment import Payment
from core.domain.scan import what_is
from core.qt.widgets.layers import Layers, Sheet
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.payment.card_sheet import CardSheet
from pos_app.cashier.payment.cash_sheet import CashSheet
from pos_app.cashier.payment.code_sheet import CodeSheet
from pos_app.cashier.payment.credit_sheet import CreditSheet
from pos_app.cashier.payment.done_sheet import DoneSheet
from pos_app.cashier.payment.presenter import PAYING_CODES, PaymentPresenter, PaymentViewState, Step
from pos_app.cashier.receipts.presenter import ReceiptsPresenter


class _Asking(Protocol):
    def begin(self, state: PaymentViewState) -> None: ...

    def show_state(self, state: PaymentViewState) -> None: ...


class PaymentSheets:
    """Cash, code, card terminal, account and done: at most one shows, as the payment's step says."""

    def __init__(
        self,
        payment: PaymentPresenter,
        counter: CounterPresenter,
        receipts: ReceiptsPresenter,
        layers: Layers,
    ) -> None:
        self._payment = payment
        self._counter = counter
        self._receipts = receipts
        self._layers = layers
        self.cash = CashSheet()
        self.code = CodeSheet()
        self.card = CardSheet()
        self.credit = CreditSheet()
        self.done = DoneSheet()
        self._by_step: dict[Step, Sheet] = {
            Step.CASH: self.cash,
            Step.CODE: self.code,
            Step.CARD: self.card,
            Step.CREDIT: self.credit,
            Step.WAITING: self.code,
            Step.DONE: self.done,
        }
        self._asking: dict[Sheet, _Asking] = {
            self.cash: self.cash,
            self.code: self.code,
            self.card: self.card,
            self.credit: self.credit,
        }
        self.cash.given.connect(payment.take_cash)
        self.cash.left.connect(payment.leave)
        self.code.given.connect(lambda text, part: payment.code_given(text, part, typed=True))
        self.code.qr_wanted.connect(payment.show_qr)
        self.code.cash.connect(self._to_cash)
        self.code.card.connect(payment.begin_card)
        self.code.credit.connect(payment.begin_credit)
        self.card.taken.connect(payment.take_card)
        self.card.left.connect(self._back_to_code)
        self.credit.sought.connect(payment.seek_accounts)
        self.credit.taken.connect(self._put_on_account)
        self.credit.left.connect(self._back_to_code)
        for sheet in (self.cash, self.code, self.card, self.credit):
            sheet.leg_back.connect(self._give_back)
        self.code.ask_again.connect(payment.ask_again)
        self.code.cancel.connect(payment.cancel)
        self.code.leave_for_later.connect(payment.leave_for_later)
        self.code.left.connect(payment.leave)
        self.done.next_customer.connect(self.next_customer)
        self.done.left.connect(self.next_customer)
        self.done.reprint.connect(receipts.reprint)
        payment.changed.connect(self._show)
        receipts.changed.connect(self._show_paper)

    def next_customer(self) -> None:
        """Away with what is done, an empty bill."""
        self._payment.leave()
        self._counter.next_customer()

    def scanned(self, code: str) -> bool:
        """Whether this scan was for a payment sheet."""
        step = self._payment.state.step
        if step is Step.WAITING:
            return True
        if step is Step.DONE:
            self.next_customer()
            return False
        if step is Step.CODE:
            self._payment.code_given(code, self.code.part)
            return True
        if step is not Step.NONE and what_is(code) in PAYING_CODES:
            self._payment.code_given(code)
            return True
        if step is not Step.NONE:
            self._payment.leave()
        return False

    def _to_cash(self) -> None:
        sale = self._payment.state.sale
        if sale is not None:
            self._payment.begin_cash(sale)

    def _back_to_code(self) -> None:
        sale = self._payment.state.sale
        if sale is not None:
            self._payment.begin_code(sale)

    def _put_on_account(self, account: Account, part: Money | None, plate: str) -> None:
        amount = formats.money(part or self._payment.state.due)
        words = _("{amount} on the account of {name}").format(amount=amount, name=account.name)
        self._payment.take_credit(account.id, part, plate, words)

    def _give_back(self, leg: Payment) -> None:
        words = _("Give {amount} back, paid by {tender}").format(
            amount=formats.money(leg.amount), tender=names.tender(leg.tender)
        )
        self._payment.take_back(leg.id, words)

    def _show(self) -> None:
        state = self._payment.state
        wanted = self._by_step.get(state.step)
        for sheet in dict.fromkeys(self._by_step.values()):
            if sheet is not wanted:
                self._layers.close_sheet(sheet)
        if wanted is None:
            return
        fresh = not self._layers.is_open(wanted)
        self.code.show_cloud(away=self._payment.cloud_away)
        if wanted is not self.done:
            asking = self._asking[wanted]
            if fresh:
                asking.begin(state)
            asking.show_state(state)
        elif state.sale is not None:
            self.done.begin(state.sale)
            self._show_paper()
        if fresh:
            self._layers.open(wanted, self._first_field(state.step))

    def _first_field(self, step: Step) -> QWidget | None:
        fields: dict[Step, QWidget] = {
            Step.CASH: self.cash.field,
            Step.CODE: self.code.box,
            Step.CARD: self.card.slip,
            Step.CREDIT: self.credit.search,
        }
        return fields.get(step)

    def _show_paper(self) -> None:
        if self._payment.state.step is Step.DONE:
            self.done.show_paper(self._receipts.state)
