"""The pole: rows of characters behind a socket; it can refuse, mishear or say nothing."""

import socket
import threading
from contextlib import suppress

_START, _END, _YES, _NO = b"\x02", b"\x03", b"\x06", b"\x15"


class SimulatedPole:
    """Listens on a free port of loopback. `refuses` answers no, `silent` answers nothing, `mishears` refuses the next frame."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._listening.getsockname()
        self.rows: dict[int, str] = {}
        self.refuses = False
        self.silent = False
        self.mishears = 0
        self._thread = threading.Thread(target=self._serve, name="price_pole", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Switch it off."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            with line, suppress(OSError):
                self._listen(line)

    def _listen(self, line: socket.socket) -> None:
        heard = b""
        while received := line.recv(64):
            heard += received
            while (end := heard.find(_END)) >= 0 and len(heard) > end + 1:
                frame, heard = heard[: end + 2], heard[end + 2 :]
                if not self.silent:
                    line.sendall(_YES if self._takes(frame) else _NO)

    def _takes(self, frame: bytes) -> bool:
        check = 0
        for byte in frame[1:-1]:
            check ^= byte
        if self.mishears:
            self.mishears -= 1
            return False
        if self.refuses or frame[:1] != _START or check != frame[-1]:
            return False
        self.rows[int(frame[1:3])] = frame[3:-2].decode("ascii").strip()
        return True
