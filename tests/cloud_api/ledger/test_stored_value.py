"""Charging stored value, giving back and undoing, in any order and however often: nothing is lost and nothing is made."""

from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from cloud_api.ledger import stored_value
from cloud_api.ledger.book import derived_id
from cloud_api.ledger.stored_value import Charge
from cloud_api.settings import Settings
from cloud_api.wallets import repository
from cloud_api.wallets import service as wallets
from cloud_api.wallets.refunds import BalanceRefunds
from core.domain.balance_refund import Why
from core.domain.refusals.stored_value import NothingToPayBack
from tests.cloud_api.machines import OverDatabase, run_over, sizes
from tests.cloud_api.simulated.outside_world import MovableClock

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
STATION = "5" * 32
NUMBERS = st.integers(0, 6)


class Purse(OverDatabase):
    """One wallet of principal and bonus, against what a person would reckon on paper."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = derived_id("driver", "1")
        self.paid_in = self.paid_back = self.asked_back = 0
        self.charges: dict[str, Charge] = {}
        self.refunds: dict[str, tuple[str, int]] = {}

    def id(self, kind: str, number: int) -> str:
        return derived_id(kind, f"{self.driver} {number}")

    @rule(number=NUMBERS, paid=st.integers(1, 5000), bonus=st.integers(0, 700))
    def top_up(self, number: int, paid: int, bonus: int) -> None:
        top_up_id = derived_id("in", f"{self.driver} {number} {paid} {bonus}")
        room = wallets.Wallets(self.database, MovableClock())
        if self.database.write_now(
            lambda work: room.top_up(work, top_up_id, self.driver, paid_fen=paid, bonus_fen=bonus)
        ):
            self.paid_in += paid + bonus

    @rule(number=NUMBERS, fen=st.integers(1, 6000))
    def charge(self, number: int, fen: int) -> None:
        payment_id, before = self.id("pay", number), self.left()
        charge = self.database.write_now(
            lambda work: stored_value.charge(
                work.connection,
                payment_id,
                tender="wallet",
                station_id=STATION,
                at=NOW,
                draw=lambda: wallets.draw(work.connection, self.driver, fen, payment_id=payment_id),
            )
        )
        if payment_id in self.charges:
            assert charge.state == self.charges[payment_id].state
        else:
            assert (charge.state == "charged") is (fen <= before)
            assert charge.amount_fen == (fen if charge.state == "charged" else 0)
        self.charges[payment_id] = charge

    @rule(number=NUMBERS)
    def undo(self, number: int) -> None:
        payment_id = self.id("pay", number)
        self.charges[payment_id] = self.database.write_now(
            lambda work: stored_value.reverse(
                work.connection, payment_id, tender="wallet", at=NOW, back=wallets.ACCOUNTS
            )
        )
        assert self.charges[payment_id].state in ("reversed", "declined")

    @rule(number=NUMBERS, refund=st.integers(0, 9), fen=st.integers(1, 4000))
    def give_back(self, number: int, refund: int, fen: int) -> None:
        payment_id, refund_id = self.id("pay", number), self.id("back", refund)
        known = self.charges.get(payment_id)
        is_done = self.database.write_now(
            lambda work: stored_value.refund(
                work.connection, refund_id, payment_id, fen, at=NOW, back=wallets.ACCOUNTS
            )
        )
        if refund_id in self.refunds:
            assert is_done
            return
        may_be = (
            known is not None and known.state == "charged" and fen <= known.amount_fen - self.back(payment_id)
        )
        assert is_done is may_be
        if is_done:
            self.refunds[refund_id] = (payment_id, fen)

    @rule(number=NUMBERS, why=st.sampled_from(Why), by_rule=st.booleans())
    def have_it_paid_back(self, number: int, why: Why, by_rule: bool) -> None:
        """The whole balance; the finance office agrees and pays out, or refuses and all is as it was."""
        self.asked_back += 1
        refund_id, before = self.id("balance", self.asked_back), self.balance()
        room = BalanceRefunds(self.database, MovableClock(), Settings(database=""))
        begin = partial(room.begin, driver_id=self.driver, refund_id=refund_id, why=why)
        try:
            row = self.database.write_now(begin)
        except NothingToPayBack:
            assert before.principal_fen == 0
            return
        assert before.principal_fen <= row.amount_fen
        assert row.amount_fen + row.bonus_gone_fen <= before.fen
        assert self.database.write_now(begin).amount_fen == row.amount_fen
        if by_rule:
            self.database.write_now(lambda work: room.refuse(work, refund_id, "王芳", ""))
            assert self.balance() == before
            return
        self.database.write_now(lambda work: room.agree(work, refund_id, "王芳"))
        for item in self.database.read_now(lambda c: repository.items_of(c, refund_id)):
            paid = partial(room.paid_by_hand, item_id=item.id, reference=str(number))
            self.database.write_now(paid)
            self.database.write_now(paid)
        self.paid_back += row.amount_fen + row.bonus_gone_fen

    def balance(self) -> wallets.Balance:
        return self.database.read_now(lambda connection: wallets.balance_of(connection, self.driver))

    def back(self, payment_id: str) -> int:
        return sum(fen for payment, fen in self.refunds.values() if payment == payment_id)

    def left(self) -> int:
        return self.database.read_now(lambda connection: wallets.balance_of(connection, self.driver)).fen

    @invariant()
    def nothing_is_lost_and_nothing_is_made(self) -> None:
        spent = sum(
            charge.amount_fen - self.back(payment_id)
            for payment_id, charge in self.charges.items()
            if charge.state == "charged"
        )
        balance = self.balance()
        assert balance.fen == self.paid_in - spent - self.paid_back
        assert min(balance.principal_fen, balance.bonus_fen) >= 0


@sizes(20)
def test_a_wallet_keeps_every_fen_whatever_is_asked_and_however_often(
    request: pytest.FixtureRequest, make: str, examples: int, steps: int
) -> None:
    run_over(request, Purse, make, examples, steps)
