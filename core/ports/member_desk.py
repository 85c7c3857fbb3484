"""Find the member whom a customer says he is."""

from typing import Protocol

from core.domain.ids import MemberId
from core.domain.member import Member


class MemberDesk(Protocol):
    """The cloud's members."""

    def find(self, text: str) -> Member:
        """The member of this member code ("YM…", which proves him), phone number or plate (which only name him).

        Raises MemberNotFound, MemberNeedsChoice (several share a plate), CloudUnreachable, CloudAnswerLost.
        """
        ...

    def get(self, member: MemberId) -> Member:
        """The member as he is now, such as one chosen among several. Raises MemberNotFound, CloudUnreachable."""
        ...
