"""The other door, on loopback only: hands at the pumps, faults on request, the truth of every sale."""

import json
import logging
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from core.simulated.fusion.controller import FusionController
from core.simulated.fusion.faults import SPOILS
from core.simulated.fusion.pump import NotPossible

_log = logging.getLogger(__name__)


class ControlServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, controller: FusionController) -> None:
        super().__init__(("127.0.0.1", port), _ControlConversation)
        self.controller = controller


class _ControlConversation(BaseHTTPRequestHandler):
    server: ControlServer
    timeout = 10.0
    wbufsize = -1

    def do_GET(self) -> None:
        site = self.server.controller
        with site.lock:
            if self.path == "/control/ledger":
                answer: object = [
                    {**asdict(sale), "started": sale.started.isoformat(), "ended": sale.ended.isoformat()}
                    for sale in site.sales.values()
                ]
            elif self.path == "/control/pumps":
                answer = [
                    {
                        "pump": pump.number,
                        "state": pump.state,
                        "hose_up": pump.hose_up,
                        "stopped": pump.stopped,
                        "hoses": {number: asdict(hose) for number, hose in pump.hoses.items()},
                    }
                    for pump in site.pumps.values()
                ]
            else:
                self._send(HTTPStatus.NOT_FOUND, {"error": f"there is nothing at {self.path}"})
                return
        self._send(HTTPStatus.OK, answer)

    def do_POST(self) -> None:
        try:
            asked = dict(json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"{}"))
            self._do(self.path.split("/")[1:], asked)
        except NotPossible as wrong:
            self._send(HTTPStatus.CONFLICT, {"error": str(wrong)})
        except (ValueError, TypeError, KeyError) as wrong:
            self._send(HTTPStatus.BAD_REQUEST, {"error": f"{type(wrong).__name__}: {wrong}"})
        else:
            self._send(HTTPStatus.OK, {"ok": True})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's own
        _log.debug(format, *args)

    def _do(self, path: list[str], asked: dict[str, Any]) -> None:
        site = self.server.controller
        match path:
            case ["control", "pumps", number, "lift"]:
                site.lift(int(number), int(asked.get("hose", 1)))
            case ["control", "pumps", number, "fill"]:
                site.pour(int(number), int(asked["volume_ml"]), overrun_ml=int(asked.get("overrun_ml", 0)))
            case ["control", "pumps", number, "hang_up"]:
                site.hang_up(int(number))
            case ["control", "pumps", number, "serve"]:
                site.serve(int(number), int(asked.get("hose", 1)), int(asked["volume_ml"]))
            case ["control", "pumps", number, "manual_fill"]:
                site.fill_by_itself(int(number), int(asked.get("hose", 1)), int(asked["volume_ml"]))
            case ["control", "pumps", number, "state"]:
                site.put_out(int(number), str(asked["state"]))
            case ["control", "fault"]:
                self._fault(str(asked["kind"]), asked)
            case _:
                raise ValueError(f"there is nothing at {self.path}")

    def _fault(self, kind: str, asked: dict[str, Any]) -> None:
        site = self.server.controller
        match kind:
            case "drop":
                site.drop()
            case "silent":
                site.close_door()
            case "none":
                site.faults = type(site.faults)()
            case "back":
                site.open_door()
            case "restart":
                site.restart()
            case "lose_reply":
                site.faults.lose = int(asked.get("count", 1))
                site.faults.lose_about = str(asked.get("about", ""))
            case "cut_after":
                site.faults.cut_about = str(asked["about"])
            case "double" | "swap" | "no_marks" | "deaf":
                setattr(site.faults, kind, bool(asked.get("on", True)))
            case _ if kind in SPOILS:
                site.faults.spoil, site.faults.spoil_count = kind, int(asked.get("count", 1))
                site.faults.spoil_about = str(asked.get("about", ""))
            case _:
                raise ValueError(f"no fault is called {kind}")

    def _send(self, status: HTTPStatus, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
