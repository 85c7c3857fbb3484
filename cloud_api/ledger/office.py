"""Routes of the finance office into the books: totals, statements, checks, what stations are owed and paid."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from cloud_api.access import FinanceUser, held_to_stations
from cloud_api.database import Work
from cloud_api.ledger import book, checking, repository
from cloud_api.ledger.book import Kind
from cloud_api.ledger.checking import Books
from cloud_api.ledger.receivables import Receivables
from cloud_api.offices.desk import FinanceDesk
from cloud_api.offices.two_people import Agreed, Deed
from cloud_api.parameters import IdempotencyKey, TheDatabase
from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.domain.refusals.cloud import StationNotFound
from core.protocol.field_types import Moment

router = APIRouter(prefix="/v1/office", tags=["office"])


class Totals(Given):
    totals: dict[str, int] = Field(
        description="What all accounts of each kind hold together; all sum to zero."
    )


class Line(Given):
    number: int
    at: Moment
    posting_id: str
    what: str
    about: str
    account: str
    amount: int = Field(description="Fen, or points.")
    balance: int


class Statement(Given):
    lines: list[Line]
    next_before: int | None


class CheckGiven(Given):
    at: Moment
    from_number: int
    to_number: int
    faults: list[str]


class StationOwed(Given):
    station_id: str
    owed_fen: int


class Receivable(Given):
    stations: list[StationOwed]


class PayoutAsked(Asked):
    amount_fen: int = Field(ge=1, le=10**12)
    reference: Annotated[PlainText, Field(min_length=1, max_length=100)]


class Payout(Given):
    payout_id: str
    station_id: str
    amount_fen: int
    owed_fen: int = Field(description="What is still owed.")


def _books(request: Request) -> Books:
    return cast(Books, request.app.state.books)


def _receivables(request: Request) -> Receivables:
    return cast(Receivables, request.app.state.receivables)


BooksService = Annotated[Books, Depends(_books)]


@router.get("/ledger/totals", summary="What all accounts of each kind hold")
async def totals(_user: FinanceUser, database: TheDatabase) -> Totals:
    return Totals(totals=await database.read(repository.totals))


@router.get("/ledger/statement", summary="The entries of an account, newest first")
async def statement(
    _user: FinanceUser,
    database: TheDatabase,
    kind: Kind,
    owner: Annotated[
        str, Query(max_length=32, pattern=r"^[0-9a-z_-]*$", description="Empty for the house")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Statement:
    rows = await database.read(lambda c: book.statement(c, kind, owner, limit, before=before))
    return Statement(
        lines=[
            Line(
                number=row.number,
                at=row.at,
                posting_id=row.posting_id,
                what=row.kind,
                about=row.about,
                account=row.account_kind,
                amount=row.amount,
                balance=row.balance_after,
            )
            for row in rows
        ],
        next_before=rows[-1].number if len(rows) == limit else None,
    )


@router.get("/ledger/checks/latest", summary="The latest look at the books")
async def latest_check(_user: FinanceUser, database: TheDatabase) -> CheckGiven | None:
    check = await database.read(checking.latest_check)
    return None if check is None else _given(check)


@router.post("/ledger/checks", summary="Look at all of the books now")
async def check_now(_user: FinanceUser, books: BooksService) -> CheckGiven:
    return _given(await books.check_whole())


@router.get("/receivables", summary="What stations are owed")
@held_to_stations
async def receivables(
    user: FinanceUser, database: TheDatabase, owed: Annotated[Receivables, Depends(_receivables)]
) -> Receivable:
    rows = await database.read(owed.owed)
    return Receivable(
        stations=[
            StationOwed(station_id=row.station_id, owed_fen=row.fen)
            for row in rows
            if user.may_see(row.station_id)
        ]
    )


@router.post(
    "/receivables/{station_id}/payouts", status_code=201, summary="A station was paid; the key is its id"
)
@held_to_stations
async def pay_out(  # noqa: PLR0917 - FastAPI hands each over by name
    station_id: KeyId,
    asked: PayoutAsked,
    key: IdempotencyKey,
    desk: FinanceDesk,
    owed: Annotated[Receivables, Depends(_receivables)],
    agreement: Agreed,
) -> Payout:
    if not desk.user.may_see(station_id):
        raise StationNotFound

    def pay(work: Work) -> int:
        particulars = {"fen": asked.amount_fen, "reference": asked.reference}
        if asked.amount_fen > agreement.alone_fen:
            agreement.needed(work, desk.user, Deed.STATION_PAID, station_id, particulars, deed_id=key)
        if owed.pay_out(work, key, station_id, asked.amount_fen):
            desk.note(work, "ledger.paid_out", station_id, **particulars, payout=key)
        return book.balance(work.connection, Kind.STATION_TAKINGS, station_id)

    left = await desk.database.write(pay)
    return Payout(payout_id=key, station_id=station_id, amount_fen=asked.amount_fen, owed_fen=left)


def _given(check: checking.Check) -> CheckGiven:
    return CheckGiven(
        at=check.at, from_number=check.from_number, to_number=check.to_number, faults=list(check.faults)
    )
