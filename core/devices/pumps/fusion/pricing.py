"""Prices into the controller and back out of it. It keeps them by grade, for every pump at once."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from core.devices.pumps.fusion.fields import Fields
from core.devices.pumps.fusion.line import Line
from core.devices.pumps.fusion.messages import Message, MessageUnfit
from core.devices.pumps.fusion.setup import (
    GRADES,
    GRADES_ANSWER,
    PRICE_LEVEL,
    PUMPS,
    PUMPS_ANSWER,
    Hoses,
    grades_of,
    hoses_of,
)
from core.domain.controller import ControllerGrade
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit
from core.domain.ids import GradeCode, NozzleNumber, PumpNumber
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade
from core.domain.pump import Pump
from core.domain.refusals.pumps import PumpRefused

_Read = TypeVar("_Read")

APPLIED = "EVT_NEW_PRICE_CHANGE_APPLIED"
CHANGE = "REQ_PRICES_SET_NEW_PRICE_CHANGE"
CHANGE_ANSWER = "RES_PRICES_SET_NEW_PRICE_CHANGE"
APPROVE = "REQ_PRICES_APPROVE_PRICE_CHANGE"
_LOOK_AGAIN_SECONDS = 0.5
_UNDER_WAY_SECONDS = 300.0
_FIRST_CHANGE = "1"
NOT_OFFERED = 1
"""Our code for what the protocol has no words for."""
REFUSED = 2
"""Our code for a no of the controller's."""


class Pricing:
    """Sets prices from the caller's thread, one change at a time."""

    def __init__(
        self, line: Line, grades: Sequence[FuelGrade], *, answer_seconds: float, patience_seconds: float
    ) -> None:
        self._line = line
        self._grades: dict[GradeCode, int] = {grade.code: grade.controller_grade for grade in grades}
        self._answer_seconds = answer_seconds
        self._patience_seconds = patience_seconds
        self._one_change = threading.Lock()
        self._under_way: dict[int, tuple[UnitPrice, float]] = {}  # grade -> asked for, and when

    def hoses(self) -> Hoses:
        """What the controller has behind and in every nozzle, asked now."""
        return _read(hoses_of, self._asked(PUMPS, {"PC": "YOUZHAN", "MID": "001"}, PUMPS_ANSWER))

    def grades(self) -> tuple[ControllerGrade, ...]:
        """The controller's list of grades, asked now."""
        return _read(grades_of, self._asked(GRADES, {}, GRADES_ANSWER))

    def prices(self, pump: PumpNumber) -> dict[NozzleNumber, UnitPrice]:
        """The prices in the pump."""
        return {nozzle: price for nozzle, price in self.hoses().prices.get(pump, {}).items() if price.li}

    def set(self, pump: Pump, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        """Change the grades of these nozzles and see the pump come to it. Raises PumpRefused, PumpAnswerLost."""
        wanted = self._by_grade(pump, prices)
        with self._one_change:
            if self._stands(pump, prices):
                return
            listed = {grade.number: grade.price for grade in self.grades()}
            changed = {
                grade: price
                for grade, price in wanted.items()
                if listed.get(grade) != price and not self._is_under_way(grade, price)
            }
            if changed:
                self._change(pump, changed)
                self._under_way.update({grade: (price, time.monotonic()) for grade, price in changed.items()})
            deadline = time.monotonic() + self._patience_seconds
            pause = threading.Event()
            while not self._stands(pump, prices):
                if time.monotonic() >= deadline:
                    raise PumpRefused(
                        pump.number, REFUSED, "the pump reports another price than the controller was given"
                    )
                pause.wait(_LOOK_AGAIN_SECONDS)

    def _is_under_way(self, grade: int, price: UnitPrice) -> bool:
        """Whether it was asked for a moment ago: a controller may take minutes, and must not collect changes."""
        asked = self._under_way.get(grade)
        return asked is not None and asked[0] == price and time.monotonic() - asked[1] < _UNDER_WAY_SECONDS

    def _by_grade(self, pump: Pump, prices: Mapping[NozzleNumber, UnitPrice]) -> dict[int, UnitPrice]:
        wanted: dict[int, UnitPrice] = {}
        for number, price in prices.items():
            nozzle = pump.nozzle(number)
            grade = self._grades.get(nozzle.grade) if nozzle else None
            if grade is None:
                raise PumpRefused(pump.number, REFUSED, "the controller has no number for this grade")
            if wanted.setdefault(grade, price) != price:
                raise PumpRefused(
                    pump.number, NOT_OFFERED, "the controller has one price for a grade, not one for a nozzle"
                )
        return wanted

    def _change(self, pump: Pump, prices: Mapping[int, UnitPrice]) -> None:
        values = {"QTY": str(len(prices))}
        for place, (grade, price) in enumerate(sorted(prices.items()), 1):
            values[f"G{place:02d}NR"] = str(grade)
            values[f"G{place:02d}LV"] = str(PRICE_LEVEL)
            values[f"G{place:02d}PR"] = f"{price.li // 1000}.{price.li % 1000:03d}"
        with self._line.hearing(lambda heard: heard.event == APPLIED) as applied:
            answer = self._line.ask(
                CHANGE, values, lambda heard: heard.event in {CHANGE_ANSWER, APPLIED}, self._answer_seconds
            )
            self._must_not_be_no(pump, answer)
            if answer is not None and answer.event == APPLIED:
                return
            # Without an answer it may wait for its approval all the same.
            number = Fields(answer.values, answer.event).text("PCHID") if answer is not None else ""
            self._line.post(APPROVE, {"PCHID": number or _FIRST_CHANGE, "USER": "YOUZHAN"})
            self._must_not_be_no(pump, applied(self._answer_seconds))

    def _must_not_be_no(self, pump: Pump, answer: Message | None) -> None:
        if answer is None:
            return
        fields = Fields(answer.values, answer.event)
        if "ERROR" in {fields.text("RC").upper(), fields.text("ST").upper()}:
            raise PumpRefused(
                pump.number, REFUSED, fields.text("MSG") or "the controller refused the new price"
            )

    def _stands(self, pump: Pump, prices: Mapping[NozzleNumber, UnitPrice]) -> bool:
        inside = self.prices(pump.number)
        return all(inside.get(nozzle) == price for nozzle, price in prices.items())

    def _asked(self, event: str, values: Mapping[str, str], answer: str) -> Message:
        message = self._line.ask(event, values, lambda heard: heard.event == answer, self._answer_seconds)
        if message is None:
            raise PumpAnswerLost
        return message


def _read(reader: Callable[[Message], _Read], message: Message) -> _Read:
    try:
        return reader(message)
    except MessageUnfit as unfit:
        raise PumpAnswerUnfit from unfit
