"""Shifts with their counts, cuts, corrections and Z; and the cash that moved in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.domain.cash import CashMovement
from core.domain.count import Count, Variance
from core.domain.ids import CashMovementId, ShiftId
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.refusals.shifts import CashMovementNotFound, NoShiftOpen
from core.domain.shift import MeterCut, Shift, ShiftCorrection, ShiftState
from core.persistence.column_types import is_word
from core.persistence.rows import RowsOf, written
from core.persistence.tables.cash import (
    cash_movements,
    shift_corrections,
    shift_counts,
    shift_meters,
    shift_pieces,
    z_reports,
)
from core.persistence.tables.people import shifts
from core.persistence.transaction import Query, Transaction
from core.persistence.words import bindparam, func, select

_SHIFTS = RowsOf(shifts, Shift)
_SHIFT = _SHIFTS.where(shifts.c.id == bindparam("shift"))
CURRENT_SHIFT = _SHIFTS.where(is_word(shifts.c.state, ShiftState.OPEN))
_RECENT_SHIFTS = _SHIFTS.where(order=[shifts.c.number.desc()], limited=True)
_NEXT_NUMBER = Query(select(func.coalesce(func.max(shifts.c.number), 0) + 1), int)

_NUMBERED = _SHIFTS.where(shifts.c.number == bindparam("number"))

_MOVEMENTS = RowsOf(cash_movements, CashMovement)
_MOVEMENTS_OF = _MOVEMENTS.where(
    cash_movements.c.shift == bindparam("shift"), order=[cash_movements.c.number]
)
_MOVEMENT = _MOVEMENTS.where(cash_movements.c.id == bindparam("movement"))
_NEXT_MOVEMENT = Query(
    select(func.coalesce(func.max(cash_movements.c.number), 0) + 1).where(
        cash_movements.c.shift == bindparam("shift")
    ),
    int,
)

_COUNTS = RowsOf(shift_counts, Variance, beside=("shift",))
_COUNTS_OF = _COUNTS.where(shift_counts.c.shift == bindparam("shift"))

_INSERT_PIECES = written(shift_pieces, ("shift", "denomination", "pieces"))


class _Pieces(NamedTuple):
    denomination: int
    pieces: int


_PIECES_OF = Query(
    select(shift_pieces.c.denomination, shift_pieces.c.pieces)
    .where(shift_pieces.c.shift == bindparam("shift"))
    .order_by(shift_pieces.c.denomination.desc()),
    _Pieces,
)

_METERS = RowsOf(shift_meters, MeterCut, beside=("shift",))
_METERS_OF = _METERS.where(shift_meters.c.shift == bindparam("shift"), order=[shift_meters.c.nozzle])

_CORRECTIONS = RowsOf(shift_corrections, ShiftCorrection)
_CORRECTIONS_OF = _CORRECTIONS.where(
    shift_corrections.c.shift == bindparam("shift"), order=[shift_corrections.c.number]
)
_NEXT_CORRECTION = Query(
    select(func.coalesce(func.max(shift_corrections.c.number), 0) + 1).where(
        shift_corrections.c.shift == bindparam("shift")
    ),
    int,
)

_INSERT_Z = written(z_reports, ("shift", "number", "content", "digest", "at"))
_Z_OF = Query(
    select(z_reports.c.content, z_reports.c.digest).where(z_reports.c.shift == bindparam("shift")),
    lambda content, digest: (content, digest),
)
# Cash that was counted as a sum stands under this denomination, in fen.
_LOOSE = 0


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

    def before(self, number: int) -> Shift | None:
        return self._transaction.first(_NUMBERED, number - 1)

    def save_count(self, shift: ShiftId, count: Count, variances: Sequence[Variance]) -> None:
        for denomination, pieces in count.pieces:
            if pieces:
                self._transaction.run(_INSERT_PIECES, shift, denomination, pieces)
        if count.loose:
            self._transaction.run(_INSERT_PIECES, shift, _LOOSE, count.loose.fen)
        for variance in variances:
            self._transaction.run(_COUNTS.insert, shift, *_COUNTS.of(variance))

    def variances(self, shift: ShiftId) -> Sequence[Variance]:
        found = {variance.tender: variance for variance in self._transaction.all(_COUNTS_OF, shift)}
        return [found[tender] for tender in Tender if tender in found]

    def pieces(self, shift: ShiftId) -> Count:
        rows = self._transaction.all(_PIECES_OF, shift)
        return Count(
            tuple((row.denomination, row.pieces) for row in rows if row.denomination != _LOOSE),
            loose=Money(sum(row.pieces for row in rows if row.denomination == _LOOSE)),
        )

    def save_meters(self, shift: ShiftId, cuts: Sequence[MeterCut]) -> None:
        for cut in cuts:
            self._transaction.run(_METERS.insert, shift, *_METERS.of(cut))

    def meters(self, shift: ShiftId) -> Sequence[MeterCut]:
        return self._transaction.all(_METERS_OF, shift)

    def correct(self, correction: ShiftCorrection) -> None:
        self._transaction.run(_CORRECTIONS.insert, *_CORRECTIONS.of(correction))

    def corrections(self, shift: ShiftId) -> Sequence[ShiftCorrection]:
        return self._transaction.all(_CORRECTIONS_OF, shift)

    def next_correction(self, shift: ShiftId) -> int:
        return self._transaction.first(_NEXT_CORRECTION, shift) or 1

    def keep_z(self, shift: Shift, content: str, digest: str, at: datetime) -> None:
        self._transaction.run(_INSERT_Z, shift.id, shift.number, content, digest, at)

    def z(self, shift: ShiftId) -> tuple[str, str] | None:
        return self._transaction.first(_Z_OF, shift)


class SqlCashBook:
    """Port CashBook."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, movement: CashMovement) -> None:
        self._transaction.run(_MOVEMENTS.insert, *_MOVEMENTS.of(movement))

    def get(self, movement: CashMovementId) -> CashMovement:
        found = self._transaction.first(_MOVEMENT, movement)
        if found is None:
            raise CashMovementNotFound(movement)
        return found

    def of(self, shift: ShiftId) -> Sequence[CashMovement]:
        return self._transaction.all(_MOVEMENTS_OF, shift)

    def next_number(self, shift: ShiftId) -> int:
        return self._transaction.first(_NEXT_MOVEMENT, shift) or 1
