"""Asks the controller and understands what it says: failures and error codes as faults and refusals of the domain."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from core.devices.links.link import (
    AnswerMissing,
    CertificateUnknown,
    Exchange,
    LoginRefused,
    NotReached,
    QuestionUnwelcome,
)
from core.devices.pumps.pts.fields import AnswerUnfit
from core.devices.pumps.pts.messages import Answer, MessageRefused, Request, read, written
from core.devices.pumps.pts.wall_clock import WallClock
from core.domain.faults import (
    PumpAnswerLost,
    PumpAnswerUnfit,
    PumpControllerCertificate,
    PumpControllerLogin,
    PumpLineDown,
)
from core.domain.price import UnitPrice
from core.domain.pump import Preset, PresetKind, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpRefused
from core.domain.refusals.refusal import Refusal
from core.ports.clock import Clock

_log = logging.getLogger(__name__)

MOST_IN_ONE_MESSAGE = 40  # a controller reads 600 JSON tokens; one pump's question is nine of them
UNKNOWN_REQUEST = 1
NO_PERMISSION = 6
NO_DOSE = 37
NO_PRICE = 38
PUMP_HAS_A_COMMAND = 41
PUMP_IS_FILLING = 42
NOT_FILLING = 43
NOT_OUR_TRANSACTION = 46
NOT_LOCKED_BY_US = 91

# What the pump is doing when the controller says that it is not free.
_BUSY = {
    39: PumpState.AUTHORISED,  # the same authorisation came before
    40: PumpState.CLOSED,  # another user of the controller holds the pump
    PUMP_HAS_A_COMMAND: PumpState.UNKNOWN,  # another command is still being carried out
    PUMP_IS_FILLING: PumpState.FUELLING,
    NOT_OUR_TRANSACTION: PumpState.CLOSED,  # the transaction is another user's
    78: PumpState.AUTHORISED,  # authorised before, at another price
}


class _TooMuch(Exception):
    """The message was turned away; a shorter one may not be."""


@dataclass(frozen=True, slots=True)
class Digits:
    """How many decimals the controller keeps."""

    price: int = 2
    amount: int = 2
    volume: int = 2


class Conversation:
    """One controller, asked from any thread."""

    def __init__(self, link: Exchange, clock: Clock) -> None:
        self._link = link
        self.wall_clock = WallClock(clock)
        self._lock = threading.Lock()
        self._introduced = False
        self._most_at_once = MOST_IN_ONE_MESSAGE
        self.digits = Digits()

    def introduce(self, again: bool = False) -> None:
        """Learn the controller's decimals and its clock, once, or again after it was away. Raises as `look`."""
        if self._introduced and not again:
            return
        self._most_at_once = MOST_IN_ONE_MESSAGE
        digits, moment = self.look([Request("GetSystemDecimalDigits"), Request("GetDateTime")])
        with self._lock:
            self._learn_digits(digits)
            self._learn_clock(moment)
            self._introduced = True

    @property
    def most_at_once(self) -> int:
        """How many packets the controller takes in one message, as far as it is known."""
        return self._most_at_once

    def clock_apart(self) -> timedelta | None:
        """The controller's clock minus ours, asked now; None where it was never set. Raises as `look`."""
        with self._lock:
            self._learn_clock(self.look([Request("GetDateTime")])[0])
        return self.wall_clock.apart

    def set_clock(self) -> None:
        """Set the controller's clock by ours. Raises PumpRefused and as `command`."""
        question = Request("SetDateTime", self.wall_clock.right())
        answer = self.command(question)
        if answer.code is not None:
            raise refusal_of(answer, 0)

    def look(self, requests: Sequence[Request]) -> tuple[Answer | None, ...]:
        """Ask what changes nothing, in as many messages as it takes.

        Raises PumpLineDown, PumpAnswerUnfit or PumpControllerLogin.
        """
        answers: list[Answer | None] = []
        while len(answers) < len(requests):
            batch = requests[len(answers) : len(answers) + self._most_at_once]
            try:
                answers += self._looked(batch)
            except _TooMuch:
                # It takes fewer at a time than others do: half as many from here on, until it was away.
                self._most_at_once = max(1, len(batch) // 2)
        if answers and all(answer is not None and answer.code == NO_PERMISSION for answer in answers):
            raise PumpControllerLogin
        return tuple(answers)

    def _looked(self, batch: Sequence[Request]) -> Sequence[Answer | None]:
        try:
            answers = list(self._exchanged(batch))
        except QuestionUnwelcome as failure:
            if len(batch) > 1:
                raise _TooMuch from failure
            raise PumpLineDown from failure
        except CertificateUnknown as failure:
            raise PumpControllerCertificate from failure
        except (NotReached, AnswerMissing) as failure:
            raise PumpLineDown from failure
        except LoginRefused as failure:
            raise PumpControllerLogin from failure
        except AnswerUnfit as unfit:
            _log.debug("an answer of the pump controller is unfit: %s", unfit)
            raise PumpAnswerUnfit from unfit
        missing = [place for place, answer in enumerate(answers) if answer is None]
        if 0 < len(missing) < len(batch):
            # It answered what it could hold and left out the rest.
            again = self._looked([batch[place] for place in missing])
            for place, answer in zip(missing, again, strict=True):
                answers[place] = answer
        return answers

    def _exchanged(self, requests: Sequence[Request]) -> Sequence[Answer | None]:
        """One message and its answers. Raises LinkFailure, AnswerUnfit, _TooMuch."""
        try:
            return read(self._link.ask(written(requests)), len(requests))
        except MessageRefused as refused:
            if len(requests) > 1:
                raise _TooMuch from refused
            return (Answer(requests[0].type, None, refused.code, refused.message),)

    def command(self, request: Request) -> Answer:
        """Ask what changes something, once. Raises PumpLineDown, PumpControllerLogin (nothing happened) or PumpAnswerLost."""
        try:
            answer = self._exchanged([request])[0]
        except CertificateUnknown as failure:
            raise PumpControllerCertificate from failure
        except NotReached as failure:
            raise PumpLineDown from failure
        except LoginRefused as failure:
            raise PumpControllerLogin from failure
        except (AnswerMissing, AnswerUnfit) as failure:
            raise PumpAnswerLost from failure
        if answer is None:
            raise PumpAnswerLost
        if answer.code == NO_PERMISSION:
            raise PumpControllerLogin
        return answer

    def moment(self, on_its_clock: datetime) -> datetime:
        """A moment on the controller's wall clock in UTC."""
        return self.wall_clock.moment(on_its_clock)

    def dose(self, pump: int, preset: Preset) -> Decimal | None:
        """A preset as the controller can hold it, rounded down: a pump never goes past what was agreed."""
        match preset.kind:
            case PresetKind.AMOUNT:
                dose = _cut(Decimal(preset.amount.fen).scaleb(-2), self.digits.amount)
            case PresetKind.VOLUME:
                dose = _cut(Decimal(preset.volume.millilitres).scaleb(-3), self.digits.volume)
            case _:
                return None
        if not dose:
            raise PumpRefused(pump, NO_DOSE, "the preset is smaller than the controller can hold")
        return dose

    def price(self, pump: int, price: UnitPrice) -> Decimal:
        """A price as the controller writes it. Raises PumpRefused where it has too few decimals for it."""
        yuan = Decimal(price.li).scaleb(-3)
        if _cut(yuan, self.digits.price) != yuan:
            raise PumpRefused(pump, NO_PRICE, f"the controller keeps {self.digits.price} decimals of a price")
        return yuan.quantize(Decimal(1).scaleb(-self.digits.price))

    def _learn_digits(self, answer: Answer | None) -> None:
        if answer is None or answer.code is not None:
            _log.warning("the pump controller does not tell its decimals; two are taken for granted")
            return
        try:
            fields = answer.fields()
            names = ("Price", "Amount", "Volume")
            self.digits = Digits(*(fields.whole_or(name, 0, 3, 2) for name in names))
        except AnswerUnfit as unfit:
            raise PumpAnswerUnfit from unfit

    def _learn_clock(self, answer: Answer | None) -> None:
        if answer is None or answer.code is not None:
            _log.warning("the pump controller does not tell its time; Beijing time is taken for granted")
            return
        try:
            self.wall_clock.learn(answer.fields())
        except AnswerUnfit as unfit:
            raise PumpAnswerUnfit from unfit


def refusal_of(answer: Answer, pump: int) -> Refusal:
    """What the controller's no means."""
    if answer.code in _BUSY:
        return PumpBusy(pump, _BUSY[answer.code])
    return PumpRefused(pump, answer.code or 0, answer.message[:200])


def _cut(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_DOWN)
