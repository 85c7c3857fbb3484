"""Random days at another controller: whatever goes wrong, in the end the books have what flowed."""

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from core.domain.counter import CounterWhy
from core.domain.faults import Fault
from core.domain.ids import PumpNumber
from core.domain.money import Money
from core.domain.pump import Preset, PresetKind
from core.domain.refusals.refusal import Refusal
from tests.second_opinion_controller.channel import LAST_NUMBER
from tests.second_opinion_controller.front import half, in_chunks, sent, silence
from tests.second_opinion_controller.rig import FULL, Site
from tests.waiting import eventually

_COMMANDS = ("PumpAuthorize", "PumpCloseTransaction", "PumpGetStatus", "PumpGetTotals", "PumpStop", "Report")


class Day:
    """One step after another, chosen by chance."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site, self.chance = site, random.Random(seed)
        self._pumps = tuple(site.controller.dispensers)
        self._steps: tuple[tuple[int, Callable[[int], None]], ...] = (
            (8, self._release), (8, self._lift), (12, self._squeeze), (8, self._hang_up), (2, self._take_back),
            (2, self._pull_the_pumps_cable), (3, self._plug_the_pumps_cable), (4, self._spoil), (1, self._cut),
            (2, self._connect), (1, self._restart_the_controller), (1, self._restart_the_till), (1, self._emergency),
            (3, self._look),
        )  # fmt: skip
        for channel in site.controller.channels.values():
            channel.number = LAST_NUMBER - self.chance.randrange(6)

    def play(self, steps: int) -> None:
        """So many, and nobody waits for what came of one before the next."""
        weights = [weight for weight, _step in self._steps]
        for _number in range(steps):
            [(_weight, step)] = self.chance.choices(self._steps, weights)
            with suppress(Refusal, Fault):
                step(self.chance.choice(self._pumps))

    def settle(self) -> None:
        """Everything works again, everybody goes home, and what only counters tell is looked at."""
        site = self.site
        site.front.be_good()
        self._connect(0)
        for pump in self._pumps:
            self._plug_the_pumps_cable(pump)
            self._hang_up(pump)
        site.until_all_report()
        with suppress(Refusal, Fault):
            site.till.forecourt.stop_all(site.manager)
        eventually(
            lambda: not any(each.running for each in site.controller.dispensers.values()), "all pumps stand"
        )
        with suppress(Refusal, Fault):
            site.till.forecourt.release_all(site.manager)
        site.until_the_books_are_true(40)
        site.till.forecourt.heal(CounterWhy.CHECK)
        assert site.proposed() == 0, "nothing was missing"

    # --- steps -----------------------------------------------------------------------------------------------------------

    def _release(self, pump: int) -> None:
        amount = Money(self.chance.choice((5_000, 10_000, 12_345)))
        self.site.ask(
            pump,
            self.chance.choice((1, 2)),
            self.chance.choice((FULL, Preset(PresetKind.AMOUNT, amount=amount))),
        )

    def _lift(self, pump: int) -> None:
        dispenser = self.site.controller.dispensers[pump]
        if not dispenser.up:
            leave = dispenser.leave
            self.site.lift(pump, leave.nozzles[0] if leave else self.chance.choice((1, 2)))

    def _squeeze(self, pump: int) -> None:
        self.site.squeeze(pump, self.chance.randrange(10, 9_000))

    def _hang_up(self, pump: int) -> None:
        if self.site.controller.dispensers[pump].up:
            self.site.hang_up(pump)

    def _take_back(self, pump: int) -> None:
        self.site.till.forecourt.cancel(PumpNumber(pump), self.site.manager)

    def _pull_the_pumps_cable(self, pump: int) -> None:
        self.site.unplug(pump)

    def _plug_the_pumps_cable(self, pump: int) -> None:
        self.site.unplug(pump, plugged=True)

    def _spoil(self, pump: int) -> None:
        how = self.chance.choice(
            (silence, half, in_chunks, lambda _text: sent("{"), lambda _text: sent("null"))
        )
        self.site.front.spoil(self.chance.choice(_COMMANDS), how, self.chance.randrange(1, 3))

    def _cut(self, pump: int) -> None:
        self.site.front.cut()

    def _connect(self, pump: int) -> None:
        if not self.site.front.is_connected:
            self.site.front.connect()

    def _restart_the_controller(self, pump: int) -> None:
        self._cut(pump)
        self.site.controller.restart()
        self._connect(pump)

    def _restart_the_till(self, pump: int) -> None:
        self.site.shut()
        self.site.open(wait=False)

    def _emergency(self, pump: int) -> None:
        self.site.till.forecourt.stop_all(self.site.manager)
        self.site.till.forecourt.release_all(self.site.manager)

    def _look(self, pump: int) -> None:
        state = self.site.state(pump)
        with suppress(AssertionError):
            eventually(lambda: self.site.state(pump) != state, "something happens", 0.3)


def test_a_random_day_ends_with_books_that_are_true(new_site):
    _one_day(new_site(pumps=6), seed=20261123, steps=80)


@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", range(60))
def test_many_random_days_end_with_books_that_are_true(new_site, seed):
    _one_day(new_site(pumps=16), seed=seed, steps=600)


def _one_day(site: Site, seed: int, steps: int) -> None:
    site.open()
    day = Day(site, seed)
    day.play(steps)
    day.settle()
