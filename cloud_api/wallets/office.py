"""Routes of the head office into wallets: bonus rules, registered names, refunds of balances."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field, model_validator

from cloud_api.access import FinanceUser
from cloud_api.database import Work
from cloud_api.ledger.lots import HOUSE
from cloud_api.offices.desk import FinanceDesk
from cloud_api.offices.two_people import Agreed, Deed
from cloud_api.parameters import IdempotencyKey, TheDatabase
from cloud_api.schemas import Asked, Given, KeyId, PlainText
from cloud_api.wallets import repository, schemas
from cloud_api.wallets.endpoints import RefundService, TopUpService, WalletService, entry_given, refund_given
from cloud_api.wallets.service import balance_of
from core.domain.balance_refund import Why
from core.domain.money import Money
from core.domain.refusals.stored_value import BalanceRefundNotFound
from core.domain.top_up import BonusRule
from core.protocol.field_types import Moment

router = APIRouter(prefix="/v1/office", tags=["office"])

_Fen = Annotated[int, Field(ge=0, le=10_000_000)]


class RuleAsked(Asked):
    """A bonus rule: from the threshold on a sum, a percentage, or both."""

    title: Annotated[PlainText, Field(min_length=1, max_length=100)]
    starts_at: Moment
    ends_at: Moment
    threshold_fen: Annotated[int, Field(ge=1, le=10_000_000)]
    bonus_fen: _Fen = 0
    percent: Annotated[int, Field(ge=0, le=100)] = 0
    cap_fen: Annotated[int | None, Field(ge=1, le=10_000_000)] = None
    once: bool = False
    entity: Annotated[str, Field(max_length=32, pattern=r"^[0-9a-z_-]*$")] = HOUSE

    @model_validator(mode="after")
    def gives_something(self) -> "RuleAsked":
        if self.ends_at <= self.starts_at or (self.bonus_fen == 0 and self.percent == 0):
            raise ValueError("a rule ends after it starts, and gives a sum or a percentage")
        return self


class RuleGiven(RuleAsked):
    id: str


class Rules(Given):
    rules: list[RuleGiven]


class PersonWallet(Given):
    driver_id: str
    balance_fen: int
    principal_fen: int
    bonus_fen: int
    is_named: bool
    limit_fen: int
    room_fen: int
    entries: list[schemas.WalletEntry]


class RefundToLookAt(schemas.BalanceRefund):
    driver_id: str
    why: str
    decided_by: str | None
    decided_at: Moment | None


class RefundsToLookAt(Given):
    refunds: list[RefundToLookAt]


class Decision(Asked):
    decision: Literal["agree", "refuse"]
    note: Annotated[PlainText, Field(max_length=200)] = ""


class HouseRefund(Asked):
    top_up_id: KeyId | None = None


class PaidByHand(Asked):
    reference: Annotated[PlainText, Field(min_length=1, max_length=100, description="Of the transfer.")]


AnId = Annotated[KeyId, Path()]


@router.get("/wallet/bonus-rules", summary="Bonus rules that hold now or will")
async def rules(_user: FinanceUser, top_ups: TopUpService, database: TheDatabase) -> Rules:
    found = await database.read(top_ups.rules)
    return Rules(rules=[_rule_given(rule, entity) for entity, rule in found])


@router.post("/wallet/bonus-rules", status_code=201, summary="A new bonus rule")
async def add_rule(asked: RuleAsked, desk: FinanceDesk, top_ups: TopUpService) -> RuleGiven:
    rule = BonusRule(
        id=top_ups.new_rule_id(),
        title=asked.title,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        threshold=Money(asked.threshold_fen),
        bonus=Money(asked.bonus_fen),
        percent=asked.percent,
        cap=None if asked.cap_fen is None else Money(asked.cap_fen),
        once=asked.once,
    )

    def add(work: Work) -> None:
        top_ups.add_rule(work, rule, asked.entity)
        desk.note(work, "wallet.bonus_rule_added", rule.id, **asked.model_dump(mode="json"))

    await desk.database.write(add)
    return _rule_given(rule, asked.entity)


@router.delete("/wallet/bonus-rules/{rule_id}", status_code=204, summary="No new top-up brings it any more")
async def stop_rule(rule_id: AnId, desk: FinanceDesk, top_ups: TopUpService) -> None:
    def stop(work: Work) -> None:
        top_ups.stop_rule(work, rule_id)
        desk.note(work, "wallet.bonus_rule_stopped", rule_id)

    await desk.database.write(stop)


@router.get("/wallets/{driver_id}", summary="A person's wallet")
async def person_wallet(
    driver_id: AnId,
    _user: FinanceUser,
    wallets: WalletService,
    top_ups: TopUpService,
    database: TheDatabase,
) -> PersonWallet:
    balance = await database.read(lambda c: balance_of(c, driver_id))
    offer = await top_ups.offer(driver_id)
    rows = await wallets.statement(driver_id, 50, None)
    return PersonWallet(
        driver_id=driver_id,
        balance_fen=balance.fen,
        principal_fen=balance.principal_fen,
        bonus_fen=balance.bonus_fen,
        is_named=offer.is_named,
        limit_fen=offer.limit_fen,
        room_fen=offer.room_fen,
        entries=[entry_given(row) for row in rows],
    )


@router.post(
    "/wallets/{driver_id}/registration", status_code=204, summary="Somebody has seen this person's document"
)
async def register(driver_id: AnId, desk: FinanceDesk, top_ups: TopUpService) -> None:
    def keep(work: Work) -> None:
        top_ups.register(work, driver_id, desk.user.id)
        desk.note(work, "wallet.person_registered", driver_id)

    await desk.database.write(keep)


@router.post(
    "/wallets/{driver_id}/refunds",
    status_code=201,
    summary="The house pays a balance back; the key is its id",
)
async def refund_of_the_house(  # noqa: PLR0917 - FastAPI hands each over by name
    driver_id: AnId,
    asked: HouseRefund,
    key: IdempotencyKey,
    desk: FinanceDesk,
    refunds: RefundService,
    agreement: Agreed,
) -> schemas.BalanceRefund:
    """Reckoned as the law has it where the house is the cause: what was spent counts at the discounted price."""

    def begin(work: Work) -> repository.RefundRow:
        row = refunds.begin(
            work, driver_id, key, why=Why.OF_THE_HOUSE, top_up_id=asked.top_up_id, by=desk.user.id
        )
        if row.amount_fen > agreement.alone_fen:
            particulars = {"fen": row.amount_fen}
            agreement.needed(work, desk.user, Deed.REFUND_OF_THE_HOUSE, driver_id, particulars, deed_id=key)
        desk.note(work, "wallet.refund_of_the_house", key, driver=driver_id, fen=row.amount_fen)
        return row

    return refund_given(await desk.database.write(begin), [])


@router.get("/wallet-refunds", summary="Refunds of balances to look at or to pay out by hand")
async def waiting(_user: FinanceUser, refunds: RefundService, database: TheDatabase) -> RefundsToLookAt:
    found = await database.read(refunds.waiting)
    return RefundsToLookAt(
        refunds=[
            RefundToLookAt(
                **refund_given(row, items).model_dump(),
                driver_id=row.driver_id,
                why=row.why,
                decided_by=row.decided_by,
                decided_at=row.decided_at,
            )
            for row, items in found
        ]
    )


@router.post("/wallet-refunds/{refund_id}/decision", summary="Agree to a refund of a balance, or refuse it")
async def decide(
    refund_id: AnId,
    asked: Decision,
    desk: FinanceDesk,
    refunds: RefundService,
) -> schemas.BalanceRefund:
    def decided(work: Work) -> repository.RefundRow:
        does = refunds.agree if asked.decision == "agree" else refunds.refuse
        row = does(work, refund_id, desk.user.id, asked.note)
        desk.note(work, f"wallet.refund_{asked.decision}d", refund_id, note=asked.note)
        return row

    return refund_given(await desk.database.write(decided), [])


@router.post("/wallet-refund-items/{item_id}/payout", summary="It was paid out by hand")
async def paid_by_hand(
    item_id: AnId,
    asked: PaidByHand,
    desk: FinanceDesk,
    refunds: RefundService,
    agreement: Agreed,
) -> schemas.BalanceRefund:
    def pay(work: Work) -> tuple[repository.RefundRow, list[repository.ItemRow]]:
        item = refunds.paid_by_hand(work, item_id, asked.reference)
        details = {"fen": item.amount_fen, "reference": asked.reference}
        if item.amount_fen > agreement.alone_fen:
            agreement.needed(work, desk.user, Deed.PAID_BY_HAND, item_id, details, deed_id=item_id)
        desk.note(work, "wallet.paid_by_hand", item_id, **details)
        row = repository.refund(work.connection, item.refund_id)
        if row is None:
            raise BalanceRefundNotFound(item.refund_id)
        return row, repository.items_of(work.connection, item.refund_id)

    return refund_given(*await desk.database.write(pay))


def _rule_given(rule: BonusRule, entity: str) -> RuleGiven:
    return RuleGiven(
        id=rule.id,
        title=rule.title,
        starts_at=rule.starts_at,
        ends_at=rule.ends_at,
        threshold_fen=rule.threshold.fen,
        bonus_fen=rule.bonus.fen,
        percent=rule.percent,
        cap_fen=None if rule.cap is None else rule.cap.fen,
        once=rule.once,
        entity=entity,
    )
