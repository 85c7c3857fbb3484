"""Everything of drivers that is worth money with us, joined: wallets, top-ups, refunds of balances, stations' receivables."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from fastapi import FastAPI

from cloud_api.clock import Clock
from cloud_api.completed_orders import CompletedOrders
from cloud_api.database import Database
from cloud_api.ledger.checking import Books
from cloud_api.ledger.receivables import Receivables
from cloud_api.orders.service.moves import Moves
from cloud_api.points.service import Points
from cloud_api.settings import Settings
from cloud_api.wallets.money import Captured, Refunded, WalletMoney
from cloud_api.wallets.refunds import BalanceRefunds, Refunds
from cloud_api.wallets.service import Wallets
from cloud_api.wallets.top_ups import OnlinePayments, TopUps


class Money(Protocol):
    """Whom payments tell of money, if it is no wallet's."""

    @property
    def captured(self) -> Captured: ...
    @property
    def refunded(self) -> Refunded: ...


class AllPayments(OnlinePayments, Refunds, Protocol):
    """What wallets ask of the payments."""


class Purses:
    """Built once for the whole cloud; the rooms stay apart, this joins them."""

    def __init__(self, database: Database, clock: Clock, settings: Settings, points: Points) -> None:
        self._points = points
        self.wallets = Wallets(database, clock)
        self.top_ups = TopUps(database, clock, settings, self.wallets)
        self.refunds = BalanceRefunds(database, clock, settings)
        self.receivables = Receivables(clock)
        self.books = Books(database, clock)

    def money_before(self, orders: Money, moves: Moves) -> WalletMoney:
        """Takes what payments tell: a top-up's money into the wallet, everything else to the orders. What completed orders
        mean is taken from their moves."""
        moves.on_completed.append(CompletedOrders(self._points, self.receivables).take)
        return WalletMoney(self.top_ups, self.refunds, orders.captured, orders.refunded)

    def chores(self, payments: AllPayments) -> dict[str, Callable[[], Awaitable[object]]]:
        return {
            "close top-ups": partial(self.top_ups.close_overdue, payments),
            "pay balances back": partial(self.refunds.carry_out, payments),
            "end old points": self._points.end_old,
            "check the books": self.books.check_now_and_then,
        }

    def put_into(self, app: FastAPI) -> None:
        """Where the endpoints find them."""
        app.state.wallets = self.wallets
        app.state.top_ups = self.top_ups
        app.state.balance_refunds = self.refunds
        app.state.receivables = self.receivables
        app.state.books = self.books
