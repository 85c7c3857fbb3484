"""Every forecourt behind its port, with hands at its pumps: in memory, a PTS and a Fusion on their real wires."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from core.devices.links.http_link import HttpLink
from core.devices.pumps.pts.controller import PtsForecourt
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.price import UnitPrice
from core.domain.product import G92, G95
from core.domain.pump import Nozzle, Pump, PumpState
from core.ports.forecourt import Forecourt
from core.simulated.clock import HandClock
from core.simulated.forecourt import MemoryForecourt
from core.simulated.fusion.controller import FusionController
from core.simulated.pts_controller.controller import Controller, Options
from core.simulated.pts_controller.pump import Customer
from core.simulated.pts_controller.site import PumpPlan, Site, usual_site
from tests.devices.fusion_rig import SITE, fusion_controller, fusion_forecourt
from tests.devices.rig import GRADES, Ear, RealClock

PRICE = UnitPrice(7_810)
PUMPS = tuple(
    Pump(
        PumpNumber(number),
        tuple(
            Nozzle(PumpNumber(number), NozzleNumber(hose), G92 if grade == 1 else G95)
            for hose, grade in hoses.items()
        ),
    )
    for number, hoses in SITE.items()
)


class Hands(Protocol):
    """What a customer does, and what happens to the line."""

    def pour(self, pump: int, millilitres: int) -> None:
        """Lift the first nozzle and let so much flow, or as much as the pump gives; the nozzle stays up."""
        ...

    def hang_up(self, pump: int) -> None: ...

    def cut(self) -> None:
        """The controller cannot be reached any more."""
        ...

    def mend(self) -> None: ...


class AnySite:
    """A forecourt that is started, its hands, and an ear."""

    def __init__(self, kind: str, forecourt: Forecourt, hands: Hands) -> None:
        self.kind = kind
        self.forecourt = forecourt
        self.hands = hands
        self.ear = Ear()


class _MemoryHands:
    def __init__(self, forecourt: MemoryForecourt) -> None:
        self._forecourt = forecourt
        self._poured: dict[int, int] = {}

    def pour(self, pump: int, millilitres: int) -> None:
        self._poured[pump] = millilitres
        self._forecourt.fuel(PumpNumber(pump), PRICE.amount_for(Litres(millilitres)))

    def hang_up(self, pump: int) -> None:
        wanted = PRICE.amount_for(Litres(self._poured.pop(pump)))
        self._forecourt.finish(PumpNumber(pump), NozzleNumber(1), wanted, told=not self._forecourt.down)

    def cut(self) -> None:
        self._forecourt.down = True

    def mend(self) -> None:
        self._forecourt.came_back()


class _PtsHands:
    def __init__(self, controller: Controller, ear: Ear) -> None:
        self._site = controller.forecourt
        self._controller = controller
        self._ear = ear

    def pour(self, pump: int, millilitres: int) -> None:
        wish = Customer(volume_ml=millilitres, hangs_up=False)
        self._site.at_pump(pump, lambda each: each.lift(1, self._site.now()))
        self._site.at_pump(pump, lambda each: each.pull_trigger(wish))
        self._ear.wait_state(pump, PumpState.FUELLING)

    def hang_up(self, pump: int) -> None:
        self._site.at_pump(pump, lambda each: each.hang_up(self._site.now()))

    def cut(self) -> None:
        self._fault("silent")

    def mend(self) -> None:
        self._fault("none")

    def _fault(self, kind: str) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._controller.control_port}/control/fault",
            data=json.dumps({"kind": kind}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            answer.read()


class _FusionHands:
    def __init__(self, controller: FusionController) -> None:
        self._controller = controller

    def pour(self, pump: int, millilitres: int) -> None:
        self._controller.lift(pump)
        self._controller.pour(pump, millilitres)

    def hang_up(self, pump: int) -> None:
        self._controller.hang_up(pump)

    def cut(self) -> None:
        self._controller.close_door()

    def mend(self) -> None:
        self._controller.open_door()


@contextmanager
def _memory() -> Iterator[AnySite]:
    forecourt = MemoryForecourt(
        HandClock(), {pump.number: {nozzle.number: PRICE for nozzle in pump.nozzles} for pump in PUMPS}
    )
    yield AnySite("memory", forecourt, _MemoryHands(forecourt))


@contextmanager
def _pts() -> Iterator[AnySite]:
    usual = usual_site()
    site = Site(
        grades=usual.grades,
        pumps=tuple(PumpPlan(number, tuple(hoses.values())) for number, hoses in SITE.items()),
        tanks=(),
        users=usual.users,
    )
    controller = Controller(site, Options(pace=40.0))
    controller.start()
    try:
        link = HttpLink(
            f"http://127.0.0.1:{controller.port}", user="admin", password="admin", answer_seconds=1.0
        )
        forecourt = PtsForecourt(link, PUMPS, GRADES, RealClock(), poll_seconds=0.02, idle_poll_seconds=0.05)
        made = AnySite("pts", forecourt, _MemoryHands(MemoryForecourt(HandClock(), {})))
        made.hands = _PtsHands(controller, made.ear)
        yield made
    finally:
        controller.stop()


@contextmanager
def _fusion() -> Iterator[AnySite]:
    with fusion_controller() as controller:
        yield AnySite("fusion", fusion_forecourt(controller), _FusionHands(controller))


EVERY = {"memory": _memory, "pts": _pts, "fusion": _fusion}


@contextmanager
def started(kind: str) -> Iterator[AnySite]:
    """A forecourt of this kind that tells its ear, for the length of the block."""
    with EVERY[kind]() as site:
        site.forecourt.start(site.ear)
        try:
            site.ear.wait(lambda: all(site.ear.state(pump.number) is PumpState.IDLE for pump in PUMPS))
            yield site
        finally:
            site.forecourt.stop()
