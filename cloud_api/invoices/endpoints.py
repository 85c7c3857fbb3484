"""Routes of invoices: a driver's, those of a receipt that anybody holds, and the finance office's."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from cloud_api.access import FinanceUser, PerhapsDriver, SignedInDriver, held_to_stations
from cloud_api.invoices import schemas
from cloud_api.invoices.house import Reason
from cloud_api.invoices.repository import Seller
from cloud_api.invoices.service import Invoices, Wanted
from cloud_api.schemas import KeyId
from core.domain.invoice.goods import InvoicedGoods
from core.domain.invoice.tax_number import tax_number_of
from core.domain.refusals.invoices import InvoiceTitleNotFound

router = APIRouter()

_MEDIA = {"pdf": "application/pdf", "xml": "application/xml", "ofd": "application/ofd"}


def _invoices(request: Request) -> Invoices:
    return cast(Invoices, request.app.state.invoices)


Service = Annotated[Invoices, Depends(_invoices)]
InvoiceId = Annotated[KeyId, Path()]
InvoiceKey = Annotated[
    KeyId,
    Header(alias="Idempotency-Key", description="The invoice's own id, 32 hex; the same again is the same"),
]
Paper = Annotated[str, Path(pattern="^(red-)?(pdf|xml|ofd)$")]
Entity = Annotated[str, Path(max_length=32, pattern="^[0-9A-Za-z-]+$")]

# --- titles ---


@router.get(
    "/v1/invoice-titles", tags=["invoices"], summary="The titles that the driver keeps, the default first"
)
async def titles(driver: SignedInDriver, service: Service) -> list[schemas.Title]:
    return [schemas.Title.of(one) for one in await service.titles(driver.id)]


@router.put(
    "/v1/invoice-titles/{title_id}", tags=["invoices"], summary="Keep a title under the phone's own id"
)
async def keep_title(
    title_id: Annotated[KeyId, Path()], asked: schemas.TitleKept, driver: SignedInDriver, service: Service
) -> list[schemas.Title]:
    kept = await service.keep_title(driver.id, title_id, asked.title(), is_default=asked.is_default)
    return [schemas.Title.of(one) for one in kept]


@router.delete("/v1/invoice-titles/{title_id}", tags=["invoices"], summary="Forget a title", status_code=204)
async def remove_title(title_id: Annotated[KeyId, Path()], driver: SignedInDriver, service: Service) -> None:
    await service.remove_title(driver.id, title_id)


# --- a driver's invoices ---


@router.post(
    "/v1/invoices",
    tags=["invoices"],
    summary="Ask one invoice for orders, receipts or top-ups",
    status_code=201,
)
async def ask(
    key: InvoiceKey, asked: schemas.InvoiceAsked, driver: SignedInDriver, service: Service
) -> list[schemas.Invoice]:
    """One for each kind of paper that the tax bureau wants apart: fuel, goods, prepaid money. The first has the key's id."""
    title = asked.title.title() if asked.title is not None else asked.title_id
    if title is None:
        raise InvoiceTitleNotFound
    wanted = Wanted(
        orders=tuple(asked.orders),
        receipts=tuple((one.station_id, one.sale_id, one.amount_fen) for one in asked.receipts),
        top_ups=tuple(asked.top_ups),
    )
    made = await service.ask(key, driver.id, wanted, title, asked.form)
    return [schemas.Invoice.shown(one) for one in made]


@router.get("/v1/invoices", tags=["invoices"], summary="The driver's invoices, newest first")
async def invoices(
    driver: SignedInDriver,
    service: Service,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    before: KeyId | None = None,
) -> list[schemas.Invoice]:
    return [schemas.Invoice.shown(one) for one in await service.invoices_of(driver.id, limit, before)]


@router.get(
    "/v1/invoices/{invoice_id}", tags=["invoices"], summary="One invoice; its id opens one asked by receipt"
)
async def invoice(invoice_id: InvoiceId, driver: PerhapsDriver, service: Service) -> schemas.Invoice:
    return schemas.Invoice.shown(await service.invoice(invoice_id, driver.id if driver else None))


@router.get(
    "/v1/invoices/{invoice_id}/{form}",
    tags=["invoices"],
    summary="A paper of it: pdf, xml or ofd; red-… of the one that took it back",
    response_class=Response,
)
async def paper(invoice_id: InvoiceId, form: Paper, driver: PerhapsDriver, service: Service) -> Response:
    body = await service.paper(invoice_id, driver.id if driver else None, form)
    media, name = _MEDIA[form.rpartition("-")[2]], f"{invoice_id}.{form.rpartition('-')[2]}"
    return Response(
        body,
        media_type=media,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.post(
    "/v1/invoices/{invoice_id}/deliveries",
    tags=["invoices"],
    summary="Send its papers by e-mail again",
    status_code=204,
)
async def deliver(
    invoice_id: InvoiceId, asked: schemas.DeliveryAsked, driver: SignedInDriver, service: Service
) -> None:
    await service.deliver(invoice_id, driver.id, asked.email)


# --- the code on a receipt ---


@router.get(
    "/v1/receipts/{station_id}/{sale_id}",
    tags=["invoices"],
    summary="What may be invoiced of a counter's receipt; its amount proves that one holds it",
)
async def receipt(
    station_id: Annotated[KeyId, Path()],
    sale_id: Annotated[KeyId, Path()],
    amount_fen: Annotated[int, Query(ge=0, le=10**12)],
    service: Service,
) -> schemas.Receipt:
    return schemas.Receipt.of(await service.of_receipt(station_id, sale_id, amount_fen))


@router.post(
    "/v1/receipts/{station_id}/{sale_id}/invoice",
    tags=["invoices"],
    summary="Ask the invoice of a receipt without signing in",
    status_code=201,
)
async def ask_by_receipt(  # noqa: PLR0917 - FastAPI hands in each of them
    station_id: Annotated[KeyId, Path()],
    sale_id: Annotated[KeyId, Path()],
    key: InvoiceKey,
    asked: schemas.ReceiptInvoiceAsked,
    driver: PerhapsDriver,
    service: Service,
) -> list[schemas.Invoice]:
    wanted = Wanted(receipts=((station_id, sale_id, asked.amount_fen),))
    owner = driver.id if driver else None
    made = await service.ask(key, owner, wanted, asked.title.title(), asked.form)
    return [schemas.Invoice.shown(one) for one in made]


# --- the finance office ---


@router.get("/v1/office/invoices", tags=["office"], summary="Everybody's invoices, newest first")
@held_to_stations
async def all_invoices(
    user: FinanceUser,
    service: Service,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: KeyId | None = None,
    state: Annotated[list[str] | None, Query(max_length=7)] = None,
) -> list[schemas.Invoice]:
    found = await service.invoices_of(None, limit, before, state or (), stations=user.stations)
    return [schemas.Invoice.shown(one) for one in found]


@router.get("/v1/office/invoices/{invoice_id}", tags=["office"], summary="Any invoice")
@held_to_stations
async def any_invoice(invoice_id: InvoiceId, user: FinanceUser, service: Service) -> schemas.Invoice:
    return schemas.Invoice.shown(await service.any_invoice(invoice_id, user))


@router.post(
    "/v1/office/invoices/{invoice_id}/tries", tags=["office"], summary="Hand one that failed in again"
)
@held_to_stations
async def try_again(invoice_id: InvoiceId, user: FinanceUser, service: Service) -> schemas.Invoice:
    return schemas.Invoice.shown(await service.try_again(invoice_id, user))


@router.post(
    "/v1/office/invoices/{invoice_id}/red", tags=["office"], summary="Take an issued one back by a red one"
)
@held_to_stations
async def take_back(
    invoice_id: InvoiceId, asked: schemas.TakeBackAsked, user: FinanceUser, service: Service
) -> schemas.Invoice:
    return schemas.Invoice.shown(await service.take_back(invoice_id, Reason[asked.reason.upper()], user))


@router.put(
    "/v1/office/invoice-sellers/{entity}", tags=["office"], summary="How a company stands on its invoices"
)
async def put_seller(
    entity: Entity, asked: schemas.SellerAsked, user: FinanceUser, service: Service
) -> schemas.SellerAsked:
    values = {**asked.model_dump(), "tax_number": tax_number_of(asked.tax_number)}
    await service.put_seller(Seller(entity="" if entity == "house" else entity, **values), user)
    return schemas.SellerAsked(**values)


@router.put(
    "/v1/office/invoice-sellers/{entity}/goods/{what}",
    tags=["office"],
    summary="How a fuel (its grade), goods (their barcode) or all others (goods) are classified",
)
async def put_goods(
    entity: Entity,
    what: Annotated[str, Path(max_length=40, pattern="^[0-9A-Za-z-]+$")],
    asked: schemas.GoodsAsked,
    user: FinanceUser,
    service: Service,
) -> dict[str, schemas.GoodsAsked]:
    goods = InvoicedGoods(**asked.model_dump())
    known = await service.put_goods("" if entity == "house" else entity, what, goods, user)
    return {
        name: schemas.GoodsAsked(
            name=one.name,
            tax_code=one.tax_code,
            unit=one.unit,
            rate=one.rate,
            is_refined_oil=one.is_refined_oil,
        )
        for name, one in known.items()
    }
