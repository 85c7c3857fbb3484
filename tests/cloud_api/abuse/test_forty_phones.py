"""Forty phones hunt one campaign over HTTP: they get what the rules allow, and not one coupon more."""

from collections import Counter
from functools import partial

import httpx

from core.protocol.moments import moment_text
from tests.cloud_api.campaigns.plans import a_plan
from tests.cloud_api.conftest import Cloud, DriverPhone, at_once, code_of

PHONES = 40
APP = "Mozilla/5.0 MicroMessenger/8.0"


def ask(phone: DriverPhone, campaign: str, device: str) -> httpx.Response:
    headers = {
        **phone.headers,
        "Idempotency-Key": phone.new_id(),
        "X-Device-Id": device,
        "User-Agent": APP,
    }
    return phone.client.post(f"/v1/campaigns/{campaign}/claims", headers=headers)


def test_forty_phones_get_no_more_than_the_rules_allow(cloud: Cloud) -> None:
    office = cloud.office("operations", "support")
    # One a device; twelve a day for one network; money for fifteen.
    plan = a_plan(cloud, limits={"device": 1, "network_a_day": 12, "phone": 1}, budget_fen=15 * 1500)
    campaign = office.post("/v1/office/campaigns", plan, 201)["id"]
    phones = [cloud.driver() for _ in range(PHONES)]
    # The gang has four real telephones, and each of its forty numbers tries all of them, twice.
    tries = [partial(ask, phone, campaign, f"telephone {n % 4}") for n, phone in enumerate(phones)]
    answers = at_once(tries) + at_once(tries)
    got = [answer.json() for answer in answers if answer.status_code == 201]
    assert len(got) == 4
    refused = Counter(code_of(answer.json()) for answer in answers if answer.status_code != 201)
    assert set(refused) == {"campaign_limit_reached", "campaign_already_claimed"}

    # Then each says that it is a telephone of its own: the network's limit holds.
    answers = at_once([partial(ask, phone, campaign, f"a telephone of {phone.id}") for phone in phones])
    assert sum(answer.status_code == 201 for answer in answers) == 12 - 4
    kept = office.get(f"/v1/office/campaigns/{campaign}")
    assert (kept["remaining"], kept["budget_left_fen"]) == (100 - 12, 3 * 1500)

    # The next day another twelve would be free; the budget has only three left.
    cloud.clock.pass_seconds(86_400)
    office = cloud.office("operations", "support")
    answers = at_once([partial(ask, phone, campaign, f"yet another of {phone.id}") for phone in phones])
    assert sum(answer.status_code == 201 for answer in answers) == 3
    assert office.get(f"/v1/office/campaigns/{campaign}")["budget_left_fen"] == 0

    result = office.get(f"/v1/office/campaigns/{campaign}/result")
    assert (result["issued"], result["drivers"], result["redeemed"]) == (15, 15, 0)


def test_without_hard_limits_forty_numbers_on_four_telephones_are_met_softly(cloud: Cloud) -> None:
    office = cloud.office("operations", "support")
    campaign = office.post("/v1/office/campaigns", a_plan(cloud), 201)["id"]
    phones = [cloud.driver() for _ in range(PHONES)]
    answers = at_once([partial(ask, phone, campaign, f"telephone {n % 4}") for n, phone in enumerate(phones)])
    got = [answer.json() for answer in answers if answer.status_code == 201]
    assert len(got) == PHONES
    now = moment_text(cloud.clock.now())
    whole = [
        coupon
        for coupon in got
        if coupon["state"] == "available"
        and coupon["valid_from"] <= now
        and coupon["terms"]["off_fen"] == 1500
    ]
    # Two in a family may share a telephone: that is all that four telephones get at once and in full.
    assert len(whole) == 2 * 4
    cases = office.get("/v1/office/abuse", state="all", limit=200)["cases"]
    assert {case["coupon_id"] for case in cases} == {one["id"] for one in got} - {one["id"] for one in whole}
    for case in cases:
        assert sum(reason["weight"] for reason in case["reasons"]) == case["score"] >= 40
        assert all(reason["found"] > reason["most"] and reason["words"] for reason in case["reasons"])

    # One of them objects; the answer gives back what was held back, and stands in the journal.
    someone = next(phone for phone, answer in zip(phones, answers, strict=True) if answer.json() not in whole)
    [coupon] = someone.get("/v1/coupons")["coupons"]
    appeal = {"words": "一家人共用一部手机"}
    assert someone.post(f"/v1/coupons/{coupon['id']}/appeal", appeal)["state"] == "appealed"
    [waiting] = office.get("/v1/office/abuse")["cases"]
    answer = {"lift": True, "words": "核实过，恢复原券"}
    assert office.post(f"/v1/office/abuse/{waiting['id']}/answer", answer)["state"] == "lifted"
    [coupon] = someone.get("/v1/coupons")["coupons"]
    assert (coupon["state"], coupon["terms"]["off_fen"]) == ("available", 1500)
    assert coupon["valid_from"] <= now
    assert code_of(cloud.office("finance").get("/v1/office/abuse", 403)) == "office_duty_missing"
