"""Load and save one aggregate each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.domain.coupon import CouponUse
from core.domain.emergency import EmergencyStop
from core.domain.events.event import Event
from core.domain.fill import Fill
from core.domain.ids import (
    AuthorisationId,
    CouponUseId,
    FillId,
    GoodsId,
    GradeCode,
    NozzleId,
    NozzleNumber,
    OrderId,
    PaymentId,
    PriceChangeId,
    PrintJobId,
    PumpNumber,
    SaleId,
    ShiftId,
    StaffId,
)
from core.domain.litres import Litres
from core.domain.payment import Payment
from core.domain.price import PriceBoard, PriceChange, UnitPrice
from core.domain.print_job import PaperKind, PrintJob
from core.domain.product import FuelGrade, Goods
from core.domain.pump import Authorisation, Pump, PumpReading
from core.domain.sale import Sale
from core.domain.station_order import StationOrder
from core.ports.mailbox import MessageAside, Unsent
from core.ports.prices import PricePapers, PriceSwitches
from core.protocol.envelope import Envelope
from core.protocol.plain import PlainMessage


class Sales(Protocol):
    """Sales with their lines, payments and coupon use."""

    def get(self, sale: SaleId) -> Sale:
        """Raises SaleNotFound."""
        ...

    def as_known(self, sale: SaleId) -> Sale:
        """As this transaction last loaded or saved it; loaded where it did neither. Raises SaleNotFound."""
        ...

    def save(self, sale: Sale) -> None:
        """Insert or bring up to date, with lines, payments and coupon use."""
        ...

    def open_ones(self, shift: ShiftId) -> Sequence[Sale]:
        """The shift's open sales, oldest first."""
        ...

    def next_number(self, moment: datetime) -> str:
        """The next gap-free number of the local day, "20261122-0143"; used up only if this transaction commits."""
        ...

    def recent(self, limit: int) -> Sequence[Sale]:
        """The last completed sales, newest first."""
        ...

    def of_car(self, plate: str, limit: int) -> Sequence[Sale]:
        """The last completed sales of this car, newest first, of all that there ever were."""
        ...

    def paid_by(self, trade: str) -> Sequence[Sale]:
        """The sales that a payment of this trade number or slip has paid."""
        ...

    def by_number(self, number: str) -> Sale | None:
        """The completed sale of this number, or None."""
        ...

    def payment(self, payment: PaymentId) -> Payment:
        """Raises PaymentNotFound."""
        ...

    def unclear_payments(self) -> Sequence[Payment]:
        """Every pending payment, oldest first."""
        ...

    def slip_stands(self, slip: str, since: datetime) -> bool:
        """Whether a payment taken since then, and not taken back, has this terminal slip."""
        ...


class CouponUses(Protocol):
    """What is still to be told to the cloud about coupons."""

    def to_settle(self) -> Sequence[CouponUse]:
        """Uses to redeem or release at the cloud, and pending ones whose hold has no answer."""
        ...

    def get(self, use: CouponUseId) -> CouponUse:
        """Raises CouponHoldGone."""
        ...

    def save(self, use: CouponUse) -> None:
        """Insert or update the use."""
        ...

    def settled(self, use: CouponUseId) -> None:
        """The cloud knows how this use ended."""
        ...


class Catalogue(Protocol):
    """Goods."""

    def by_barcode(self, barcode: str) -> Goods:
        """Raises GoodsNotFound."""
        ...

    def get(self, goods: GoodsId) -> Goods:
        """Also what is no longer on sale. Raises GoodsNotFound."""
        ...

    def with_barcode(self, barcode: str) -> Goods | None:
        """The goods that have this barcode, also those that are no longer on sale."""
        ...

    def quick_keys(self) -> Sequence[Goods]:
        """What has a place among the quick keys and can be sold, in the order of the places."""
        ...

    def search(self, text: str, limit: int) -> Sequence[Goods]:
        """What can be sold and has this in its name, barcode or pinyin initials, by name; all for nothing."""
        ...

    def on_key(self, page: int, place: int) -> Goods | None:
        """The goods with this place among the quick keys."""
        ...

    def on_sale(self) -> Sequence[Goods]:
        """What can be sold, by name."""
        ...

    def save(self, goods: Goods) -> None:
        """Insert or update."""
        ...

    def take_stock(self, goods: GoodsId, pieces: int) -> None:
        """Less on the shelf (a negative count puts back). Stock may go below zero: the shelf is the truth."""
        ...


class Forecourt(Protocol):
    """Grades, pumps, nozzles, and the last reading of each pump."""

    def pumps(self) -> Sequence[Pump]:
        """All pumps by number."""
        ...

    def pump(self, pump: PumpNumber) -> Pump:
        """Raises PumpNotFound."""
        ...

    def grades(self) -> Sequence[FuelGrade]:
        """What fuels the station sells."""
        ...

    def lay_out(self, grades: Sequence[FuelGrade], pumps: Sequence[Pump]) -> None:
        """Replace the whole layout."""
        ...

    def readings(self) -> Mapping[PumpNumber, PumpReading]:
        """The last reading of each pump, for another program at this database and for a restart."""
        ...

    def save_reading(self, reading: PumpReading) -> None:
        """Keep it."""
        ...

    def stopped(self) -> EmergencyStop | None:
        """The emergency stop that stands, if one does."""
        ...

    def save_stop(self, stop: EmergencyStop) -> None:
        """Insert or update."""
        ...


class Authorisations(Protocol):
    """Leave to fill."""

    def get(self, authorisation: AuthorisationId) -> Authorisation:
        """Raises AuthorisationClosed."""
        ...

    def save(self, authorisation: Authorisation) -> None:
        """Insert or update. At most one open authorisation a pump: a second raises PumpBusy."""
        ...

    def open_on(self, pump: PumpNumber) -> Authorisation | None:
        """The pump's open authorisation."""
        ...

    def open_ones(self) -> Sequence[Authorisation]:
        """All open ones, oldest first."""
        ...


class Fills(Protocol):
    """Booked fills."""

    def get(self, fill: FillId) -> Fill:
        """Raises FillNotFound."""
        ...

    def find(self, pump: PumpNumber, transaction: int, ended_at: datetime) -> Fill | None:
        """The fill already booked from this controller record; the unique key that keeps a fill from doubling."""
        ...

    def newest(self, pump: PumpNumber, transaction: int, limit: int) -> Sequence[Fill]:
        """The last fills booked under this number, which comes again after some ten thousands, newest first."""
        ...

    def newest_end(self) -> datetime | None:
        """When the fill that was booked last ended."""
        ...

    def last_totaliser(self, pump: PumpNumber, nozzle: NozzleNumber) -> Litres | None:
        """The nozzle's counter after its last booked fill that told it."""
        ...

    def save(self, fill: Fill) -> None:
        """Insert or update."""
        ...

    def unpaid(self) -> Sequence[Fill]:
        """Fills that wait at the counter, oldest first."""
        ...

    def apart(self) -> Sequence[Fill]:
        """Fills on open bills, and disputed ones, oldest first."""
        ...

    def recent(self, limit: int) -> Sequence[Fill]:
        """The last fills, newest first."""
        ...


class Orders(Protocol):
    """Online orders at this station."""

    def get(self, order: OrderId) -> StationOrder:
        """Raises OrderNotFound."""
        ...

    def find(self, order: OrderId) -> StationOrder | None:
        """The order, or None."""
        ...

    def save(self, order: StationOrder) -> None:
        """Insert or update."""
        ...

    def open_ones(self) -> Sequence[StationOrder]:
        """Orders not yet ended, oldest paid first."""
        ...

    def recent(self, limit: int) -> Sequence[StationOrder]:
        """Ended ones, newest first."""
        ...


class Prices(PriceSwitches, PricePapers, Protocol):
    """The board and the scheduled changes."""

    def board(self) -> PriceBoard:
        """What each grade costs now."""
        ...

    def set_board(self, grade: GradeCode, price: UnitPrice, since: datetime) -> None:
        """One grade's new price."""
        ...

    def nozzle_prices(self) -> Mapping[NozzleId, UnitPrice]:
        """The price each nozzle confirmed last."""
        ...

    def set_nozzle_price(self, nozzle: NozzleId, price: UnitPrice) -> None:
        """A nozzle confirmed a price."""
        ...

    def change(self, change: PriceChangeId) -> PriceChange:
        """Raises PriceChangeClosed."""
        ...

    def save(self, change: PriceChange) -> None:
        """Insert or update."""
        ...

    def open_changes(self) -> Sequence[PriceChange]:
        """Proposed, scheduled and applying ones, by moment."""
        ...

    def recent_changes(self, limit: int) -> Sequence[PriceChange]:
        """All, newest moment first."""
        ...


class Receipts(Protocol):
    """What was printed, so that a reprint says which copy it is."""

    def printed(self, sale: SaleId) -> int:
        """How many times."""
        ...

    def count(self, sale: SaleId) -> int:
        """Once more; the number of this copy, the original being 1."""
        ...


class Printing(Protocol):
    """The queue of this program's printer. A paper is posted in the transaction that causes it, so it is never forgotten."""

    def announce(self) -> None:
        """From now on this program prints here: whoever ends what was begun at it knows where the paper is wanted."""
        ...

    def add(self, kind: PaperKind, subject: str, by: StaffId, place: str = "") -> PrintJob | None:
        """Post a paper; the printer's own program prints it. None, and nothing is posted, where no printer is set.

        With a `place` it comes out where the program of this name prints, here where nobody knows that.
        """
        ...

    def is_here(self, place: str) -> bool:
        """Whether the program of this name prints on this program's printer, as far as anybody knows."""
        ...

    def get(self, job: PrintJobId) -> PrintJob:
        """Raises PrintJobNotFound."""
        ...

    def save(self, job: PrintJob) -> None:
        """Bring it up to date."""
        ...

    def next(self) -> PrintJob | None:
        """The one that has waited longest."""
        ...

    def under_way(self) -> Sequence[PrintJob]:
        """Those that went to the printer and of which nobody knows yet how they ended."""
        ...

    def open_ones(self, limit: int) -> Sequence[PrintJob]:
        """Waiting and printing ones, oldest first."""
        ...

    def open_count(self) -> int:
        """How many are not on paper yet."""
        ...

    def open_for(self, kind: PaperKind, subject: str) -> PrintJob | None:
        """The job that is still to bring this paper, if there is one."""
        ...

    def ended(self, job: PrintJob) -> PrintJob:
        """It came out now."""
        ...

    def cancelled(self, job: PrintJob, fault: str = "") -> PrintJob:
        """It is not wanted any more now. Raises PrintJobEnded."""
        ...


class MessageLog(Protocol):
    """Outbox and inbox."""

    def post(self, envelope: Envelope | PlainMessage) -> None:
        """Into the outbox, in this commit."""
        ...

    def waiting(self, limit: int) -> Sequence[Envelope]:
        """Unsent ones in the order they were posted."""
        ...

    def waiting_count(self) -> int:
        """How many are unsent."""
        ...

    def sent(self, message: str) -> None:
        """The cloud has it."""
        ...

    def set_aside(self, message: str, code: str, why: str) -> None:
        """The cloud will never take it; kept for a person."""
        ...

    def unsent(self) -> Unsent:
        """How many wait, and since when."""
        ...

    def aside(self, limit: int) -> Sequence[MessageAside]:
        """Those that the cloud refused and nobody has seen to, oldest first."""
        ...

    def one_aside(self, message: str) -> MessageAside:
        """Raises MessageNotAside for one that is not, or no longer."""
        ...

    def wait_again(self, message: str) -> None:
        """One that was set aside is sent once more, in its old place."""
        ...

    def settled(self, message: str) -> None:
        """One that was set aside is seen to and never sent."""
        ...

    def say_again(self, known: str) -> None:
        """What was sent after this message is unsent again; all of it where this one is unknown."""
        ...

    def last_taken(self) -> int:
        """Number of the last incoming message that is safe here."""
        ...

    def taken(self, number: int) -> None:
        """Everything up to this number is safe."""
        ...


class EventLog(Protocol):
    """The numbered event log, also read by other programs at this database."""

    def after(self, number: int, limit: int) -> Sequence[tuple[int, str, Event]]:
        """(number, program that recorded it, event), in order."""
        ...

    def latest(self) -> int:
        """The last number."""
        ...
