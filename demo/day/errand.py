"""What a cashier does in one sale: pumps, goods, members, money; and what he sees while doing it."""

import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

from demo import books
from demo.day.amounts import fen_of, yuan
from demo.day.bookkeeper import Bill, Bookkeeper, Item
from demo.day.customers import Customers
from demo.day.membership import Membership
from demo.day.paying import Paying
from demo.day.person import Person, Screen
from demo.expecting import wait_for
from demo.world import World

MANAGER_PIN = "3690"
# The price list on the wall: barcode, name, fen, initials that find it first.
GOODS = {
    "6901234500018": ("玻璃水 2L", 1_500, "bls"),
    "6901234500025": ("燃油宝 60ml", 5_800, "ryb"),
    "6901234500032": ("车用尿素 10kg", 6_500, "cyns"),
    "6901234500049": ("矿泉水 550ml", 200, "kqs"),
    "6901234500056": ("红牛 250ml", 600, "hn"),
    "6901234500063": ("口香糖", 1_050, "kxt"),
    "6901234500070": ("毛巾 三条装", 1_990, "mj"),
    "6901234500087": ("机油 5W-30 4L", 26_800, "jy"),
}
NOZZLES = {1: ("G92", "G95"), 2: ("G92", "G95"), 3: ("G95", "G98"), 4: ("G92", "G95"), 5: ("D0",),
           6: ("G95", "G98"), 7: ("G92",), 8: ("D0",)}  # fmt: skip
_WAYS = ("scan", "scan", "typed", "pinyin", "list", "times", "quantity", "keyed")


@dataclass
class Cars:
    """Which pumps fill for whom, told by the pumps themselves."""

    world: World
    seen: int = 0
    filling: set[int] = field(default_factory=set)
    waiting: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def come(self, pump: int, nozzle: int, fen: int) -> None:
        """A driver fills here for so much."""
        self.world.controller(f"/control/pumps/{pump}/serve", {"nozzle": nozzle, "target_amount_fen": fen})
        self.filling.add(pump)

    def news(self) -> None:
        """What has ended since."""
        ledger = self.world.controller("/control/ledger")
        for row in ledger[self.seen :]:
            self.filling.discard(row["pump"])
            self.waiting.setdefault(row["pump"], []).append(row)
        self.seen = len(ledger)

    def are_done(self) -> bool:
        """Whether nobody fills any more."""
        self.news()
        return not self.filling

    def ready(self) -> list[int]:
        """Pumps with a fill that is to be paid."""
        self.news()
        return [pump for pump, rows in self.waiting.items() if rows]


class Errand:
    """One cashier at one till."""

    def __init__(
        self, world: World, person: Person, keeper: Bookkeeper, customers: Customers, chance: random.Random
    ) -> None:
        self.world, self.p, self.keeper, self.customers, self.chance = (
            world,
            person,
            keeper,
            customers,
            chance,
        )
        self.cars = Cars(world)
        self.paying = Paying(self)
        self.membership = Membership(customers, world)
        self.manager = books.staff_id(world, "赵建国")
        self.troubles: list[str] = []
        self.seconds: list[tuple[float, float]] = []
        self.bill = Bill()  # what lies on the counter
        self.stage = "idle"  # "ringing", "paying", "idle"

    # --- pumps -----------------------------------------------------------------------------------------------------------

    def release(self, pump: int) -> None:
        """Let a pump go: full tank."""
        grades = NOZZLES[pump]
        nozzle = self.chance.randrange(len(grades)) + 1
        self.p.press(f"pump_tile_{pump}")
        self.p.see("release_sheet")
        if len(grades) > 1 or not self.p.look().ready("release_go"):
            self.p.press(f"release_nozzle_{nozzle}")
        self.p.press("release_go")
        self.p.wait(
            lambda now: "release_sheet" not in now, f"the till has heard that pump {pump} is released"
        )
        wait_for(lambda: self.promised(pump), f"pump {pump} is released")
        self.cars.come(pump, nozzle, self.chance.choice((5_000, 10_000, 15_037, 20_000, 23_456, 30_012)))

    def promised(self, pump: int) -> bool:
        rows = self.world.controller("/control/pumps")
        return next(row["state"] for row in rows if row["pump"] == pump) == "authorised"

    def keep_pumps_busy(self, most: int = 3) -> None:
        """As a forecourt is: while one pays, others fill."""
        self.cars.news()
        idle = [n for n in NOZZLES if n not in self.cars.filling and not self.cars.waiting.get(n)]
        under_way = len(self.cars.filling) + len(self.cars.ready())
        self.chance.shuffle(idle)
        for pump in idle[: max(0, min(2, most - under_way))]:
            self.release(pump)

    # --- ringing up ------------------------------------------------------------------------------------------------------

    def ring_fill(self) -> bool:
        """The fill that waits at some pump; whether there was one."""
        ready = self.cars.ready()
        if not ready:
            return False
        pump = self.chance.choice(ready)
        row = self.cars.waiting[pump][0]
        before = len(self.bill.items)
        fill = wait_for(lambda: self._booked(row), "the fill is booked", 30)
        self.p.see(f"unpaid_fill_{fill['id']}")
        self.p.press(f"pump_tile_{pump}")
        self._lines(before + 1)
        self.cars.waiting[pump].pop(0)
        grade = NOZZLES[pump][row["nozzle"] - 1]
        self.bill.items.append(Item("fill", grade, 1, row["amount_fen"], row["volume_ml"], grade, pump=pump))
        return True

    def _booked(self, row: dict[str, Any]) -> dict[str, Any] | None:
        fill = books.last_fill(self.world, row["pump"])
        return fill if fill is not None and fill["transaction"] == row["transaction"] else None

    def ring_goods(self, how: str = "") -> None:
        """Goods, found in one of the ways in which goods are found."""
        barcode = self.chance.choice([code for code in GOODS if code != "6901234500087"])
        name, fen, initials = GOODS[barcode]
        same = next((item for item in self.bill.items if item.barcode == barcode), None)
        how = how or self.chance.choice(_WAYS)
        if how == "keyed":
            self._ring_keyed()
            return
        pieces = self._find(how, barcode, initials, is_new=same is None)
        if same is not None and not same.off and same.each == fen:
            same.pieces += pieces
        else:
            self.bill.items.append(Item("goods", name, pieces, fen, barcode=barcode))
        self._lines(len(self.bill.items))
        self._due_is(self.bill.due())

    def _find(self, how: str, barcode: str, initials: str, *, is_new: bool) -> int:
        """Onto the bill in that way; how many."""
        by_keys = self.p.way == "keyboard"
        match how:
            case "typed":
                self.p.fill_in("scan_box", barcode, "counter_key")
                self.p.press("scan_go")
            case "pinyin" if by_keys:
                self.p.fill_in("scan_box", initials)
                self.p.press("scan_go")
                self.p.see(f"goods_{barcode}")
                self.p.key("Return")
            case "pinyin":
                self.p.press("goods_list")
                for letter in initials.upper():
                    self.p.press(f"goods_letter_{letter}")
                self.p.press(f"goods_{barcode}")
            case "list":
                self.p.press("goods_list")
                self.p.press(f"goods_{barcode}")
            case "times" if by_keys:
                pieces = self.chance.randrange(2, 6)
                self.p.fill_in("scan_box", f"{pieces}*{barcode}")
                self.p.press("scan_go")
                return pieces
            case "quantity" if is_new:
                return self._so_many(barcode)
            case _:
                self.p.scan(barcode)
        return 1

    def _so_many(self, barcode: str) -> int:
        """One scan, then a number."""
        pieces = self.chance.randrange(2, 9)
        self.p.scan(barcode)
        self._lines(len(self.bill.items) + 1)
        self.p.fill_in("scan_box", str(pieces), "counter_key")
        self.p.press("set_quantity")
        return pieces

    def _ring_keyed(self) -> None:
        fen = self.chance.choice((350, 1_200, 2_999))
        self.p.press("goods_list")
        self.p.press("goods_keyed")
        self.p.press("keyed_usual_1")
        self.p.fill_in("keyed_price", yuan(fen), "keyed_key")
        self.p.press("keyed_go")
        self.bill.items.append(Item("goods", "?", 1, fen))
        self._lines(len(self.bill.items))

    def void_line(self) -> None:
        """One thing too many, taken off again."""
        self.p.scan("6901234500087")
        self._lines(len(self.bill.items) + 1)
        self.p.press("line_remove")
        self._lines(len(self.bill.items))

    def change_price(self) -> None:
        """Less for the last line, with the manager's word."""
        item = self.bill.items[-1]
        if item.kind != "goods" or item.pieces != 1:
            return
        self.p.press("line_change")
        if self.chance.random() < 0.5:
            self.p.press("line_price")
            wanted = item.each - 50
            self.p.fill_in("line_amount", yuan(wanted), "line_key")
            self.p.press("line_reason_1")
            self.p.press("line_go")
            self.agree()
            item.each = wanted
        else:
            self.p.fill_in("line_amount", "1", "line_key")
            self.p.press("line_reason_2")
            self.p.press("line_go")
            self.agree()
            item.off = 100
        self._due_is(self.bill.due())

    def agree(self) -> None:
        """The manager comes over and types his PIN."""
        self.p.see("approval_sheet")
        self.p.press(f"approval_person_{self.manager}")
        self.p.fill_in("approval_pin", MANAGER_PIN, "approval_key", over=False)
        self.p.press("approval_go")
        self.p.wait(lambda now: "approval_sheet" not in now, "the manager's word was taken")

    def take_off(self, extra: str) -> None:
        """What lowers the bill, by its name in the day's plan."""
        match extra:
            case "member":
                self.membership.by_phone(self.p, self.bill, self.chance.choice(self.customers.phones))
            case "member_code":
                self.membership.by_code(self.p, self.bill)
            case "points":
                self.membership.spend_points(self.p, self.bill, self.chance.choice((100, 300, 750)))
            case "coupon":
                self.membership.use_coupon(self.p, self.bill)
            case "round":
                self.round_off()
            case _:
                return
        self._due_is(self.bill.due())

    def round_off(self) -> None:
        """Down to the jiao or the yuan."""
        fit = [step for step in (10, 100) if self.bill.due() % step and self.bill.due() > step]
        if not fit:
            return
        self.bill.rounded_to = self.chance.choice(fit)
        self.p.press("round_off")
        self.p.press("round_jiao" if self.bill.rounded_to == 10 else "round_yuan")

    # --- what stands there -----------------------------------------------------------------------------------------------

    def _lines(self, count: int) -> Screen:
        return self.p.wait(
            lambda now: now.words("bill_table").startswith(f"{count} rows") if count else "bill_empty" in now,
            f"{count} lines are on the bill",
        )

    def _due_is(self, fen: int) -> None:
        try:
            self.p.wait(lambda now: fen_of(now.words("due_amount")) == fen, f"{fen} fen are due", 5)
        except AssertionError as error:
            shown = fen_of(self.p.look().words("due_amount"))
            self.troubles.append(f"due is {shown}, reckoned {fen}: {self.bill} ({str(error)[:100]})")
            raise

    # --- one customer ------------------------------------------------------------------------------------------------------

    def sell(self, pay: str, *extras: str) -> Bill:
        """One customer from the first key to the paper."""
        self.keep_pumps_busy()
        effort, began, paused = self.p.effort, time.monotonic(), self.p.effort.pauses
        self.bill, self.stage = Bill(kind=" ".join((pay, *extras))), "ringing"
        fills = 2 if "two_fills" in extras else 0 if "no_fill" in extras else 1
        for _turn in range(fills):
            self.ring_fill()
        if not self.bill.items or "goods" in extras:
            for _turn in range(self.chance.randrange(1, 3)):
                self.ring_goods()
        for extra in extras:
            match extra:
                case "void_line":
                    self.void_line()
                case "price":
                    self.change_price()
                case _:
                    self.take_off(extra)
        self._due_is(self.bill.due())
        self.stage = "paying"
        self.pay(pay)
        self.see_it_done()
        self.seconds.append((time.monotonic() - began, effort.pauses - paused))
        return self.bill

    def see_it_done(self) -> None:
        """Paid: the number is told, the change is counted out, the next one comes."""
        screen = self.p.wait(lambda now: now.words("done_number"), "it is paid", 40)
        found = re.search(r"\d{8}-\d{4,6}", screen.words("done_number"))
        self.bill.number = found[0] if found else ""
        if self.bill.change and fen_of(screen.words("done_change")) != self.bill.change:
            self.troubles.append(f"change {screen.words('done_change')} is not {self.bill.change}")
        self.keeper.sold(self.bill)
        self.stage = "idle"
        self.p.press("next_customer")
        self.p.wait(lambda now: "done_sheet" not in now, "the next customer")

    def pay(self, how: str) -> None:
        """By one way or two."""
        if self.bill.due() == 0:
            self.p.press("pay_code")
        else:
            self.paying.pay(how, self.bill)
