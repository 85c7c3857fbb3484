"""What is invoiced, as the tax bureau classifies it (商品和服务税收分类编码)."""

from dataclasses import dataclass

from core.domain.refusals.invoices import TaxCodeUnfit

_CODE_DIGITS = 19
# 6 未发生销售行为的不征税项目 → 601 预付卡销售和充值.
PREPAID_CODE = "6010000000000000000"
# The two codes that stations sell by, and what the bureau's tax forms print of them. A manager confirms them all the same.
PETROL_CODE = "1070101010100000000"
DIESEL_CODE = "1070101030100000000"
VAT_BASIS_POINTS = 1_300


@dataclass(frozen=True, slots=True)
class InvoicedGoods:
    """How one kind of goods stands on an invoice. `rate` is the VAT in basis points; None: not taxable (不征税)."""

    name: str
    tax_code: str
    unit: str
    rate: int | None = VAT_BASIS_POINTS
    is_refined_oil: bool = False

    def __post_init__(self) -> None:
        if len(self.tax_code) != _CODE_DIGITS or not self.tax_code.isdigit():
            raise TaxCodeUnfit(self.tax_code)
        if self.rate is not None and not 0 < self.rate < 10_000:
            raise TaxCodeUnfit(str(self.rate))


PREPAID = InvoicedGoods("*预付卡销售*预付卡充值", PREPAID_CODE, "", rate=None)
