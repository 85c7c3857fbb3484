"""What the seed decides: the options of a history, and every throw of its dice."""

import random
from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True, slots=True)
class Options:
    """How a history is. Shares are of 1; times in seconds of the story."""

    stations: int
    drivers: int
    seconds: float  # so long everybody is busy; then the faults stop
    lost: float = 0.0  # a message goes nowhere, on its way there or back
    doubled: float = 0.0  # it arrives twice, the second one later
    slow: float = 0.0  # it takes up to minutes instead of milliseconds
    gateway_silent: float = 0.0
    station_crash: float = 0.0  # at a step of a station's program
    cloud_crash: float = 0.0  # at a write of the cloud's
    cut_seconds: float = 0.0  # how long one station is cut off, once
    clock_hours: int = 0  # how far one station's clock is off, from some moment on
    restored: bool = False  # the cloud's disk is lost, and yesterday's copy is put in its place

    @classmethod
    def quiet(cls) -> Self:
        """Nothing goes wrong."""
        return cls(stations=2, drivers=3, seconds=300.0)

    @classmethod
    def drawn(cls, chance: random.Random) -> Self:
        """Each fault is there or not, and then seldom or often."""

        def share(most: float) -> float:
            return chance.choice([0.0, 0.0, most / 5, most])

        cut = chance.choice([0.0, 0.0, 90.0, 600.0, 7200.0, 86400.0])
        return cls(
            stations=chance.choice([1, 2, 3]),
            drivers=chance.choice([2, 4, 6]),
            seconds=600.0,
            lost=share(0.15),
            doubled=share(0.15),
            slow=share(0.15),
            gateway_silent=share(0.2),
            station_crash=share(0.01),
            cloud_crash=share(0.01),
            cut_seconds=cut,
            clock_hours=chance.choice([0, 0, 0, -24, 24, -2, 1]),
            restored=chance.random() < 0.25,
        )

    @property
    def has_night(self) -> bool:
        """A station that is cut off for hours: in between little happens, or nobody could wait for it."""
        return self.cut_seconds > 3600

    @property
    def cloud_seconds(self) -> float:
        """How often the cloud looks at what waits."""
        return 15.0 if not self.has_night else 60.0 if self.cut_seconds < 80_000 else 300.0

    def __str__(self) -> str:
        return ", ".join(f"{field.name}={getattr(self, field.name)}" for field in fields(self))


class Dice:
    """Every throw comes from the seed; once it is `calm`, nothing goes wrong any more."""

    def __init__(self, seed: int, options: Options | None = None) -> None:
        self.chance = random.Random(seed)
        self.options = options or Options.drawn(self.chance)
        self.calm = False

    def happens(self, share: float) -> bool:
        return not self.calm and share > 0 and self.chance.random() < share

    def does(self, share: float) -> bool:
        """The same for what people do, which goes on in quiet times too."""
        return self.chance.random() < share

    def between(self, least: float, most: float) -> float:
        return round(self.chance.uniform(least, most), 3)

    def delay(self) -> float:
        """How long a message is on its way."""
        if self.happens(self.options.slow):
            return self.between(1.0, 120.0)
        return self.between(0.002, 0.08)
