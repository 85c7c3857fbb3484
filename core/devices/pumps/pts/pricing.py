"""Prices into a pump and back out of it, and the controller's own list of grades kept in step."""

import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.devices.pumps.pts.conversation import NO_PRICE, Conversation, refusal_of
from core.devices.pumps.pts.dialogue import Dialogue, turns
from core.devices.pumps.pts.fields import AnswerUnfit, Fields
from core.devices.pumps.pts.messages import Request, ask_of
from core.domain.faults import PumpAnswerUnfit
from core.domain.ids import GradeCode
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade
from core.domain.pump import Pump, PumpState
from core.domain.refusals import PumpBusy, PumpRefused

PATIENCE_SECONDS = 6.0  # a controller may take seconds to get a price into a pump and back


class Pricing:
    """Sets prices from the caller's thread, while the poller goes on beside it."""

    def __init__(self, conversation: Conversation, dialogue: Dialogue, grades: Sequence[FuelGrade]) -> None:
        self._conversation = conversation
        self._dialogue = dialogue
        self._grades: dict[GradeCode, int] = {grade.code: grade.controller_grade for grade in grades}
        self._one_list = threading.Lock()
        self._confirmed: dict[tuple[int, int], UnitPrice] = {}

    def confirmed(self, pump: int, nozzle: int) -> UnitPrice | None:
        """What the pump last said that it has in it, where it was asked."""
        return self._confirmed.get((pump, nozzle))

    def in_force(self, pump: Pump) -> dict[int, UnitPrice]:
        """The prices of the pump by nozzle; without those on which pump and list disagree, which are to be set again."""
        inside = self._inside(pump.number)
        with self._one_list:
            listed = self._list()
        for nozzle in pump.nozzles:
            grade = self._grades.get(nozzle.grade)
            if grade in listed and listed[grade] != inside.get(nozzle.number):
                inside.pop(nozzle.number, None)
                self._confirmed.pop((pump.number, nozzle.number), None)
        return inside

    def set(self, pump: Pump, prices: Mapping[int, UnitPrice]) -> None:
        """Give an idle pump its prices and see them come back from it. Raises PumpBusy, PumpRefused, PumpAnswerLost."""
        status = self._dialogue.settled_status(pump.number)
        if status.ended is not None:
            raise PumpBusy(pump.number, PumpState.FUELLING)  # its last fill is not yet booked and closed
        if status.state is not PumpState.IDLE or status.request:
            raise PumpBusy(pump.number, status.state)
        if set(prices) != set(range(1, max(prices) + 1)):
            prices = {**self._inside(pump.number), **prices}
        wire = [self._wire(pump.number, prices.get(nozzle)) for nozzle in range(1, max(prices) + 1)]
        answer = self._dialogue.command(ask_of(pump.number, "PumpSetPrices", Prices=wire))
        if answer.code is not None:
            raise refusal_of(answer, pump.number)
        self._read_back(pump.number, prices)
        self._keep_list_in_step(pump, prices)

    def _inside(self, pump: int) -> dict[int, UnitPrice]:
        inside = dict(enumerate(self._dialogue.price_list(pump, PATIENCE_SECONDS), 1))
        self._confirmed.update({(pump, nozzle): price for nozzle, price in inside.items() if price.li})
        return inside

    def _wire(self, pump: int, price: UnitPrice | None) -> Decimal:
        return self._conversation.price(pump, price or UnitPrice(0))

    def _read_back(self, pump: int, wanted: Mapping[int, UnitPrice]) -> None:
        for _turn in turns(PATIENCE_SECONDS):
            inside = self._inside(pump)
            if all(inside.get(nozzle) == price for nozzle, price in wanted.items()):
                return
        raise PumpRefused(pump, NO_PRICE, "the pump reports another price than it was given")

    def _keep_list_in_step(self, pump: Pump, prices: Mapping[int, UnitPrice]) -> None:
        """An authorisation that names no nozzle fills at the controller's price of the grade: that must be this one."""
        wanted = {
            self._grades[nozzle.grade]: prices[nozzle.number]
            for nozzle in pump.nozzles
            if nozzle.grade in self._grades and nozzle.number in prices
        }
        with self._one_list:
            known = self._list()
            if all(known.get(grade) == price for grade, price in wanted.items()):
                return
            # The whole list: the controller forgets the price of a grade that is left out.
            listed = [
                {"FuelGradeId": grade, "Price": self._wire(pump.number, price)}
                for grade, price in sorted({**known, **wanted}.items())
            ]
            answer = self._conversation.command(Request("SetFuelGradesPrices", {"FuelGradesPrices": listed}))
            if answer.code is not None:
                raise refusal_of(answer, pump.number)

    def _list(self) -> dict[int, UnitPrice]:
        answer = self._conversation.look([Request("GetFuelGradesPrices")])[0]
        if answer is None or answer.code is not None:
            raise PumpAnswerUnfit
        try:
            rows = answer.fields().list_or_none("FuelGradesPrices") or []
            fields = [Fields(row, answer.type) for row in rows]
            return {row.whole("FuelGradeId", 1, 20): row.price("Price") for row in fields}
        except AnswerUnfit as unfit:
            raise PumpAnswerUnfit from unfit
