"""Another process keeps the books locked: the people at the till are told soon, nothing of the window stands still, and
what they asked for is done as soon as it can be, or refused after a bearable while."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from core.domain.faults import DatabaseBusy
from core.persistence import database
from core.qt.background import Background
from core.qt.notices import Notices
from core.station.workers import Workers
from core.wording.refusals import sentence
from pos_app.cashier.counter.presenter import CounterPresenter
from tests.postgres import PostgresServer
from tests.services.small_station import WATER, SmallStation, lay_out

_LOCKER = Path(__file__).with_name("keeping_locked.py")
_DEADLINE_MS = 20_000
_PATIENCE_SECONDS = database.PATIENCE_SECONDS  # as people at the till have it


@contextmanager
def locked_by_another(url: str) -> Iterator[Callable[[], None]]:
    """A process of its own holds the write lock until the call that this gives."""
    with subprocess.Popen(
        [sys.executable, str(_LOCKER), url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        stdin = process.stdin

        def let_go() -> None:
            if not stdin.closed:
                stdin.close()
                process.wait()

        yield let_go
        let_go()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the time, so that the test is quick."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.8)
    monkeypatch.setattr(database, "NOTICED_SECONDS", 0.2)


@pytest.fixture(params=["sqlite", "postgresql"])
def busy(request: pytest.FixtureRequest, impatient: None, tmp_path: Path) -> Iterator[SmallStation]:
    """With its shift open, on either database."""
    if request.param == "sqlite":
        built = SmallStation(tmp_path / "station.db")
        built.open_shift()
        yield built
        built.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        lay_out(url)
        built = SmallStation(url)
        built.open_shift()
        yield built
        built.close()


@pytest.fixture
def at_the_counter(busy: SmallStation, qtbot: QtBot) -> Iterator[tuple[CounterPresenter, Notices]]:
    """Its counter on the till's own threads."""
    workers, notices = Workers(), Notices()
    background = Background(workers.in_order, workers.outside, notices.fault)
    counter = CounterPresenter(busy.sales, background, notices)
    counter.serve(busy.cashier)
    counter.code_given(WATER)
    qtbot.waitUntil(lambda: _pieces(counter) == 1, timeout=_DEADLINE_MS)
    yield counter, notices
    workers.stop()
    background.close()


def test_what_waited_is_done_as_soon_as_the_other_lets_go_and_the_window_never_stood_still(
    busy: SmallStation,
    at_the_counter: tuple[CounterPresenter, Notices],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", _PATIENCE_SECONDS)  # nobody gives up here
    counter, notices = at_the_counter
    told: list[bool] = []
    busy.database.waiting.watch(told.append)
    beats: list[bool] = []  # whether a worker was waiting for the lock
    heart = QTimer(interval=10)
    heart.timeout.connect(lambda: beats.append(told == [True]))
    with locked_by_another(busy.url) as let_go:
        heart.start()
        counter.code_given(WATER)
        # The GUI thread goes on painting while a worker waits: waiting itself, it would not beat before the lock is let go.
        # How far apart the beats are tells of the machine's load as much as of the window.
        qtbot.waitUntil(lambda: beats.count(True) >= 5, timeout=_DEADLINE_MS)
        heart.stop()
        let_go()
        qtbot.waitUntil(lambda: _pieces(counter) == 2, timeout=_DEADLINE_MS)
    assert told == [True, False]
    assert notices.now is None


def test_after_a_bearable_while_it_is_refused_and_the_next_one_waits_less(
    busy: SmallStation, at_the_counter: tuple[CounterPresenter, Notices], qtbot: QtBot
) -> None:
    counter, notices = at_the_counter
    bill = counter.state.sale
    assert bill is not None
    with locked_by_another(busy.url):
        counter.code_given(WATER)
        qtbot.waitUntil(lambda: notices.now is not None, timeout=_DEADLINE_MS)
        assert notices.now is not None
        assert notices.now.text == sentence(DatabaseBusy())
        assert busy.sales.get(bill.id).lines[0].quantity == 1, "looking goes on meanwhile"
        begun = time.monotonic()
        with pytest.raises(DatabaseBusy):
            busy.sales.add_goods(bill.id, WATER, 1, busy.cashier)
        assert time.monotonic() - begun < database.PATIENCE_SECONDS
    assert busy.sales.add_goods(bill.id, WATER, 1, busy.cashier).lines[0].quantity == 2


def _pieces(counter: CounterPresenter) -> int:
    sale = counter.state.sale
    return sale.lines[0].quantity if sale is not None and sale.lines else 0
