"""Members at a counter: found by code, phone or plate; proven by the code or by a text message."""

import re

from cloud_api.drivers import repository as drivers
from tests.cloud_api.conftest import Cloud, DriverPhone, StationMachine, code_of
from tests.cloud_api.coupons.terms import terms
from tests.cloud_api.ledger.holders import charged, given_points, topped_up


def find(station: StationMachine, text: str, status: int = 200):
    return station.post("/v1/station/members/find", {"text": text}, status)


def phone_of(cloud: Cloud, driver: DriverPhone) -> str:
    return cloud.database.read_now(lambda c: drivers.phone_of(c, driver.id))


def named(cloud: Cloud, driver: DriverPhone, name: str) -> None:
    cloud.database.write_now(lambda work: drivers.name_driver(work.connection, driver.id, name))


def test_the_code_on_the_phone_names_and_proves_a_member_with_all_that_he_has(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    named(cloud, driver, "张女士")
    driver.put("/v1/vehicles/云A12345", {})
    topped_up(cloud, driver, 30000, 3000)
    given_points(cloud, driver, 1200)
    coupon = cloud.claim(driver, terms(cloud.clock))
    shown = driver.get("/v1/me/code")
    assert re.fullmatch(r"YM\d{18}", shown["code"])
    assert shown["lives_seconds"] == 60
    phone = phone_of(cloud, driver)
    found = find(station, shown["code"])
    assert found["choices"] == []
    member = found["member"]
    assert {name: member[name] for name in member if name != "coupons"} == {
        "member_id": driver.id,
        "name": "张女士",
        "phone_masked": f"{phone[:3]}****{phone[-4:]}",
        "level": "member",
        "level_title": "普通会员",
        "plates": ["云A12345"],
        "balance_fen": 33000,
        "points": 1200,
        "points_rule": {"points_per_yuan_off": 100, "most_percent": 50},
        "earning_rule": {"hundredths_per_yuan": 100, "hundredths_per_litre": 0},
        "proven": True,
    }
    assert [one["code"] for one in member["coupons"]] == [coupon["code"]]
    assert member["coupons"][0]["terms"] == coupon["terms"]


def test_phone_and_plate_name_a_member_and_prove_nothing(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    driver.put("/v1/vehicles/云A12345", {})
    for text in (phone_of(cloud, driver), "云a·12345", driver.id):
        member = find(station, text)["member"]
        assert (member["member_id"], member["proven"]) == (driver.id, False)


def test_a_plate_of_two_members_asks_which(cloud: Cloud):
    station, both = cloud.station(), [cloud.driver(), cloud.driver()]
    for number, driver in enumerate(both):
        driver.put("/v1/vehicles/云A12345", {})
        named(cloud, driver, f"张{number}")
    found = find(station, "云A12345")
    assert found["member"] is None
    assert {(one["member_id"], one["name"]) for one in found["choices"]} == {
        (driver.id, f"张{number}") for number, driver in enumerate(both)
    }
    assert all("****" in one["phone_masked"] for one in found["choices"])
    assert find(station, found["choices"][1]["member_id"])["member"]["proven"] is False


def test_nobody_is_found_by_what_is_nobodys(cloud: Cloud):
    station = cloud.station()
    for text in ("13900000000", "云A99999", "f" * 32, "something"):
        assert code_of(find(station, text, 404)) == "member_not_found"
    assert code_of(find(station, "YM" + "0" * 18, 403)) == "member_code_expired"


def test_a_station_that_tries_numbers_out_must_wait(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    for number in range(40):
        find(station, f"139{number:08d}", 404)
    assert code_of(find(station, driver.id, 429)) == "too_many_tries"
    assert find(cloud.station(), driver.id)["member"]["member_id"] == driver.id
    cloud.clock.pass_seconds(600)
    assert find(station, driver.id)["member"]["member_id"] == driver.id


def test_code_names_for_a_minute_and_a_new_one_leaves_the_last_one_its_time(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    first = driver.get("/v1/me/code")["code"]
    cloud.clock.pass_seconds(50)
    second = driver.get("/v1/me/code")["code"]
    assert find(station, first)["member"]["member_id"] == driver.id
    cloud.clock.pass_seconds(10)
    assert code_of(find(station, first, 403)) == "member_code_expired"
    assert find(station, second)["member"]["member_id"] == driver.id


def test_only_a_signed_in_driver_has_a_code(cloud: Cloud):
    assert code_of(cloud.get("/v1/me/code", 401)) == "not_signed_in"


class Asking:
    """A till that asks a member who was named by phone."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.station, self.driver = cloud, cloud.station(), cloud.driver()
        self.sale_id, self.id = self.station.new_id(), self.station.new_id()

    def send(self, status: int = 202, confirmation_id: str | None = None):
        body = {"confirmation_id": confirmation_id or self.id, "sale_id": self.sale_id}
        return self.station.post(f"/v1/station/members/{self.driver.id}/confirmations", body, status)

    def digits(self) -> str:
        found = re.search(r"\d{6}", self.cloud.town.text_for(phone_of(self.cloud, self.driver)))
        assert found
        return found[0]

    def confirm(self, digits: str, status: int = 200):
        path = f"/v1/station/members/{self.driver.id}/confirmations/{self.id}"
        return self.station.post(path, {"code": digits}, status)

    def charge(self, code: str, amount_fen: int, sale_id: str | None = None):
        body = {
            "payment_id": self.station.new_id(),
            "sale_id": sale_id or self.sale_id,
            "amount_fen": amount_fen,
            "auth_code": code,
            "description": "92号汽油",
        }
        return self.station.post("/v1/station/payments", body)


def test_digits_from_a_text_message_pay_for_that_bill_and_no_other(cloud: Cloud):
    asking = Asking(cloud)
    topped_up(cloud, asking.driver, 10000)
    given_points(cloud, asking.driver, 100)
    asking.send()
    spending = asking.confirm(asking.digits())["spending_code"]
    assert asking.charge(spending, 100, sale_id="7" * 32)["reason"] == "code_expired"
    another = cloud.station()
    assert charged(another, spending, 100)["reason"] == "code_expired"
    assert asking.charge(spending, 4000)["state"] == "captured"
    assert asking.charge(spending, 4000)["reason"] == "code_expired"
    assert find(asking.station, asking.driver.id)["member"]["proven"] is True
    assert find(another, asking.driver.id)["member"]["proven"] is False
    use = {"use_id": asking.station.new_id(), "member_id": asking.driver.id, "points": 50}
    asking.station.post("/v1/station/points/uses", {**use, "sale_id": asking.sale_id})
    other = {**use, "use_id": asking.station.new_id(), "sale_id": "7" * 32}
    assert code_of(asking.station.post("/v1/station/points/uses", other, 403)) == "member_not_proven"


def test_five_wrong_digits_end_a_confirmation(cloud: Cloud):
    asking = Asking(cloud)
    asking.send()
    right = asking.digits()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    left = [asking.confirm(wrong, 403)["error"]["data"].get("tries_left") for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert code_of(asking.confirm(right, 403)) == "sign_in_code_expired"


def test_digits_live_five_minutes(cloud: Cloud):
    asking = Asking(cloud)
    asking.send()
    digits = asking.digits()
    cloud.clock.pass_seconds(300)
    assert code_of(asking.confirm(digits, 403)) == "sign_in_code_expired"


def test_same_confirmation_sends_once_and_another_must_wait_a_minute(cloud: Cloud):
    asking = Asking(cloud)
    asking.send()
    digits = asking.digits()
    asking.send()
    assert asking.digits() == digits
    assert code_of(asking.send(429, asking.station.new_id())) == "too_many_tries"
    cloud.clock.pass_seconds(60)
    asking.send(202, asking.station.new_id())
    assert asking.confirm(digits)["spending_code"].startswith("YM")


def test_another_stations_confirmation_confirms_nothing(cloud: Cloud):
    asking = Asking(cloud)
    asking.send()
    digits = asking.digits()
    asking.station = cloud.station()
    assert code_of(asking.confirm(digits, 403)) == "sign_in_code_expired"
