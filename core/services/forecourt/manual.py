"""Fills at pumps that nobody is connected to: a person keys what the pump shows, and it becomes a fill like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.counter import CounterSnapshot, CounterWhy, NozzleCount
from core.domain.events.keyed import CounterReplaced, FillKeyed
from core.domain.events.pumps import FillFinished
from core.domain.fill import Fill, FillSource
from core.domain.ids import (
    ApprovalId,
    CounterSnapshotId,
    FillId,
    NozzleNumber,
    PumpNumber,
    StaffId,
)
from core.domain.keyed_fill import KeyedFill, believed
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import Nozzle, Pump
from core.domain.refusals.keyed import KeyedFillEmpty, PumpIsConnected
from core.domain.refusals.pumps import PriceNotConfirmed, PumpNotFound
from core.domain.staff import Permission
from core.domain.words import one_line
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work

LONGEST_REASON = 200
_MOST_NOZZLES = 100


@dataclass(frozen=True, slots=True)
class ManualPump:
    """A pump without a line, with what is known of its nozzles."""

    pump: Pump
    prices: Mapping[NozzleNumber, UnitPrice]
    counters: Mapping[NozzleNumber, Litres]  # as they were read last


class ManualDesk:
    """`pumps` are those that nobody is connected to."""

    def __init__(
        self, work: UnitOfWork, clock: Clock, ids: Identity, pumps: frozenset[PumpNumber] = frozenset()
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self.pumps = pumps

    def view(self) -> Sequence[ManualPump]:
        """Every such pump, by number."""
        if not self.pumps:
            return ()
        with self._work.reading() as work:
            pumps = [pump for pump in work.forecourt.pumps() if pump.number in self.pumps]
            return [
                ManualPump(
                    pump,
                    {
                        each.number: price
                        for each in pump.nozzles
                        if (price := _price(work, each)) is not None
                    },
                    {
                        each.number: read
                        for each in pump.nozzles
                        if (read := _counter(work, each)) is not None
                    },
                )
                for pump in pumps
            ]

    def key(self, keyed: KeyedFill, by: StaffId, approval: ApprovalId | None = None) -> Fill:
        """Book what was read. The counter goes on from what was keyed, or from the litres where it was not.

        Raises PumpIsConnected, PumpNotFound, PriceNotConfirmed, NotAllowed, and what `believed` raises; where the counter
        was replaced, ApprovalNeeded.
        """
        if keyed.pump not in self.pumps:
            raise PumpIsConnected(keyed.pump)
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            nozzle = work.forecourt.pump(keyed.pump).nozzle(keyed.nozzle)
            if nozzle is None:
                raise PumpNotFound(keyed.pump, keyed.nozzle)
            price = _price(work, nozzle)
            if price is None:
                raise PriceNotConfirmed(keyed.pump, keyed.nozzle)
            before = _counter(work, nozzle)
            why = one_line(keyed.replaced)[:LONGEST_REASON]
            if why and keyed.counter is None:
                raise KeyedFillEmpty(keyed.pump)  # a new counter is one that was read
            found = believed(keyed, before, price)
            approver = None
            if why:
                leave = work.rights.check(by, Permission.BOOK_MISSING, approval, subject=nozzle.id)
                approver = leave.approver
                replaced = CounterReplaced(
                    keyed.pump, keyed.nozzle, _millilitres(before), _millilitres(keyed.counter), why
                )
                work.record(replaced, actor=by, approver=approver)
            counter = keyed.counter
            if counter is None and before is not None:
                counter = before + found.volume
            fill = self._fill(work, keyed, nozzle, found.volume, price, found.amount, counter)
            work.fills.save(fill)
            if counter is not None:
                self._count(work, fill, counter)
            figures = (found.volume.millilitres, found.amount.fen)
            finished = FillFinished(fill.id, fill.pump, fill.nozzle, *figures, fill.agrees())
            work.record(finished, actor=by)
            told = FillKeyed(
                fill.id,
                fill.pump,
                fill.nozzle,
                *figures,
                _millilitres(counter),
                found.unexplained.millilitres,
            )
            work.record(told, actor=by, approver=approver)
        return fill

    def _fill(  # noqa: PLR0917 - what a fill is made of
        self,
        work: Work,
        keyed: KeyedFill,
        nozzle: Nozzle,
        volume: Litres,
        price: UnitPrice,
        amount: Money,
        counter: Litres | None,
    ) -> Fill:
        now = self._clock.now()
        shift = work.shifts.current()
        return Fill(
            FillId(self._ids()),
            keyed.pump,
            keyed.nozzle,
            nozzle.grade,
            _free_number(work, keyed, now),
            volume,
            price,
            amount,
            None,
            now,
            now,
            shift=shift.id if shift else None,
            totaliser=counter,
            source=FillSource.KEYED,
            timed=False,
        )

    def _count(self, work: Work, fill: Fill, counter: Litres) -> None:
        """What ran beside the fill was asked about and is in the journal: from here on it is explained."""
        at = fill.ended_at
        work.counters.save_explained(NozzleCount(fill.pump, fill.nozzle, counter, counter, at))
        work.counters.add(
            CounterSnapshot(
                CounterSnapshotId(self._ids()),
                fill.pump,
                fill.nozzle,
                at,
                counter,
                CounterWhy.FILL,
                fill=fill.id,
                shift=fill.shift,
            )
        )


def _free_number(work: Work, keyed: KeyedFill, now: datetime) -> int:
    """Below zero: no controller has a number for it. Two fills of one moment have two."""
    number = -int(keyed.nozzle)
    while work.fills.find(keyed.pump, number, now) is not None:
        number -= _MOST_NOZZLES
    return number


def _price(work: Work, nozzle: Nozzle) -> UnitPrice | None:
    """What is in the pump as far as anybody said so, else what the station asks for the grade."""
    return work.prices.nozzle_prices().get(nozzle.id) or work.prices.board().of(nozzle.grade)


def _counter(work: Work, nozzle: Nozzle) -> Litres | None:
    count = work.counters.explained(nozzle.pump, nozzle.number)
    return count.explained if count is not None else None


def _millilitres(counter: Litres | None) -> int:
    return counter.millilitres if counter is not None else 0
