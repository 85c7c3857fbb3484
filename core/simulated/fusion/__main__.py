"""python -m core.simulated.fusion: run the simulated controller until SIGTERM or Ctrl-C."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from core.simulated.fusion.control import ControlServer
from core.simulated.fusion.controller import FusionController

_HOSES = ({1: 1, 2: 2}, {1: 1, 2: 2}, {1: 2, 2: 3}, {1: 4})


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    site = {number: _HOSES[(number - 1) % len(_HOSES)] for number in range(1, given.pumps + 1)}
    controller = FusionController(site, host=given.host, port=given.port, pace=given.pace)
    controller.start()
    control = ControlServer(given.control_port, controller)
    serving = threading.Thread(target=control.serve_forever, name="control", daemon=True)
    serving.start()
    ready = {"port": controller.port, "control_port": control.server_address[1], "pid": os.getpid()}
    if given.ready_file is not None:
        part = given.ready_file.with_name(given.ready_file.name + ".part")
        part.write_text(json.dumps(ready), encoding="utf-8")
        part.replace(given.ready_file)
    print("ready " + json.dumps(ready), flush=True)
    stop.wait()
    control.shutdown()
    controller.stop()
    control.server_close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.simulated.fusion", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=0, help="the controllers' own is 3011; 0 takes a free one"
    )
    parser.add_argument(
        "--control-port", type=int, default=0, help="control port on loopback; 0 takes a free one"
    )
    parser.add_argument("--pumps", type=int, default=8)
    parser.add_argument(
        "--pace", type=float, default=1.0, help="how many times faster than life the pumps run"
    )
    parser.add_argument("--ready-file", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
