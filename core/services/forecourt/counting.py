"""Fills beside their nozzle's counter: what it explains, and what a late record turns out to have been."""

from core.domain.counter import CounterSnapshot, CounterWhy, Finding, NozzleCount, compared
from core.domain.events.pumps import MissingFillFound
from core.domain.fill import Fill
from core.domain.ids import CounterSnapshotId
from core.domain.missing_fill import MissingFill, MissingState
from core.domain.pump import EndedFill
from core.ports.identity import Identity
from core.ports.unit_of_work import Work

# A record that comes late tells of one of the last gaps of its nozzle.
_LOOKED_BACK = 20


def missing_of(work: Work, ended: EndedFill) -> MissingFill | None:
    """What was missing and is told by this record, wholly or in part."""
    gaps = work.missing_fills.of_nozzle(ended.pump, ended.nozzle, _LOOKED_BACK)
    told = next((gap for gap in gaps if gap.tells_of(ended)), None)
    return told or next((gap for gap in reversed(gaps) if gap.may_hold(ended)), None)


def note_told(work: Work, missing: MissingFill, ended: EndedFill, fill: Fill) -> None:
    """The record of (a part of) what was missing came in: neither is counted twice."""
    if missing.tells_of(ended):
        return
    now = missing.with_told(ended, fill, fill.recorded_at)
    work.missing_fills.save(now)
    if now.state is MissingState.FOUND:
        work.record(
            MissingFillFound(now.id, fill.id, fill.pump, fill.nozzle, fill.volume.millilitres),
        )


def count_fill(work: Work, fill: Fill, ids: Identity) -> None:
    """Its nozzle's counter is explained up to where the fill brought it."""
    before = work.counters.explained(fill.pump, fill.nozzle)
    if before is not None:
        explained, agreed, at = before.explained + fill.volume, before.agreed, before.at
        if (
            fill.totaliser is not None
            and fill.volume
            and compared(explained, fill.totaliser)[0] is Finding.AGREES
        ):
            explained, agreed, at = fill.totaliser, fill.totaliser, max(fill.ended_at, before.at)
        work.counters.save_explained(NozzleCount(fill.pump, fill.nozzle, explained, agreed, at))
    elif fill.totaliser is not None:
        work.counters.save_explained(
            NozzleCount(fill.pump, fill.nozzle, fill.totaliser, fill.totaliser, fill.ended_at)
        )
    snapshot_of(work, fill, ids)


def snapshot_of(work: Work, fill: Fill, ids: Identity) -> None:
    """What the counter showed after it, where the pump has told it."""
    if fill.totaliser is not None:
        work.counters.add(
            CounterSnapshot(
                CounterSnapshotId(ids()),
                fill.pump,
                fill.nozzle,
                fill.ended_at,
                fill.totaliser,
                CounterWhy.FILL,
                fill=fill.id,
                shift=fill.shift,
            )
        )
