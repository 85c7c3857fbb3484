"""The finance office fetches a day's bill, sees what differs from our books, and settles it."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.cloud_api.conftest import Cloud, Someone, code_of, wait_until
from tests.conftest import ExpectLog

_CHINA = timezone(timedelta(hours=8))


def _new_day(cloud: Cloud) -> str:
    """Noon of a day in China on which nothing has happened yet, at any cloud of these tests."""
    here = cloud.clock.now().astimezone(_CHINA)
    noon = datetime(here.year, here.month, here.day, 12, tzinfo=_CHINA) + timedelta(days=1)
    cloud.clock.pass_seconds((noon - here).total_seconds())
    return noon.date().isoformat()


def _paid_order(cloud: Cloud) -> str:
    driver, station = cloud.driver(), cloud.station()
    return driver.pay(cloud.wechat, driver.order(station)["id"])


def _fetched(finance: Someone, day: str) -> Any:
    return finance.post(f"/v1/office/bills/wechat/{day}/fetch")


def _differences(finance: Someone, day: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = finance.get("/v1/office/bills/differences", day=day)["differences"]
    return found


def test_a_bill_that_agrees_leaves_nothing_to_do(cloud: Cloud) -> None:
    day = _new_day(cloud)
    _paid_order(cloud)
    _new_day(cloud)
    finance = cloud.office("finance")
    bill = _fetched(finance, day)
    assert (bill["state"], bill["paid_fen"], bill["lines"]) == ("fetched", 20000, 1)
    assert _fetched(finance, day) == bill | {"fetched_at": _fetched(finance, day)["fetched_at"]}
    assert _differences(finance, day) == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("extra_line", {"theirs_only"}),
        ("missing_line", {"ours_only"}),
        ("wrong_amount", {"amount"}),
    ],
)
def test_a_fault_in_the_bill_is_a_difference_until_it_is_gone(
    cloud: Cloud, fault: str, expected: set[str]
) -> None:
    day = _new_day(cloud)
    _paid_order(cloud)
    _paid_order(cloud)
    _new_day(cloud)
    finance = cloud.office("finance")
    _fetched(finance, day)
    cloud.wechat.next(fault, "bill")
    _fetched(finance, day)
    found = _differences(finance, day)
    assert {one["kind"] for one in found} == expected
    assert all(one["state"] == "open" and one["sentence"] for one in found)
    cloud.wechat.clear()
    _fetched(finance, day)
    assert {one["state"] for one in _differences(finance, day)} == {"gone"}


def test_a_difference_is_resolved_once_with_a_note_and_stays_so(cloud: Cloud) -> None:
    day = _new_day(cloud)
    _paid_order(cloud)
    _new_day(cloud)
    finance = cloud.office("finance")
    _fetched(finance, day)
    cloud.wechat.next("extra_line", "bill")
    _fetched(finance, day)
    one = _differences(finance, day)[0]
    path = f"/v1/office/bills/differences/{one['id']}/resolve"
    resolved = finance.post(path, {"note": "平台核实：另一系统的单"})
    assert (resolved["state"], resolved["ended_by"]) == ("resolved", "王芳")
    assert finance.post(path, {"note": "平台核实：另一系统的单"}) == resolved
    assert code_of(finance.post(path, {"note": "别的"}, 409)) == "difference_closed"
    _fetched(finance, day)
    assert [each["state"] for each in _differences(finance, day) if each["id"] == one["id"]] == ["resolved"]


def test_a_bill_that_cannot_be_trusted_is_missing_and_fetched_again_by_itself(
    cloud: Cloud, expected_log: ExpectLog
) -> None:
    expected_log(r"WARNING cloud_api.bills.*does not agree with its digest")
    day = _new_day(cloud)
    _paid_order(cloud)
    cloud.wechat.next("wrong_digest", "bill")
    _new_day(cloud)

    def state(finance: Someone) -> str | None:
        bills = finance.get("/v1/office/bills", first=day, last=day)["bills"]
        return bills[0]["state"] if bills else None

    finance = cloud.office("finance")
    wait_until(lambda: state(finance) == "missing", "the chore asked for the bill")
    cloud.clock.pass_seconds(3700)
    later = cloud.office("finance")
    wait_until(lambda: state(later) == "fetched", "the chore asked again")


def test_bills_are_for_the_finance_office_and_for_days_that_are_over(cloud: Cloud) -> None:
    today = cloud.clock.now().astimezone(_CHINA).date().isoformat()
    support = cloud.office("support")
    assert code_of(support.post(f"/v1/office/bills/wechat/{today}/fetch", None, 403)) == "office_duty_missing"
    finance = cloud.office("finance")
    assert code_of(finance.post(f"/v1/office/bills/wechat/{today}/fetch", None, 422)) == "bill_day_unfit"
    assert code_of(finance.post(f"/v1/office/bills/paypal/{today}/fetch", None, 409)) == (
        "provider_not_offered"
    )
