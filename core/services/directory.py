"""Tell the cloud's directory what this station is and what it charges."""

from dataclasses import dataclass

from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_station
from core.protocol.codec import wrap


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What stands on the sign. Coordinates are GCJ-02 degrees."""

    name: str
    address: str
    latitude: float
    longitude: float


class DirectoryDesk:
    """The station's entry in the public directory."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity, facts: StationFacts) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._facts = facts

    def describe(self) -> None:
        """Post who we are, our pumps and our prices; told at every start, so that the directory cannot drift."""
        with self._work() as work:
            self.describe_with(work)

    def describe_with(self, work: Work) -> None:
        """The same with a commit of somebody else's."""
        now = self._clock.now()
        described = from_station.StationDescribed(
            name=self._facts.name,
            address=self._facts.address,
            lat=self._facts.latitude,
            lng=self._facts.longitude,
            pumps=[
                from_station.DescribedPump(
                    pump=pump.number,
                    nozzles=[
                        from_station.DescribedNozzle(nozzle=nozzle.number, grade=nozzle.grade)
                        for nozzle in pump.nozzles
                    ],
                )
                for pump in work.forecourt.pumps()
            ],
        )
        work.messages.post(wrap(described, self._ids(), now))
        prices = from_station.PricesChanged.of(work.prices.board(), work.prices.open_changes())
        work.messages.post(wrap(prices, self._ids(), now))
