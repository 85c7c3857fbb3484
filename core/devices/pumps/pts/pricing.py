"""Prices into a pump and back out of it, and the controller's own list of grades kept in step."""

import logging
import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.devices.pumps.pts.conversation import (
    NO_PERMISSION,
    NO_PRICE,
    UNKNOWN_REQUEST,
    Conversation,
    refusal_of,
)
from core.devices.pumps.pts.dialogue import Dialogue, turns
from core.devices.pumps.pts.fields import AnswerUnfit, Fields
from core.devices.pumps.pts.messages import Request, ask_of
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit, PumpControllerLogin
from core.domain.ids import GradeCode
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade
from core.domain.pump import Pump, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpRefused
from core.domain.refusals.refusal import Refusal

_log = logging.getLogger(__name__)

_NOT_OFFERED = {UNKNOWN_REQUEST, NO_PERMISSION}
_WORD_SECONDS = 1.5  # a pump that takes a price says so by itself within about a second
PATIENCE_SECONDS = 6.0  # a controller may take seconds to get a price into a pump and back


class Pricing:
    """Sets prices from the caller's thread, while the poller goes on beside it."""

    def __init__(self, conversation: Conversation, dialogue: Dialogue, grades: Sequence[FuelGrade]) -> None:
        self._conversation = conversation
        self._dialogue = dialogue
        self._grades: dict[GradeCode, int] = {grade.code: grade.controller_grade for grade in grades}
        self._one_list = threading.Lock()
        self._confirmed: dict[tuple[int, int], UnitPrice] = {}
        self._mute: set[int] = set()  # pumps that cannot be asked for their prices
        self._spoke: set[int] = set()  # pumps that did tell their prices
        self._apart: set[int] = set()  # pumps whose prices are not the list's
        self._told_apart = False

    def confirmed(self, pump: int, nozzle: int) -> UnitPrice | None:
        """What the pump last said that it has in it, where it was asked."""
        return self._confirmed.get((pump, nozzle))

    def check_list(self, pump: Pump) -> None:
        """Refuse leave for any nozzle where the controller would fill at a price of its own. Raises PumpRefused."""
        if pump.number in self._apart:
            raise PumpRefused(
                pump.number, NO_PRICE, "the controller keeps its own price list: name the nozzle"
            )

    def in_force(self, pump: Pump) -> dict[int, UnitPrice]:
        """The prices of the pump by nozzle; without those on which pump and list disagree, which are to be set again."""
        inside = self._inside(pump)
        with self._one_list:
            listed = self._list()
        for nozzle in pump.nozzles:
            grade = self._grades.get(nozzle.grade)
            if listed is not None and grade in listed and listed[grade] != inside.get(nozzle.number):
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
        wanted = prices if set(prices) == set(range(1, max(prices) + 1)) else {**self._inside(pump), **prices}
        wire = [self._wire(pump.number, wanted.get(nozzle)) for nozzle in range(1, max(wanted) + 1)]
        self._dialogue.forget_prices(pump.number)
        with self._dialogue.precedence.question(pump.number):
            answer = self._dialogue.question(pump.number, ask_of(pump.number, "PumpSetPrices", Prices=wire))
        if answer.code == UNKNOWN_REQUEST:
            # Such a controller gives the pump its price with every leave; its list is all there is to set.
            self._keep_list_in_step(pump, prices, must=True)
        elif answer.code is not None:
            raise refusal_of(answer, pump.number)
        else:
            self._read_back(pump, prices)
            self._keep_list_in_step(pump, prices)
        self._keep(pump.number, prices)

    def _inside(self, pump: Pump) -> dict[int, UnitPrice]:
        inside = self._told_by_the_pump(pump)
        self._keep(pump.number, inside)
        return inside

    def _told_by_the_pump(self, pump: Pump) -> dict[int, UnitPrice]:
        """The prices in the pump, or what the controller has for its nozzles where it cannot ask the pump."""
        if pump.number not in self._mute:
            try:
                told = self._dialogue.price_list(pump.number, PATIENCE_SECONDS)
                self._spoke.add(pump.number)
                return dict(enumerate(told, 1))
            except PumpRefused as refused:
                if refused.controller_code not in _NOT_OFFERED:
                    raise
            except PumpAnswerLost:
                if pump.number in self._spoke:
                    raise
                _log.info("pump %d never tells its prices; the controller's word is taken", pump.number)
            except PumpControllerLogin:
                _log.debug("the prices in the pumps are not shown to our user")
            self._mute.add(pump.number)
        nozzle_prices = self._dialogue.status(pump.number).nozzle_prices
        if nozzle_prices:
            return dict(enumerate(nozzle_prices, 1))
        with self._one_list:
            listed = self._list() or {}
        prices: dict[int, UnitPrice] = {}
        for nozzle in pump.nozzles:
            price = self.confirmed(pump.number, nozzle.number) or listed.get(
                self._grades.get(nozzle.grade, 0)
            )
            if price is not None:
                prices[nozzle.number] = price
        return prices

    def _keep(self, pump: int, prices: Mapping[int, UnitPrice]) -> None:
        self._confirmed.update({(pump, nozzle): price for nozzle, price in prices.items() if price.li})

    def _wire(self, pump: int, price: UnitPrice | None) -> Decimal:
        return self._conversation.price(pump, price or UnitPrice(0))

    def _read_back(self, pump: Pump, wanted: Mapping[int, UnitPrice]) -> None:
        if pump.number not in self._mute:
            for _turn in turns(PATIENCE_SECONDS):
                inside = self._told_by_the_pump(pump)
                if pump.number in self._mute:
                    break
                if all(inside.get(nozzle) == price for nozzle, price in wanted.items()):
                    return
            else:
                raise PumpRefused(pump.number, NO_PRICE, "the pump reports another price than it was given")
        # It cannot be asked. What it says by itself counts, and else the controller's word that it took the price.
        told = self._dialogue.prices_told(pump.number, _WORD_SECONDS)
        inside = dict(enumerate(told or (), 1))
        if any(inside.get(nozzle, price) != price for nozzle, price in wanted.items()):
            raise PumpRefused(pump.number, NO_PRICE, "the pump reports another price than it was given")

    def _keep_list_in_step(self, pump: Pump, prices: Mapping[int, UnitPrice], *, must: bool = False) -> None:
        """An authorisation that names no nozzle fills at the controller's price of the grade: that must be this one.

        Where our user may not change the list, each leave must name its nozzle, and its price with it.
        """
        wanted = {
            self._grades[nozzle.grade]: prices[nozzle.number]
            for nozzle in pump.nozzles
            if nozzle.grade in self._grades and nozzle.number in prices
        }
        self._apart.discard(pump.number)
        with self._one_list:
            known = self._list()
            if known is not None and all(known.get(grade) == price for grade, price in wanted.items()):
                return
            refusal = self._write_list(pump.number, {**known, **wanted}) if known is not None else None
        if known is not None and refusal is None:
            return
        if must:
            raise refusal or PumpRefused(pump.number, UNKNOWN_REQUEST, "the controller takes no prices")
        self._apart.add(pump.number)
        if not self._told_apart:
            self._told_apart = True
            _log.warning(
                "our user may not change the controller's list of prices; each leave names its nozzle"
            )

    def _write_list(self, pump: int, prices: Mapping[int, UnitPrice]) -> Refusal | None:
        """None once it is written, else what keeps us from ever writing it. Raises any other refusal."""
        # The whole list: the controller forgets the price of a grade that is left out.
        listed = [
            {"FuelGradeId": grade, "Price": self._wire(pump, price)}
            for grade, price in sorted(prices.items())
        ]
        try:
            answer = self._conversation.command(Request("SetFuelGradesPrices", {"FuelGradesPrices": listed}))
        except PumpControllerLogin as forbidden:
            return forbidden
        if answer.code is None:
            return None
        if answer.code in _NOT_OFFERED:
            return refusal_of(answer, pump)
        raise refusal_of(answer, pump)

    def _list(self) -> dict[int, UnitPrice] | None:
        """The controller's price of each grade; None where it keeps no such list, or not for us."""
        try:
            answer = self._conversation.look([Request("GetFuelGradesPrices")])[0]
        except PumpControllerLogin:
            return None
        if answer is None:
            raise PumpAnswerUnfit
        if answer.code in _NOT_OFFERED:
            return None
        if answer.code is not None:
            raise PumpAnswerUnfit
        try:
            rows = answer.fields().list_or_none("FuelGradesPrices") or []
            fields = [Fields(row, answer.type) for row in rows]
            return {row.whole("FuelGradeId", 1, 20): row.price("Price") for row in fields}
        except AnswerUnfit as unfit:
            raise PumpAnswerUnfit from unfit
