"""Points: earned by what was paid, set aside and spent once, taken back with what was given back."""

from datetime import timedelta

from cloud_api.ledger import book
from cloud_api.ledger.book import Kind
from core.protocol.moments import moment_text
from tests.cloud_api.conftest import Cloud, DriverPhone, StationMachine, at_once, code_of
from tests.cloud_api.coupons.terms import terms
from tests.cloud_api.ledger.holders import faults, given_points


def points_of(cloud: Cloud, driver: DriverPhone) -> int:
    return cloud.database.read_now(lambda connection: book.balance(connection, Kind.POINTS, driver.id))


def sale(
    station: StationMachine,
    driver: DriverPhone | None,
    total_fen: int,
    sale_id: str | None = None,
    ml: int = 25000,
):
    line = {"what": "fuel", "name": "92号汽油", "grade": "G92", "volume_ml": ml, "gross_fen": total_fen}
    return station.message(
        "sale_completed",
        sale_id=sale_id or station.new_id(),
        number="20261122-0001",
        shift_id=station.new_id(),
        completed_at=moment_text(station.clock.now()),
        lines=[line],
        payments=[],
        discount_fen=0,
        total_fen=total_fen,
        member_id=None if driver is None else driver.id,
    )


def refund(station: StationMachine, sale_id: str, total_fen: int, **more):
    return station.message(
        "refund_completed",
        refund_id=more.pop("refund_id", station.new_id()),
        sale_id=sale_id,
        number="T20261122-0001",
        shift_id=station.new_id(),
        completed_at=moment_text(station.clock.now()),
        lines=[],
        legs=[],
        total_fen=total_fen,
        **more,
    )


def tell(station: StationMachine, *messages) -> None:
    assert station.tell(*messages)["refused"] == []


def at_the_counter(station: StationMachine, driver: DriverPhone) -> None:
    """The member shows the code on the phone."""
    station.post("/v1/station/members/find", {"text": driver.get("/v1/me/code")["code"]})


def hold(station, driver, points: int, use_id: str | None = None, sale_id: str = "5" * 32, status: int = 200):
    body = {
        "use_id": use_id or station.new_id(),
        "sale_id": sale_id,
        "member_id": driver.id,
        "points": points,
    }
    return station.post("/v1/station/points/uses", body, status)


def redeem(station, use_id: str, points: int, sale_id: str = "5" * 32, status: int = 200):
    return station.post(
        f"/v1/station/points/uses/{use_id}/redeem", {"sale_id": sale_id, "points": points}, status
    )


def release(station, use_id: str, status: int = 200):
    return station.post(f"/v1/station/points/uses/{use_id}/release", {}, status)


def test_a_members_bill_earns_once_however_often_it_is_told(either_cloud: Cloud):
    cloud = either_cloud
    station, driver = cloud.station(), cloud.driver()
    told = sale(station, driver, 20000)
    tell(station, told)
    tell(station, told)
    tell(station, sale(station, driver, 20000, told["body"]["sale_id"]))
    tell(station, sale(station, None, 20000))
    assert points_of(cloud, driver) == 200
    assert faults(cloud) == []


def test_a_years_points_make_the_level_and_the_level_earns_more(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()

    def level() -> str:
        found = station.post("/v1/station/members/find", {"text": driver.id})["member"]
        return str(found["level"])

    assert level() == "member"
    tell(station, sale(station, driver, 300000))
    assert level() == "silver"
    tell(station, sale(station, driver, 10000))
    assert points_of(cloud, driver) == 3000 + 120
    tell(station, sale(station, driver, 600000))
    tell(station, sale(station, driver, 10000, ml=20000))
    assert level() == "gold"
    assert points_of(cloud, driver) == 3000 + 120 + 7200 + 150 + 10
    cloud.clock.pass_seconds(timedelta(days=366).total_seconds())
    assert level() == "member"


def test_points_are_set_aside_spent_in_part_and_the_rest_is_free(either_cloud: Cloud):
    cloud = either_cloud
    station, driver = cloud.station(), cloud.driver()
    given_points(cloud, driver, 1000)
    at_the_counter(station, driver)
    use_id = station.new_id()
    held = hold(station, driver, 800, use_id)
    assert held == {"use_id": use_id, "state": "held", "points": 800, "worth_fen": 800}
    assert hold(station, driver, 800, use_id) == held
    assert points_of(cloud, driver) == 200
    assert redeem(station, use_id, 500)["state"] == "redeemed"
    assert redeem(station, use_id, 500)["state"] == "redeemed"
    assert points_of(cloud, driver) == 500
    assert code_of(release(station, use_id, 409)) == "points_hold_gone"
    assert faults(cloud) == []


def test_more_than_there_are_cannot_be_set_aside(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    given_points(cloud, driver, 100)
    at_the_counter(station, driver)
    answer = hold(station, driver, 101, status=409)
    assert code_of(answer) == "points_not_enough"
    assert answer["error"]["data"] == {"have": 100, "asked": 101}
    assert points_of(cloud, driver) == 100


def test_whoever_was_only_named_by_phone_cannot_spend(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    given_points(cloud, driver, 100)
    station.post("/v1/station/members/find", {"text": driver.id})
    assert code_of(hold(station, driver, 50, status=403)) == "member_not_proven"
    at_the_counter(station, driver)
    cloud.clock.pass_seconds(600)
    assert code_of(hold(station, driver, 50, status=403)) == "member_not_proven"


def test_released_points_are_the_members_again_and_the_use_is_over(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    given_points(cloud, driver, 100)
    at_the_counter(station, driver)
    use_id = station.new_id()
    hold(station, driver, 100, use_id)
    for _ in range(2):
        assert release(station, use_id)["state"] == "released"
    assert points_of(cloud, driver) == 100
    assert code_of(redeem(station, use_id, 100, status=409)) == "points_hold_gone"
    assert code_of(hold(station, driver, 100, use_id, status=409)) == "points_hold_gone"


def test_forgotten_points_come_free_and_a_late_redeem_still_takes_them(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    given_points(cloud, driver, 100)
    at_the_counter(station, driver)
    use_id = station.new_id()
    hold(station, driver, 100, use_id)
    cloud.clock.pass_seconds(15 * 60)
    cloud.town.loop.run(cloud.points.release_overdue())
    assert points_of(cloud, driver) == 100
    assert redeem(station, use_id, 60)["state"] == "redeemed"
    assert points_of(cloud, driver) == 40
    assert faults(cloud) == []


def test_sixteen_bills_at_once_for_the_same_points_and_one_gets_them(either_cloud: Cloud):
    cloud = either_cloud
    station, driver = cloud.station(), cloud.driver()
    given_points(cloud, driver, 100)
    at_the_counter(station, driver)

    def try_to_hold() -> int:
        body = {
            "use_id": station.new_id(),
            "sale_id": "5" * 32,
            "member_id": driver.id,
            "points": 100,
        }
        return station.ask("/v1/station/points/uses", body).status_code

    assert sorted(at_once([try_to_hold] * 16)) == [200] + [409] * 15
    assert points_of(cloud, driver) == 0
    assert faults(cloud) == []


def test_a_refund_takes_back_what_was_earned_in_proportion_and_exactly(either_cloud: Cloud):
    cloud = either_cloud
    station, driver = cloud.station(), cloud.driver()
    told = sale(station, driver, 9999)
    sale_id = told["body"]["sale_id"]
    tell(station, told)
    assert points_of(cloud, driver) == 99
    first = refund(station, sale_id, 3333)
    tell(station, first)
    tell(station, first)
    tell(station, refund(station, sale_id, 3333, refund_id=first["body"]["refund_id"]))
    assert points_of(cloud, driver) == 66
    tell(station, refund(station, sale_id, 3333))
    assert points_of(cloud, driver) == 33
    tell(station, refund(station, sale_id, 3333))
    assert points_of(cloud, driver) == 0
    assert faults(cloud) == []


def test_spent_points_come_back_with_the_money_in_proportion(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    given_points(cloud, driver, 500)
    at_the_counter(station, driver)
    sale_id, use_id = station.new_id(), station.new_id()
    hold(station, driver, 500, use_id, sale_id)
    redeem(station, use_id, 500, sale_id)
    tell(station, sale(station, driver, 10000, sale_id))
    assert points_of(cloud, driver) == 100
    tell(station, refund(station, sale_id, 5000))
    assert points_of(cloud, driver) == 50 + 250
    tell(station, refund(station, sale_id, 5000))
    assert points_of(cloud, driver) == 500
    assert faults(cloud) == []


def test_a_refund_that_is_told_before_its_bill_counts_when_the_bill_comes(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    told = sale(station, driver, 10000)
    tell(station, refund(station, told["body"]["sale_id"], 4000))
    tell(station, told)
    assert points_of(cloud, driver) == 60


def test_points_taken_back_that_were_spent_already_are_owed_and_repaid_by_the_next_bill(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    told = sale(station, driver, 10000)
    tell(station, told)
    at_the_counter(station, driver)
    use_id = station.new_id()
    hold(station, driver, 100, use_id)
    redeem(station, use_id, 100)
    tell(station, refund(station, told["body"]["sale_id"], 10000))
    assert points_of(cloud, driver) == 0
    tell(station, sale(station, driver, 13000))
    assert points_of(cloud, driver) == 30
    assert faults(cloud) == []


def test_a_whole_refund_frees_the_coupon_that_was_on_the_bill(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    code = cloud.claim(driver, terms(cloud.clock))["code"]
    sale_id, hold_id = station.new_id(), station.new_id()
    station.post("/v1/station/coupons/holds", {"hold_id": hold_id, "code": code, "sale_id": sale_id}, 201)
    redeemed = {"sale_id": sale_id, "discount_fen": 1500}
    station.post(f"/v1/station/coupons/holds/{hold_id}/redeem", redeemed)
    tell(station, sale(station, driver, 10000, sale_id), refund(station, sale_id, 100))
    assert driver.get("/v1/coupons")["coupons"][0]["state"] == "redeemed"
    tell(station, refund(station, sale_id, 9900, gives_all_back=True))
    assert driver.get("/v1/coupons")["coupons"][0]["state"] == "available"
