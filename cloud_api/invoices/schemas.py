"""What invoices' requests and answers consist of."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from cloud_api.invoices.nuonuo import decimals
from cloud_api.invoices.repository import KeptTitle
from cloud_api.invoices.service import Invoiceable, Shown
from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.domain.invoice import title as domain
from core.domain.invoice.lines import InvoiceLine

Form = Literal["ordinary", "special"]
_Fen = Annotated[int, Field(ge=0, le=10**12)]


class TitleAsked(Asked):
    """Whom an invoice names. A company needs its tax number; address, phone and bank are its own wish."""

    kind: Literal["person", "company"]
    name: PlainText
    tax_number: PlainText = ""
    address: PlainText = ""
    phone: PlainText = ""
    bank: PlainText = ""
    account: PlainText = ""
    email: PlainText = ""

    def title(self) -> domain.Title:
        return domain.title_of(
            domain.TitleKind(self.kind),
            self.name,
            self.tax_number,
            address=self.address,
            phone=self.phone,
            bank=self.bank,
            account=self.account,
            email=self.email,
        )


class TitleKept(TitleAsked):
    """PUT of one that a driver keeps."""

    is_default: bool = False


class Title(Given):
    id: KeyId
    kind: str
    name: str
    tax_number: str
    address: str
    phone: str
    bank: str
    account: str
    email: str
    is_default: bool

    @classmethod
    def of(cls, kept: KeptTitle) -> "Title":
        one = kept.title
        return cls(
            id=kept.id,
            kind=one.kind.value,
            name=one.name,
            tax_number=one.tax_number,
            address=one.address,
            phone=one.phone,
            bank=one.bank,
            account=one.account,
            email=one.email,
            is_default=kept.is_default,
        )


class ReceiptAsked(Asked):
    """What a counter's receipt says of itself."""

    station_id: KeyId
    sale_id: KeyId
    amount_fen: _Fen


class InvoiceAsked(Asked):
    """One invoice for all of these; a title that is kept, or a new one."""

    orders: list[KeyId] = Field(default_factory=list, max_length=100)
    receipts: list[ReceiptAsked] = Field(default_factory=list, max_length=100)
    top_ups: list[KeyId] = Field(default_factory=list, max_length=100)
    title_id: KeyId | None = None
    title: TitleAsked | None = None
    form: Form = "ordinary"


class ReceiptInvoiceAsked(Asked):
    """An invoice for one receipt, by somebody who has not signed in."""

    amount_fen: _Fen
    title: TitleAsked
    form: Form = "ordinary"


class DeliveryAsked(Asked):
    email: PlainText = ""


class Line(Given):
    """As it stands on the invoice: quantity and price before tax as decimals."""

    kind: Literal["plain", "discount", "discounted"]
    name: str
    tax_code: str
    unit: str
    tax_rate: str
    gross_fen: int
    net_fen: int
    tax_fen: int
    quantity: str | None
    price: str | None

    @classmethod
    def of(cls, line: InvoiceLine) -> "Line":
        return cls(
            kind=("plain", "discount", "discounted")[line.kind],
            name=line.goods.name,
            tax_code=line.goods.tax_code,
            unit=line.goods.unit,
            tax_rate="不征税" if line.goods.rate is None else f"{line.goods.rate / 100:g}%",
            gross_fen=line.gross.fen,
            net_fen=line.net.fen,
            tax_fen=line.tax.fen,
            quantity=None if line.quantity_e8 is None else decimals(line.quantity_e8, 8),
            price=None if line.price_e8 is None else decimals(line.price_e8, 8),
        )


class Receipt(Given):
    """What may be invoiced of a receipt, and whether it has an invoice."""

    seller: str
    amount_fen: int
    lines: list[Line]
    is_invoiced: bool

    @classmethod
    def of(cls, found: Invoiceable) -> "Receipt":
        return cls(
            seller=found.seller,
            amount_fen=found.amount.fen,
            lines=[Line.of(line) for line in found.lines],
            is_invoiced=found.is_invoiced,
        )


class SourceGiven(Given):
    kind: Literal["order", "sale", "goods", "top_up"]
    id: KeyId


class Invoice(Given):
    """`number` has 20 digits once it is issued; `failure` is the tax service's own word for why it is not (yet)."""

    id: KeyId
    state: Literal["waiting", "sent", "issued", "failed", "reversing", "reversed", "dropped"]
    form: Form
    seller: str
    buyer: str
    buyer_tax_number: str
    amount_fen: int
    tax_fen: int
    at: datetime
    number: str | None
    issued_at: datetime | None
    failure: str | None
    red_number: str | None
    reversed_at: datetime | None
    followed_by: KeyId | None
    papers: list[str]
    of: list[SourceGiven]
    lines: list[Line]

    @classmethod
    def shown(cls, one: Shown) -> "Invoice":
        row = one.row
        return cls.model_validate(
            {
                "id": row.id,
                "state": row.state,
                "form": row.form,
                "seller": one.seller.name if one.seller else "",
                "buyer": row.title.name,
                "buyer_tax_number": row.title.tax_number,
                "amount_fen": row.gross_fen,
                "tax_fen": row.gross_fen - row.net_fen,
                "at": row.at,
                "number": row.number,
                "issued_at": row.issued_at,
                "failure": row.failure,
                "red_number": row.red_number,
                "reversed_at": row.reversed_at,
                "followed_by": row.followed_by,
                "papers": list(one.papers),
                "of": [SourceGiven.model_validate({"kind": s.kind, "id": s.source_id}) for s in one.sources],
                "lines": [Line.of(line) for line in one.lines],
            }
        )


class SellerAsked(Asked):
    """A legal entity as it stands on its invoices. Either prepaid money is invoiced when paid in, or what it buys."""

    name: Annotated[PlainText, Field(min_length=2, max_length=100)]
    tax_number: PlainText
    address: Annotated[PlainText, Field(max_length=100)] = ""
    phone: Annotated[PlainText, Field(max_length=20)] = ""
    bank: Annotated[PlainText, Field(max_length=100)] = ""
    account: Annotated[PlainText, Field(max_length=40)] = ""
    clerk: Annotated[PlainText, Field(min_length=1, max_length=20)]
    invoices_top_ups: bool = False


class GoodsAsked(Asked):
    """How goods are classified; `rate` in basis points of VAT, nothing where they are not taxable."""

    name: Annotated[PlainText, Field(min_length=1, max_length=90)]
    tax_code: Annotated[str, Field(pattern=r"^[0-9]{19}$")]
    unit: Annotated[PlainText, Field(max_length=20)] = ""
    rate: Annotated[int, Field(gt=0, lt=10_000)] | None = 1_300
    is_refined_oil: bool = False


class TakeBackAsked(Asked):
    reason: Literal["returned", "mistake", "stopped", "allowance"]
