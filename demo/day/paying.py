"""The ways in which a customer pays, each as the cashier takes it."""

import random
from collections.abc import Callable
from typing import Protocol

from demo.day.amounts import fen_of, yuan
from demo.day.bookkeeper import Bill
from demo.day.customers import Customers
from demo.day.person import Person


class Cashier(Protocol):
    """Whoever stands at the till just now, and who comes to it."""

    p: Person
    customers: Customers
    chance: random.Random


class Paying:
    """Takes what is due and writes down how it came."""

    def __init__(self, errand: Cashier) -> None:
        self._e = errand

    def pay(self, how: str, bill: Bill) -> None:
        """By that way."""
        ways: dict[str, Callable[[int, Bill], None]] = {
            "exact": self._exact,
            "change": self._with_change,
            "typing": self._typing,
            "declined": self._declined,
            "taken_back": self._taken_back,
            "bank_card": self._bank_card,
            "credit": self._credit,
            "split": self._split,
            "qr": self._qr,
            "wallet": self._wallet,
            "card": self._recharge_card,
        }
        if how in ways:
            ways[how](bill.due(), bill)
        else:
            self._by_code(how)
            bill.paid[how] = bill.due()

    def _exact(self, due: int, bill: Bill) -> None:
        self._e.p.press("pay_cash")
        self._e.p.press("cash_go")
        bill.paid["cash"] = due

    def _with_change(self, due: int, bill: Bill) -> None:
        p, given = self._e.p, (due // 10_000 + 1) * 10_000
        p.press("pay_cash")
        if p.way != "keyboard" and f"cash_quick_{given}" in p.look():
            p.press(f"cash_quick_{given}")
        else:
            p.fill_in("cash_given", yuan(given), "cash_key")
        p.press("cash_go")
        bill.paid["cash"], bill.change = due, given - due

    def _typing(self, due: int, bill: Bill) -> None:
        self._by_code("wechat", "02")
        self._e.p.see("code_waited", "done_number")
        bill.paid["wechat"] = due

    def _declined(self, due: int, bill: Bill) -> None:
        self._by_code("alipay", "01")
        self._e.p.wait(lambda now: now.words("code_refused"), "declined is told", 30)
        self._cash_instead(due, bill)

    def _taken_back(self, due: int, bill: Bill) -> None:
        self._by_code("wechat", "03")
        self._e.p.press("code_cancel", 30)
        self._e.p.wait(lambda now: now.words("code_refused"), "it is taken back", 40)
        self._cash_instead(due, bill)

    def _cash_instead(self, due: int, bill: Bill) -> None:
        self._e.p.press("code_cash")
        self._e.p.press("cash_go")
        bill.paid["cash"] = due

    def _bank_card(self, due: int, bill: Bill) -> None:
        p = self._e.p
        p.press("pay_code")
        p.press("code_card")
        p.fill_in("card_slip", f"{self._e.chance.randrange(10**6):06d}", "card_key")
        p.press("card_go")
        bill.paid["bank_card"] = due

    def _credit(self, due: int, bill: Bill) -> None:
        p = self._e.p
        p.press("pay_code")
        p.press("code_credit")
        p.fill_in("credit_search", "A8888")
        p.press("credit_go")
        bill.paid["credit"] = due

    def _split(self, due: int, bill: Bill) -> None:
        p, part = self._e.p, max(due // 3, 1)
        p.press("pay_cash")
        p.fill_in("cash_given", yuan(part), "cash_key")
        p.press("cash_go")
        p.wait(
            lambda now: "code_box" in now and fen_of(now.words("code_due")) == due - part,
            "the rest is asked for",
        )
        p.scan(self._e.customers.payer_code("wechat", "99"))
        bill.paid["cash"], bill.paid["wechat"] = part, due - part

    def _qr(self, due: int, bill: Bill) -> None:
        self._e.p.press("pay_code")
        self._e.p.press("code_qr_wechat")
        self._e.p.see("code_waiting_for")
        self._e.customers.scans_qr(due)
        bill.paid["wechat"] = due

    def _wallet(self, due: int, bill: Bill) -> None:
        self._with_sheet(self._e.customers.member_code())
        bill.paid["wallet"] = due

    def _recharge_card(self, due: int, bill: Bill) -> None:
        self._with_sheet(self._e.customers.recharge_card())
        bill.paid["recharge_card"] = due

    def _with_sheet(self, code: str) -> None:
        self._e.p.press("pay_code")
        self._e.p.see("code_box")
        self._e.p.scan(code)

    def _by_code(self, provider: str, ending: str = "99") -> None:
        code = self._e.customers.payer_code(provider, ending)
        if self._e.chance.random() < 0.5:
            self._with_sheet(code)
        else:
            self._e.p.scan(code)
