"""Messages the station sends."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from core.domain.fill import Fill
from core.domain.prepay import Prepay
from core.domain.price import PriceBoard, PriceChange, PriceChangeState
from core.protocol.field_types import (
    Counter,
    Fen,
    Grade,
    LiPerLitre,
    MessageId,
    Millilitres,
    Moment,
    Number,
    ShortText,
    SignedFen,
)
from core.protocol.part import Field, Part


class DescribedNozzle(Part):
    nozzle: Number
    grade: Grade


class DescribedPump(Part):
    pump: Number
    nozzles: list[DescribedNozzle] = Field(max_length=20)


class StationDescribed(Part):
    """What the directory should show of this station. Coordinates are GCJ-02 degrees."""

    kind: ClassVar[str] = "station_described"
    version: ClassVar[int] = 1
    name: ShortText
    address: ShortText
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    lng: float = Field(ge=-180, le=180, allow_inf_nan=False)
    phone_policy: Literal["forbidden", "in_car", "allowed"] = "forbidden"
    pumps: list[DescribedPump] = Field(max_length=99)


class GradePrice(Part):
    grade: Grade
    price_li: LiPerLitre


class ComingPrice(Part):
    grade: Grade
    price_li: LiPerLitre
    at: Moment


class PricesChanged(Part):
    """The whole price board as it is now, and every change that is scheduled."""

    kind: ClassVar[str] = "prices_changed"
    version: ClassVar[int] = 1
    prices: list[GradePrice] = Field(max_length=50)
    coming: list[ComingPrice] = Field(default_factory=list, max_length=200)

    @classmethod
    def of(cls, board: PriceBoard, coming: Sequence[PriceChange]) -> "PricesChanged":
        """The message for this board and these changes; what nobody has agreed to yet is nobody's business outside."""
        return cls(
            prices=[GradePrice(grade=grade, price_li=price.li) for grade, price in board.prices.items()],
            coming=[
                ComingPrice(grade=c.grade, price_li=c.price.li, at=c.due_at)
                for c in coming
                if c.state is not PriceChangeState.PROPOSED
            ],
        )


class OrderAuthorised(Part):
    """The attendant released the pump for this order."""

    kind: ClassVar[str] = "order_authorised"
    version: ClassVar[int] = 1
    order_id: MessageId


class OrderFuelling(Part):
    """How far the fill is; at most one every two seconds, a later one replaces it."""

    kind: ClassVar[str] = "order_fuelling"
    version: ClassVar[int] = 1
    order_id: MessageId
    volume_ml: Millilitres
    amount_fen: Fen
    at: Moment


class OrderCompleted(Part):
    """The order's fill as the pump reported it, confirmed by the station."""

    kind: ClassVar[str] = "order_completed"
    version: ClassVar[int] = 1
    order_id: MessageId
    fill_id: MessageId
    volume_ml: Millilitres
    amount_fen: Fen
    price_li: LiPerLitre
    filled_at: Moment
    completed_at: Moment
    completed_by: ShortText


class OrderDeclined(Part):
    """The station will not serve this order; everything goes back to the driver."""

    kind: ClassVar[str] = "order_declined"
    version: ClassVar[int] = 1
    order_id: MessageId
    reason: Literal[
        "station_declined",
        "car_not_there",
        "nothing_filled",
        "driver_changed_mind",
        "nobody_accepted",
        "other_car",
        "wrong_fuel",
        "pump_broken",
        "nobody_came",
    ]
    declined_by: ShortText  # empty: nobody, the station's own rule


class OrderBackDeclined(Part):
    """The driver asked for the order to be given back, and it cannot be: fuel has flowed."""

    kind: ClassVar[str] = "order_back_declined"
    version: ClassVar[int] = 1
    order_id: MessageId
    at: Moment


class OrderCarDiffers(Part):
    """Another car stands at the pump; the driver is asked whether it is theirs. `differs` are places in the plate, from 1."""

    kind: ClassVar[str] = "order_car_differs"
    version: ClassVar[int] = 1
    order_id: MessageId
    differs: list[Annotated[int, Field(strict=True, ge=1, le=8)]] = Field(default_factory=list, max_length=8)
    at: Moment


class OrderCarSettled(Part):
    """The attendant needs no answer any more: the car is the right one."""

    kind: ClassVar[str] = "order_car_settled"
    version: ClassVar[int] = 1
    order_id: MessageId


class OrderAtPump(Part):
    """The order is served at this nozzle, and not at the one it was placed for."""

    kind: ClassVar[str] = "order_at_pump"
    version: ClassVar[int] = 1
    order_id: MessageId
    pump: Number
    nozzle: Number


class SoldLine(Part):
    """One line of a bill: a fill or goods."""

    line_id: MessageId | None = None
    what: Literal["fuel", "goods"]
    name: ShortText
    grade: Grade | None = None
    fill_id: MessageId | None = None
    barcode: ShortText | None = None
    quantity: Counter = 1
    volume_ml: Millilitres | None = None
    price_li: LiPerLitre | None = None
    gross_fen: SignedFen
    discount_fen: SignedFen = 0


class TakenPayment(Part):
    """One way in which a bill was paid."""

    payment_id: MessageId
    method: ShortText
    amount_fen: SignedFen
    provider_ref: ShortText | None = None


class SaleCompleted(Part):
    """A counter sale that is paid in full."""

    kind: ClassVar[str] = "sale_completed"
    version: ClassVar[int] = 1
    sale_id: MessageId
    number: ShortText
    shift_id: MessageId
    completed_at: Moment
    lines: list[SoldLine] = Field(max_length=1000)
    payments: list[TakenPayment] = Field(max_length=100)
    discount_fen: SignedFen
    total_fen: SignedFen
    # The member on the bill, who earns points by it.
    member_id: MessageId | None = None
    points_use_id: MessageId | None = None
    # Who rang it up, the coupon on it, and what was taken off by hand.
    cashier: ShortText = ""
    coupon_use_id: MessageId | None = None
    by_hand_fen: SignedFen = 0


class PrepaidFilled(Part):
    """What a pump delivered of a fuel line that was paid before, and so had no litres when its bill was told."""

    kind: ClassVar[str] = "prepaid_filled"
    version: ClassVar[int] = 1
    prepay_id: MessageId
    sale_id: MessageId
    line_id: MessageId
    fill_id: MessageId
    grade: Grade
    volume_ml: Millilitres
    price_li: LiPerLitre
    # As the pump says: less than was paid where something is left, more where it stopped late.
    amount_fen: Fen
    filled_at: Moment

    @classmethod
    def of(cls, prepay: Prepay, fill: Fill) -> "PrepaidFilled":
        """The message for this fill of this prepay."""
        return cls(
            prepay_id=prepay.id,
            sale_id=prepay.sale,
            line_id=prepay.line,
            fill_id=fill.id,
            grade=prepay.grade,
            volume_ml=fill.volume.millilitres,
            price_li=fill.price.li,
            amount_fen=fill.amount.fen,
            filled_at=fill.recorded_at,
        )


class ReturnedLine(Part):
    """So much of one line of a bill was given back."""

    line_id: MessageId
    quantity: Counter = 1
    volume_ml: Millilitres | None = None
    amount_fen: Fen


class ReturnedMoney(Part):
    """One way in which money went back; `of` is the payment that it was taken with."""

    payment_id: MessageId
    of: MessageId | None = None
    method: ShortText
    amount_fen: Fen
    provider_ref: ShortText | None = None


class RefundCompleted(Part):
    """Part or all of a completed bill was given back, and all of that money has gone."""

    kind: ClassVar[str] = "refund_completed"
    version: ClassVar[int] = 1
    refund_id: MessageId
    sale_id: MessageId
    number: ShortText
    shift_id: MessageId
    completed_at: Moment
    lines: list[ReturnedLine] = Field(max_length=1000)
    legs: list[ReturnedMoney] = Field(max_length=100)
    total_fen: Fen
    reason: ShortText = ""
    # Nothing of the bill is left: the coupon on it is free again.
    gives_all_back: bool = False
    cashier: ShortText = ""


class MethodTotal(Part):
    method: ShortText
    count: Counter
    amount_fen: SignedFen


class GradeTotal(Part):
    grade: Grade
    count: Counter
    volume_ml: Millilitres
    amount_fen: SignedFen


class JournalAnchor(Part):
    """A row of the station's journal and its hash, which stands for all rows before it."""

    number: Counter
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")


class CountedVoids(Part):
    """Bills thrown away and lines taken off open bills by one person during a shift."""

    cashier: ShortText
    count: Counter


class ShiftClosed(Part):
    """A closed shift's totals."""

    kind: ClassVar[str] = "shift_closed"
    version: ClassVar[int] = 1
    shift_id: MessageId
    opened_at: Moment
    closed_at: Moment
    opened_by: ShortText
    closed_by: ShortText
    sales_count: Counter
    total_fen: SignedFen
    discount_fen: SignedFen
    cash_expected_fen: SignedFen
    cash_counted_fen: SignedFen
    by_method: list[MethodTotal] = Field(default_factory=list, max_length=50)
    by_grade: list[GradeTotal] = Field(default_factory=list, max_length=50)
    journal: JournalAnchor | None = None
    voids: list[CountedVoids] = Field(default_factory=list, max_length=200)


FromStation = (
    StationDescribed
    | PricesChanged
    | OrderAuthorised
    | OrderFuelling
    | OrderCompleted
    | OrderDeclined
    | OrderBackDeclined
    | OrderCarDiffers
    | OrderCarSettled
    | OrderAtPump
    | SaleCompleted
    | PrepaidFilled
    | RefundCompleted
    | ShiftClosed
)
