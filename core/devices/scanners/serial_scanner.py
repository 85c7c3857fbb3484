"""Port scanner: one thread reads the cable, and waits for the scanner to come back when it was pulled out."""

import logging
import threading
import time

from core.devices.links.link import AnswerMissing, ByteLink, HungUp, LinkFailure
from core.devices.scanners.framing import Framing
from core.ports.scanner import ScannerListener

_log = logging.getLogger(__name__)
_TRY_AGAIN_SECONDS = 1.0
# A scanner sends a code in one go, at most a quarter of a second long; what is not ended by then never will be.
_HALF_IS_OVER_SECONDS = 1.0


class SerialScanner:
    """A scanner as a serial device: no keyboard focus and no input method can lose what it reads.

    `link.read()` has to return or raise AnswerMissing within moments, or stop() has to wait for it.
    """

    def __init__(
        self,
        link: ByteLink,
        *,
        try_again_seconds: float = _TRY_AGAIN_SECONDS,
        half_is_over_seconds: float = _HALF_IS_OVER_SECONDS,
    ) -> None:
        self._link = link
        self._try_again_seconds = try_again_seconds
        self._half_is_over_seconds = half_is_over_seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._listener: ScannerListener | None = None
        self._up: bool | None = None

    def start(self, listener: ScannerListener) -> None:
        """Begin to listen."""
        self._listener = listener
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; nothing is heard after this."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._link.open()
                self._tell_line(up=True, why="")
                self._listen()
            except LinkFailure as failure:
                self._tell_line(up=False, why=str(failure))
            finally:
                self._link.close()
            self._stopping.wait(self._try_again_seconds)

    def _listen(self) -> None:
        """Until the scanner is gone or this ends. Raises LinkFailure."""
        framing = Framing()
        heard = time.monotonic()
        while not self._stopping.is_set():
            try:
                received = self._link.read()
            except HungUp:
                raise
            except AnswerMissing:
                if framing.has_half and time.monotonic() - heard > self._half_is_over_seconds:
                    _log.info("a code was not read to its end and is forgotten")
                    framing.forget_half()
                continue
            if framing.has_half and time.monotonic() - heard > self._half_is_over_seconds:
                framing.forget_half()
            heard = time.monotonic()
            for code in framing.feed(received):
                self._tell(code)

    def _tell(self, code: str) -> None:
        if self._listener is None or self._stopping.is_set():
            return
        try:
            self._listener.scanned(code)
        except Exception:  # noqa: BLE001 - whatever ails a listener, the next code is still read
            _log.exception("a listener of the scanner failed")

    def _tell_line(self, *, up: bool, why: str) -> None:
        if up is self._up or self._listener is None:
            return
        self._up = up
        if up:
            _log.info("the scanner is there")
        else:
            _log.warning("the scanner is not there: %s", why)
        try:
            self._listener.line(up, why)
        except Exception:  # noqa: BLE001 - whatever ails a listener, the next code is still read
            _log.exception("a listener of the scanner failed")
