"""What the controller says of a pump or a transaction, as frozen values in domain words; pure."""

from dataclasses import dataclass
from datetime import datetime

from core.devices.pumps.pts.fields import AnswerUnfit, Fields
from core.devices.pumps.pts.messages import Answer
from core.domain.controller import Totals
from core.domain.litres import Litres
from core.domain.money import ZERO, Money
from core.domain.price import UnitPrice
from core.domain.pump import Preset, PresetKind, PumpState

MOST_PUMPS = 120
MOST_NOZZLES = 6
LARGEST_TRANSACTION = 65_535
NO_VOLUME = Litres(0)


@dataclass(frozen=True, slots=True)
class Record:
    """A transaction's figures as the controller keeps them; its times are the controller's own wall clock."""

    pump: int
    transaction: int
    nozzle: int  # 0 where the controller names none
    grade: int  # the controller's number of the fuel grade, 0 where it names none
    volume: Litres
    price: UnitPrice
    amount: Money
    started: datetime | None
    ended: datetime | None
    totaliser: Litres | None
    offline: bool = False  # the pump ran it by itself, out of the controller's hands


@dataclass(frozen=True, slots=True)
class Status:
    """What a pump is doing. `transaction` is the one that is promised, running or ended and not closed."""

    pump: int
    state: PumpState
    nozzle: int | None = None
    volume: Litres = NO_VOLUME
    amount: Money = ZERO
    price: UnitPrice | None = None
    transaction: int | None = None
    preset: Preset | None = None
    request: str = ""  # the command that the controller is still carrying out on the pump
    ended: Record | None = None
    last_transaction: int = 0
    last: Record | None = None  # the figures of the last transaction, where the pump remembers them
    nozzle_prices: tuple[
        UnitPrice, ...
    ] = ()  # by nozzle from 1; empty where the controller has no list of grades

    @property
    def promised(self) -> bool:
        """Whether the pump has leave to fill, or is about to get it."""
        return self.state in {PumpState.AUTHORISED, PumpState.STARTED} or self.request == "PumpAuthorize"

    @property
    def at_rest(self) -> bool:
        """Whether nothing happens that a person would watch."""
        return self.state in {PumpState.IDLE, PumpState.OFFLINE} and self.ended is None and not self.request


@dataclass(frozen=True, slots=True)
class PricesInPump:
    """The prices that a pump reported, by nozzle from 1."""

    pump: int
    prices: tuple[UnitPrice, ...]


@dataclass(frozen=True, slots=True)
class TotalsInPump:
    """The counters that a pump reported of one nozzle."""

    pump: int
    nozzle: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class SomethingElse:
    """A poll that brought the answer to another question (a tag, the display) in place of a state."""

    pump: int


@dataclass(frozen=True, slots=True)
class TransactionInformation:
    """What became of a transaction; `record` once it has ended."""

    pump: int
    transaction: int
    running: bool
    record: Record | None


def status_of(answer: Answer, pump: int) -> Status | PricesInPump | TotalsInPump | SomethingElse:
    """One answer to PumpGetStatus. Raises AnswerUnfit."""
    fields = answer.fields()
    fields.whole("Pump", pump, pump)
    match answer.type:
        case "PumpIdleStatus" | "PumpFillingStatus" | "PumpEndOfTransactionStatus" | "PumpOfflineStatus":
            return _STATES[answer.type](fields, pump)
        case "PumpPrices":
            return PricesInPump(pump, fields.prices("Prices"))
        case "PumpTotals":
            return TotalsInPump(pump, fields.whole("Nozzle", 1, MOST_NOZZLES), totals_of(fields))
        case "PumpTag" | "PumpDisplayData":
            return SomethingElse(pump)
    raise AnswerUnfit(f"{answer.type[:60]!r} is no status of a pump")


def totals_of(fields: Fields) -> Totals:
    """One nozzle's counters. A pump that does not count money tells none, or nought beside many litres."""
    volume = fields.volume("Volume")
    amount = fields.money("Amount") if fields.has("Amount") else ZERO
    return Totals(volume, amount if amount or not volume else None)


def information_of(answer: Answer, pump: int) -> TransactionInformation | None:
    """The answer to PumpGetTransactionInformation; None for a transaction that never came to be. Raises AnswerUnfit."""
    if answer.type != "PumpTransactionInformation":
        raise AnswerUnfit(f"{answer.type[:60]!r} is no information on a transaction")
    fields = answer.fields()
    fields.whole("Pump", pump, pump)
    transaction = fields.whole("Transaction", 0, LARGEST_TRANSACTION)
    match fields.text("State").replace(" ", "").lower():
        case "waitingnozzleupforauthorization" | "authorized" | "filling":
            return TransactionInformation(pump, transaction, True, None)
        case "endoftransaction" | "finished":
            return TransactionInformation(pump, transaction, False, _record(fields, pump, transaction))
        case "notfound":
            return None
    raise AnswerUnfit(f"{fields.text('State')[:60]!r} is no state of a transaction")


def record_of(fields: Fields, pump: int) -> Record:
    """One row of the report of past transactions. Raises AnswerUnfit."""
    return _record(fields, pump, fields.whole("Transaction", 1, LARGEST_TRANSACTION))


def _idle(fields: Fields, pump: int) -> Status:
    up = fields.whole_or("NozzleUp", 0, MOST_NOZZLES, fields.whole_or("Nozzle", 0, MOST_NOZZLES, 0))
    preset = _preset(fields)
    ordered = bool(_kind_of_preset(fields)) or fields.whole_or("Transaction", 0, LARGEST_TRANSACTION, 0) > 0
    if ordered:
        state = PumpState.STARTED if up else PumpState.AUTHORISED
    else:
        state = PumpState.CALLING if up else PumpState.IDLE
    nozzle = up or (fields.whole_or("OrderedNozzle", 0, MOST_NOZZLES, 0) if ordered else 0)
    return Status(
        pump,
        state,
        nozzle=nozzle or None,
        transaction=fields.whole_or("Transaction", 0, LARGEST_TRANSACTION, 0) or None,
        preset=preset,
        request=fields.text("Request"),
        last_transaction=fields.whole_or("LastTransaction", 0, LARGEST_TRANSACTION, 0),
        last=_last(fields, pump),
        nozzle_prices=_nozzle_prices(fields),
    )


def _filling(fields: Fields, pump: int) -> Status:
    suspended = fields.flag("IsSuspended")
    return Status(
        pump,
        PumpState.SUSPENDED if suspended else PumpState.FUELLING,
        nozzle=fields.whole_or("Nozzle", 0, MOST_NOZZLES, 0) or None,
        volume=fields.volume("Volume"),
        amount=fields.money("Amount"),
        price=fields.price("Price") if fields.has("Price") else None,
        transaction=fields.whole("Transaction", 1, LARGEST_TRANSACTION),
        preset=_preset(fields),
    )


def _ended(fields: Fields, pump: int) -> Status:
    record = _record(fields, pump, fields.whole("Transaction", 1, LARGEST_TRANSACTION))
    return _with_record(record, PumpState.IDLE)


def _offline(fields: Fields, pump: int) -> Status:
    last = fields.whole_or("LastTransaction", 0, LARGEST_TRANSACTION, 0)
    transaction = fields.whole_or("Transaction", 0, LARGEST_TRANSACTION, 0)
    # The state's field speaks of the past; the pump itself is unreachable in each of them.
    if fields.text("State") == "EndOfTransaction" and transaction and fields.has("Volume"):
        return _with_record(_record(fields, pump, transaction), PumpState.OFFLINE)
    return Status(
        pump,
        PumpState.OFFLINE,
        nozzle=fields.whole_or("Nozzle", 0, MOST_NOZZLES, 0) or None,
        volume=fields.volume("Volume") if fields.has("Volume") else NO_VOLUME,
        amount=fields.money("Amount") if fields.has("Amount") else ZERO,
        price=fields.price("Price") if fields.has("Price") else None,
        transaction=transaction or None,
        preset=_preset(fields),
        last_transaction=last,
    )


_STATES = {
    "PumpIdleStatus": _idle,
    "PumpFillingStatus": _filling,
    "PumpEndOfTransactionStatus": _ended,
    "PumpOfflineStatus": _offline,
}


def _with_record(record: Record, state: PumpState) -> Status:
    return Status(
        record.pump,
        state,
        nozzle=record.nozzle or None,
        volume=record.volume,
        amount=record.amount,
        price=record.price,
        transaction=record.transaction,
        ended=record,
        last_transaction=record.transaction,
    )


def _record(fields: Fields, pump: int, transaction: int, of: str = "") -> Record:
    total = f"{of}TotalVolume"
    return Record(
        pump,
        transaction,
        nozzle=fields.whole_or(f"{of}Nozzle", 0, MOST_NOZZLES, 0),
        grade=fields.whole_or(f"{of}FuelGradeId", 0, 20, 0),
        volume=fields.volume(f"{of}Volume"),
        price=fields.price(f"{of}Price"),
        amount=fields.money(f"{of}Amount"),
        started=fields.moment(f"{of}DateTimeStart"),
        ended=fields.moment(f"{of}DateTime"),
        totaliser=fields.volume(total) if fields.has(total) else None,
        offline=fields.flag("IsOffline"),
    )


def _last(fields: Fields, pump: int) -> Record | None:
    """The figures of the pump's last transaction. What is wrong with them is no reason not to see the pump's state."""
    transaction = fields.whole_or("LastTransaction", 0, LARGEST_TRANSACTION, 0)
    try:
        return _record(fields, pump, transaction, of="Last") if transaction else None
    except AnswerUnfit:
        return None


def _nozzle_prices(fields: Fields) -> tuple[UnitPrice, ...]:
    try:
        return fields.prices("NozzlePrices") if fields.has("NozzlePrices") else ()
    except AnswerUnfit:
        return ()


def _kind_of_preset(fields: Fields) -> str:
    # "OrderedTypeAmount" stands in one of the vendor's own examples in place of "OrderedType".
    return fields.text("OrderedType") or fields.text("OrderedTypeAmount")


def _preset(fields: Fields) -> Preset | None:
    """The preset, for the eye only; None where there is none or its dose is not told."""
    dose = fields.has("OrderedDose")
    match kind := _kind_of_preset(fields):
        case "Amount":
            amount = fields.money("OrderedDose") if dose else ZERO
            return Preset(PresetKind.AMOUNT, amount=amount) if amount else None
        case "Volume":
            volume = fields.volume("OrderedDose") if dose else NO_VOLUME
            return Preset(PresetKind.VOLUME, volume=volume) if volume else None
        case "FullTank":
            return Preset(PresetKind.FULL)
        case "":
            return None
    raise AnswerUnfit(f"{kind[:60]!r} is no type of a preset")
