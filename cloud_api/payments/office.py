"""Routes of refunds that did not arrive: for the finance office."""

from dataclasses import asdict
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Request

from cloud_api.access import FinanceUser
from cloud_api.offices.two_people import Agreed
from cloud_api.payments import schemas
from cloud_api.payments.stuck import StuckRefunds
from cloud_api.schemas import KeyId

router = APIRouter(tags=["head office"])


def _stuck(request: Request) -> StuckRefunds:
    return cast(StuckRefunds, request.app.state.stuck_refunds)


Service = Annotated[StuckRefunds, Depends(_stuck)]


@router.get("/v1/office/refunds/stuck", summary="Refunds that left and did not arrive")
async def stuck(_user: FinanceUser, service: Service) -> schemas.StuckRefunds:
    return schemas.StuckRefunds(refunds=[schemas.StuckRefund(**asdict(row)) for row in await service.all()])


@router.post(
    "/v1/office/refunds/{refund_id}/settle", summary="Ask the provider again, or say how it was paid"
)
async def settle(
    refund_id: Annotated[KeyId, Path()],
    asked: schemas.RefundSettled,
    user: FinanceUser,
    service: Service,
    agreement: Agreed,
) -> schemas.StationRefund:
    row = await service.settle(refund_id, asked.way, asked.note, user, agreement)
    return schemas.StationRefund(
        refund_id=row.id, state=cast(Any, row.state), amount_fen=row.amount_fen, reason=row.trouble
    )
