"""From a paid order to its station's socket, with a thousand stations connected to one process; and what five thousand weigh."""

import argparse
import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import uvloop
import websockets

from benchmarks.crowded_cloud import Crowd, fill, serving
from benchmarks.figure import Figure, percentile
from benchmarks.orders_per_second import SAFE, analysed, made_keys
from tests.postgres import running_postgres

_CONNECTED, _MANY, _ORDERS, _A_SECOND = 1_000, 5_000, 300, 60
_HOW = (
    "{connected} stations hold their doorbell open at one worker; {orders} orders paid from the wallet, {rate} a second, each for one of "
    "them; from the moment the order was asked for (so placing, paying and committing are within) to the bell at the station's socket; "
    "PostgreSQL with fsync, clients and servers on the same two cores; the echo is a bare websockets connection's"
)


def measure(connected: int = _CONNECTED, many: int = 0) -> Iterator[Figure]:
    """p50 and p99; with `many` also the worker's memory with so many connected."""
    with (
        tempfile.TemporaryDirectory(prefix="thousand-stations-") as folder,
        running_postgres(SAFE) as server,
        server.database() as url,
    ):
        home = Path(folder)
        keys = made_keys(home)
        crowd = fill(url, keys, people=64, houses=max(connected, many), coupons_each=0, campaigns=1)
        analysed(url)
        with serving(url, home, keys) as (site, pid):
            taken, echo = uvloop.run(_rung(site, crowd, connected))
            how = _HOW.format(connected=connected, orders=_ORDERS, rate=_A_SECOND)
            for of_hundred in (50, 99):
                value, bare = percentile(taken, of_hundred), percentile(echo, of_hundred)
                yield Figure(
                    f"order_to_thousand_stations_p{of_hundred}", round(value, 1), "ms", f"bare WebSocket echo, {bare:.2f} ms",
                    round(value / bare, 1), how,
                )  # fmt: skip
            if many:
                before, held = _megabytes(pid), uvloop.run(_held(site, crowd, many, pid))
                yield Figure(
                    "megabytes_of_stations", round(held - before), "MB", f"the worker alone, {before:.0f} MB",
                    round(held / before, 2), f"{many} stations hold their doorbell open at one worker",
                )  # fmt: skip


async def _rung(site: str, crowd: Crowd, connected: int) -> tuple[list[float], list[float]]:
    rung: dict[str, asyncio.Queue[float]] = {}
    async with contextlib.AsyncExitStack() as stack:
        tasks = []
        for station_id, token in list(zip(crowd.stations, crowd.station_tokens, strict=True))[:connected]:
            socket = await stack.enter_async_context(_doorbell(site, token))
            await socket.recv()
            rung[station_id] = asyncio.Queue()
            tasks.append(asyncio.create_task(_listen(socket, rung[station_id])))
        here = Crowd(crowd.drivers, crowd.stations[:connected], crowd.station_tokens)
        [requests] = here.orders(1, with_coupon=False)
        address = urlsplit(site)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        taken = []
        for _ in range(_ORDERS):
            request = next(requests)
            station_id = json.loads(request.partition(b"\r\n\r\n")[2])["station_id"]
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            if b" 201 " not in head[:20]:
                raise RuntimeError(body.decode())
            taken.append(((await asyncio.wait_for(rung[station_id].get(), 20)) - began) * 1_000)
            await asyncio.sleep(max(0.0, 1 / _A_SECOND - (time.perf_counter() - began)))
        writer.close()
        echo = await _echo()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return taken, echo


async def _listen(socket: websockets.ClientConnection, rung: "asyncio.Queue[float]") -> None:
    known = 0
    async for told in socket:
        waiting = json.loads(told)["waiting"]
        if waiting > known:
            rung.put_nowait(time.perf_counter())
        known = waiting


async def _held(site: str, crowd: Crowd, many: int, pid: int) -> float:
    async with contextlib.AsyncExitStack() as stack:
        for token in crowd.station_tokens[:many]:
            await (await stack.enter_async_context(_doorbell(site, token))).recv()
        return _megabytes(pid)


def _doorbell(site: str, token: str) -> websockets.connect:
    return websockets.connect(
        site.replace("http", "ws") + "/v1/station/doorbell",
        additional_headers={"Authorization": f"Bearer {token}"},
        compression=None,
    )


async def _echo() -> list[float]:
    async def back(connection: websockets.ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    async with (
        websockets.serve(back, "127.0.0.1", 0) as server,
        websockets.connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client,
    ):
        times = []
        for _ in range(300):
            began = time.perf_counter()
            await client.send('{"waiting": 1}')
            await client.recv()
            times.append((time.perf_counter() - began) * 1_000)
        return times


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connected", type=int, default=_CONNECTED)
    parser.add_argument("--many", type=int, default=_MANY)
    asked = parser.parse_args()
    for figure in measure(asked.connected, asked.many):
        print(figure.line(), flush=True)
