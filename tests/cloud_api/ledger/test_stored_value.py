"""Charging stored value, giving back and undoing, in any order and however often: nothing is lost and nothing is made."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cloud_api.database import Database
from cloud_api.ledger import checking, stored_value
from cloud_api.ledger.book import derived_id
from cloud_api.ledger.stored_value import Charge
from cloud_api.upgrade import upgrade
from cloud_api.wallets import service as wallets
from tests.cloud_api.simulated.outside_world import MovableClock

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
STATION = "5" * 32
NUMBERS = st.integers(0, 6)


class Purse(RuleBasedStateMachine):
    """One wallet of principal and bonus, against what a person would reckon on paper."""

    url, run_number = "", 0

    def __init__(self) -> None:
        super().__init__()
        Purse.run_number += 1
        self.driver = derived_id("driver", str(Purse.run_number))
        self.database = Database(self.url)
        self.paid_in = 0
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
        assert self.left() == self.paid_in - spent
        balance = self.database.read_now(lambda connection: wallets.balance_of(connection, self.driver))
        assert min(balance.principal_fen, balance.bonus_fen) >= 0

    def teardown(self) -> None:
        assert self.database.read_now(checking.faults) == []
        self.database.close()


def test_a_wallet_keeps_every_fen_whatever_is_asked_and_however_often(tmp_path: Path):
    Purse.url = f"sqlite:///{tmp_path / 'purse.db'}"
    database = Database(Purse.url)
    upgrade(database)
    database.close()
    run_state_machine_as_test(
        Purse,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
