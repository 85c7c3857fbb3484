"""The printer on a serial cable: a pseudo terminal, whose other end a program opens like a serial port."""

import os
import select
import threading
import tty

from core.simulated.receipt_printer.printer import Conversation, Printer

_LOOK_SECONDS = 0.05


class SerialFront:
    """A serial port at `device`. A cable has no beginning and no end: a job is what ends in a cut."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._ours, theirs = os.openpty()
        tty.setraw(theirs)
        self.device = os.ttyname(theirs)
        # Kept open, as a cable that nobody holds the other end of is unplugged.
        self._theirs = theirs
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join()
        os.close(self._ours)
        os.close(self._theirs)

    def _serve(self) -> None:
        conversation = Conversation(self._printer)
        while not self._ending.is_set():
            readable, _, _ = select.select([self._ours], [], [], _LOOK_SECONDS)
            if readable:
                answer = conversation.take(os.read(self._ours, 4_096))
                if answer:
                    os.write(self._ours, answer)
        conversation.end()
