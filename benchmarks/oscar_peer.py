"""django-oscar beside us: set up in a Python of its own from its lock, served by gunicorn, ordered from by eight clients."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.http_crowd import Answered

_HERE = Path(__file__).resolve().parent
_LOCK, _SHOP = _HERE / "oscar.lock", _HERE / "oscar_shop.py"
_VENV = _HERE.parent / "build" / "peers" / "oscar"
_VOUCHER = "HUNDRED15"
_WORKERS = 3
_SECONDS_TO_START = 60


def python() -> Path:
    """The peer's own Python, made at the first time."""
    program, made = _VENV / "bin" / "python", _VENV / "made-from.lock"
    if not made.is_file() or made.read_bytes() != _LOCK.read_bytes():
        venv.create(_VENV, with_pip=True, clear=True)
        subprocess.run(
            [program, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", _LOCK],
            check=True,
        )
        made.write_bytes(_LOCK.read_bytes())
    return program


@contextlib.contextmanager
def shop(database_url: str) -> Iterator[str]:
    """The address of a shop over an empty database."""
    address = urlsplit(database_url)
    told = f"{address.hostname}|{address.port}|{address.path[1:]}"
    environment = {**os.environ, "OSCAR_DATABASE": told, "PYTHONPATH": str(_HERE), "PYTHONWARNINGS": "ignore"}
    subprocess.run([python(), _SHOP], env=environment, check=True, stdout=sys.stderr)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    served = subprocess.Popen(
        [python(), "-m", "gunicorn", "--no-control-socket", "-w", str(_WORKERS), "-b", f"127.0.0.1:{port}",
         "--log-level", "error", "oscar_shop:application"],
        env=environment,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(port, served)
        yield f"127.0.0.1:{port}"
    finally:
        served.terminate()
        served.wait(20)


def orders(address: str, clients: int, seconds: float) -> Answered:
    """Orders that were all placed: a basket with one product, the voucher, checkout."""
    _order(address)
    taken: list[float] = []
    started = time.perf_counter()
    until = started + seconds

    def ask() -> None:
        while time.perf_counter() < until:
            began = time.perf_counter()
            _order(address)
            taken.append((time.perf_counter() - began) * 1_000)

    asking = [threading.Thread(target=ask) for _ in range(clients)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    # What had begun in time is waited for, and so is its time.
    return Answered(time.perf_counter() - started, taken)


def _order(address: str) -> None:
    connection = http.client.HTTPConnection(address, timeout=60)
    cookie = ""

    def ask(path: str, body: dict[str, object]) -> dict[str, str]:
        nonlocal cookie
        headers = {"Content-Type": "application/json", "Cookie": cookie}
        connection.request("POST", f"/api/{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        told: dict[str, str] = json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {told}")
        cookie = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
        return told

    with contextlib.closing(connection):
        product = f"http://{address}/api/products/1/"
        basket = ask("basket/add-product/", {"url": product, "quantity": 1})["url"]
        ask("basket/add-voucher/", {"vouchercode": _VOUCHER})
        ask("checkout/", {"basket": basket, "guest_email": "driver@example.cn"})


def _wait(port: int, served: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < limit and served.poll() is None:
        with (
            contextlib.suppress(OSError),
            contextlib.closing(http.client.HTTPConnection(f"127.0.0.1:{port}")) as one,
        ):
            one.request("GET", "/api/basket/")
            one.getresponse()
            return
        time.sleep(0.1)
    raise RuntimeError("the peer's shop did not start")
