"""The console: listens on TCP, answers i201, i202 and i205 in computer format, and goes wrong on request."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from core.simulated.tank_gauge.tank import HEIGHT_BAD, TANK_DELIVERING, Farm, Tank

FAULTS = (
    "silent", "half", "checksum", "short", "garbage", "unknown", "hang_up", "drip", "not_a_number", "endless", "twice",
)  # fmt: skip
_PROBE_OUT = 9
_QUIET_SECONDS = 0.2
_LONGEST_QUESTION = 64


class Console:
    """Answers each connection on a thread of its own until `stop`."""

    def __init__(
        self,
        farm: Farm,
        now: Callable[[], datetime],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        security_code: str = "",
        certificate: ssl.SSLContext | None = None,
        units: str = "metric",
    ) -> None:
        self.farm = farm
        self.questions: list[str] = []
        self._now = now
        self._code = security_code
        self._certificate = certificate
        self._gallons = units == "us"
        self._faults: list[str] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._door = socket.create_server((host, port))
        self._door.settimeout(0.1)
        self.port: int = self._door.getsockname()[1]
        self._threads = [threading.Thread(target=self._welcome, name="simulated gauge", daemon=True)]

    def start(self) -> None:
        self._threads[0].start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in list(self._threads):
            if thread.is_alive():
                thread.join()
        self._door.close()

    def spoil(self, fault: str, count: int = 1) -> None:
        """Answer the next questions wrongly; "silent" is not to answer at all, and "" to answer well."""
        if fault and fault not in FAULTS:
            raise ValueError(f"there is no fault {fault}")
        with self._lock:
            self._faults += [fault] * count

    # --- the line ----------------------------------------------------------------------------------------------------

    def _welcome(self) -> None:
        while not self._stopping.is_set():
            try:
                plain, _address = self._door.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            thread = threading.Thread(
                target=self._converse, args=(plain,), name="simulated gauge", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _converse(self, plain: socket.socket) -> None:
        with suppress(OSError), plain:
            line = plain
            if self._certificate is not None:
                plain.settimeout(2.0)
                line = self._certificate.wrap_socket(plain, server_side=True)
            line.settimeout(_QUIET_SECONDS)
            with line:
                self._answer_all(line)

    def _answer_all(self, line: socket.socket) -> None:
        waiting = b""
        while not self._stopping.is_set():
            try:
                received = line.recv(256)
            except TimeoutError:
                continue
            if not received:
                return
            waiting = (waiting + received)[-_LONGEST_QUESTION:]
            length = 7 + len(self._code)
            while (start := waiting.find(b"\x01")) >= 0 and len(waiting) >= start + length:
                asked = waiting[start + 1 : start + length].decode("latin-1")
                waiting = waiting[start + length :]
                if not self._reply(line, asked):
                    return

    def _reply(self, line: socket.socket, asked: str) -> bool:
        with self._lock:
            self.questions.append(asked)
            fault = self._faults.pop(0) if self._faults else ""
        # A wrong code is not answered at all.
        if fault == "silent" or not asked.startswith(self._code):
            return True
        frame = self._frame(asked[len(self._code) :], fault)
        send = {"hang_up": self._half_way, "drip": self._drip, "endless": self._endless}.get(fault)
        if send is not None:
            return send(line, frame)
        line.sendall(_spoilt(frame, fault))
        return True

    @staticmethod
    def _half_way(line: socket.socket, frame: bytes) -> bool:
        line.sendall(frame[:20])
        return False

    def _drip(self, line: socket.socket, frame: bytes) -> bool:
        for byte in frame:
            line.sendall(bytes([byte]))
            if self._stopping.wait(0.1):
                return False
        return True

    @staticmethod
    def _endless(line: socket.socket, _frame: bytes) -> bool:
        with suppress(OSError):
            line.sendall(b"\x01")
            for _ in range(2_000):
                line.sendall(b"0" * 64)
        return False

    # --- answers -----------------------------------------------------------------------------------------------------

    def _frame(self, asked: str, fault: str) -> bytes:
        function, tank = asked[:4], asked[4:6]
        with self.farm.lock:
            tanks = [each for each in self.farm.tanks.values() if tank in ("00", f"{each.number:02d}")]
            records = {
                "i201": lambda: "".join(self._inventory(each, fault) for each in tanks),
                "i202": lambda: "".join(self._delivered(each) for each in tanks),
                "i205": lambda: "".join(_standing(each) for each in tanks),
            }.get(function)
            if records is None or fault == "unknown":
                return b"\x019999FF1B\x03"
            text = f"\x01{function}{tank}{self._now():%y%m%d%H%M}{records()}&&"
        total = sum(text.encode("ascii"))
        return f"{text}{-total & 0xFFFF:04X}\x03".encode("ascii")

    def _inventory(self, tank: Tank, fault: str) -> str:
        bits = (TANK_DELIVERING if tank.delivering else 0) | (HEIGHT_BAD if tank.probe == "bad" else 0)
        figures = [float("nan")] * 7 if fault == "not_a_number" else list(tank.told(self.farm.chance))
        if self._gallons and fault != "not_a_number":
            figures = [
                figures[0] / 3.785411784,
                figures[1] / 3.785411784,
                figures[2] / 3.785411784,
                figures[3] / 25.4,
                figures[4] / 25.4,
                figures[5] * 9 / 5 + 32,
                figures[6] / 3.785411784,
            ]
        told = f"{tank.number:02d}{tank.product}{bits:04X}07{''.join(map(_hex, figures))}"
        return told * 2 if fault == "twice" else told

    def _delivered(self, tank: Tank) -> str:
        rows = "".join(
            f"{each.began:%y%m%d%H%M}{each.ended:%y%m%d%H%M}0A"
            + "".join(map(_hex, (*each.before, *each.after, *each.heights)))
            for each in tank.deliveries
        )
        return f"{tank.number:02d}{tank.product}{len(tank.deliveries):02d}{rows}"


def _standing(tank: Tank) -> str:
    kinds = sorted(tank.alarms | ({_PROBE_OUT} if tank.probe == "out" else set()))
    return f"{tank.number:02d}{len(kinds):02X}" + "".join(f"{kind:02d}" for kind in kinds)


def _hex(figure: float) -> str:
    return struct.pack(">f", figure).hex().upper()


def _spoilt(frame: bytes, fault: str) -> bytes:
    if fault == "half":
        return frame[: len(frame) // 2] + b"\x03"
    if fault == "checksum":
        return frame[:-5] + b"0000\x03"
    if fault == "short":
        text = frame[1:-7]
        cut = text[:-11]
        whole = b"\x01" + cut + b"&&"
        return whole + f"{-sum(whole) & 0xFFFF:04X}\x03".encode("ascii")
    if fault == "garbage":
        return b"\xff\xfe HTTP/1.1 400 Bad Request\r\n\r\n"
    return frame
