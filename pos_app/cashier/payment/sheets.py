"""Which payment sheet lies over the counter, and what a scan means while one does."""

from functools import cached_property

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
from pos_app.cashier.payment.presenter import PAYING_CODES, PaymentPresenter, Step
from pos_app.cashier.receipts.presenter import ReceiptsPresenter


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
        self.done = DoneSheet()
        self._built: list[Sheet] = [self.cash, self.code, self.done]
        self.cash.given.connect(payment.take_cash)
        self.cash.left.connect(payment.leave)
        self.code.given.connect(lambda text, part: payment.code_given(text, part, typed=True))
        self.code.qr_wanted.connect(payment.show_qr)
        self.code.cash.connect(self._to_cash)
        self.code.card.connect(payment.begin_card)
        self.code.credit.connect(payment.begin_credit)
        for sheet in (self.cash, self.code):
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

    @cached_property
    def card(self) -> CardSheet:
        """The card terminal's slip; built where cards are taken."""
        sheet = CardSheet()
        sheet.taken.connect(self._payment.take_card)
        sheet.left.connect(self._back_to_code)
        sheet.leg_back.connect(self._give_back)
        self._built.append(sheet)
        return sheet

    @cached_property
    def credit(self) -> CreditSheet:
        """Whose account; built where there are account customers."""
        sheet = CreditSheet()
        sheet.sought.connect(self._payment.seek_accounts)
        sheet.taken.connect(self._put_on_account)
        sheet.left.connect(self._back_to_code)
        sheet.leg_back.connect(self._give_back)
        self._built.append(sheet)
        return sheet

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
        wanted: Sheet | None = None
        asking, field = self._asking(state.step)
        if asking is not None:
            wanted = asking
        elif state.step is Step.DONE:
            wanted = self.done
        for sheet in self._built:
            if sheet is not wanted:
                self._layers.close_sheet(sheet)
        if wanted is None:
            return
        fresh = not self._layers.is_open(wanted)
        self.code.show_cloud(away=self._payment.cloud_away)
        if asking is not None:
            if fresh:
                asking.begin(state)
            asking.show_state(state)
        elif state.sale is not None:
            self.done.begin(state.sale)
            self._show_paper()
        if fresh:
            self._layers.open(wanted, field)

    def _asking(
        self, step: Step
    ) -> tuple[CashSheet | CodeSheet | CardSheet | CreditSheet | None, QWidget | None]:
        """The sheet that asks for money at this step, and where the first key goes."""
        match step:
            case Step.CASH:
                return self.cash, self.cash.field
            case Step.CODE:
                return self.code, self.code.box
            case Step.WAITING:
                return self.code, None
            case Step.CARD:
                return self.card, self.card.slip
            case Step.CREDIT:
                return self.credit, self.credit.search
            case _:
                return None, None

    def _show_paper(self) -> None:
        if self._payment.state.step is Step.DONE:
            self.done.show_paper(self._receipts.state)
