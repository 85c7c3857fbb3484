"""Who works here: sign in by PIN or card, agree to what another asks for, add a person, change a role, leave."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from core.domain.approval import Approval
from core.domain.events.people import (
    ApprovalGiven,
    SignInFailed,
    StaffChanged,
    StaffSignedIn,
    TillLocked,
    TillUnlocked,
)
from core.domain.ids import ApprovalId, StaffId
from core.domain.pin import SALT_BYTES, is_pin, pin_hash
from core.domain.refusals.people import CardUnknown, NotAllowed, StaffNotFound, TillIsLocked, WrongPin
from core.domain.scan import cleaned
from core.domain.staff import TRIES_BEFORE_LOCK, Permission, Role, StaffMember, check_keepers
from core.domain.staff_card import card_hash, is_card, new_card
from core.domain.words import one_line
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work

T = TypeVar("T")


class StaffDesk:
    """The people of the station, their PINs and cards. A `proof` is a PIN, or the code of a staff card."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    def people(self) -> Sequence[StaffMember]:
        """Who works here, by name."""
        with self._work.reading() as work:
            return work.staff.active()

    def everybody(self) -> Sequence[StaffMember]:
        """Those who left too, by name: for names in history."""
        with self._work.reading() as work:
            return work.staff.everybody()

    def who_may(self, permission: Permission, besides: StaffId) -> Sequence[StaffMember]:
        """Who could agree to what `besides` asks for, by name."""
        return [person for person in self.people() if person.may(permission) and person.id != besides]

    # --- being who one says ---------------------------------------------------------------------------------------------

    def sign_in(self, staff: StaffId, pin: str) -> StaffMember:
        """The person whose PIN this is. Raises WrongPin, PinLocked, StaffNotFound; every wrong try is kept."""
        return self._proven(staff, pin, _signed_in, staff)

    def sign_in_by_card(self, code: str, any_of: Sequence[Permission] = ()) -> StaffMember:
        """The person whose card this is, who has one of these rights where any are named.

        Raises CardUnknown, PinLocked, NotAllowed.
        """

        def came(work: Work, member: StaffMember) -> StaffMember:
            if any_of and not any(member.may(right) for right in any_of):
                raise NotAllowed(any_of[0])
            return _signed_in(work, member)

        return self._proven(None, code, came, None)

    def approve(
        self,
        approver: StaffId | None,
        proof: str,
        permission: Permission,
        asked_by: StaffId,
        subject: str = "",
    ) -> Approval:
        """Agree to what `asked_by` wants to do to `subject`; good once, for two minutes.

        A card needs no chosen approver. Raises WrongPin, PinLocked (tries count as at signing in), CardUnknown,
        ApprovalOfOneself, NotAllowed (the approver may not either), StaffNotFound.
        """

        def agreed(work: Work, member: StaffMember) -> Approval:
            asking = work.staff.get(asked_by)
            approval = Approval.given(
                ApprovalId(self._ids()), member, asking, permission, self._clock.now(), subject
            )
            work.rights.give(approval)
            told = ApprovalGiven(approval.id, member.id, asked_by, permission.value, subject)
            work.record(told, actor=asked_by, approver=member.id)
            return approval

        return self._proven(approver, proof, agreed, asked_by)

    # --- the locked till ------------------------------------------------------------------------------------------------

    def lock(self, staff: StaffId, *, idle: bool) -> None:
        """The till of this person is covered."""
        with self._work() as work:
            work.record(TillLocked(staff, idle), actor=staff)

    def unlock(
        self, before: StaffId, staff: StaffId | None, proof: str, any_of: Sequence[Permission]
    ) -> StaffMember:
        """The same person, or another who has one of these rights and takes the till over.

        Raises TillIsLocked for anybody else, WrongPin, PinLocked, CardUnknown, StaffNotFound.
        """

        def opened(work: Work, member: StaffMember) -> StaffMember:
            if member.id != before and not any(member.may(right) for right in any_of):
                raise TillIsLocked
            work.record(TillUnlocked(member.id, before), actor=member.id)
            return member

        return self._proven(staff, proof, opened, staff)

    # --- people ---------------------------------------------------------------------------------------------------------

    def add(self, name: str, role: Role, pin: str, by: StaffId) -> StaffMember:
        """A new person. Raises PinUnfit, RoleUnknown, NotAllowed."""
        hashed = _hashed(pin)
        with self._work() as work:
            given = work.roles.get(role.code)
            work.staff.get(by).must_manage(given)
            member = StaffMember(StaffId(self._ids()), one_line(name), given, hashed)
            work.staff.save(member)
            work.record(StaffChanged(member.id, "added"), actor=by)
        return member

    def change_role(self, staff: StaffId, role: Role, by: StaffId) -> StaffMember:
        """Another role from now on. Raises NobodyLeftToManage, NotAllowed."""
        return self._change(
            staff, "role", by, lambda work, person: replace(person, role=work.roles.get(role.code))
        )

    def change_pin(self, staff: StaffId, pin: str, by: StaffId) -> None:
        """Another PIN; tries and lock are forgotten. Raises PinUnfit, NotAllowed."""
        hashed = _hashed(pin)
        self._change(
            staff, "pin", by, lambda _work, person: replace(person.after_right_pin(), pin_hash=hashed)
        )

    def give_card(self, staff: StaffId, by: StaffId) -> str:
        """A fresh card, and the only time that its code is told; one that the person had before is no good any more."""
        code = new_card(secrets.choice)
        self._change(staff, "card", by, lambda _work, person: replace(person, card_hash=card_hash(code)))
        return code

    def take_card(self, staff: StaffId, by: StaffId) -> None:
        """The person's card is no good any more."""
        self._change(staff, "card_taken", by, lambda _work, person: replace(person, card_hash=None))

    def leave(self, staff: StaffId, by: StaffId) -> None:
        """The person no longer works here; history keeps the name, the card is no good. Raises NobodyLeftToManage."""
        self._change(staff, "left", by, lambda _work, person: replace(person, active=False, card_hash=None))

    def come_back(self, staff: StaffId, by: StaffId) -> None:
        """Somebody who left works here again, with the PIN and role of before."""
        self._change(staff, "back", by, lambda _work, person: replace(person, active=True))

    def _change(
        self, staff: StaffId, what: str, by: StaffId, change: Callable[[Work, StaffMember], StaffMember]
    ) -> StaffMember:
        with self._work() as work:
            before = work.staff.get(staff)
            after = change(work, before)
            work.staff.get(by).must_manage(before.role, after.role)
            work.staff.save(after)
            check_keepers(work.staff.active())
            work.record(StaffChanged(staff, what), actor=by)
        return after

    # --- proofs ---------------------------------------------------------------------------------------------------------

    def _proven(
        self, staff: StaffId | None, proof: str, then: Callable[[Work, StaffMember], T], actor: StaffId | None
    ) -> T:
        """What comes of it in the same transaction once the person is proven. `staff` is who was chosen, if anybody.

        A wrong PIN counts against that person and is recorded, whatever it was typed for.
        """
        now = self._clock.now()
        code = cleaned(proof)
        with self._work() as work:
            if is_card(code):
                owner = work.staff.by_card(card_hash(code))
                if owner is None or not owner.active or staff not in {None, owner.id}:
                    raise CardUnknown
                owner.check_lock(now)
                return then(work, owner)
            if staff is None:
                raise CardUnknown
            member = work.staff.get(staff)
            if not member.active:
                raise StaffNotFound(staff)
            member.check_lock(now)
            if is_pin(proof, member.pin_hash):
                member = member.after_right_pin()
                work.staff.save(member)
                return then(work, member)
            member = member.after_wrong_pin(now)
            work.staff.save(member)
            work.record(SignInFailed(staff, locked=member.locked_until is not None), actor=actor or staff)
        member.check_lock(now)
        raise WrongPin(TRIES_BEFORE_LOCK - member.failed_tries)


def _signed_in(work: Work, member: StaffMember) -> StaffMember:
    work.record(StaffSignedIn(member.id), actor=member.id)
    return member


def _hashed(pin: str) -> str:
    return pin_hash(pin, secrets.token_bytes(SALT_BYTES))
