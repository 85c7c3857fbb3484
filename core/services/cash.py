"""Cash in and out of the drawer without a sale: every hand in it is written down with its reason."""

from collections.abc import Sequence

from core.domain.cash import CashKind, CashMovement, check_movement
from core.domain.events.shifts import CashMoved
from core.domain.ids import ApprovalId, CashMovementId, ShiftId, StaffId
from core.domain.money import Money
from core.domain.print_job import PaperKind
from core.domain.refusals.shifts import NoShiftOpen
from core.domain.staff import Permission
from core.domain.words import one_line
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork

_RIGHT = {
    CashKind.PAID_IN: Permission.CASH_IN,
    CashKind.PAID_OUT: Permission.CASH_OUT,
    CashKind.SAFE_DROP: Permission.SAFE_DROP,
}


class CashDesk:
    """The drawer between two counts."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    def move(
        self, kind: CashKind, amount: Money, reason: str, by: StaffId, approval: ApprovalId | None = None
    ) -> CashMovement:
        """Write down cash that comes or goes; its slip is posted with it.

        Raises NoShiftOpen, AmountUnfit, ReasonMissing, ApprovalNeeded.
        """
        check_movement(kind, amount, reason)
        with self._work() as work:
            shift = work.shifts.current()
            if shift is None:
                raise NoShiftOpen
            leave = work.rights.check(by, _RIGHT[kind], approval, subject=shift.id)
            movement = CashMovement(
                CashMovementId(self._ids()),
                shift.id,
                work.cash.next_number(shift.id),
                kind,
                amount,
                one_line(reason),
                by,
                self._clock.now(),
                leave.approver,
            )
            work.cash.add(movement)
            work.printing.add(PaperKind.CASH_SLIP, movement.id, by)
            work.record(
                CashMoved(movement.id, shift.id, kind, amount.fen, movement.reason),
                actor=by,
                approver=leave.approver,
            )
        return movement

    def of(self, shift: ShiftId) -> Sequence[CashMovement]:
        """What moved in that shift, in order."""
        with self._work.reading() as work:
            return work.cash.of(shift)
