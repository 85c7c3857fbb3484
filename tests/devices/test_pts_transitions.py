"""The driver's table of states: total, true to the controller's words, and obeyed."""

from itertools import product
from typing import Any

import pytest

from core.devices.pumps.pts.arrivals import Arrivals
from core.devices.pumps.pts.conversation import Conversation
from core.devices.pumps.pts.endings import Endings
from core.devices.pumps.pts.statuses import Status
from core.devices.pumps.pts.transitions import TABLE, Effect, Knew, Seen, knew_of, seen_in
from core.devices.pumps.pts.watch import Watch
from core.domain.ids import PumpNumber
from core.domain.pump import PumpState
from tests.devices.rig import GRADES
from tests.devices.test_pts_messages import (
    ENDED,
    FILLING,
    IDLE,
    ONE,
    Notes,
    Scripted,
    StoppedClock,
    a_status,
)

ORDERED = IDLE | {"Transaction": 38, "OrderedNozzle": 1, "OrderedType": "FullTank"}
WORDS: dict[Seen, tuple[str, dict[str, Any]]] = {
    Seen.IDLE: ("PumpIdleStatus", IDLE),
    Seen.CALLING: ("PumpIdleStatus", IDLE | {"NozzleUp": 1}),
    Seen.PROMISED: ("PumpIdleStatus", ORDERED),
    Seen.LIFTED: ("PumpIdleStatus", ORDERED | {"NozzleUp": 1}),
    Seen.FILLING: ("PumpFillingStatus", FILLING),
    Seen.PAUSED: ("PumpFillingStatus", FILLING | {"IsSuspended": True}),
    Seen.ENDED: ("PumpEndOfTransactionStatus", ENDED),
    Seen.ENDED_OFFLINE: ("PumpOfflineStatus", ENDED | {"State": "EndOfTransaction"}),
    Seen.OFFLINE: ("PumpOfflineStatus", {"Pump": 1, "State": "Filling", "Transaction": 37, "Volume": 1.5}),
}
ENDED_NOW = (Seen.ENDED, Seen.ENDED_OFFLINE)
RUNNING_NOW = (Seen.FILLING, Seen.PAUSED)
RESTING = (Seen.IDLE, Seen.CALLING)
HEARD_NOTHING = (Seen.OFFLINE, Seen.MISSING, Seen.UNREADABLE)


def status_seen(seen: Seen) -> Status:
    if seen is Seen.MISSING:
        return Status(1, PumpState.INOPERATIVE)
    if seen is Seen.UNREADABLE:
        return Status(1, PumpState.UNKNOWN)
    found = a_status(*WORDS[seen])
    assert isinstance(found, Status)
    return found


def test_every_pair_has_a_line_and_there_is_no_other():
    assert set(TABLE) == set(product(Seen, Knew))


@pytest.mark.parametrize("seen", Seen)
def test_the_controllers_words_are_seen_as_what_they_say(seen: Seen):
    status = status_seen(seen)
    assert seen_in(status) is seen
    for knew in Knew:
        assert TABLE[seen, knew].state is status.state


@pytest.mark.parametrize("state", PumpState)
@pytest.mark.parametrize("transaction", [None, 37])
def test_no_state_of_a_pump_is_without_a_line(state: PumpState, transaction: int | None):
    for request in ("", "PumpAuthorize", "PumpGetTotals"):
        seen = seen_in(Status(1, state, transaction=transaction, request=request))
        assert {TABLE[seen, knew] for knew in Knew}


@pytest.mark.parametrize(("seen", "knew"), list(TABLE))
def test_each_line_loses_no_fill_and_makes_none(seen: Seen, knew: Knew):
    effects = TABLE[seen, knew].effects
    assert (Effect.TELL_END in effects) == (seen in ENDED_NOW)
    assert (Effect.BEGIN in effects) == (seen in RUNNING_NOW and knew is not Knew.THIS)
    if seen in HEARD_NOTHING:
        assert effects == ()
    elif knew is Knew.ANOTHER or (knew is Knew.THIS and seen not in (*ENDED_NOW, *RUNNING_NOW)):
        assert effects[0] is Effect.ASK_FOR_LOST
    else:
        assert Effect.ASK_FOR_LOST not in effects
    assert (Effect.COUNT_ON in effects) >= (seen in RESTING)
    assert len(set(effects)) == len(effects)


def test_which_fill_was_known_is_told_by_its_number():
    assert knew_of(None, 37) is Knew.NONE
    assert knew_of(37, 37) is Knew.THIS
    assert knew_of(36, 37) is Knew.ANOTHER
    assert knew_of(36, None) is Knew.ANOTHER


def finished(number: int) -> tuple[str, dict[str, Any]]:
    return "PumpTransactionInformation", ENDED | {"Transaction": number, "State": "Finished"}


def looked(
    answers: list[tuple[str, dict[str, Any]]], booked: dict[PumpNumber, int] | None = None
) -> tuple[Notes, list[str]]:
    """What a watch tells that is shown these answers one after the other."""
    left = list(answers)

    def answer(kind: str, data: dict[str, Any]) -> Any:
        if kind == "PumpGetTransactionInformation":
            return finished(data["Transaction"])
        return left.pop(0) if len(left) > 1 else left[0]

    clock, link, notes = StoppedClock(), Scripted(answer), Notes()
    conversation = Conversation(link, clock)
    endings = Endings(conversation, ONE, GRADES, clock)
    watch = Watch(conversation, ONE, Arrivals(), endings, clock, booked=booked)
    for _answer in answers:
        watch.look(notes)
    return notes, link.asked


def test_a_fill_that_gave_way_to_another_is_asked_for():
    running, next_one = WORDS[Seen.FILLING], ("PumpFillingStatus", FILLING | {"Transaction": 38})
    notes, _asked = looked([running, next_one])
    assert {fill.transaction for fill in notes.fills} == {37}
    notes, _asked = looked([running, ("PumpEndOfTransactionStatus", ENDED | {"Transaction": 39})])
    assert {fill.transaction for fill in notes.fills} == {37, 38, 39}


def test_numbers_between_the_books_and_the_fill_on_show_are_asked_for():
    notes, _asked = looked(
        [("PumpEndOfTransactionStatus", ENDED | {"Transaction": 2})], booked={PumpNumber(1): 65_534}
    )
    assert {fill.transaction for fill in notes.fills} == {65_535, 1, 2}
    notes, asked = looked([WORDS[Seen.ENDED]], booked={PumpNumber(1): 37})
    assert {fill.transaction for fill in notes.fills} == {37}
    assert "PumpGetTransactionInformation" not in asked


def test_another_controllers_numbers_are_not_ours():
    notes, asked = looked([WORDS[Seen.ENDED]], booked={PumpNumber(1): 4_000})
    assert {fill.transaction for fill in notes.fills} == {37}
    assert "PumpGetTransactionInformation" not in asked


def test_a_pump_that_cannot_be_heard_keeps_its_fill():
    notes, asked = looked([WORDS[Seen.FILLING], WORDS[Seen.OFFLINE], WORDS[Seen.OFFLINE], WORDS[Seen.ENDED]])
    assert [fill.transaction for fill in notes.fills] == [37]
    assert "PumpGetTransactionInformation" not in asked
