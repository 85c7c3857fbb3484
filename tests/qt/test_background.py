"""Use cases run on workers; their answers arrive on the screen's thread."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from core.domain.refusals.people import WrongPin
from core.qt.background import Background
from core.station.workers import Workers


@pytest.fixture
def workers() -> Iterator[Workers]:
    built = Workers()
    yield built
    built.stop()


def test_an_answer_arrives_on_the_screens_thread(qtbot: QtBot, workers: Workers) -> None:
    seen: list[tuple[str, str]] = []
    background = Background(workers.in_order, workers.outside, seen.append)  # type: ignore[arg-type]
    background.run(
        lambda: threading.current_thread().name,
        lambda worked_on: seen.append((worked_on, threading.current_thread().name)),
    )
    qtbot.waitUntil(lambda: bool(seen), timeout=5_000)
    worked_on, answered_on = seen[0]
    assert worked_on.startswith("in_order")
    assert answered_on == threading.main_thread().name


def test_a_refusal_goes_to_whoever_asked_and_to_the_house_where_nobody_takes_it(
    qtbot: QtBot, workers: Workers
) -> None:
    house: list[Exception] = []
    asker: list[Exception] = []

    def refuse() -> None:
        raise WrongPin(3)

    background = Background(workers.in_order, workers.outside, house.append)
    background.run_outside(refuse, otherwise=asker.append)
    background.run(refuse)
    qtbot.waitUntil(lambda: bool(house and asker), timeout=5_000)
    assert isinstance(house[0], WrongPin)
    assert isinstance(asker[0], WrongPin)


def test_quick_use_cases_run_in_the_order_asked(qtbot: QtBot, workers: Workers) -> None:
    done: list[int] = []
    background = Background(workers.in_order, workers.outside, lambda _error: None)
    for number in range(50):
        background.run(partial(int, number), done.append)
    qtbot.waitUntil(lambda: len(done) == 50, timeout=5_000)
    assert done == list(range(50))


def test_after_closing_no_answer_reaches_a_screen_that_is_gone(qtbot: QtBot, workers: Workers) -> None:
    held = threading.Event()
    seen: list[object] = []
    background = Background(workers.in_order, workers.outside, seen.append)
    background.run(lambda: held.wait(5), seen.append)
    background.close()
    held.set()
    last = workers.in_order(lambda: None)
    last.result(timeout=5)
    qtbot.wait(1)
    assert seen == []
