"""Pole displays: the bytes of each kind, read by a decoder of its own, and a display that dies and comes back."""

import os
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.devices.displays.dialects import Dialect, dialect_of
from core.devices.displays.serial_display import SerialPoleDisplay
from core.devices.links.link import NotReached
from core.devices.links.serial_link import SerialLink
from core.domain.money import Money
from core.ports.pole_display import PoleAmount
from core.simulated.pole_display import Pole
from tests.conftest import ExpectLog


def shown(kind: str, told: Callable[[Dialect], bytes], *, chinese: bool = False) -> Pole:
    dialect = dialect_of(kind, chinese=chinese)
    pole = Pole(kind)
    pole.take(dialect.initialise() + told(dialect))
    return pole


@pytest.mark.parametrize("kind", ["cd5220", "escpos"])
def test_a_total_stands_at_the_right_of_the_lower_line(kind: str):
    pole = shown(kind, lambda dialect: dialect.amount(PoleAmount.TOTAL, Money(23_600)))
    assert pole.lines == ["TOTAL               ", "              236.00"]


@pytest.mark.parametrize("kind", ["cd5220", "escpos"])
def test_a_display_with_chinese_says_it_in_chinese(kind: str):
    pole = shown(kind, lambda dialect: dialect.amount(PoleAmount.CHANGE, Money(1_405)), chinese=True)
    assert [line.strip() for line in pole.lines] == ["找零", "14.05"]


@pytest.mark.parametrize("kind", ["cd5220", "escpos"])
@given(st.text(max_size=40), st.text(max_size=40), st.booleans())
def test_whatever_is_written_each_line_has_twenty_cells(kind: str, upper: str, lower: str, chinese: bool):
    pole = shown(kind, lambda dialect: dialect.lines(upper, lower), chinese=chinese)
    assert pole.widths == [20, 20]
    assert pole.wrong == []


@pytest.mark.parametrize("kind", ["cd5220", "escpos"])
def test_what_was_given_and_what_comes_back_stand_one_above_the_other(kind: str):
    pole = shown(kind, lambda dialect: dialect.change(Money(35_000), Money(4_998)))
    assert pole.lines == ["PAID          350.00", "CHANGE         49.98"]
    pole = shown(kind, lambda dialect: dialect.change(Money(9_999_999_999), Money(1)), chinese=True)
    assert [len(line.encode("gb18030")) for line in pole.lines] == [20, 20]
    assert pole.lines[1].startswith("找零")


def test_eight_digits_show_the_change():
    pole = shown("led8", lambda dialect: dialect.change(Money(35_000), Money(4_998)))
    assert (pole.digits, pole.lamp) == ("49.98", 4)


@pytest.mark.parametrize(
    ("kind", "lamp"),
    [(PoleAmount.PRICE, 1), (PoleAmount.TOTAL, 2), (PoleAmount.RECEIVED, 3), (PoleAmount.CHANGE, 4)],
)
def test_eight_digits_light_the_lamp_of_what_they_are(kind: PoleAmount, lamp: int):
    pole = shown("led8", lambda dialect: dialect.amount(kind, Money(781)))
    assert (pole.digits, pole.lamp) == ("7.81", lamp)


@given(st.integers(-(10**12), 10**12))
def test_eight_digits_never_show_a_wrong_amount(fen: int):
    pole = shown("led8", lambda dialect: dialect.amount(PoleAmount.TOTAL, Money(fen)))
    assert len(pole.digits.replace(".", "")) <= 8
    assert pole.digits in {f"{fen / 100:.2f}", f"{int(fen / 100)}", f"-{abs(fen) // 100}", "-" * 8}
    assert pole.wrong == []


class WatchedLink(SerialLink):
    """A cable that says when nothing was at its other end."""

    def __init__(self, device: str) -> None:
        super().__init__(device, timeout_seconds=1.0)
        self.failed = threading.Event()

    def open(self) -> None:
        try:
            super().open()
        except NotReached:
            self.failed.set()
            raise


def test_a_display_that_is_pulled_out_is_logged_once_and_shows_the_newest_when_it_is_back(
    tmp_path: Path, expected_log: ExpectLog
):
    expected_log("WARNING core.devices.displays.serial_display: the pole display shows nothing")
    port = tmp_path / "pole"  # what udev would call it, wherever it is plugged in
    link = WatchedLink(str(port))
    display = SerialPoleDisplay(link, dialect_of("cd5220"), try_again_seconds=0.02)
    display.start()
    for fen in (100, 200, 300):
        display.show_amount(PoleAmount.TOTAL, Money(fen))
    assert link.failed.wait(5)
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    port.symlink_to(os.ttyname(theirs))
    pole = Pole("cd5220")
    reading = threading.Thread(target=_read, args=(ours, pole), daemon=True)
    reading.start()
    pole.wait(lambda: pole.lines[1].strip() == "3.00")
    display.show_amount(PoleAmount.CHANGE, Money(50))
    pole.wait(lambda: pole.lines == ["CHANGE              ", "                0.50"])
    display.stop()
    pole.wait(lambda: pole.lines == [" " * 20, " " * 20])
    os.close(theirs)
    reading.join(5)
    os.close(ours)


def test_a_display_that_is_not_there_holds_nobody_up(tmp_path: Path, expected_log: ExpectLog):
    expected_log("WARNING core.devices.displays.serial_display: the pole display shows nothing")
    display = SerialPoleDisplay(SerialLink(str(tmp_path / "none")), dialect_of("led8"))
    display.start()
    display.show("1", "2")
    display.stop()
    display.stop()


def _read(ours: int, pole: Pole) -> None:
    with suppress(OSError):  # the end of the cable
        while received := os.read(ours, 4_096):
            pole.take(received)
