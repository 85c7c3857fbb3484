"""The ports over the client against a scripted cloud: every way in which an answer can be good, bad, or not there."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from core.cloud_link.answers import refusal_in
from core.cloud_link.client import CloudClient
from core.cloud_link.coupon_desk import CloudCouponDesk
from core.cloud_link.enrolment import enrol
from core.cloud_link.mailbox import CloudMailbox
from core.cloud_link.order_desk import CloudOrderDesk
from core.cloud_link.payment_gateway import CloudPaymentGateway
from core.domain.coupon import CouponKind
from core.domain.faults import CloudAnswerLost, CloudAnswerUnfit, CloudUnreachable, StationNotEnrolled
from core.domain.ids import CouponUseId, OrderId, PaymentId, SaleId
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.refusals.cloud import MalformedRequest, PairingCodeWrong, TooManyTries
from core.domain.refusals.offers import CouponExpired, CouponHeldElsewhere, CouponOfAnotherGrade
from core.domain.refusals.orders import OrderNoLongerWaiting
from core.domain.refusals.payments import NotAPaymentCode, PaymentNotFound
from core.domain.refusals.pumps import PumpNotFound
from core.protocol.codec import wrap
from core.protocol.from_station import OrderAuthorised
from core.wording.catalogue import Language, in_language
from tests.cloud_link.scripted_cloud import ScriptedCloud, scripted_cloud
from tests.conftest import ExpectLog

PAYMENT, SALE, USE, ORDER = PaymentId("a" * 32), SaleId("b" * 32), CouponUseId("c" * 32), OrderId("d" * 32)
CAPTURED = {
    "payment_id": PAYMENT,
    "state": "captured",
    "provider": "wechat",
    "provider_ref": "4200001",
    "amount_fen": 23600,
    "paid_at": "2026-11-22T07:02:03Z",
    "reason": None,
    "waiting_for": None,
}
TERMS = {
    "kind": "amount_off",
    "off_fen": 1500,
    "percent": None,
    "off_li": None,
    "threshold_fen": 20000,
    "cap_fen": None,
    "grades": ["G92", "G95"],
    "stations": [],
    "valid_from": "2026-11-01T00:00:00Z",
    "valid_until": "2026-12-01T00:00:00Z",
}


@pytest.fixture
def cloud() -> Iterator[ScriptedCloud]:
    with scripted_cloud() as running:
        yield running


@pytest.fixture
def client(cloud: ScriptedCloud) -> Iterator[CloudClient]:
    client = CloudClient(cloud.url + "/", "secret", connect_seconds=1, answer_seconds=0.5)
    yield client
    client.close()


def charge(client: CloudClient):
    return CloudPaymentGateway(client).charge(PAYMENT, SALE, Money(23600), "134567890123456789", "92号汽油")


def test_a_charge_that_went_through_is_captured(cloud: ScriptedCloud, client: CloudClient):
    cloud.will(200, CAPTURED)
    answer = charge(client)
    assert (answer.state, answer.tender, answer.provider_ref) == (
        PaymentState.CAPTURED,
        Tender.WECHAT,
        "4200001",
    )
    (heard,) = cloud.heard
    assert (heard.method, heard.path) == ("POST", "/v1/station/payments")
    assert heard.headers["Authorization"] == "Bearer secret"
    assert heard.headers["Accept-Language"] == "zh-CN"
    assert heard.body == {
        "payment_id": PAYMENT,
        "sale_id": SALE,
        "amount_fen": 23600,
        "auth_code": "134567890123456789",
        "description": "92号汽油",
    }


def test_a_charge_that_waits_says_for_whom(cloud: ScriptedCloud, client: CloudClient):
    cloud.will(200, {**CAPTURED, "state": "pending", "provider_ref": None, "waiting_for": "payer"})
    answer = charge(client)
    assert (answer.state, answer.waiting_for, answer.provider_ref) == (PaymentState.PENDING, "payer", "")


def test_the_cloud_is_asked_in_the_language_of_the_till(cloud: ScriptedCloud, client: CloudClient):
    cloud.will(200, CAPTURED)
    with in_language(Language.ENGLISH):
        charge(client)
    assert cloud.heard[0].headers["Accept-Language"] == "en"


def test_a_code_that_is_none_is_refused_as_such(cloud: ScriptedCloud, client: CloudClient):
    cloud.will_refuse(422, "not_a_payment_code")
    with pytest.raises(NotAPaymentCode):
        charge(client)


def test_a_charge_whose_connection_breaks_is_asked_again_with_the_same_id(
    cloud: ScriptedCloud, client: CloudClient
):
    cloud.will_hang_up()
    cloud.will(200, CAPTURED)
    assert charge(client).state is PaymentState.CAPTURED
    assert [heard.body["payment_id"] for heard in cloud.heard] == [PAYMENT, PAYMENT]


def test_a_charge_that_broke_and_then_finds_no_cloud_is_unclear(cloud: ScriptedCloud, client: CloudClient):
    cloud.will_hang_up_for_good()
    with pytest.raises(CloudAnswerLost):
        charge(client)
    assert len(cloud.heard) == 1


def test_a_charge_whose_answer_never_comes_is_unclear(cloud: ScriptedCloud, client: CloudClient):
    over = threading.Event()
    cloud.will_wait_for(over)
    with pytest.raises(CloudAnswerLost):
        charge(client)
    over.set()
    assert len(cloud.heard) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"error": {"code": "internal_error"}}),
        (503, {"error": {"code": "provider_unreachable"}}),
        (502, b"<html>"),
        (200, b""),
        (200, b"{"),
        (200, b"[]"),
        (200, b"<html>please sign in to the guest network</html>"),
        (200, {**CAPTURED, "state": "perhaps"}),
        (200, {**CAPTURED, "payment_id": "e" * 32}),
        (200, {**CAPTURED, "amount_fen": 1}),
        (200, {**CAPTURED, "provider": 7}),
    ],
)
def test_a_charge_with_an_answer_that_cannot_be_trusted_is_unclear_and_never_declined(
    cloud: ScriptedCloud, client: CloudClient, expected_log: ExpectLog, status: int, body: object
):
    if status == 200:
        expected_log(
            "WARNING core.cloud_link.client: the cloud's answer to POST /v1/station/payments is unfit"
        )
    cloud.will(status, body)
    with pytest.raises(CloudAnswerLost) as lost:
        charge(client)
    assert lost.value.code == "cloud_answer_lost"


def test_a_cloud_that_is_away_charged_nothing():
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    client = CloudClient(f"http://127.0.0.1:{port}", "secret")
    with pytest.raises(CloudUnreachable):
        charge(client)
    client.close()


def test_a_payment_the_cloud_never_heard_of_was_not_charged(cloud: ScriptedCloud, client: CloudClient):
    cloud.will_refuse(404, "payment_not_found", payment=PAYMENT)
    assert CloudPaymentGateway(client).query(PAYMENT) is None
    with pytest.raises(PaymentNotFound):
        CloudPaymentGateway(client).cancel(PAYMENT)


def test_an_address_that_does_not_exist_is_not_taken_for_never_charged(
    cloud: ScriptedCloud, client: CloudClient
):
    cloud.will_refuse(404, "not_found")
    with pytest.raises(Exception, match="not_found"):
        CloudPaymentGateway(client).query(PAYMENT)


def test_a_question_with_no_answer_leaves_nothing_unclear(cloud: ScriptedCloud, client: CloudClient):
    cloud.will(500, b"")
    with pytest.raises(CloudUnreachable):
        CloudPaymentGateway(client).query(PAYMENT)


def test_a_question_with_an_unfit_answer_is_told_as_such(
    cloud: ScriptedCloud, client: CloudClient, expected_log: ExpectLog
):
    expected_log("answer to GET /v1/station/payments/.* is unfit")
    cloud.will(200, {})
    with pytest.raises(CloudAnswerUnfit):
        CloudPaymentGateway(client).query(PAYMENT)


def test_a_token_that_is_not_known_means_not_enrolled(cloud: ScriptedCloud, client: CloudClient):
    cloud.will_refuse(401, "not_signed_in")
    with pytest.raises(StationNotEnrolled):
        CloudMailbox(client).fetch(0)


def test_no_login_of_the_machine_takes_the_tokens_place(
    cloud: ScriptedCloud, client: CloudClient, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    cloud.will(200, CAPTURED)
    charge(client)
    assert cloud.heard[0].headers["Authorization"] == "Bearer secret"


def test_a_held_coupon_comes_with_its_terms(cloud: ScriptedCloud, client: CloudClient):
    cloud.will(201, {"hold_id": USE, "coupon_id": "x", "code": "YZ", "title": "满200减15", "terms": TERMS})
    held = CloudCouponDesk(client).hold(USE, SALE, "YZ7K2MPQ9XRA")
    assert held.title == "满200减15"
    assert (held.terms.kind, held.terms.off, held.terms.threshold) == (
        CouponKind.AMOUNT_OFF,
        Money(1500),
        Money(20000),
    )
    assert held.terms.cap is None
    assert held.terms.grades == ("G92", "G95")
    assert held.terms.valid_until == datetime(2026, 12, 1, tzinfo=UTC)
    assert cloud.heard[0].body == {"hold_id": USE, "code": "YZ7K2MPQ9XRA", "sale_id": SALE}


def test_a_coupon_is_redeemed_and_released_by_its_hold(cloud: ScriptedCloud, client: CloudClient):
    cloud.will(200, {"hold_id": USE, "state": "redeemed"})
    cloud.will(200, {"hold_id": USE, "state": "released"})
    CloudCouponDesk(client).redeem(USE, SALE, Money(1500))
    CloudCouponDesk(client).release(USE)
    assert [(heard.path, heard.body) for heard in cloud.heard] == [
        (f"/v1/station/coupons/holds/{USE}/redeem", {"sale_id": SALE, "discount_fen": 1500}),
        (f"/v1/station/coupons/holds/{USE}/release", {}),
    ]


def test_a_refusal_comes_back_with_its_data(cloud: ScriptedCloud, client: CloudClient):
    cloud.will_refuse(409, "coupon_expired", valid_until="2026-11-01T00:00:00Z")
    with pytest.raises(CouponExpired) as refused:
        CloudCouponDesk(client).hold(USE, SALE, "YZ7K2MPQ9XRA")
    assert refused.value.valid_until == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_refusal_of_each_shape_is_understood():
    def refusal(code: str, **data: object):
        import json

        return refusal_in(json.dumps({"error": {"code": code, "message": "", "data": data}}).encode())

    assert isinstance(refusal("coupon_held_elsewhere"), CouponHeldElsewhere)
    grades = refusal("coupon_of_another_grade", grades=["G92"])
    assert isinstance(grades, CouponOfAnotherGrade)
    assert grades.grades == ("G92",)
    pump = refusal("pump_not_found", pump=3, nozzle=None)
    assert isinstance(pump, PumpNotFound)
    assert (pump.pump, pump.nozzle) == (3, None)
    malformed = refusal("malformed_request", fields=[{"field": "plate", "why": "missing"}])
    assert isinstance(malformed, MalformedRequest)
    assert malformed.malformed == ({"field": "plate", "why": "missing"},)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": "no_such_refusal", "data": {}}},
        {"error": {"code": "printer_offline", "data": {}}},
        {"error": {"code": "coupon_expired", "data": {}}},
        {"error": {"code": "coupon_expired", "data": {"valid_until": "soon"}}},
        {"error": {"code": "coupon_expired", "data": []}},
        {"error": "no"},
        {},
    ],
)
def test_a_refusal_that_is_none_is_an_unfit_answer(
    cloud: ScriptedCloud, client: CloudClient, expected_log: ExpectLog, body: object
):
    expected_log("WARNING core.cloud_link.client: the cloud answered 409")
    cloud.will(409, body)
    with pytest.raises(CloudAnswerUnfit):
        CloudCouponDesk(client).hold(USE, SALE, "YZ7K2MPQ9XRA")


def test_an_order_is_claimed_or_gone(cloud: ScriptedCloud, client: CloudClient):
    cloud.will(200, {"order_id": ORDER, "claimed": True})
    cloud.will_refuse(409, "order_no_longer_waiting", order=ORDER, state="cancelled")
    CloudOrderDesk(client).claim(ORDER, "f" * 32)
    assert cloud.heard[0].body == {"claim_id": "f" * 32}
    with pytest.raises(OrderNoLongerWaiting) as gone:
        CloudOrderDesk(client).claim(ORDER, "f" * 32)
    assert gone.value.state == "cancelled"


def test_messages_are_handed_over_in_order_and_sorted_by_their_end(cloud: ScriptedCloud, client: CloudClient):
    at = datetime(2026, 11, 22, 7, tzinfo=UTC)
    envelopes = [wrap(OrderAuthorised(order_id=ORDER), number * 32, at) for number in "12"]
    cloud.will(
        200,
        {"accepted": ["1" * 32], "refused": [{"id": "2" * 32, "code": "unknown_message", "message": "…"}]},
    )
    delivery = CloudMailbox(client).send(envelopes)
    assert delivery.accepted == ("1" * 32,)
    assert [(each.id, each.code) for each in delivery.refused] == [("2" * 32, "unknown_message")]
    assert cloud.heard[0].body["messages"][0] == {
        "id": "1" * 32,
        "kind": "order_authorised",
        "version": 1,
        "number": None,
        "at": "2026-11-22T07:00:00Z",
        "body": {"order_id": ORDER},
    }


def test_messages_are_fetched_after_a_number(cloud: ScriptedCloud, client: CloudClient):
    waiting = {
        "id": "3" * 32,
        "kind": "brand_new",
        "version": 9,
        "number": 8,
        "at": "2026-11-22T07:00:00Z",
        "body": {},
    }
    cloud.will(200, {"messages": [waiting], "latest": 8})
    (envelope,) = CloudMailbox(client).fetch(7)
    assert (envelope.number, envelope.kind) == (8, "brand_new")
    assert cloud.heard[0].path == "/v1/station/mailbox?after=7&limit=100"


def test_an_envelope_that_is_none_is_an_unfit_answer(
    cloud: ScriptedCloud, client: CloudClient, expected_log: ExpectLog
):
    expected_log("answer to GET /v1/station/mailbox is unfit")
    cloud.will(200, {"messages": [{"id": "nonsense"}], "latest": 8})
    with pytest.raises(CloudAnswerUnfit):
        CloudMailbox(client).fetch(7)


def test_a_station_is_enrolled_by_its_pairing_code(cloud: ScriptedCloud):
    cloud.will(201, {"station_id": "s1", "name": "浦东北路加油站", "token": "fresh"})
    enrolled = enrol(cloud.url, " k7qm-2xpd ")
    assert (enrolled.station_id, enrolled.name, enrolled.token) == ("s1", "浦东北路加油站", "fresh")
    assert cloud.heard[0].body == {"pairing_code": "K7QM-2XPD"}
    assert "Authorization" not in cloud.heard[0].headers


def test_a_wrong_pairing_code_is_refused_and_a_lost_answer_is_not_asked_for_again(cloud: ScriptedCloud):
    cloud.will_refuse(403, "pairing_code_wrong")
    cloud.will_refuse(429, "too_many_tries", retry_after_seconds=60)
    cloud.will_hang_up()
    with pytest.raises(PairingCodeWrong):
        enrol(cloud.url, "K7QM-2XPD")
    with pytest.raises(TooManyTries):
        enrol(cloud.url, "K7QM-2XPD")
    with pytest.raises(CloudAnswerLost):
        enrol(cloud.url, "K7QM-2XPD")
    assert len(cloud.heard) == 3


def test_threads_ask_side_by_side(cloud: ScriptedCloud, client: CloudClient):
    cloud.will(200, CAPTURED)
    states: list[PaymentState] = []
    threads = [threading.Thread(target=lambda: states.append(charge(client).state)) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == [PaymentState.CAPTURED] * 8
