"""Members with something in their wallets, and cards, for the tests of every room that spends."""

from typing import Any

from cloud_api.ledger import checking
from cloud_api.members.codes import MemberCodes
from cloud_api.points.service import Points
from cloud_api.recharge_cards.service import PrintedCard, RechargeCards
from cloud_api.wallets.service import Wallets
from tests.cloud_api.conftest import Cloud, DriverPhone, StationMachine


def topped_up(cloud: Cloud, driver: DriverPhone, paid_fen: int, bonus_fen: int = 0) -> None:
    wallets = Wallets(cloud.database, cloud.clock)
    cloud.database.write_now(
        lambda work: wallets.top_up(work, driver.new_id(), driver.id, paid_fen=paid_fen, bonus_fen=bonus_fen)
    )


def given_points(cloud: Cloud, driver: DriverPhone, points: int) -> None:
    room = Points(cloud.database, cloud.clock, cloud.settings)
    cloud.database.write_now(lambda work: room.give(work, driver.new_id(), driver.id, points))


def a_card(cloud: Cloud, face_fen: int, *, active: bool = True) -> PrintedCard:
    cards = RechargeCards(cloud.database, cloud.clock)
    [card] = cloud.database.write_now(lambda work: cards.make_batch(work, "店庆充值卡", face_fen, 1))
    if active:
        cloud.database.write_now(lambda work: cards.activate(work, card.number))
    return card


def frozen(cloud: Cloud, card: PrintedCard, *, is_frozen: bool = True) -> None:
    cards = RechargeCards(cloud.database, cloud.clock)
    cloud.database.write_now(lambda work: cards.freeze(work, card.number, frozen=is_frozen))


def codes_of(cloud: Cloud) -> MemberCodes:
    return MemberCodes(cloud.clock)


def charged(
    station: StationMachine, code: str, amount_fen: int, payment_id: str | None = None, status: int = 200
) -> dict[str, Any]:
    body = {
        "payment_id": payment_id or station.new_id(),
        "sale_id": "5" * 32,
        "amount_fen": amount_fen,
        "auth_code": code,
        "description": "92号汽油 20.00升",
    }
    answer: dict[str, Any] = station.post("/v1/station/payments", body, status)
    return answer


def cancelled(station: StationMachine, payment_id: str, status: int = 200) -> dict[str, Any]:
    answer: dict[str, Any] = station.post(f"/v1/station/payments/{payment_id}/cancel", {}, status)
    return answer


def refunded(
    station: StationMachine, payment_id: str, amount_fen: int, refund_id: str | None = None, status: int = 200
) -> dict[str, Any]:
    body = {"refund_id": refund_id or station.new_id(), "amount_fen": amount_fen}
    answer: dict[str, Any] = station.post(f"/v1/station/payments/{payment_id}/refunds", body, status)
    return answer


def faults(cloud: Cloud) -> list[str]:
    return cloud.database.read_now(checking.faults)
