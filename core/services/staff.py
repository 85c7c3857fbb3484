"""Who works here: sign in by PIN, add a person, change a role, leave."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from core.domain.events import SignInFailed, StaffChanged, StaffSignedIn
from core.domain.ids import StaffId
from core.domain.pin import SALT_BYTES, is_pin, pin_hash
from core.domain.refusals import StaffNotFound, WrongPin
from core.domain.staff import TRIES_BEFORE_LOCK, Permission, Role, StaffMember
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork


class StaffDesk:
    """The people of the station and their PINs."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    def people(self) -> Sequence[StaffMember]:
        """Who works here, by name."""
        with self._work.reading() as work:
            return work.staff.active()

    def sign_in(self, staff: StaffId, pin: str) -> StaffMember:
        """The person whose PIN this is. Raises WrongPin, PinLocked, StaffNotFound; every wrong try is kept."""
        now = self._clock.now()
        with self._work() as work:
            member = work.staff.get(staff)
            if not member.active:
                raise StaffNotFound(staff)
            member.check_lock(now)
            if is_pin(pin, member.pin_hash):
                member = member.after_right_pin()
                work.staff.save(member)
                work.record(StaffSignedIn(staff), actor=staff)
                return member
            member = member.after_wrong_pin(now)
            work.staff.save(member)
            work.record(SignInFailed(staff, locked=member.locked_until is not None), actor=staff)
        member.check_lock(now)
        raise WrongPin(TRIES_BEFORE_LOCK - member.failed_tries)

    def add(self, name: str, role: Role, pin: str, by: StaffId) -> StaffMember:
        """A new person. Raises PinUnfit, NotAllowed."""
        member = StaffMember(
            StaffId(self._ids()), name.strip(), role, pin_hash(pin, secrets.token_bytes(SALT_BYTES))
        )
        with self._work() as work:
            work.staff.get(by).must(Permission.MANAGE_STAFF)
            work.staff.save(member)
            work.record(StaffChanged(member.id), actor=by)
        return member

    def change_role(self, staff: StaffId, role: Role, by: StaffId) -> StaffMember:
        """Another role from now on."""
        with self._work() as work:
            work.staff.get(by).must(Permission.MANAGE_STAFF)
            member = replace(work.staff.get(staff), role=role)
            work.staff.save(member)
            work.record(StaffChanged(staff), actor=by)
        return member

    def leave(self, staff: StaffId, by: StaffId) -> None:
        """The person no longer works here; history keeps the name."""
        with self._work() as work:
            work.staff.get(by).must(Permission.MANAGE_STAFF)
            work.staff.save(replace(work.staff.get(staff), active=False))
            work.record(StaffChanged(staff), actor=by)
