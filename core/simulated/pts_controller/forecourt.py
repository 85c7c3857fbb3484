"""The pumps, the tanks below them and the time that passes for both, whether anybody polls or not."""

import copy
import threading
import zlib
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

from core.simulated.pts_controller.clock import Clock
from core.simulated.pts_controller.errors import NotPossible
from core.simulated.pts_controller.journal import Journal, Record
from core.simulated.pts_controller.numbers import amount_fen
from core.simulated.pts_controller.pump import Customer, Fill, Nozzle, Order, Pump, State
from core.simulated.pts_controller.site import Grade, Site, TankPlan

TICK_SECONDS = 0.02
KEEP_EVERY_SECONDS = 1.0


class Forecourt:
    """Everything behind the controller's socket. Hold `lock` while reading or changing more than one thing."""

    def __init__(self, site: Site, clock: Clock, pace: float = 1.0, state: Path | None = None) -> None:
        self.site = site
        self.clock = clock
        self.lock = threading.RLock()
        self.journal = Journal(state)
        self.pace = pace
        self.grades: dict[int, Grade] = {grade.id: grade for grade in site.grades}
        self.tanks: dict[int, TankPlan] = {tank.id: tank for tank in site.tanks}
        self.clock_offset_seconds = 0
        self.utc_offset_minutes = 480
        self.synchronises_clock = False
        self._changes = 0
        self._restore_settings()
        self.pumps: dict[int, Pump] = {
            plan.id: self._new_pump(plan.id, plan.grade_ids) for plan in site.pumps
        }
        for pump in self.pumps.values():
            self.journal.restore(pump)
        self._frozen: dict[int, tuple[Pump, Record | None]] = {}
        self._polls_until_online: dict[int, int] = {}
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._ticker: threading.Thread | None = None

    # -- running --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Let time pass for the pumps in a thread of their own."""
        self._ticker = threading.Thread(target=self._tick, name="simulated forecourt", daemon=True)
        self._ticker.start()
        self._wake.set()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        if self._ticker is not None:
            self._ticker.join()
        with self.lock:
            self.journal.keep(self.pumps.values(), self._settings())
            self.journal.close()

    def _tick(self) -> None:
        kept = self.clock.seconds()
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            before = self.clock.seconds()
            while not self._stopping.wait(TICK_SECONDS):
                seconds = self.clock.seconds()
                with self.lock:
                    milliseconds = int((seconds - before) * 1000 * self.pace)
                    self.advance(milliseconds)
                    before += milliseconds / 1000 / self.pace
                    if seconds - kept >= KEEP_EVERY_SECONDS:
                        self.journal.keep(self.pumps.values(), self._settings())
                        kept = seconds
                    if not any(pump.needs_time for pump in self.pumps.values()):
                        break

    def advance(self, milliseconds: int) -> None:
        """Let so much of the pumps' time pass at once."""
        with self.lock:
            for pump in self.pumps.values():
                if pump.needs_time:
                    pump.advance(milliseconds, self.now)
                    self._settle(pump)

    def now(self) -> datetime:
        """The controller's own date and time, to the second, as it writes them on the wire."""
        return self.local_time() + timedelta(seconds=self.clock_offset_seconds)

    def local_time(self) -> datetime:
        """What a right clock would show where the station stands."""
        moment = self.clock.now() + timedelta(minutes=self.utc_offset_minutes)
        return moment.replace(microsecond=0, tzinfo=None)

    # -- by hand, at the pump --------------------------------------------------------------------------------------

    def at_pump(self, number: int, deed: Callable[[Pump], None]) -> None:
        """Do something with hands at a pump and write down what came of it."""
        with self.lock:
            pump = self.pumps.get(number)
            if pump is None:
                raise NotPossible(f"there is no pump {number}")
            deed(pump)
            self.changed(pump)

    def changed(self, pump: Pump) -> None:
        """Write down what became of the pump and let its time run on."""
        with self.lock:
            self._settle(pump)
            self.journal.keep([pump], self._settings())
        self._wake.set()

    def serve(self, number: int, nozzle: int, customer: Customer) -> None:
        """Lift, wait for the release, fill, hang up: all as time goes by."""

        def begin(pump: Pump) -> None:
            pump.lift(nozzle, self.now())
            pump.pull_trigger(customer)

        self.at_pump(number, begin)

    def fill_by_hand(self, number: int, nozzle: int, volume_ml: int) -> None:
        """A fill that the pump let run without the controller, as one in manual mode does."""

        def run(pump: Pump) -> None:
            if pump.state is not State.IDLE or pump.nozzle_up:
                raise NotPossible(f"pump {number} is not idle")
            price = pump.nozzles[nozzle - 1].price_li
            order = Order(pump.take_transaction(), (nozzle,), True, "Volume", volume_ml, (price,), True, 0)
            pump.order = order
            pump.fill = Fill(
                nozzle,
                pump.nozzles[nozzle - 1].grade_id,
                price,
                self.now(),
                pump.nozzles[nozzle - 1].totaliser_ml,
            )
            pump.fill.run_ul = volume_ml * 1000
            pump.end(self.now())
            self._settle(pump, offline=True)

        if not 1 <= nozzle <= len(self.pumps[number].nozzles) or volume_ml <= 0:
            raise NotPossible(f"pump {number} has no nozzle {nozzle}, or the volume is not above zero")
        self.at_pump(number, run)

    def set_online(self, number: int, online: bool, polls: int | None = None) -> None:
        """Cut or mend the line to a pump; with polls, it mends itself after so many status requests."""
        with self.lock:
            pump = self.pumps[number]
            if pump.online and not online:
                self._frozen[number] = copy.deepcopy(pump), self.journal.last(number)
            elif online:
                self._frozen.pop(number, None)
            pump.online = online
            self._polls_until_online.pop(number, None)
            if not online and polls is not None:
                self._polls_until_online[number] = polls

    def count_poll(self, number: int) -> None:
        """One status request more for a pump that may come back after some."""
        left = self._polls_until_online.get(number)
        if left is None:
            return
        if left <= 0:
            self.set_online(number, True)
        else:
            self._polls_until_online[number] = left - 1

    def forget_what_restarting_loses(self) -> None:
        for pump in self.pumps.values():
            pump.answers.clear()
            if pump.request == "PumpLock":
                pump.user = pump.request = ""

    def as_last_heard(self, pump: Pump) -> Pump:
        """The pump as the controller last heard of it before the line broke."""
        return self._frozen[pump.id][0] if pump.id in self._frozen else pump

    def last_heard_fill(self, number: int) -> Record | None:
        """The last closed fill of the pump that the controller knows of."""
        return self._frozen[number][1] if number in self._frozen else self.journal.last(number)

    def change_tank(self, number: int, **changes: object) -> None:
        """Put in or let out fuel or water, break the probe, let a tanker unload: by the names of TankPlan."""
        with self.lock:
            tank = self.tanks.get(number)
            unknown = set(changes) - {"volume_ml", "water_ml", "status", "delivery"}
            if tank is None or unknown:
                raise NotPossible(
                    f"there is no tank {number}, or nothing called {', '.join(sorted(unknown))}"
                )
            self.tanks[number] = replace(tank, **changes)  # type: ignore[arg-type]  # named by TankPlan's own fields

    # -- settings ---------------------------------------------------------------------------------------------------

    def set_grades(self, grades: dict[int, Grade]) -> None:
        with self.lock:
            self.grades = grades
            self.changed_configuration()

    def set_grade_prices(self, prices_li: dict[int, int]) -> None:
        """As the real one: a grade that is not named has no price afterwards."""
        self.set_grades({g.id: replace(g, price_li=prices_li.get(g.id, 0)) for g in self.grades.values()})

    def changed_configuration(self) -> None:
        with self.lock:
            self._changes += 1
            self.journal.keep([], self._settings())

    @property
    def configuration_identifier(self) -> str:
        return f"{zlib.crc32(f'{self.site.identifier} {self._changes}'.encode()):08X}"

    def close_sale(self, pump: Pump) -> None:
        pump.close()
        self.journal.keep([pump], self._settings(), closed=pump)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _new_pump(self, number: int, grade_ids: tuple[int, ...]) -> Pump:
        nozzles = []
        for place, grade_id in enumerate(grade_ids, start=1):
            price = self.grades[grade_id].price_li
            litres_so_far = 96_000 + number * 7_351 + place * 41_207
            total_ml = litres_so_far * 1000 + number * 130 + place * 70
            nozzles.append(Nozzle(grade_id, price, total_ml, amount_fen(total_ml, price)))
        return Pump(number, nozzles, self.site.first_transaction)

    def _settle(self, pump: Pump, offline: bool = False) -> None:
        fill, order = pump.fill, pump.order
        if pump.state is not State.ENDED or fill is None or order is None or fill.recorded:
            return
        fill.recorded = True
        assert fill.ended_at is not None
        nozzle = pump.nozzles[fill.nozzle - 1]
        self._draw_from_tank(fill.grade_id, fill.volume_ml)
        closed = order.auto_close
        record = Record(
            number=0,
            pump=pump.id,
            nozzle=fill.nozzle,
            grade_id=fill.grade_id,
            transaction_number=order.transaction,
            volume_ml=fill.volume_ml,
            amount_fen=fill.amount_fen,
            price_li=fill.price_li,
            started_at=fill.started_at,
            ended_at=fill.ended_at,
            closed=closed,
            totaliser_before_ml=fill.totaliser_before_ml,
            totaliser_after_ml=nozzle.totaliser_ml,
            totaliser_after_fen=nozzle.totaliser_fen,
            rate_ml_a_minute=fill.highest_rate_ml_a_minute,
            offline=offline,
            user_id=order.user_id,
            login=pump.user,
            tag=order.tag,
        )
        if closed:
            pump.close()
        self.journal.add(record, pump, self._settings())

    def _draw_from_tank(self, grade_id: int, volume_ml: int) -> None:
        for tank in self.tanks.values():
            if tank.grade_id == grade_id:
                self.tanks[tank.id] = replace(tank, volume_ml=max(0, tank.volume_ml - volume_ml))
                return

    def _settings(self) -> dict[str, object]:
        return {
            "grades": [asdict(grade) for grade in self.grades.values()],
            "tanks": {str(tank.id): tank.volume_ml for tank in self.tanks.values()},
            "clock_offset_seconds": self.clock_offset_seconds,
            "utc_offset_minutes": self.utc_offset_minutes,
            "synchronises_clock": self.synchronises_clock,
            "changes": self._changes,
        }

    def _restore_settings(self) -> None:
        kept = self.journal.settings()
        if kept is None:
            return
        self.grades = {grade["id"]: Grade(**grade) for grade in kept["grades"]}
        for number, volume_ml in kept["tanks"].items():
            if int(number) in self.tanks:
                self.tanks[int(number)] = replace(self.tanks[int(number)], volume_ml=volume_ml)
        self.clock_offset_seconds = kept["clock_offset_seconds"]
        self.utc_offset_minutes = kept["utc_offset_minutes"]
        self.synchronises_clock = kept["synchronises_clock"]
        self._changes = kept["changes"]
