"""Cases of fuel that two counts disagree about, and where the fuel of a shift's fills is by now."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.domain.fill import FillState
from core.domain.ids import (
    CaseId,
    GradeCode,
    NozzleId,
    NozzleNumber,
    OrderId,
    PumpNumber,
    ShiftId,
    StaffId,
    nozzle_id,
)
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import Money
from core.domain.reconciliation.case import Case, CaseState
from core.domain.reconciliation.gap import Cause, Gap, GapKind
from core.domain.reconciliation.nozzle_balance import Whereto
from core.domain.refusals.reconciliation import CaseNotFound
from core.persistence.column_types import one_of
from core.persistence.rows import written
from core.persistence.shift_sums import summed
from core.persistence.tables.forecourt import fills
from core.persistence.tables.reconciliation import reconciliation_cases as cases
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import bindparam, case, func, select, update

_WENT: Mapping[FillState, Whereto] = {
    FillState.UNPAID: Whereto.WAITS,
    FillState.IN_SALE: Whereto.WAITS,
    FillState.PAID: Whereto.BILL,
    FillState.FOR_ORDER: Whereto.ORDER,
    FillState.FOR_PREPAY: Whereto.PREPAY,
    FillState.OWED: Whereto.OWED,
    FillState.DISPUTED: Whereto.DISPUTED,
    FillState.TESTED: Whereto.TEST,
    FillState.WRITTEN_OFF: Whereto.WRITTEN_OFF,
}
# What needs somebody's eye stands before what is done with.
_FIRST = case((one_of(cases.c.state, (CaseState.OPEN, CaseState.EXPLAINED)), 0), else_=1)
_COLUMNS = [column for column in cases.c if column.name != "number"]


def _case(  # noqa: PLR0917 - one row
    id: CaseId,  # noqa: A002 - the column's name
    shift: ShiftId,
    kind: GapKind,
    grade: GradeCode,
    nozzle: str,
    millilitres: int,
    found: Cause,
    worth: Money,
    found_at: datetime,
    cause: Cause,
    state: CaseState,
    said: str,
    by: StaffId | None,
    at: datetime | None,
) -> Case:
    gap = Gap(kind, grade, NozzleId(nozzle) if nozzle else None, millilitres, found)
    return Case(id, shift, gap, worth, found_at, cause, state, said, by, at)


def _filled(
    pump: PumpNumber, nozzle: NozzleNumber, state: FillState, order: OrderId | None, volume: Litres
) -> tuple[NozzleId, Whereto, Litres] | None:
    where = _WENT.get(state)
    if state is FillState.SETTLED:
        where = Whereto.ORDER if order else Whereto.PREPAY
    return None if where is None else (nozzle_id(pump, nozzle), where, volume)


_OF_A_SHIFT = Query(
    select(fills.c.pump, fills.c.nozzle, fills.c.state, func.max(fills.c.order), *summed(fills.c.volume))
    .where(fills.c.shift == bindparam("shift"))
    .group_by(fills.c.pump, fills.c.nozzle, fills.c.state, fills.c.order.is_(None)),
    _filled,
)
_GET = Query(select(*_COLUMNS).where(cases.c.id == bindparam("case")), _case)
_SHIFTS = Query(select(*_COLUMNS).where(cases.c.shift == bindparam("shift")).order_by(cases.c.number), _case)
_LATEST = Query(select(*_COLUMNS).order_by(_FIRST, cases.c.number.desc()).limit(bindparam("limit")), _case)
_LAST = Query(select(func.coalesce(func.max(cases.c.number), 0)), int)
_ADD = written(cases, [column.name for column in cases.c])
_SAVE = Command(
    update(cases)
    .where(cases.c.id == bindparam("of_case"))
    .values(
        {
            name: bindparam(f"now_{name}", type_=cases.c[name].type)
            for name in ("cause", "state", "said", "by", "at")
        }
    ),
    asks=("of_case", "now_cause", "now_state", "now_said", "now_by", "now_at"),
)


class SqlCases:
    """Port Cases."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def went(self, shift: ShiftId) -> Mapping[NozzleId, Mapping[Whereto, Litres]]:
        nozzles: dict[NozzleId, dict[Whereto, Litres]] = {}
        for found in self._transaction.all(_OF_A_SHIFT, shift):
            if found is not None:
                nozzle, where, volume = found
                sums = nozzles.setdefault(nozzle, {})
                sums[where] = sums.get(where, NO_LITRES) + volume
        return nozzles

    def get(self, case: CaseId) -> Case:
        found = self._transaction.first(_GET, case)
        if found is None:
            raise CaseNotFound(case)
        return found

    def of_shift(self, shift: ShiftId) -> Sequence[Case]:
        return self._transaction.all(_SHIFTS, shift)

    def latest(self, limit: int) -> Sequence[Case]:
        return self._transaction.all(_LATEST, limit)

    def add(self, case: Case) -> None:
        [last] = self._transaction.all(_LAST)
        gap = case.gap
        self._transaction.run(
            _ADD, last + 1, case.id, case.shift, gap.kind, gap.grade, gap.nozzle or "", gap.millilitres, gap.cause,
            case.worth, case.found_at, case.cause, case.state, case.said, case.by, case.at,
        )  # fmt: skip

    def save(self, case: Case) -> None:
        self._transaction.run(_SAVE, case.id, case.cause, case.state, case.said, case.by, case.at)
