"""Who could decide what takes two people, and that nobody alone makes such a person or is left alone with such a duty."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from cloud_api.access import OfficeUser
from cloud_api.database import Work
from cloud_api.first_answers import fingerprint
from cloud_api.identifiers import new_id
from cloud_api.offices import repository, sessions
from cloud_api.offices.repository import UserRow
from cloud_api.offices.two_people import DUTIES, Agreement, Deed
from core.domain.office import Duty
from core.domain.refusals.people import NobodyLeftToManage

# Taken from the deeds themselves, so that a duty which comes to decide something is guarded from then on.
DECIDING = frozenset(DUTIES.values())
_OF_SOME = " of some stations"
_LONGEST_SHOWN = 120


class Rights:
    """What everybody may, looked at before a change of users or roles in the transaction that makes it.

    Until its end nobody else changes who may what.
    """

    def __init__(self, work: Work) -> None:
        repository.lock_roles(work.connection)
        self._work = work
        self._before = repository.users(work.connection)

    def settle(self, by: OfficeUser, agreement: Agreement, about: str, now: datetime) -> None:
        """After the change. Whoever comes to a deciding duty from none enrols anew, as others may know their secrets.

        Raises NobodyLeftToManage, SecondPersonNeeded, SecondPersonDisagrees.
        """
        connection = self._work.connection
        after = repository.users(connection)
        particulars = _particulars(self._before, after)
        if particulars is not None:
            agreement.needed(self._work, by, Deed.RIGHTS_CHANGED, about, particulars, deed_id=new_id(now))
        had_some = {user.id for user in self._before if _powers(user)}
        for user in after:
            if _powers(user) and user.id not in had_some:
                repository.forget_secrets(connection, user.id)
                sessions.end_all(connection, user.id)
        check_somebody_administers(connection)


def decides(user: UserRow) -> bool:
    """Whether they could agree to a deed of somebody else's once nothing stands in their way."""
    return bool(user.duties & DECIDING)


def check_somebody_administers(connection: Connection) -> None:
    """Nobody locks the whole office out, nor do two who do so to each other; the very first user comes by command.

    Raises NobodyLeftToManage.
    """
    repository.lock_roles(connection)
    if not any(Duty.ADMINISTRATION in _held_now(user) for user in repository.users(connection)):
        raise NobodyLeftToManage


def _powers(user: UserRow) -> frozenset[str]:
    """Enrolled or not: whoever has the code of an enrolment is about to be."""
    if not user.is_active:
        return frozenset()
    of_some = frozenset(f"{duty}{_OF_SOME}" for duty in user.duties & DECIDING)
    return of_some if user.groups else of_some | {str(duty) for duty in user.duties & DECIDING}


def _held_now(user: UserRow) -> frozenset[Duty]:
    """With which they can decide today: whoever is limited to stations decides nothing of the house's."""
    can_sign_in = user.is_active and user.is_enrolled and not user.groups
    return user.duties & DECIDING if can_sign_in else frozenset()


def _particulars(before: Iterable[UserRow], after: Iterable[UserRow]) -> dict[str, object] | None:
    """What two people agree to; None where one may do it alone.

    Taking duties away is one person's, so that somebody is stopped at once, but for the last other one who could look on.
    """
    was, now = {user.id: user for user in before}, {user.id: user for user in after}
    gains = {
        user.login: sorted(_powers(user) - (_powers(was[user.id]) if user.id in was else frozenset()))
        for user in now.values()
    }
    alone = {duty for duty in DECIDING if _holders(was, duty) > 1 >= _holders(now, duty)}
    losses = {
        user.login: sorted(str(duty) for duty in (_held_now(user) - _held_now(now[user.id])) & alone)
        for user in was.values()
    }
    changed = {
        login: [gains.get(login, []), losses.get(login, [])]
        for login in sorted({*gains, *losses})
        if gains.get(login) or losses.get(login)
    }
    if not changed:
        return None
    shown = " ".join(changed)
    return {
        "gives": ",".join(_widest({word for words in gains.values() for word in words})),
        "takes": ",".join(sorted({word for words in losses.values() for word in words})),
        "whom": shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}... ({len(changed)})",
        # All of it, also of those who are too many to be shown.
        "exactly": fingerprint(changed),
    }


def _holders(users: Mapping[str, UserRow], duty: Duty) -> int:
    return sum(duty in _held_now(user) for user in users.values())


def _widest(powers: set[str]) -> list[str]:
    """Without "of some stations" where the same is given of all."""
    return sorted(powers - {f"{word}{_OF_SOME}" for word in powers})
