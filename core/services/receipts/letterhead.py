"""What stands at the top and at the foot of every paper of a station."""

from dataclasses import dataclass

from core.domain.receipt import Align, Gap, Logo, QrCode, ReceiptLine, Rule, Text
from core.domain.sale import Sale
from core.wording import formats
from core.wording.catalogue import _


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who prints. `invoice_url` is where a customer asks for the invoice of a sale; {number}, {sale} and {amount} are filled in."""

    name: str
    address: str = ""
    phone: str = ""
    invoice_url: str = ""
    logo: bool = False

    def head(self, title: str, copy: int) -> list[ReceiptLine]:
        """Who prints and what this is. Copy 1 is the original; from the second on it says so."""
        lines: list[ReceiptLine] = [Logo()] if self.logo else []
        lines += [Text(self.name, Align.CENTRE, bold=True, large=True), Text(title, Align.CENTRE)]
        if copy > 1:
            words = _("** Reprint: copy {number} **").format(number=copy - 1)
            lines.append(Text(words, Align.CENTRE, bold=True))
        return [*lines, Rule()]

    def foot(self) -> list[ReceiptLine]:
        """Thanks, and where to find the station."""
        lines: list[ReceiptLine] = [Rule(), Text(_("Thank you. Drive safely."), Align.CENTRE)]
        if self.address:
            lines.append(Text(self.address, Align.CENTRE))
        if self.phone:
            lines.append(Text(_("Phone {number}").format(number=self.phone), Align.CENTRE))
        return [*lines, Gap(1)]

    def invoice(self, sale: Sale) -> list[ReceiptLine]:
        """Where the customer makes the invoice of this sale himself; nothing where the station has no such page."""
        if not self.invoice_url:
            return []
        address = self.invoice_url
        figures = {
            "{number}": sale.number,
            "{sale}": sale.id,
            "{amount}": formats.money_without_sign(sale.total).replace(",", ""),
        }
        for name, value in figures.items():
            address = address.replace(name, value)
        return [Gap(1), QrCode(address), Text(_("Scan for your invoice"), Align.CENTRE)]
