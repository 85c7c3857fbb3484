"""Bring due prices into the pumps, nozzle by nozzle while a pump is idle, so that a power cut at any moment costs nothing."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from core.domain.controller import Totals
from core.domain.counter import CounterSnapshot, CounterWhy
from core.domain.events.prices import (
    NozzleNotSwitched,
    NozzlePriceApplied,
    PriceApplied,
    PriceComing,
    PriceExpired,
    PriceOvertaken,
)
from core.domain.events.pumps import PumpStopRequested
from core.domain.faults import Fault, PumpAnswerLost, PumpAnswerUnfit
from core.domain.ids import (
    AuthorisationId,
    CounterSnapshotId,
    GradeCode,
    NozzleId,
    NozzleNumber,
    PriceChangeId,
    PumpNumber,
)
from core.domain.price import PriceChange, PriceChangeState, UnitPrice, in_charge
from core.domain.price_switch import (
    TRIES,
    UNDER_WAY,
    BlockWhy,
    PriceBlock,
    PriceSwitch,
)
from core.domain.pump import AuthorisationState, Nozzle, Pump, PumpReading, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpRefused
from core.ports.clock import Clock
from core.ports.forecourt import Forecourt
from core.ports.identity import Identity
from core.ports.together import Together
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.prices.telling import tell_cloud

_log = logging.getLogger(__name__)
# A pump that cannot be heard sells nothing; a moment's silence is no reason to call it blocked.
_UNHEARD = (PumpState.OFFLINE, PumpState.UNKNOWN, PumpState.INOPERATIVE)
_PATIENCE = timedelta(minutes=1)
AHEAD = timedelta(minutes=30)
_LOOK_AGAIN = timedelta(seconds=20)
_NO_PRICE = UnitPrice(0)


class PriceSwitching:
    """What only the program that owns the pumps does about prices.

    Every nozzle of a due change gets a PriceSwitch in the commit that begins the change, so none is forgotten. It is
    saved as asked before its pump is asked and as confirmed, once and with its line in the journal, in the commit after
    the pump showed the price. A nozzle found asked after a power cut is asked again, which a pump does not mind. Pumps
    are asked `together`: each takes more than a second, and one that is silent must not keep the others at the old price.
    """

    def __init__(
        self,
        work: UnitOfWork,
        clock: Clock,
        ids: Identity,
        pumps: Forecourt,
        take_back_after: timedelta | None,
        *,
        together: Together,
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._pumps = pumps
        self._take_back_after = take_back_after
        self._together = together
        self._taken_back: set[AuthorisationId] = set()
        self._told: set[PriceChangeId] = set()  # of which the tills have heard that they come
        self._looked: dict[PumpNumber, datetime] = {}  # when a blocked pump was last asked what it shows
        self._silences: Counter[PumpNumber] = Counter()

    def read_confirmed(self) -> None:
        """At start: ask every pump what prices are in it, so that one that was changed behind us is set right."""
        with self._work.reading() as work:
            pumps = work.forecourt.pumps()
        self._together([partial(self._read_confirmed_of, pump) for pump in pumps])
        with self._work() as work:
            for block in work.prices.blocks().values():
                work.prices.save_block(replace(block, again=True))

    def _read_confirmed_of(self, pump: Pump) -> None:
        try:
            prices = self._pumps.prices(pump.number)
        except (Fault, PumpBusy, PumpRefused) as refusal:
            _log.info("prices of pump %s cannot be read: %s", pump.number, refusal)
            return
        with self._work() as work:
            for nozzle in pump.nozzles:
                if nozzle.number in prices:
                    work.prices.set_nozzle_price(nozzle.id, prices[nozzle.number])

    def apply_due(self) -> None:
        """Chore: give every idle pump the prices it should have by now.

        A pump that is not idle is tried again; what it is filling keeps the price it began with.
        """
        wanted = self._begin_due()
        with self._work.reading() as work:
            pumps = work.forecourt.pumps()
            readings = work.forecourt.readings()
            # Nearly always nothing is to be done: one look tells it of every pump.
            unsettled = {switch.nozzle for switch in work.prices.unsettled()}
            confirmed, blocks = work.prices.nozzle_prices(), work.prices.blocks()
        idle: list[Pump] = []
        for pump in pumps:
            if not any(
                nozzle.id in unsettled
                or nozzle.id in blocks
                or confirmed.get(nozzle.id) != wanted.get(nozzle.grade)
                for nozzle in pump.nozzles
            ):
                continue
            reading = readings.get(pump.number)
            if reading is not None and reading.state is PumpState.IDLE:
                idle.append(pump)
            else:
                self._wait_for(pump, reading)
        self._together([partial(self._switch, pump, wanted) for pump in idle])
        self._finish()

    # --- the moment --------------------------------------------------------------------------------------------------

    def _begin_due(self) -> Mapping[GradeCode, UnitPrice]:
        """Mark due changes as applying; what each grade should cost at the pumps from now on."""
        now = self._clock.now()
        with self._work.reading() as work:
            wanted = dict(work.prices.board().prices)
            changes = work.prices.open_changes()
            due = [change for change in changes if _is_due(change, now)]
            lapsed = [change for change in changes if _has_lapsed(change, now)]
            coming = [change for change in changes if self._is_news(change, now)]
            news = bool(lapsed or coming) or any(
                change.state is PriceChangeState.SCHEDULED
                or len(work.prices.switches(change.id)) < len(_nozzles_of(work, change.grade))
                for change in due
            )
        if news:
            with self._work() as work:
                for change in work.prices.open_changes():
                    if _has_lapsed(change, now):
                        work.prices.save(change.expired())
                        work.record(PriceExpired(change.id, change.grade, change.price.li))
                for change in coming:
                    told = PriceComing(change.id, change.grade, change.price.li, change.due_at.isoformat())
                    work.record(told)
                due = self._begin(work, now)
            self._told.update(change.id for change in coming)
        return wanted | {change.grade: change.price for change in due}

    def _is_news(self, change: PriceChange, now: datetime) -> bool:
        is_soon = now < change.due_at <= now + AHEAD
        return change.state is PriceChangeState.SCHEDULED and is_soon and change.id not in self._told

    def _begin(self, work: Work, now: datetime) -> list[PriceChange]:
        due = [change for change in work.prices.open_changes() if _is_due(change, now)]
        leading = in_charge(due)
        board = work.prices.board()
        for change in due:
            # Two changes of a grade, both due: the later one is the law, the earlier would only undo it.
            if leading[change.grade].id != change.id:
                work.prices.save(change.superseded())
                work.record(PriceOvertaken(change.id, change.grade, change.price.li))
        for change in leading.values():
            if change.state is PriceChangeState.SCHEDULED:
                work.prices.save(change.applying(board.of(change.grade)))
            _take_nozzles(work, change)
        return list(leading.values())

    # --- one pump ----------------------------------------------------------------------------------------------------

    def _switch(self, pump: Pump, wanted: Mapping[GradeCode, UnitPrice]) -> None:
        prices = _prices_for(pump, wanted)
        with self._work.reading() as work:
            confirmed = work.prices.nozzle_prices()
            open_ones = _open_switches(work, pump)
            blocks = work.prices.blocks()
        due = [
            nozzle.id
            for nozzle in pump.nozzles
            if nozzle.number in prices
            and (nozzle.id in open_ones or confirmed.get(nozzle.id) != prices[nozzle.number])
            and _may_be_asked(blocks.get(nozzle.id), prices[nozzle.number])
        ]
        # A pump takes the prices of all its nozzles at once, and a grade that the board does not know has none.
        if len(prices) < len(pump.nozzles):
            return
        if not due:
            if any(nozzle.id in blocks for nozzle in pump.nozzles):
                self._look_at_blocked(pump, prices)
            return
        try:
            counters = self._counters(pump)
            self._note_asked(pump, due, counters)
            self._pumps.set_prices(pump.number, prices)
            inside = self._pumps.prices(pump.number)
        except PumpBusy:
            return
        except PumpRefused as refused:
            _log.info("pump %s refuses its price: %s", pump.number, refused)
            self._note_blocked(pump, due, prices, BlockWhy.REFUSED, refused.controller_message)
        except (PumpAnswerLost, PumpAnswerUnfit) as lost:
            _log.info("pump %s did not confirm its price: %s", pump.number, lost.code)
            self._note_silent(pump, due, prices)
        except Fault as fault:
            _log.info("pump %s cannot be given its price yet: %s", pump.number, fault.code)
        else:
            self._silences[pump.number] = 0
            self._note_answer(pump, due, prices, inside)

    def _look_at_blocked(self, pump: Pump, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        """A controller may bring a price into its pumps long after it was asked: that is seen, without asking for more."""
        now = self._clock.now()
        if now - self._looked.get(pump.number, now - _LOOK_AGAIN) < _LOOK_AGAIN:
            return
        self._looked[pump.number] = now
        try:
            inside = self._pumps.prices(pump.number)
        except (Fault, PumpBusy, PumpRefused) as refusal:
            _log.info("prices of pump %s cannot be read: %s", pump.number, refusal)
            return
        there = {number: price for number, price in prices.items() if inside.get(number) == price}
        if there:
            self._note_answer(pump, [], prices, {**dict.fromkeys(prices, _NO_PRICE), **there})

    def _counters(self, pump: Pump) -> Mapping[NozzleNumber, Totals]:
        """What the counters show before the switch; nothing where the pump does not tell. Raises PumpBusy."""
        try:
            return self._pumps.totals(pump.number)
        except (PumpRefused, PumpAnswerLost, PumpAnswerUnfit) as untold:
            _log.info("pump %s does not tell its counters: %s", pump.number, untold)
            return {}

    def _note_asked(
        self, pump: Pump, due: Sequence[NozzleId], counters: Mapping[NozzleNumber, Totals]
    ) -> None:
        now = self._clock.now()
        with self._work() as work:
            open_ones = _open_switches(work, pump)
            confirmed = work.prices.nozzle_prices()
            for nozzle in pump.nozzles:
                switch = open_ones.get(nozzle.id)
                if nozzle.id not in due or switch is None:
                    continue
                totals = counters.get(nozzle.number)
                asked = switch.asked(
                    now,
                    confirmed.get(nozzle.id),
                    totals.volume if totals else None,
                    totals.amount if totals else None,
                )
                work.prices.save_switch(asked)
                if totals is not None and asked.asked_at == now:
                    work.counters.add(
                        CounterSnapshot(
                            CounterSnapshotId(self._ids()),
                            pump.number,
                            nozzle.number,
                            now,
                            totals.volume,
                            CounterWhy.PRICE_SWITCH,
                            totals.amount,
                        )
                    )

    def _note_answer(
        self,
        pump: Pump,
        due: Sequence[NozzleId],
        prices: Mapping[NozzleNumber, UnitPrice],
        inside: Mapping[NozzleNumber, UnitPrice],
    ) -> None:
        now = self._clock.now()
        with self._work() as work:
            open_ones = _open_switches(work, pump)
            for nozzle in pump.nozzles:
                price = prices[nozzle.number]
                # A pump that tells nothing now was heard when it was given its price, or the port had refused.
                shows = inside.get(nozzle.number, price)
                if shows != _NO_PRICE:
                    work.prices.set_nozzle_price(nozzle.id, shows)
                switch = open_ones.get(nozzle.id)
                if shows == price:
                    work.prices.unblock(nozzle.id)
                    if switch is not None and switch.price == price:
                        work.prices.save_switch(switch.confirmed(now))
                        change = work.prices.change(switch.change)
                        work.prices.save(change.with_nozzle(nozzle.id))
                        work.record(NozzlePriceApplied(change.id, nozzle.id, price.li))
                elif nozzle.id in due:
                    self._block(work, nozzle, switch, price, BlockWhy.OTHER_PRICE, inside=shows)

    def _note_blocked(
        self,
        pump: Pump,
        due: Sequence[NozzleId],
        prices: Mapping[NozzleNumber, UnitPrice],
        why: BlockWhy,
        told: str = "",
    ) -> None:
        with self._work() as work:
            open_ones = _open_switches(work, pump)
            for nozzle in pump.nozzles:
                if nozzle.id in due:
                    self._block(work, nozzle, open_ones.get(nozzle.id), prices[nozzle.number], why, told=told)

    def _note_silent(
        self, pump: Pump, due: Sequence[NozzleId], prices: Mapping[NozzleNumber, UnitPrice]
    ) -> None:
        """Asked again the next time round, but not for ever."""
        self._silences[pump.number] += 1
        if self._silences[pump.number] >= TRIES:
            self._silences[pump.number] = 0
            self._note_blocked(pump, due, prices, BlockWhy.SILENT)

    def _block(
        self,
        work: Work,
        nozzle: Nozzle,
        switch: PriceSwitch | None,
        price: UnitPrice,
        why: BlockWhy,
        *,
        told: str = "",
        inside: UnitPrice | None = None,
    ) -> None:
        now = self._clock.now()
        known = work.prices.blocks().get(nozzle.id)
        if switch is not None:
            work.prices.save_switch(switch.blocked(now, why, told))
        since = known.since if known is not None and known.wanted == price else now
        work.prices.save_block(PriceBlock(nozzle.id, price, why, since, told[:200], inside))
        if known is None or known.again or known.wanted != price or known.why is not why:
            change = switch.change if switch is not None else ""
            work.record(NozzleNotSwitched(nozzle.id, price.li, why, change))

    # --- pumps that are not idle ---------------------------------------------------------------------------------------

    def _wait_for(self, pump: Pump, reading: PumpReading | None) -> None:
        with self._work.reading() as work:
            waiting = [each for each in _open_switches(work, pump).values() if each.state in UNDER_WAY]
            changes = {each.id: each for each in work.prices.open_changes()}
            authorisation = work.authorisations.open_on(pump.number)
        begun = [changes[each.change].due_at for each in waiting if each.change in changes]
        if not begun:
            return
        now, since = self._clock.now(), max(begun)
        if reading is None or reading.state in _UNHEARD:
            unheard_since = max(since, reading.at) if reading is not None else since
            if now - unheard_since >= _PATIENCE:
                due = [each.nozzle for each in waiting]
                prices = {
                    nozzle.number: each.price
                    for nozzle in pump.nozzles
                    for each in waiting
                    if each.nozzle == nozzle.id
                }
                self._note_blocked(pump, due, prices, BlockWhy.OFFLINE)
            return
        if (
            self._take_back_after is not None
            and reading.state is PumpState.AUTHORISED
            and authorisation is not None
            and authorisation.state is AuthorisationState.AUTHORISED
            and authorisation.prepay is None
            and authorisation.order is None
            and authorisation.id not in self._taken_back
            and now - max(since, authorisation.requested_at) >= self._take_back_after
        ):
            # Nobody has come to it: it would hold the old price for ever. Whoever paid beforehand keeps it.
            self._taken_back.add(authorisation.id)
            with self._work() as work:
                work.record(PumpStopRequested(pump.number, "", only_promise=True))

    # --- the end -----------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """A change is in force once every nozzle that can sell has it; blocked ones follow when they can."""
        with self._work.reading() as work:
            done = [
                change.id
                for change in work.prices.open_changes()
                if change.state is PriceChangeState.APPLYING and _all_answered(work, change)
            ]
        if not done:
            return
        with self._work() as work:
            now = self._clock.now()
            for change_id in done:
                change = work.prices.change(change_id)
                if change.state is PriceChangeState.APPLYING and _all_answered(work, change):
                    work.prices.save(change.applied(now))
                    work.prices.set_board(change.grade, change.price, now)
                    work.record(PriceApplied(change.id, change.grade, change.price.li))
            tell_cloud(work, self._ids, now)


def _take_nozzles(work: Work, change: PriceChange) -> None:
    """Every nozzle of the grade is to take this change's price, and nobody else's any more."""
    known = {switch.nozzle for switch in work.prices.switches(change.id)}
    unsettled = {switch.nozzle: switch for switch in work.prices.unsettled()}
    for nozzle in _nozzles_of(work, change.grade):
        if nozzle.id in known:
            continue
        if nozzle.id in unsettled:
            work.prices.save_switch(unsettled[nozzle.id].overtaken())
        work.prices.unblock(nozzle.id)  # that was about another price
        work.prices.save_switch(PriceSwitch(change.id, nozzle.id, change.price))


def _is_due(change: PriceChange, now: datetime) -> bool:
    if change.state is PriceChangeState.APPLYING:
        return True  # also when the clock was set back: what has begun is not undone
    return change.state is PriceChangeState.SCHEDULED and change.due_at <= now


def _has_lapsed(change: PriceChange, now: datetime) -> bool:
    return change.state is PriceChangeState.PROPOSED and change.lapses_at <= now


def _all_answered(work: Work, change: PriceChange) -> bool:
    return all(switch.state not in UNDER_WAY for switch in work.prices.switches(change.id))


def _nozzles_of(work: Work, grade: GradeCode) -> list[Nozzle]:
    return [nozzle for pump in work.forecourt.pumps() for nozzle in pump.nozzles if nozzle.grade == grade]


def _open_switches(work: Work, pump: Pump) -> dict[NozzleId, PriceSwitch]:
    """What the pump's nozzles have still to take, blocked ones too."""
    ours = {nozzle.id for nozzle in pump.nozzles}
    return {each.nozzle: each for each in work.prices.unsettled() if each.nozzle in ours}


def _may_be_asked(block: PriceBlock | None, price: UnitPrice) -> bool:
    """A blocked nozzle is asked when somebody wants it, for another price, or when it can be heard again."""
    return block is None or block.again or block.wanted != price or block.why is BlockWhy.OFFLINE


def _prices_for(pump: Pump, wanted: Mapping[GradeCode, UnitPrice]) -> dict[NozzleNumber, UnitPrice]:
    """The prices of the nozzles whose grade the board knows."""
    prices = {nozzle.number: wanted.get(nozzle.grade) for nozzle in pump.nozzles}
    return {number: price for number, price in prices.items() if price is not None}
