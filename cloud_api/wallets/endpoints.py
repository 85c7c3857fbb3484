"""Routes of a driver's wallet."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request

from cloud_api.access import SignedInDriver
from cloud_api.ledger.book import Kind
from cloud_api.wallets import schemas
from cloud_api.wallets.service import Wallets

router = APIRouter(tags=["wallet"])


def _wallets(request: Request) -> Wallets:
    return cast(Wallets, request.app.state.wallets)


@router.get("/v1/me/wallet", summary="The driver's balance and its latest movements")
async def wallet(driver: SignedInDriver, wallets: Annotated[Wallets, Depends(_wallets)]) -> schemas.Wallet:
    balance, moved = await wallets.look(driver.id)
    return schemas.Wallet(
        balance_fen=balance.fen,
        principal_fen=balance.principal_fen,
        bonus_fen=balance.bonus_fen,
        entries=[
            schemas.WalletEntry(
                at=row.at,
                what=row.kind,
                of="bonus" if kind is Kind.WALLET_BONUS else "principal",
                amount_fen=row.amount,
                balance_fen=row.balance_after,
            )
            for kind, row in moved
        ],
    )
