"""A person's release goes before our own questions at a pump."""

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from core.devices.pumps.pts import dialogue
from core.devices.pumps.pts.arrivals import Arrivals
from core.devices.pumps.pts.conversation import PUMP_HAS_A_COMMAND, Conversation
from core.devices.pumps.pts.counting import Counting
from core.devices.pumps.pts.dialogue import Dialogue
from core.devices.pumps.pts.messages import Answer, ask_of
from core.domain.controller import Totals
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.product import G92, G95
from core.domain.pump import Nozzle, Pump
from core.domain.refusals.pumps import PumpBusy

ONE = PumpNumber(1)
PUMP = Pump(ONE, (Nozzle(ONE, NozzleNumber(1), G92), Nozzle(ONE, NozzleNumber(2), G95)))
PATIENCE = 15.0


class NoonClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, 4, tzinfo=UTC)


class BusyController:
    """One pump, which tells a counter only after a release was turned away three times because of that question."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._nozzle = 0  # whose counter the pump is asked for
        self.asked = threading.Event()
        self.turned_away = 0
        self.done: list[str] = []

    def ask(self, question: bytes) -> bytes:
        (packet,) = json.loads(question)["Packets"]
        with self._lock:
            answer = getattr(self, packet["Type"])(packet.get("Data", {}))
        return json.dumps({"Protocol": "jsonPTS", "Packets": [{"Id": 1, **answer}]}).encode()

    def PumpGetTotals(self, data: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if self._nozzle:
            return self._busy("PumpGetTotals")
        self._nozzle = data["Nozzle"]
        self.done.append(f"counter {self._nozzle}")
        self.asked.set()
        return {"Type": "PumpGetTotals", "Message": "OK"}

    def PumpGetPrices(self, _data: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.done.append("prices")
        return {"Type": "PumpGetPrices", "Message": "OK"}

    def PumpGetStatus(self, _data: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if not self._nozzle or self.turned_away < 3:
            return {"Type": "PumpIdleStatus", "Data": {"Pump": 1, "NozzleUp": 0}}
        nozzle, self._nozzle = self._nozzle, 0
        return {"Type": "PumpTotals", "Data": {"Pump": 1, "Nozzle": nozzle, "Volume": 10.0, "Amount": 78.1}}

    def PumpAuthorize(self, _data: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if self._nozzle:
            self.turned_away += 1
            return self._busy("PumpAuthorize")
        self.done.append("release")
        return {"Type": "PumpAuthorizeConfirmation", "Data": {"Pump": 1, "Transaction": 7}}

    @staticmethod
    def _busy(asked: str) -> dict[str, Any]:
        return {
            "Type": asked,
            "Error": True,
            "Code": PUMP_HAS_A_COMMAND,
            "Message": "PUMP_BUSY_OTHER_REQUEST",
        }


@pytest.fixture
def controller() -> BusyController:
    return BusyController()


@pytest.fixture
def asking(controller: BusyController) -> tuple[Dialogue, Counting]:
    conversation, arrivals = Conversation(controller, NoonClock()), Arrivals()
    asked = Dialogue(conversation, arrivals)
    return asked, Counting(conversation, asked, arrivals)


def test_a_release_waits_for_our_own_question_and_goes_before_the_next_one(
    controller: BusyController, asking: tuple[Dialogue, Counting], monkeypatch: pytest.MonkeyPatch
):
    # Whoever else's command it were that the pump is at, it would be given up at once.
    monkeypatch.setattr(dialogue, "_QUEUE_SECONDS", 0.0)
    questions, counting = asking
    told: dict[NozzleNumber, Totals] = {}
    counter = threading.Thread(target=lambda: told.update(counting.of(PUMP)))
    counter.start()
    assert controller.asked.wait(PATIENCE)
    answer: Answer = questions.command(1, ask_of(1, "PumpAuthorize", Nozzle=1))
    assert answer.code is None
    counter.join(PATIENCE)
    assert list(told) == [NozzleNumber(1), NozzleNumber(2)]
    assert controller.done == ["counter 1", "release", "counter 2"]


def test_prices_are_not_asked_for_while_a_release_waits(
    controller: BusyController, asking: tuple[Dialogue, Counting]
):
    questions, counting = asking
    with questions.precedence.command(1):
        assert not counting.begin(1)
        with pytest.raises(PumpBusy):
            questions.price_list(1, 0.0)
    assert controller.done == []
    assert counting.begin(1)
    assert questions.precedence.is_asked(1)
    counting.end(1)
    assert not questions.precedence.is_asked(1)
