"""Prepared statements sent at once and answered at once, over libpq itself: what a driver does for each costs more than they."""

import itertools
import select
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection as PostgresConnection
from psycopg import OperationalError, errors
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection

_PREPARED = "statements sent at once"
_IS_WELL = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})
_names = map(b"at_once_%d".__mod__, itertools.count(1))


class RoundTrip:
    """Statements on one connection to PostgreSQL, gathered first; a transaction is begun where there is none.

    Parameters go as text, so each statement says what they are (`$1::varchar[]`).
    """

    def __init__(self, connection: Connection) -> None:
        self._raw: PostgresConnection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        # Lives and dies with the connection, as what is prepared at the server does.
        self._prepared: dict[bytes, bytes] = connection.info.setdefault(_PREPARED, {})
        self._asked: list[tuple[bytes, list[bytes | None]]] = []

    def ask(self, statement: bytes, given: Sequence[Any]) -> None:
        self._asked.append((statement, [_as_text(one) for one in given]))

    def go(self, *, and_commit: bool = False) -> list[list[list[Any]]]:
        """The rows of each; raises psycopg's error for the first that the server did not take."""
        server = self._raw.pgconn
        new: list[bytes] = []
        server.enter_pipeline_mode()
        try:
            wanted = self._send(server, new)
            if and_commit:
                # Not done where one of the others failed. Whoever began the transaction finds it ended.
                server.send_query_params(b"COMMIT", None)
            server.pipeline_sync()
            answers = _answers(server)
        finally:
            if server.status == ConnStatus.OK:
                server.exit_pipeline_mode()
        for one in answers:
            if one.status not in _IS_WELL:
                for statement in new:
                    del self._prepared[statement]
                raise errors.error_from_result(one, self._raw.info.encoding)
        return [self._rows(answers[at]) for at in wanted]

    def _send(self, server: PGconn, new: list[bytes]) -> list[int]:
        """Which of the answers that will come are those to what was asked."""
        sent, wanted = 0, []
        if server.transaction_status == TransactionStatus.IDLE:
            server.send_query_params(b"BEGIN", None)
            sent = 1
        for statement, given in self._asked:
            name = self._prepared.get(statement)
            if name is None:
                name = self._prepared[statement] = next(_names)
                new.append(statement)
                server.send_prepare(name, statement)
                sent += 1
            server.send_query_prepared(name, given)
            wanted.append(sent)
            sent += 1
        return wanted

    def _rows(self, answer: PGresult) -> list[list[Any]]:
        count = answer.ntuples
        if not count:
            return []
        reader = Transformer(self._raw)
        reader.set_pgresult(answer)
        return reader.load_rows(0, count, list)


def _answers(server: PGconn) -> list[PGresult]:
    """All of them up to the mark at the end; other threads run while the server works."""
    waiting = select.poll()
    unsent = server.flush()
    waiting.register(server.socket, select.POLLIN | select.POLLOUT if unsent else select.POLLIN)
    answers: list[PGresult] = []
    while True:
        while server.is_busy():
            waiting.poll()
            if unsent:
                unsent = server.flush()
                if not unsent:
                    waiting.modify(server.socket, select.POLLIN)
            server.consume_input()
        one = server.get_result()
        if one is None:
            # The end of one statement's answer.
            if server.status != ConnStatus.OK:
                raise OperationalError(server.get_error_message())
        elif one.status == ExecStatus.PIPELINE_SYNC:
            return answers
        else:
            answers.append(one)


def _as_text(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, list | tuple):
        return _array(value).encode()
    if isinstance(value, datetime):
        return value.isoformat().encode()
    return str(value).encode()


def _array(values: Sequence[str]) -> str:
    if not values:
        return "{}"
    if not "".join(values).isalnum():
        values = [one.replace("\\", "\\\\").replace('"', '\\"') for one in values]
    return '{"' + '","'.join(values) + '"}'
