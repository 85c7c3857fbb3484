"""What a cashier does beside selling: money back, cash in and out, waiting bills, the shift's end."""

import re
from collections import Counter
from functools import partial

from demo import books
from demo.day.amounts import fen_of, yuan
from demo.day.bookkeeper import Bill, Item
from demo.day.errand import Errand
from demo.day.person import Screen
from demo.expecting import wait_for

_CLOSING = ("blockers_go", "counted_cash", "count_totals_go", "next_float_go", "next_pin", "shift_done")


def _next_step(before: str, now: Screen) -> bool:
    """Whether the count has gone on."""
    handed_over = before == "next_pin" and "scan_box" in now and "close_sheet" not in now
    return handed_over or any(step in now and step != before for step in _CLOSING)


class Office:
    """Duties of the cashier whose errand it is."""

    def __init__(self, errand: Errand) -> None:
        self.e = errand

    # --- bills ------------------------------------------------------------------------------------------------------------------

    def hold(self) -> None:
        """Somebody forgot his purse; another pays meanwhile."""
        e = self.e
        e.bill, e.stage = Bill(kind="held"), "ringing"
        e.ring_goods("scan")
        waiting = e.bill
        e.p.press("hold_sale")
        e.p.wait(lambda now: "bill_empty" in now, "the bill is set aside")
        e.stage = "idle"
        e.sell("exact", "no_fill", "goods")
        e.bill, e.stage = waiting, "ringing"
        e.p.press("held_sales")
        name = e.p.wait(lambda now: now.first("held_recall_"), "the bill waits").first("held_recall_")
        e.p.press(name)
        e.p.wait(lambda now: fen_of(now.words("due_amount")) == waiting.due(), "the bill is back")
        e.stage = "paying"
        e.pay("change")
        e.see_it_done()

    def cancel(self) -> None:
        """Changed his mind."""
        e = self.e
        e.bill, e.stage = Bill(kind="cancelled"), "ringing"
        e.ring_fill()
        e.ring_goods("scan")
        pump = next((item.pump for item in e.bill.items if item.pump), 0)
        item = next((item for item in e.bill.items if item.pump), None)
        e.p.press("cancel_sale")
        e.p.press("cancel_question_yes")
        e.p.wait(lambda now: "bill_empty" in now, "the bill is gone")
        if pump and item is not None:
            row = next(
                row
                for row in e.world.controller("/control/ledger")[::-1]
                if row["pump"] == pump and row["amount_fen"] == item.each
            )
            e.cars.waiting[pump].insert(0, row)
        e.bill, e.stage = Bill(), "idle"

    def reprint(self) -> None:
        """The last one's receipt once more."""
        e = self.e
        if not e.keeper.bills:
            return
        e.p.press("reprint")
        e.agree()
        e.keeper.reprints[e.keeper.bills[-1].number] += 1

    # --- money back --------------------------------------------------------------------------------------------------------------

    def refund(self) -> None:
        """One thing of an earlier bill comes back."""
        e = self.e
        fit = [
            bill
            for bill in e.keeper.bills
            if not bill.given_back
            and set(bill.paid) <= {"cash", "wechat", "alipay", "unionpay"}
            and not bill.member
            and not bill.coupon
            and bill.rounded_to == 1
            and any(item.barcode and not item.off for item in bill.items)
        ]
        if not fit:
            return
        bill = e.chance.choice(fit)
        place, item = next((n, item) for n, item in enumerate(bill.items) if item.barcode and not item.off)
        e.bill, e.stage = bill, "refunding"
        self._find(bill.number)
        lines = self._lines_of(bill.number)
        e.p.press(f"refund_more_{lines[place]}")
        e.p.press(
            "refund_reason_wrong_item"
            if "refund_reason_wrong_item" in e.p.look()
            else e.p.look().first("refund_reason_")
        )
        e.p.wait(lambda now: fen_of(now.words("refund_amount")) == item.each, f"{item.each} go back")
        e.p.press("refund_go")
        e.agree()
        self._see_back(bill, item.each, {item.barcode: 1})

    def void(self) -> None:
        """A whole bill was wrong."""
        e = self.e
        fit = [
            bill
            for bill in e.keeper.bills
            if not bill.given_back
            and bill.shift == e.keeper.shift
            and set(bill.paid) <= {"cash", "wechat", "alipay", "unionpay"}
            and not bill.coupon
            and not bill.member
            and not any(item.pump for item in bill.items)
        ]
        if not fit:
            return
        bill = e.chance.choice(fit)
        e.bill, e.stage = bill, "refunding"
        self._find(bill.number)
        e.p.press(e.p.look().first("refund_reason_"))
        e.p.press("refund_void")
        e.agree()
        goods: Counter[str] = Counter()
        for item in bill.items:
            if item.barcode:
                goods[item.barcode] += item.pieces
        self._see_back(bill, sum(bill.paid.values()), dict(goods))

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

    def _see_back(self, bill: Bill, fen: int, goods: dict[str, int]) -> None:
        """The newest electronic way first, never more than it brought; the rest in cash."""
        e = self.e
        screen = e.p.wait(
            lambda now: re.search(r"T\d{8}-\d+", now.words("refund_number")), "it has a number", 30
        )
        legs: Counter[str] = Counter()
        left = fen
        for tender in ("wechat", "alipay", "unionpay", "cash"):
            part = min(left, bill.paid[tender])
            if part:
                legs[tender], left = part, left - part
        e.keeper.gave_back(bill, legs, goods)
        if fen_of(screen.words("refund_total")) != fen:
            e.troubles.append(f"refund shows {screen.words('refund_total')}, reckoned {fen}")
        e.stage = "idle"
        e.p.press("refund_done")
        e.p.wait(lambda now: "refund_sheet" not in now, "the refund is done")

    # --- drawer ------------------------------------------------------------------------------------------------------------------

    def drawer(self) -> None:
        """Open it without a sale."""
        e = self.e
        e.p.press("open_drawer")
        e.agree()
        e.keeper.kicks += 1

    def cash_in(self) -> None:
        """Change from the bank."""
        self._move("shift_cash_in", "paid_in", 20_000, agree=False)

    def cash_out(self) -> None:
        """Something is bought."""
        self._move("shift_cash_out", "paid_out", 3_550, agree=True)

    def safe_drop(self) -> None:
        """Too much in the drawer."""
        self._move("shift_safe_drop", "safe_drop", 10_000, agree=False)

    def _move(self, button: str, kind: str, fen: int, *, agree: bool) -> None:
        e = self.e
        e.stage = "moving"
        e.p.press("shift")
        e.p.press(button)
        e.p.fill_in("move_amount", yuan(fen), "move_key")
        e.p.press("move_reason_1")
        e.p.press("move_go")
        if agree:
            e.agree()
        e.p.wait(lambda now: fen_of(now.words("shift_said")) == fen, "it is written down")
        e.keeper.moved(kind, fen)
        e.stage = "idle"
        e.p.press("shift_sheet_back")

    def x(self) -> None:
        """The shift so far."""
        e = self.e
        e.p.press("shift")
        e.p.press("shift_x")
        e.p.press("x_print")
        e.p.press("x_sheet_back")
        e.p.press("shift_sheet_back")

    def lock(self, name: str, pin: str) -> None:
        """Away for a moment."""
        e = self.e
        e.p.press("lock")
        e.p.see("lock_page")
        chosen = e.p.look()
        person = f"unlock_person_{books.staff_id(e.world, name)}"
        if person in chosen:
            e.p.press(person)
        e.p.fill_in("unlock_pin", pin, "unlock_key", over=False)
        e.p.press("unlock_go")
        e.p.wait(lambda now: "lock_page" not in now and "scan_box" in now, "it is open again")

    def prepay(self) -> None:
        """A hundred yuan first, a little less filled, the rest back."""
        # The pump is free, the customer pays, drives to it, stops early and comes back for the rest.
        e = self.e
        e.cars.news()
        free = [n for n in (1, 2, 4, 7) if n not in e.cars.filling and not e.cars.waiting.get(n)]
        if not free:
            return
        pump, paid, used = free[0], 10_000, 8_000
        e.bill, e.stage = Bill(kind="prepay"), "ringing"
        e.p.press(f"pump_tile_{pump}")
        e.p.see("release_sheet")
        e.p.press("release_nozzle_1")
        e.p.press("release_by_amount")
        e.p.fill_in("release_amount", yuan(paid), "release_key")
        e.p.press("release_prepay")
        e.bill.items.append(Item("prepay", "G92", 1, paid, pump=0))
        e.p.wait(lambda now: fen_of(now.words("due_amount")) == paid, "it is on the bill")
        e.stage = "paying"
        e.pay("exact")
        e.see_it_done()
        wait_for(lambda: e.promised(pump), f"pump {pump} is released by the money", 30)
        e.cars.come(pump, 1, used)
        name = e.p.wait(lambda now: now.first("prepay_owed_"), "the rest is owed", 60).first("prepay_owed_")
        row = next(row for row in e.world.controller("/control/ledger")[::-1] if row["pump"] == pump)
        e.cars.news()
        e.cars.waiting[pump].clear()
        e.p.press(name)
        e.p.press("prepay_return")
        if "approval_sheet" in e.p.wait(
            lambda now: "approval_sheet" in now or "refund_number" in now, "back"
        ):
            e.agree()
        e.p.wait(lambda now: now.words("refund_number"), "it has a number", 30)
        legs = Counter({"cash": paid - row["amount_fen"]})
        e.keeper.gave_back(e.keeper.bills[-1], legs, {})
        e.p.press("refund_done")
        e.p.wait(lambda now: "refund_sheet" not in now, "the rest is given back")

    # --- the shift's end ----------------------------------------------------------------------------------------------------------

    def hand_over(self, name: str, pin: str) -> None:
        """The next one takes over; the pumps run on."""
        e = self.e
        e.p.press("shift")
        e.p.press("shift_hand_over")
        self._count(name, pin)
        e.keeper.shift += 1
        e.keeper.opened(50_000)

    def close(self) -> None:
        """Everything is paid for, then the drawer is counted."""
        e = self.e
        for _turn in range(20):
            e.cars.news()
            if e.cars.filling:
                wait_for(e.cars.are_done, "the pumps are done", 60)
            if not e.cars.ready():
                break
            e.bill, e.stage = Bill(kind="last ones"), "ringing"
            e.ring_fill()
            e.stage = "paying"
            e.pay("exact")
            e.see_it_done()
        e.p.press("shift")
        e.p.press("shift_close")
        self._count("", "")

    def _count(self, name: str, pin: str) -> None:
        e = self.e
        e.stage = "counting"
        last = ""
        for _turn in range(12):
            step = e.p.wait(
                partial(_next_step, last),
                f"the next step after {last or 'the beginning'}",
                40,
            )
            last = next((s for s in _CLOSING if s in step), "")
            match last:
                case "blockers_go":
                    if "blockers_note" in step and not step.ready("blockers_go"):
                        e.p.fill_in("blockers_note", "ok")
                    e.p.press("blockers_go")
                case "counted_cash":
                    e.p.fill_in("counted_cash", yuan(e.keeper.drawers[e.keeper.shift]), "count_key")
                    e.p.press("count_go")
                case "count_totals_go":
                    self._count_others()
                case "next_float_go":
                    e.p.fill_in("next_float", "500", "next_float_key")
                    e.p.press("next_float_go")
                case "next_pin":
                    e.p.press(f"next_person_{books.staff_id(e.world, name)}")
                    e.p.fill_in("next_pin", pin, "next_key", over=False)
                    e.p.press("next_go")
                case "shift_done":
                    if difference := step.words("shift_difference"):
                        e.troubles.append(
                            f"shift {e.keeper.shift}: difference says {difference}"
                        ) if "￥" in difference else None
                    e.p.press("shift_done")
                    break
                case _:
                    break
        e.stage = "idle"

    def _count_others(self) -> None:
        e = self.e
        sums = e.keeper.by_tender(e.keeper.shift)
        for number, legs in e.keeper.refunds_of(e.keeper.shift):
            del number
            sums.subtract(legs)
        screen = e.p.look()
        asked = [n.removeprefix("count_total_") for n in screen.seen if n.startswith("count_total_")]
        for tender in asked:
            e.p.fill_in(f"count_total_{tender}", yuan(max(sums[tender], 0)), "totals_key")
        e.p.press("count_totals_go")
