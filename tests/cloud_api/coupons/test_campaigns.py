"""Campaigns give each driver one coupon while there are any."""

from functools import partial

from cloud_api.coupons import campaigns
from tests.cloud_api.conftest import Cloud, at_once, code_of
from tests.cloud_api.coupons.terms import terms


def test_a_claimed_coupon_is_the_drivers(cloud: Cloud) -> None:
    driver = cloud.driver()
    campaign = cloud.campaign(terms(cloud.clock))
    [shown] = driver.get("/v1/campaigns")["campaigns"]
    assert (shown["id"], shown["remaining"], shown["claimed"]) == (campaign, 10, False)
    coupon = driver.post(f"/v1/campaigns/{campaign}/claims", None, 201, key=driver.new_id())
    assert coupon["terms"]["off_fen"] == 1500
    assert driver.get("/v1/coupons", state="usable") == {"coupons": [coupon]}
    [shown] = driver.get("/v1/campaigns")["campaigns"]
    assert (shown["remaining"], shown["claimed"]) == (9, True)


def test_the_same_claim_again_gets_the_same_coupon_and_another_is_refused(cloud: Cloud) -> None:
    driver, campaign = cloud.driver(), cloud.campaign(terms(cloud.clock))
    key = driver.new_id()
    path = f"/v1/campaigns/{campaign}/claims"
    assert driver.post(path, None, 201, key=key) == driver.post(path, None, 201, key=key)
    assert code_of(driver.post(path, None, 409, key=driver.new_id())) == "campaign_already_claimed"
    other = f"/v1/campaigns/{cloud.campaign(terms(cloud.clock))}/claims"
    assert code_of(driver.post(other, None, 409, key=key)) == "idempotency_key_reused"
    assert code_of(driver.post(path, None, 422)) == "malformed_request"


def test_sixteen_claims_of_one_driver_become_one_coupon(either_cloud: Cloud) -> None:
    driver, campaign = either_cloud.driver(), either_cloud.campaign(terms(either_cloud.clock))
    path = f"/v1/campaigns/{campaign}/claims"
    answers = at_once([lambda: driver.ask(path, key=driver.new_id()).status_code] * 16)
    assert sorted(answers) == [201] + [409] * 15
    row = either_cloud.database.read_now(lambda c: campaigns.campaign(c, campaign))
    assert row is not None
    assert row.remaining == 9


def test_sixteen_drivers_cannot_claim_more_than_there_are(either_cloud: Cloud) -> None:
    drivers = [either_cloud.driver() for _ in range(16)]
    campaign = either_cloud.campaign(terms(either_cloud.clock), stock=5)
    path = f"/v1/campaigns/{campaign}/claims"
    answers = at_once([partial(driver.ask, path, key=driver.new_id()) for driver in drivers])
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 11
    assert {code_of(answer.json()) for answer in answers if answer.status_code == 409} == {
        "campaign_sold_out"
    }
    coupons = {answer.json()["code"] for answer in answers if answer.status_code == 201}
    assert len(coupons) == 5


def test_a_campaign_that_is_over_gives_nothing(cloud: Cloud) -> None:
    driver, campaign = cloud.driver(), cloud.campaign(terms(cloud.clock))
    cloud.clock.pass_seconds(30 * 86400)
    refused = driver.post(f"/v1/campaigns/{campaign}/claims", None, 409, key=driver.new_id())
    assert code_of(refused) == "campaign_over"
    assert cloud.get("/v1/campaigns") == {"campaigns": []}
    missing = driver.post(f"/v1/campaigns/{'0' * 32}/claims", None, 404, key=driver.new_id())
    assert code_of(missing) == "campaign_not_found"
