"""The other door, on loopback only: hands at the pumps, faults on request, the truth of every fill."""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from core.simulated.pts_controller.errors import NotPossible
from core.simulated.pts_controller.faults import DEFAULT_COUNT, WIRE_FAULTS, Fault
from core.simulated.pts_controller.journal import Record
from core.simulated.pts_controller.pump import Customer, Pump
from core.simulated.pts_controller.wire import Wire

RESTART_SECONDS = 2.0

_log = logging.getLogger(__name__)


class ControlServer(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, port: int, wire: Wire, restart: Callable[[float], None]) -> None:
        super().__init__(("127.0.0.1", port), _ControlConversation)
        self.wire = wire
        self.restart = restart

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 -- the base class's own
        _log.debug("control conversation with %s broke off", client_address, exc_info=True)


class _ControlConversation(BaseHTTPRequestHandler):
    server: ControlServer
    timeout = 10.0
    wbufsize = -1

    def do_GET(self) -> None:
        wire = self.server.wire
        with wire.forecourt.lock:
            if self.path == "/control/ledger":
                answer: object = [_ledger_row(record) for record in wire.forecourt.journal.ledger()]
            elif self.path == "/control/pumps":
                names = {grade.id: grade.name for grade in wire.forecourt.grades.values()}
                answer = [_pump_row(pump, names) for pump in wire.forecourt.pumps.values()]
            elif self.path == "/control/traffic":
                answer = dict(wire.traffic)
            else:
                self._send(HTTPStatus.NOT_FOUND, {"error": f"there is nothing at {self.path}"})
                return
        self._send(HTTPStatus.OK, answer)

    def do_POST(self) -> None:
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self._do(self.path.split("/")[1:], dict(json.loads(body or b"{}")))
        except NotPossible as wrong:
            self._send(HTTPStatus.CONFLICT, {"error": str(wrong)})
        except (ValueError, TypeError, KeyError) as wrong:
            self._send(HTTPStatus.BAD_REQUEST, {"error": f"{type(wrong).__name__}: {wrong}"})
        except LookupError:
            self._send(HTTPStatus.NOT_FOUND, {"error": f"there is nothing at {self.path}"})
        else:
            self._send(HTTPStatus.OK, {"ok": True})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's own
        _log.debug(format, *args)

    def _do(self, path: list[str], asked: Mapping[str, Any]) -> None:
        match path:
            case ["control", "pumps", number, deed]:
                self._at_pump(_pump_number(number), deed, asked)
            case ["control", "fault"]:
                self._fault(None, asked)
            case ["control", "clock"]:
                with self.server.wire.forecourt.lock:
                    self.server.wire.forecourt.clock_offset_seconds = int(asked["offset_seconds"])
            case ["control", "tanks", number]:
                self.server.wire.forecourt.change_tank(_pump_number(number), **asked)
            case ["control", "pace"]:
                factor = float(asked["factor"])
                if not 0 < factor <= 10_000:
                    raise ValueError("a pace is above 0 and at most 10000")
                with self.server.wire.forecourt.lock:
                    self.server.wire.forecourt.pace = factor
            case _:
                raise LookupError(self.path)

    def _at_pump(self, number: int, deed: str, asked: Mapping[str, Any]) -> None:
        forecourt = self.server.wire.forecourt
        if number not in forecourt.pumps:
            raise LookupError(number)
        if deed == "lift":
            nozzle = int(asked.get("nozzle", 1))
            forecourt.at_pump(number, lambda pump: pump.lift(nozzle, forecourt.now()))
        elif deed == "hang_up":
            forecourt.at_pump(number, lambda pump: pump.hang_up(forecourt.now()))
        elif deed == "fill":
            wish = _customer(asked, "", hangs_up=False)
            forecourt.at_pump(number, lambda pump: pump.pull_trigger(wish))
        elif deed == "serve":
            forecourt.serve(number, int(asked.get("nozzle", 1)), _customer(asked, "target_"))
        elif deed == "manual_fill":
            forecourt.fill_by_hand(number, int(asked.get("nozzle", 1)), int(asked["volume_ml"]))
        elif deed == "fault":
            self._fault(number, asked)
        else:
            raise LookupError(deed)

    def _fault(self, pump: int | None, asked: Mapping[str, Any]) -> None:
        wire = self.server.wire
        kind = asked["kind"]
        pumps = [pump] if pump is not None else list(wire.forecourt.pumps)
        if kind == "none":
            wire.faults.clear(pump)
            for number in pumps:
                wire.forecourt.set_online(number, True)
        elif kind == "offline":
            for number in pumps:
                wire.forecourt.set_online(number, False, polls=asked.get("count"))
        elif kind == "restart":
            self.server.restart(float(asked.get("seconds", RESTART_SECONDS)))
        elif kind in WIRE_FAULTS:
            count = asked.get("count", DEFAULT_COUNT[kind])
            wire.faults.plan(Fault(kind, count, pump, asked.get("type"), float(asked.get("seconds", 3.0))))
        else:
            raise ValueError(f"no fault is called {kind}")

    def _send(self, status: HTTPStatus, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _customer(asked: Mapping[str, Any], prefix: str, hangs_up: bool = True) -> Customer:
    """Whole numbers are made sure of here: later they count in the pumps' own thread."""
    volume, amount = asked.get(f"{prefix}volume_ml"), asked.get(f"{prefix}amount_fen")
    return Customer(
        None if volume is None else int(volume),
        None if amount is None else int(amount),
        int(asked.get("overrun_ml", 0)),
        hangs_up,
    )


def _pump_number(text: str) -> int:
    if not text.isdecimal():
        raise LookupError(text)
    return int(text)


def _ledger_row(record: Record) -> dict[str, object]:
    return {
        "pump": record.pump,
        "nozzle": record.nozzle,
        "grade_id": record.grade_id,
        "transaction": record.transaction_number,
        "volume_ml": record.volume_ml,
        "amount_fen": record.amount_fen,
        "price_li": record.price_li,
        "started_at": record.started_at.isoformat(),
        "ended_at": record.ended_at.isoformat(),
        "closed": record.closed,
        "offline": record.offline,
        "totaliser_before_ml": record.totaliser_before_ml,
        "totaliser_after_ml": record.totaliser_after_ml,
    }


def _pump_row(pump: Pump, names: Mapping[int, str]) -> dict[str, object]:
    order, fill = pump.order, pump.fill
    return {
        "pump": pump.id,
        "state": pump.state.value,
        "online": pump.online,
        "nozzle_up": pump.nozzle_up,
        "user": pump.user,
        "customer": None if pump.customer is None else pump.customer.step.value,
        "order": None
        if order is None
        else {
            "transaction": order.transaction,
            "nozzles": list(order.nozzles),
            "type": order.kind,
            "dose": order.dose,
            "prices_li": list(order.prices_li),
        },
        "fill": None
        if fill is None
        else {
            "nozzle": fill.nozzle,
            "volume_ml": fill.volume_ml,
            "amount_fen": fill.amount_fen,
            "price_li": fill.price_li,
            "rate_ml_a_minute": fill.rate_ml_a_minute,
            "suspended": fill.suspended,
        },
        "nozzles": [
            {
                "grade_id": n.grade_id,
                "grade": names.get(n.grade_id, ""),
                "price_li": n.price_li,
                "totaliser_ml": n.totaliser_ml,
            }
            for n in pump.nozzles
        ],
    }
