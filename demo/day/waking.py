"""After the till was killed, or something did not show: look at the screen, and go on as a tired cashier would."""

import time
from collections import Counter
from functools import partial
from typing import Any

from demo import books
from demo.day.bookkeeper import Bill
from demo.day.errand import Errand
from demo.day.person import Screen
from demo.day.prepaying import Prepaying
from demo.day.returns import Returns
from demo.expecting import wait_for

_A_LOOK_SECONDS = 1.5  # what was open when the till died comes up a moment after signing in
_LEAVE = ("refund_done", "shift_done", "why_sheet_back", "code_later")


class Waking:
    """Brings counter and bookkeeper together again."""

    def __init__(self, errand: Errand, prepaying: Prepaying, returns: Returns) -> None:
        self.e = errand
        self._prepaying = prepaying
        self._returns = returns

    def go_on(self) -> str:
        """What was found, in a word."""
        e = self.e
        was, bill = e.stage, e.bill
        self._settle_counter()
        news = self._new_sales()
        told = "nothing new"
        for row in news:
            told = f"{row['number']} is paid"
            self._book(row, bill if was in ("ringing", "paying") else None)
        if not news and was in ("ringing", "paying"):
            told = "the bill was not paid"
        told += self._refunds() + self._moves()
        e.bill, e.stage = Bill(), "idle"
        self._pumps()
        self._prepaying.go_on()
        return told

    def tidy(self) -> None:
        """Away with whatever lies on the screen; the same afterwards as after a kill."""
        self.go_on()

    # --- the screen ------------------------------------------------------------------------------------------------------------

    def _settle_counter(self) -> None:
        """Until an empty bill lies there: pay what has money in it, cancel what has none."""
        quiet_since = time.monotonic()
        for _turn in range(400):
            now = self.e.p.look()
            if self._close_sheet(now) or self._take_next_bill(now):
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > _A_LOOK_SECONDS:
                return
            self._breathe()
        raise AssertionError("the counter does not come to rest")

    def _close_sheet(self, now: Screen) -> bool:
        """See through or away with what lies on top; whether anything did."""
        e = self.e
        if "approval_sheet" in now:
            e.p.key("Escape")
        elif "done_sheet" in now:
            e.p.press("next_customer")
        elif now.words("code_waited") or now.ready("code_cancel"):
            self._wait_for_answer()
        elif left := next((name for name in _LEAVE if now.ready(name)), ""):
            e.p.press(left)
        elif "cancel_question_yes" in now:
            e.p.press("cancel_question_yes")
        elif any(name.endswith("_sheet") for name in now.seen):
            e.p.key("Escape")
        else:
            return False
        return True

    def _take_next_bill(self, now: Screen) -> bool:
        """The bill that lies there, was put aside or waits; whether there was one."""
        e = self.e
        if now.words("bill_table") or not self._is_empty(now):
            self._end_bill(now)
        elif now.ready("parked_sale"):
            e.p.press("parked_sale")
        elif now.ready("held_sales"):
            e.p.press("held_sales")
            name = e.p.wait(lambda seen: seen.first("held_recall_"), "the bill waits").first("held_recall_")
            e.p.press(name)
            e.p.wait(lambda seen: seen.words("bill_table"), "it is back")
        else:
            return False
        return True

    @staticmethod
    def _is_empty(now: Any) -> bool:
        return "bill_empty" in now

    @staticmethod
    def _breathe() -> None:
        time.sleep(0.05)

    def _wait_for_answer(self) -> None:
        e = self.e
        e.p.wait(
            lambda now: (
                ("code_waited" not in now and not now.ready("code_cancel") and not now.ready("code_check"))
                or "done_sheet" in now
                or now.ready("code_cancel")
            ),
            "an answer",
            5,
        )
        now = e.p.look()
        if now.ready("code_cancel"):
            e.p.press("code_cancel")
            e.p.wait(
                lambda seen: "done_sheet" in seen or "code_box" in seen or "code_sheet" not in seen,
                "taken back",
                60,
            )

    def _end_bill(self, now: Any) -> None:
        e = self.e
        if now.ready("cancel_sale"):
            e.p.press("cancel_sale")
            e.p.press("cancel_question_yes")
            e.p.wait(lambda seen: "bill_empty" in seen or "approval_sheet" in seen, "the bill is gone")
        elif now.ready("pay_cash"):
            e.p.press("pay_cash")
            e.p.press("cash_go")
            e.p.wait(lambda seen: "done_sheet" in seen, "it is paid")
        elif now.ready("pay_code"):
            e.p.press("pay_code")

    # --- the books -------------------------------------------------------------------------------------------------------------

    def _new_sales(self) -> list[dict[str, Any]]:
        known = {bill.number for bill in self.e.keeper.bills}
        rows = books.station_rows(
            self.e.world, "SELECT id, number, rounding FROM sales WHERE state = 'completed' ORDER BY number"
        )
        return [row for row in rows if row["number"] not in known]

    def _book(self, row: dict[str, Any], bill: Bill | None) -> None:
        """A sale that was completed while nobody could see it: the receipt on the printer tells."""
        e = self.e
        paid = Counter[str]()
        for leg in books.station_rows(
            e.world, "SELECT tender, amount FROM payments WHERE sale = ? AND state = 'captured'", row["id"]
        ):
            paid[leg["tender"]] += leg["amount"]
        if bill is None or not bill.items:
            bill = e.bill if e.bill.items else Bill(kind="found")
        if bill.items and sum(paid.values()) != bill.due():
            e.troubles.append(
                f"{row['number']}: after the kill {dict(paid)} was paid, reckoned {bill.due()}: {bill}"
            )
        bill.paid, bill.number = paid, row["number"]
        e.keeper.sold(bill)
        e.bill = Bill()

    def _refunds(self) -> str:
        e = self.e
        known = len(e.keeper.refunds)
        rows = books.station_rows(
            e.world,
            "SELECT r.id, r.number AS slip, s.number FROM refunds r JOIN sales s ON s.id = r.sale ORDER BY r.at, r.number",
        )
        for row in rows[known:]:
            if books.station_rows(
                e.world,
                "SELECT 1 FROM refund_legs WHERE refund = ? AND tender = 'bank_card' AND state = 'pending'",
                row["id"],
            ):
                self._returns.write_slip_down(row["slip"])
            wait_for(partial(self._is_through, row["id"]), "the refund is through", 60)
            legs = Counter[str]()
            for leg in books.station_rows(
                e.world, "SELECT tender, amount FROM refund_legs WHERE refund = ?", row["id"]
            ):
                legs[leg["tender"]] += leg["amount"]
            goods = Counter[str]()
            for line in books.station_rows(
                e.world,
                "SELECT g.barcode, r.quantity FROM refund_lines r JOIN sale_lines l ON l.id = r.line AND l.sale = r.sale"
                " JOIN goods g ON g.id = l.goods WHERE r.refund = ?",
                row["id"],
            ):
                goods[line["barcode"]] += line["quantity"]
            bill = next(bill for bill in e.keeper.bills if bill.number == row["number"])
            e.keeper.gave_back(bill, legs, dict(goods))
        return f"; {len(rows) - known} refunds found" if len(rows) > known else ""

    def _is_through(self, refund: str) -> bool:
        return not (
            books.station_rows(
                self.e.world, "SELECT 1 FROM refund_legs WHERE refund = ? AND state = 'pending'", refund
            )
        )

    def _moves(self) -> str:
        e = self.e
        rows = books.station_rows(
            e.world, "SELECT kind, amount FROM cash_movements WHERE kind <> 'float' ORDER BY at"
        )
        known = len(e.keeper.moves)
        for row in rows[known:]:
            e.keeper.moved(row["kind"], row["amount"])
        return f"; {len(rows) - known} movements found" if len(rows) > known else ""

    def _pumps(self) -> None:
        """What waits to be paid, from the till's own list against the pumps' ledger; who was let go may fill."""
        e = self.e
        e.cars.waiting.clear()
        unpaid = {
            (row["pump"], row["transaction"])
            for row in books.station_rows(
                e.world, 'SELECT pump, "transaction" FROM fills WHERE state = \'unpaid\' AND "order" IS NULL'
            )
        }
        booked = {
            (row["pump"], row["transaction"])
            for row in books.station_rows(e.world, 'SELECT pump, "transaction" FROM fills')
        }
        ledger = e.world.controller("/control/ledger")
        for row in ledger:
            key = (row["pump"], row["transaction"])
            if key in unpaid or key not in booked:
                e.cars.waiting.setdefault(row["pump"], []).append(row)
        e.cars.seen = len(ledger)
        prepaid = {
            row["pump"]
            for row in books.station_rows(e.world, "SELECT pump FROM prepays WHERE state = 'released'")
        }
        e.cars.filling.clear()
        for pump in e.world.controller("/control/pumps"):
            if pump["customer"]:
                e.cars.filling.add(pump["pump"])
            elif pump["state"] == "authorised" and pump["pump"] not in prepaid:
                e.cars.come(pump["pump"], pump["order"]["nozzles"][0], 5_000)
