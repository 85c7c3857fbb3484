"""Routes of a driver's wallet: balance, statement, topping up, having it paid back."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Query, Request

from cloud_api.access import SignedInDriver
from cloud_api.ledger.book import Kind
from cloud_api.ledger.repository import StatementRow
from cloud_api.parameters import IdempotencyKey, Limit, LineBefore
from cloud_api.schemas import KeyId
from cloud_api.wallets import schemas
from cloud_api.wallets.refunds import BalanceRefunds
from cloud_api.wallets.repository import ItemRow, RefundRow, TopUpRow
from cloud_api.wallets.service import Wallets
from cloud_api.wallets.top_ups import OnlinePayments, TopUps
from core.domain.balance_refund import LotRefund

router = APIRouter(tags=["wallet"])


def _wallets(request: Request) -> Wallets:
    return cast(Wallets, request.app.state.wallets)


def _top_ups(request: Request) -> TopUps:
    return cast(TopUps, request.app.state.top_ups)


def _refunds(request: Request) -> BalanceRefunds:
    return cast(BalanceRefunds, request.app.state.balance_refunds)


def _payments(request: Request) -> OnlinePayments:
    return cast(OnlinePayments, request.app.state.payments)


WalletService = Annotated[Wallets, Depends(_wallets)]
TopUpService = Annotated[TopUps, Depends(_top_ups)]
RefundService = Annotated[BalanceRefunds, Depends(_refunds)]
TopUpId = Annotated[KeyId, Path()]


@router.get("/v1/me/wallet", summary="The driver's balance and its latest movements")
async def wallet(driver: SignedInDriver, wallets: WalletService) -> schemas.Wallet:
    balance, moved = await wallets.look(driver.id)
    return schemas.Wallet(
        balance_fen=balance.fen,
        principal_fen=balance.principal_fen,
        bonus_fen=balance.bonus_fen,
        entries=[entry_given(row) for row in moved],
    )


@router.get("/v1/me/wallet/statement", summary="Every movement of the balance, newest first")
async def statement(
    driver: SignedInDriver,
    wallets: WalletService,
    limit: Limit = 50,
    before: LineBefore = None,
) -> schemas.Statement:
    rows = await wallets.statement(driver.id, limit, before)
    return schemas.Statement(
        entries=[entry_given(row) for row in rows],
        next_before=rows[-1].number if len(rows) == limit else None,
    )


@router.get("/v1/me/wallet/lots", summary="What the balance consists of, in the order in which it came")
async def holdings(driver: SignedInDriver, wallets: WalletService) -> schemas.Lots:
    """Principal is spent before bonus, and of each the oldest first."""
    return schemas.Lots(
        lots=[
            schemas.Lot(
                top_up_id=lot.source_id,
                of="bonus" if lot.kind is Kind.WALLET_BONUS else "principal",
                source=lot.source,
                at=lot.at,
                amount_fen=lot.amount,
                left_fen=lot.left,
            )
            for lot in await wallets.holdings(driver.id)
        ]
    )


# --- topping up ---


@router.get("/v1/wallet/top-ups/offer", summary="How much may be topped up, and what it would bring")
async def offer(driver: SignedInDriver, top_ups: TopUpService) -> schemas.Offer:
    now = await top_ups.offer(driver.id)
    return schemas.Offer(
        room_fen=now.room_fen,
        limit_fen=now.limit_fen,
        is_named=now.is_named,
        rules=[
            schemas.Rule(
                id=rule.id,
                title=rule.title,
                threshold_fen=rule.threshold.fen,
                bonus_fen=rule.bonus.fen,
                percent=rule.percent,
                cap_fen=None if rule.cap is None else rule.cap.fen,
                once=rule.once,
                starts_at=rule.starts_at,
                ends_at=rule.ends_at,
                is_used_up=rule.once and rule.id in now.used,
            )
            for rule in now.rules
        ],
    )


@router.post("/v1/wallet/top-ups", status_code=201, summary="Place a top-up; the key becomes its id")
async def place(
    asked: schemas.TopUpAsked, key: IdempotencyKey, driver: SignedInDriver, top_ups: TopUpService
) -> schemas.TopUp:
    return _top_up_given(await top_ups.place(driver.id, key, asked.amount_fen, asked.station_id))


@router.get("/v1/wallet/top-ups", summary="The driver's latest top-ups")
async def top_ups_of(driver: SignedInDriver, top_ups: TopUpService) -> schemas.TopUps:
    return schemas.TopUps(top_ups=[_top_up_given(row) for row in await top_ups.top_ups_of(driver.id)])


@router.get("/v1/wallet/top-ups/{top_up_id}", summary="One top-up")
async def top_up(top_up_id: TopUpId, driver: SignedInDriver, top_ups: TopUpService) -> schemas.TopUp:
    return _top_up_given(await top_ups.top_up(driver.id, top_up_id))


@router.post(
    "/v1/wallet/top-ups/{top_up_id}/payments", status_code=201, summary="Start to pay; the key is its id"
)
async def pay(  # noqa: PLR0917 - FastAPI hands each over by name
    top_up_id: TopUpId,
    asked: schemas.TopUpPaymentAsked,
    key: IdempotencyKey,
    driver: SignedInDriver,
    top_ups: TopUpService,
    payments: Annotated[OnlinePayments, Depends(_payments)],
    request: Request,
) -> schemas.TopUpPayment:
    started = await top_ups.pay(
        payments,
        driver.id,
        top_up_id,
        key,
        asked.provider,
        asked.channel,
        payer_ip=request.client.host if request.client else "127.0.0.1",
        payer_code=asked.payer_code,
    )
    return schemas.TopUpPayment(
        payment_id=key,
        provider=asked.provider,
        pay_url=started.pay_url,
        mini_program=None if started.mini_program is None else dict(started.mini_program),
        expires_at=started.expires_at,
    )


# --- having it paid back ---


@router.get("/v1/wallet/refunds/offer", summary="What would be paid back now, top-up by top-up")
async def refund_offer(
    driver: SignedInDriver,
    refunds: RefundService,
    top_up_id: Annotated[KeyId | None, Query(description="Only this top-up")] = None,
) -> schemas.RefundOffer:
    """Money goes back the way it came; bonus falls away."""
    asked = await refunds.quote(driver.id, top_up_id)
    return schemas.RefundOffer(
        back_fen=asked.back_fen,
        bonus_gone_fen=asked.bonus_gone_fen,
        needs_a_look=asked.needs_a_look,
        top_ups=[_lot_refund_given(one) for one in asked.refunds],
    )


@router.post("/v1/wallet/refunds", status_code=201, summary="Have the balance paid back; the key is its id")
async def ask_refund(
    asked: schemas.RefundAsked, key: IdempotencyKey, driver: SignedInDriver, refunds: RefundService
) -> schemas.BalanceRefund:
    row = await refunds.ask(driver.id, key, asked.top_up_id)
    return refund_given(row, [])


@router.get("/v1/wallet/refunds", summary="The driver's refunds of the balance, newest first")
async def refunds_of(driver: SignedInDriver, refunds: RefundService) -> schemas.BalanceRefunds:
    return schemas.BalanceRefunds(
        refunds=[refund_given(row, items) for row, items in await refunds.refunds_of(driver.id)]
    )


def entry_given(row: StatementRow) -> schemas.WalletEntry:
    return schemas.WalletEntry(
        number=row.number,
        at=row.at,
        what=row.kind,
        of="bonus" if row.account_kind == Kind.WALLET_BONUS else "principal",
        amount_fen=row.amount,
        balance_fen=row.balance_after,
        about=row.about,
    )


def refund_given(row: RefundRow, items: list[ItemRow]) -> schemas.BalanceRefund:
    return schemas.BalanceRefund(
        id=row.id,
        state=row.state,
        amount_fen=row.amount_fen,
        bonus_gone_fen=row.bonus_gone_fen,
        at=row.at,
        done_at=row.done_at,
        note=row.note,
        items=[
            schemas.RefundItem(
                id=item.id,
                top_up_id=item.source_id,
                source=item.source,
                amount_fen=item.amount_fen,
                state=item.state,
                reference=item.reference,
                ended_at=item.ended_at,
            )
            for item in items
        ],
    )


def _lot_refund_given(one: LotRefund) -> schemas.TopUpBack:
    return schemas.TopUpBack(
        top_up_id=one.top_up.id,
        at=one.top_up.at,
        paid_fen=one.top_up.paid.fen,
        bonus_fen=one.top_up.bonus.fen,
        back_fen=one.back.fen,
        bonus_gone_fen=one.bonus_gone.fen,
    )


def _top_up_given(row: TopUpRow) -> schemas.TopUp:
    return schemas.TopUp(
        id=row.id,
        state=row.state,
        amount_fen=row.amount_fen,
        bonus_fen=row.bonus_fen,
        at=row.at,
        pay_before=row.pay_before,
        paid_at=row.paid_at,
    )
