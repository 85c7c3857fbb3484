"""Schedule, withdraw, and apply price changes nozzle by nozzle while the pump is idle."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.events.prices import NozzlePriceApplied, PriceApplied, PriceScheduled, PriceWithdrawn
from core.domain.faults import Fault
from core.domain.ids import ApprovalId, GradeCode, NozzleNumber, PriceChangeId, StaffId, nozzle_id
from core.domain.price import PriceBoard, PriceChange, PriceChangeState, UnitPrice, check_new_change
from core.domain.product import FuelGrade
from core.domain.pump import Nozzle, Pump, PumpState
from core.domain.refusals.pumps import GradeNotFound, PumpBusy, PumpRefused
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.forecourt import Forecourt
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_station
from core.protocol.codec import wrap

_log = logging.getLogger(__name__)
_RECENT = 20


@dataclass(frozen=True, slots=True)
class PriceView:
    """The price board as the manager sees it. A nozzle's price is the one its pump confirmed last."""

    grades: tuple[FuelGrade, ...]
    board: PriceBoard
    changes: tuple[PriceChange, ...]
    nozzles: tuple[tuple[Nozzle, UnitPrice | None], ...]


class PriceDesk:
    """Prices. Anyone with the right schedules; only the program that owns the pumps is built with `pumps`."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity, pumps: Forecourt | None = None) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._pumps = pumps

    def view(self) -> PriceView:
        """Board, changes and what each nozzle has."""
        with self._work.reading() as work:
            confirmed = work.prices.nozzle_prices()
            return PriceView(
                tuple(work.forecourt.grades()),
                work.prices.board(),
                tuple(work.prices.recent_changes(_RECENT)),
                tuple(
                    (nozzle, confirmed.get(nozzle.id))
                    for pump in work.forecourt.pumps()
                    for nozzle in pump.nozzles
                ),
            )

    def schedule(
        self,
        grade: GradeCode,
        price: UnitPrice,
        due_at: datetime,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> PriceChange:
        """Plan a new price; an agreement is for this grade at this price.

        Raises PriceChangeInThePast, PriceChangeTwice, PriceOutOfRange, GradeNotFound, ApprovalNeeded, ApprovalNotValid.
        """
        now = self._clock.now()
        with self._work() as work:
            leave = work.rights.check(by, Permission.SCHEDULE_PRICES, approval, f"{grade} {price.li}")
            if grade not in {known.code for known in work.forecourt.grades()}:
                raise GradeNotFound(grade)
            check_new_change(grade, price, due_at, now, tuple(work.prices.open_changes()))
            change = PriceChange(PriceChangeId(self._ids()), grade, price, due_at, by, now)
            work.prices.save(change)
            told = PriceScheduled(change.id, grade, price.li, due_at.isoformat())
            work.record(told, actor=by, approver=leave.approver)
            self._tell_cloud(work)
        return change

    def withdraw(self, change: PriceChangeId, by: StaffId, approval: ApprovalId | None = None) -> PriceChange:
        """Take a planned change back before its moment. Raises PriceChangeClosed, ApprovalNeeded, ApprovalNotValid."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.SCHEDULE_PRICES, approval, change)
            withdrawn = work.prices.change(change).withdrawn()
            work.prices.save(withdrawn)
            work.record(PriceWithdrawn(change), actor=by, approver=leave.approver)
            self._tell_cloud(work)
        return withdrawn

    def apply_due(self) -> None:
        """Chore of the pumps' owner: give every idle pump the prices it should have by now.

        A pump that is not idle is tried again; what it is filling keeps the price it began with.
        """
        if self._pumps is None:
            return
        wanted = self._begin_due()
        with self._work.reading() as work:
            pumps = work.forecourt.pumps()
            readings = work.forecourt.readings()
            confirmed = work.prices.nozzle_prices()
        for pump in pumps:
            prices = _prices_for(pump, wanted)
            reading = readings.get(pump.number)
            if reading is None or reading.state is not PumpState.IDLE or not prices:
                continue
            if any(
                confirmed.get(nozzle_id(pump.number, number)) != price for number, price in prices.items()
            ):
                self._give(pump, prices)
        self._finish_applied()

    def read_confirmed(self) -> None:
        """At start: ask every pump what prices are in it, so that one that was changed behind us is set right."""
        if self._pumps is None:
            return
        with self._work.reading() as work:
            pumps = work.forecourt.pumps()
        for pump in pumps:
            try:
                prices = self._pumps.prices(pump.number)
            except (Fault, PumpBusy, PumpRefused) as refusal:
                _log.info("prices of pump %s cannot be read: %s", pump.number, refusal)
                continue
            with self._work() as work:
                for nozzle in pump.nozzles:
                    if nozzle.number in prices:
                        work.prices.set_nozzle_price(nozzle.id, prices[nozzle.number])

    def _begin_due(self) -> Mapping[GradeCode, UnitPrice]:
        """Mark due changes as applying; what each grade should cost at the pumps from now on."""
        now = self._clock.now()
        with self._work.reading() as work:
            wanted = dict(work.prices.board().prices)
            due = [change for change in work.prices.open_changes() if change.due_at <= now]
        newest = _newest_by_grade(due)
        if any(change.state is PriceChangeState.SCHEDULED for change in due) or len(newest) < len(due):
            with self._work() as work:
                due = [change for change in work.prices.open_changes() if change.due_at <= now]
                newest = _newest_by_grade(due)
                for change in due:
                    # Two changes of a grade, both due: the later one is the law, the earlier would only undo it.
                    last = newest[change.grade].id == change.id
                    work.prices.save(change.applying() if last else change.superseded())
        return wanted | {grade: change.price for grade, change in newest.items()}

    def _give(self, pump: Pump, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        assert self._pumps is not None
        try:
            self._pumps.set_prices(pump.number, prices)
        except (PumpBusy, PumpRefused, Fault) as refusal:
            _log.info("pump %s does not take its price yet: %s", pump.number, refusal)
            return
        with self._work() as work:
            applying = {
                change.grade: change
                for change in work.prices.open_changes()
                if change.state is PriceChangeState.APPLYING
            }
            for nozzle in pump.nozzles:
                price = prices[nozzle.number]
                work.prices.set_nozzle_price(nozzle.id, price)
                change = applying.get(nozzle.grade)
                if change is not None and change.price == price:
                    applying[nozzle.grade] = change = change.with_nozzle(nozzle.id)
                    work.prices.save(change)
                    work.record(NozzlePriceApplied(change.id, nozzle.id, price.li))

    def _finish_applied(self) -> None:
        with self._work.reading() as work:
            confirmed = work.prices.nozzle_prices()
            nozzles = [nozzle for pump in work.forecourt.pumps() for nozzle in pump.nozzles]
            applying = [
                change for change in work.prices.open_changes() if change.state is PriceChangeState.APPLYING
            ]
        for change in applying:
            if all(confirmed.get(n.id) == change.price for n in nozzles if n.grade == change.grade):
                with self._work() as work:
                    now = self._clock.now()
                    work.prices.save(work.prices.change(change.id).applied(now))
                    work.prices.set_board(change.grade, change.price, now)
                    work.record(PriceApplied(change.id, change.grade, change.price.li))
                    self._tell_cloud(work)

    def _tell_cloud(self, work: Work) -> None:
        work.messages.post(
            wrap(
                from_station.PricesChanged.of(work.prices.board(), work.prices.open_changes()),
                self._ids(),
                self._clock.now(),
            )
        )


def _newest_by_grade(changes: Sequence[PriceChange]) -> dict[GradeCode, PriceChange]:
    return {change.grade: change for change in sorted(changes, key=lambda each: (each.due_at, each.id))}


def _prices_for(pump: Pump, wanted: Mapping[GradeCode, UnitPrice]) -> dict[NozzleNumber, UnitPrice]:
    """Every nozzle's price, or nothing where the board does not know one of its grades yet."""
    prices = {nozzle.number: wanted.get(nozzle.grade) for nozzle in pump.nozzles}
    known = {number: price for number, price in prices.items() if price is not None}
    return known if len(known) == len(prices) else {}
