"""Money back: one thing of a bill, a whole bill, a bill that was wrong; by the ways in which it came."""

import re
from collections import Counter
from collections.abc import Callable

from demo import books
from demo.day.amounts import fen_of
from demo.day.bookkeeper import Bill
from demo.day.errand import Errand

# The newest electronic way first, never more than it brought; the rest in cash.
_IN_PARTS = ("wechat", "alipay", "unionpay", "cash")


class Returns:
    """A customer comes back with his receipt."""

    def __init__(self, errand: Errand) -> None:
        self.e = errand

    def refund(self) -> None:
        """One thing of an earlier bill comes back."""
        e = self.e
        bill = self._one_of(
            lambda bill: (
                set(bill.paid) <= set(_IN_PARTS)
                and not bill.has_offers
                and any(item.barcode and not item.off for item in bill.items)
            )
        )
        if bill is None:
            return
        place, item = next((n, item) for n, item in enumerate(bill.items) if item.barcode and not item.off)
        self._find(bill.number)
        e.p.press(f"refund_more_{self._lines_of(bill.number)[place]}")
        e.p.press("refund_reason_wrong_item")
        e.p.wait(lambda now: fen_of(now.words("refund_amount")) == item.each, f"{item.each} go back")
        e.p.press("refund_go")
        e.agree()
        legs: Counter[str] = Counter()
        left = item.each
        for tender in _IN_PARTS:
            part = min(left, bill.paid[tender])
            if part:
                legs[tender], left = part, left - part
        self._see_back(bill, legs, {item.barcode: 1})

    def give_all_back(self) -> None:
        """Everything of an earlier bill, whatever it was paid with; its fuel is burnt and its goods are on the shelf again."""
        bill = self._one_of(lambda bill: bill.kind != "prepay")
        if bill is None:
            return
        self._find(bill.number)
        self.e.p.press("refund_everything")
        self.e.p.press("refund_reason_wrong_item")
        whole = sum(bill.paid.values())
        self.e.p.wait(lambda now: fen_of(now.words("refund_amount")) == whole, f"{whole} go back")
        self.e.p.press("refund_go")
        self.e.agree()
        self._see_back(bill, Counter(bill.paid), self._goods_of(bill))

    def void(self) -> None:
        """A whole bill was wrong, and it is still the same shift."""
        bill = self._one_of(
            lambda bill: (
                bill.shift == self.e.keeper.shift
                and bill.kind != "prepay"
                and not any(item.pump for item in bill.items)
            )
        )
        if bill is None:
            return
        self._find(bill.number)
        self.e.p.press("refund_reason_wrong_item")
        self.e.p.press("refund_void")
        self.e.agree()
        self._see_back(bill, Counter(bill.paid), self._goods_of(bill))

    def write_slip_down(self, number: str) -> None:
        """The till died before the slip of the bank's terminal was typed: it still asks for it."""
        self.e.p.press("refund")
        self.e.p.press(f"refund_unfinished_{number}")
        self._type_slip()
        self.e.p.press("refund_done")
        self.e.p.wait(lambda now: "refund_sheet" not in now, "the refund is done")

    # --- how ---------------------------------------------------------------------------------------------------------------------

    def _one_of(self, fits: Callable[[Bill], bool]) -> Bill | None:
        e = self.e
        fit = [bill for bill in e.keeper.bills if not bill.given_back and bill.items and fits(bill)]
        if not fit:
            return None
        e.bill, e.stage = e.chance.choice(fit), "refunding"
        return e.bill

    def _find(self, number: str) -> None:
        e = self.e
        e.p.press("refund")
        e.p.fill_in("refund_search", number[-4:], "refund_key")
        e.p.press("refund_find")
        e.p.wait(lambda now: number in now.words("refund_bill"), "it is that bill")

    def _lines_of(self, number: str) -> list[str]:
        rows = books.station_rows(
            self.e.world,
            "SELECT l.id FROM sale_lines l JOIN sales s ON s.id = l.sale WHERE s.number = ? ORDER BY l.position",
            number,
        )
        return [row["id"] for row in rows]

    def _type_slip(self) -> None:
        """A bank card is given back on the bank's own terminal, whose slip says so."""
        p = self.e.p
        slip = p.wait(lambda now: now.first("refund_slip_0"), "the slip is asked for").first("refund_slip_0")
        p.fill_in(slip, f"{self.e.chance.randrange(10**6):06d}", "refund_slip_key")
        p.press(slip.replace("refund_slip_", "refund_slip_go_"))
        p.wait(lambda now: not now.first("refund_slip_"), "the slip is written down")

    @staticmethod
    def _goods_of(bill: Bill) -> dict[str, int]:
        goods: Counter[str] = Counter()
        for item in bill.items:
            if item.barcode:
                goods[item.barcode] += item.pieces
        return dict(goods)

    def _see_back(self, bill: Bill, legs: Counter[str], goods: dict[str, int]) -> None:
        e = self.e
        screen = e.p.wait(
            lambda now: re.search(r"T\d{8}-\d+", now.words("refund_number")), "it has a number", 30
        )
        if "bank_card" in legs:
            self._type_slip()
        total = sum(legs.values())
        if fen_of(screen.words("refund_total")) != total:
            e.troubles.append(f"refund shows {screen.words('refund_total')}, reckoned {total}")
        e.keeper.gave_back(bill, legs, goods)
        e.stage = "idle"
        e.p.press("refund_done")
        e.p.wait(lambda now: "refund_sheet" not in now, "the refund is done")
