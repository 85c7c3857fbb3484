"""Staff."""

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from core.domain.ids import StaffId
from core.domain.refusals.people import StaffNotFound
from core.domain.staff import Role, StaffMember
from core.persistence.rows import saved
from core.persistence.tables.people import staff
from core.persistence.tables.rights import roles
from core.persistence.transaction import Query, Transaction
from core.persistence.words import ColumnElement, bindparam, select

# People with their roles are remembered under this name.
STAFF = "staff"
_STAFF = [field.name for field in fields(StaffMember)]
_VALUES = attrgetter(*("role.code" if name == "role" else name for name in _STAFF))
_SAVE = saved(staff, _STAFF)


def _member(*row: Any) -> StaffMember:
    """A person's columns, then those of the role."""
    values = dict(zip(_STAFF, row, strict=False))
    return StaffMember(**values | {"role": Role(*row[len(_STAFF) :])})


def _people(*conditions: ColumnElement[bool]) -> Query[StaffMember]:
    columns = [staff.c[name] for name in _STAFF] + [roles.c[field.name] for field in fields(Role)]
    return Query(
        select(*columns).join_from(staff, roles).where(*conditions).order_by(staff.c.name, staff.c.id),
        _member,
    )


_MEMBER = _people(staff.c.id == bindparam("staff"))
_BY_CARD = _people(staff.c.card_hash == bindparam("card"))
_ACTIVE = _people(staff.c.active)
_EVERYBODY = _people()


class SqlStaff:
    """Port Staff."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._known: dict[StaffId, StaffMember] = transaction.memory.of(STAFF)

    def get(self, staff: StaffId) -> StaffMember:
        found = self._known.get(staff) or self._transaction.first(_MEMBER, staff)
        if found is None:
            raise StaffNotFound(staff)
        self._known[staff] = found
        return found

    def save(self, member: StaffMember) -> None:
        self._known.clear()
        self._transaction.run(_SAVE, *_VALUES(member))

    def active(self) -> Sequence[StaffMember]:
        return self._transaction.all(_ACTIVE)

    def everybody(self) -> Sequence[StaffMember]:
        return self._transaction.all(_EVERYBODY)

    def by_card(self, card_hash: str) -> StaffMember | None:
        return self._transaction.first(_BY_CARD, card_hash)
