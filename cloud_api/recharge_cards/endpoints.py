"""Routes of recharge cards: looked at on a counter, put into a wallet on a driver's phone."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request

from cloud_api.abuse.circumstances import PresentCircumstances
from cloud_api.access import SignedInDriver, SignedInStation
from cloud_api.recharge_cards import schemas
from cloud_api.recharge_cards.guessing import Guesser
from cloud_api.recharge_cards.service import RechargeCards, Room

router = APIRouter()


def _cards(request: Request) -> RechargeCards:
    return cast(RechargeCards, request.app.state.recharge_cards)


def _room(request: Request) -> Room:
    return cast(Room, request.app.state.top_ups.check_room)


CardService = Annotated[RechargeCards, Depends(_cards)]


@router.post("/v1/station/recharge-cards/find", tags=["station"], summary="What a recharge card holds")
async def find(asked: schemas.CardAsked, station: SignedInStation, cards: CardService) -> schemas.Card:
    card, balance_fen = await cards.look(station.id, asked.code)
    return schemas.Card.model_validate(
        {"card_number": card.number, "state": card.state, "balance_fen": balance_fen}
    )


@router.post("/v1/wallet/card-redemptions", tags=["wallet"], summary="Put a card's value into the wallet")
async def redeem(
    asked: schemas.CardAsked,
    driver: SignedInDriver,
    cards: CardService,
    room: Annotated[Room, Depends(_room)],
    present: PresentCircumstances,
) -> schemas.Redemption:
    """Once; asked again by the same driver it answers the same. Whoever tries codes has to wait, longer each time."""
    guesser = Guesser(person=driver.id, device=present.device_id or None, network=present.network or None)
    redeemed = await cards.redeem(driver.id, asked.code, guesser, room)
    return schemas.Redemption(card_number=redeemed.number, redeemed_fen=redeemed.fen)
