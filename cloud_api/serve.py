"""Listens, tells where, and serves until asked to stop."""

import json
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

import uvicorn

from cloud_api import garbage
from cloud_api.app import create_app
from cloud_api.settings import Settings, SettingsUnfit
from core.wording.catalogue import mark

_BACKLOG = 512


def serve(settings: Settings, ready_file: Path | None) -> None:
    """Runs the cloud until SIGTERM or SIGINT. The port is taken first, so that port 0 knows its own address.

    Raises SettingsUnfit where nobody can be served.
    """
    with _listen(settings.host, settings.port) as listening:
        port: int = listening.getsockname()[1]
        if not settings.site_url:
            settings = replace(settings, site_url=f"http://{settings.host}:{port}")
        app = create_app(replace(settings, port=port, site_url=settings.site_url.rstrip("/")))
        server = _Server(
            uvicorn.Config(
                app,
                ws="websockets-sansio",
                ws_ping_interval=settings.doorbell_ping_seconds,
                timeout_graceful_shutdown=5,
                access_log=False,
                log_config=None,
                server_header=False,
            ),
            {"port": port, "site_url": settings.site_url, "pid": os.getpid()},
            ready_file,
        )
        # uvicorn stops in good order and then raises the signal once more; stopping when asked is no failure.
        for asked_to_stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked_to_stop, lambda _number, _frame: None)
        server.run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, told: dict[str, object], ready_file: Path | None) -> None:
        super().__init__(config)
        self._told = told
        self._ready_file = ready_file

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            garbage.set_aside()
            _tell_ready(self._told, self._ready_file)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Made by name for TCP: else asyncio, where it serves in uvloop's place, leaves Nagle on, and answers are 40 ms late.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise SettingsUnfit(
            mark(
                "Nobody can be served at {host}, port {port}: {why}. Choose another with --host and --port."
            ),
            host=host,
            port=port,
            why=getattr(error, "strerror", None) or error,
        ) from error
    return listening


def _tell_ready(told: dict[str, object], ready_file: Path | None) -> None:
    line = json.dumps(told)
    if ready_file is not None:
        written = ready_file.with_name(ready_file.name + ".new")
        written.write_text(line, encoding="utf-8")
        written.replace(ready_file)
    print(f"ready {line}", flush=True)  # noqa: T201 - the one line that whoever started us waits for
