"""What a cashier does beside selling: money back, cash in and out, waiting bills, the shift's end."""

from functools import partial

from demo import books
from demo.day.amounts import fen_of, yuan
from demo.day.bookkeeper import Bill
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
        wait_for(lambda: books.unprinted(e.world) == 0, "the first one has come out")
        e.p.press("reprint")
        e.agree()
        e.keeper.reprints[e.keeper.bills[-1].number] += 1

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
            e.p.fill_in(f"count_total_{tender}", yuan(sums[tender]), "totals_key")
        e.p.press("count_totals_go")
