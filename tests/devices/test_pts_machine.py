"""Driver, simulated controller and the station's books on SQLite as one machine: replies lost, doubled and reordered, restarts."""

import logging
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.devices.links.link import AnswerMissing, NotReached
from core.devices.pumps.pts import controller, counting, dialogue, missed, pricing, watch
from core.devices.pumps.pts.controller import PtsForecourt
from core.domain.faults import Fault
from core.domain.ids import PumpNumber
from core.simulated.pts_controller import messages
from core.simulated.pts_controller.errors import MessageRefused, NotPossible
from core.simulated.pts_controller.forecourt import Forecourt
from core.simulated.pts_controller.pump import Customer, State
from core.simulated.pts_controller.site import Site, usual_site
from tests.devices.rig import GRADES, PUMPS
from tests.devices.station_books import StationBooks, attempt
from tests.second_opinion_controller.rig import laid_out

TWO = PUMPS[:2]
NUMBERS = tuple(pump.number for pump in TWO)
EVILS = ("unsent", "unheard", "lost", "half", "doubled", "reversed", "fine")
BEGAN = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


class Time:
    """Goes on by itself with every question, for both ends."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        return self.passed


class _Now:
    """The time of the machine that runs, for the driver's patience with counters."""

    time = Time()

    @classmethod
    def monotonic(cls) -> float:
        return cls.time.passed


class EvilWire:
    """Brings questions to the controller in this process, as well as it is told to."""

    def __init__(self, forecourt: Forecourt, site: Site, time: Time) -> None:
        self._forecourt, self._user, self._time = forecourt, site.users[0], time
        self.evils: list[str] = []

    def ask(self, question: bytes) -> bytes:
        self._time.passed += 0.1
        evil = self.evils.pop(0) if self.evils else "fine"
        if evil == "unsent":
            raise NotReached("no way")
        if evil == "unheard":
            raise AnswerMissing("it did not arrive")
        try:
            answer = messages.answer(self._forecourt, self._user, messages.read(question))
        except MessageRefused as refused:
            answer = messages.refusal(refused)
        packets: Any = answer.get("Packets", [])
        if evil == "lost":
            raise AnswerMissing("it was done")
        if evil == "doubled":
            answer = answer | {"Packets": [each for each in packets for _again in range(2)]}
        if evil == "reversed":
            answer = answer | {"Packets": packets[::-1]}
        body = messages.write(answer).encode()
        return body[: len(body) // 2] if evil == "half" else body


class StationAndController(RuleBasedStateMachine):
    """Two pumps, one till that may die, one controller that may start again."""

    blank: Path

    def __init__(self) -> None:
        super().__init__()
        self.time = _Now.time = Time()
        site = usual_site(pumps=2)
        site = Site(site.grades, site.pumps, site.tanks, site.users, first_transaction=65_533)
        self.real = Forecourt(site, self.time)
        self.wire = EvilWire(self.real, site, self.time)
        self.folder = tempfile.TemporaryDirectory()
        self.books = StationBooks(Path(self.folder.name) / "station.db", self.blank, self.time)
        self.begin()
        for pump in NUMBERS:  # what was before the first fill in the books is nobody's to ask for
            self.poll()
            self.authorise(pump, 1_000)
            self.lift(pump)
            self.flow(60)
            self.hang_up(pump)
            self.poll()

    def begin(self) -> None:
        self.driver = PtsForecourt(self.wire, TWO, GRADES, self.time, booked=self.books.newest)
        self.books.open(self.driver)
        self.watch = self.driver.watch()
        self.is_up = False

    pumps = st.sampled_from(NUMBERS)

    @rule(evils=st.lists(st.sampled_from(EVILS), max_size=4))
    def go_wrong(self, evils: list[str]) -> None:
        self.wire.evils = evils

    @rule()
    def poll(self) -> None:
        try:
            self.watch.look(self.books)
        except Fault:
            self.watch.went_silent(self.books)
            self.is_up = False
        else:
            came_back, self.is_up = not self.is_up, True
            if came_back:
                self.books.came_back()

    @rule(chore=st.sampled_from(["reconcile", "heal", "find_out_unclear"]))
    def a_chore_is_done(self, chore: str) -> None:
        attempt(getattr(self.books.desk, chore))

    @rule(pump=pumps, fen=st.integers(100, 30_000))
    def authorise(self, pump: PumpNumber, fen: int) -> None:
        self.books.release(pump, fen)

    @rule(pump=pumps)
    def take_back(self, pump: PumpNumber) -> None:
        self.books.take_back(pump)

    @rule(pump=pumps, deed=st.sampled_from(["suspend", "resume", "lock", "unlock"]))
    def restrain(self, pump: PumpNumber, deed: str) -> None:
        attempt(lambda: getattr(self.driver, deed)(pump))

    @rule()
    def emergency(self) -> None:
        self.wire.evils = []  # it asks from several threads: nobody could say which question is met
        self.books.emergency()

    @rule(pump=pumps)
    def lift(self, pump: PumpNumber) -> None:
        self.time.passed += 2
        with suppress(NotPossible):
            self.real.at_pump(pump, lambda each: each.lift(1, self.real.now()))
            self.real.at_pump(pump, lambda each: each.pull_trigger(Customer(hangs_up=False)))

    @rule(seconds=st.integers(1, 60))
    def flow(self, seconds: int) -> None:
        self.time.passed += seconds
        self.real.advance(seconds * 1_000)

    @rule(pump=pumps)
    def hang_up(self, pump: PumpNumber) -> None:
        with suppress(NotPossible):
            self.real.at_pump(pump, lambda each: each.hang_up(self.real.now()))

    @precondition(lambda self: self.can_fill_by_hand())
    @rule(millilitres=st.integers(1, 5_000).map(lambda each: each * 10))
    def fill_by_hand(self, millilitres: int) -> None:
        self.time.passed += 5
        with suppress(NotPossible):
            self.real.fill_by_hand(2, 1, millilitres)

    @rule(pump=pumps)
    def cut_the_pumps_cable(self, pump: PumpNumber) -> None:
        self.real.set_online(pump, False)

    @rule(pump=pumps)
    def mend_the_pumps_cable(self, pump: PumpNumber) -> None:
        self.real.set_online(pump, True)

    @rule()
    def controller_starts_again(self) -> None:
        with self.real.lock:
            self.real.forget_what_restarting_loses()
        self.wire.evils = ["unsent"] * 3

    @rule()
    def till_starts_again(self) -> None:
        self.books.close()
        self.begin()

    @invariant()
    def nothing_is_booked_that_was_not_filled(self) -> None:
        booked = self.booked()
        assert not booked - Counter(self.truth()), "a fill that nobody made, or one that was booked twice"

    def teardown(self) -> None:
        try:
            self.settle()
            moved = Counter(figures for figures in self.truth() if figures[2])
            assert self.booked() == moved, (moved - self.booked(), self.booked() - moved)
            assert self.books.missing.proposed() == [], "nothing was missing"
            counters = self.counters()
            assert set(self.books.counts) == set(counters), "a nozzle that was never counted"
            assert all(self.books.counts[each].volume.millilitres <= counters[each] for each in counters)
        finally:
            self.real.journal.close()
            self.books.close()
            self.folder.cleanup()

    def settle(self) -> None:
        """Everything comes back, and everybody goes home."""
        self.wire.evils = []
        for pump in NUMBERS:
            self.real.set_online(pump, True)
        for turn in range(40):
            for pump in NUMBERS:
                self.hang_up(pump)
                if turn < 3:
                    self.take_back(pump)
            self.time.passed += 2
            self.poll()
            if turn % 10 == 9:
                self.books.came_back()

    def booked(self) -> "Counter[tuple[int, int, int, int]]":
        return Counter(
            (fill.pump, fill.transaction, fill.volume.millilitres, fill.amount.fen)
            for fill in self.books.fills()
        )

    def counters(self) -> dict[tuple[int, int], int]:
        return {
            (pump.id, place): nozzle.totaliser_ml
            for pump in self.real.pumps.values()
            for place, nozzle in enumerate(pump.nozzles, 1)
        }

    def can_fill_by_hand(self) -> bool:
        return self.real.pumps[2].state is State.IDLE and not self.real.pumps[2].nozzle_up

    def truth(self) -> set[tuple[int, int, int, int]]:
        return {
            (record.pump, record.transaction_number, record.volume_ml, record.amount_fen)
            for record in self.real.journal.ledger()
        }


def a_few_turns(_seconds: float) -> Iterator[None]:
    """Time goes on with each question: there is nothing to wait for."""
    yield from [None] * 4


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    # What goes wrong here is told by warnings, as it should be; a bug of ours would be an error.
    for room in ("core.devices.pumps", "core.services"):
        caplog.set_level(logging.ERROR, room)
    monkeypatch.setattr(missed, "ASK_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(watch, "TELL_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(counting, "time", _Now)
    monkeypatch.setattr(counting, "TURN_SECONDS", 0.0)  # all is on one thread: waiting would be in vain
    for module in (dialogue, controller, counting, pricing):
        monkeypatch.setattr(module, "turns", a_few_turns)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station of two pumps as it is laid out."""
    return laid_out(tmp_path_factory.mktemp("laid-out"), len(TWO))


def test_no_fill_is_lost_or_doubled_whatever_goes_wrong(blank: Path):
    run_state_machine_as_test(
        type("Machine", (StationAndController,), {"blank": blank}),
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
            deadline=None,
            phases=[
                Phase.generate
            ],  # a failing day is long whatever is cut from it, and shrinking it takes minutes
        ),
    )


@pytest.mark.long
def test_no_fill_is_lost_or_doubled_in_a_campaign(blank: Path):
    run_state_machine_as_test(
        type("Machine", (StationAndController,), {"blank": blank}),
        settings=settings(
            max_examples=1_500, stateful_step_count=80, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )
