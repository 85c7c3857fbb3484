"""Routes of a station's payments, and what the providers call back."""

import logging
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from cloud_api.access import SignedInStation
from cloud_api.payments import schemas
from cloud_api.payments.provider import NotificationRefused
from cloud_api.payments.repository import PaymentRow, RefundRow
from cloud_api.payments.service import Payments
from cloud_api.schemas import KeyId

_log = logging.getLogger(__name__)
_MOST_BYTES = 64 * 1024

router = APIRouter()


def _payments(request: Request) -> Payments:
    return cast(Payments, request.app.state.payments)


Service = Annotated[Payments, Depends(_payments)]
PaymentId = Annotated[KeyId, Path()]


@router.post("/v1/station/payments", tags=["station"], summary="Charge a payer's code")
async def charge(body: schemas.Charge, station: SignedInStation, payments: Service) -> schemas.StationPayment:
    """The same payment_id is never charged twice: asking again answers how the payment stands."""
    row = await payments.charge(
        station.id,
        body.payment_id,
        sale_id=body.sale_id,
        amount_fen=body.amount_fen,
        auth_code=body.auth_code,
        description=body.description,
    )
    return _given(row)


@router.post("/v1/station/payments/qr", tags=["station"], summary="A code for the payer to scan")
async def start_qr(
    body: schemas.StartQr, station: SignedInStation, payments: Service
) -> schemas.StationPayment:
    """The same payment_id answers with the same code. Ask and cancel as for a scanned code."""
    row = await payments.start_qr(
        station.id,
        body.payment_id,
        sale_id=body.sale_id,
        amount_fen=body.amount_fen,
        provider=body.provider,
        description=body.description,
    )
    return _given(row)


@router.get("/v1/station/payments/{payment_id}", tags=["station"], summary="How a payment stands")
async def payment(
    payment_id: PaymentId, station: SignedInStation, payments: Service
) -> schemas.StationPayment:
    return _given(await payments.payment_of(station.id, payment_id))


@router.post("/v1/station/payments/{payment_id}/cancel", tags=["station"], summary="Reverse until clear")
async def cancel(
    payment_id: PaymentId, station: SignedInStation, payments: Service
) -> schemas.StationPayment:
    """Ends cancelled when nothing stays charged; pending while that is not yet clear; captured when it was too late."""
    return _given(await payments.cancel(station.id, payment_id))


@router.post("/v1/station/payments/{payment_id}/refunds", tags=["station"], summary="Give back part or all")
async def refund(
    payment_id: PaymentId, body: schemas.Refund, station: SignedInStation, payments: Service
) -> schemas.StationRefund:
    row = await payments.refund_of_station(
        station.id, body.refund_id, payment_id, body.amount_fen, body.reason
    )
    return _refund_given(row)


@router.get("/v1/station/refunds/{refund_id}", tags=["station"], summary="How a refund stands")
async def refund_of(
    refund_id: Annotated[KeyId, Path()], station: SignedInStation, payments: Service
) -> schemas.StationRefund:
    return _refund_given(await payments.refund_query_of_station(station.id, refund_id))


@router.post("/v1/callbacks/wechat", tags=["callbacks"], summary="WeChat Pay tells of a payment or refund")
async def told_by_wechat(request: Request, payments: Service) -> Response:
    try:
        await _take(request, payments, "wechat")
    except NotificationRefused:
        # WeChat goes by the status; with 200 a refused notification would never come again.
        return JSONResponse({"code": "FAIL", "message": "refused"}, 400)
    return JSONResponse({"code": "SUCCESS", "message": "OK"})


@router.post("/v1/callbacks/alipay", tags=["callbacks"], summary="Alipay tells of a payment or refund")
async def told_by_alipay(request: Request, payments: Service) -> Response:
    try:
        await _take(request, payments, "alipay")
    except NotificationRefused:
        return PlainTextResponse("failure", 400)
    # These seven letters and nothing else, or Alipay goes on telling.
    return PlainTextResponse("success")


async def _take(request: Request, payments: Payments, provider: str) -> None:
    try:
        await payments.take_notification(provider, request.headers, await _body(request))
    except NotificationRefused as refused:
        # A probe is wrong on purpose and must disturb nobody.
        level = logging.INFO if refused.is_probe else logging.WARNING
        _log.log(level, "a notification from %s was refused: %s", provider, refused)
        raise


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise NotificationRefused("it is far too long")
    return body


def _given(row: PaymentRow) -> schemas.StationPayment:
    values: dict[str, Any] = {
        "payment_id": row.id,
        "state": row.state,
        "provider": row.provider,
        "provider_ref": row.provider_ref,
        "amount_fen": row.amount_fen,
        "paid_at": row.paid_at if row.state == "captured" else None,
        "reason": row.reason,
        "waiting_for": row.waiting_for,
        "available_fen": row.available_fen,
        "qr": row.pay_url if row.is_qr else None,
        "until": row.expires_at if row.is_qr else None,
    }
    return schemas.StationPayment.model_validate(values)


def _refund_given(row: RefundRow) -> schemas.StationRefund:
    values = {"refund_id": row.id, "state": row.state, "amount_fen": row.amount_fen, "reason": row.trouble}
    return schemas.StationRefund.model_validate(values)
