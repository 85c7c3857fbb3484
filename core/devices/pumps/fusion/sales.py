"""Sales as the controller tells them: by itself at their end, in its list of a pump, and one by one."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.devices.pumps.fusion.fields import Fields
from core.devices.pumps.fusion.marks import LARGEST_SALE, number_in_lock, number_in_payment
from core.devices.pumps.fusion.messages import Message, MessageUnfit
from core.domain.controller import Totals
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import EndedFill

MOST_PUMPS = 999
_MOST_NOZZLES = 99
_MOST_LISTED = 100
SETTLED = "YOUZHAN"
"""What we settle sales with, once they are booked."""
_UNCONTROLLED = "0"  # filled while the pump worked by itself


@dataclass(frozen=True, slots=True)
class Sale:
    """One delivery in the controller's books."""

    number: int  # the controller's, unique for life
    pump: PumpNumber
    nozzle: NozzleNumber
    volume: Litres
    amount: Money
    price: UnitPrice
    started: datetime | None
    ended: datetime | None
    counter: Litres | None = None
    money_counter: Money | None = None
    promise: int | None = None  # our number, where a mark of ours came back with it
    locked_by: str = ""
    settled_by: str = ""  # what it was settled with; ours is SETTLED
    uncontrolled: bool = False

    @property
    def paid(self) -> bool:
        """Whether it is settled, by us or by another till."""
        return bool(self.settled_by)

    @property
    def is_anothers(self) -> bool:
        """Locked, and not by us."""
        return bool(self.locked_by) and number_in_lock(self.locked_by) is None

    def ended_fill(self, transaction: int, seen: datetime) -> EndedFill:
        """In domain words; `seen` is when we first saw it, for a controller that tells no time."""
        return EndedFill(
            self.pump,
            self.nozzle,
            transaction,
            self.volume,
            self.price,
            self.amount,
            started_at=self.started,
            ended_at=self.ended or seen,
            totaliser=self.counter,
            timed=self.ended is not None,
            offline=self.uncontrolled,
        )

    def totals(self) -> Totals | None:
        """What the nozzle's counters showed after it."""
        return Totals(self.counter, self.money_counter) if self.counter is not None else None


def sale_of(message: Message, zone: tzinfo) -> Sale:
    """The one sale in this message. Raises MessageUnfit."""
    return _sale(Fields(message.values, message.event), zone)


def sales_of(message: Message, zone: tzinfo) -> tuple[list[Sale], list[MessageUnfit]]:
    """The sales in a pump's list, oldest first, and what could not be read of it. Raises MessageUnfit."""
    fields = Fields(message.values, message.event)
    if fields.text("RC") == "ERROR":
        raise MessageUnfit(f"{message.event}: {fields.text('MSG')}")
    if not fields.has("QT"):  # some releases answer with the newest sale alone
        return ([_sale(fields, zone)] if fields.has("SA") else []), []
    pump = fields.text("PM")
    found: list[Sale] = []
    unfit: list[MessageUnfit] = []
    for place in range(1, fields.whole("QT", 0, _MOST_LISTED) + 1):
        values = {f"PM{place}": pump, **message.values}
        try:
            found.append(_sale(Fields(values, message.event, str(place)), zone))
        except MessageUnfit as trouble:
            unfit.append(trouble)
    return sorted(found, key=lambda sale: sale.number), unfit


def pump_of_list(message: Message) -> int:
    """Whose list it is; 0 where it does not say."""
    words = message.values.get("PM", "")
    return int(words) if words.isascii() and words.isdecimal() and len(words) <= 3 else 0


def _sale(fields: Fields, zone: tzinfo) -> Sale:
    lock, payment = fields.text("LID"), fields.text("PAY_IN")
    return Sale(
        fields.whole("SA", 1, LARGEST_SALE),
        PumpNumber(fields.whole("PM", 1, MOST_PUMPS)),
        NozzleNumber(fields.whole("HO", 1, _MOST_NOZZLES)),
        fields.volume("VO"),
        fields.money("AM"),
        fields.price("PU"),
        fields.moment("SDA", "STI", zone),
        fields.moment("DA", "TI", zone),
        counter=fields.volume("FVO") if fields.has("FVO") else None,
        money_counter=fields.money("FM") if fields.has("FM") else None,
        promise=number_in_lock(lock) or number_in_payment(payment),
        locked_by=lock,
        settled_by=fields.text("PAY_TY"),
        uncontrolled=fields.text("TY") == _UNCONTROLLED,
    )
