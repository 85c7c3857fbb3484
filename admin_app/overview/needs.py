"""What needs a person, most pressing first; facts only, their words are the screen's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from admin_app.connections.health import GaugeState, Health
from admin_app.rooms import Room
from core.domain.fill import Fill
from core.domain.helping import HelpCall
from core.domain.ids import GradeCode, HelpCallId, PumpNumber
from core.domain.money import ZERO, Money, total
from core.domain.price import PriceChange, PriceChangeState, UnitPrice
from core.domain.price_switch import PriceBlock
from core.domain.price_view import WindowReminder
from core.domain.pump import Nozzle
from core.domain.shift import Shift
from core.domain.station_order import ServiceState, StationOrder
from core.domain.tanks.alarm import URGENT, TankAlarm, TankAlarmKind
from core.qt.notices import Tone

LATE_AFTER = timedelta(seconds=30)  # a due price change that nobody has begun
LAPSED_IS_NEWS = timedelta(hours=12)
ORDER_WAITS_TOO_LONG = timedelta(seconds=60)
FILL_WAITS_TOO_LONG = timedelta(minutes=15)
UNSENT_TOO_LONG = timedelta(seconds=20)
NO_GRADE = GradeCode("")
NO_PRICE = UnitPrice(0)
NO_CALL = HelpCallId("")


class NeedKind(StrEnum):
    """Why somebody has to look."""

    NOBODY_OWNS_PUMPS = "nobody_owns_pumps"
    PUMPS_LOST = "pumps_lost"
    PRINTER = "printer"
    PAPER_LOW = "paper_low"
    HELP_WANTED = "help_wanted"
    ORDER_WAITING = "order_waiting"
    PRICE_LATE = "price_late"
    PRICE_WAITING = "price_waiting"
    PRICE_PROPOSED = "price_proposed"
    PRICE_LAPSED = "price_lapsed"
    NOZZLE_BLOCKED = "nozzle_blocked"
    GUIDE_PRICES = "guide_prices"
    FILLS_UNPAID = "fills_unpaid"
    UNSENT = "unsent"
    NOT_PAIRED = "not_paired"
    SHIFT_DIFFERENCE = "shift_difference"
    TANK_ALARM = "tank_alarm"
    GAUGE_SILENT = "gauge_silent"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs a person, how urgently, and the room where it is dealt with."""

    kind: NeedKind
    tone: Tone
    room: Room
    pumps: tuple[PumpNumber, ...] = ()
    grade: GradeCode = NO_GRADE
    price: UnitPrice = NO_PRICE
    count: int = 0
    amount: Money = ZERO
    since: datetime | None = None
    fault: str = ""
    who: str = ""
    call: HelpCallId = NO_CALL
    alarm: TankAlarmKind = TankAlarmKind.LOW  # of a tank; its number is `count`


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for the list."""

    health: Health
    changes: Sequence[PriceChange]
    nozzles: Sequence[tuple[Nozzle, UnitPrice | None]]
    unpaid: Sequence[Fill]
    orders: Sequence[StationOrder]
    last_shift: Shift | None
    blocked: Sequence[PriceBlock] = ()
    reminder: WindowReminder | None = None
    calls: Sequence[tuple[HelpCall, str]] = ()  # with the name of who called
    tank_alarms: Sequence[TankAlarm] = ()


def waiting_nozzles(
    change: PriceChange, nozzles: Sequence[tuple[Nozzle, UnitPrice | None]]
) -> tuple[Nozzle, ...]:
    """The nozzles of the change's grade that have not confirmed its price."""
    return tuple(
        nozzle for nozzle, price in nozzles if nozzle.grade == change.grade and price != change.price
    )


def needs(found: Found, now: datetime) -> tuple[Need, ...]:
    """The whole list; red before amber."""
    listed = [
        *_of_calls(found.calls),
        *_of_health(found.health, now),
        *_of_orders(found.orders, now),
        *_of_prices(found, now),
        *_of_fills(found.unpaid, now),
        *_of_tanks(found),
        *_of_shift(found.last_shift, now),
    ]
    return tuple(sorted(listed, key=lambda need: need.tone is not Tone.RED))


def _of_health(health: Health, now: datetime) -> list[Need]:
    there = Room.CONNECTIONS
    listed: list[Need] = []
    if not health.owner:
        listed.append(Need(NeedKind.NOBODY_OWNS_PUMPS, Tone.RED, there))
    if health.lost_pumps:
        pumps = tuple(each.pump for each in health.lost_pumps)
        listed.append(Need(NeedKind.PUMPS_LOST, Tone.RED, there, pumps=pumps, count=len(health.pumps)))
    if health.printer and health.printer_set:
        listed.append(Need(NeedKind.PRINTER, Tone.RED, there, fault=health.printer))
    elif health.paper_near_end:
        listed.append(Need(NeedKind.PAPER_LOW, Tone.AMBER, there))
    since = health.unsent_since
    if not health.paired:
        listed.append(Need(NeedKind.NOT_PAIRED, Tone.AMBER, there, count=health.unsent))
    elif since is not None and now - since >= UNSENT_TOO_LONG:
        listed.append(Need(NeedKind.UNSENT, Tone.AMBER, there, count=health.unsent, since=since))
    return listed


def _of_calls(calls: Sequence[tuple[HelpCall, str]]) -> list[Need]:
    return [
        Need(
            NeedKind.HELP_WANTED,
            Tone.RED,
            Room.ORDERS,
            pumps=(call.pump,) if call.pump else (),
            since=call.called_at,
            who=name,
            call=call.id,
        )
        for call, name in calls
    ]


def _of_orders(orders: Sequence[StationOrder], now: datetime) -> list[Need]:
    late = [
        order
        for order in orders
        if order.state is ServiceState.WAITING and now - order.paid_at >= ORDER_WAITS_TOO_LONG
    ]
    if not late:
        return []
    return [
        Need(
            NeedKind.ORDER_WAITING,
            Tone.RED,
            Room.ORDERS,
            pumps=tuple(order.pump for order in late),
            count=len(late),
            amount=total(order.paid for order in late),
            since=min(order.paid_at for order in late),
        )
    ]


def _of_prices(found: Found, now: datetime) -> list[Need]:
    listed: list[Need] = []
    for change in sorted(found.changes, key=lambda each: each.due_at):
        waiting = tuple(dict.fromkeys(nozzle.pump for nozzle in waiting_nozzles(change, found.nozzles)))
        if change.state is PriceChangeState.APPLYING and waiting:
            kind, tone = NeedKind.PRICE_WAITING, Tone.AMBER
        elif change.state is PriceChangeState.SCHEDULED and now - change.due_at >= LATE_AFTER:
            kind, tone = NeedKind.PRICE_LATE, Tone.RED
        elif change.state is PriceChangeState.PROPOSED:
            kind, tone = NeedKind.PRICE_PROPOSED, Tone.AMBER
        elif change.state is PriceChangeState.EXPIRED and now - change.lapses_at < LAPSED_IS_NEWS:
            kind, tone = NeedKind.PRICE_LAPSED, Tone.RED
        else:
            continue
        listed.append(
            Need(
                kind,
                tone,
                Room.PRICES,
                pumps=waiting,
                grade=change.grade,
                price=change.price,
                since=change.due_at,
            )
        )
    pumps = tuple(dict.fromkeys(PumpNumber(int(block.nozzle.split("-")[0])) for block in found.blocked))
    if pumps:
        since = min(block.since for block in found.blocked)
        listed.append(Need(NeedKind.NOZZLE_BLOCKED, Tone.RED, Room.PRICES, pumps=pumps, since=since))
    if found.reminder is not None and found.reminder.is_due:
        listed.append(Need(NeedKind.GUIDE_PRICES, Tone.AMBER, Room.PRICES))
    return listed


def _of_fills(unpaid: Sequence[Fill], now: datetime) -> list[Need]:
    if not unpaid:
        return []
    oldest = min(fill.ended_at for fill in unpaid)
    return [
        Need(
            NeedKind.FILLS_UNPAID,
            Tone.RED if now - oldest >= FILL_WAITS_TOO_LONG else Tone.AMBER,
            Room.SALES,
            pumps=tuple(dict.fromkeys(fill.pump for fill in unpaid)),
            count=len(unpaid),
            amount=total(fill.amount for fill in unpaid),
            since=oldest,
        )
    ]


def _of_tanks(found: Found) -> list[Need]:
    """What nobody has seen yet; `count` is the tank. A silent gauge is one thing, not an alarm of every tank."""
    alarms = [alarm for alarm in found.tank_alarms if alarm.acknowledged_at is None]
    listed: list[Need] = []
    if found.health.gauge is GaugeState.SILENT:
        unmeasured = [alarm.raised_at for alarm in alarms if alarm.kind is TankAlarmKind.PROBE]
        if unmeasured:
            listed = [Need(NeedKind.GAUGE_SILENT, Tone.AMBER, Room.CONNECTIONS, since=min(unmeasured))]
        alarms = [alarm for alarm in alarms if alarm.kind is not TankAlarmKind.PROBE]
    return listed + [
        Need(
            NeedKind.TANK_ALARM,
            Tone.RED if alarm.kind in URGENT else Tone.AMBER,
            Room.TANKS,
            count=alarm.tank,
            alarm=alarm.kind,
            since=alarm.raised_at,
        )
        for alarm in alarms
    ]


def _of_shift(shift: Shift | None, now: datetime) -> list[Need]:
    if shift is None or shift.closed_at is None or not shift.difference:
        return []
    if now - shift.closed_at > timedelta(days=1):
        return []
    return [
        Need(
            NeedKind.SHIFT_DIFFERENCE,
            Tone.AMBER,
            Room.SHIFTS,
            count=shift.number,
            amount=shift.difference,
            since=shift.closed_at,
        )
    ]
