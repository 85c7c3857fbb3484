"""Members and their points in a dictionary."""

from dataclasses import replace

from core.domain.faults import CloudUnreachable
from core.domain.ids import ConfirmationId, MemberId, PointsUseId, SaleId
from core.domain.member import Member
from core.domain.plate import plate_of
from core.domain.refusals.cloud import SignInCodeExpired, SignInCodeWrong
from core.domain.refusals.members import MemberNeedsChoice, MemberNotFound, PointsHoldGone, PointsNotEnough
from core.domain.scan import CodeKind, cleaned, what_is


class MemoryMemberDesk:
    """Implements core.ports.member_desk.MemberDesk and core.ports.points_desk.PointsDesk."""

    def __init__(self) -> None:
        self._members: dict[MemberId, Member] = {}
        self._found_by: dict[str, list[MemberId]] = {}
        self._held: dict[PointsUseId, tuple[MemberId, int]] = {}
        self.redeemed: dict[PointsUseId, int] = {}
        self._confirmations: dict[ConfirmationId, MemberId] = {}
        self._proven: set[MemberId] = set()
        self.digits = "246810"
        self.sent = 0
        self.down = False

    def enrol(self, member: Member, *, code: str = "", phone: str = "") -> None:
        """Somebody becomes a member, found by this code and phone and by his plates."""
        self._members[member.id] = member
        for key in (code, phone, *member.plates):
            if key:
                self._found_by.setdefault(key, []).append(member.id)

    def find(self, text: str) -> Member:
        """By code, phone or plate."""
        self._answer()
        kind = what_is(text)
        found = self._found_by.get(plate_of(text) if kind is CodeKind.PLATE else cleaned(text), [])
        if not found:
            raise MemberNotFound(text)
        if len(found) > 1:
            members = [self._members[member] for member in found]
            raise MemberNeedsChoice(tuple((each.id, each.name, each.phone_masked) for each in members))
        return replace(self._members[found[0]], proven=kind is CodeKind.MEMBER)

    def get(self, member: MemberId) -> Member:
        """As he is now."""
        self._answer()
        if member not in self._members:
            raise MemberNotFound(member)
        return replace(self._members[member], proven=member in self._proven)

    def send_confirmation(self, confirmation: ConfirmationId, member: MemberId, sale: SaleId) -> None:  # noqa: ARG002 - the port
        """The digits are always the same."""
        self._answer()
        if member not in self._members:
            raise MemberNotFound(member)
        self.sent += confirmation not in self._confirmations
        self._confirmations[confirmation] = member

    def forget_confirmations(self) -> None:
        """The time of all digits is over."""
        self._confirmations.clear()

    def confirm(self, confirmation: ConfirmationId, member: MemberId, digits: str) -> str:
        """By those digits."""
        self._answer()
        if self._confirmations.get(confirmation) != member:
            raise SignInCodeExpired
        if digits != self.digits:
            raise SignInCodeWrong(4)
        del self._confirmations[confirmation]
        self._proven.add(member)
        return "YM" + str(int(confirmation, 16))[:18].zfill(18)

    def hold(self, use: PointsUseId, sale: SaleId, member: MemberId, points: int) -> None:  # noqa: ARG002 - the port
        """Set points aside."""
        self._answer()
        if use in self._held:
            return
        have = self._members[member].points
        if have < points:
            raise PointsNotEnough(have, points)
        self._held[use] = (member, points)
        self._move(member, -points)

    def redeem(self, use: PointsUseId, sale: SaleId, points: int) -> None:  # noqa: ARG002 - the port
        """Spend some, free the rest."""
        self._answer()
        if use in self.redeemed:
            return
        if use not in self._held:
            raise PointsHoldGone
        member, held = self._held.pop(use)
        self.redeemed[use] = points
        self._move(member, held - points)

    def release(self, use: PointsUseId) -> None:
        """Free all."""
        self._answer()
        if use in self._held:
            member, held = self._held.pop(use)
            self._move(member, held)

    def _move(self, member: MemberId, points: int) -> None:
        known = self._members[member]
        self._members[member] = replace(known, points=known.points + points)

    def _answer(self) -> None:
        if self.down:
            raise CloudUnreachable
