"""The net that conftest.py spreads under every test holds."""

import logging
import socket

import psycopg
import pytest

from tests.conftest import ExpectLog, NetworkForbidden, _LogWatch


def test_another_machine_cannot_be_reached():
    with socket.socket() as sock, pytest.raises(NetworkForbidden):
        sock.connect(("192.0.2.1", 80))


def test_another_machines_name_is_not_even_looked_up():
    with pytest.raises(NetworkForbidden):
        socket.getaddrinfo("example.org", 80)


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_an_expected_log_line_is_accepted(expected_log: ExpectLog):
    expected_log("WARNING a.room: the printer is silent")
    logging.getLogger("a.room").warning("the printer is silent")


def test_an_unexpected_log_line_is_a_complaint():
    watch = _LogWatch()
    watch.handle(
        logging.makeLogRecord(
            {"levelname": "ERROR", "levelno": logging.ERROR, "name": "a.room", "msg": "broken"}
        )
    )
    assert watch.complaint() == "unexpected log line: ERROR a.room: broken"


def test_an_expected_log_line_that_does_not_come_is_a_complaint():
    watch = _LogWatch()
    watch.expect("the printer is silent")
    assert "no log line matched" in watch.complaint()


def test_every_test_gets_an_empty_postgresql_of_its_own(postgres: str):
    with psycopg.connect(postgres) as connection:
        assert connection.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone() == (0,)
