"""How the controller is set up: pumps, nozzles, grades, prices and clock, asked in one message; it may tell only some."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from core.devices.pumps.pts.conversation import Conversation
from core.devices.pumps.pts.fields import AnswerUnfit, Fields
from core.devices.pumps.pts.messages import Answer, Request
from core.devices.pumps.pts.statuses import MOST_NOZZLES, MOST_PUMPS
from core.domain.controller import ControllerGrade, ControllerSetup
from core.domain.faults import PumpControllerLogin
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.price import UnitPrice

_log = logging.getLogger(__name__)

_Told = TypeVar("_Told")

MOST_GRADES = 20
_QUESTIONS = (
    "GetPumpsConfiguration",
    "GetPumpNozzlesConfiguration",
    "GetFuelGradesConfiguration",
    "GetFuelGradesPrices",
    "GetUniqueIdentifier",
)


def read_setup(conversation: Conversation) -> ControllerSetup:
    """Ask for all of it. What our user may not see, or cannot be read, is left empty and told in the log.

    Raises PumpLineDown, PumpAnswerUnfit.
    """
    try:
        answers = conversation.look([Request(question) for question in _QUESTIONS])
    except PumpControllerLogin:
        _log.info("our user may not see how the pump controller is set up; nothing of it is compared")
        answers = (None,) * len(_QUESTIONS)
    pumps, nozzles, grades, prices, identifier = answers
    price_of: Mapping[int, UnitPrice] = _told(prices, _prices) or {}
    return ControllerSetup(
        _told(pumps, _pumps) or frozenset(),
        _told(nozzles, _nozzles) or {},
        tuple(
            ControllerGrade(each.number, each.name, price_of.get(each.number, each.price))
            for each in _told(grades, _grades) or ()
        ),
        conversation.clock_apart(),
        f"PTS {_told(identifier, _identifier) or ''}".strip(),
    )


def _told(answer: Answer | None, read: Callable[[Fields], _Told]) -> _Told | None:
    if answer is None or answer.code is not None:
        return None
    try:
        return read(answer.fields())
    except AnswerUnfit as unfit:
        _log.warning("part of the pump controller's set-up cannot be read: %s", unfit)
        return None


def _rows(fields: Fields, name: str) -> list[Fields]:
    return [Fields(row, name) for row in fields.list_or_none(name) or []]


def _pumps(fields: Fields) -> frozenset[PumpNumber]:
    return frozenset(PumpNumber(row.whole("Id", 1, MOST_PUMPS)) for row in _rows(fields, "Pumps"))


def _nozzles(fields: Fields) -> dict[PumpNumber, dict[NozzleNumber, int]]:
    nozzles: dict[PumpNumber, dict[NozzleNumber, int]] = {}
    for row in _rows(fields, "PumpNozzles"):
        numbers = [int(each) for each in row.numbers("FuelGradeIds")][:MOST_NOZZLES]
        # A nozzle of grade 0 is not there.
        there = {NozzleNumber(place): number for place, number in enumerate(numbers, 1) if number}
        if there:
            nozzles[PumpNumber(row.whole("PumpId", 1, MOST_PUMPS))] = there
    return nozzles


def _grades(fields: Fields) -> tuple[ControllerGrade, ...]:
    return tuple(
        ControllerGrade(
            row.whole("Id", 1, MOST_GRADES),
            row.text("Name"),
            row.price("Price") if row.has("Price") else None,
        )
        for row in _rows(fields, "FuelGrades")
    )


def _prices(fields: Fields) -> dict[int, UnitPrice]:
    rows = _rows(fields, "FuelGradesPrices")
    return {row.whole("FuelGradeId", 1, MOST_GRADES): row.price("Price") for row in rows}


def _identifier(fields: Fields) -> str:
    return fields.text("Id")[:40]
