"""Whose a scanned code is: a code is always heard, and where it is used for nothing the till says why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.domain.scan import CodeKind, cleaned, what_is
from core.qt.notices import Notices
from core.qt.widgets.layers import Layers
from core.wording.catalogue import _
from pos_app.cashier.payment.presenter import PAYING_CODES, PaymentPresenter, Step

_OURS = frozenset({CodeKind.COUPON, CodeKind.MEMBER, CodeKind.RECHARGE_CARD, CodeKind.STAFF_CARD})


class Hears(Protocol):
    """A sheet that takes codes while it is open."""

    def scanned(self, code: str) -> bool:
        """Whether this code was for it."""
        ...


class WantsCard(Protocol):
    """Somebody who is to show who he is."""

    def card(self, text: str) -> None:
        """By a staff card."""
        ...


@dataclass(frozen=True, slots=True)
class Hearers:
    """Everybody who may want a code, in the order in which they are asked."""

    who_is_wanted: Callable[[], WantsCard | None]  # the sign-in or the lock, while it shows
    approval: Hears
    sells: Callable[[], bool]  # whether the counter shows
    shift: Hears
    payment: Hears
    refund: Hears
    prepays: Hears
    fills: Hears
    sheets: Hears
    bill: Callable[[str], None]


def is_code(text: str) -> bool:
    """Whether its shape alone tells that no finger typed it: phone numbers and plates people do type."""
    return what_is(text) not in (CodeKind.UNKNOWN, CodeKind.PHONE, CodeKind.PLATE)


class Scans:
    """Hands each scan to whoever it is for."""

    def __init__(self, hearers: Hearers, payment: PaymentPresenter, layers: Layers, notices: Notices) -> None:
        self._to = hearers
        self._payment = payment
        self._layers = layers
        self._notices = notices
        self._paying = ""  # the payer's code that was scanned last

    def scanned(self, text: str) -> None:
        """A scanner read a code, wherever the focus is."""
        code = cleaned(text) if what_is(text) in _OURS else text
        why = self._unheard(code)
        if why:
            self._notices.watch(why, passing=True)

    def garbled(self, by_input_method: bool) -> None:
        """A scanner sent something that is no code."""
        if by_input_method:
            words = _(
                "The input method took the scanned code for words. Switch it to English and scan again."
            )
        else:
            words = _("What was scanned cannot be read. Scan again, or type the code.")
        self._notices.watch(words, passing=True)

    def _unheard(self, code: str) -> str:
        """Hand it on; where nobody takes it, why."""
        is_card = what_is(code) is CodeKind.STAFF_CARD
        wanted = self._to.who_is_wanted()
        if wanted is not None:
            if is_card:
                wanted.card(code)
            return "" if is_card else _("Sign in first. The code that was scanned was used for nothing.")
        if self._to.approval.scanned(code):
            return "" if is_card else _("Somebody has to agree first: scan a staff card here, or go back.")
        if not self._to.sells():
            return _("Codes are taken at the counter. This one was used for nothing.")
        return self._unheard_at_the_counter(code)

    def _unheard_at_the_counter(self, code: str) -> str:
        to, step = self._to, self._payment.state.step
        if what_is(code) in PAYING_CODES:
            if code == self._paying and step in (Step.WAITING, Step.DONE):
                return ""  # Phones are held before a scanner until it beeps twice.
            self._paying = code
        if step is Step.WAITING:
            return _("A payment is under way. What was scanned meanwhile was used for nothing.")
        if any(
            each.scanned(code) for each in (to.shift, to.payment, to.refund, to.prepays, to.fills, to.sheets)
        ):
            return ""
        if self._layers.has_sheets:
            return _("Finish what is open first, then scan again.")
        to.bill(code)
        return ""
