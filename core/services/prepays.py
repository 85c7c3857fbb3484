"""Prepays from the paid bill on: release their pumps, move them, keep what customers leave behind, find them again."""

import logging
import re
from collections.abc import Sequence
from datetime import timedelta

from core.domain.events.prepays import (
    PrepayLeft,
    PrepayMoveAsked,
    PrepayMoved,
    PrepayNotReleased,
    PrepayOverrunWaived,
)
from core.domain.events.pumps import PumpAuthorisationRequested, PumpStopRequested
from core.domain.ids import (
    ApprovalId,
    AuthorisationId,
    NozzleNumber,
    PrepayId,
    PumpNumber,
    StaffId,
    nozzle_id,
)
from core.domain.overrun import refuse_on_a_bill
from core.domain.plate import plate_of
from core.domain.prepay import Prepay, PrepayState
from core.domain.price import UnitPrice
from core.domain.print_job import PaperKind
from core.domain.pump import Authorisation, Preset, PresetKind, check_free
from core.domain.refusals.prepays import PrepayNotFound, PumpHasPrepay, PumpNotReleased
from core.domain.refusals.pumps import PumpBusy, PumpNotFound
from core.domain.refusals.typed import PlateUnfit, ReasonMissing
from core.domain.staff import Permission
from core.domain.words import one_line
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work

_log = logging.getLogger(__name__)

# As long as the quote of a driver on the phone.
PRICE_KEPT_FOR = timedelta(minutes=5)
# A customer who has just paid still stands at the pump. After that a person looks before fuel may flow.
RELEASED_BY_ITSELF_WITHIN = timedelta(minutes=10)
_BILL_NUMBER = re.compile(r"(?<!\d)(\d{8}-\d{4,6})(?!\d)")
_LOOKED_THROUGH = 300
_LONGEST_REASON = 60


class PrepayDesk:
    """Each prepay has one pump, and a pump one open prepay; money goes back through the refunds."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    # --- looking -----------------------------------------------------------------------------------------------------

    def get(self, prepay: PrepayId) -> Prepay:
        """Raises PrepayNotFound."""
        with self._work.reading() as work:
            return work.prepays.get(prepay)

    def open_ones(self) -> Sequence[Prepay]:
        """Of which money is still owed, oldest first: waiting, released, filled with something left, left behind."""
        with self._work.reading() as work:
            return work.prepays.open_ones()

    def find(self, text: str) -> Sequence[Prepay]:
        """By its number or its bill's (whole, last digits, or as scanned from a receipt) or by plate; open ones first.

        Raises PrepayNotFound where there is none.
        """
        asked = text.strip()
        with self._work.reading() as work:
            known = {each.id: each for each in work.prepays.open_ones()}
            for each in _looked_up(work, asked):
                known.setdefault(each.id, each)
        found = [each for each in known.values() if _matches(each, asked)]
        if not found:
            raise PrepayNotFound(asked[:40])
        return found

    # --- the pump ----------------------------------------------------------------------------------------------------

    def release(self, prepay: PrepayId, by: StaffId) -> Prepay:
        """Have its pump released, as a person asks.

        Raises PumpBusy, PrepayIsReleased, PrepayIsClosed, NotAllowed; it then waits on.
        """
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            return self._release(work, work.prepays.get(prepay), by)

    def release_by_itself(self, prepay: PrepayId) -> None:
        """Have its pump released once its bill is paid, or once it has moved; where the pump is busy it waits."""
        with self._work() as work:
            paid = work.prepays.get(prepay)
            if paid.state is not PrepayState.PAID or paid.deposit:
                return
            try:
                self._release(work, paid, paid.by)
            except PumpBusy as busy:
                work.prepays.save(paid.not_released(busy.code))
                told = PrepayNotReleased(paid.id, paid.number, paid.pump, busy.code)
                work.record(told, actor=paid.by)

    def take_back(self, prepay: PrepayId, by: StaffId) -> None:
        """Take its pump's promise back; it waits again as soon as the pump has. Fuel that flows already flows on.

        Raises PrepayFillBegan, PumpNotReleased, NotAllowed.
        """
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            paid = work.prepays.get(prepay)
            if not paid.is_released:
                raise PumpNotReleased(paid.number)
            paid.must_not_flow(work.forecourt.readings().get(paid.pump))
            work.record(PumpStopRequested(paid.pump, by, only_promise=True), actor=by)

    def move(
        self,
        prepay: PrepayId,
        pump: PumpNumber,
        nozzle: NozzleNumber,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> Prepay:
        """Have it filled elsewhere. Where its pump is released, that is taken back first; a fill that begins meanwhile wins.

        Raises PumpNotFound, PumpBusy, PumpHasPrepay, PrepayFillBegan, PrepayIsClosed, ApprovalNeeded.
        """
        with self._work() as work:
            paid = work.prepays.get(prepay)
            leave = work.rights.check(by, Permission.MOVE_PREPAY, approval, subject=paid.id)
            readings = work.forecourt.readings()
            paid.must_not_flow(readings.get(paid.pump))
            hose = work.forecourt.pump(pump).nozzle(nozzle)
            if hose is None:
                raise PumpNotFound(pump, nozzle)
            if pump != paid.pump:
                if any(other.id != paid.id for other in work.prepays.open_on(pump)):
                    raise PumpHasPrepay(pump)
                check_free(pump, work.authorisations.open_on(pump), readings.get(pump))
            going = paid.moving(pump, nozzle, hose.grade)
            asked = PrepayMoveAsked(paid.id, paid.number, paid.pump, pump)
            work.record(asked, actor=by, approver=leave.approver)
            if paid.is_released:
                work.record(PumpStopRequested(paid.pump, by, only_promise=True), actor=by)
            else:
                going = going.arrived(self._clock.now())
                work.record(PrepayMoved(paid.id, paid.number, paid.pump, pump), actor=by)
            work.prepays.save(going)
        return going

    def recover(self) -> None:
        """At start: what was paid or moved a moment ago and never asked of its pump is; a move half done goes on."""
        with self._work.reading() as work:
            waiting = work.prepays.open_ones()
        for prepay in waiting:
            if prepay.is_released and prepay.is_moving:
                with self._work() as work:
                    work.record(PumpStopRequested(prepay.pump, prepay.by, only_promise=True), actor=prepay.by)
            elif self._is_fresh(prepay):
                self.release_by_itself(prepay.id)

    # --- left behind -------------------------------------------------------------------------------------------------

    def leave_deposit(self, prepay: PrepayId, by: StaffId, plate: str = "") -> Prepay:
        """The customer has gone: what is left is kept, with a slip, until somebody asks for it in any shift.

        Raises PrepayIsReleased, PrepayIsClosed, PlateUnfit, NotAllowed.
        """
        car = plate_of(plate) if plate.strip() else ""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            kept = work.prepays.get(prepay).left(car)
            work.prepays.save(kept)
            told = PrepayLeft(kept.id, kept.number, kept.to_return.fen, kept.plate)
            work.record(told, actor=by)
            work.printing.add(PaperKind.DEPOSIT_SLIP, kept.id, by)
        return kept

    # --- more than was paid ------------------------------------------------------------------------------------------

    def waive_overrun(
        self, prepay: PrepayId, reason: str, by: StaffId, approval: ApprovalId | None = None
    ) -> Prepay:
        """Nobody pays what its pump delivered beyond it. Paying it is a bill's line: `SaleDesk.add_overrun`.

        Raises ReasonMissing, PrepayNotOverrun, OverrunOnBill, ApprovalNeeded.
        """
        if not one_line(reason):
            raise ReasonMissing
        with self._work() as work:
            owing = work.prepays.get(prepay)
            ended = owing.overrun_waived(self._clock.now())
            shift = work.shifts.current()
            bills = work.sales.open_ones(shift.id) if shift is not None else ()
            refuse_on_a_bill(owing, bills, lambda cashier: work.staff.get(cashier).name)
            leave = work.rights.check(by, Permission.DISCOUNT, approval, subject=owing.id)
            work.prepays.save(ended)
            if ended.fill is not None:
                work.fills.save(work.fills.get(ended.fill).settled())
            told = PrepayOverrunWaived(
                owing.id, owing.number, owing.owed.fen, one_line(reason)[:_LONGEST_REASON]
            )
            work.record(told, actor=by, approver=leave.approver)
        return ended

    # --- within ------------------------------------------------------------------------------------------------------

    def _release(self, work: Work, prepay: Prepay, by: StaffId) -> Prepay:
        prepay.must_wait()
        pump = prepay.pump
        check_free(pump, work.authorisations.open_on(pump), work.forecourt.readings().get(pump))
        authorisation = Authorisation(
            AuthorisationId(self._ids()),
            pump,
            prepay.nozzle,
            Preset(PresetKind.AMOUNT, amount=prepay.amount),
            self._price_kept(work, prepay),
            by,
            self._clock.now(),
            sale=prepay.sale,
            prepay=prepay.id,
        )
        released = prepay.released(authorisation.id)
        work.authorisations.save(authorisation)
        work.prepays.save(released)
        work.record(PumpAuthorisationRequested(authorisation.id, pump), actor=by)
        return released

    def _price_kept(self, work: Work, prepay: Prepay) -> UnitPrice | None:
        """The price that stood at the pump when it was paid, for as long as a driver's quote keeps its own; else None."""
        if self._clock.now() - prepay.paid_at >= PRICE_KEPT_FOR:
            return None
        switch = work.prices.switched_after(nozzle_id(prepay.pump, prepay.nozzle), prepay.paid_at)
        return switch.before if switch is not None else None

    def _is_fresh(self, prepay: Prepay) -> bool:
        if prepay.state is not PrepayState.PAID or prepay.deposit or prepay.reason:
            return False
        never_asked = prepay.authorisation is None or prepay.moved_from is not None
        return never_asked and self._clock.now() - prepay.ready_at < RELEASED_BY_ITSELF_WITHIN


def _looked_up(work: Work, asked: str) -> Sequence[Prepay]:
    """Those that it may be beside the open ones, of all that there ever were; by last digits among the newest."""
    number = _BILL_NUMBER.search(asked)
    if number:
        bill = work.sales.by_number(number.group(1))
        return work.prepays.of_sale(bill.id) if bill is not None else ()
    try:
        return work.prepays.of_car(plate_of(asked), _LOOKED_THROUGH)
    except PlateUnfit:
        return work.prepays.recent(_LOOKED_THROUGH)


def _matches(prepay: Prepay, asked: str) -> bool:
    if not asked:
        return prepay.is_open
    number = _BILL_NUMBER.search(asked)
    if number:
        return f"P{number.group(1)}-" in f"{prepay.number}-"
    if asked.isascii() and asked.isdigit() and len(asked) <= 6:
        return prepay.number.rpartition("-")[0].endswith(f"-{asked.zfill(4)}")
    try:
        return bool(prepay.plate) and prepay.plate == plate_of(asked)
    except PlateUnfit:
        return prepay.number == asked.upper()
