"""Fuel that is paid before it flows: sold, filled, sometimes moved, and what is left given back, also after the till was killed."""

import time
from collections import Counter
from typing import Any

from demo import books
from demo.day.amounts import fen_of, yuan
from demo.day.bookkeeper import Bill, Item
from demo.day.errand import Errand
from demo.expecting import NotAsItShouldBe, wait_for

_PAID = 10_000
_BY_ITSELF_SECONDS = 8.0  # so long a paid one is left to be released without anybody
_PATIENCE_SECONDS = 90.0
_PUMPS = (1, 2, 4, 7)  # with the grade below at their first nozzle
_GRADE = "G92"
_ONE = (
    'SELECT p.id, p.number, p.state, p.pump, p.nozzle, p.amount, p.used, s.number AS bill, f."transaction"'
    " FROM prepays p JOIN sales s ON s.id = p.sale LEFT JOIN fills f ON f.id = p.fill"
)


class Prepaying:
    """Follows each prepay to its last fen."""

    def __init__(self, errand: Errand) -> None:
        self.e = errand

    def sell(self) -> None:
        """A hundred yuan first; then a little less is filled, or all of it, here or at another pump."""
        e = self.e
        free = self._free()
        if not free:
            return
        e.bill, e.stage = Bill(kind="prepay"), "ringing"
        e.p.press(f"pump_tile_{free[0]}")
        e.p.see("release_sheet")
        e.p.press("release_nozzle_1")
        e.p.press("release_by_amount")
        e.p.fill_in("release_amount", yuan(_PAID), "release_key")
        e.p.press("release_prepay")
        e.bill.items.append(Item("prepay", _GRADE, 1, _PAID))
        e.p.wait(lambda now: fen_of(now.words("due_amount")) == _PAID, "it is on the bill")
        e.stage = "paying"
        e.pay("exact")
        e.see_it_done()
        sold = self._open_ones()[-1]
        if free[1:] and e.chance.random() < 0.4:
            wait_for(lambda: e.promised(free[0]), "its pump is released", 30)
            self._move(sold, free[1])
        self.go_on()

    def go_on(self) -> None:
        """Every open one to its end."""
        for prepay in self._open_ones():
            self._finish(prepay["id"])

    # --- step by step --------------------------------------------------------------------------------------------------------

    def _finish(self, prepay: str) -> None:
        began, waiting_since, came = time.monotonic(), time.monotonic(), False
        while time.monotonic() - began < _PATIENCE_SECONDS:
            row = books.station_rows(self.e.world, f"{_ONE} WHERE p.id = ?", prepay)[0]
            match row["state"]:
                case "paid" if time.monotonic() - waiting_since > _BY_ITSELF_SECONDS:
                    self._release(row)
                    waiting_since = time.monotonic()
                case "released" if not came:
                    came = self._drive(row)
                case "filled":
                    self._give_back(row)
                    self._has_left(row)
                    return
                case "settled" | "returned":
                    self._has_left(row)
                    return
            time.sleep(0.05)
        raise NotAsItShouldBe(f"prepay {prepay} does not come to its end")

    def _drive(self, row: dict[str, Any]) -> bool:
        """To the pump, once it lets fuel flow; whether somebody fills there now."""
        e = self.e
        pump = next(each for each in e.world.controller("/control/pumps") if each["pump"] == row["pump"])
        if pump["state"] == "authorised" and not pump["customer"]:
            e.cars.come(row["pump"], row["nozzle"], e.chance.choice((8_000, _PAID)))
        return pump["state"] in ("authorised", "filling", "ended")

    def _choose(self, row: dict[str, Any]) -> None:
        self.e.p.press("prepays_open")
        self.e.p.press(f"prepay_{row['number']}")
        self.e.p.see("prepay_figures")

    def _release(self, row: dict[str, Any]) -> None:
        self._choose(row)
        self.e.p.press("prepay_release")
        self._back_to_the_counter()

    def _move(self, row: dict[str, Any], pump: int) -> None:
        e = self.e
        self._choose(row)
        e.p.press("prepay_move")
        e.p.press(f"prepay_to_{pump}_1")
        if "approval_sheet" in e.p.wait(
            lambda now: "approval_sheet" in now or f"prepay_to_{pump}_1" not in now, "it moves"
        ):
            e.agree()
        wait_for(lambda: e.promised(pump), f"pump {pump} is released instead", 30)
        self._back_to_the_counter()

    def _back_to_the_counter(self) -> None:
        e = self.e
        if e.p.look().ready("prepays_sheet_back"):
            e.p.press("prepays_sheet_back")
        for _turn in range(3):
            now = e.p.wait(lambda seen: "approval_sheet" not in seen, "nobody is asked")
            if "prepays_sheet" not in now:
                return
            e.p.key("Escape")
        e.p.wait(lambda now: "prepays_sheet" not in now, "the counter is back")

    def _give_back(self, row: dict[str, Any]) -> None:
        e = self.e
        e.p.press(f"prepay_owed_{row['id']}")
        e.p.press("prepay_return")
        if "approval_sheet" in e.p.wait(
            lambda now: "approval_sheet" in now or "refund_number" in now, "it goes back"
        ):
            e.agree()
        e.p.wait(lambda now: now.words("refund_number"), "it has a number", 30)
        bill = next(bill for bill in e.keeper.bills if bill.number == row["bill"])
        e.keeper.gave_back(bill, Counter(cash=row["amount"] - row["used"]), {})
        e.p.press("refund_done")
        e.p.wait(lambda now: "refund_sheet" not in now, "the rest is given back")

    # --- looking -----------------------------------------------------------------------------------------------------------------

    def _open_ones(self) -> list[dict[str, Any]]:
        return books.station_rows(
            self.e.world, f"{_ONE} WHERE p.state IN ('paid', 'released', 'filled') ORDER BY p.paid_at"
        )

    def _free(self) -> list[int]:
        cars = self.e.cars
        cars.news()
        return [pump for pump in _PUMPS if pump not in cars.filling and not cars.waiting.get(pump)]

    def _has_left(self, row: dict[str, Any]) -> None:
        """His fill waits for nobody's money."""
        cars = self.e.cars
        cars.news()
        cars.filling.discard(row["pump"])
        waiting = cars.waiting.get(row["pump"], [])
        cars.waiting[row["pump"]] = [fill for fill in waiting if fill["transaction"] != row["transaction"]]
