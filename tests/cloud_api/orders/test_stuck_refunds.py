"""A refund that does not arrive is the finance office's until it has its end, and so has the order."""

from typing import Any

import pytest

from tests.cloud_api.conftest import Cloud, DriverPhone, code_of, wait_until
from tests.conftest import ExpectLog


def _stuck_order(cloud: Cloud, fault: str) -> tuple[DriverPhone, str, dict[str, Any]]:
    driver, station = cloud.driver(), cloud.station()
    order_id = driver.order(station)["id"]
    driver.pay(cloud.wechat, order_id)
    cloud.wechat.next(fault, "refund")
    driver.post(f"/v1/orders/{order_id}/cancel")
    finance = cloud.office("finance")

    def refunds() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = finance.get("/v1/office/refunds/stuck")["refunds"]
        return found

    wait_until(refunds, "the refund fails")
    [refund] = refunds()
    assert (refund["order_id"], refund["amount_fen"]) == (order_id, 20000)
    assert driver.look(order_id)["cancelled"]["refund_state"] == "pending"
    return driver, order_id, refund


def test_money_paid_in_another_way_ends_the_order_once(cloud: Cloud, expected_log: ExpectLog) -> None:
    expected_log(r"ERROR cloud_api.payments.*failed: payer_account_closed")
    driver, order_id, refund = _stuck_order(cloud, "abnormal")
    finance, path = cloud.office("finance"), f"/v1/office/refunds/{refund['id']}/settle"
    body = {"way": "paid_otherwise", "note": "转账至顾客银行卡"}
    settled = finance.post(path, body)
    assert (settled["state"], settled["reason"]) == ("refunded", "by_hand")
    assert finance.post(path, body) == settled
    assert driver.look(order_id)["cancelled"]["refund_state"] == "refunded"
    assert finance.get("/v1/office/refunds/stuck")["refunds"] == []
    assert code_of(finance.post(path, {**body, "way": "look_again"}, 409)) == "payment_is_final"


@pytest.mark.parametrize("duty", ["support", "operations"])
def test_only_the_finance_office_settles(cloud: Cloud, duty: str) -> None:
    other = cloud.office(duty)
    assert code_of(other.get("/v1/office/refunds/stuck", 403)) == "office_duty_missing"


def test_a_refund_that_the_provider_refused_is_asked_for_again_under_its_number(
    cloud: Cloud, expected_log: ExpectLog
) -> None:
    expected_log(r"ERROR cloud_api.payments.*failed: payer_account_closed")
    driver, order_id, refund = _stuck_order(cloud, "refused")
    finance = cloud.office("finance")
    again = {"way": "look_again", "note": "顾客已恢复账户"}
    path = f"/v1/office/refunds/{refund['id']}/settle"
    assert finance.post(path, again)["state"] == "pending"
    wait_until(lambda: driver.look(order_id)["cancelled"]["refund_state"] == "refunded", "it goes back")
    # Whoever did not hear the first answer asks again.
    assert finance.post(path, again)["state"] == "refunded"
    assert cloud.wechat.payment(refund["payment_id"])["refunded_fen"] == 20000
