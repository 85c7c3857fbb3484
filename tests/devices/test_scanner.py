"""A scanner on a serial cable: whole codes come through, and nothing else does, whatever the cable brings."""

import os
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.devices.links.serial_link import SerialLink
from core.devices.scanners.framing import MOST_BYTES, Framing
from core.devices.scanners.serial_scanner import SerialScanner
from tests.conftest import ExpectLog

CODES = st.text(alphabet="0123456789ABCDEFYZabc-./:?=&", min_size=1, max_size=60)


class Ear:
    """Collects what the scanner tells, and waits for what should come."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self.codes: list[str] = []
        self.lines: list[bool] = []

    def scanned(self, text: str) -> None:
        with self._news:
            self.codes.append(text)
            self._news.notify_all()

    def line(self, up: bool, why: str) -> None:
        assert up or why
        with self._news:
            self.lines.append(up)
            self._news.notify_all()

    def wait(self, seen: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(seen, 10), (self.codes, self.lines)


@given(st.lists(CODES, max_size=8), st.sampled_from([b"\r", b"\n", b"\r\n", b"\t", b"\x03"]), st.data())
def test_codes_come_whole_in_whatever_pieces_they_arrive(codes: list[str], end: bytes, data: st.DataObject):
    stream = b"".join(code.encode() + end for code in codes)
    framing, found = Framing(), list[str]()
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += framing.feed(stream[:size])
        stream = stream[size:]
    assert found == codes
    assert not framing.has_half


@given(st.lists(st.binary(max_size=700), max_size=6))
def test_noise_never_hides_the_next_code(noise: list[bytes]):
    framing = Framing()
    for each in noise:
        for code in framing.feed(each):
            assert code.strip() == code
            assert code.isprintable() or " " in code
            assert len(code.encode()) <= 2 * MOST_BYTES
    framing.feed(b"\r\n")
    assert framing.feed(b"6901234500018\r\n") == ["6901234500018"]


def test_what_scanners_add_is_taken_off():
    framing = Framing()
    assert framing.feed(b"\x02690123\x03") == ["690123"]
    assert framing.feed(b"]E06901234500018\r") == ["6901234500018"]
    assert framing.feed(b"  YZ23456789AB \x00\r") == ["YZ23456789AB"]
    assert framing.feed("沪A12345\r".encode()) == ["沪A12345"]
    assert framing.feed("沪A12345\r".encode("gb18030")) == ["沪A12345"]
    assert framing.feed(b"half\x02134567890123456789\r") == ["134567890123456789"]


def test_what_is_too_long_is_left_out_with_its_end():
    framing = Framing()
    assert framing.feed(b"9" * (MOST_BYTES + 1)) == []
    assert framing.feed(b"9" * 50) == []
    assert framing.feed(b"99\r690123\r") == ["690123"]


@contextmanager
def plugged_in(port: Path) -> Iterator[int]:
    """The scanner's end of the cable; at the end of the block it is pulled out."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    port.unlink(missing_ok=True)
    port.symlink_to(os.ttyname(theirs))
    yield ours
    port.unlink()
    os.close(theirs)
    os.close(ours)


@contextmanager
def listening(port: Path) -> Iterator[Ear]:
    ear = Ear()
    scanner = SerialScanner(
        SerialLink(str(port), answer_seconds=0.02), try_again_seconds=0.02, half_is_over_seconds=0.1
    )
    scanner.start(ear)
    yield ear
    scanner.stop()
    scanner.stop()


def test_a_scanner_that_is_pulled_out_and_plugged_in_goes_on(tmp_path: Path, expected_log: ExpectLog):
    expected_log("WARNING core.devices.scanners.serial_scanner: the scanner is not there")
    port = tmp_path / "scanner"
    with listening(port) as ear:
        ear.wait(lambda: ear.lines == [False])
        with plugged_in(port) as cable:
            ear.wait(lambda: ear.lines == [False, True])
            os.write(cable, b"6901234500018\r\n13456789")
            ear.wait(lambda: ear.codes == ["6901234500018"])
        ear.wait(lambda: ear.lines == [False, True, False])
        with plugged_in(port) as cable:
            ear.wait(lambda: ear.lines[-1])
            os.write(cable, b"0123456789\r")  # the rest of nothing: what began before is forgotten
            ear.wait(lambda: ear.codes[1:] == ["0123456789"])
    assert ear.lines[:4] == [False, True, False, True]


def test_half_a_code_is_not_glued_to_the_next(tmp_path: Path):
    port = tmp_path / "scanner"
    with plugged_in(port) as cable, listening(port) as ear:
        ear.wait(lambda: ear.lines == [True])
        os.write(cable, b"69012")
        threading.Event().wait(0.3)  # longer than any code takes
        os.write(cable, b"134567890123456789\r")
        ear.wait(lambda: bool(ear.codes))
    assert ear.codes == ["134567890123456789"]


def test_a_listener_that_fails_hears_the_next_code(tmp_path: Path, expected_log: ExpectLog):
    expected_log("ERROR core.devices.scanners.serial_scanner: a listener of the scanner failed")

    class Clumsy(Ear):
        def scanned(self, text: str) -> None:
            super().scanned(text)
            if len(self.codes) == 1:
                raise RuntimeError("a bug of ours")

    port, ear = tmp_path / "scanner", Clumsy()
    with plugged_in(port) as cable:
        scanner = SerialScanner(SerialLink(str(port), answer_seconds=0.02))
        scanner.start(ear)
        ear.wait(lambda: ear.lines == [True])
        os.write(cable, b"1\r2\r")
        ear.wait(lambda: ear.codes == ["1", "2"])
        scanner.stop()
