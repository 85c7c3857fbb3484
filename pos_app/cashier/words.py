"""How steps, members and bills that wait are said at the counter and on what is printed or shown of them."""

from datetime import datetime

from core.domain.combination import BestCoupon
from core.domain.member import Member, SaleMember
from core.domain.money import Money
from core.domain.sale import Sale
from core.domain.sale_line import SaleLine
from core.wording import formats, names
from core.wording.catalogue import _, ngettext
from core.wording.offers import why_not


def line_title(line: SaleLine) -> str:
    """What the line is, in words."""
    if line.grade is not None and line.pump is not None:
        return _("Pump {pump}, {grade}").format(pump=line.pump, grade=names.grade(line.grade))
    return line.title


def label_of(sale: Sale) -> str:
    """What a bill is called that is set aside without a name: by its member's plate, its fuel, or its first goods."""
    if sale.member is not None and (sale.member.plate or sale.member.name):
        return sale.member.plate or sale.member.name
    fuel = next((line for line in sale.lines if line.grade is not None), None)
    first = fuel or (sale.lines[0] if sale.lines else None)
    return line_title(first) if first is not None else ""


def age(since: datetime, now: datetime) -> str:
    """How long ago, as a person says it."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def who_is(member: Member | SaleMember) -> str:
    """A member in one line."""
    return "  ".join(word for word in (member.name, member.phone_masked, member.level_title) if word)


def what_he_has(member: Member) -> str:
    """Balance, points, coupons."""
    return _("Balance {balance}   Points {points}   Coupons {coupons}").format(
        balance=formats.money(member.balance), points=f"{member.points:,}", coupons=len(member.coupons)
    )


def best_words(best: BestCoupon) -> str:
    """The coupon that saves most, and why it is the one; or what the nearest one needs."""
    if best.coupon is None:
        return _("No coupon fits: {why}").format(why=why_not(best.why, best.need, best.have))
    saving = formats.money(best.saving)
    if best.why == "saves_most":
        return _("{title} saves {saving}, the most").format(title=best.coupon.title, saving=saving)
    return _("{title} saves {saving}").format(title=best.coupon.title, saving=saving)


def off(amount: Money) -> str:
    """What is taken off, with its sign."""
    return formats.money(-amount)
