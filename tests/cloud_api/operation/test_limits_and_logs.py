"""Limits by token and network, figures without ids, and log lines without people."""

import json
import logging

from cloud_api.operation.figures import Figures
from cloud_api.operation.limits import Buckets, network_of
from cloud_api.operation.logs import JsonLines, without_people


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
