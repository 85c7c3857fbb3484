"""Cards sold, spent, given back, frozen, replaced and put into wallets in any order: every fen is somewhere, once."""

from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import Connection

from cloud_api.database import Work
from cloud_api.ledger import book, stored_value
from cloud_api.ledger.book import Kind, derived_id
from cloud_api.recharge_cards.guessing import Guesser
from cloud_api.recharge_cards.service import ACCOUNTS, PrintedCard, RechargeCards
from core.domain.refusals.stored_value import RechargeCardUnfit
from tests.cloud_api.machines import OverDatabase, run_over, sizes
from tests.cloud_api.simulated.outside_world import MovableClock

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
FACE_FEN = 1_000
CARDS = st.integers(0, 2)
NUMBERS = st.integers(0, 5)


class Stack(OverDatabase):
    """Three cards and a driver; `cards` are the ones in people's hands, successors in place of lost ones."""

    def __init__(self) -> None:
        super().__init__()
        self.driver, self.station = self.id("driver", 0), self.id("station", 0)
        self.room = RechargeCards(self.database, MovableClock())
        self.cards: list[PrintedCard] = self.database.write_now(
            lambda work: self.room.make_batch(work, "店庆", FACE_FEN, 3)
        )
        self.sold: set[int] = set()
        self.redeemed: set[int] = set()

    def id(self, kind: str, number: int) -> str:
        return derived_id(kind, f"cards {number}")

    @rule(which=CARDS)
    def sell(self, which: int) -> None:
        self.database.write_now(lambda work: self.room.activate(work, self.cards[which].number))
        self.sold.add(which)

    @rule(which=CARDS, number=NUMBERS, fen=st.integers(1, 700))
    def charge(self, which: int, number: int, fen: int) -> None:
        payment_id = self.id(f"pay {which}", number)

        def pay(work: Work) -> stored_value.Charge:
            return stored_value.charge(
                work.connection,
                payment_id,
                tender="recharge_card",
                station_id=self.station,
                at=NOW,
                draw=lambda: self.room.draw(work.connection, self.cards[which].code, fen, self.station),
            )

        first = self.database.write_now(pay)
        assert self.database.write_now(pay).state == first.state
        assert first.state != "charged" or which in self.sold

    @rule(which=CARDS, number=NUMBERS, refund=NUMBERS, fen=st.integers(1, 500))
    def give_back(self, which: int, number: int, refund: int, fen: int) -> None:
        payment_id, refund_id = self.id(f"pay {which}", number), self.id(f"back {which} {number}", refund)
        self.database.write_now(
            lambda work: stored_value.refund(
                work.connection, refund_id, payment_id, fen, at=NOW, back=ACCOUNTS
            )
        )

    @rule(which=CARDS)
    def redeem(self, which: int) -> None:
        before = self.held(which)

        def put(work: Work) -> int | None:
            done = self.room._redeem(work, self.driver, self.cards[which].code, Guesser(), lambda *_: None)
            return None if done is None else done.fen

        try:
            fen = self.database.write_now(put)
        except RechargeCardUnfit:
            return
        if fen is None:
            assert which not in self.sold
            return
        assert fen >= before
        assert self.database.write_now(put) == fen
        self.redeemed.add(which)

    @rule(which=CARDS, frozen=st.booleans())
    def freeze(self, which: int, frozen: bool) -> None:
        try:
            self.database.write_now(
                lambda work: self.room.freeze(work, self.cards[which].number, frozen=frozen)
            )
        except RechargeCardUnfit:
            assert which not in self.sold or which in self.redeemed

    @rule(which=CARDS)
    def replace(self, which: int) -> None:
        try:
            self.cards[which] = self.database.write_now(
                lambda work: self.room.replace(work, self.cards[which].number)
            )
        except RechargeCardUnfit:
            assert which not in self.sold or which in self.redeemed

    def held(self, which: int) -> int:
        return self.database.read_now(lambda c: self.room.card(c, self.cards[which].number))[1]

    @invariant()
    def every_fen_that_was_paid_for_cards_is_somewhere(self) -> None:
        def told(connection: Connection) -> tuple[int, int, int]:
            held = sum(self.room.card(connection, card.number)[1] for card in self.cards)
            in_wallet = book.balance(connection, Kind.WALLET_PRINCIPAL, self.driver)
            return held, in_wallet, book.balance(connection, Kind.STATION_TAKINGS, self.station)

        assert sum(self.database.read_now(told)) == FACE_FEN * len(self.sold)


@sizes(10)
def test_cards_keep_every_fen_whatever_is_asked_and_however_often(
    request: pytest.FixtureRequest, make: str, examples: int, steps: int
) -> None:
    run_over(request, Stack, make, examples, steps)
