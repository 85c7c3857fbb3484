"""What the customer's screen shows, from what the counter shows: frozen, pure, and nothing that is not the customer's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.domain.ids import GradeCode
from core.domain.member import SaleMember
from core.domain.money import ZERO, Money, total
from core.domain.payment import Payment, Tender
from core.domain.price import UnitPrice
from core.domain.sale import Sale, SaleState
from core.domain.sale_line import SaleLine
from core.wording import formats, names, offers
from core.wording.catalogue import _
from pos_app.cashier.payment.presenter import PaymentViewState, Step
from pos_app.pumps.presenter import Tile


class Stage(StrEnum):
    """What the customer is at."""

    IDLE = "idle"
    BILL = "bill"
    CODE = "code"  # a code of ours is there to be scanned
    WAITING = "waiting"  # for the payer, or for the answer of his bank
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of the bill: what, how it is reckoned, and what it costs before discounts."""

    what: str
    how: str
    amount: str


@dataclass(frozen=True, slots=True)
class Showing:
    """Everything on the customer's screen but the clock; words are ready to be read."""

    stage: Stage = Stage.IDLE
    lines: tuple[ShownLine, ...] = ()
    taken_off: tuple[tuple[str, str], ...] = ()  # name and amount, with its minus
    greeting: str = ""
    due: str = ""
    before: str = ""  # what it would be without discounts, where there are any
    paid: str = ""  # a part of it, while the rest is due; all of it at the end
    change: str = ""
    words: str = ""  # what the customer is asked to do
    qr: str = ""
    left: timedelta | None = None  # until the code is of no use any more
    prices: tuple[tuple[str, str], ...] = ()


def idle(tiles: Iterable[Tile]) -> Showing:
    """Nobody buys anything: the prices of the day."""
    return Showing(prices=prices_of(tiles))


def showing(sale: Sale | None, payment: PaymentViewState, tiles: Iterable[Tile]) -> Showing:
    """What shows while the counter has this bill and the payment is so far."""
    if payment.step is not Step.NONE and payment.sale is not None:
        sale = payment.sale
    if payment.step is Step.DONE and sale is not None:
        return _thanks(sale)
    if sale is None or not sale.lines or sale.state is not SaleState.OPEN:
        return idle(tiles)
    pending = sale.unclear_payment
    stage, words = Stage.BILL, ""
    if pending is not None and pending.reverses is not None:
        stage, words = Stage.WAITING, _("Your money is on its way back to you")
    elif pending is not None and pending.qr:
        stage, words = Stage.CODE, _scan_with(pending.tender)
        if payment.step is Step.WAITING and not payment.left:
            stage, words = Stage.WAITING, _("This code is no longer valid. One moment please")
    elif pending is not None or payment.busy in ("code", "qr"):
        stage, words = Stage.WAITING, _wait_for(pending)
    discount = sale.discount + sale.rounding
    return Showing(
        stage,
        lines=tuple(_line(line) for line in sale.lines),
        taken_off=_taken_off(sale),
        greeting=greeting(sale.member),
        due=formats.money(pending.amount if stage is Stage.CODE and pending is not None else sale.due),
        before=formats.money(sale.gross) if discount else "",
        paid=formats.money(sale.paid) if sale.paid else "",
        words=words,
        qr=pending.qr if stage is Stage.CODE and pending is not None else "",
        left=payment.left if stage is Stage.CODE and payment.step is Step.WAITING else None,
    )


def prices_of(tiles: Iterable[Tile]) -> tuple[tuple[str, str], ...]:
    """What a litre of each grade costs at the pumps; a grade with two prices for a moment shows the higher one."""
    found: dict[GradeCode, UnitPrice] = {}
    for tile in tiles:
        for hose in tile.hoses:
            if hose.price is not None and hose.price > found.get(hose.grade, UnitPrice(0)):
                found[hose.grade] = hose.price
    return tuple(
        (names.grade(grade), formats.unit_price_without_unit(price)) for grade, price in found.items()
    )


def greeting(member: SaleMember | None) -> str:
    """A welcome that tells nobody behind the customer who he is: one letter of the name, and the level."""
    if member is None:
        return ""
    name = member.name.strip()
    masked = f"{name[0]}**" if name else member.phone_masked
    level = member.level_title
    return _("Welcome, {name}  {level}").format(name=masked, level=level).strip()


def _thanks(sale: Sale) -> Showing:
    cash = total(leg.tendered for leg in sale.legs if leg.tender is Tender.CASH)
    others = total(leg.amount for leg in sale.legs if leg.tender is not Tender.CASH)
    return Showing(
        Stage.THANKS,
        due=formats.money(sale.total),
        paid=formats.money(cash + others),
        change=formats.money(sale.change) if sale.change > ZERO else "",
        greeting=greeting(sale.member),
        words=_("Thank you. Drive safely."),
    )


def _line(line: SaleLine) -> ShownLine:
    what = names.grade(line.grade) if line.grade is not None else line.title
    if line.grade is not None and line.pump is not None:
        what = _("Pump {pump}, {grade}").format(pump=line.pump, grade=what)
    if line.fuel_price is not None and line.volume.millilitres:
        how = f"{formats.litres(line.volume)} × {formats.unit_price(line.fuel_price)}"
    elif line.is_goods and line.quantity != 1:
        how = f"{formats.money(line.piece_price)} × {line.quantity}"
    else:
        how = ""
    return ShownLine(what, how, formats.money(line.gross))


def _taken_off(sale: Sale) -> tuple[tuple[str, str], ...]:
    shown = [(offers.title(step), step.amount) for step in sale.steps if step.applied]
    rest = sale.discount + sale.rounding - Money(sum(amount.fen for _title, amount in shown))
    if rest:  # a bill of before the steps were kept
        shown.append((_("Discount"), rest))
    return tuple((title, formats.money(-amount)) for title, amount in shown)


def _scan_with(tender: Tender) -> str:
    return _("Scan to pay with {tender}").format(tender=names.tender(tender))


def _wait_for(pending: Payment | None) -> str:
    if pending is not None and pending.waiting_for == "payer":
        return _("Please finish the payment on your phone")
    return _("Paying, one moment please")
