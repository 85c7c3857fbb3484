"""Holds up whoever guesses: after a few tries each further one waits twice as long."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from cloud_api.offices.insertion import insert_unless_there
from cloud_api.offices.tables import office_guesses
from core.domain.refusals.cloud import TooManyTries

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_FORGOTTEN_AFTER = timedelta(hours=24)


def count_try(connection: Connection, whose: str, free: int, now: datetime) -> None:
    """Counted before it is looked at, so that many at once are not one. Raises TooManyTries."""
    guess = office_guesses.c
    insert_unless_there(connection, office_guesses, {"whose": whose, "tries": 0, "last_at": now})
    row = connection.execute(
        select(guess.tries, guess.last_at, guess.locked_until).where(guess.whose == whose).with_for_update()
    ).one()
    if row.locked_until is not None and now < row.locked_until:
        raise TooManyTries(max(1, -int(-(row.locked_until - now).total_seconds() // 1)))
    tries = 1 if now - row.last_at > _FORGOTTEN_AFTER else row.tries + 1
    locked_until = None if tries < free else now + _wait_after(tries - free)
    connection.execute(
        update(office_guesses)
        .where(guess.whose == whose)
        .values(tries=tries, last_at=now, locked_until=locked_until)
    )


def give_back(connection: Connection, whose: str) -> None:
    """A try that was right is no guess: a whole office signs in every morning from one address."""
    connection.execute(
        update(office_guesses)
        .where(office_guesses.c.whose == whose, office_guesses.c.tries > 0)
        .values(tries=office_guesses.c.tries - 1, locked_until=None)
    )


def forget(connection: Connection, whose: str) -> None:
    connection.execute(delete(office_guesses).where(office_guesses.c.whose == whose))


def forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(delete(office_guesses).where(office_guesses.c.last_at < now - _FORGOTTEN_AFTER))


def _wait_after(further: int) -> timedelta:
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(further, 10)))
