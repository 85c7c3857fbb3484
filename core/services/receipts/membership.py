"""What a receipt tells a member: who he is, what he spent and earned, and what he has now."""

from datetime import timedelta

from core.domain.litres import Litres
from core.domain.member import SaleMember
from core.domain.receipt import Pair, ReceiptLine, Rule, Text
from core.domain.sale import Sale
from core.ports.unit_of_work import Work
from core.wording.catalogue import _

# A message that is older than that did not just leave: the cloud is away.
_ON_ITS_WAY = timedelta(minutes=1)


def member_lines(work: Work, sale: Sale) -> list[ReceiptLine]:
    """Nothing for a bill without a member."""
    member = sale.member
    if member is None:
        return []
    who = " ".join(word for word in (member.name, member.phone_masked) if word)
    lines: list[ReceiptLine] = [Rule(), Pair(_("Member"), who)]
    if member.level_title:
        lines.append(Pair(_("Level"), member.level_title))
    spent = sale.points.points if sale.points is not None else 0
    if spent:
        lines.append(Pair(_("Points used"), str(spent)))
    return lines + _points(work, sale, member, spent)


def _points(work: Work, sale: Sale, member: SaleMember, spent: int) -> list[ReceiptLine]:
    if member.earning is None:
        return [Text(_("The points of this bill follow."))]
    filled = Litres(sum(line.volume.millilitres for line in sale.lines if not line.is_goods))
    earned = member.earning.earned(sale.total, filled)
    lines: list[ReceiptLine] = [Pair(_("Points earned"), f"{earned:,}")]
    if _is_offline(work, sale):
        # Whatever else happened to them meanwhile, nobody here knows.
        return [*lines, Text(_("They are credited once the station is online again."))]
    return [*lines, Pair(_("Points now"), f"{member.points - spent + earned:,}")]


def _is_offline(work: Work, sale: Sale) -> bool:
    since = work.messages.unsent().since
    return since is not None and sale.completed_at is not None and since < sale.completed_at - _ON_ITS_WAY
