"""What holds for every test: offscreen windows, no network but loopback, no unexpected warning or log line."""

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import hypothesis
import pytest

from core.wording.catalogue import Language, use
from dev.needs.catalogues import Catalogues, compile_catalogue
from dev.places import LOCALES
from tests.postgres import PostgresServer, running_postgres

# Who asks for the long tests looks for what nobody has thought of; who asks whether a change is sound wants the same answer twice.
hypothesis.settings.register_profile("searching", deadline=None, max_examples=60, print_blob=True)
hypothesis.settings.register_profile("house", hypothesis.settings.get_profile("searching"), derandomize=True)
hypothesis.settings.load_profile("house")

ExpectLog = Callable[[str], None]

_BESIDE_US = {"", "localhost", "127.0.0.1", "::1"}


class NetworkForbidden(RuntimeError):
    """A test reached for a machine other than this one."""


def _refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = (arguments[0],)
    else:
        return
    if not isinstance(address, tuple):
        return  # A socket of the file system, or Linux's own.
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    if host is None or host in _BESIDE_US or str(host).startswith("127."):
        return
    raise NetworkForbidden(f"{event} to {host}: tests speak to this machine only")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("markexpr") != "not long":
        hypothesis.settings.load_profile("searching")
    # Beneath every client library; nothing can forget to ask it.
    sys.addaudithook(_refuse_other_machines)
    if not Catalogues().is_met():
        for written in LOCALES.glob("*/LC_MESSAGES/*.po"):
            compile_catalogue(written)


# Rooms whose files take longest, so that no process is left alone with one at the end. The others follow as they stand.
_LONGEST_FIRST = (
    "journeys",
    "cloud_link",
    "cloud_api",
    "simulation",
    "faults",
    "second_opinion_controller",
    "demo",
    "station",
    "pos_app",
    "admin_app",
    "services",
    "devices",
    "persistence",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where tests run beside each other, their files are handed out in this order."""
    if not hasattr(config, "workerinput"):
        return
    places = {name: place for place, name in enumerate(_LONGEST_FIRST)}
    tests = Path(__file__).parent
    items.sort(key=lambda item: places.get(item.path.relative_to(tests).parts[0], len(places)))


class _LogWatch(logging.Handler):
    """Remembers every line from WARNING on, and which of them the test said would come."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines: list[str] = []
        self._expected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def expect(self, pattern: str) -> None:
        self._expected.append(pattern)

    def complaint(self) -> str:
        """What is wrong; nothing where every line was expected and every expected line came."""
        unexpected = [
            line for line in self._lines if not any(re.search(each, line) for each in self._expected)
        ]
        absent = [each for each in self._expected if not any(re.search(each, line) for line in self._lines)]
        parts = [f"unexpected log line: {line}" for line in unexpected]
        parts += [f"no log line matched {each!r}" for each in absent]
        return "\n".join(parts)


@pytest.fixture(autouse=True)
def _log_watch() -> Iterator[_LogWatch]:
    root, watch = logging.getLogger(), _LogWatch()
    root.addHandler(watch)
    before = list(root.handlers)
    yield watch
    # It would write the log of every later test into this one's captured stream, which is closed by then.
    left_behind = [handler for handler in root.handlers if handler not in before]
    is_gone = watch not in root.handlers
    for handler in (watch, *left_behind):
        root.removeHandler(handler)
    if left_behind or is_gone:
        pytest.fail("the root logger's handlers were changed: logging_put_back", pytrace=False)
    if complaint := watch.complaint():
        pytest.fail(complaint, pytrace=False)


@pytest.fixture
def logging_put_back(_log_watch: _LogWatch) -> Iterator[None]:
    """For what sets up the logging of its whole process, as a program does that starts."""
    root = logging.getLogger()
    handlers, level, of_httpx = list(root.handlers), root.level, logging.getLogger("httpx").level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("httpx").setLevel(of_httpx)


@pytest.fixture
def expected_log(_log_watch: _LogWatch) -> ExpectLog:
    """``expected_log(r"WARNING core.devices.*does not answer")``: a line that must come and may; a regular expression
    over level, logger and message. Say it anywhere in the test."""
    return _log_watch.expect


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    use(Language.CHINESE)
    yield
    use(Language.CHINESE)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the whole run, started by the first test that wants it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL (``postgresql://…``) of a database that is empty and this test's own."""
    with postgres_server.database() as url:
        yield url
