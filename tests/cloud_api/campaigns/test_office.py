"""The head office keeps campaigns, exports codes, gives gifts and takes coupons back; drivers find it in their app."""

from typing import Any

from tests.cloud_api.campaigns.plans import a_plan
from tests.cloud_api.conftest import Cloud, code_of


def added(cloud: Cloud, office: Any, **other: Any) -> dict[str, Any]:
    campaign: dict[str, Any] = office.post("/v1/office/campaigns", a_plan(cloud, **other), 201)
    return campaign


def test_a_campaign_is_kept_changed_stocked_and_paused(cloud: Cloud) -> None:
    office, driver = cloud.office("operations"), cloud.driver()
    campaign = added(cloud, office, stock=1)
    path = f"/v1/office/campaigns/{campaign['id']}"
    [seen] = driver.get("/v1/campaigns")["campaigns"]
    assert (seen["id"], seen["remaining"], seen["terms"]["off_fen"]) == (campaign["id"], 1, 1500)
    changed = a_plan(cloud, title="满100减10", limits={"person": 2})
    changed["terms"]["off_fen"] = 1000
    assert office.post(f"{path}/versions", changed, 201)["version"] == 2
    versions = office.get(f"{path}/versions")["versions"]
    assert [(one["version"], one["terms"]["off_fen"]) for one in versions] == [(1, 1500), (2, 1000)]
    stocked = office.post(f"{path}/stock", {"pieces": 4})
    assert (stocked["stock"], stocked["remaining"]) == (5, 5)
    office.put(f"{path}/pause", {"paused": True})
    refused = driver.post(f"/v1/campaigns/{campaign['id']}/claims", None, 409, key=driver.new_id())
    assert code_of(refused) == "campaign_paused"
    assert driver.get("/v1/campaigns") == {"campaigns": []}
    [kept] = office.get("/v1/office/campaigns")["campaigns"]
    assert (kept["paused"], kept["limits"]) == (True, {"person": 2})
    plan = a_plan(cloud, budget_fen=100)
    plan["terms"] |= {"kind": "percent_off", "percent": 10}
    refused = office.post("/v1/office/campaigns", plan, 409)
    assert (code_of(refused), refused["error"]["data"]) == ("campaign_unfit", {"wrong": "cap_fen"})


def test_only_whoever_keeps_campaigns_keeps_them(cloud: Cloud) -> None:
    support, finance = cloud.office("support"), cloud.office("finance")
    assert support.get("/v1/office/campaigns") == {"campaigns": []}
    assert code_of(support.post("/v1/office/campaigns", a_plan(cloud), 403)) == "office_duty_missing"
    assert code_of(finance.get("/v1/office/campaigns", 403)) == "office_duty_missing"
    assert code_of(cloud.driver().get("/v1/office/campaigns", 401)) == "not_signed_in"


def test_codes_of_a_batch_are_told_once_and_used_in_the_app_and_at_a_counter(cloud: Cloud) -> None:
    office, station, driver = cloud.office("operations"), cloud.station(), cloud.driver()
    campaign = added(cloud, office, way="code", stock=2)
    path = f"/v1/office/campaigns/{campaign['id']}/batches"
    made = office.post(path, {"count": 2}, 201)
    [batch] = office.get(path)["batches"]
    assert (batch["id"], batch["count"], "codes" in batch) == (made["id"], 2, False)
    assert code_of(office.post(path, {"count": 1}, 409)) == "campaign_sold_out"
    mine = driver.post("/v1/coupons/codes", {"code": made["codes"][0]}, 201)
    assert driver.quote(station)["coupon_id"] == mine["id"]
    hold = {"hold_id": station.new_id(), "code": made["codes"][1], "sale_id": station.new_id()}
    held = station.post("/v1/station/coupons/holds", hold, 201)
    assert held["terms"]["off_fen"] == 1500
    [found] = office.get("/v1/office/coupons", code=made["codes"][1])["coupons"]
    assert (found["state"], found["code"]) == ("held", "")
    assert code_of(office.post(f"/v1/office/coupons/{found['id']}/void", {"why": "试试"}, 409)) == (
        "coupon_already_used"
    )


def test_a_gift_is_given_once_for_its_reason_and_can_be_taken_back(cloud: Cloud) -> None:
    office, driver = cloud.office("operations"), cloud.driver()
    path = f"/v1/office/campaigns/{added(cloud, office, way='gift')['id']}/gifts"
    gift = {"driver_id": driver.id, "occasion": "加错油致歉"}
    given = office.post(path, gift, 201)
    assert code_of(office.post(path, gift, 409)) == "campaign_already_claimed"
    [mine] = driver.get("/v1/coupons", state="usable")["coupons"]
    assert mine["id"] == given["id"]
    assert given["code"] == f"****{mine['code'][-4:]}"
    office.post(f"/v1/office/coupons/{given['id']}/void", {"why": "发错了人"})
    assert driver.get("/v1/coupons", state="usable") == {"coupons": []}
    [kept] = office.get("/v1/office/coupons", driver_id=driver.id)["coupons"]
    assert kept["state"] == "void"
    assert code_of(office.get("/v1/office/coupons", 422)) == "malformed_request"


def test_a_link_for_friends_and_a_birthday_go_over_the_wire(cloud: Cloud) -> None:
    office, sharer, friend = cloud.office("operations"), cloud.driver(), cloud.driver()
    campaign = added(cloud, office, way="share", friends=1)
    share = sharer.post(f"/v1/campaigns/{campaign['id']}/shares", None, 201)
    path = f"/v1/campaign-shares/{share['token']}/claims"
    key = friend.new_id()
    taken = friend.post(path, None, 201, key=key)
    assert friend.post(path, None, 201, key=key) == taken
    assert code_of(cloud.driver().post(path, None, 409, key=friend.new_id())) == "share_used_up"
    assert sharer.put("/v1/driver/birthday", {"month": 2, "day": 29}) == {"month_day": "02-29"}
    assert code_of(sharer.put("/v1/driver/birthday", {"month": 2, "day": 28}, 409)) == "birthday_known"
    assert code_of(sharer.put("/v1/driver/birthday", {"month": 2, "day": 30}, 422)) == "malformed_request"


def test_coupons_that_go_together_are_held_and_used_up_together(cloud: Cloud) -> None:
    office, station, driver = cloud.office("operations"), cloud.station(), cloud.driver()
    for group, off_fen in (("cash", 1500), ("fuel", 700)):
        plan = a_plan(cloud)
        plan["terms"] |= {"stack_group": group, "off_fen": off_fen}
        campaign = office.post("/v1/office/campaigns", plan, 201)["id"]
        driver.post(f"/v1/campaigns/{campaign}/claims", None, 201, key=driver.new_id())
    quote = driver.quote(station)
    assert (quote["discount_fen"], len(quote["coupon_ids"])) == (2200, 2)
    best = driver.get(f"/v1/quotes/{quote['id']}/combination")
    assert (best["coupon_ids"], best["to_pay_fen"]) == (quote["coupon_ids"], 17_800)
    assert [(offer["taken"], offer["saves_fen"]) for offer in best["offers"]] == [(True, 1500), (True, 700)]
    order = driver.post(
        "/v1/orders", {"quote_id": quote["id"], "plate": "云A12345"}, 201, key=driver.new_id()
    )
    states = [one["state"] for one in driver.get("/v1/coupons")["coupons"]]
    assert states == ["held", "held"]
    driver.pay(cloud.wechat, order["id"])
    station.claim(order["id"])
    station.tell(station.complete(order["id"], 20_000))
    states = [one["state"] for one in driver.get("/v1/coupons")["coupons"]]
    assert states == ["redeemed", "redeemed"]
    kept = [
        (one["issued"], one["redeemed"], one["cost_fen"], one["volume_ml"])
        for campaign in office.get("/v1/office/campaigns")["campaigns"]
        for one in [office.get(f"/v1/office/campaigns/{campaign['id']}/result")]
    ]
    assert sorted(kept) == [(1, 1, 700, 20_000), (1, 1, 1500, 20_000)]
