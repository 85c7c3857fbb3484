"""The day's plan, and the person who goes through it: tired after a while, and not put off by a till that dies."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from demo import books
from demo.day.bookkeeper import Bookkeeper
from demo.day.customers import Customers
from demo.day.errand import Errand
from demo.day.office import Office
from demo.day.person import Person, TillGone
from demo.day.prepaying import Prepaying
from demo.day.returns import Returns
from demo.day.training import Learner
from demo.day.waking import Waking
from demo.expecting import wait_for
from demo.processes import Program
from demo.window import NotShown
from demo.world import World

CASHIERS = (("李敏", "2580"), ("孙悦", "7412"))
FLOAT_FEN = 50_000
_KINDS: tuple[tuple[str, ...], ...] = (
    ("exact",), ("change",), ("wechat",), ("alipay",), ("unionpay",), ("bank_card",), ("credit",), ("split",),
    ("change", "no_fill", "goods"), ("exact", "goods", "void_line"), ("wechat", "goods", "price"), ("qr",),
    ("alipay", "member"), ("change", "coupon"), ("exact", "goods", "round"), ("typing",), ("declined",),
    ("taken_back",), ("wallet", "no_fill", "goods"), ("card",), ("change", "two_fills", "goods"),
    ("wechat", "member", "coupon", "goods"), ("exact", "no_fill", "goods"), ("change", "coupon", "round"),
    ("exact", "points"), ("unionpay", "member_code", "goods"), ("alipay", "points", "coupon", "round"),
)  # fmt: skip
_DUTIES = ("hold", "cancel", "refund", "cash_in", "void", "reprint", "safe_drop", "x", "give_all_back", "lock", "drawer",
           "refund", "cash_out", "paper_out", "give_all_back", "cloud_away", "prepay")  # fmt: skip


class Day:
    """A till, its cashiers, and what they go through."""

    def __init__(self, world: World, out: Path, by: str, seed: int, say: Callable[[str], None]) -> None:
        self.world, self.out, self.by, self.say = world, out, by, say
        self.chance = random.Random(seed)  # noqa: S311 - no secret is made of it
        self.customers = Customers(world)
        stock = {"6901234500018": 48, "6901234500025": 30, "6901234500032": 60, "6901234500049": 240,
                 "6901234500056": 96, "6901234500063": 40, "6901234500070": 25, "6901234500087": 12}  # fmt: skip
        self.keeper = Bookkeeper(stock)
        self.who = 0
        self.kills = 0
        self.failures: list[str] = []
        self._began = time.monotonic()
        self.went: Counter[str] = Counter()
        self._killer: threading.Thread | None = None
        self._errand_over = threading.Event()
        self._program: Program | None = None
        self.person = self._sit_down()
        self.errand = Errand(world, self.person, self.keeper, self.customers, self.chance)
        self.office = Office(self.errand)
        self.returns = Returns(self.errand)
        self.prepaying = Prepaying(self.errand)
        self.waking = Waking(self.errand, self.prepaying, self.returns)

    # --- the till ----------------------------------------------------------------------------------------------------------

    def _sit_down(self) -> Person:
        program = self.world.processes.start(
            "till", "demo.puppet", "pos", "--window-size", "1366x768", "--config", str(self.world.config), "--place",
            "counter",
        ).wait_until_ready()  # fmt: skip
        self._program = program
        return Person(program, self.out / "screens", self.by, self.chance)

    def sign_in(self) -> None:
        """Name, PIN; and a float where no shift is open."""
        name, pin = CASHIERS[self.who]
        self.person.press(f"sign_in_person_{books.staff_id(self.world, name)}")
        self.person.fill_in("sign_in_pin", pin, "sign_in_key", over=False)
        self.person.press("sign_in_go")
        if self.person.see("shift_open_go", "scan_box") == "shift_open_go":
            self.person.fill_in("shift_float", str(FLOAT_FEN // 100), "shift_key")
            self.person.press("shift_open_go")
            self.person.see("scan_box")
            self.keeper.opened(FLOAT_FEN)

    # --- going through it ------------------------------------------------------------------------------------------------------

    def live(self, sales: int, kills: int) -> None:
        """Open, sell, hand over in the middle, close."""
        self.sign_in()
        wait_for(lambda: len(books.pump_states(self.world)) == 8, "all eight pumps report")
        plan = self._plan(sales)
        fatal = set(self.chance.sample(range(len(plan)), min(kills, len(plan)))) if kills else set()
        began = time.monotonic()
        for number, task in enumerate(plan):
            if number in fatal:
                self._lurk()
            self._go_through(task)
            self._spare()
            if number % 10 == 9:
                self.say(f"{number + 1} of {len(plan)} after {time.monotonic() - began:.0f} s")
        self._go_through(("train",))
        self._go_through(("close",))

    def _plan(self, sales: int) -> list[tuple[str, ...]]:
        kinds = [_KINDS[n % len(_KINDS)] for n in range(sales)]
        self.chance.shuffle(kinds)
        first, count = self.chance.randrange(len(_DUTIES)), max(sales // 4, 4)
        duties: list[tuple[str, ...]] = [("duty", _DUTIES[(first + n) % len(_DUTIES)]) for n in range(count)]
        plan: list[tuple[str, ...]] = kinds[:3]
        rest: list[tuple[str, ...]] = kinds[3:] + duties
        self.chance.shuffle(rest)
        plan += rest
        plan.insert(len(plan) // 2, ("hand_over",))
        return plan

    def _go_through(self, task: tuple[str, ...]) -> None:
        name = " ".join(task)
        with (self.out / "diary.txt").open("a", encoding="utf-8") as diary:
            diary.write(f"{time.monotonic() - self._began:7.1f} {name}\n")
        try:
            self._do(task)
            self.went[name] += 1
        except TillGone:
            self._wake()
        except (NotShown, AssertionError) as error:
            if self._program is not None and self._program.process.poll() is not None:
                self._wake()
                return
            self._note(name, error)
            try:
                self.waking.tidy()
            except (NotShown, AssertionError) as again:
                self._note(f"{name}, tidying up", again)

    def _note(self, name: str, error: Exception) -> None:
        self.failures.append(f"{name}: {error}")
        self.say(f"NOT {name}: {str(error)[:1500]}")
        self.person.eyes.keep(f"failed-{len(self.failures)}")

    def _do(self, task: tuple[str, ...]) -> None:
        match task:
            case ("train",):
                wait_for(self.errand.cars.are_done, "the pumps are done", 60)
                self.errand.troubles += Learner(self.world, self.out / "screens", self.by).learn()
            case ("close",):
                self.office.close()
            case ("hand_over",):
                self.errand.keep_pumps_busy(8)
                self.office.hand_over(*CASHIERS[1 - self.who])
                self.who = 1 - self.who
            case ("duty", duty):
                self._see_to(duty)
            case (pay, *extras):
                self.errand.sell(pay, *extras)

    def _see_to(self, duty: str) -> None:
        match duty:
            case "lock":
                self.office.lock(*CASHIERS[self.who])
            case "paper_out":
                self._paper_out()
            case "cloud_away":
                self._cloud_away()
            case "prepay":
                self.prepaying.sell()
            case "refund" | "give_all_back" | "void":
                getattr(self.returns, duty)()
            case _:
                getattr(self.office, duty)()

    def _paper_out(self) -> None:
        self.world.printer_control("/control/fault", {"kind": "paper_out"})
        try:
            self.errand.sell("change", "no_fill", "goods")
            self.errand.sell("exact", "no_fill", "goods")
            words = self.person.wait(
                lambda now: now.words("status_printer") or "status_printer" in now, "the lamp"
            )
            self.say(f"printer lamp says: {words.words('status_printer')!r}")
        finally:
            self.world.printer_control("/control/fault", {"kind": "none"})

    def _cloud_away(self) -> None:
        cloud = self.world.cloud
        port = cloud.facts["port"]
        cloud.kill()
        try:
            self.errand.sell("change", "no_fill", "goods")
            self.errand.sell("exact", "no_fill", "goods")
            self.errand.sell("bank_card")
            seen = self.person.wait(lambda now: now.words("status_waiting"), "the unsent count shows", 30)
            self.say(f"cloud away: {seen.words('status_cloud')!r} {seen.words('status_waiting')!r}")
        finally:
            again = self.world.processes.start(
                "cloud", "cloud_api", "serve", "--port", str(port), "--settings",
                str(self.world.folder / "keys" / "cloud-settings.toml"), "--database",
                f"sqlite:///{self.world.folder / 'cloud.db'}",
            ).wait_until_ready()  # fmt: skip
            cloud.process = again.process
        wait_for(lambda: books.unsent(self.world) == 0, "everything is sent after the cloud came back", 60)

    # --- killed --------------------------------------------------------------------------------------------------------------

    def _lurk(self) -> None:
        """Kill the till in a moment: of the errand as a whole, of the ringing, or, as often as both, of the paying."""
        program, stage = self._program, self.chance.choice(("", "ringing", "paying", "paying"))
        seconds = self.chance.uniform(0.01, 0.9 if self.by == "keyboard" else 0.5)
        over = self._errand_over = threading.Event()
        assert program is not None

        def kill() -> None:
            while stage and self.errand.stage != stage and not over.wait(0.002):
                pass
            over.wait(seconds)
            program.kill()

        self._killer = threading.Thread(target=kill, name="killer")
        self._killer.start()

    def _spare(self) -> None:
        if self._killer is not None:
            self._wait_for_killer()
            if self._program is not None and self._program.process.poll() is not None:
                self._wake()

    def _wait_for_killer(self) -> None:
        if self._killer is not None:
            self._errand_over.set()
            self._killer.join()
            self._killer = None

    def _wake(self) -> None:
        """Start it again, sign in, look what lies there, go on."""
        self.kills += 1
        self._wait_for_killer()
        began = time.monotonic()
        stage, bill = self.errand.stage, self.errand.bill
        effort = self.person.effort
        self.person.eyes.close()
        self.person = self._sit_down()
        self.person.effort = effort
        self.errand.p = self.person
        self.sign_in()
        try:
            told = self.waking.go_on()
        except (NotShown, AssertionError) as error:
            self._note(f"after a kill while {stage} ({bill.kind})", error)
            told = "not all is well"
        self.say(
            f"killed while {stage} ({bill.kind}); {told}; on again after {time.monotonic() - began:.1f} s"
        )
