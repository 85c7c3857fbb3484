"""The link against the real cloud and the simulated WeChat Pay, each a process of its own."""

import json
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.cloud_link.client import CloudClient
from core.cloud_link.coupon_desk import CloudCouponDesk
from core.cloud_link.doorbell import Doorbell
from core.cloud_link.enrolment import enrol
from core.cloud_link.mailbox import CloudMailbox
from core.cloud_link.order_desk import CloudOrderDesk
from core.cloud_link.payment_gateway import CloudPaymentGateway
from core.domain.faults import StationNotEnrolled
from core.domain.ids import CouponUseId, OrderId, PaymentId, SaleId
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.refusals import (
    CouponAlreadyUsed,
    CouponHeldElsewhere,
    CouponNotFound,
    NotAPaymentCode,
    OrderNotFound,
    PairingCodeWrong,
    PaymentNotFound,
)
from core.protocol.codec import wrap
from core.protocol.envelope import Envelope
from core.protocol.from_station import DescribedNozzle, DescribedPump, StationDescribed

AT = datetime(2026, 11, 22, 7, tzinfo=UTC)


def an_id(number: int) -> str:
    return f"{number:032x}"


@contextmanager
def running(module: str, ready: Path, *options: str) -> Iterator[int]:
    """A process of ours that listens; its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", *module.split(), "--port", "0", "--ready-file", str(ready), *options],
        stdout=subprocess.DEVNULL,
    )
    try:
        between = threading.Event()
        for _turn in range(600):
            if ready.exists() or process.poll() is not None:
                break
            between.wait(0.05)
        yield json.loads(ready.read_text())["port"]
    finally:
        process.terminate()
        process.wait(15)


def told(*words: str) -> str:
    """What a command of the cloud's keeper says."""
    return subprocess.run(
        [sys.executable, "-m", *words], check=True, capture_output=True, text=True, timeout=30
    ).stdout


class Cloud:
    """The running cloud, its keeper's commands, and the provider's books."""

    def __init__(self, url: str, wechat_port: int, database: str) -> None:
        self.url, self.database = url, database
        self._wechat_port = wechat_port

    def pairing_code(self) -> str:
        said = told(
            "cloud_api", "station", "add", "--database", self.database,
            "--name", "浦东北路加油站", "--address", "张杨北路1234号", "--lat", "31.24", "--lng", "121.55",
        )  # fmt: skip
        found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", said)
        assert found, said
        return found[0]

    def coupon_code(self) -> str:
        campaign = told(
            "cloud_api", "campaign", "add", "--database", self.database, "--title", "满200减15",
            "--off-fen", "1500", "--threshold-fen", "20000", "--stock", "5", "--days", "3", "--grade", "G92",
        )  # fmt: skip
        found = re.search(r"\b[0-9a-f]{32}\b", campaign)
        assert found, campaign
        issued = told(
            "cloud_api",
            "coupon",
            "issue",
            "--database",
            self.database,
            "--campaign",
            found[0],
            "--count",
            "1",
        )
        code = re.search(r"\bYZ[2-9A-HJ-NP-Z]{10}\b", issued)
        assert code, issued
        return code[0]

    def charged_fen(self) -> list[int]:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self._wechat_port}/control/ledger", timeout=5
        ) as answer:
            return [payment["amount_fen"] for payment in json.load(answer)["payments"]]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("cloud")
    keys = folder / "keys"
    told("cloud_api.simulated.keys", str(keys))
    with ExitStack() as town:
        wechat = town.enter_context(
            running("cloud_api.simulated.wechat_pay", folder / "wechat.json", "--keys", str(keys))
        )
        told("cloud_api.simulated.keys", str(keys), "--wechat-port", str(wechat))
        database = f"sqlite:///{folder / 'cloud.db'}"
        options = ("--database", database, "--settings", str(keys / "cloud-settings.toml"))
        port = town.enter_context(running("cloud_api serve", folder / "cloud.json", *options))
        yield Cloud(f"http://127.0.0.1:{port}", wechat, database)


@pytest.fixture(scope="module")
def token(cloud: Cloud) -> str:
    code = cloud.pairing_code()
    enrolled = enrol(cloud.url, code.lower())
    assert enrolled.name == "浦东北路加油站"
    with pytest.raises(PairingCodeWrong):
        enrol(cloud.url, code)
    return enrolled.token


@pytest.fixture(scope="module")
def client(cloud: Cloud, token: str) -> Iterator[CloudClient]:
    client = CloudClient(cloud.url, token)
    yield client
    client.close()


def test_a_pairing_code_works_once(token: str):
    assert token


def test_a_token_of_nobody_is_not_enrolled(cloud: Cloud):
    stranger = CloudClient(cloud.url, "stranger")
    with pytest.raises(StationNotEnrolled):
        CloudMailbox(stranger).fetch(0)
    stranger.close()


def test_a_code_is_charged_once_however_often_it_is_asked(cloud: Cloud, client: CloudClient):
    gateway, payment = CloudPaymentGateway(client), PaymentId(an_id(1))
    asked = (payment, SaleId(an_id(2)), Money(23600), "134567890123456700", "92号汽油")
    answer = gateway.charge(*asked)
    assert (answer.state, answer.tender) == (PaymentState.CAPTURED, Tender.WECHAT)
    assert gateway.charge(*asked) == answer
    assert gateway.query(payment) == answer
    assert cloud.charged_fen().count(23600) == 1


def test_a_payer_without_money_is_declined(client: CloudClient):
    answer = CloudPaymentGateway(client).charge(
        PaymentId(an_id(3)), SaleId(an_id(2)), Money(100), "134567890123456701", "水"
    )
    assert answer.state is PaymentState.DECLINED
    assert answer.reason


def test_a_payment_that_waits_can_be_taken_back(client: CloudClient):
    gateway, payment = CloudPaymentGateway(client), PaymentId(an_id(4))
    answer = gateway.charge(payment, SaleId(an_id(2)), Money(200), "134567890123456703", "水")
    assert answer.state is PaymentState.PENDING
    assert gateway.cancel(payment).state in {PaymentState.CANCELLED, PaymentState.PENDING}


def test_what_is_no_code_and_what_was_never_charged(client: CloudClient):
    gateway = CloudPaymentGateway(client)
    with pytest.raises(NotAPaymentCode):
        gateway.charge(PaymentId(an_id(5)), SaleId(an_id(2)), Money(200), "6901234567892", "水")
    assert gateway.query(PaymentId(an_id(6))) is None
    with pytest.raises(PaymentNotFound):
        gateway.cancel(PaymentId(an_id(6)))


def test_a_coupon_is_held_once_and_used_once(cloud: Cloud, client: CloudClient):
    desk, code = CloudCouponDesk(client), cloud.coupon_code()
    first, second, sale = CouponUseId(an_id(7)), CouponUseId(an_id(8)), SaleId(an_id(9))
    held = desk.hold(first, sale, code)
    assert (held.terms.off, held.terms.threshold, held.terms.grades) == (Money(1500), Money(20000), ("G92",))
    assert desk.hold(first, sale, code) == held
    with pytest.raises(CouponHeldElsewhere):
        desk.hold(second, sale, code)
    desk.release(first)
    desk.release(first)
    desk.hold(second, sale, code)
    desk.redeem(second, sale, Money(1500))
    desk.redeem(second, sale, Money(1500))
    with pytest.raises(CouponAlreadyUsed):
        desk.hold(CouponUseId(an_id(10)), sale, code)
    with pytest.raises(CouponNotFound):
        desk.hold(CouponUseId(an_id(10)), sale, "YZ2222222222")


def test_messages_are_taken_once_and_an_unknown_one_is_refused_alone(client: CloudClient):
    described = StationDescribed(
        name="浦东北路加油站",
        address="张杨北路1234号",
        lat=31.24,
        lng=121.55,
        pumps=[DescribedPump(pump=1, nozzles=[DescribedNozzle(nozzle=1, grade="G92")])],
    )
    good = wrap(described, an_id(11), AT)
    odd = Envelope(id=an_id(12), kind="brand_new", version=1, at=AT, body={})
    mailbox = CloudMailbox(client)
    for _time in range(2):
        delivery = mailbox.send([good, odd])
        assert delivery.accepted == (good.id,)
        assert [(each.id, each.code) for each in delivery.refused] == [(odd.id, "unknown_message")]
    assert list(mailbox.fetch(0)) == []


def test_an_order_that_is_none_cannot_be_claimed(client: CloudClient):
    with pytest.raises(OrderNotFound):
        CloudOrderDesk(client).claim(OrderId(an_id(13)), an_id(14))


def test_the_doorbell_rings_at_the_connection(cloud: Cloud, token: str):
    rung, linked = threading.Event(), threading.Event()
    doorbell = Doorbell(cloud.url, token, rung.set, linked=lambda up: linked.set() if up else None)
    doorbell.start()
    assert rung.wait(10)
    assert linked.wait(10)
    doorbell.stop()


def test_the_doorbell_of_a_stranger_does_not_ring(cloud: Cloud):
    refused = threading.Event()
    rung: list[int] = []
    doorbell = Doorbell(
        cloud.url, "stranger", lambda: rung.append(1), linked=lambda up: None if up else refused.set()
    )
    doorbell.start()
    assert refused.wait(10)
    doorbell.stop()
    assert rung == []
