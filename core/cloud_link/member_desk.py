"""Port member_desk over the client."""

from core.cloud_link.answers import Answer, AnswerUnfit
from core.cloud_link.client import CloudClient
from core.cloud_link.coupon_terms import coupon_terms
from core.domain.ids import ConfirmationId, MemberId, SaleId
from core.domain.member import EarningRule, Member, MemberCoupon, PointsRule
from core.domain.money import Money
from core.domain.refusals.members import MemberNeedsChoice

_PATH = "/v1/station/members"


class CloudMemberDesk:
    """The cloud's members."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client

    def find(self, text: str) -> Member:
        """The member of this code, phone number or plate.

        Raises MemberNotFound, MemberCodeExpired, MemberNeedsChoice, CloudUnreachable, CloudAnswerLost.
        """
        found = self._client.post(f"{_PATH}/find", {"text": text}, _found)
        if isinstance(found, Member):
            return found
        raise MemberNeedsChoice(found)

    def get(self, member: MemberId) -> Member:
        """The member as he is now. Raises MemberNotFound, CloudUnreachable, CloudAnswerLost."""
        return self.find(member)

    def send_confirmation(self, confirmation: ConfirmationId, member: MemberId, sale: SaleId) -> None:
        """Send the member six digits by text message. Raises TooManyTries, MemberNotFound, CloudUnreachable."""
        asked = {"confirmation_id": confirmation, "sale_id": sale}
        self._client.post(f"{_PATH}/{member}/confirmations", asked, lambda _answer: None)

    def confirm(self, confirmation: ConfirmationId, member: MemberId, digits: str) -> str:
        """What pays from the balance, once, for that bill. Raises SignInCodeWrong, SignInCodeExpired, CloudUnreachable."""
        return self._client.post(
            f"{_PATH}/{member}/confirmations/{confirmation}",
            {"code": digits},
            lambda answer: answer.named("spending_code"),
        )


def _found(answer: Answer) -> Member | tuple[tuple[str, str, str], ...]:
    choices = [Answer(each) for each in answer.list("choices")]
    if choices:
        return tuple(
            (each.named("member_id"), each.text("name"), each.text("phone_masked")) for each in choices
        )
    return _member(answer.part("member"))


def _member(answer: Answer) -> Member:
    rule = answer.part("points_rule")
    coupons = [Answer(each) for each in answer.list("coupons")]
    try:
        return Member(
            MemberId(answer.named("member_id")),
            answer.text("name"),
            answer.text("phone_masked"),
            level=answer.text("level"),
            level_title=answer.text("level_title"),
            plates=answer.texts("plates"),
            balance=Money(answer.whole("balance_fen")),
            points=answer.whole("points"),
            points_rule=PointsRule(rule.whole("points_per_yuan_off"), rule.whole("most_percent")),
            coupons=tuple(
                MemberCoupon(each.named("code"), each.text("title"), coupon_terms(each.part("terms")))
                for each in coupons
            ),
            proven=answer.flag("proven"),
            earning=_earning(answer),
        )
    except ValueError as error:
        raise AnswerUnfit(str(error)) from error


def _earning(answer: Answer) -> EarningRule | None:
    """An older cloud does not tell it."""
    if not answer.has("earning_rule"):
        return None
    rule = answer.part("earning_rule")
    return EarningRule(rule.whole("hundredths_per_yuan"), rule.whole("hundredths_per_litre"))
