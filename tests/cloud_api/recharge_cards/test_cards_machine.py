"""Cards sold, spent, given back, frozen, replaced and put into wallets in any order: every fen is somewhere, once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cloud_api.database import Database, Work
from cloud_api.ledger import book, checking, stored_value
from cloud_api.ledger.book import Kind, derived_id
from cloud_api.recharge_cards.guessing import Guesser
from cloud_api.recharge_cards.service import ACCOUNTS, PrintedCard, RechargeCards
from cloud_api.upgrade import upgrade
from core.domain.refusals.stored_value import RechargeCardUnfit
from tests.cloud_api.simulated.outside_world import MovableClock

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
FACE_FEN = 1_000
CARDS = st.integers(0, 2)
NUMBERS = st.integers(0, 5)


class Stack(RuleBasedStateMachine):
    """Three cards and a driver; `cards` are the ones in people's hands, successors in place of lost ones."""

    url, run_number = "", 0

    def __init__(self) -> None:
        super().__init__()
        Stack.run_number += 1
        self.run = Stack.run_number
        self.driver, self.station = self.id("driver", 0), self.id("station", 0)
        self.database = Database(self.url)
        self.room = RechargeCards(self.database, MovableClock())
        self.cards: list[PrintedCard] = self.database.write_now(
            lambda work: self.room.make_batch(work, "店庆", FACE_FEN, 3)
        )
        self.sold: set[int] = set()
        self.redeemed: set[int] = set()

    def id(self, kind: str, number: int) -> str:
        return derived_id(kind, f"cards {self.run} {number}")

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
        def balance(kind: Kind, owner: str) -> int:
            return self.database.read_now(lambda c: book.balance(c, kind, owner))

        held = sum(self.held(which) for which in range(3))
        in_wallet = balance(Kind.WALLET_PRINCIPAL, self.driver)
        spent = balance(Kind.STATION_TAKINGS, self.station)
        assert held + in_wallet + spent == FACE_FEN * len(self.sold)

    def teardown(self) -> None:
        assert self.database.read_now(checking.faults) == []
        self.database.close()


def play(tmp_path: Path, examples: int, steps: int) -> None:
    Stack.url = f"sqlite:///{tmp_path / 'cards.db'}"
    database = Database(Stack.url)
    upgrade(database)
    database.close()
    run_state_machine_as_test(
        Stack,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_cards_keep_every_fen_whatever_is_asked_and_however_often(tmp_path: Path):
    play(tmp_path, 10, 20)


@pytest.mark.long
def test_cards_keep_every_fen_for_long(tmp_path: Path):
    play(tmp_path, 1_000, 60)
