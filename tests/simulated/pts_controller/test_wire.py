"""The controller's web server: paths, logins, limits, the envelope."""

import json
import ssl

import pytest

STATUS = {"Id": 1, "Type": "PumpGetStatus", "Data": {"Pump": 1}}


def message(*packets):
    return json.dumps({"Protocol": "jsonPTS", "Packets": list(packets)}).encode()


@pytest.mark.parametrize("path", ["/jsonpts", "/", "/jsonPTS/", "/jsonPTS?x=1"])
def test_any_other_path_is_not_found(station, path):
    assert station.client.post(b"{}", path=path).status == 404


def test_without_login_the_answer_is_a_digest_challenge(station):
    answer = station.client.post(message(STATUS))
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith('Digest realm="PTS-2", qop="auth", algorithm=MD5')
    assert answer.headers["connection"] == "close"


def test_a_right_digest_is_answered_and_the_nonce_serves_again(station):
    client = station.client
    assert client.state()[0] == "PumpIdleStatus"
    nonce = client.challenge["nonce"]
    assert client.state()[0] == "PumpIdleStatus"
    assert client.challenge["nonce"] == nonce


def test_a_wrong_password_is_refused(station):
    station.client.password = "guess"
    answer = station.client.send(message(STATUS))
    assert answer.status == 401
    assert "stale" not in answer.headers["www-authenticate"]


def test_a_nonce_count_used_twice_is_stale(station):
    client = station.client
    client.state()
    answer = client.post(message(STATUS), {"Authorization": client.authorization(count=1)})
    assert answer.status == 401
    assert "stale=true" in answer.headers["www-authenticate"]
    client.learn(answer)
    assert client.state()[0] == "PumpIdleStatus"


def test_an_old_nonce_is_stale(station):
    station.client.state()
    station.clock.passed += 301
    answer = station.client.send(message(STATUS))
    assert answer.status == 401
    assert "stale=true" in answer.headers["www-authenticate"]


def test_basic_login(start):
    station = start(authentication="basic")
    assert station.client.state()[0] == "PumpIdleStatus"
    station.client.password = "guess"
    answer = station.client.send(message(STATUS))
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_a_user_without_the_permission_is_forbidden(station, watcher):
    client = station.as_user(watcher)
    authorise = {"Id": 2, "Type": "PumpAuthorize", "Data": {"Pump": 1, "Nozzle": 1, "Type": "FullTank"}}
    assert client.send(message(authorise)).status == 403
    mixed = client.send(message(STATUS, authorise))
    assert mixed.status == 200
    assert [packet.get("Code") for packet in mixed.json["Packets"]] == [None, 6]


def test_https_with_the_controllers_own_certificate(start):
    station = start(https=True)
    context = ssl.create_default_context(cafile=str(station.controller.certificate))
    station.client.context = context
    assert station.client.state()[0] == "PumpIdleStatus"


def test_https_refuses_a_client_that_cannot_speak_tls_1_2(start):
    station = start(https=True)
    context = ssl.create_default_context(cafile=str(station.controller.certificate))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    station.client.context = context
    with pytest.raises((ssl.SSLError, ConnectionError)):
        station.client.post(b"{}")


def test_answers_in_chunks(start):
    station = start(chunked=True)
    answer = station.client.send(message(*(STATUS | {"Id": n} for n in range(1, 30))))
    assert answer.status == 401 or answer.headers["transfer-encoding"] == "chunked"
    assert len(answer.json["Packets"]) == 29


def test_packets_are_answered_in_their_order_under_their_ids(station):
    answer = station.client.send(
        message(
            {"Id": 7, "Type": "GetDateTime"}, {"Id": 3, "Type": "MakeCoffee"}, STATUS | {"Id": 2147483647}
        )
    )
    packets = answer.json["Packets"]
    assert [(p["Id"], p["Type"]) for p in packets] == [
        (7, "DateTime"),
        (3, "MakeCoffee"),
        (2147483647, "PumpIdleStatus"),
    ]
    assert packets[1] == {
        "Id": 3,
        "Type": "MakeCoffee",
        "Error": True,
        "Code": 1,
        "Message": "JSONPTS_ERROR_NOT_FOUND",
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", 2),
        (b"\xff", 2),
        (b"[" * 5000, 2),
        (b'{"Protocol":"JSONPTS","Packets":[{"Id":1,"Type":"GetDateTime"}]}', 2),
        (b'{"Protocol":"jsonPTS"}', 3),
        (b'{"Protocol":"jsonPTS","Packets":[]}', 3),
        (message(STATUS, STATUS), 2),
        (message(STATUS | {"Id": "1"}), 2),
        (message(STATUS | {"Id": 0}), 2),
        (message(STATUS) + b" " * 16_384, 5),
        (message(*(STATUS | {"Id": n} for n in range(1, 68))), 5),
    ],
)
def test_a_message_that_is_none_is_refused_as_a_whole(station, body, code):
    answer = station.client.send(body)
    assert answer.status == 200
    assert answer.json["Error"] is True
    assert answer.json["Code"] == code
    assert "Packets" not in answer.json


def test_sixty_six_status_packets_are_within_six_hundred_tokens(station):
    answer = station.client.send(message(*(STATUS | {"Id": n} for n in range(1, 67))))
    assert len(answer.json["Packets"]) == 66
