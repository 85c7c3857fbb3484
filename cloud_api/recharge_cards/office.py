"""Routes of the finance office to recharge cards: batches, their only export, sales, lost cards, figures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from sqlalchemy import Connection

from cloud_api.database import Work
from cloud_api.offices.desk import FinanceDesk
from cloud_api.offices.two_people import Agreed, Deed
from cloud_api.recharge_cards import schemas
from cloud_api.recharge_cards.endpoints import CardService
from cloud_api.recharge_cards.repository import BatchRow
from cloud_api.schemas import KeyId

router = APIRouter(prefix="/v1/office/cards", tags=["office"])


BatchId = Annotated[KeyId, Path()]
Number = Annotated[str, Path(pattern=r"^88[0-9]{14}$")]


class _Desk:
    """One office user at work on cards: what is done is written down in the same transaction."""

    def __init__(self, desk: FinanceDesk, cards: CardService) -> None:
        self._desk, self.cards = desk, cards
        self.user, self.database = desk.user, desk.database

    def note(self, work: Work, what: str, about: str, **details: object) -> None:
        self._desk.note(work, f"cards.{what}", about, **details)


Desk = Annotated[_Desk, Depends(_Desk)]


@router.get("/batches", summary="Batches of cards, the newest first")
async def batches(desk: Desk) -> schemas.Batches:
    rows = await desk.database.read(desk.cards.batches)
    return schemas.Batches(batches=[_batch_given(row) for row in rows])


@router.post("/batches", status_code=201, summary="Numbers of new cards; the same id again is the same batch")
async def plan_batch(asked: schemas.BatchAsked, desk: Desk) -> schemas.Batch:
    def plan(work: Work) -> BatchRow:
        row = desk.cards.plan_batch(
            work,
            asked.batch_id,
            asked.title,
            asked.face_fen,
            asked.count,
            entity=asked.entity,
            valid_years=asked.valid_years,
        )
        desk.note(work, "batch_planned", row.id, fen=row.face_fen, count=row.count)
        return row

    return _batch_given(await desk.database.write(plan))


@router.post("/batches/{batch_id}/export", summary="The codes of a batch, told this once")
async def export(batch_id: BatchId, desk: Desk, agreement: Agreed, response: Response) -> schemas.Exported:
    def tell(work: Work) -> schemas.Exported:
        agreement.needed(work, desk.user, Deed.BATCH_EXPORTED, batch_id, {}, deed_id=batch_id)
        printed = desk.cards.export(work, batch_id, desk.user.id)
        desk.note(work, "batch_exported", batch_id, count=len(printed))
        return schemas.Exported(
            cards=[schemas.PrintedCard(number=card.number, code=card.code) for card in printed]
        )

    response.headers["Cache-Control"] = "no-store"
    return await desk.database.write(tell)


@router.post("/batches/{batch_id}/activate", summary="All cards of a batch that were not sold yet are sold")
async def activate_batch(batch_id: BatchId, asked: schemas.Sold, desk: Desk) -> schemas.SoldGiven:
    def sell(work: Work) -> schemas.SoldGiven:
        count = desk.cards.activate_batch(work, batch_id, buyer=asked.buyer, by=desk.user.id)
        batch, _figures = desk.cards.report(work.connection, batch_id)
        desk.note(work, "batch_sold", batch_id, count=count)
        return schemas.SoldGiven(cards=count, total_fen=count * batch.face_fen)

    return await desk.database.write(sell)


@router.post("/batches/{batch_id}/take-back", summary="Cards that were never sold pay nothing for ever")
async def take_back(batch_id: BatchId, desk: Desk) -> schemas.TakenBack:
    def take(work: Work) -> schemas.TakenBack:
        count = desk.cards.take_back(work, batch_id)
        desk.note(work, "batch_taken_back", batch_id, count=count)
        return schemas.TakenBack(cards=count)

    return await desk.database.write(take)


@router.get("/batches/{batch_id}", summary="How a batch stands: sold, spent, redeemed, outstanding")
async def report(batch_id: BatchId, desk: Desk) -> schemas.Report:
    batch, figures = await desk.database.read(lambda c: desk.cards.report(c, batch_id))
    return schemas.Report(
        batch=_batch_given(batch),
        cards=figures.cards,
        sold=figures.sold,
        frozen=figures.frozen,
        redeemed=figures.redeemed,
        replaced=figures.replaced,
        sold_fen=figures.sold_fen,
        spent_fen=figures.spent_fen,
        redeemed_fen=figures.redeemed_fen,
        outstanding_fen=figures.outstanding_fen,
    )


@router.get("/{number}", summary="A card by its number")
async def card(number: Number, desk: Desk) -> schemas.OfficeCard:
    return await desk.database.read(lambda c: _card_given(desk, c, number))


@router.post("/{number}/activate", summary="The card was sold")
async def activate(number: Number, asked: schemas.Sold, desk: Desk) -> schemas.OfficeCard:
    def sell(work: Work) -> schemas.OfficeCard:
        desk.cards.activate(work, number, buyer=asked.buyer, by=desk.user.id)
        desk.note(work, "card_sold", number)
        return _card_given(desk, work.connection, number)

    return await desk.database.write(sell)


@router.post("/{number}/freeze", summary="A lost card pays nothing")
async def freeze(number: Number, desk: Desk) -> schemas.OfficeCard:
    return await _frozen(desk, number, frozen=True)


@router.post("/{number}/thaw", summary="The card was found again")
async def thaw(number: Number, desk: Desk) -> schemas.OfficeCard:
    return await _frozen(desk, number, frozen=False)


@router.post("/{number}/replace", summary="A successor of a lost card; its code is told this once")
async def replace(number: Number, desk: Desk, response: Response) -> schemas.PrintedCard:
    def replaced(work: Work) -> schemas.PrintedCard:
        card = desk.cards.replace(work, number)
        desk.note(work, "card_replaced", number, successor=card.number)
        return schemas.PrintedCard(number=card.number, code=card.code)

    response.headers["Cache-Control"] = "no-store"
    return await desk.database.write(replaced)


@router.post("/{number}/prolong", summary="A card that ran out is valid again for three years")
async def prolong(number: Number, desk: Desk) -> schemas.OfficeCard:
    def prolonged(work: Work) -> schemas.OfficeCard:
        desk.cards.prolong(work, number)
        desk.note(work, "card_prolonged", number)
        return _card_given(desk, work.connection, number)

    return await desk.database.write(prolonged)


async def _frozen(desk: _Desk, number: str, *, frozen: bool) -> schemas.OfficeCard:
    def change(work: Work) -> schemas.OfficeCard:
        desk.cards.freeze(work, number, frozen=frozen)
        desk.note(work, "card_frozen" if frozen else "card_thawed", number)
        return _card_given(desk, work.connection, number)

    return await desk.database.write(change)


def _card_given(desk: _Desk, connection: Connection, number: str) -> schemas.OfficeCard:
    found, balance_fen = desk.cards.card(connection, number)
    return schemas.OfficeCard(
        card_number=found.number,
        batch_id=found.batch_id,
        state=found.state,
        balance_fen=balance_fen,
        face_fen=found.face_fen,
        activated_at=found.activated_at,
        expires_at=found.expires_at,
    )


def _batch_given(row: BatchRow) -> schemas.Batch:
    return schemas.Batch(
        batch_id=row.id,
        title=row.title,
        face_fen=row.face_fen,
        count=row.count,
        entity=row.entity,
        valid_years=row.valid_years,
        created_at=row.created_at,
        exported_at=row.exported_at,
        taken_back_at=row.taken_back_at,
    )
