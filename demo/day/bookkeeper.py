"""A bookkeeper of its own: plain whole numbers of what the person did, with nothing of the program's arithmetic in it.

Money in fen, volumes in millilitres. What it expects of a bill is reckoned here from the price list, the pumps' own
display and the leaflet of offers, as somebody with paper and pencil would.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

CAMPAIGN_GRADE, CAMPAIGN_OFF_LI = "G95", 200  # 0.20 yuan a litre for everybody
MEMBER_OFF_LI = 100  # 0.10 yuan a litre on every grade for members; the better one counts
COUPON_OFF, COUPON_FROM = 800, 10_000


def per_litre(off_li: int, millilitres: int) -> int:
    """Fen off, half a fen up."""
    return (off_li * millilitres * 2 + 10_000) // 20_000


@dataclass
class Item:
    """One line as the customer sees it."""

    kind: str  # "fill" or "goods"
    name: str
    pieces: int
    each: int  # fen
    millilitres: int = 0
    grade: str = ""
    barcode: str = ""
    pump: int = 0
    off: int = 0  # by hand

    @property
    def gross(self) -> int:
        return self.pieces * self.each


@dataclass
class Bill:
    """What a customer buys, and how he pays."""

    items: list[Item] = field(default_factory=list)
    member: bool = False
    coupon: bool = False
    points: int = 0  # worth in fen
    rounded_to: int = 1
    paid: Counter[str] = field(default_factory=Counter)
    change: int = 0
    number: str = ""
    kind: str = ""
    given_back: int = 0
    shift: int = 1

    @property
    def has_offers(self) -> bool:
        """Whether what one thing of it cost in the end is not its price."""
        return self.member or self.coupon or bool(self.points) or self.rounded_to > 1

    def due(self) -> int:
        """What it costs him."""
        left = self._before_rounding()
        return left - left % self.rounded_to

    @property
    def rounding(self) -> int:
        """What he is let off of it."""
        return self._before_rounding() % self.rounded_to

    def _before_rounding(self) -> int:
        left = 0
        for item in self.items:
            per = CAMPAIGN_OFF_LI if item.grade == CAMPAIGN_GRADE else 0
            per = max(per, MEMBER_OFF_LI if self.member and item.kind == "fill" else 0)
            left += max(item.gross - item.off - per_litre(per, item.millilitres), 0)
        if self.coupon and left >= COUPON_FROM:
            left -= COUPON_OFF
        return left - self.points  # a hundred are a yuan


class Bookkeeper:
    """Sales, refunds, drawer and stock as they happened at the counter."""

    def __init__(self, stock: dict[str, int]) -> None:
        self.stock = Counter(stock)
        self.bills: list[Bill] = []
        self.refunds: list[tuple[int, str, Counter[str]]] = []
        self.shift = 1
        self.drawers: dict[int, int] = defaultdict(int)
        self.moves: list[tuple[int, str, int]] = []
        self.reprints: Counter[str] = Counter()
        self.kicks = 0

    # --- what happened -----------------------------------------------------------------------------------------------

    def opened(self, fen: int) -> None:
        """A shift began with so much in the drawer."""
        self.drawers[self.shift] = fen

    def sold(self, bill: Bill) -> None:
        """Paid for and gone."""
        bill.shift = self.shift
        self.bills.append(bill)
        self.drawers[self.shift] += bill.paid["cash"]
        for item in bill.items:
            if item.barcode:
                self.stock[item.barcode] -= item.pieces

    def gave_back(self, bill: Bill, legs: Counter[str], goods: dict[str, int]) -> None:
        """Money went back for goods that are on the shelf again."""
        self.refunds.append((self.shift, bill.number, legs))
        bill.given_back += sum(legs.values())
        self.drawers[self.shift] -= legs["cash"]
        for barcode, pieces in goods.items():
            self.stock[barcode] += pieces

    def moved(self, kind: str, fen: int) -> None:
        """Cash into or out of the drawer without a sale."""
        self.moves.append((self.shift, kind, fen))
        self.drawers[self.shift] += fen if kind == "paid_in" else -fen

    # --- what it comes to ---------------------------------------------------------------------------------------------

    def by_tender(self, shift: int | None = None) -> Counter[str]:
        """What came in by each way."""
        sums: Counter[str] = Counter()
        for bill in self.bills:
            if shift in (None, bill.shift):
                sums.update(bill.paid)
        return Counter({tender: fen for tender, fen in sums.items() if fen})

    def refunds_of(self, shift: int) -> list[tuple[str, Counter[str]]]:
        """What went back in one shift."""
        return [(number, legs) for of, number, legs in self.refunds if of == shift]

    @property
    def total(self) -> int:
        """All sales."""
        return sum(sum(bill.paid.values()) for bill in self.bills)
