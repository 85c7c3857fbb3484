"""The Veeder-Root driver against the simulated console on a real socket, and against bytes that nobody should send."""

import contextlib
import hashlib
import ssl
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.devices.gauges import veeder_root_messages as messages
from core.devices.gauges.veeder_root import Frame, VeederRootGauge
from core.devices.gauges.veeder_root_messages import UNITS
from core.devices.links.secured_tcp_link import SecuredTcpLink
from core.devices.links.tcp_link import TcpLink
from core.domain.faults import GaugeAnswerUnfit, GaugeRefused, GaugeSilent
from core.domain.ids import TankNumber
from core.domain.litres import Litres
from core.domain.tanks.reading import GaugeAlarm, GaugeDelivery, ProbeStatus, TankReading
from core.simulated.clock import HandClock
from core.simulated.pts_controller.certificate import write_self_signed
from core.simulated.tank_gauge.console import Console
from core.simulated.tank_gauge.tank import Farm, Tank
from tests.conftest import ExpectLog

ONE, TWO = TankNumber(1), TankNumber(2)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DEADLINE = 10.0


class Hearing:
    """What a gauge tells, waited for."""

    def __init__(self) -> None:
        self.readings: list[TankReading] = []
        self.lines: list[tuple[bool, str]] = []
        self.deliveries: list[GaugeDelivery] = []
        self._changed = threading.Condition()

    def measured(self, reading: TankReading) -> None:
        with self._changed:
            self.readings.append(reading)
            self._changed.notify_all()

    def noticed(self, delivery: GaugeDelivery) -> None:
        with self._changed:
            self.deliveries.append(delivery)
            self._changed.notify_all()

    def gauge_line(self, up: bool, why: str) -> None:
        with self._changed:
            self.lines.append((up, why))
            self._changed.notify_all()

    def wait(self, until: Callable[["Hearing"], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: until(self), DEADLINE)


@pytest.fixture
def console() -> Iterator[Console]:
    made = a_console()
    made.start()
    yield made
    made.stop()


def a_console(**given: Any) -> Console:
    tanks = [Tank(1, litres=12_000.0, water=10.0, temperature=21.5), Tank(2, litres=20_000.0)]
    return Console(Farm(tanks), lambda: NOW, **given)


def a_gauge(console: Console, *, units: str = "metric", **given: Any) -> VeederRootGauge:
    link = TcpLink("127.0.0.1", console.port, 2.0, answer_seconds=0.4)
    return VeederRootGauge(link, HandClock(NOW), UNITS[units], UTC, answer_seconds=1.0, **given)


@pytest.fixture
def gauge(console: Console) -> Iterator[VeederRootGauge]:
    made = a_gauge(console, poll_seconds=0.05)
    yield made
    made.stop()


def near(volume: Litres, litres: float) -> bool:
    return abs(volume.millilitres - litres * 1_000) <= 2


def test_a_tank_is_measured_with_its_water_and_temperature(gauge: VeederRootGauge):
    reading = gauge.measure(ONE)
    assert (reading.tank, reading.at, reading.status) == (ONE, NOW, ProbeStatus.OK)
    assert near(reading.product_volume, 12_000)
    assert (reading.water_height, reading.temperature) == (100, 215)
    assert Litres(0) < reading.water_volume < Litres(40_000)
    assert reading.ullage is not None
    assert near(reading.ullage + reading.fuel + reading.water_volume, 30_000)
    assert [each.tank for each in gauge.measure_all()] == [ONE, TWO]


def test_a_console_set_to_gallons_and_inches_tells_the_same(console: Console):
    american = a_console(units="us")
    american.start()
    ours, theirs = a_gauge(console), a_gauge(american, units="us")
    try:
        for one, other in zip(ours.measure_all(), theirs.measure_all(), strict=True):
            assert abs(one.fuel.millilitres - other.fuel.millilitres) <= 2
            assert (one.water_height, one.temperature) == (other.water_height, other.temperature)
            assert abs(one.product_height - other.product_height) <= 1
    finally:
        ours.stop()
        theirs.stop()
        american.stop()


def test_what_the_console_warns_of_comes_with_the_reading(gauge: VeederRootGauge, console: Console):
    console.farm.change(1, alarms={3, 11, 20, 77}, delivering=True)
    console.farm.change(2, probe="out")
    one, two = gauge.measure_all()
    assert one.alarms == {GaugeAlarm.HIGH_WATER, GaugeAlarm.DELIVERY_NEEDED, GaugeAlarm.OTHER}
    assert one.delivery_detected
    assert (two.status, two.fuel) == (ProbeStatus.OFFLINE, Litres(0))
    console.farm.change(2, probe="bad")
    assert gauge.measure(TWO).status is ProbeStatus.ERROR


def test_deliveries_that_the_console_noticed_are_read(gauge: VeederRootGauge, console: Console):
    began, ended = NOW - timedelta(minutes=30), NOW - timedelta(minutes=10)
    console.farm.deliver(1, 9_000.0, began, ended, 18.0)
    (found,) = gauge.deliveries(ONE)
    assert (found.began_at, found.ended_at) == (began, ended)
    assert near(found.grown, 9_000)
    assert gauge.deliveries(TWO) == []


def test_deliveries_are_told_at_the_start_and_when_a_tank_takes_none_any_more(
    gauge: VeederRootGauge, console: Console
):
    console.farm.deliver(1, 9_000.0, NOW - timedelta(minutes=90), NOW - timedelta(minutes=80), 18.0)
    console.farm.change(2, delivering=True)
    hearing = Hearing()
    gauge.start(hearing)
    try:
        hearing.wait(lambda heard: [each.tank for each in heard.deliveries] == [ONE])
        console.farm.deliver(2, 5_000.0, NOW - timedelta(minutes=30), NOW - timedelta(minutes=10), 18.0)
        console.farm.change(2, delivering=False)
        hearing.wait(lambda heard: [each.tank for each in heard.deliveries] == [ONE, TWO])
    finally:
        gauge.stop()


def test_a_tank_that_the_console_does_not_have_is_refused(gauge: VeederRootGauge):
    with pytest.raises(GaugeRefused):
        gauge.measure(TankNumber(9))


@pytest.mark.parametrize(
    "fault", ["half", "checksum", "short", "garbage", "not_a_number", "twice", "endless", "drip"]
)
def test_an_unfit_answer_is_told_by_name_and_the_next_one_is_read(
    gauge: VeederRootGauge, console: Console, fault: str
):
    console.spoil(fault)
    with pytest.raises(GaugeAnswerUnfit) as unfit:
        gauge.measure(ONE)
    assert unfit.value.why
    assert near(gauge.measure(ONE).fuel, 12_000)


@pytest.mark.parametrize("fault", ["silent", "hang_up"])
def test_a_silent_console_is_silent_and_comes_back(gauge: VeederRootGauge, console: Console, fault: str):
    console.spoil(fault)
    with pytest.raises(GaugeSilent):
        gauge.measure(ONE)
    assert near(gauge.measure(ONE).fuel, 12_000)


def test_a_question_that_it_does_not_know_is_a_refusal(gauge: VeederRootGauge, console: Console):
    console.spoil("unknown")
    with pytest.raises(GaugeRefused):
        gauge.measure(ONE)


def test_a_console_that_knows_no_alarms_is_asked_for_them_once(gauge: VeederRootGauge, console: Console):
    gauge.measure(ONE)
    console.spoil("")
    console.spoil("unknown")
    assert near(gauge.measure(ONE).fuel, 12_000)
    asked = len(console.questions)
    gauge.measure(ONE)
    assert console.questions[asked:] == ["i20101"]


def test_polling_tells_every_tank_the_loss_of_the_line_and_its_return(
    gauge: VeederRootGauge, console: Console, expected_log: ExpectLog
):
    expected_log("the tank gauge went silent: gauge_silent")
    hearing = Hearing()
    gauge.start(hearing)
    hearing.wait(lambda heard: {each.tank for each in heard.readings} == {ONE, TWO})
    assert hearing.lines == [(True, "")]
    console.spoil("silent", 4)
    hearing.wait(lambda heard: heard.lines[1:] == [(False, "gauge_silent"), (True, "")])
    gauge.stop()
    told = len(hearing.readings)
    console.farm.draw(1, 100.0)
    assert len(hearing.readings) == told


def test_a_console_that_is_not_there_is_told_once(console: Console, expected_log: ExpectLog):
    expected_log("the tank gauge went silent: gauge_silent")
    console.stop()
    gauge, hearing = a_gauge(console, poll_seconds=0.01), Hearing()
    gauge.start(hearing)
    hearing.wait(lambda heard: heard.lines == [(False, "gauge_silent")])
    gauge.stop()


def test_a_security_code_goes_with_each_question():
    console = a_console(security_code="123456")
    console.start()
    knowing, guessing = a_gauge(console, security_code="123456"), a_gauge(console)
    try:
        assert near(knowing.measure(ONE).fuel, 12_000)
        with pytest.raises(GaugeSilent):
            guessing.measure(ONE)
    finally:
        knowing.stop()
        guessing.stop()
        console.stop()


def test_a_leak_is_measured_as_it_runs(gauge: VeederRootGauge, console: Console):
    console.farm.change(1, leak_per_hour=6.0)
    before = gauge.measure(ONE).fuel
    console.farm.pass_time(3_600 * 5)
    assert near(before - gauge.measure(ONE).fuel, 30)


def test_the_program_of_the_console_speaks_on_its_own():
    program = [sys.executable, "-m", "core.simulated.tank_gauge", "--tanks", "2"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdin is not None
        try:
            port = int(running.stdout.readline().partition('"port": ')[2].partition(",")[0])
            running.stdin.write("draw 1 500\nlevel 1\n")
            running.stdin.flush()
            assert running.stdout.readline() == "done draw 1 500\n"
            assert running.stdout.readline().startswith("not understood")
            link = TcpLink("127.0.0.1", port, 2.0)
            gauge = VeederRootGauge(link, HandClock(NOW), UNITS["metric"], UTC)
            # Its probe has a noise of a twentieth of a millimetre.
            assert abs(gauge.measure(ONE).fuel.millilitres - 13_000_000) < 20_000
            gauge.stop()
        finally:
            running.terminate()
        assert running.wait(DEADLINE) == 0


# --- the frame and its fields, without a socket -----------------------------------------------------------------------------


def framed(text: str) -> bytes:
    body = b"\x01" + text.encode("ascii") + b"&&"
    return body + f"{-sum(body) & 0xFFFF:04X}".encode("ascii") + b"\x03"


def hexed(*figures: float) -> str:
    return "".join(struct.pack(">f", figure).hex().upper() for figure in figures)


def test_the_vendors_own_refusal_has_the_checksum_that_it_tells():
    assert (sum(b"\x019999") + 0xFF1B) & 0xFFFF == 0
    with pytest.raises(GaugeRefused):
        messages.answer_in(b"\x019999FF1B\x03", messages.INVENTORY, ONE)


RECORD = f"011000007{hexed(1000.0, 990.0, 500.0, 1200.5, 10.0, 18.25, 3.0)}"


def test_a_record_is_read_field_by_field():
    frame = framed(f"i201002611231600{RECORD}")
    answer = messages.answer_in(frame, messages.INVENTORY, messages.EVERY_TANK)
    (reading,) = messages.inventory(answer, NOW, UNITS["metric"])
    assert reading.product_volume == Litres(1_000_000)
    assert (reading.product_height, reading.water_height, reading.temperature) == (12_005, 100, 182)
    assert UNITS["us"].volume == Decimal("3785.411784")


@pytest.mark.parametrize(
    "text",
    [
        "i201002611231600" + RECORD[:-1],
        "i201002611231600" + RECORD + "0",
        "i20100261123160Z" + RECORD,
        "i201012611231600" + RECORD,
        "i202002611231600" + RECORD,
        "i201002611231600" + "00" + RECORD[2:],
        "i201002611231600" + "0x" + RECORD[2:],
        "i201002611231600" + RECORD + RECORD,
        "i201002611231600" + f"011000005{hexed(1, 1, 1, 1, 1)}",
        "i201002611231600" + f"011000007{hexed(1, 1, 1, 1, float('inf'), 1, 1)}",
        "i201002611231600" + f"011000007{hexed(-1, 1, 1, 1, 1, 1, 1)}",
        "i201002611231600" + f"011000007{hexed(1e30, 1, 1, 1, 1, 1, 1)}",
        "i201002611231600" + f"011000007{hexed(1, 1, 1, 1, 1, 900, 1)}",
        "",
    ],
)
def test_what_contradicts_the_protocol_is_unfit(text: str):
    with pytest.raises(GaugeAnswerUnfit):
        messages.inventory(
            messages.answer_in(framed(text), messages.INVENTORY, messages.EVERY_TANK), NOW, UNITS["metric"]
        )


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(received: bytes):
    frame = Frame()
    try:
        whole = frame.take(received)
        if whole is not None:
            messages.inventory(
                messages.answer_in(whole, messages.INVENTORY, messages.EVERY_TANK), NOW, UNITS["metric"]
            )
    except (GaugeAnswerUnfit, GaugeRefused):
        pass


@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=200),
    st.sampled_from(["i201", "i202", "i205"]),
)
def test_no_records_do_more_than_be_refused(records: str, function: str):
    answer = messages.answer_in(framed(f"{function}002611231600{records}"), function, messages.EVERY_TANK)
    readers: dict[str, Callable[[], object]] = {
        "i201": lambda: messages.inventory(answer, NOW, UNITS["us"]),
        "i202": lambda: messages.deliveries(answer, UNITS["us"], UTC),
        "i205": lambda: messages.alarms(answer),
    }
    with contextlib.suppress(GaugeAnswerUnfit):
        readers[function]()


@given(st.integers(0, 200))
def test_a_frame_is_found_however_it_is_cut(cut: int):
    sent = b"\r\n" + framed(f"i201002611231600{RECORD}")
    frame = Frame()
    parts = [sent[:cut], sent[cut:]]
    found = [whole for whole in map(frame.take, filter(None, parts)) if whole is not None]
    assert found == [sent[2:]]


def test_tls_on_the_line_is_known_by_its_fingerprint(tmp_path: Path):
    certificate, key = write_self_signed(tmp_path, datetime.now(UTC))  # noqa: TID251 - a certificate is of today
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text())).hexdigest()
    console = a_console(certificate=context)
    console.start()
    try:
        for known in (fingerprint, "0" * 64, ""):
            link = SecuredTcpLink("127.0.0.1", console.port, known, 2.0)
            gauge = VeederRootGauge(link, HandClock(NOW), UNITS["metric"], UTC)
            if known == fingerprint:
                assert near(gauge.measure(ONE).fuel, 12_000)
            else:
                with pytest.raises(GaugeSilent):
                    gauge.measure(ONE)
            gauge.stop()
        assert console.questions == ["i20101", "i20501"]
    finally:
        console.stop()
