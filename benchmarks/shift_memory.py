"""The till's memory over a shift of twelve hours: after the first hour, and at its end."""

import json
import os
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.key_to_paint import sixteen_pumps
from benchmarks.shop import Shop, lay_out

SALES = 1_800
_LIMIT_MB = 120
_HOW = (
    "{sales} sales of three goods for cash through the services of the running till, one after another, each receipt sent "
    "to a printer on TCP that takes everything and says nothing, goods and pump sheets opened and closed after every "
    "tenth, sixteen pumps filling and polled five times a second; resident memory; one run"
)


def measure() -> Iterator[Figure]:
    """Megabytes after the first sale, and at the end against the first twelfth."""
    with (
        tempfile.TemporaryDirectory(prefix="shift-memory-") as folder,
        sixteen_pumps(Path(folder)) as (pumps, lift_all),
        _paper() as port,
    ):
        printer = f'[printer]\nkind = "network"\naddress = "127.0.0.1:{port}"\n'
        config = lay_out(Path(folder), more_settings=pumps + printer)
        shop = Shop(config)
        shop.open_shift()
        shop.close()
        lift_all()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.as_a_program", "benchmarks.watched_shift", "--config", str(config), "--sales", str(SALES)],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-4000:])
    hours: list[float] = [kilobytes / 1024 for kilobytes in json.loads(done.stdout.splitlines()[-1])]
    how = _HOW.format(sales=SALES)
    first_sale, first_hour, end = hours[0], hours[1], hours[-1]
    yield Figure(
        "till_memory_after_a_sale", round(first_sale, 1), "MB", f"a limit of {_LIMIT_MB} MB",
        round(first_sale / _LIMIT_MB, 3), how,
    )  # fmt: skip
    yield Figure(
        "shift_memory", round(end, 1), "MB", f"after the first hour, {first_hour:.1f} MB", round(end / first_hour, 3), how
    )  # fmt: skip


@contextmanager
def _paper() -> Iterator[int]:
    """A printer that takes everything."""
    with _Server(("127.0.0.1", 0), _Taker) as server:
        threading.Thread(target=server.serve_forever, name="paper", daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _Taker(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while self.request.recv(4096):
            pass


if __name__ == "__main__":
    for figure in measure():
        print(figure.line())
