"""Our receipt printer's driver against printers that answer late, in part, or never, and hang up when they like."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from core.devices.links.tcp_link import TcpLink
from core.devices.printers.escpos_printer import EscposPrinter
from core.devices.printers.profile import profile_of
from core.domain.faults import PrinterOffline, PrinterOutOfPaper
from core.domain.receipt import Receipt, Text

ANSWER_SECONDS = 0.15
CUT = b"\x1dV"
WELL = {1: b"\x12", 2: b"\x12", 4: b"\x12"}


@dataclass
class OddPrinter:
    """Prints what it gets; how it answers DLE EOT n is given by `answers`."""

    answers: dict[int, bytes] = field(default_factory=dict)
    late_seconds: float = 0.0
    news: bytes = b""  # sent by itself when somebody calls
    hangs_up_after_job: bool = False
    one_caller: bool = False
    paper: list[bytes] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    calls: int = 0
    refused: int = 0

    def printed(self, number: int) -> list[bytes]:
        """The jobs that came out, once there are so many; paper takes its time after the till has gone on."""
        between = threading.Event()
        jobs: list[bytes] = []
        for _turn in range(300):
            jobs = [job for job in self.paper if CUT in job]
            if len(jobs) >= number:
                break
            between.wait(0.01)
        return jobs

    def serve(self, server: socket.socket, ending: threading.Event) -> None:
        threads: list[threading.Thread] = []
        while True:
            try:
                caller, _address = server.accept()
            except OSError:
                break
            self.calls += 1
            if self.one_caller and any(thread.is_alive() for thread in threads):
                self.refused += 1
                caller.close()
                continue
            threads.append(threading.Thread(target=self._hear, args=(caller, ending)))
            threads[-1].start()
        for thread in threads:
            thread.join(5)

    def _hear(self, caller: socket.socket, ending: threading.Event) -> None:
        waiting, job = b"", b""
        with caller, suppress(OSError):
            caller.settimeout(5)
            caller.sendall(self.news)
            while received := caller.recv(4096):
                waiting += received
                while (place := waiting.find(b"\x10\x04")) >= 0 and len(waiting) > place + 2:
                    about = waiting[place + 2]
                    job, waiting = job + waiting[:place], waiting[place + 3 :]
                    self.asked.append(about)
                    if about in self.answers:
                        ending.wait(self.late_seconds)
                        caller.sendall(self.answers[about])
                if CUT in waiting and self.hangs_up_after_job:
                    break
        self.paper += [job + waiting] if job + waiting else []


@contextmanager
def standing(odd: OddPrinter) -> Iterator[EscposPrinter]:
    ending = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=odd.serve, args=(server, ending))
        thread.start()
        link = TcpLink("127.0.0.1", server.getsockname()[1], 1.0, answer_seconds=ANSWER_SECONDS)
        yield EscposPrinter(link, profile_of(80), timeout_seconds=1.0, settle_seconds=0.01)
        ending.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def a_receipt(words: str) -> Receipt:
    return Receipt((Text(words),))


def seconds_to_print(printer: EscposPrinter, words: str) -> float:
    began = time.monotonic()
    printer.print(a_receipt(words))
    return time.monotonic() - began


def test_a_printer_that_never_answers_prints_and_is_waited_for_once():
    odd = OddPrinter()
    with standing(odd) as printer:
        first = seconds_to_print(printer, "第一张")
        second = seconds_to_print(printer, "第二张")
        status = printer.status()
        jobs = odd.printed(2)
    # In either order: the printer lays the first paper out when it has noticed that nobody calls any more.
    assert [sum(words.encode("gbk") in job for job in jobs) for words in ("第一张", "第二张")] == [1, 1]
    assert first >= 3 * ANSWER_SECONDS
    assert second < ANSWER_SECONDS
    assert (status.ready, status.fault, status.known) == (True, "", False)


def test_a_printer_that_answers_too_late_prints_all_the_same():
    odd = OddPrinter(answers=WELL, late_seconds=3 * ANSWER_SECONDS)
    with standing(odd) as printer:
        printer.print(a_receipt("第一张"))
        assert seconds_to_print(printer, "第二张") < ANSWER_SECONDS
        assert len(odd.printed(2)) == 2


@pytest.mark.parametrize("about", [1, 2, 4])
def test_a_printer_that_answers_one_question_alone_prints(about: int):
    odd = OddPrinter(answers={about: b"\x12"})
    with standing(odd) as printer:
        printer.print(a_receipt("一张"))
        status = printer.status()
        assert len(odd.printed(1)) == 1
    assert (status.ready, status.known) == (True, True)


def test_what_little_it_answers_is_heeded():
    odd = OddPrinter(answers={4: b"\x72"})
    with standing(odd) as printer, pytest.raises(PrinterOutOfPaper):
        printer.print(a_receipt("一张"))
    assert not any(CUT in job for job in odd.paper)


def test_a_printer_that_used_to_answer_and_does_not_is_away():
    odd = OddPrinter(answers=dict(WELL))
    with standing(odd) as printer:
        printer.print(a_receipt("第一张"))
        odd.answers.clear()
        with pytest.raises(PrinterOffline):
            printer.print(a_receipt("第二张"))
        odd.answers.update(WELL)
        printer.print(a_receipt("第三张"))
    assert "第二张".encode("gbk") not in b"".join(odd.paper)


@pytest.mark.parametrize("answers", [WELL, {}], ids=["answering", "silent"])
def test_a_printer_that_hangs_up_after_each_job_has_printed_it(answers: dict[int, bytes]):
    odd = OddPrinter(answers=answers, hangs_up_after_job=True)
    with standing(odd) as printer:
        printer.print(a_receipt("第一张"))
        printer.print(a_receipt("第二张"))
        assert len(odd.printed(2)) == 2


def test_news_that_a_printer_sends_by_itself_is_no_answer():
    odd = OddPrinter(answers=WELL, news=b"\x14\x00\x00\x0f")
    with standing(odd) as printer:
        printer.print(a_receipt("一张"))
        assert printer.status().ready


def test_a_printer_that_is_talking_to_another_till_is_waited_for():
    odd = OddPrinter(answers=WELL)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    printer = EscposPrinter(
        TcpLink("127.0.0.1", port, 3.0), profile_of(80), timeout_seconds=3.0, settle_seconds=0.01
    )
    ending = threading.Event()
    failures: list[Exception] = []

    def print_one() -> None:
        try:
            printer.print(a_receipt("一张"))
        except PrinterOffline as offline:
            failures.append(offline)

    waiting = threading.Thread(target=print_one)
    waiting.start()
    ending.wait(0.3)  # refused so long, as by a printer that has no place for a second caller
    with socket.create_server(("127.0.0.1", port)) as server:
        serving = threading.Thread(target=odd.serve, args=(server, ending))
        serving.start()
        waiting.join(5)
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        serving.join(5)
    assert failures == []
    assert len(odd.printed(1)) == 1
