"""The link against the real cloud and the simulated WeChat Pay, each a process of its own."""

import json
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cloud_api.clock import SystemClock
from cloud_api.database import Database
from cloud_api.members.codes import MemberCodes
from core.cloud_link.client import CloudClient
from core.cloud_link.coupon_desk import CloudCouponDesk
from core.cloud_link.doorbell import Doorbell
from core.cloud_link.enrolment import enrol
from core.cloud_link.mailbox import CloudMailbox
from core.cloud_link.member_desk import CloudMemberDesk
from core.cloud_link.order_desk import CloudOrderDesk
from core.cloud_link.payment_gateway import CloudPaymentGateway
from core.cloud_link.points_desk import CloudPointsDesk
from core.domain.faults import StationNotEnrolled
from core.domain.ids import (
    ConfirmationId,
    CouponUseId,
    MemberId,
    OrderId,
    PaymentId,
    PointsUseId,
    SaleId,
)
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.refusals.cloud import PairingCodeWrong, SignInCodeExpired
from core.domain.refusals.members import (
    MemberCodeExpired,
    MemberNeedsChoice,
    MemberNotFound,
    MemberNotProven,
    PointsHoldGone,
    PointsNotEnough,
)
from core.domain.refusals.offers import CouponAlreadyUsed, CouponHeldElsewhere, CouponNotFound
from core.domain.refusals.orders import OrderNotFound
from core.domain.refusals.payments import NotAPaymentCode, PaymentNotFound
from core.domain.refusals.refunds import RefundTooLarge
from core.ports.payment_gateway import RefundState
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

    def member(self, phone: str, plate: str = "") -> MemberId:
        """With 300 yuan, 30 yuan bonus and 1200 points."""
        said = told(
            "cloud_api", "member", "add", "--database", self.database, "--phone", phone, "--name", "张女士",
            "--fen", "30000", "--bonus-fen", "3000", "--points", "1200", *(["--plate", plate] if plate else []),
        )  # fmt: skip
        return MemberId(said.split()[1])

    def code_of(self, member: MemberId) -> str:
        """What the member's phone shows."""
        database = Database(self.database)
        codes = MemberCodes(SystemClock())
        try:
            return database.write_now(
                lambda work: codes.issue(work.connection, member, timedelta(seconds=60))[0]
            )
        finally:
            database.close()

    def recharge_card(self) -> str:
        said = told(
            "cloud_api", "card", "make", "--database", self.database, "--title", "店庆卡", "--face-fen", "10000",
            "--count", "1", "--active",
        )  # fmt: skip
        return said.split()[1]

    def pays(self, payment: PaymentId) -> None:
        """The payer has scanned the code."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._wechat_port}/control/pay",
            json.dumps({"payment_id": payment}).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 - on this machine

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
    assert rung.wait(30)
    assert linked.wait(30)
    doorbell.stop()


def test_the_doorbell_of_a_stranger_does_not_ring(cloud: Cloud):
    refused = threading.Event()
    rung: list[int] = []
    doorbell = Doorbell(
        cloud.url, "stranger", lambda: rung.append(1), linked=lambda up: None if up else refused.set()
    )
    doorbell.start()
    assert refused.wait(30)
    doorbell.stop()
    assert rung == []


def test_a_member_is_found_by_code_phone_and_plate_and_only_the_code_proves(
    cloud: Cloud, client: CloudClient
):
    desk, member = CloudMemberDesk(client), cloud.member("13900000001", "云A66L21")
    named = desk.get(member)
    for text in ("13900000001", "云a·66L21"):
        named = desk.find(text)
        assert (named.id, named.name, named.phone_masked, named.proven) == (
            member,
            "张女士",
            "139****0001",
            False,
        )
    assert (named.balance, named.points, named.level_title, named.plates) == (
        Money(33000),
        1200,
        "普通会员",
        ("云A66L21",),
    )
    assert named.points_rule.worth(100) == Money(100)
    assert desk.find(cloud.code_of(member)).proven
    assert desk.get(member).proven
    with pytest.raises(MemberNotFound):
        desk.find("13900000009")
    with pytest.raises(MemberCodeExpired):
        desk.find("YM" + "0" * 18)


def test_a_plate_of_two_members_needs_a_choice(cloud: Cloud, client: CloudClient):
    both = {cloud.member("13900000002", "云A77L21"), cloud.member("13900000003", "云A77L21")}
    with pytest.raises(MemberNeedsChoice) as needed:
        CloudMemberDesk(client).find("云A77L21")
    assert {member for member, _name, _phone in needed.value.choices} == both


def test_points_are_held_spent_in_part_and_released(cloud: Cloud, client: CloudClient):
    members, desk, member = CloudMemberDesk(client), CloudPointsDesk(client), cloud.member("13900000004")
    use, another, sale = PointsUseId(an_id(20)), PointsUseId(an_id(21)), SaleId(an_id(22))
    with pytest.raises(MemberNotProven):
        desk.hold(use, sale, member, 500)
    members.find(cloud.code_of(member))
    desk.hold(use, sale, member, 500)
    desk.hold(use, sale, member, 500)
    with pytest.raises(PointsNotEnough):
        desk.hold(another, sale, member, 701)
    desk.redeem(use, sale, 300)
    desk.redeem(use, sale, 300)
    assert members.get(member).points == 900
    with pytest.raises(PointsHoldGone):
        desk.release(use)
    desk.hold(another, sale, member, 900)
    desk.release(another)
    desk.release(another)
    assert members.get(member).points == 900


def test_a_confirmation_that_was_never_sent_confirms_nothing(cloud: Cloud, client: CloudClient):
    member = cloud.member("13900000005")
    with pytest.raises(SignInCodeExpired):
        CloudMemberDesk(client).confirm(ConfirmationId(an_id(23)), member, "123456")


def test_balance_and_recharge_card_pay_and_take_back(cloud: Cloud, client: CloudClient):
    gateway, member = CloudPaymentGateway(client), cloud.member("13900000006")
    paid = {
        Tender.WALLET: (PaymentId(an_id(30)), cloud.code_of(member)),
        Tender.RECHARGE_CARD: (PaymentId(an_id(31)), cloud.recharge_card()),
    }
    for tender, (payment, code) in paid.items():
        answer = gateway.charge(payment, SaleId(an_id(32)), Money(6000), code, "92号汽油")
        assert (answer.state, answer.tender) == (PaymentState.CAPTURED, tender)
        assert gateway.query(payment) == answer
        refund = PaymentId(f"{int(payment, 16) + 100:032x}")
        assert gateway.query_refund(refund) is None
        assert gateway.refund(refund, payment, Money(2000), "退货").state is RefundState.DONE
        assert gateway.refund(refund, payment, Money(2000), "退货").state is RefundState.DONE
        answered = gateway.query_refund(refund)
        assert answered is not None
        assert answered.state is RefundState.DONE
        with pytest.raises(RefundTooLarge):
            gateway.refund(PaymentId(f"{int(payment, 16) + 200:032x}"), payment, Money(4001), "退货")
    assert CloudMemberDesk(client).get(member).balance == Money(29000)


def test_a_code_on_our_display_is_scanned_and_paid(cloud: Cloud, client: CloudClient):
    gateway, payment = CloudPaymentGateway(client), PaymentId(an_id(40))
    asked = (payment, SaleId(an_id(41)), Tender.WECHAT, Money(8800), "92号汽油")
    shown = gateway.start_qr(*asked)
    assert shown.url.startswith("weixin://")
    assert gateway.start_qr(*asked) == shown
    waiting = gateway.query(payment)
    assert waiting is not None
    assert (waiting.state, waiting.waiting_for) == (PaymentState.PENDING, "payer")
    cloud.pays(payment)
    paid = gateway.query(payment)
    assert paid is not None
    assert paid.state is PaymentState.CAPTURED


def test_a_code_that_is_taken_off_our_display_is_closed(client: CloudClient):
    gateway, payment = CloudPaymentGateway(client), PaymentId(an_id(42))
    gateway.start_qr(payment, SaleId(an_id(41)), Tender.WECHAT, Money(8800), "92号汽油")
    assert gateway.cancel(payment).state is PaymentState.CANCELLED
