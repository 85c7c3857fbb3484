"""Somebody learns at a till beside the real one; nothing of it may be found in the real books."""

from pathlib import Path
from random import Random

from core.station.training_paper import MARK
from core.wording.catalogue import in_every_language
from demo import books
from demo.day.papers import Paper
from demo.day.person import Person
from demo.world import World

_PIN = "0000"
_WATER = "6901234500049"
_BOOKS = ("sales", "sale_lines", "payments", "refunds", "cash_movements", "shifts", "tender_sums", "goods")


def is_training(paper: Paper) -> bool:
    """Whether it says at its head that it is none."""
    return all(words in paper.words for words in in_every_language(MARK).splitlines())


class Learner:
    """Opens a till to learn at, sells a bottle of water for cash there, and goes."""

    def __init__(self, world: World, screens: Path, by: str) -> None:
        self._world, self._screens, self._by = world, screens, by

    def learn(self) -> list[str]:
        """What of the real station changed by it; nothing where all is well."""
        before, kicks = self._real_books(), books.drawer_openings(self._world)
        program = self._world.processes.start(
            "training", "demo.puppet", "pos", "--window-size", "1366x768", "--config", str(self._world.config),
            "--place", "counter", "--training",
        ).wait_until_ready()  # fmt: skip
        person = Person(program, self._screens, self._by, Random(1))  # noqa: S311 - no secret is made of it
        try:
            self._sell(person)
        finally:
            person.eyes.close()
            program.end()
        wrong = [
            f"training changed {name}" for name, rows in self._real_books().items() if rows != before[name]
        ]
        if books.drawer_openings(self._world) != kicks:
            wrong.append("training opened the real drawer")
        return wrong

    def _sell(self, person: Person) -> None:
        name = person.wait(lambda now: now.first("sign_in_person_"), "who learns").first("sign_in_person_")
        person.press(name)
        person.fill_in("sign_in_pin", _PIN, "sign_in_key", over=False)
        person.press("sign_in_go")
        if person.see("shift_open_go", "scan_box") == "shift_open_go":
            person.fill_in("shift_float", "100", "shift_key")
            person.press("shift_open_go")
            person.see("scan_box")
        person.scan(_WATER)
        person.press("pay_cash")
        person.press("cash_go")
        person.wait(lambda now: now.words("done_number"), "it is paid")
        person.press("next_customer")

    def _real_books(self) -> dict[str, list[books.Row]]:
        query = "SELECT * FROM {name}"
        return {name: books.station_rows(self._world, query.format(name=name)) for name in _BOOKS}
