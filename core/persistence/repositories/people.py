"""Staff and shifts."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from core.domain.ids import ShiftId, StaffId
from core.domain.refusals import NoShiftOpen, StaffNotFound
from core.domain.shift import Shift, ShiftState
from core.domain.staff import StaffMember
from core.persistence.column_types import is_word
from core.persistence.rows import RowsOf
from core.persistence.tables.people import shifts, staff
from core.persistence.transaction import Query, Transaction

_STAFF = RowsOf(staff, StaffMember)
_MEMBER = _STAFF.where(staff.c.id == bindparam("staff"))
_ACTIVE = _STAFF.where(staff.c.active, order=[staff.c.name, staff.c.id])

_SHIFTS = RowsOf(shifts, Shift)
_SHIFT = _SHIFTS.where(shifts.c.id == bindparam("shift"))
CURRENT_SHIFT = _SHIFTS.where(is_word(shifts.c.state, ShiftState.OPEN))
_RECENT_SHIFTS = _SHIFTS.where(order=[shifts.c.number.desc()], limited=True)
_NEXT_NUMBER = Query(select(func.coalesce(func.max(shifts.c.number), 0) + 1), int)


class SqlStaff:
    """Port Staff."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, staff: StaffId) -> StaffMember:
        found = self._transaction.first(_MEMBER, staff)
        if found is None:
            raise StaffNotFound(staff)
        return found

    def save(self, member: StaffMember) -> None:
        self._transaction.run(_STAFF.save, *_STAFF.of(member))

    def active(self) -> Sequence[StaffMember]:
        return self._transaction.all(_ACTIVE)


class SqlShifts:
    """Port Shifts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, shift: ShiftId) -> Shift:
        found = self._transaction.first(_SHIFT, shift)
        if found is None:
            raise NoShiftOpen
        return found

    def current(self) -> Shift | None:
        return self._transaction.first(CURRENT_SHIFT)

    def save(self, shift: Shift) -> None:
        self._transaction.run(_SHIFTS.save, *_SHIFTS.of(shift))

    def next_number(self) -> int:
        return self._transaction.first(_NEXT_NUMBER) or 1

    def recent(self, limit: int) -> Sequence[Shift]:
        return self._transaction.all(_RECENT_SHIFTS, limit)
