"""Port printer: ask how it is, send, ask again; one connection a job."""

import logging
import threading
import time
from dataclasses import dataclass

from core.devices.links.link import AnswerMissing, ByteLink, HungUp, LinkFailure, NotReached
from core.devices.printers.characters import has_rare_words
from core.devices.printers.encoder import CHINESE_ON, INITIALISE, drawer, drawer_at_once, job
from core.devices.printers.profile import PrinterProfile
from core.devices.printers.raster import raster_job
from core.domain.faults import PrinterCoverOpen, PrinterFault, PrinterOffline, PrinterOutOfPaper
from core.domain.receipt import Pair, Receipt, Text
from core.ports.printer import PrinterStatus

_log = logging.getLogger(__name__)

_ASK = b"\x10\x04"  # DLE EOT n, answered at once whatever is in the buffer
_PRINTER, _OFFLINE_CAUSE, _PAPER = 1, 2, 4
# Every answer to DLE EOT has these bits, so that it cannot be taken for anything else.
_FIXED_MASK, _FIXED = 0b1001_0011, 0b0001_0010
_IS_OFFLINE = 0b0000_1000
_DRAWER_PIN_HIGH = 0b0000_0100
_COVER_OPEN, _PAPER_STOP = 0b0000_0100, 0b0010_0000
_NO_PRINTER = 0b1000_0000  # no printer sets this bit, neither in answers nor in news of its own
_MOST_NEWS = 8
_PAUSE_SECONDS = 0.2
_PAPER_NEAR_END, _NO_PAPER = 0b0000_1100, 0b0110_0000


# Asked once more so often whether it has learned to answer; a printer may just have been starting.
_ASK_SILENT_ONE_AGAIN_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class _Condition:
    fault: PrinterFault | None
    near_end: bool = False
    known: bool = True
    drawer_pin_high: bool | None = None


class EscposPrinter:
    """A receipt printer on any cable. Jobs of several threads go one after the other, each on its own connection.

    Many cheap printers take jobs and never answer DLE EOT. What was not answered the first time is not asked again before
    a job; what was answered once and is no longer means that the printer is away.
    """

    def __init__(
        self,
        link: ByteLink,
        profile: PrinterProfile,
        *,
        timeout_seconds: float = 2.5,
        settle_seconds: float = 0.3,
    ) -> None:
        self._link = link
        self._profile = profile
        self._timeout_seconds, self._settle_seconds = timeout_seconds, settle_seconds
        self._one_job = threading.Lock()
        self._answers: dict[int, bool] = {}  # question -> whether this printer answers it
        self._asked_silent_ones = 0.0
        self._stays_on_the_line = (
            False  # it has answered after a job: when it hangs up instead, something is wrong
        )

    def print(self, receipt: Receipt) -> None:
        """Print and cut. Raises PrinterOutOfPaper, PrinterCoverOpen or PrinterOffline.

        A fault before the job leaves the paper white; one that comes up in the middle says that it had begun.
        """
        words = [each for line in receipt.lines if isinstance(line, Text | Pair) for each in _words_of(line)]
        rare = self._profile.rare_as_picture and any(has_rare_words(each) for each in words)
        encode = raster_job if self._profile.raster or rare else job
        self._send(encode(receipt, self._profile))

    def open_drawer(self) -> None:
        """Kick the cash drawer that hangs on the printer; without paper, past the job that waits for it.

        Raises PrinterOffline.
        """
        try:
            self._send(INITIALISE + CHINESE_ON + drawer(self._profile), looking_after=False)
        except (PrinterOutOfPaper, PrinterCoverOpen):
            self._send(drawer_at_once(self._profile), looking_after=False, even_so=True)

    def status(self) -> PrinterStatus:
        """Ask the printer; never raises."""
        with self._one_job:
            try:
                self._link.open()
                self._give_another_chance()
                condition = self._condition()
            except LinkFailure:
                condition = _Condition(PrinterOffline())
            finally:
                self._link.close()
        drawer_open = self._drawer_open(condition)
        if condition.fault is not None:
            return PrinterStatus(ready=False, fault=condition.fault.code, drawer_open=drawer_open)
        return PrinterStatus(
            ready=True,
            paper_near_end=condition.near_end,
            known=condition.known,
            drawer_open=drawer_open,
        )

    def _drawer_open(self, condition: _Condition) -> bool | None:
        if condition.drawer_pin_high is None or self._profile.drawer_high_is_open is None:
            return None
        return condition.drawer_pin_high is self._profile.drawer_high_is_open

    def _send(self, sent: bytes, *, looking_after: bool = True, even_so: bool = False) -> None:
        with self._one_job:
            begun = False
            try:
                self._open()
                if not even_so:
                    self._must_be_well()
                begun = True
                self._link.write(sent)
                if looking_after:
                    self._look_after(sent)
            except LinkFailure as failure:
                _log.info("the printer does not answer: %s", failure)
                raise (self._why_it_broke_off() if begun else PrinterOffline()) from failure
            except PrinterFault as fault:
                fault.begun = begun
                raise
            finally:
                self._link.close()

    def _why_it_broke_off(self) -> PrinterFault:
        """Asked anew: a printer whose roll ended in the middle takes no more bytes, and still says why."""
        try:
            self._link.open()
            fault = self._condition().fault or PrinterOffline()
        except LinkFailure:
            fault = PrinterOffline()
        fault.begun = True
        return fault

    def _open(self) -> None:
        """Connect, waiting for a printer that takes one caller at a time to be done with another. Raises NotReached."""
        deadline = time.monotonic() + self._timeout_seconds
        while True:
            try:
                self._link.open()
            except NotReached:
                if time.monotonic() + _PAUSE_SECONDS >= deadline:
                    raise
                threading.Event().wait(_PAUSE_SECONDS)
            else:
                return

    def _look_after(self, sent: bytes) -> None:
        """The roll may end inside this receipt: the printer knows only once it has drawn the paper."""
        try:
            self._must_be_well()
            if any(self._answers.values()):
                threading.Event().wait(self._settle_seconds)
                self._must_be_well()
                self._stays_on_the_line = True
        except HungUp:
            if self._stays_on_the_line:
                raise
            # It had the whole job before it hung up, as some do after every one. One that lost its power says nothing.
            _log.debug("the printer hung up after %d bytes", len(sent))

    def _must_be_well(self) -> None:
        fault = self._condition().fault
        if fault is not None:
            raise fault

    def _condition(self) -> _Condition:
        """What the answers say together; the reason of being offline goes before being offline."""
        if not self._link.two_way:
            return _Condition(None, known=False)
        printer, cause, paper = self._answer(_PRINTER), self._answer(_OFFLINE_CAUSE), self._answer(_PAPER)
        fault: PrinterFault | None = None
        if paper & _NO_PAPER or cause & _PAPER_STOP:
            fault = PrinterOutOfPaper()
        elif cause & _COVER_OPEN:
            fault = PrinterCoverOpen()
        elif printer & _IS_OFFLINE:
            fault = PrinterOffline()
        return _Condition(
            fault,
            near_end=bool(paper & _PAPER_NEAR_END),
            known=any(self._answers.values()),
            drawer_pin_high=bool(printer & _DRAWER_PIN_HIGH) if self._answers.get(_PRINTER) else None,
        )

    def _answer(self, about: int) -> int:
        """The answer to one question; all is well where this printer does not answer it. Raises LinkFailure."""
        if self._answers.get(about) is False:
            return _FIXED
        try:
            self._link.write(_ASK + bytes([about]))
            answer = self._one_answer()
        except HungUp:
            raise
        except AnswerMissing:
            if self._answers.get(about):
                raise  # it used to answer
            self._answers[about] = False
            _log.info("the printer does not answer DLE EOT %d; it is not asked again for a while", about)
            # Should the answer come yet, it must not be taken for one to the next question.
            self._link.open()
            return _FIXED
        self._answers[about] = True
        return answer

    def _one_answer(self) -> int:
        """What has the shape of an answer; what a printer tells of its own accord is passed over."""
        for _turn in range(_MOST_NEWS):
            heard = self._link.read()
            fitting = [byte for byte in heard if byte & _FIXED_MASK == _FIXED]
            if fitting:
                return fitting[-1]
            if any(byte & _NO_PRINTER for byte in heard):
                break
        raise LinkFailure("what comes is no answer to DLE EOT")

    def _give_another_chance(self) -> None:
        if time.monotonic() - self._asked_silent_ones < _ASK_SILENT_ONE_AGAIN_SECONDS:
            return
        self._asked_silent_ones = time.monotonic()
        self._answers = {about: answers for about, answers in self._answers.items() if answers}


def _words_of(line: Text | Pair) -> tuple[str, ...]:
    return (line.text,) if isinstance(line, Text) else (line.left, line.right)
