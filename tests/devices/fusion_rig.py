"""A simulated Wayne Fusion controller, our driver on its line, and an ear for what it tells."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from core.devices.pumps.fusion.controller import FusionForecourt
from core.devices.pumps.fusion.line import Line
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.product import G92, G95
from core.domain.pump import Nozzle, Pump
from core.simulated.fusion.controller import FusionController
from tests.devices.rig import GRADES, PATIENCE, Ear, RealClock

SITE = {1: {1: 1, 2: 2}, 2: {1: 1, 2: 2}, 3: {1: 1}}
FUSION_PUMPS = tuple(
    Pump(
        PumpNumber(number),
        tuple(
            Nozzle(PumpNumber(number), NozzleNumber(hose), G92 if grade == 1 else G95)
            for hose, grade in hoses.items()
        ),
    )
    for number, hoses in SITE.items()
)


@contextmanager
def fusion_controller() -> Iterator[FusionController]:
    controller = FusionController(SITE)
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()


def fusion_forecourt(
    controller: FusionController,
    *,
    booked: Mapping[PumpNumber, int] | None = None,
    answer_seconds: float = 1.0,
) -> FusionForecourt:
    line = Line(
        "127.0.0.1",
        controller.port,
        connect_seconds=1.0,
        echo_seconds=0.3,
        silence_seconds=1.0,
        first_pause_seconds=0.05,
    )
    return FusionForecourt(
        line,
        FUSION_PUMPS,
        GRADES,
        RealClock(),
        answer_seconds=answer_seconds,
        price_seconds=2.0,
        booked=lambda: booked or {},
    )


@contextmanager
def fusion_listening(
    controller: FusionController,
    *,
    booked: Mapping[PumpNumber, int] | None = None,
    answer_seconds: float = 1.0,
) -> Iterator[tuple[FusionForecourt, Ear]]:
    forecourt, ear = fusion_forecourt(controller, booked=booked, answer_seconds=answer_seconds), Ear()
    forecourt.start(ear)
    try:
        ear.wait(lambda: all(ear.state(pump.number) is not None for pump in FUSION_PUMPS))
        yield forecourt, ear
    finally:
        forecourt.stop()


def until(true: Callable[[], bool]) -> None:
    """Wait for what nobody tells of."""
    pause = threading.Event()
    for _turn in range(int(PATIENCE / 0.02)):
        if true():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come to be")
