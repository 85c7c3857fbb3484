"""Drivers keep their cars."""

import pytest

from tests.cloud_api.conftest import Cloud, code_of


def test_a_car_is_kept_under_the_one_spelling_of_its_plate(cloud: Cloud) -> None:
    driver = cloud.driver()
    driver.put("/v1/vehicles/云a·12345", {"car": "白色 丰田卡罗拉", "usual_grade": "G92"})
    driver.put("/v1/vehicles/云Ａ 12345", {"usual_grade": "G95"})
    assert driver.get("/v1/vehicles") == {
        "vehicles": [{"plate": "云A12345", "car": "白色 丰田卡罗拉", "usual_grade": "G95"}]
    }


@pytest.mark.parametrize("plate", ["云AD12345", "云A12345D", "粤Z1234港", "京A12345"])
def test_ordinary_and_new_energy_plates_are_plates(cloud: Cloud, plate: str) -> None:
    assert cloud.driver().put(f"/v1/vehicles/{plate}", {})["plate"] == plate


@pytest.mark.parametrize("plate", ["A12345", "云I12345", "云A1234", "云A123456", "火A12345"])
def test_what_is_no_plate_is_refused(cloud: Cloud, plate: str) -> None:
    assert code_of(cloud.driver().put(f"/v1/vehicles/{plate}", {}, 422)) == "plate_unfit"


def test_a_removed_car_is_gone(cloud: Cloud) -> None:
    driver = cloud.driver()
    driver.put("/v1/vehicles/云A12345", {})
    driver.delete("/v1/vehicles/云A12345")
    assert code_of(driver.delete("/v1/vehicles/云A12345", 404)) == "vehicle_not_found"


def test_nobody_sees_another_drivers_cars(cloud: Cloud) -> None:
    cloud.driver().put("/v1/vehicles/云A12345", {})
    assert cloud.driver().get("/v1/vehicles") == {"vehicles": []}


def test_a_driver_keeps_twenty_cars_at_most(cloud: Cloud) -> None:
    driver = cloud.driver()
    for number in range(20):
        driver.put(f"/v1/vehicles/云A{number:05d}", {})
    assert code_of(driver.put("/v1/vehicles/云B00000", {}, 409)) == "too_many_vehicles"
    driver.put("/v1/vehicles/云A00000", {"car": "红色"})
