"""Wallet, card and points as parts of an order's payment: taken when they are chosen, given back to where they came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from cloud_api.clock import Clock
from cloud_api.database import Work
from cloud_api.identifiers import new_id
from cloud_api.ledger import stored_value
from cloud_api.ledger.book import Kind, derived_id
from cloud_api.ledger.stored_value import CHARGED
from cloud_api.orders import repository
from cloud_api.orders import tenders as rows
from cloud_api.orders.repository import OrderRow
from cloud_api.orders.tenders import TenderRow
from cloud_api.points.service import Points
from cloud_api.recharge_cards import service as recharge_cards
from cloud_api.recharge_cards.service import RechargeCards
from cloud_api.settings import Settings
from cloud_api.wallets import service as wallets
from core.domain.money import Money
from core.domain.refusals.cloud import TooManyTries
from core.domain.refusals.payments import RechargeCardBlocked, RechargeCardNotFound, StoredValueShort
from core.domain.refusals.refusal import Refusal
from core.domain.tenders import Part, Tender, back_to, online_part, points_back

_BACK_TO: dict[Tender, Sequence[Kind]] = {
    Tender.WALLET: wallets.ACCOUNTS,
    Tender.CARD: recharge_cards.ACCOUNTS,
}
_NAMES_AT_THE_COUNTER = {Tender.WALLET: "wallet", Tender.CARD: "recharge_card"}
_WAIT_FOR_CARDS_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part that the driver chose: an amount of the wallet or of a card (with its code), or points."""

    tender: Tender
    amount_fen: int = 0
    points: int = 0
    code: str = ""


class Tenders:
    """Everything here happens inside a transaction in which the order's row is kept from others."""

    def __init__(self, clock: Clock, settings: Settings, points: Points, cards: RechargeCards) -> None:
        self._clock, self._settings, self._points, self._cards = clock, settings, points, cards

    def choose(self, work: Work, order: OrderRow, wanted: Sequence[Wanted]) -> Refusal | None:
        """Takes these parts instead of what was taken before; the same again changes nothing.

        A refusal is answered, not raised, with everything as it was: a wrong card's code must be counted all the same.
        """
        before = self._stored(work, order)
        if not any(one.code for one in wanted) and _same(before, wanted):
            return None
        refusal: Refusal | None = None
        with work.connection.begin_nested() as savepoint:
            try:
                self._exchange(work, order, before, wanted)
            except Refusal as no:
                refusal = no
                savepoint.rollback()
        if isinstance(refusal, RechargeCardNotFound):
            self._cards.count_wrong(work, order.driver_id)
        return refusal

    def paid_online(self, work: Work, order: OrderRow, payment_id: str) -> None:
        """The provider's part, once it is paid."""
        position = rows.next_position(work.connection, order.id)
        row = TenderRow(order.id, position, Tender.ONLINE, order.online_fen, None, payment_id)
        rows.add(work.connection, row)

    def give_back(self, work: Work, order: OrderRow, left_over_fen: int) -> None:
        """So much of what was paid goes back: online first (which is only noted here), then card, wallet and points."""
        parts = rows.taken_of(work.connection, [order.id])
        back = back_to([row.part for row in parts], Money(left_over_fen))
        for row, amount in zip(parts, back, strict=True):
            if amount:
                self._give_back(work, order, row, amount.fen)

    def give_all_back(self, work: Work, order: OrderRow) -> None:
        """The order ends without fuel: every part is whole again."""
        kept = sum(row.part.kept.fen for row in rows.taken_of(work.connection, [order.id]))
        self.give_back(work, order, kept)

    def _exchange(
        self, work: Work, order: OrderRow, before: Sequence[TenderRow], wanted: Sequence[Wanted]
    ) -> None:
        for row in before:
            self._give_back(work, order, row, row.amount_fen - row.returned_fen)
            rows.change(work.connection, row, state=rows.RETURNED)
        parts = [Part(one.tender, Money(self._worth(one))) for one in wanted]
        online = online_part(Money(order.to_pay_fen), parts, self._settings.points_most_percent)
        position = rows.next_position(work.connection, order.id)
        for one, part in zip(wanted, parts, strict=True):
            self._take(work, order, position, one, part.amount.fen)
            position += 1
        repository.change(work.connection, order.id, stored_fen=order.to_pay_fen - online.fen)

    def _take(self, work: Work, order: OrderRow, position: int, one: Wanted, fen: int) -> None:
        reference = new_id(self._clock.now())
        if one.tender is Tender.POINTS:
            self._points.spend_for_order(
                work,
                reference,
                station_id=order.station_id,
                order_id=order.id,
                driver_id=order.driver_id,
                points=one.points,
            )
        else:
            self._draw(work, order, reference, one, fen)
        points = one.points if one.tender is Tender.POINTS else None
        rows.add(work.connection, TenderRow(order.id, position, one.tender, fen, points, reference))

    def _draw(self, work: Work, order: OrderRow, charge_id: str, one: Wanted, fen: int) -> None:
        def draw() -> stored_value.Drawn:
            if one.tender is Tender.WALLET:
                return wallets.draw(
                    work.connection,
                    order.driver_id,
                    fen,
                    payment_id=charge_id,
                    station_id=order.station_id,
                )
            return self._cards.draw(work.connection, one.code, fen, order.station_id, guesser=order.driver_id)

        charge = stored_value.charge(
            work.connection,
            charge_id,
            tender=_NAMES_AT_THE_COUNTER[one.tender],
            station_id=order.station_id,
            at=self._clock.now(),
            draw=draw,
        )
        if charge.state != CHARGED:
            raise _refusal(one.tender, charge.reason, charge.available_fen, fen)

    def _give_back(self, work: Work, order: OrderRow, row: TenderRow, fen: int) -> None:
        returned = row.returned_fen + fen
        tender = Tender(row.tender)
        # Each further giving back of a part has a name of its own, and the same one again is none.
        refund_id = derived_id("part back", f"{row.reference} {returned}")
        if tender is Tender.POINTS:
            whole, amount = row.points or 0, Money(row.amount_fen)
            points = points_back(whole, amount, Money(returned)) - points_back(
                whole, amount, Money(row.returned_fen)
            )
            if points:
                self._points.return_for_order(work, row.reference, points)
        elif tender is not Tender.ONLINE and fen:
            is_back = stored_value.refund(
                work.connection, refund_id, row.reference, fen, at=self._clock.now(), back=_BACK_TO[tender]
            )
            if not is_back:
                raise RuntimeError(f"{fen} fen of order {order.id} cannot go back to its {tender}")
        rows.change(work.connection, row, returned_fen=returned)

    def _stored(self, work: Work, order: OrderRow) -> list[TenderRow]:
        return [
            row for row in rows.taken_of(work.connection, [order.id]) if row.tender != Tender.ONLINE.value
        ]

    def _worth(self, one: Wanted) -> int:
        if one.tender is Tender.POINTS:
            return one.points * 100 // self._settings.points_per_yuan_off
        return one.amount_fen


def kept_of(work: Work, order_id: str) -> dict[Tender, int]:
    """What each tender has paid for good, in fen: for points that are earned, and what is owed to the station."""
    kept: dict[Tender, int] = dict.fromkeys(Tender, 0)
    for row in rows.taken_of(work.connection, [order_id]):
        kept[Tender(row.tender)] += row.part.kept.fen
    return kept


def _same(before: Sequence[TenderRow], wanted: Sequence[Wanted]) -> bool:
    taken = [(row.tender, row.points or row.amount_fen) for row in before]
    return taken == [(one.tender.value, one.points or one.amount_fen) for one in wanted]


def _refusal(tender: Tender, reason: str | None, have_fen: int | None, asked_fen: int) -> Refusal:
    match reason:
        case "balance_short":
            return StoredValueShort(tender, have_fen or 0, asked_fen)
        case "card_tries_locked":
            return TooManyTries(_WAIT_FOR_CARDS_SECONDS)
        case "card_not_known":
            return RechargeCardNotFound()
        case _:
            return RechargeCardBlocked()
