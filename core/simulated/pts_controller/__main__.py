"""python -m core.simulated.pts_controller: run the simulated controller until SIGTERM or Ctrl-C."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from core.simulated.pts_controller.controller import Controller, Options
from core.simulated.pts_controller.site import read_site, usual_site


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    site = usual_site(given.pumps, given.user, given.password)
    if given.config is not None:
        site = read_site(given.config, site)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    controller = Controller(
        site,
        Options(
            host=given.host,
            port=given.port,
            control_port=given.control_port,
            https=given.https,
            authentication=given.auth,
            pace=given.pace,
            chunked=given.chunked,
            nonce_seconds=given.nonce_seconds,
            state=given.state,
        ),
    )
    controller.start()
    ready = {
        "port": controller.port,
        "control_port": controller.control_port,
        "https": given.https,
        "certificate": str(controller.certificate) if controller.certificate else None,
        "pid": os.getpid(),
    }
    if given.ready_file is not None:
        _write_whole(given.ready_file, json.dumps(ready))
    print("ready " + json.dumps(ready), flush=True)
    stop.wait()
    controller.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.simulated.pts_controller", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="jsonPTS port; 0 takes a free one")
    parser.add_argument(
        "--control-port", type=int, default=0, help="control port on loopback; 0 takes a free one"
    )
    parser.add_argument("--pumps", type=int, default=8)
    parser.add_argument("--config", type=Path, help="JSON file with grades, pumps, tanks, users")
    parser.add_argument("--https", action="store_true", help="TLS with a certificate of its own")
    parser.add_argument("--auth", choices=("digest", "basic"), default="digest")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default="admin")
    parser.add_argument(
        "--pace", type=float, default=1.0, help="how many times faster than life the pumps run"
    )
    parser.add_argument("--chunked", action="store_true", help="send answers in chunks")
    parser.add_argument("--nonce-seconds", type=float, default=300.0)
    parser.add_argument("--state", type=Path, help="keep fills, totalisers and open sales in this file")
    parser.add_argument("--ready-file", type=Path)
    return parser


def _write_whole(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
