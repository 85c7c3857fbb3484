"""Find the member whom a customer says he is."""

from typing import Protocol

from core.domain.ids import ConfirmationId, MemberId, SaleId
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

    def send_confirmation(self, confirmation: ConfirmationId, member: MemberId, sale: SaleId) -> None:
        """Send a member who has only been named six digits by text message; the same id again sends nothing twice.

        Raises TooManyTries, MemberNotFound, SmsUnreachable, CloudUnreachable, CloudAnswerLost.
        """
        ...

    def confirm(self, confirmation: ConfirmationId, member: MemberId, digits: str) -> str:
        """The member has told them: he is proven for that bill, and what is answered pays from his balance, once.

        Raises SignInCodeWrong, SignInCodeExpired, CloudUnreachable, CloudAnswerLost.
        """
        ...
