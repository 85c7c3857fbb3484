"""Limits by token and network, figures without ids, and log lines without people."""

import json
import logging
import sys

import pytest

from cloud_api.operation.figures import Figures
from cloud_api.operation.limits import Buckets, network_of
from cloud_api.operation.logs import JsonLines, PlainLines, without_people
from tests.cloud_api.conftest import Cloud, code_of, wait_until


def test_a_bucket_gives_what_it_holds_and_fills_with_time() -> None:
    bucket = Buckets(a_second=2, at_once=3)
    assert [bucket.take("a", 0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert bucket.take("b", 0.0) == 0
    assert bucket.take("a", 0.6) == 0
    assert bucket.take("a", 0.6) == 1
    assert [bucket.take("a", 100.0) for _ in range(4)] == [0, 0, 0, 1]


def test_an_address_stands_for_its_network_and_this_machine_for_nobody() -> None:
    assert network_of("203.0.113.7") == "203.0.113.7"
    assert network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64"
    assert network_of("127.0.0.1") == network_of("::1") == network_of("testclient") == ""


def test_figures_are_told_as_prometheus_reads_them() -> None:
    figures = Figures()
    figures.gauge("youzhan_writes_waiting", "Waiting.", lambda: 3)
    figures.count("GET", "/v1/orders/{order_id}", 200, 0.004)
    figures.count("GET", "/v1/orders/{order_id}", 200, 0.3)
    lines = figures.text().splitlines()
    assert 'youzhan_requests_total{method="GET",route="/v1/orders/{order_id}",status="200"} 2.0' in lines
    assert 'youzhan_request_seconds_bucket{le="0.005",route="/v1/orders/{order_id}"} 1.0' in lines
    assert 'youzhan_request_seconds_bucket{le="+Inf",route="/v1/orders/{order_id}"} 2.0' in lines
    assert "youzhan_writes_waiting 3.0" in lines


def test_a_log_line_holds_nobody() -> None:
    said = "driver 13812345678 with 云A12345 and yzd_abcdefghij paid by 134567890123456789, mail li.min@example.cn"
    told = without_people(said)
    assert told == "driver [phone] with [plate] and [token] paid by [number], mail [address]"
    record = logging.LogRecord("cloud", logging.INFO, "", 0, "order %s", ("018f" * 8,), None)
    assert json.loads(JsonLines().format(record))["message"] == "order " + "018f" * 8


_WRITTEN_BY_OTHERS = "no\r\n2026-11-23T00:00:00.000+00:00 INFO cloud: all is well\u2028\x85\x1b[2J"


def _record(message: str, *, fails: bool = False) -> logging.LogRecord:
    trouble = None
    if fails:
        try:
            int(message)
        except ValueError:
            trouble = sys.exc_info()
    record = logging.LogRecord("cloud", logging.INFO, "", 0, "said %s", (message,), trouble)
    record.created = 1_795_392_000.25
    return record


def test_what_others_wrote_never_begins_a_line_of_the_log() -> None:
    [line] = PlainLines().format(_record(_WRITTEN_BY_OTHERS)).splitlines()
    assert line.startswith(
        "2026-11-23T00:00:00.250+00:00 INFO cloud: said no\\r\\n2026-11-23T00:00:00.000+00:00"
    )
    first, *others = PlainLines().format(_record(_WRITTEN_BY_OTHERS, fails=True)).splitlines()
    assert first == line
    assert others
    assert all(other.startswith("    ") for other in others)
    [written] = JsonLines().format(_record(_WRITTEN_BY_OTHERS, fails=True)).splitlines()
    assert json.loads(written)["message"] == f"said {_WRITTEN_BY_OTHERS}"


def test_who_was_let_in_and_who_was_not_is_logged_without_saying_who(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "cloud_api.operation.watch"):
        driver = cloud.driver()
        driver.get(f"/v1/orders/{driver.new_id()}", 404)
        assert code_of(driver.get("/v1/office/users", 401)) == "not_signed_in"
        cloud.office("support").get("/v1/office/users", 403)
        cloud.post("/v1/sign-in", {"phone": "13812345678", "code": "123456"}, 403)
        expected = ["GET /v1/office/users: 401", "GET /v1/office/users: 403", "POST /v1/sign-in: 403"]
        # A line is written once its answer has gone out.
        wait_until(lambda: len(_told(caplog)) >= len(expected), "the last line")
    assert sorted(_told(caplog)) == expected


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "cloud_api.operation.watch"]
