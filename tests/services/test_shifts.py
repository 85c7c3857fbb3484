"""A shift's day: cash in and out, the count, the hand-over without stopping a pump, and what is put right later."""

import pytest

from core.domain.approval import Approval
from core.domain.blocker import BlockerKind
from core.domain.cash import CashKind
from core.domain.count import Count, cash_count
from core.domain.events.shifts import CashMoved, ShiftCorrected, ShiftHandedOver
from core.domain.ids import ApprovalId, nozzle_id
from core.domain.litres import Litres
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.pump import Preset, PresetKind
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.shifts import NoShiftOpen, ShiftHasOpenWork, ShiftIsOpen
from core.domain.refusals.typed import ReasonMissing
from core.domain.staff import Permission
from core.protocol.codec import unwrap
from core.protocol.from_station import SaleCompleted, ShiftClosed
from tests.services.small_station import (
    FLOAT,
    NOZZLE_1,
    NOZZLE_2,
    PUMP_1,
    PUMP_2,
    WECHAT_CODE,
    SmallStation,
)

YUAN = Money(100)


def an_approval(station: SmallStation, permission: Permission, subject: str) -> ApprovalId:
    """The manager agrees to what the cashier asks for."""
    with station.work() as work:
        given = Approval.given(
            ApprovalId(station.ids()),
            work.staff.get(station.manager),
            work.staff.get(station.cashier),
            permission,
            station.clock.now(),
            subject,
        )
        work.rights.give(given)
    return given.id


def test_the_drawer_holds_float_sales_and_movements(station: SmallStation) -> None:
    station.payments.take_cash(station.a_bill(pieces=2).id, Money(10_000), station.cashier)
    station.cash.move(CashKind.PAID_IN, YUAN * 100, "换零钱", station.cashier)
    station.cash.move(CashKind.SAFE_DROP, YUAN * 300, "", station.cashier)
    closed = station.shifts.close(cash_count(FLOAT + YUAN * 30 + YUAN * 100 - YUAN * 300), station.cashier)
    assert closed.difference == ZERO
    assert [event.amount_fen for event in station.events if isinstance(event, CashMoved)] == [10_000, 30_000]


def test_movements_are_numbered_within_their_shift(station: SmallStation) -> None:
    for _ in range(3):
        station.cash.move(CashKind.SAFE_DROP, YUAN, "", station.cashier)
    shift = station.shifts.current()
    assert shift is not None
    assert [movement.number for movement in station.cash.of(shift.id)] == [1, 2, 3]


def test_cash_is_paid_out_only_with_a_managers_word(station: SmallStation) -> None:
    shift = station.shifts.current()
    assert shift is not None
    with pytest.raises(ApprovalNeeded):
        station.cash.move(CashKind.PAID_OUT, YUAN * 20, "买水", station.cashier)
    assert station.cash.of(shift.id) == []
    approval = an_approval(station, Permission.CASH_OUT, shift.id)
    moved = station.cash.move(CashKind.PAID_OUT, YUAN * 20, "买水", station.cashier, approval)
    assert (moved.by, moved.approver) == (station.cashier, station.manager)


def test_no_cash_moves_without_a_reason_or_a_shift(station: SmallStation) -> None:
    with pytest.raises(ReasonMissing):
        station.cash.move(CashKind.PAID_IN, YUAN, " ", station.cashier)
    station.shifts.close(cash_count(FLOAT), station.cashier)
    with pytest.raises(NoShiftOpen):
        station.cash.move(CashKind.PAID_IN, YUAN, "换零钱", station.cashier)


def test_every_tender_has_its_difference(station: SmallStation) -> None:
    station.payments.take_code(station.a_bill(pieces=2).id, WECHAT_CODE, station.cashier)
    count = Count(((10_000, 5), (500, 1)), ((Tender.WECHAT, YUAN * 29),))
    shift = station.shifts.close(count, station.cashier)
    with station.work.reading() as work:
        found = {each.tender: each.difference for each in work.shifts.variances(shift.id)}
        pieces = work.shifts.pieces(shift.id)
    assert found == {Tender.CASH: YUAN * 5, Tender.WECHAT: -YUAN}
    assert (pieces.pieces, pieces.cash) == (count.pieces, count.cash)


def test_a_hand_over_stops_nobody(station: SmallStation) -> None:
    before = station.shifts.current()
    assert before is not None
    paid = station.a_fill()
    station.payments.take_cash(station.a_bill(paid).id, YUAN * 200, station.cashier)
    bill = station.a_bill(pieces=1)
    station.forecourt.request(PUMP_1, NOZZLE_1, Preset(PresetKind.FULL), station.cashier)
    closed, follower = station.shifts.hand_over(
        cash_count(FLOAT + YUAN * 200), station.cashier, station.manager, YUAN * 300, note="两笔未结"
    )
    assert (closed.id, closed.followed_by, closed.difference) == (before.id, follower.id, ZERO)
    assert (follower.number, follower.opened_by, follower.opening_float) == (
        before.number + 1,
        station.manager,
        YUAN * 300,
    )
    # What ran over the cut belongs to the shift in which it ended.
    station.pumps.finish(PUMP_1, NOZZLE_1, YUAN * 100)
    [fill] = station.forecourt.unpaid()
    assert (fill.shift, paid.shift) == (follower.id, before.id)
    done = station.payments.take_cash(bill.id, YUAN * 15, station.manager)
    assert done.shift == follower.id
    assert [figure.amount for figure in station.totals.tenders(before.id)] == [YUAN * 200]
    assert [figure.amount for figure in station.totals.tenders(follower.id)] == [YUAN * 15]
    assert [event.bills for event in station.events if isinstance(event, ShiftHandedOver)] == [1]


def test_the_cut_is_the_counters(station: SmallStation) -> None:
    shift = station.shifts.current()
    assert shift is not None
    fill = station.a_fill()
    station.shifts.hand_over(cash_count(FLOAT), station.cashier, station.manager, FLOAT)
    with station.work.reading() as work:
        cuts = {cut.nozzle: cut for cut in work.shifts.meters(shift.id)}
    first, second, other = (
        nozzle_id(PUMP_1, NOZZLE_1),
        nozzle_id(PUMP_1, NOZZLE_2),
        nozzle_id(PUMP_2, NOZZLE_1),
    )
    assert cuts[first].totaliser == fill.totaliser
    assert cuts[other].running == Litres(0)
    assert set(cuts) == {first, second, other}


def test_all_that_is_under_way_is_named(station: SmallStation) -> None:
    station.a_fill()
    bill = station.a_bill(pieces=1)
    found = {blocker.kind: blocker for blocker in station.shifts.blockers()}
    assert found[BlockerKind.OPEN_BILL].subject == bill.id
    assert found[BlockerKind.OPEN_BILL].label == "李敏"
    assert found[BlockerKind.UNPAID_FILL].label == str(PUMP_1)
    with pytest.raises(ShiftHasOpenWork):
        station.shifts.close(cash_count(FLOAT), station.cashier)


def test_what_is_carried_over_with_a_note_is_there_in_the_next_shift(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    closed = station.shifts.close(cash_count(FLOAT), station.cashier, note="客人去取钱包")
    station.restart()
    follower = station.shifts.open(FLOAT, station.cashier)
    assert station.sales.current(station.cashier) == station.sale(bill.id)
    assert station.sale(bill.id).shift == follower.id != closed.id


def test_a_count_can_want_a_second_person(station: SmallStation) -> None:
    strict = type(station.shifts)(station.work, station.clock, station.ids, second_person=True)
    shift = strict.current()
    assert shift is not None
    # The right itself is enough for no one: the check by another is the point.
    with pytest.raises(ApprovalNeeded):
        strict.close(cash_count(FLOAT), station.cashier)
    closed = strict.close(
        cash_count(FLOAT), station.cashier, an_approval(station, Permission.CHECK_COUNT, shift.id)
    )
    assert closed.checked_by == station.manager


def test_a_slip_in_a_count_is_put_right_by_an_entry_and_the_shift_stays_as_it_was(
    station: SmallStation,
) -> None:
    closed = station.shifts.close(cash_count(FLOAT - YUAN * 90), station.cashier)
    with pytest.raises(ApprovalNeeded):
        station.shifts.correct(closed.id, Tender.CASH, YUAN * 90, "一叠漏数", station.cashier)
    entry = station.shifts.correct(closed.id, Tender.CASH, YUAN * 90, "一叠漏数", station.manager)
    assert (entry.number, entry.by) == (1, station.manager)
    assert station.shifts.get(closed.id) == closed
    assert [event.reason for event in station.events if isinstance(event, ShiftCorrected)] == ["一叠漏数"]


def test_an_open_shift_is_counted_not_corrected(station: SmallStation) -> None:
    shift = station.shifts.current()
    assert shift is not None
    with pytest.raises(ShiftIsOpen):
        station.shifts.correct(shift.id, Tender.CASH, YUAN, "试", station.manager)


def test_the_cloud_hears_who_threw_bills_away_and_who_rang_up(station: SmallStation) -> None:
    for _ in range(2):
        station.sales.cancel(station.a_bill().id, station.cashier)
    station.payments.take_cash(station.a_bill(pieces=2).id, Money(3_000), station.cashier)
    station.shifts.close(cash_count(FLOAT + YUAN * 30), station.cashier)
    with station.work() as work:
        messages = [unwrap(envelope) for envelope in work.messages.waiting(100)]
    [sale] = [message for message in messages if isinstance(message, SaleCompleted)]
    [shift] = [message for message in messages if isinstance(message, ShiftClosed)]
    assert (sale.cashier, sale.by_hand_fen, sale.coupon_use_id) == (station.cashier, 0, None)
    assert [(one.cashier, one.count) for one in shift.voids] == [(station.cashier, 2)]
