"""A lying cylinder with fuel over water: what happens in it, and what a probe would tell of it."""

import math
import random
import threading
from dataclasses import dataclass, field
from datetime import datetime

TANK_DELIVERING = 1
HEIGHT_BAD = 4
EXPANSION_PER_DEGREE = 0.00115  # of petrol, roughly; enough for a tank that warms up


@dataclass(slots=True)
class Delivery:
    began: datetime
    ended: datetime
    before: tuple[float, ...]
    """Litres, litres at the console's standard, water height, temperature."""
    after: tuple[float, ...]
    heights: tuple[float, float]


@dataclass(slots=True)
class Tank:
    """Litres, millimetres and degrees Celsius. What is true is kept; what the probe tells has its noise."""

    number: int
    litres: float = 20_000.0
    capacity: float = 30_000.0
    diameter: float = 2_500.0
    water: float = 0.0
    temperature: float = 18.0
    noise: float = 0.0
    """Standard deviation of the height that the probe tells, in millimetres."""
    leak_per_hour: float = 0.0
    product: str = "1"
    probe: str = "ok"
    """Or "bad" for a height that is not valid, "out" for a probe that does not answer."""
    alarms: set[int] = field(default_factory=set)
    delivering: bool = False
    deliveries: list[Delivery] = field(default_factory=list)

    def height_of(self, litres: float) -> float:
        """The height in millimetres that holds so much, by halving."""
        low, high = 0.0, self.diameter
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.held_at(middle) < litres else (low, middle)
        return (low + high) / 2

    def held_at(self, height: float) -> float:
        """What lies below this height: the segment of a circle, as long as the capacity asks for."""
        radius = self.diameter / 2
        depth = min(max(height, 0.0), self.diameter)
        segment = radius * radius * math.acos((radius - depth) / radius) - (radius - depth) * math.sqrt(
            max(0.0, 2 * radius * depth - depth * depth)
        )
        return self.capacity * segment / (math.pi * radius * radius)

    def told(self, chance: random.Random) -> tuple[float, ...]:
        """Volume, volume at 15 degrees, ullage, height, water height, temperature, water volume."""
        water_litres = self.held_at(self.water)
        height = self.height_of(self.litres + water_litres)
        height = min(self.diameter, max(0.0, height + chance.gauss(0, self.noise) if self.noise else height))
        whole = self.held_at(height)
        fuel = max(0.0, whole - water_litres)
        corrected = fuel * (1 - EXPANSION_PER_DEGREE * (self.temperature - 15.0))
        return (fuel, corrected, self.capacity - whole, height, self.water, self.temperature, water_litres)


class Farm:
    """Every tank of the console, behind one lock."""

    def __init__(self, tanks: list[Tank], seed: int = 1) -> None:
        self.lock = threading.Lock()
        self.tanks = {tank.number: tank for tank in tanks}
        self.chance = random.Random(seed)  # noqa: S311 - a probe's noise, not a secret

    def draw(self, number: int, litres: float) -> None:
        with self.lock:
            tank = self.tanks[number]
            tank.litres = max(0.0, tank.litres - litres)

    def deliver(
        self, number: int, litres: float, began: datetime, ended: datetime, temperature: float
    ) -> None:
        """A truck that is unloaded in one go, and mixes its temperature in."""
        with self.lock:
            tank = self.tanks[number]
            before, low = _figures(tank), tank.height_of(tank.litres)
            whole = tank.litres + litres
            tank.temperature = (tank.litres * tank.temperature + litres * temperature) / whole
            tank.litres = min(tank.capacity, whole)
            after, high = _figures(tank), tank.height_of(tank.litres)
            tank.deliveries = [*tank.deliveries[-9:], Delivery(began, ended, before, after, (low, high))]

    def pass_time(self, seconds: float) -> None:
        """What leaks does so meanwhile."""
        with self.lock:
            for tank in self.tanks.values():
                tank.litres = max(0.0, tank.litres - tank.leak_per_hour * seconds / 3_600)

    def change(self, number: int, **changes: object) -> None:
        """Set water, temperature, noise, leak_per_hour, probe, alarms or delivering of a tank."""
        with self.lock:
            for name, value in changes.items():
                setattr(self.tanks[number], name, value)


def _figures(tank: Tank) -> tuple[float, ...]:
    corrected = tank.litres * (1 - EXPANSION_PER_DEGREE * (tank.temperature - 15.0))
    return (tank.litres, corrected, tank.water, tank.temperature)


def usual_tanks(count: int) -> list[Tank]:
    """Tanks of thirty thousand litres, each a little fuller than the one before."""
    return [
        Tank(number, litres=12_000.0 + 1_500.0 * number, water=8.0, noise=0.05)
        for number in range(1, count + 1)
    ]
