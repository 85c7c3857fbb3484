"""Which event of the station makes which presenter look again."""

from core.domain.events.helping import FillHanded, HelpAnswered, HelpCalled
from core.domain.events.orders import OrderMoved, OrderReceived, OrderStandsStill
from core.domain.events.papers import PrintJobCancelled, PrintJobPosted, ReceiptNotPrinted, ReceiptPrinted
from core.domain.events.people import StaffChanged
from core.domain.events.prepays import (
    PrepayFilled,
    PrepayLeft,
    PrepayMoveAsked,
    PrepayMoved,
    PrepayNotReleased,
    PrepayOverran,
    PrepayOverrunPaid,
    PrepayOverrunWaived,
    PrepayPaid,
    PrepayReturned,
    PrepayStayed,
)
from core.domain.events.prices import GoodsChanged, NozzlePriceApplied, PriceApplied
from core.domain.events.pumps import (
    CustomerGone,
    DebtCollected,
    FillChanged,
    FillDisputed,
    FillFinished,
    FillOverPreset,
    FillReinstated,
    FillReleased,
    FillWrittenOff,
    MissingFillAccepted,
    MissingFillFound,
    MissingFillProposed,
    MissingFillRejected,
    PumpAuthorisationEnded,
    PumpAuthorisationRequested,
    PumpAuthorised,
    PumpsReleased,
    PumpStopRequested,
    PumpTested,
    PumpTestUndone,
)
from core.domain.events.sales import (
    PaymentChanged,
    RefundLegChanged,
    SaleCancelled,
    SaleChanged,
    SaleCompleted,
    SaleHeld,
    SaleRecalled,
)
from core.domain.events.shifts import ShiftClosed, ShiftOpened
from core.domain.events.station import ClockWentBack
from core.qt.event_bridge import EventBridge
from pos_app.till import Till

_DECIDED = (
    CustomerGone,
    DebtCollected,
    FillDisputed,
    FillReinstated,
    FillReleased,
    FillWrittenOff,
    MissingFillAccepted,
    MissingFillFound,
    MissingFillProposed,
    MissingFillRejected,
    PumpTested,
    PumpTestUndone,
)
_PREPAYS = (
    PrepayPaid,
    PrepayNotReleased,
    PrepayMoveAsked,
    PrepayMoved,
    PrepayStayed,
    PrepayFilled,
    PrepayOverrunPaid,
    PrepayOverrunWaived,
    PrepayLeft,
    PrepayReturned,
)


def listen(till: Till, bridge: EventBridge) -> None:
    """From now on the till hears of everything that happens at the station, here and at other programs."""
    p = till.presenters
    bridge.on(PumpAuthorisationRequested, lambda _event: p.prepays.reload())
    for moved in (
        PumpAuthorisationRequested,
        PumpAuthorised,
        PumpsReleased,
        PumpStopRequested,
        FillChanged,
        NozzlePriceApplied,
        PriceApplied,
    ):
        bridge.on(moved, lambda _event: p.pumps.reload())
    bridge.on(FillFinished, till.fill_finished)
    for decided in _DECIDED:
        bridge.on(decided, lambda _event: till.fills_changed())
    for moved_on in (FillFinished, FillChanged):
        bridge.on(moved_on, lambda _event: p.fills.look_again())
    bridge.on(MissingFillProposed, p.fills.proposed)
    bridge.on(FillOverPreset, p.fills.over_preset)
    for paid in _PREPAYS:
        bridge.on(paid, lambda _event: till.prepays_changed())
    bridge.on(PrepayFilled, p.prepays.filled)
    bridge.on(PrepayOverran, p.prepays.overran)
    bridge.on(PumpAuthorisationEnded, p.pumps.authorisation_ended)
    bridge.on(OrderStandsStill, lambda _event: p.orders.reload())
    bridge.on(OrderReceived, p.orders.received)
    bridge.on(OrderMoved, lambda _event: p.orders.reload())
    bridge.on(HelpCalled, p.helping.called)
    bridge.on(FillHanded, p.helping.fill_handed)
    for told in (HelpAnswered, FillChanged):
        bridge.on(told, lambda _event: p.helping.reload())
    bridge.on(SaleChanged, p.counter.sale_moved)
    bridge.on(SaleCompleted, p.counter.sale_moved)
    bridge.on(SaleCancelled, p.counter.sale_moved)
    for waits in (SaleHeld, SaleRecalled):
        bridge.on(waits, lambda _event: p.counter.held.reload())
    bridge.on(GoodsChanged, lambda _event: p.counter.load_goods())
    bridge.on(PaymentChanged, p.counter.payment_moved)
    bridge.on(RefundLegChanged, p.refund.leg_changed)
    bridge.on(ReceiptPrinted, p.receipts.printed)
    bridge.on(ReceiptNotPrinted, p.receipts.not_printed)
    for on_paper in (SaleCompleted, ReceiptPrinted, ReceiptNotPrinted, PrintJobPosted, PrintJobCancelled):
        bridge.on(on_paper, lambda _event: till.papers_changed())
    bridge.on(StaffChanged, lambda _event: p.sign_in.reload())
    bridge.on(ClockWentBack, till.clock_went_back)
    for settled in (SaleChanged, SaleCompleted, SaleCancelled, PaymentChanged, RefundLegChanged, FillChanged):
        bridge.on(settled, lambda _event: till.shift.look_again())
    for turned in (ShiftOpened, ShiftClosed):
        bridge.on(turned, lambda _event: till.shift_turned())
