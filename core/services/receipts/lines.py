"""Lines that several papers have in common."""

from core.domain.litres import Litres
from core.domain.price import UnitPrice
from core.domain.receipt import Gap, ReceiptLine, Text
from core.wording import formats, names
from core.wording.catalogue import _


def where(pump: int, nozzle: int | None, grade: str) -> str:
    """What a fuel receipt has to name: the nozzle and the grade."""
    words = _("Pump {pump}, nozzle {nozzle}") if nozzle is not None else _("Pump {pump}")
    return f"{words.format(pump=pump, nozzle=nozzle)} {names.grade(grade)}"


def reckoned(volume: Litres, price: UnitPrice) -> Text:
    """Litres times price."""
    return Text(f"  {formats.litres(volume)} × {formats.unit_price(price)}")


def signature() -> list[ReceiptLine]:
    """Where the customer signs; in every language it is one line of the narrowest paper."""
    return [Gap(1), Text(_("Customer's signature") + " " + "_" * 11)]
