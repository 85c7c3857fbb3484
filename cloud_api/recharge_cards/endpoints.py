"""Routes of recharge cards at a counter."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request

from cloud_api.access import SignedInStation
from cloud_api.recharge_cards import schemas
from cloud_api.recharge_cards.service import RechargeCards

router = APIRouter(tags=["station"])


def _cards(request: Request) -> RechargeCards:
    return cast(RechargeCards, request.app.state.recharge_cards)


@router.post("/v1/station/recharge-cards/find", summary="What a recharge card holds")
async def find(
    asked: schemas.CardAsked, station: SignedInStation, cards: Annotated[RechargeCards, Depends(_cards)]
) -> schemas.Card:
    card, balance_fen = await cards.look(station.id, asked.code)
    return schemas.Card.model_validate(
        {"card_number": card.number, "state": card.state, "balance_fen": balance_fen}
    )
