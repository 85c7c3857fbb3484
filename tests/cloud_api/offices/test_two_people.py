"""Dangerous deeds over the API: refused alone, asked for, agreed to by another, done once."""

from tests.cloud_api.conftest import Cloud, code_of
from tests.cloud_api.offices.agreement import agreed


def test_points_above_the_limit_are_given_once_after_another_has_agreed_to_just_so_many(cloud: Cloud):
    driver, one, two = cloud.driver(), cloud.office("finance"), cloud.office("finance")
    door, key, many = (
        f"/v1/office/drivers/{driver.id}/points",
        one.new_id(),
        {"points": 20_001, "why": "补偿"},
    )
    refused = one.post(door, many, 403, key=key)
    assert refused["error"]["data"] == {
        "kind": "points.given",
        "about": driver.id,
        "particulars": {"points": 20_001},
    }
    holder = agreed(one, two, refused)
    more = holder.post(door, {**many, "points": 20_002}, 403, key=key)
    assert code_of(more) == "second_person_disagrees"
    for _ in range(2):
        holder.post(door, many, 204, key=key)
    assert code_of(holder.post(door, many, 403, key=one.new_id())) == "second_person_disagrees"
    assert driver.get("/v1/me/points")["points"] == 20_001


def test_nobody_agrees_to_their_own_deed_nor_does_it_without_the_duty_nor_by_anothers_agreement(cloud: Cloud):
    driver, one, two = cloud.driver(), cloud.office("finance"), cloud.office("finance")
    door, many = f"/v1/office/drivers/{driver.id}/points", {"points": 30_000, "why": "补偿"}
    data = one.post(door, many, 403, key=one.new_id())["error"]["data"]
    asked, request_id = {**data, "why": "活动补发"}, one.new_id()
    refused = cloud.office("support").post("/v1/office/requests", asked, 403, key=request_id)
    assert code_of(refused) == "office_duty_missing"
    for _ in range(2):
        assert one.post("/v1/office/requests", asked, 201, key=request_id)["state"] == "asked"
    decision = f"/v1/office/requests/{request_id}/decision"
    assert code_of(one.post(decision, {"decision": "agree"}, 409)) == "approval_of_oneself"
    two.post(decision, {"decision": "agree"})
    two.headers["Agreement"] = request_id
    assert code_of(two.post(door, many, 403, key=two.new_id())) == "second_person_disagrees"
    assert driver.get("/v1/me/points")["points"] == 0


def test_a_station_is_paid_much_only_by_two(cloud: Cloud):
    station, one = cloud.station(), cloud.office("finance")
    door = f"/v1/office/receivables/{station.id}/payouts"
    payout, key = {"amount_fen": 20_001, "reference": "转账 9"}, one.new_id()
    holder = agreed(one, cloud.office("finance"), one.post(door, payout, 403, key=key))
    # Two have agreed; that so much is not owed is another rule, and leaves the agreement unused.
    assert code_of(holder.post(door, payout, 409, key=key)) == "payout_too_large"


def test_each_raise_of_a_budget_above_the_limit_takes_an_agreement_of_its_own(cloud: Cloud):
    one, two = cloud.office("operations"), cloud.office("operations")
    door = f"/v1/office/campaigns/{one.new_id()}/stock"
    raised = {"pieces": 0, "budget_fen": 20_001}
    holder = agreed(one, two, one.post(door, raised, 403))
    assert code_of(holder.post(door, raised, 404)) == "campaign_not_found"
