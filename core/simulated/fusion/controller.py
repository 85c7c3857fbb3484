"""The simulated controller: its pumps and books, the tills on its line, hands and faults."""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

from core.simulated.fusion.answers import Answers
from core.simulated.fusion.books import Sale
from core.simulated.fusion.faults import Faults
from core.simulated.fusion.pump import Hose, NotPossible, Pump
from core.simulated.fusion.wire import Client, Request, packed

_STEP_SECONDS = 0.2
_LITRES_A_MINUTE = 40
USUAL_GRADES = {1: 7_810, 2: 8_310, 3: 9_310, 4: 7_450}


class FusionController:
    """`site` has each pump's hoses with the number of the grade behind each. Takes a free port where `port` is 0."""

    def __init__(
        self,
        site: Mapping[int, Mapping[int, int]],
        grades: Mapping[int, int] = USUAL_GRADES,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        pace: float = 1.0,
        first_sale: int = 100,
    ) -> None:
        self.lock = threading.RLock()
        self.grades = dict(grades)
        self.pumps = {
            number: Pump(number, {hose: Hose(grade, grades[grade]) for hose, grade in hoses.items()})
            for number, hoses in site.items()
        }
        self.sales: dict[int, Sale] = {}
        self.changes: dict[int, dict[int, int]] = {}
        self.change = 0
        self.faults = Faults()
        self.pace = pace
        self._next = first_sale
        self._host = host
        self._answers = Answers(self)
        self._mute = False
        self._clients: list[Client] = []
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._door: socket.socket | None = None
        self.port = port

    @property
    def marks(self) -> bool:
        """Whether this release brings back what travelled with a preset."""
        return not self.faults.no_marks

    # --- life ------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Open the door."""
        self._stopping.clear()
        self.open_door()

    def stop(self) -> None:
        """Close it and end every thread."""
        self._stopping.set()
        self.close_door()
        for thread in self._threads:
            thread.join(5)

    def open_door(self) -> None:
        """Tills may connect (again)."""
        door = socket.create_server((self._host, self.port))
        self.port = door.getsockname()[1]
        self._door = door
        self._run(self._receive, door)

    def close_door(self) -> None:
        """No till may connect, and those that were are cut off."""
        door, self._door = self._door, None
        if door is not None:
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()
        self.drop()

    def drop(self) -> None:
        """Break every connection off."""
        with self.lock:
            clients, self._clients = self._clients, []
        for client in clients:
            client.hang_up()

    def restart(self) -> None:
        """The controller's program starts again: promises are gone, the pumps finish by themselves, the books stay."""
        self.close_door()
        with self.lock:
            for pump in self.pumps.values():
                pump.clear_preset()
                if pump.flow is not None:
                    pump.flow.preset, pump.flow.controlled = None, False
        self.open_door()

    # --- hands at the pumps ------------------------------------------------------------------------------------------------

    def lift(self, number: int, hose: int = 1) -> None:
        """Take a hose up."""
        with self.lock:
            self.pumps[number].lift(hose)
            self.tell_state(self.pumps[number])

    def pour(self, number: int, millilitres: int, *, overrun_ml: int = 0) -> bool:
        """Let this much flow at once; whether the preset is reached."""
        with self.lock:
            pump = self.pumps[number]
            before = pump.state
            full = pump.pour(millilitres, datetime.now(UTC), overrun_ml=overrun_ml)  # noqa: TID251  it lives in real time
            if pump.state != before:
                self.tell_state(pump)
            if pump.flow is not None:
                flow = pump.flow
                told = {
                    "AM": f"{flow.amount_fen / 100:.2f}",
                    "VO": f"{flow.volume_ml / 1000:.3f}",
                    "PU": f"{flow.price_li / 1000:.3f}",
                    "HO": flow.hose,
                }
                self.publish(f"EVT_PUMP_DELIVERY_PROGRESS_ID_{number:03}", told)
            return full

    def hang_up(self, number: int) -> Sale | None:
        """Put the hose back; the sale that this makes."""
        with self.lock:
            pump = self.pumps[number]
            flow = pump.hang_up()
            self.spread_prices()
            self.tell_state(pump)
            if flow is None:
                return None
            now = datetime.now(UTC)  # noqa: TID251  as above
            hose = pump.hoses[flow.hose]
            preset = flow.preset
            sale = Sale(
                self._next,
                number,
                flow.hose,
                hose.grade,
                flow.volume_ml,
                flow.amount_fen,
                flow.price_li,
                flow.started or now,
                now,
                hose.counter_ml - flow.volume_ml,
                hose.counter_ml,
                hose.money_fen,
                preset.payment if preset else "",
                preset.lock if preset and self.marks else "",
                kind=1 if flow.controlled else 0,
            )
            self._next += 1
            self.sales[sale.number] = sale
            self.publish("EVT_PUMP_NEW_TRANSACTION", sale.fields(marks=self.marks))
            return sale

    def serve(self, number: int, hose: int, millilitres: int, *, overrun_ml: int = 0) -> Sale | None:
        """A whole fill at the pace of life, as often faster as `pace` says; ends at the preset."""
        self.lift(number, hose)
        step = int(_LITRES_A_MINUTE * 1000 / 60 * _STEP_SECONDS)
        left = millilitres
        while left > 0:
            if self.pumps[number].state == "PAUSED":
                if self._stopping.wait(_STEP_SECONDS / self.pace):
                    break
                continue
            if self.pour(number, min(step, left), overrun_ml=overrun_ml):
                break
            left -= step
            if self._stopping.wait(_STEP_SECONDS / self.pace):
                break
        return self.hang_up(number)

    def fill_by_itself(self, number: int, hose: int, millilitres: int) -> Sale | None:
        """The pump works without the controller's leave, as it may be set to."""
        with self.lock:
            pump = self.pumps[number]
            pump.lift(hose)
            pump.state = "STARTING"
            pump.pour(millilitres, datetime.now(UTC))  # noqa: TID251  as above
            if pump.flow is not None:
                pump.flow.controlled = False
            return self.hang_up(number)

    def lock_for_another(self, number: int, lock: str = "OTHER-1") -> None:
        """Another till of the controller's takes a sale in hand."""
        with self.lock:
            self.sales[number].lock = lock
            self.publish("EVT_PAYMENT_TRANSACTION_LOCK", {"SA": number, "LID": lock})

    def settle_for_another(self, number: int) -> None:
        """Another till of the controller's is paid for it."""
        with self.lock:
            self.sales[number].settled_by = "CASH"
            self.publish("EVT_PAYMENT_SALE_CLEARED", {"SA": number, "PM": self.sales[number].pump})

    def put_out(self, number: int, state: str = "ERROR") -> None:
        """The pump itself is gone, or closed at the controller."""
        with self.lock:
            self.pumps[number].state = state
            self.tell_state(self.pumps[number])

    # --- speaking ----------------------------------------------------------------------------------------------------------

    def state_fields(self, pump: Pump) -> dict[str, object]:
        """What is said of a pump's state."""
        unpaid = any(sale.pump == pump.number and not sale.settled_by for sale in self.sales.values())
        return {**pump.fields(marks=self.marks), **({"PAY_AL": "ON"} if unpaid else {})}

    def tell_state(self, pump: Pump) -> None:
        """Its state, to all who want to hear of it."""
        self.publish(f"EVT_PUMP_STATUS_CHANGE_ID_{pump.number:03}", self.state_fields(pump))

    def publish(self, event: str, fields: dict[str, object]) -> None:
        """To all who subscribed; with the faults of the hour."""
        faults = self.faults
        if faults.swap and not faults.held:
            faults.held.append((event, fields))
            return
        told = [(event, fields), *faults.held]
        faults.held.clear()
        for each, values in told:
            for _time in range(2 if faults.double else 1):
                for client in list(self._clients):
                    if client.wants(each):
                        self.say(client, each, values)

    def say(self, client: Client, event: str, fields: Mapping[str, object], *, kind: str = "POST") -> None:
        """To one till."""
        if not self._mute and not self.faults.deaf:
            client.send(self.faults.spoiled(event, packed(event, fields, kind)))

    def spread_prices(self) -> None:
        """Prices of the list go into pumps that rest."""
        for pump in self.pumps.values():
            if pump.flow is None:
                for hose in pump.hoses.values():
                    hose.price_li = self.grades[hose.grade]

    def _take(self, client: Client, asked: Request) -> None:
        with self.lock:
            cut = bool(self.faults.cut_about) and asked.event.startswith(self.faults.cut_about)
            self._mute = self.faults.loses(asked.event) or cut
            try:
                self._answers.take(client, asked)
            except NotPossible:
                pass  # the text has no answer to that
            finally:
                self._mute = False
        if cut:
            self.faults.cut_about = ""
            self.close_door()

    def _receive(self, door: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                connection, _address = door.accept()
            except OSError:
                return
            client = Client(connection, self._take)
            with self.lock:
                self._clients.append(client)
            self._run(client.read)

    def _run(self, target: object, *given: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=given, name="simulated fusion", daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()
