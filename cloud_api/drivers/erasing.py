"""Erasing a person: who it was is gone; the books, which the law wants kept, name an id that means nobody any more."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, or_, select, update

from cloud_api.access import Driver
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.drivers import consents, repository
from cloud_api.drivers.service import Drivers
from cloud_api.drivers.tables import drivers, person_copies, vehicles
from cloud_api.metadata import metadata
from core.domain.masking import masked_plate
from core.domain.refusals.persons import PersonHasBalance, PersonHasOpenOrders

# Rooms above this one, reached by their tables alone: whatever is only of the person and in no book.
_GONE_WITH_THE_PERSON = (
    "birthdays",
    "invoice_titles",
    "member_codes",
    "member_confirmations",
    "member_proofs",
    "seen_with",
)
_OPEN = ("pending_payment", "reserved", "fuelling")
_MONEY = ("wallet_principal", "wallet_refunding")


class Erasing:
    """Erases drivers who ask for it and prove by a code that they are who they are."""

    def __init__(self, database: Database, clock: Clock, sign_in: Drivers) -> None:
        self._database = database
        self._clock = clock
        self._sign_in = sign_in

    async def erase(self, driver: Driver, code: str) -> None:
        """The code is one sent to the driver's own phone.

        Raises PersonHasOpenOrders, PersonHasBalance, SignInCodeWrong, SignInCodeExpired.
        """
        await self._database.read(lambda c: check(c, driver.id))
        await self._sign_in.prove(driver.phone, code)
        await self._database.write(lambda work: erase(work, driver.id, self._clock.now()))


def check(connection: Connection, driver_id: str) -> None:
    """Raises PersonHasOpenOrders, PersonHasBalance."""
    orders = metadata.tables["orders"]
    is_open = or_(orders.c.state.in_(_OPEN), orders.c.refund_state == "pending")
    count = connection.execute(
        select(func.count()).select_from(orders).where(orders.c.driver_id == driver_id, is_open)
    ).scalar_one()
    if count:
        raise PersonHasOpenOrders(count)
    top_ups = metadata.tables["wallet_top_ups"]
    waiting = connection.execute(
        select(func.count())
        .select_from(top_ups)
        .where(top_ups.c.driver_id == driver_id, top_ups.c.state == "pending")
    ).scalar_one()
    if waiting:
        raise PersonHasOpenOrders(waiting)
    accounts = metadata.tables["ledger_accounts"]
    left = connection.execute(
        select(func.coalesce(func.sum(accounts.c.balance), 0)).where(
            accounts.c.owner == driver_id, accounts.c.kind.in_(_MONEY)
        )
    ).scalar_one()
    if left:
        raise PersonHasBalance(int(left))


def erase(work: Work, driver_id: str, now: datetime) -> None:
    """All in one transaction, after a last look at what stands in the way."""
    connection = work.connection
    connection.execute(select(drivers.c.id).where(drivers.c.id == driver_id).with_for_update())
    check(connection, driver_id)
    consents.withdraw(work, driver_id, None, now)
    repository.end_sessions(connection, driver_id)
    connection.execute(delete(vehicles).where(vehicles.c.driver_id == driver_id))
    connection.execute(delete(person_copies).where(person_copies.c.driver_id == driver_id))
    for name in _GONE_WITH_THE_PERSON:
        table = metadata.tables.get(name)
        if table is not None and "driver_id" in table.c:
            connection.execute(delete(table).where(table.c.driver_id == driver_id))
    answers = metadata.tables["first_answers"]
    connection.execute(delete(answers).where(answers.c.asker == driver_id))
    _silence_appeals(connection, driver_id)
    _forget_payers(connection, driver_id)
    _mask_orders(connection, metadata.tables["orders"], driver_id)
    nobody: dict[str, Any] = dict.fromkeys(
        ("phone", "phone_index", "name", "openid", "openid_index", "unionid", "unionid_index")
    )
    connection.execute(update(drivers).where(drivers.c.id == driver_id).values(**nobody, erased_at=now))


def _silence_appeals(connection: Connection, driver_id: str) -> None:
    """What somebody wrote in their own words may say who they are."""
    cases = metadata.tables["abuse_cases"]
    connection.execute(
        update(cases)
        .where(cases.c.about == "driver", cases.c.subject == driver_id)
        .values(appeal="", answer="")
    )


def _forget_payers(connection: Connection, driver_id: str) -> None:
    """What was paid, refunded and billed stays, known by its numbers; from where and as whom at the provider does not."""
    payments, orders, top_ups = (metadata.tables[name] for name in ("payments", "orders", "wallet_top_ups"))
    theirs = (select(table.c.id).where(table.c.driver_id == driver_id) for table in (orders, top_ups))
    connection.execute(
        update(payments)
        .where(or_(*(payments.c.order_id.in_(ids) for ids in theirs)))
        .values(payer_ip=None, payer_openid=None)
    )


def _mask_orders(connection: Connection, orders: Table, driver_id: str) -> None:
    """What was filled and paid stays; which car it was does not. What waits for a station takes it from here."""
    rows = connection.execute(
        select(orders.c.id, orders.c.plate).where(orders.c.driver_id == driver_id)
    ).all()
    if rows:
        masking = update(orders).where(orders.c.id == bindparam("own_id"))
        connection.execute(
            masking.values(plate=bindparam("masked"), car=bindparam("no_car")),
            [{"own_id": row.id, "masked": masked_plate(row.plate), "no_car": ""} for row in rows],
        )
