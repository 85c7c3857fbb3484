"""A station's machine is paired once, by a code."""

from tests.cloud_api.conftest import Cloud, at_once, code_of


def test_a_pairing_code_is_worth_one_token(cloud: Cloud) -> None:
    station_id, code = cloud.new_station()
    enrolled = cloud.post("/v1/station-enrolments", {"pairing_code": code.lower().replace("-", " ")}, 201)
    assert (enrolled["station_id"], enrolled["name"]) == (station_id, "昆明北站")
    assert code_of(cloud.post("/v1/station-enrolments", {"pairing_code": code}, 403)) == "pairing_code_wrong"


def test_of_sixteen_machines_with_one_code_one_is_paired(either_cloud: Cloud) -> None:
    _station_id, code = either_cloud.new_station()
    body = {"pairing_code": code}
    asks = [lambda: either_cloud.client.post("/v1/station-enrolments", json=body).status_code] * 16
    answers = at_once(asks)
    assert answers.count(201) == 1
    assert set(answers) <= {201, 403, 429}


def test_a_pairing_code_lasts_fifteen_minutes(cloud: Cloud) -> None:
    _station_id, code = cloud.new_station()
    cloud.clock.pass_seconds(15 * 60)
    assert code_of(cloud.post("/v1/station-enrolments", {"pairing_code": code}, 403)) == "pairing_code_wrong"


def test_pairing_codes_cannot_be_guessed_at_leisure(cloud: Cloud) -> None:
    for _ in range(10):
        cloud.post("/v1/station-enrolments", {"pairing_code": "AAAA-AAAA"}, 403)
    assert (
        code_of(cloud.post("/v1/station-enrolments", {"pairing_code": "AAAA-AAAA"}, 429)) == "too_many_tries"
    )
    cloud.clock.pass_seconds(15 * 60)
    cloud.post("/v1/station-enrolments", {"pairing_code": "AAAA-AAAA"}, 403)


def test_pairing_a_new_machine_shuts_the_old_one_out(cloud: Cloud) -> None:
    old = cloud.station()
    code = cloud.database.write_now(lambda work: cloud._stations.new_pairing_code(work, old.id))
    new = cloud.post("/v1/station-enrolments", {"pairing_code": code}, 201)
    assert new["station_id"] == old.id
    assert code_of(old.get("/v1/station/me", 401)) == "not_signed_in"
