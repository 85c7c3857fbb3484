"""The whole story, step by step, through the real windows, the real wires and the driver's page."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from core.domain.pump import PumpState
from core.wording import names
from core.wording.catalogue import _
from demo import books
from demo.driver_page import DriverPage
from demo.expecting import must, payer_code, wait_for
from demo.processes import Program
from demo.window import Window
from demo.world import DRIVER_PHONE, World

CASHIER, ATTENDANT, MANAGER = ("李敏", "2580"), ("王强", "1470"), ("赵建国", "3690")
PLATE = "云A12345"
FLOAT_YUAN = "500"
STORY_PACE = 12.0  # a fill of 200 yuan in some four seconds
Facts = dict[str, Any]


@dataclass
class Story:
    """Plays the steps and keeps how each went."""

    world: World
    out: Path
    chromium: str
    language: str
    say: Callable[[str], None]
    steps: list[dict[str, Any]] = field(default_factory=list)
    counter: Window | None = None
    forecourt: Window | None = None
    manager: Window | None = None
    phone: DriverPage | None = None
    order_id: str = ""

    def play(self) -> bool:
        """Every step in its order; the rest is not played after one has failed. Whether all is as it should be."""
        steps: list[Callable[[], Facts]] = [
            self.driver_orders_and_pays,
            self.order_rings_at_station,
            self.attendant_authorises,
            self.pump_fills,
            self.order_completes_and_remainder_returns,
            self.counter_cash_sale,
            self.counter_code_sale_with_coupon,
            self.price_change_mid_fill,
            self.till_killed_mid_fill_and_restarted,
            self.shift_closed,
            self.books_agree,
        ]
        try:
            return all(self.step(step.__name__, step) for step in steps)
        finally:
            if self.phone is not None:
                self.phone.__exit__(None, None, None)
            for window in (self.counter, self.forecourt, self.manager):
                if window is not None:
                    window.close()

    def step(self, name: str, call: Callable[[], Facts]) -> bool:
        """Play one step, keep its facts, write story.json anew. Whether it went as it should."""
        began = time.monotonic()
        facts: Facts = {}
        try:
            facts = call()
            ok = True
        except Exception as error:  # the story tells which step failed and why, then ends
            facts = {"error": f"{type(error).__name__}: {error}"}
            ok = False
            self._pictures_of_failure()
        seconds = round(time.monotonic() - began, 3)
        self.steps.append({"step": name, "ok": ok, "seconds": seconds, "facts": facts})
        text = json.dumps(self.steps, ensure_ascii=False, indent=1)
        (self.out / "story.json").write_text(text + "\n", encoding="utf-8")
        self.say(f"{'ok ' if ok else 'NOT'} {name} ({seconds:.1f} s)" + ("" if ok else f": {facts['error']}"))
        return ok

    # --- the steps -----------------------------------------------------------------------------------------------------

    def set_up_windows(self) -> Facts:
        """Sign in at the counter, the forecourt and the manager's desk; open a shift."""
        self.counter = self._till("counter", "1366x768")
        self._sign_in(self.counter, CASHIER, "counter")
        self.counter.type("shift_float", FLOAT_YUAN)
        self.counter.picture("counter-shift-open")
        self.counter.click("shift_open_go")
        self.counter.wait_for("scan_box")
        self.forecourt = self._till("forecourt", "1280x800")
        self._sign_in(self.forecourt, ATTENDANT, "forecourt")
        self.forecourt.wait_for("pump_tile_1")
        self.manager = self._window(
            self.world.processes.start(
                "admin",
                "demo.puppet",
                "admin",
                "--window-size",
                "1366x768",
                "--config",
                str(self.world.config),
            )
        )
        self._sign_in(self.manager, MANAGER, "manager")
        self.manager.wait_for("rail_overview")
        self.manager.picture("manager-overview-empty")
        wait_for(lambda: len(books.pump_states(self.world)) == 8, "all eight pumps report")
        self.counter.picture("counter-ready")
        self.forecourt.picture("forecourt-ready")
        station = books.station(self.world)
        must(station["pumps"] == 8 and station["staff"] == 4, "the station is laid out")
        return {**station, "float_fen": 50_000, "site": self.world.site}

    def driver_orders_and_pays(self) -> Facts:
        """Sign in by phone and code, find the station, claim a coupon, order 200 yuan of 92 at pump 2, pay."""
        phone = self.phone = DriverPage(
            self.world.site, self.out / "screens", self.chromium, language=self.language
        )
        phone.open()
        phone.wait_for(f"station-card-{self.world.station_id}")
        phone.picture("driver-map")
        if self.language == "en":
            phone.open("#/pages/me/me")
            phone.tap("language-en")
        self._driver_signs_in(phone)
        phone.open("#/pages/coupons/coupons")
        phone.tap(f"claim-{self.world.campaign_id}")
        phone.wait_for("claimed-" + self.world.campaign_id)
        phone.wait_until_gone("uni-toast")
        phone.picture("driver-coupons")
        phone.open("#/pages/stations/stations")
        phone.tap(f"station-card-{self.world.station_id}")
        phone.wait_for("pump-2-nozzle-1")
        phone.picture("driver-station")
        phone.tap("pump-2-nozzle-1")
        phone.tap("amount-200")
        phone.fill("plate-input", PLATE)
        phone.tap("plate-key-done")
        phone.wait_for("to-pay", "185")
        phone.picture("driver-order-form")
        phone.tap("place-order")
        phone.tap("pay-wechat")
        confirm = phone.page.get_by_role("button", name="立即支付")
        confirm.wait_for()
        phone.picture("driver-wechat-pay")
        confirm.tap()
        phone.wait_for("order-code")
        phone.picture("driver-order-paid")
        order = wait_for(lambda: books.only_order(self.world, "reserved"), "the order is reserved (paid)")
        self.order_id = order["id"]
        must(order["amount_fen"] == 20_000 and order["discount_fen"] == 1_500, "gross 200.00, coupon 15.00")
        must(order["paid_fen"] == 18_500, "paid 185.00")
        must(books.gateway_paid(self.world, self.world.wechat) == 18_500, "the gateway has 185.00")
        return order

    def order_rings_at_station(self) -> Facts:
        """The paid order shows on the attendant's screen."""
        assert self.forecourt is not None
        card = self.forecourt.wait_for_name(f"order_card_{self.order_id}")
        text = self.forecourt.text(card)
        self.forecourt.picture("forecourt-order-rings")
        must("12345" in text, f"the plate is on the card: {text}")
        arrived = books.station_order(self.world, self.order_id)
        must(
            arrived["paid_fen"] == 18_500 and arrived["ordered_fen"] == 20_000, "the station knows the money"
        )
        return arrived

    def attendant_authorises(self) -> Facts:
        """Accept, check the plate, release the pump."""
        window = self.forecourt
        assert window is not None
        following = f"order_next_{self.order_id}"
        for state in ("accepted", "plate_checked", "authorised"):
            before = window.text(following)
            window.click(following)
            wait_for(partial(self._order_is, state), f"the order is {state}")
            # The one button of the card now says what is next.
            wait_for(partial(self._has_moved_on, window, following, before), f"the card shows {state}")
            window.picture(f"forecourt-order-{state}")
        promised = self._pump(2)
        return {"state": "authorised", "pump": 2, "promised": promised}

    def pump_fills(self) -> Facts:
        """The driver fills 163 yuan and some: the tank is full before the 200 are."""
        self.world.controller("/control/pumps/2/serve", {"nozzle": 1, "target_amount_fen": 16_327})
        wait_for(
            lambda: books.cloud_order(self.world, self.order_id)["state"] == "fuelling", "the driver sees it"
        )
        assert self.phone is not None and self.forecourt is not None and self.counter is not None
        fuelling = names.pump_state(PumpState.FUELLING)
        shown = ((self.forecourt, "forecourt-fuelling"), (self.counter, "counter-pump-fuelling"))
        for window, _name in shown:
            window.wait_for("pump_tile_2", fuelling)
        wait_for(lambda: self._pump(2)["volume_ml"] > 10_000, "some litres have flowed")
        for window, name in shown:
            window.picture(name)
        self.phone.wait_for_other("order-litres", "0.0")
        self.phone.picture("driver-order-fuelling")
        wait_for(
            lambda: books.station_order(self.world, self.order_id)["state"] == "filled",
            "the fill is booked",
            60,
        )
        fill = books.fills(self.world)[-1]
        truth = self.world.controller("/control/ledger")[-1]
        must(fill["amount_fen"] == truth["amount_fen"], "the fill is the pump's own amount")
        must(fill["volume_ml"] == truth["volume_ml"], "the fill is the pump's own volume")
        return fill

    def order_completes_and_remainder_returns(self) -> Facts:
        """Confirm; the slip prints; the driver's page turns to completed; what was not used comes back."""
        assert self.forecourt is not None and self.phone is not None
        self.forecourt.click(f"order_next_{self.order_id}")
        order = wait_for(
            lambda: books.settled_order(self.world, self.order_id), "the order is completed and refunded", 40
        )
        settlement = order["settlement"]
        used = books.fills(self.world)[-1]["amount_fen"]
        must(settlement["used_fen"] == used, "used is the pump's amount")
        must(
            settlement["owed_fen"] + settlement["refund_fen"] == 18_500,
            "owed and returned sum to what was paid",
        )
        must(
            books.gateway_refunded(self.world, self.world.wechat) == settlement["refund_fen"],
            "the gateway gave back just that",
        )
        self.phone.wait_for("order-refund")
        self.phone.picture("driver-order-completed")
        wait_for(lambda: books.receipts(self.world) == 1, "the slip is printed")
        self.forecourt.picture("forecourt-order-completed")
        return order

    def counter_cash_sale(self) -> Facts:
        """A post-paid fill at pump 3 and a bottle of screen wash, for cash."""
        counter = self.counter
        assert counter is not None
        fill = self._post_paid_fill(3, 1, target_amount_fen=26_512)
        counter.click(counter.wait_for_name(f"unpaid_fill_{fill['id']}"))
        counter.type("scan_box", "6901234500018", enter=True)
        counter.wait_for("due_amount", "280.12")
        counter.picture("counter-bill")
        counter.click("pay_cash")
        counter.type("cash_given", "300")
        counter.picture("counter-cash")
        counter.click("cash_go")
        sale = wait_for(lambda: books.sale_of_fill(self.world, fill["id"]), "the sale is complete")
        must(sale["total_fen"] == 28_012 and sale["change_fen"] == 1_988, "280.12 of 300.00, change 19.88")
        wait_for(lambda: books.receipts(self.world) == 2, "the receipt is printed")
        must(books.drawer_openings(self.world) == 1, "the drawer opened once")
        counter.picture("counter-cash-done")
        return sale

    def counter_code_sale_with_coupon(self) -> Facts:
        """A fill at pump 5 with a coupon from a leaflet, paid by a WeChat code whose owner must type his password."""
        counter = self.counter
        assert counter is not None
        fill = self._post_paid_fill(5, 1, target_amount_fen=31_240)
        self._next_customer(counter)
        counter.click(counter.wait_for_name(f"unpaid_fill_{fill['id']}"))
        counter.type("scan_box", self.world.counter_coupon, enter=True)
        counter.wait_for("due_amount", "304.40")
        counter.picture("counter-coupon")
        counter.click("pay_code")
        counter.type("code_box", payer_code("02"), enter=True)
        counter.picture("counter-code-waiting")
        sale = wait_for(lambda: books.sale_of_fill(self.world, fill["id"]), "the sale is complete", 60)
        must(sale["total_fen"] == 30_440 and sale["discount_fen"] == 800, "312.40 less 8.00")
        must(books.gateway_paid(self.world, self.world.wechat) == 18_500 + 30_440, "charged once")
        wait_for(
            lambda: books.coupon_state(self.world, self.world.counter_coupon) == "redeemed",
            "the coupon is used up",
        )
        counter.picture("counter-code-done")
        return {**sale, "coupon": self.world.counter_coupon, "coupon_state": "redeemed"}

    def price_change_mid_fill(self) -> Facts:
        """The manager schedules a price while pump 7 fills: the fill keeps its price, every nozzle changes when idle."""
        manager, counter = self.manager, self.counter
        assert manager is not None and counter is not None
        self._next_customer(counter)
        self._authorise_full(7, 1)
        self.world.controller("/control/pace", {"factor": 2})  # time enough for a manager
        self.world.controller("/control/pumps/7/serve", {"nozzle": 1, "target_amount_fen": 20_000})
        wait_for(lambda: self._pump(7)["state"] == "fuelling", "pump 7 fills")
        manager.click("rail_prices")
        manager.click("price_grade_G92")
        manager.type("price_new", "7.95")
        manager.click("price_due_now")
        manager.picture("manager-price-form")
        manager.click("price_schedule_go")
        manager.wait_for("price_schedule_confirm")
        manager.picture("manager-price-confirm")
        manager.click("price_schedule_confirm")
        wait_for(lambda: books.nozzle_price(self.world, "1-1") == 7_950, "an idle nozzle has the new price")
        must(self._pump(7)["state"] == "fuelling", "pump 7 still fills")
        must(books.nozzle_price(self.world, "7-1") == 7_810, "the filling nozzle has the old one")
        manager.wait_for("price_confirmed_G92", "3")  # of 4 nozzles
        manager.picture("manager-price-applying")
        counter.picture("counter-price-changing")
        self.world.controller("/control/pace", {"factor": STORY_PACE})
        fill = wait_for(lambda: books.last_fill(self.world, 7), "the fill at pump 7 is booked", 60)
        must(
            fill and fill["price_li"] == 7_810 and fill["amount_fen"] == 20_000, "the running fill kept 7.81"
        )
        wait_for(
            lambda: books.board(self.world)["G92"] == 7_950, "the board changes once every nozzle has it", 40
        )
        must(books.nozzle_price(self.world, "7-1") == 7_950, "pump 7 has the new price now")
        manager.wait_for("price_now_G92", "7.95")
        manager.picture("manager-price-applied")
        sale = self._pay_cash(fill["id"], "200")
        return {
            "fill": books.last_fill(self.world, 7),
            "sale": sale,
            "old_price_li": 7_810,
            "new_price_li": 7_950,
            "board": books.board(self.world),
        }

    def till_killed_mid_fill_and_restarted(self) -> Facts:
        """Kill -9 the till that owns the pumps while pump 8 fills; started again, the fill is there, once."""
        assert self.counter is not None
        before = len(books.fills(self.world))
        self._authorise_full(8, 1)
        self.world.controller("/control/pumps/8/serve", {"nozzle": 1, "target_amount_fen": 15_000})
        wait_for(lambda: self._pump(8)["volume_ml"] > 2_000, "pump 8 fills")
        killed = self.counter.program
        self.counter.close()
        killed.kill()
        wait_for(
            lambda: self._controller_state(8) != "filling",
            "pump 8 ends alone",
            60,
        )
        self.counter = self._till("counter", "1366x768")
        self._sign_in(self.counter, CASHIER, "counter-again")
        self.counter.wait_for("scan_box")
        fill = wait_for(lambda: books.last_fill(self.world, 8), "the fill is booked after the restart", 40)
        self.counter.wait_for_name(f"unpaid_fill_{fill['id']}")
        self.counter.picture("counter-after-restart")
        must(len(books.fills(self.world)) == before + 1, "one fill, not two, not none")
        must(fill["amount_fen"] == 15_000, "the pump's own amount")
        sale = self._pay_cash(fill["id"], "150")
        return {
            "fill": books.last_fill(self.world, 8),
            "sale": sale,
            "fills_before": before,
            "fills_after": len(books.fills(self.world)),
        }

    def shift_closed(self) -> Facts:
        """Count the drawer, close the shift, find its paper."""
        counter = self.counter
        assert counter is not None
        self._next_customer(counter)
        expected = books.cash_taken(self.world) + 50_000
        counter.click("shift")
        counter.picture("counter-shift")
        counter.click("shift_close")
        wait_for(
            lambda: counter.visible("blockers_go") or counter.visible("counted_cash"), "what is under way"
        )
        if counter.visible("blockers_go"):
            counter.picture("counter-shift-under-way")
            # The last of them may settle by itself meanwhile, and the count then opens without us.
            wait_for(
                lambda: counter.press("blockers_go") or counter.visible("counted_cash"), "the count is open"
            )
        counter.type("counted_cash", f"{expected / 100:.2f}")
        counter.picture("counter-shift-count")
        counter.click("count_go")
        counter.wait_for_name("count_total_")
        for tender, fen in books.other_tenders(self.world).items():
            counter.type(f"count_total_{tender}", f"{fen / 100:.2f}")
        counter.picture("counter-shift-count-others")
        counter.click("count_totals_go")
        shift = wait_for(lambda: books.closed_shift(self.world), "the shift is closed")
        must(shift["expected_fen"] == expected == shift["counted_fen"], "the drawer holds what it should")
        pdf = wait_for(
            lambda: next(iter(self.world.folder.glob("reports/*.pdf")), None), "the paper is written"
        )
        counter.picture("counter-shift-closed")
        assert self.manager is not None
        self.manager.click("rail_overview")
        self.manager.wait_for("overview_amount")
        self.manager.picture("manager-overview")
        return {**shift, "report": pdf.name}

    def books_agree(self) -> Facts:
        """Pumps, station, cloud and gateways tell the same story, to the fen and the millilitre."""
        wait_for(lambda: books.unsent(self.world) == 0, "everything is sent")
        return books.compare(self.world)

    # --- how it is done ------------------------------------------------------------------------------------------------

    def _window(self, program: Program) -> Window:
        return Window(program.wait_until_ready(), self.out / "screens")

    def _till(self, place: str, size: str) -> Window:
        return self._window(
            self.world.processes.start(
                f"till-{place}", "demo.puppet", "pos", "--window-size", size,
                "--config", str(self.world.config), "--place", place,
            )
        )  # fmt: skip

    def _sign_in(self, window: Window, who: tuple[str, str], name: str) -> None:
        person = books.staff_id(self.world, who[0])
        window.wait_for(f"sign_in_person_{person}")
        window.picture(f"{name}-sign-in")
        window.click(f"sign_in_person_{person}")
        window.type("sign_in_pin", who[1])
        window.click("sign_in_go")

    def _driver_signs_in(self, phone: DriverPage) -> None:
        phone.open("#/pages/sign-in/sign-in")
        phone.fill("phone-input", DRIVER_PHONE)
        phone.tap("send-code")
        wait_for(lambda: self.world.sms_code(DRIVER_PHONE), "the code arrives")
        phone.fill("code-input", self.world.sms_code(DRIVER_PHONE))
        phone.picture("driver-sign-in")
        phone.tap("sign-in")
        phone.page.wait_for_function("() => !location.hash.includes('sign-in')")

    def _authorise_full(self, pump: int, nozzle: int) -> None:
        """From the counter: this pump may fill until the tank is full."""
        assert self.counter is not None
        self.counter.click(f"pump_tile_{pump}")
        self.counter.click(f"release_nozzle_{nozzle}")
        self.counter.click("release_full")
        self.counter.click("release_go")
        wait_for(lambda: self._pump(pump)["state"] == "authorised", f"pump {pump} is released")

    def _post_paid_fill(self, pump: int, nozzle: int, *, target_amount_fen: int) -> dict[str, Any]:
        known = {fill["id"] for fill in books.fills(self.world)}
        self._authorise_full(pump, nozzle)
        self.world.controller(
            f"/control/pumps/{pump}/serve", {"nozzle": nozzle, "target_amount_fen": target_amount_fen}
        )
        fill: dict[str, Any] = wait_for(
            lambda: next((fill for fill in books.fills(self.world) if fill["id"] not in known), None),
            f"the fill at pump {pump} is booked",
            60,
        )
        return fill

    def _pay_cash(self, fill: str, yuan: str) -> Facts:
        assert self.counter is not None
        self.counter.click(self.counter.wait_for_name(f"unpaid_fill_{fill}"))
        self.counter.click("pay_cash")
        self.counter.type("cash_given", yuan)
        self.counter.click("cash_go")
        sale: Facts = wait_for(lambda: books.sale_of_fill(self.world, fill), "the sale is complete")
        self._next_customer(self.counter)
        return sale

    def _next_customer(self, counter: Window) -> None:
        if counter.visible("next_customer"):
            counter.click("next_customer")
        counter.wait_for("scan_box")

    def _has_moved_on(self, window: Window, button: str, before: str) -> bool:
        text = window.text(button)
        return text != before and bool(text) and text != _("One moment…")

    def _order_is(self, state: str) -> bool:
        return bool(books.station_order(self.world, self.order_id)["state"] == state)

    def _pump(self, pump: int) -> dict[str, Any]:
        return books.pump_states(self.world)[pump]

    def _controller_state(self, pump: int) -> str:
        rows = self.world.controller("/control/pumps")
        return str(next(row["state"] for row in rows if row["pump"] == pump))

    def _pictures_of_failure(self) -> None:
        for name, window in (
            ("counter", self.counter),
            ("forecourt", self.forecourt),
            ("manager", self.manager),
        ):
            if window is not None and window.program.process.poll() is None:
                window.picture(f"failed-{name}")
        if self.phone is not None:
            self.phone.picture("failed-driver")
