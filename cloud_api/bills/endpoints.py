"""Routes of the providers' bills: for the finance office."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Path, Query, Request

from cloud_api.access import FinanceUser, held_to_stations
from cloud_api.bills import schemas
from cloud_api.bills.repository import BillRow, DifferenceRow
from cloud_api.bills.service import Bills
from cloud_api.schemas import KeyId
from core.wording.catalogue import _, mark

router = APIRouter(tags=["head office"])

_CAUSES = {
    "day_edge": mark("Paid around midnight: it will stand on the bill of the day beside. Fetch that one first."),
    "not_at_provider": mark("The provider does not bill what we have. Ask it how this number stands, and give its word in the note."),
    "not_ours": mark("This number is not of this system. Another system may use the merchant's account, or our books are older than the bill."),
    "refunded_elsewhere": mark("Given back in the provider's own pages, not here. Note it on the order."),
    "amount_differs": mark("The amounts differ. Look at the order and at the provider's pages; the provider's amount is what moved."),
    "not_heard": mark("Paid at the provider, and we still wait for its word. It is asked again by itself; fetch the bill again later."),
    "paid_after_end": mark("Paid after we had given it up. Give the money back in the provider's pages, and say so here."),
    "refund_went_after_all": mark("A refund that we hold for failed went through. Nothing more may go back for it."),
    "refund_not_arrived": mark("The refund did not arrive at the payer, whose account may be closed. Pay it in another way."),
    "reversed_there": mark("The provider has given it back, and we hold it for paid. Look at the order."),
    "twice": mark("The provider bills this number twice. Ask the provider."),
    "billed_before": mark("This number stood on an earlier day's bill already. Ask the provider."),
}  # fmt: skip


def _bills(request: Request) -> Bills:
    return cast(Bills, request.app.state.bills)


Service = Annotated[Bills, Depends(_bills)]


@router.get("/v1/office/bills", summary="Bills of these days, the latest first")
async def bills(_user: FinanceUser, service: Service, first: date, last: date) -> schemas.BillList:
    return schemas.BillList(bills=[_bill(row) for row in await service.bills(first, last)])


@router.post("/v1/office/bills/{provider}/{day}/fetch", summary="Fetch a day's bill (again) and compare it")
async def fetch(
    provider: Annotated[str, Path(max_length=16)], day: date, user: FinanceUser, service: Service
) -> schemas.Bill:
    return _bill(await service.fetch(provider, day, user))


@router.get("/v1/office/bills/differences", summary="Where bills and our books differ")
@held_to_stations
async def differences(
    user: FinanceUser,
    service: Service,
    state: Annotated[Literal["open", "resolved", "gone"] | None, Query()] = None,
    provider: Annotated[str | None, Query(pattern="^[a-z_]{1,16}$")] = None,
    day: date | None = None,
) -> schemas.DifferenceList:
    rows = await service.differences(state, provider, day, user.stations)
    return schemas.DifferenceList(differences=[_difference(row) for row in rows])


@router.post("/v1/office/bills/differences/{difference_id}/resolve", summary="Say how it was settled")
@held_to_stations
async def resolve(
    difference_id: Annotated[KeyId, Path()], asked: schemas.Resolved, user: FinanceUser, service: Service
) -> schemas.Difference:
    return _difference(await service.resolve(difference_id, asked.note, user))


def _bill(row: BillRow) -> schemas.Bill:
    known: dict[str, Any] = asdict(row)
    return schemas.Bill(**{name: known[name] for name in schemas.Bill.model_fields})


def _difference(row: DifferenceRow) -> schemas.Difference:
    return schemas.Difference(**asdict(row), sentence=_(_CAUSES[row.cause]))
